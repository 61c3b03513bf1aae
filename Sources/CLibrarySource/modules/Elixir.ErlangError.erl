-module('Elixir.ErlangError').
-export([normalize/2]).

%% @doc The exception of Elixir for a reason of Erlang; the stack trace says of which function.
normalize(badarg, Stack) ->
    Message =
        case details(badarg, Stack, <<"errors were found at the given arguments">>) of
            {Title, Details} -> <<Title/binary, Details/binary>>;
            none -> <<"argument error">>
        end,
    exception('Elixir.ArgumentError', #{message => Message});
normalize(badarith, _) ->
    exception('Elixir.ArithmeticError', #{message => <<"bad argument in arithmetic expression">>});
normalize(system_limit, Stack) ->
    Message =
        case details(system_limit, Stack, <<"a system limit has been reached due to errors at the given arguments">>) of
            {Title, Details} -> <<Title/binary, Details/binary>>;
            none -> <<"a system limit has been reached">>
        end,
    exception('Elixir.SystemLimitError', #{message => Message});
normalize(cond_clause, _) -> exception('Elixir.CondClauseError', #{});
normalize({badarity, {Fun, Args}}, _) -> exception('Elixir.BadArityError', #{function => Fun, args => Args});
normalize({badfun, Term}, _) -> exception('Elixir.BadFunctionError', #{term => Term});
normalize({badstruct, Struct, Term}, _) -> exception('Elixir.BadStructError', #{struct => Struct, term => Term});
normalize({badmatch, Term}, _) -> exception('Elixir.MatchError', #{term => Term});
normalize({badmap, Term}, _) -> exception('Elixir.BadMapError', #{term => Term});
normalize({badbool, Operator, Term}, _) ->
    exception('Elixir.BadBooleanError', #{operator => Operator, term => Term});
normalize({badkey, Key}, Stack) ->
    Map =
        case Stack of
            [{maps, update, [_, _, Last], _} | _] -> Last;
            [{maps, get, [_, Last], _} | _] -> Last;
            [{erlang, map_get, [_, Last], _} | _] -> Last;
            _ -> nil
        end,
    exception('Elixir.KeyError', #{key => Key, term => Map, message => nil});
normalize({badkey, Key, Map}, _) when is_map(Map) ->
    exception('Elixir.KeyError', #{key => Key, term => Map, message => nil});
normalize({badkey, Key, Term}, _) ->
    Message = iolist_to_binary([
        "key ", 'Elixir.Kernel':inspect(Key), " not found in: ", 'Elixir.Kernel':inspect(Term),
        ". If you are using the dot syntax, such as map.field, make sure the left-hand side of the dot is a map"
    ]),
    exception('Elixir.KeyError', #{key => Key, term => Term, message => Message});
normalize({case_clause, Term}, _) -> exception('Elixir.CaseClauseError', #{term => Term});
normalize({with_clause, Term}, _) -> exception('Elixir.WithClauseError', #{term => Term});
normalize({try_clause, Term}, _) -> exception('Elixir.TryClauseError', #{term => Term});
normalize(undef, Stack) ->
    {Module, Function, Arity} = called(Stack),
    Reason = case is_atom(Module) andalso erlang:function_exported(Module, module_info, 0) of
        true -> 'function not exported';
        false -> nil
    end,
    exception('Elixir.UndefinedFunctionError', #{
        module => Module, function => Function, arity => Arity, message => nil, reason => Reason
    });
normalize(function_clause, Stack) ->
    {Module, Function, Arity} = called(Stack),
    exception('Elixir.FunctionClauseError', #{
        module => Module, function => Function, arity => Arity, args => nil, clauses => nil, kind => nil
    });
normalize({badarg, Payload}, _) ->
    Shown = 'Elixir.Kernel':inspect(Payload),
    exception('Elixir.ArgumentError', #{message => <<"argument error: ", Shown/binary>>});
normalize(Other, Stack) ->
    Reason =
        case details(Other, Stack, <<>>) of
            {_, Details} -> Details;
            none -> nil
        end,
    exception('Elixir.ErlangError', #{original => Other, reason => Reason}).

%% What the topmost call was given wrongly: a title, and a line for each argument or a text on the whole. The entry of the
%% stack trace says in `error_info` which function can tell.
details(Reason, [{erlang, '!', [_, _] = Args, Location} | Calls], Title) ->
    %% Elixir has no such operator: it is send/2.
    details(Reason, [{erlang, send, Args, Location} | Calls], Title);
details(Reason, [{Module, Function, Args, Location} | Calls], Title) when is_list(Args), is_list(Location) ->
    case lists:keyfind(error_info, 1, Location) of
        {error_info, #{} = Info} ->
            Told = tell(Reason, Module, {Function, Args, Location}, Info, Calls),
            Lines = [
                ["  * ", nth(N), " argument: ", text(Text), "\n"]
             || {N, Text} <- lists:sort(maps:to_list(Told)), is_integer(N), N >= 1, N =< length(Args)
            ],
            details(Lines, Told, Title);
        _ -> none
    end;
details(Reason, [{Module, Function, Arity, Location} | Calls], Title) when is_integer(Arity), is_list(Location) ->
    case lists:keyfind(error_info, 1, Location) of
        {error_info, #{} = Info} -> details([], tell(Reason, Module, {Function, Arity, Location}, Info, Calls), Title);
        _ -> none
    end;
details([], #{general := General} = Told, Title) ->
    {text(maps:get(reason, Told, Title)), iolist_to_binary([": ", text(General)])};
details([[_ | _] | _] = Lines, #{} = Told, Title) ->
    {text(maps:get(reason, Told, Title)), iolist_to_binary([":\n\n" | Lines])};
details(_, _, _) -> none.

tell(Reason, Module, {Function, Args, Location}, Info, Calls) ->
    Shown = Info#{pretty_printer => fun 'Elixir.Kernel':inspect/1},
    Entry = {Module, Function, Args, lists:keyreplace(error_info, 1, Location, {error_info, Shown})},
    Teller = maps:get(module, Info, Module),
    Name = maps:get(function, Info, format_error),
    try Teller:Name(Reason, [Entry | Calls]) of
        #{} = Told -> Told;
        _ -> #{}
    catch
        _:_ -> #{}
    end.

nth(1) -> "1st";
nth(2) -> "2nd";
nth(3) -> "3rd";
nth(N) -> [integer_to_binary(N), "th"].

text(Text) when is_binary(Text) -> Text;
text(Text) -> unicode:characters_to_binary(Text).

called([{Module, Function, Args, _} | _]) when is_list(Args) -> {Module, Function, length(Args)};
called([{Module, Function, Arity, _} | _]) -> {Module, Function, Arity};
called(_) -> {nil, nil, nil}.

exception(Name, Fields) -> Fields#{'__struct__' => Name, '__exception__' => true}.

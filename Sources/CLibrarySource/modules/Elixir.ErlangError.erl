-module('Elixir.ErlangError').
-export([normalize/2]).

%% @doc The exception of Elixir for a reason of Erlang; the stack trace says of which function.
normalize(badarg, _) -> exception('Elixir.ArgumentError', #{message => <<"argument error">>});
normalize(badarith, _) ->
    exception('Elixir.ArithmeticError', #{message => <<"bad argument in arithmetic expression">>});
normalize(system_limit, _) -> exception('Elixir.SystemLimitError', #{message => <<"a system limit has been reached">>});
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
normalize(Other, _) -> exception('Elixir.ErlangError', #{original => Other, reason => nil}).

called([{Module, Function, Args, _} | _]) when is_list(Args) -> {Module, Function, length(Args)};
called([{Module, Function, Arity, _} | _]) -> {Module, Function, Arity};
called(_) -> {nil, nil, nil}.

exception(Name, Fields) -> Fields#{'__struct__' => Name, '__exception__' => true}.

-module('Elixir.Kernel').
-export([
    '!='/2, '!=='/2, '*'/2, '+'/2, '-'/2, '++'/2, '--'/2, '/'/2, '<'/2, '<='/2, '=='/2, '==='/2, '>'/2, '>='/2,
    'div'/2, 'rem'/2, '+'/1, '-'/1, '!'/1, 'not'/1, 'and'/2, 'or'/2, '<>'/2, '**'/2, '..'/2, '..//'/3, in/2, '=~'/2,
    abs/1, bit_size/1, byte_size/1, ceil/1, floor/1, round/1, trunc/1, hd/1, tl/1, length/1, map_size/1, tuple_size/1,
    exit/1, throw/1, node/1, self/0, node/0, make_ref/0, is_atom/1, is_binary/1, is_bitstring/1, is_boolean/1,
    is_float/1, is_function/1, is_integer/1, is_list/1, is_map/1, is_number/1, is_pid/1, is_port/1, is_reference/1,
    is_tuple/1, is_function/2, is_map_key/2, is_nil/1, is_struct/1, is_struct/2, is_exception/1, is_exception/2,
    apply/2, apply/3, binary_part/3, binary_slice/2, binary_slice/3, elem/2, put_elem/3, max/2, min/2, send/2,
    spawn/1, spawn/3, spawn_link/1, spawn_link/3, spawn_monitor/1, spawn_monitor/3, 'function_exported?'/3,
    'macro_exported?'/3, tap/2, then/2, to_string/1, to_charlist/1, struct/1, struct/2, 'struct!'/1, 'struct!'/2,
    get_in/2, put_in/3, update_in/3, get_and_update_in/3, pop_in/2
]).

%% The functions of Kernel, and those of its macros that make sense as functions: a capture such as &Kernel.+/2 is
%% one. `inspect` is native. What is special syntax (if, def, and so on) the parser knows.

%% @doc Whether two terms differ by value.
'!='(Left, Right) -> Left /= Right.

%% @doc Whether two terms differ.
'!=='(Left, Right) -> Left =/= Right.

%% @doc The product.
'*'(Left, Right) -> Left * Right.

%% @doc The sum.
'+'(Left, Right) -> Left + Right.

%% @doc The difference.
'-'(Left, Right) -> Left - Right.

%% @doc Both lists in one.
'++'(Left, Right) -> Left ++ Right.

%% @doc The first list without the elements of the second.
'--'(Left, Right) -> Left -- Right.

%% @doc The quotient as a float.
'/'(Left, Right) -> Left / Right.

%% @doc Whether the first is less.
'<'(Left, Right) -> Left < Right.

%% @doc Whether the first is less or equal.
'<='(Left, Right) -> Left =< Right.

%% @doc Whether two terms are equal by value.
'=='(Left, Right) -> Left == Right.

%% @doc Whether two terms are the same.
'==='(Left, Right) -> Left =:= Right.

%% @doc Whether the first is greater.
'>'(Left, Right) -> Left > Right.

%% @doc Whether the first is greater or equal.
'>='(Left, Right) -> Left >= Right.

%% @doc The quotient of integers.
'div'(Left, Right) -> Left div Right.

%% @doc The remainder of integers.
'rem'(Left, Right) -> Left rem Right.

%% @doc The number itself.
'+'(Value) -> +Value.

%% @doc The number with the other sign.
'-'(Value) -> -Value.

%% @doc Whether a term is false or nil.
'!'(Value) -> not truthy(Value).

%% @doc The other boolean.
'not'(Value) -> not Value.

%% @doc Whether both are true.
'and'(Left, Right) -> Left andalso Right.

%% @doc Whether either is true.
'or'(Left, Right) -> Left orelse Right.

%% @doc Both binaries in one.
'<>'(Left, Right) -> <<Left/binary, Right/binary>>.

%% @doc The power.
'**'(Base, Exponent) when erlang:is_integer(Base), erlang:is_integer(Exponent), Exponent >= 0 ->
    'Elixir.Integer':pow(Base, Exponent);
'**'(Base, Exponent) -> math:pow(Base, Exponent).

%% @doc The range from first to last.
'..'(First, Last) -> 'Elixir.Range':new(First, Last).

%% @doc The range from first to last in steps.
'..//'(First, Last, Step) -> 'Elixir.Range':new(First, Last, Step).

%% @doc Whether an element is in an enumerable.
in(Element, Enumerable) -> 'Elixir.Enum':'member?'(Enumerable, Element).

%% @doc Whether a string has a string in it or matches a regular expression.
'=~'(Left, <<>>) when erlang:is_binary(Left) -> true;
'=~'(Left, Right) when erlang:is_binary(Left), erlang:is_binary(Right) -> 'Elixir.String':'contains?'(Left, Right);
'=~'(Left, Right) when erlang:is_binary(Left) -> 'Elixir.Regex':'match?'(Right, Left).

%% @doc The number without its sign.
abs(Number) -> erlang:abs(Number).

%% @doc How many bits a bit string has.
bit_size(Bits) -> erlang:bit_size(Bits).

%% @doc How many bytes a bit string takes.
byte_size(Bits) -> erlang:byte_size(Bits).

%% @doc The least integer that is not less.
ceil(Number) -> erlang:ceil(Number).

%% @doc The greatest integer that is not greater.
floor(Number) -> erlang:floor(Number).

%% @doc The nearest integer.
round(Number) -> erlang:round(Number).

%% @doc The integer part.
trunc(Number) -> erlang:trunc(Number).

%% @doc The first element.
hd(List) -> erlang:hd(List).

%% @doc The list without its first element.
tl(List) -> erlang:tl(List).

%% @doc How many elements a list has.
length(List) -> erlang:length(List).

%% @doc How many keys a map has.
map_size(Map) -> erlang:map_size(Map).

%% @doc How many elements a tuple has.
tuple_size(Tuple) -> erlang:tuple_size(Tuple).

%% @doc Ends the process with a reason.
exit(Reason) -> erlang:exit(Reason).

%% @doc Throws a term.
throw(Term) -> erlang:throw(Term).

%% @doc The node of a pid, port or reference.
node(Term) -> erlang:node(Term).

%% @doc The pid of the process.
self() -> erlang:self().

%% @doc The name of this node.
node() -> erlang:node().

%% @doc A new reference.
make_ref() -> erlang:make_ref().

%% @doc Whether a term is an atom.
is_atom(Term) -> erlang:is_atom(Term).

%% @doc Whether a term is a binary.
is_binary(Term) -> erlang:is_binary(Term).

%% @doc Whether a term is a bitstring.
is_bitstring(Term) -> erlang:is_bitstring(Term).

%% @doc Whether a term is a boolean.
is_boolean(Term) -> erlang:is_boolean(Term).

%% @doc Whether a term is a float.
is_float(Term) -> erlang:is_float(Term).

%% @doc Whether a term is a function.
is_function(Term) -> erlang:is_function(Term).

%% @doc Whether a term is an integer.
is_integer(Term) -> erlang:is_integer(Term).

%% @doc Whether a term is a list.
is_list(Term) -> erlang:is_list(Term).

%% @doc Whether a term is a map.
is_map(Term) -> erlang:is_map(Term).

%% @doc Whether a term is a number.
is_number(Term) -> erlang:is_number(Term).

%% @doc Whether a term is a pid.
is_pid(Term) -> erlang:is_pid(Term).

%% @doc Whether a term is a port.
is_port(Term) -> erlang:is_port(Term).

%% @doc Whether a term is a reference.
is_reference(Term) -> erlang:is_reference(Term).

%% @doc Whether a term is a tuple.
is_tuple(Term) -> erlang:is_tuple(Term).

%% @doc Whether a term is a function of so many arguments.
is_function(Term, Arity) -> erlang:is_function(Term, Arity).

%% @doc Whether a map has a key.
is_map_key(Map, Key) -> erlang:is_map_key(Key, Map).

%% @doc Whether a term is nil.
is_nil(Term) -> Term =:= nil.

%% @doc Whether a term is a struct.
is_struct(#{'__struct__' := Name}) when erlang:is_atom(Name) -> true;
is_struct(_) -> false.

%% @doc Whether a term is a struct of a name.
is_struct(#{'__struct__' := Name}, Name) when erlang:is_atom(Name) -> true;
is_struct(_, Name) when erlang:is_atom(Name) -> false;
is_struct(_, _) -> error(badarg).

%% @doc Whether a term is an exception.
is_exception(#{'__struct__' := Name, '__exception__' := true}) when erlang:is_atom(Name) -> true;
is_exception(_) -> false.

%% @doc Whether a term is an exception of a name.
is_exception(#{'__struct__' := Name, '__exception__' := true}, Name) when erlang:is_atom(Name) -> true;
is_exception(_, Name) when erlang:is_atom(Name) -> false;
is_exception(_, _) -> error(badarg).

%% @doc Calls a fun with a list of arguments.
apply(Fun, Args) -> erlang:apply(Fun, Args).

%% @doc Calls a function with a list of arguments.
apply(Module, Function, Args) -> erlang:apply(Module, Function, Args).

%% @doc So many bytes from a start on.
binary_part(Binary, Start, Size) -> erlang:binary_part(Binary, Start, Size).

%% @doc The bytes whose positions are in the range.
binary_slice(Binary, #{'__struct__' := 'Elixir.Range', first := First, last := Last} = Range) when
    erlang:is_binary(Binary)
->
    Step = maps:get(step, Range, 1),
    Size = erlang:byte_size(Binary),
    From = case First < 0 of true -> erlang:max(0, First + Size); false -> First end,
    Through = case Last < 0 of true -> Last + Size; false -> Last end,
    if
        Step =/= 1, not (Step =:= -1 andalso First > Last) ->
            bad(<<"binary_slice/2 does not accept ranges with custom steps, got: ">>, Range);
        From > Through; From >= Size -> <<>>;
        true -> erlang:binary_part(Binary, From, erlang:min(Through, Size - 1) - From + 1)
    end.

%% @doc So many bytes from a start on, or from the end when negative.
binary_slice(Binary, Start, Size) when
    erlang:is_binary(Binary), erlang:is_integer(Start), erlang:is_integer(Size), Size >= 0
->
    Total = erlang:byte_size(Binary),
    From = case Start < 0 of true -> erlang:max(0, Start + Total); false -> Start end,
    case From >= Total of
        true -> <<>>;
        false -> erlang:binary_part(Binary, From, erlang:min(Size, Total - From))
    end.

%% @doc The element of a tuple at an index from 0.
elem(Tuple, Index) -> erlang:element(Index + 1, Tuple).

%% @doc The tuple with another element at an index from 0.
put_elem(Tuple, Index, Value) -> erlang:setelement(Index + 1, Tuple, Value).

%% @doc The greater of two terms.
max(One, Two) -> erlang:max(One, Two).

%% @doc The less of two terms.
min(One, Two) -> erlang:min(One, Two).

%% @doc Sends a message.
send(Destination, Message) -> erlang:send(Destination, Message).

%% @doc Starts a process that runs a fun.
spawn(Fun) -> erlang:spawn(Fun).

%% @doc Starts a process that runs a function.
spawn(Module, Function, Args) -> erlang:spawn(Module, Function, Args).

%% @doc Starts and links a process that runs a fun.
spawn_link(Fun) -> erlang:spawn_link(Fun).

%% @doc Starts and links a process that runs a function.
spawn_link(Module, Function, Args) -> erlang:spawn_link(Module, Function, Args).

%% @doc Starts and monitors a process that runs a fun.
spawn_monitor(Fun) -> erlang:spawn_monitor(Fun).

%% @doc Starts and monitors a process that runs a function.
spawn_monitor(Module, Function, Args) -> erlang:spawn_monitor(Module, Function, Args).

%% @doc Whether a loaded module exports a function.
'function_exported?'(Module, Function, Arity) -> erlang:function_exported(Module, Function, Arity).

%% @doc Whether a module exports a macro: there are none.
'macro_exported?'(Module, Macro, Arity) when erlang:is_atom(Module), erlang:is_atom(Macro), erlang:is_integer(Arity) ->
    false.

%% @doc The value itself, after the fun was called with it.
tap(Value, Fun) ->
    Fun(Value),
    Value.

%% @doc What the fun makes of the value.
then(Value, Fun) -> Fun(Value).

%% @doc The term as a string.
to_string(Term) -> 'Elixir.String.Chars':to_string(Term).

%% @doc The term as a charlist.
to_charlist(Term) -> 'Elixir.List.Chars':to_charlist(Term).

%% @doc A struct with its default values.
struct(Struct) -> struct(Struct, []).

%% @doc A struct with these fields; those it does not have are left out.
struct(Struct, Fields) when erlang:is_atom(Struct); erlang:is_map(Struct), erlang:is_map_key('__struct__', Struct) ->
    'Elixir.Enum':reduce(Fields, made(Struct), fun
        ({'__struct__', _}, Acc) -> Acc;
        ({Key, Value}, Acc) ->
            case Acc of
                #{Key := _} -> Acc#{Key := Value};
                _ -> Acc
            end
    end).

%% @doc A struct with its default values.
'struct!'(Struct) -> 'struct!'(Struct, []).

%% @doc A struct with these fields, all of which it must have.
'struct!'(Struct, Fields) when erlang:is_atom(Struct) -> Struct:'__struct__'(Fields);
'struct!'(Struct, Fields) when erlang:is_map_key('__struct__', Struct) ->
    'Elixir.Enum':reduce(Fields, Struct, fun
        ({'__struct__', _}, Acc) -> Acc;
        ({Key, Value}, Acc) ->
            case Acc of
                #{Key := _} -> Acc#{Key := Value};
                _ ->
                    error(#{
                        '__struct__' => 'Elixir.KeyError', '__exception__' => true, key => Key, term => Acc,
                        message => nil
                    })
            end
    end).

%% @doc The value at the end of a path of keys and functions.
get_in(Data, [Fun]) when erlang:is_function(Fun, 3) -> Fun(get, Data, fun(Value) -> Value end);
get_in(Data, [Fun | Path]) when erlang:is_function(Fun, 3) -> Fun(get, Data, fun(Value) -> get_in(Value, Path) end);
get_in(nil, [_]) -> nil;
get_in(nil, [_ | Path]) -> get_in(nil, Path);
get_in(Data, [Key]) -> 'Elixir.Access':get(Data, Key);
get_in(Data, [Key | Path]) -> get_in('Elixir.Access':get(Data, Key), Path).

%% @doc The data with another value at the end of a path.
put_in(Data, [_ | _] = Path, Value) ->
    {_, Updated} = get_and_update_in(Data, Path, fun(_) -> {nil, Value} end),
    Updated.

%% @doc The data with what the fun makes of the value at the end of a path.
update_in(Data, [_ | _] = Path, Fun) when erlang:is_function(Fun, 1) ->
    {_, Updated} = get_and_update_in(Data, Path, fun(Value) -> {nil, Fun(Value)} end),
    Updated.

%% @doc Gets and updates the value at the end of a path: the fun gives {Get, Update} or pop.
get_and_update_in(Data, [Fun], Update) when erlang:is_function(Fun, 3), erlang:is_function(Update, 1) ->
    Fun(get_and_update, Data, Update);
get_and_update_in(Data, [Fun | Path], Update) when erlang:is_function(Fun, 3), erlang:is_function(Update, 1) ->
    Fun(get_and_update, Data, fun(Value) -> get_and_update_in(Value, Path, Update) end);
get_and_update_in(Data, [Key], Update) when erlang:is_function(Update, 1) ->
    'Elixir.Access':get_and_update(Data, Key, Update);
get_and_update_in(Data, [Key | Path], Update) when erlang:is_function(Update, 1) ->
    'Elixir.Access':get_and_update(Data, Key, fun(Value) -> get_and_update_in(Value, Path, Update) end).

%% @doc The value at the end of a path and the data without it.
pop_in(nil, [Key | _]) ->
    Shown = 'Elixir.Kernel':inspect(Key),
    argument(<<"could not pop key ", Shown/binary, " on a nil value">>);
pop_in(Data, [_ | _] = Path) -> pop_in_data(Data, Path).

pop_in_data(nil, [Key | _]) -> pop_in(nil, [Key]);
pop_in_data(Data, [Fun]) when erlang:is_function(Fun, 3) -> Fun(get_and_update, Data, fun(_) -> pop end);
pop_in_data(Data, [Fun | Path]) when erlang:is_function(Fun, 3) ->
    Fun(get_and_update, Data, fun(Value) -> pop_in_data(Value, Path) end);
pop_in_data(Data, [Key]) -> 'Elixir.Access':pop(Data, Key);
pop_in_data(Data, [Key | Path]) ->
    'Elixir.Access':get_and_update(Data, Key, fun(Value) ->
        case Value of
            nil -> pop;
            _ -> pop_in_data(Value, Path)
        end
    end).

made(Struct) when erlang:is_atom(Struct) -> Struct:'__struct__'();
made(Struct) -> Struct.

truthy(false) -> false;
truthy(nil) -> false;
truthy(_) -> true.

bad(Text, Value) ->
    Shown = 'Elixir.Kernel':inspect(Value),
    argument(<<Text/binary, Shown/binary>>).

argument(Message) -> error(#{'__struct__' => 'Elixir.ArgumentError', '__exception__' => true, message => Message}).

-module('Elixir.Enumerable').
-export([reduce/3, count/1, 'member?'/2, slice/1, impl_for/1]).

%% The protocol for what is built in: lists, maps, ranges, sets, streams and functions of two arguments. A struct of
%% somebody's own goes to the module that its defimpl made: Elixir.Enumerable.Name.

%% @doc Reduces step by step: the accumulator is {cont, Acc}, {halt, Acc} or {suspend, Acc}.
reduce(List, Command, Fun) when is_list(List) -> reduce_list(List, Command, Fun);
reduce(#{'__struct__' := Struct} = Value, Command, Fun) when is_atom(Struct) ->
    case Struct of
        'Elixir.Range' ->
            #{first := First, last := Last} = Value,
            reduce_range(First, Last, step(Value), Command, Fun);
        'Elixir.MapSet' -> reduce_list(maps:keys(maps:get(map, Value)), Command, Fun);
        'Elixir.Stream' -> 'Elixir.Stream':'__reduce__'(Value, Command, Fun);
        _ -> (implementation(Struct, Value)):reduce(Value, Command, Fun)
    end;
reduce(Map, Command, Fun) when is_map(Map) -> reduce_list(maps:to_list(Map), Command, Fun);
reduce(Function, Command, Fun) when is_function(Function, 2) -> Function(Command, Fun);
reduce(Value, _, _) -> undefined(Value).

%% @doc {ok, Count} when it is known without walking, else {error, Module}.
count(List) when is_list(List) -> {ok, length(List)};
count(#{'__struct__' := Struct} = Value) when is_atom(Struct) ->
    case Struct of
        'Elixir.Range' -> {ok, 'Elixir.Range':size(Value)};
        'Elixir.MapSet' -> {ok, map_size(maps:get(map, Value))};
        'Elixir.Stream' -> {error, ?MODULE};
        _ -> (implementation(Struct, Value)):count(Value)
    end;
count(Map) when is_map(Map) -> {ok, map_size(Map)};
count(Function) when is_function(Function, 2) -> {error, ?MODULE};
count(Value) -> undefined(Value).

%% @doc {ok, Boolean} when it is known without walking, else {error, Module}.
'member?'(List, _) when is_list(List) -> {error, ?MODULE};
'member?'(#{'__struct__' := Struct} = Value, Element) when is_atom(Struct) ->
    case Struct of
        'Elixir.Range' -> {ok, in_range(Value, Element)};
        'Elixir.MapSet' -> {ok, maps:is_key(Element, maps:get(map, Value))};
        'Elixir.Stream' -> {error, ?MODULE};
        _ -> (implementation(Struct, Value)):'member?'(Value, Element)
    end;
'member?'(Map, {Key, Value}) when is_map(Map) -> {ok, maps:find(Key, Map) =:= {ok, Value}};
'member?'(Map, _) when is_map(Map) -> {ok, false};
'member?'(Function, _) when is_function(Function, 2) -> {error, ?MODULE};
'member?'(Value, _) -> undefined(Value).

%% @doc {ok, Size, ToList} when parts are reached without walking, else {error, Module}.
slice([]) -> {ok, 0, fun(_) -> [] end};
slice(List) when is_list(List) -> {error, ?MODULE};
slice(#{'__struct__' := Struct} = Value) when is_atom(Struct) ->
    case Struct of
        'Elixir.Range' -> {ok, 'Elixir.Range':size(Value), fun 'Elixir.Enum':to_list/1};
        'Elixir.MapSet' -> {ok, map_size(maps:get(map, Value)), fun(Set) -> maps:keys(maps:get(map, Set)) end};
        'Elixir.Stream' -> {error, ?MODULE};
        _ -> (implementation(Struct, Value)):slice(Value)
    end;
slice(Map) when is_map(Map) -> {ok, map_size(Map), fun maps:to_list/1};
slice(Function) when is_function(Function, 2) -> {error, ?MODULE};
slice(Value) -> undefined(Value).

%% @doc The module that implements the protocol for a value, or nil.
impl_for(#{'__struct__' := Struct}) when is_atom(Struct) ->
    case lists:member(Struct, ['Elixir.Range', 'Elixir.MapSet', 'Elixir.Stream']) of
        true -> ?MODULE;
        false ->
            Module = module(Struct),
            case erlang:function_exported(Module, reduce, 3) of
                true -> Module;
                false -> nil
            end
    end;
impl_for(Value) when is_list(Value); is_map(Value); is_function(Value) -> ?MODULE;
impl_for(_) -> nil.

reduce_list(List, {suspend, Acc}, Fun) -> {suspended, Acc, fun(Command) -> reduce_list(List, Command, Fun) end};
reduce_list([Head | Tail], {cont, Acc}, Fun) -> reduce_list(Tail, Fun(Head, Acc), Fun);
reduce_list([], {cont, Acc}, _) -> {done, Acc};
reduce_list(_, {halt, Acc}, _) -> {halted, Acc}.

reduce_range(First, Last, Step, {suspend, Acc}, Fun) ->
    {suspended, Acc, fun(Command) -> reduce_range(First, Last, Step, Command, Fun) end};
reduce_range(First, Last, Step, {cont, Acc}, Fun) when Step > 0, First =< Last; Step < 0, First >= Last ->
    reduce_range(First + Step, Last, Step, Fun(First, Acc), Fun);
reduce_range(_, _, _, {cont, Acc}, _) -> {done, Acc};
reduce_range(_, _, _, {halt, Acc}, _) -> {halted, Acc}.

step(#{step := Step}) -> Step;
step(#{first := First, last := Last}) when First =< Last -> 1;
step(_) -> -1.

in_range(#{first := First, last := Last} = Range, Element) when is_integer(Element) ->
    Step = step(Range),
    ((Step > 0 andalso First =< Element andalso Element =< Last)
        orelse (Step < 0 andalso Last =< Element andalso Element =< First))
        andalso (Element - First) rem Step =:= 0;
in_range(_, _) -> false.

module(Struct) -> 'Elixir.Module':concat(?MODULE, Struct).

implementation(Struct, Value) ->
    Module = module(Struct),
    case erlang:function_exported(Module, reduce, 3) of
        true -> Module;
        false -> undefined(Value)
    end.

undefined(Value) ->
    Description =
        case is_function(Value) of
            true -> <<"only anonymous functions of arity 2 are enumerable">>;
            false -> <<>>
        end,
    error(#{
        '__struct__' => 'Elixir.Protocol.UndefinedError', '__exception__' => true, protocol => 'Elixir.Enumerable',
        value => Value, description => Description
    }).

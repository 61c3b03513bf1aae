-module('Elixir.Access').
-export([
    all/0, at/1, 'at!'/1, elem/1, fetch/2, 'fetch!'/2, filter/1, get/2, get/3, get_and_update/3, key/1, key/2, 'key!'/1,
    pop/2, slice/1
]).

%% @doc {ok, Value} of a key of a map, keyword list or struct with fetch/2, or error.
fetch(#{'__struct__' := Module} = Struct, Key) when is_atom(Module) -> behaviour(Module, Struct, fetch, [Struct, Key]);
fetch(Map, Key) when is_map(Map) -> maps:find(Key, Map);
fetch(List, Key) when is_list(List), is_atom(Key) ->
    case lists:keyfind(Key, 1, List) of
        {_, Value} -> {ok, Value};
        false -> error
    end;
fetch(List, Key) when is_list(List) -> not_atom(Key);
fetch(nil, _) -> error.

%% @doc The value of a key; raises KeyError if there is none.
'fetch!'(Container, Key) ->
    case fetch(Container, Key) of
        {ok, Value} -> Value;
        error -> missing(Container, Key)
    end.

%% @doc The value of a key, or nil.
get(Container, Key) -> get(Container, Key, nil).

%% @doc The value of a key, or a default.
get(Container, Key, Default) ->
    case fetch(Container, Key) of
        {ok, Value} -> Value;
        error -> Default
    end.

%% @doc Gets the value of a key and updates it: the fun gives {Get, Update} or pop.
get_and_update(#{'__struct__' := Module} = Struct, Key, Fun) when is_atom(Module) ->
    behaviour(Module, Struct, get_and_update, [Struct, Key, Fun]);
get_and_update(Map, Key, Fun) when is_map(Map) -> 'Elixir.Map':get_and_update(Map, Key, Fun);
get_and_update(List, Key, Fun) when is_list(List) -> 'Elixir.Keyword':get_and_update(List, Key, Fun);
get_and_update(nil, Key, _) -> argument(["could not put/update key ", show(Key), " on a nil value"]).

%% @doc The value of a key (nil if there is none) and the container without it.
pop(#{'__struct__' := Module} = Struct, Key) when is_atom(Module) -> behaviour(Module, Struct, pop, [Struct, Key]);
pop(Map, Key) when is_map(Map) -> 'Elixir.Map':pop(Map, Key);
pop(List, Key) when is_list(List) -> 'Elixir.Keyword':pop(List, Key);
pop(nil, Key) -> argument(["could not pop key ", show(Key), " on a nil value"]).

%% @doc Reaches a key of a map or struct, nil if there is none.
key(Key) -> key(Key, nil).

%% @doc Reaches a key of a map or struct, or a default.
key(Key, Default) ->
    fun
        (get, Data, Next) -> Next(value(Data, Key, Default));
        (get_and_update, Data, Next) ->
            Value = value(Data, Key, Default),
            case Next(Value) of
                {Get, Update} -> {Get, 'Elixir.Map':put(present(Data), Key, Update)};
                pop -> {Value, maps:remove(Key, present(Data))}
            end
    end.

%% @doc Reaches a key of a map or struct; raises KeyError if there is none.
'key!'(Key) ->
    fun
        (get, Data, Next) when is_map(Data) -> Next('Elixir.Map':'fetch!'(Data, Key));
        (get_and_update, Data, Next) when is_map(Data) ->
            Value = 'Elixir.Map':'fetch!'(Data, Key),
            case Next(Value) of
                {Get, Update} -> {Get, Data#{Key => Update}};
                pop -> {Value, maps:remove(Key, Data)}
            end;
        (_, Data, _) -> runtime(["Access.key!/1 expected a map/struct, got: ", show(Data)])
    end.

%% @doc Reaches the element of a tuple at an index from 0.
elem(Index) when is_integer(Index), Index >= 0 ->
    Position = Index + 1,
    fun
        (get, Data, Next) when is_tuple(Data) -> Next(element(Position, Data));
        (get_and_update, Data, Next) when is_tuple(Data) ->
            case Next(element(Position, Data)) of
                {Get, Update} -> {Get, setelement(Position, Data, Update)};
                pop -> runtime("cannot pop data from a tuple")
            end;
        (_, Data, _) -> runtime(["Access.elem/1 expected a tuple, got: ", show(Data)])
    end.

%% @doc Reaches all elements of a list.
all() ->
    fun
        (get, Data, Next) when is_list(Data) -> lists:map(Next, Data);
        (get_and_update, Data, Next) when is_list(Data) -> update_where(Data, fun(_) -> true end, Next);
        (_, Data, _) -> runtime(["Access.all/0 expected a list, got: ", show(Data)])
    end.

%% @doc Reaches the elements of a list for which the fun is truthy.
filter(Fun) when is_function(Fun) ->
    fun
        (get, Data, Next) when is_list(Data) -> lists:map(Next, 'Elixir.Enum':filter(Data, Fun));
        (get_and_update, Data, Next) when is_list(Data) -> update_where(Data, Fun, Next);
        (_, Data, _) -> runtime(["Access.filter/1 expected a list, got: ", show(Data)])
    end.

%% @doc Reaches the elements of a list whose indices are in a range.
slice(#{'__struct__' := 'Elixir.Range', step := Step} = Range) when Step > 0 ->
    fun
        (get, Data, Next) when is_list(Data) -> lists:map(Next, 'Elixir.Enum':slice(Data, Range));
        (get_and_update, Data, Next) when is_list(Data) ->
            Indices = 'Elixir.Enum':slice(lists:seq(0, length(Data) - 1), Range),
            {Gets, Updates} = lists:foldl(
                fun({Element, Index}, {Gets, Updates}) ->
                    case lists:member(Index, Indices) of
                        false -> {Gets, [Element | Updates]};
                        true ->
                            case Next(Element) of
                                {Get, Update} -> {[Get | Gets], [Update | Updates]};
                                pop -> {[Element | Gets], Updates}
                            end
                    end
                end,
                {[], []},
                'Elixir.Enum':with_index(Data)
            ),
            {lists:reverse(Gets), lists:reverse(Updates)};
        (_, Data, _) -> runtime(["Access.slice/1 expected a list, got: ", show(Data)])
    end;
slice(#{'__struct__' := 'Elixir.Range'} = Range) ->
    argument(["Access.slice/1 does not accept ranges with negative steps, got: ", show(Range)]).

%% @doc Reaches the element of a list at an index, nil if there is none.
at(Index) when is_integer(Index) ->
    fun
        (get, Data, Next) when is_list(Data) -> Next('Elixir.Enum':at(Data, Index));
        (get_and_update, Data, Next) when is_list(Data) ->
            update_at(Data, Index, Next, fun() ->
                {Get, _} = Next(nil),
                {Get, Data}
            end);
        (_, Data, _) -> runtime(["Access.at/1 expected a list, got: ", show(Data)])
    end.

%% @doc Reaches the element of a list at an index; raises if there is none.
'at!'(Index) when is_integer(Index) ->
    fun
        (get, Data, Next) when is_list(Data) -> Next('Elixir.Enum':'fetch!'(Data, Index));
        (get_and_update, Data, Next) when is_list(Data) ->
            update_at(Data, Index, Next, fun() -> 'Elixir.Enum':'fetch!'(Data, Index) end);
        (_, Data, _) -> runtime(["Access.at!/1 expected a list, got: ", show(Data)])
    end.

value(nil, _, Default) -> Default;
value(Data, Key, Default) when is_map(Data) -> maps:get(Key, Data, Default);
value(Data, _, _) -> error({badmap, Data}).

present(nil) -> #{};
present(Data) -> Data.

update_at(List, Index, Next, Missing) ->
    Position = case Index < 0 of true -> length(List) + Index; false -> Index end,
    case Position >= 0 andalso Position < length(List) of
        false -> Missing();
        true ->
            {Before, [Element | After]} = lists:split(Position, List),
            case Next(Element) of
                {Get, Update} -> {Get, Before ++ [Update | After]};
                pop -> {Element, Before ++ After}
            end
    end.

update_where([Element | Rest], Fun, Next) ->
    case truthy(Fun(Element)) of
        false ->
            {Gets, Updates} = update_where(Rest, Fun, Next),
            {Gets, [Element | Updates]};
        true ->
            case Next(Element) of
                {Get, Update} ->
                    {Gets, Updates} = update_where(Rest, Fun, Next),
                    {[Get | Gets], [Update | Updates]};
                pop ->
                    {Gets, Updates} = update_where(Rest, Fun, Next),
                    {[Element | Gets], Updates}
            end
    end;
update_where([], _, _) -> {[], []}.

behaviour(Module, Struct, Function, Args) ->
    case erlang:function_exported(Module, Function, length(Args)) of
        true -> erlang:apply(Module, Function, Args);
        false ->
            error(#{
                '__struct__' => 'Elixir.UndefinedFunctionError', '__exception__' => true, module => Module,
                function => Function, arity => length(Args), message => nil,
                reason => iolist_to_binary([
                    show(maps:get('__struct__', Struct)),
                    " does not implement the Access behaviour. If you are using get_in/put_in/update_in, "
                    "you can specify the field to be accessed using Access.key!/1"
                ])
            })
    end.

not_atom(Key) -> argument(["the Access calls for keywords expect the key to be an atom, got: ", show(Key)]).

missing(Container, Key) ->
    error(#{'__struct__' => 'Elixir.KeyError', '__exception__' => true, key => Key, term => Container, message => nil}).

truthy(false) -> false;
truthy(nil) -> false;
truthy(_) -> true.

show(Value) -> 'Elixir.Kernel':inspect(Value).

runtime(Text) -> raise('Elixir.RuntimeError', Text).

argument(Text) -> raise('Elixir.ArgumentError', Text).

raise(Struct, Text) -> error(#{'__struct__' => Struct, '__exception__' => true, message => iolist_to_binary(Text)}).

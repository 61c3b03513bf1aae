-module('Elixir.Enum').
-export([
    'all?'/1, 'all?'/2, 'any?'/1, 'any?'/2, at/2, at/3, chunk/2, chunk/3, chunk/4, chunk_by/2, chunk_every/2,
    chunk_every/3, chunk_every/4, chunk_while/4, concat/1, concat/2, count/1, count/2, count_until/2, count_until/3,
    dedup/1, dedup_by/2, drop/2, drop_every/2, drop_while/2, each/2, 'empty?'/1, fetch/2, 'fetch!'/2, filter/2,
    filter_map/3, find/2, find/3, find_index/2, find_value/2, find_value/3, flat_map/2, flat_map_reduce/3,
    frequencies/1, frequencies_by/2, group_by/2, group_by/3, intersperse/2, into/2, into/3, join/1, join/2, map/2,
    map_every/3, map_intersperse/3, map_join/2, map_join/3, map_reduce/3, max/1, max/2, max/3, max_by/2, max_by/3,
    max_by/4, 'member?'/2, min/1, min/2, min/3, min_by/2, min_by/3, min_by/4, min_max/1, min_max/2, min_max_by/2,
    min_max_by/3, min_max_by/4, partition/2, product/1, random/1, reduce/2, reduce/3, reduce_while/3, reject/2,
    reverse/1, reverse/2, reverse_slice/3, scan/2, scan/3, shuffle/1, slice/2, slice/3, slide/3, sort/1, sort/2,
    sort_by/2, sort_by/3, split/2, split_while/2, split_with/2, sum/1, take/2, take_every/2, take_random/2,
    take_while/2, to_list/1, uniq/1, uniq/2, uniq_by/2, unzip/1, with_index/1, with_index/2, zip/1, zip/2,
    zip_reduce/3, zip_reduce/4, zip_with/2, zip_with/3
]).

%% Elixir's Enum. Lists take loops of their own; anything else goes through Enumerable: `fold` walks all of it, `walk`
%% until it is told to stop. Both take the elements one by one, so that the effects of a stream's funs interleave with
%% those of ours. What has no fun to call takes the elements as a list first.

%% @doc Whether all elements are truthy.
'all?'(Enumerable) -> 'all?'(Enumerable, fun(Element) -> Element end).

%% @doc Whether the fun is truthy for all elements.
'all?'(Enumerable, Fun) when is_function(Fun, 1) ->
    walk(Enumerable, true, fun(Element, _) ->
        case truthy(Fun(Element)) of
            true -> {cont, true};
            false -> {halt, false}
        end
    end).

%% @doc Whether any element is truthy.
'any?'(Enumerable) -> 'any?'(Enumerable, fun(Element) -> Element end).

%% @doc Whether the fun is truthy for any element.
'any?'(Enumerable, Fun) when is_function(Fun, 1) ->
    walk(Enumerable, false, fun(Element, _) ->
        case truthy(Fun(Element)) of
            true -> {halt, true};
            false -> {cont, false}
        end
    end).

%% @doc The element at an index from 0, or from the end when negative; nil if there is none.
at(Enumerable, Index) -> at(Enumerable, Index, nil).

%% @doc The element at an index, or a default.
at(Enumerable, Index, Default) when is_integer(Index) ->
    case fetch(Enumerable, Index) of
        {ok, Element} -> Element;
        error -> Default
    end.

%% @doc Deprecated: chunk_every that discards the rest.
chunk(Enumerable, Count) -> chunk(Enumerable, Count, Count, nil).

%% @doc Deprecated: chunk_every that discards the rest.
chunk(Enumerable, Count, Step) -> chunk(Enumerable, Count, Step, nil).

%% @doc Deprecated: chunk_every.
chunk(Enumerable, Count, Step, nil) -> chunk_every(Enumerable, Count, Step, discard);
chunk(Enumerable, Count, Step, Leftover) -> chunk_every(Enumerable, Count, Step, Leftover).

%% @doc Splits where the value of the fun changes.
chunk_by(Enumerable, Fun) when is_function(Fun, 1) ->
    Chunks = fold(Enumerable, [], fun(Element, Acc) ->
        Value = Fun(Element),
        case Acc of
            [{Value, Chunk} | Rest] -> [{Value, [Element | Chunk]} | Rest];
            _ -> [{Value, [Element]} | Acc]
        end
    end),
    map_reverse(Chunks, fun({_, Chunk}) -> lists:reverse(Chunk) end).

%% @doc Lists of so many elements each.
chunk_every(Enumerable, Count) -> chunk_every(Enumerable, Count, Count, []).

%% @doc Lists of so many elements each, each starting a step after the last.
chunk_every(Enumerable, Count, Step) -> chunk_every(Enumerable, Count, Step, []).

%% @doc Lists of so many elements; the last is filled from the leftover, or dropped with discard.
chunk_every(Enumerable, Count, Step, Leftover) when is_integer(Count), Count > 0, is_integer(Step), Step > 0 ->
    chunks(to_list(Enumerable), Count, Step, Leftover, []).

%% @doc Chunks as a fun says: {cont, Chunk, Acc}, {cont, Acc} or {halt, Acc} for each element.
chunk_while(Enumerable, Acc, Chunk, After) ->
    {Chunks, Last} = walk(Enumerable, {[], Acc}, fun(Element, {Done, State}) ->
        case Chunk(Element, State) of
            {cont, Emitted, Next} -> {cont, {[Emitted | Done], Next}};
            {cont, Next} -> {cont, {Done, Next}};
            {halt, Next} -> {halt, {Done, Next}}
        end
    end),
    case After(Last) of
        {cont, _} -> lists:reverse(Chunks);
        {cont, Emitted, _} -> lists:reverse(Chunks, [Emitted])
    end.

%% @doc The elements of the elements.
concat(Enumerables) -> flat_map(Enumerables, fun(Element) -> Element end).

%% @doc The elements of one and then of the other.
concat(Left, Right) when is_list(Left), is_list(Right) -> Left ++ Right;
concat(Left, Right) -> concat([Left, Right]).

%% @doc How many elements there are.
count(List) when is_list(List) -> length(List);
count(Enumerable) ->
    case 'Elixir.Enumerable':count(Enumerable) of
        {ok, Count} when is_integer(Count) -> Count;
        {error, _} -> fold(Enumerable, 0, fun(_, Count) -> Count + 1 end)
    end.

%% @doc For how many elements the fun is truthy.
count(Enumerable, Fun) ->
    fold(Enumerable, 0, fun(Element, Count) ->
        case truthy(Fun(Element)) of
            true -> Count + 1;
            false -> Count
        end
    end).

%% @doc How many elements there are, counting no further than the limit.
count_until(Enumerable, Limit) when is_integer(Limit), Limit > 0 ->
    case 'Elixir.Enumerable':count(Enumerable) of
        {ok, Count} -> erlang:min(Count, Limit);
        {error, _} -> count_to(Enumerable, fun(_) -> true end, Limit)
    end.

%% @doc For how many elements the fun is truthy, counting no further than the limit.
count_until(Enumerable, Fun, Limit) when is_integer(Limit), Limit > 0 -> count_to(Enumerable, Fun, Limit).

%% @doc Without repetitions next to each other.
dedup(Enumerable) -> dedup_by(Enumerable, fun(Element) -> Element end).

%% @doc Without neighbours for which the fun gives the same.
dedup_by(Enumerable, Fun) ->
    {Kept, _} = fold(Enumerable, {[], none}, fun(Element, {Kept, Last}) ->
        case {value, Fun(Element)} of
            Last -> {Kept, Last};
            Value -> {[Element | Kept], Value}
        end
    end),
    lists:reverse(Kept).

%% @doc Without the first elements, or without the last when negative.
drop(Enumerable, 0) -> to_list(Enumerable);
drop(Enumerable, Count) when is_integer(Count), Count > 0 -> drop_list(to_list(Enumerable), Count);
drop(Enumerable, Count) when is_integer(Count) ->
    List = to_list(Enumerable),
    take_list(List, length(List) + Count).

%% @doc Without every nth element, the first included.
drop_every(_, 1) -> [];
drop_every(Enumerable, 0) -> to_list(Enumerable);
drop_every(Enumerable, Nth) when is_integer(Nth), Nth > 1 ->
    [Element || {Element, Index} <- with_index(Enumerable), Index rem Nth =/= 0].

%% @doc Without the elements at the start for which the fun is truthy.
drop_while(List, Fun) when is_list(List) -> drop_while_list(List, Fun);
drop_while(Enumerable, Fun) ->
    {_, Kept} = fold(Enumerable, {drop, []}, fun
        (Element, {keep, Kept}) -> {keep, [Element | Kept]};
        (Element, {drop, []}) ->
            case truthy(Fun(Element)) of
                true -> {drop, []};
                false -> {keep, [Element]}
            end
    end),
    lists:reverse(Kept).

%% @doc Calls the fun with each element.
each(List, Fun) when is_list(List) -> each_list(List, Fun);
each(Enumerable, Fun) ->
    fold(Enumerable, nil, fun(Element, _) -> Fun(Element), nil end),
    ok.

%% @doc Whether there are no elements.
'empty?'([]) -> true;
'empty?'(List) when is_list(List) -> false;
'empty?'(Enumerable) -> walk(Enumerable, true, fun(_, _) -> {halt, false} end).

%% @doc {ok, Element} at an index, or error.
fetch(List, Index) when is_list(List), is_integer(Index), Index >= 0 -> fetch_list(List, Index);
fetch(Enumerable, Index) when is_integer(Index), Index >= 0 ->
    walk(Enumerable, Index, fun
        (Element, 0) -> {halt, {ok, Element}};
        (_, Left) -> {cont, Left - 1}
    end, fun
        ({ok, _} = Found) -> Found;
        (_) -> error
    end);
fetch(Enumerable, Index) when is_integer(Index) ->
    List = to_list(Enumerable),
    case length(List) + Index of
        Position when Position >= 0 -> fetch_list(List, Position);
        _ -> error
    end.

%% @doc The element at an index; raises if there is none.
'fetch!'(Enumerable, Index) when is_integer(Index) ->
    case fetch(Enumerable, Index) of
        {ok, Element} -> Element;
        error -> raise('Elixir.Enum.OutOfBoundsError', <<"out of bounds error">>)
    end.

%% @doc The elements for which the fun is truthy.
filter(List, Fun) when is_list(List) -> filter_list(List, Fun);
filter(Enumerable, Fun) ->
    lists:reverse(
        fold(Enumerable, [], fun(Element, Acc) ->
            case truthy(Fun(Element)) of
                true -> [Element | Acc];
                false -> Acc
            end
        end)
    ).

%% @doc Deprecated: filter and then map.
filter_map(Enumerable, Filter, Mapper) -> map(filter(Enumerable, Filter), Mapper).

%% @doc The first element for which the fun is truthy, or nil.
find(Enumerable, Fun) -> find(Enumerable, nil, Fun).

%% @doc The first element for which the fun is truthy, or a default.
find(Enumerable, Default, Fun) ->
    walk(Enumerable, Default, fun(Element, _) ->
        case truthy(Fun(Element)) of
            true -> {halt, Element};
            false -> {cont, Default}
        end
    end).

%% @doc The index of the first element for which the fun is truthy, or nil.
find_index(Enumerable, Fun) ->
    walk(Enumerable, 0, fun(Element, Index) ->
        case truthy(Fun(Element)) of
            true -> {halt, {found, Index}};
            false -> {cont, Index + 1}
        end
    end, fun
        ({found, Index}) -> Index;
        (_) -> nil
    end).

%% @doc The first truthy value of the fun, or nil.
find_value(Enumerable, Fun) -> find_value(Enumerable, nil, Fun).

%% @doc The first truthy value of the fun, or a default.
find_value(Enumerable, Default, Fun) ->
    walk(Enumerable, Default, fun(Element, _) ->
        Value = Fun(Element),
        case truthy(Value) of
            true -> {halt, Value};
            false -> {cont, Default}
        end
    end).

%% @doc The elements of what the fun gives for each element.
flat_map(Enumerable, Fun) ->
    lists:reverse(
        fold(Enumerable, [], fun(Element, Acc) ->
            case Fun(Element) of
                List when is_list(List) -> lists:reverse(List, Acc);
                Other -> fold(Other, Acc, fun(Inner, InnerAcc) -> [Inner | InnerAcc] end)
            end
        end)
    ).

%% @doc flat_map with an accumulator; {halt, Acc} ends it.
flat_map_reduce(Enumerable, Acc, Fun) ->
    {List, Last} = walk(Enumerable, {[], Acc}, fun(Element, {List, State}) ->
        case Fun(Element, State) of
            {halt, Next} -> {halt, {List, Next}};
            {Elements, Next} when is_list(Elements) -> {cont, {lists:reverse(Elements, List), Next}};
            {Elements, Next} ->
                {cont, {fold(Elements, List, fun(Inner, InnerAcc) -> [Inner | InnerAcc] end), Next}}
        end
    end),
    {lists:reverse(List), Last}.

%% @doc How often each element occurs.
frequencies(Enumerable) -> frequencies_by(Enumerable, fun(Element) -> Element end).

%% @doc How often each value of the fun occurs.
frequencies_by(Enumerable, Fun) when is_function(Fun, 1) ->
    fold(Enumerable, #{}, fun(Element, Counts) ->
        Key = Fun(Element),
        Counts#{Key => maps:get(Key, Counts, 0) + 1}
    end).

%% @doc A map from each value of the fun to its elements.
group_by(Enumerable, Key) -> group_by(Enumerable, Key, fun(Element) -> Element end).

%% @doc A map from each value of the fun to what another fun makes of its elements.
group_by(Enumerable, Key, Value) when is_function(Key, 1) ->
    Groups = fold(Enumerable, #{}, fun(Element, Groups) ->
        Group = Key(Element),
        Item = Value(Element),
        case Groups of
            #{Group := Items} -> Groups#{Group := [Item | Items]};
            _ -> Groups#{Group => [Item]}
        end
    end),
    maps:map(fun(_, Items) -> lists:reverse(Items) end, Groups).

%% @doc The separator between each two elements.
intersperse(Enumerable, Separator) ->
    case to_list(Enumerable) of
        [] -> [];
        [First | Rest] -> [First | intersperse_list(Rest, Separator)]
    end.

%% @doc Puts the elements into a collection.
into(Enumerable, []) -> to_list(Enumerable);
into(Enumerable, Collectable) ->
    case is_plain_map(Collectable) of
        false -> collect(Enumerable, Collectable, fun(Element) -> Element end);
        true ->
            case is_plain_map(Enumerable) of
                true -> maps:merge(Collectable, Enumerable);
                false when is_map(Enumerable) -> collect(Enumerable, Collectable, fun(Element) -> Element end);
                false -> maps:merge(Collectable, maps:from_list(to_list(Enumerable)))
            end
    end.

%% @doc Puts what the fun makes of the elements into a collection.
into(Enumerable, [], Fun) -> map(Enumerable, Fun);
into(Enumerable, Collectable, Fun) ->
    case is_plain_map(Collectable) of
        true when map_size(Collectable) =:= 0, is_list(Enumerable) -> maps:from_list(map(Enumerable, Fun));
        true -> fold(Enumerable, Collectable, fun(Element, Acc) -> {Key, Value} = Fun(Element), Acc#{Key => Value} end);
        false -> collect(Enumerable, Collectable, Fun)
    end.

%% @doc The text of all elements.
join(Enumerable) -> join(Enumerable, <<>>).

%% @doc The text of all elements with a separator between them.
join(Enumerable, Separator) when is_binary(Separator) ->
    iolist_to_binary(intersperse(map(Enumerable, fun entry_to_string/1), Separator)).

%% @doc What the fun makes of each element.
map(List, Fun) when is_list(List) -> map_list(List, Fun);
map(Enumerable, Fun) -> lists:reverse(fold(Enumerable, [], fun(Element, Acc) -> [Fun(Element) | Acc] end)).

%% @doc All elements, every nth of them (the first included) through the fun.
map_every(Enumerable, 1, Fun) -> map(Enumerable, Fun);
map_every(Enumerable, 0, _) -> to_list(Enumerable);
map_every([], Nth, _) when is_integer(Nth), Nth > 1 -> [];
map_every(Enumerable, Nth, Fun) when is_integer(Nth), Nth > 1 ->
    {List, _} = map_reduce(Enumerable, 0, fun
        (Element, 0) -> {Fun(Element), Nth - 1};
        (Element, Left) -> {Element, Left - 1}
    end),
    List.

%% @doc What the fun makes of each element, with a separator between each two.
map_intersperse(Enumerable, Separator, Fun) when is_function(Fun, 1) -> intersperse(map(Enumerable, Fun), Separator).

%% @doc The text of what the fun makes of all elements.
map_join(Enumerable, Fun) -> map_join(Enumerable, <<>>, Fun).

%% @doc The text of what the fun makes of all elements, with a separator between them.
map_join(Enumerable, Separator, Fun) when is_binary(Separator) ->
    iolist_to_binary(intersperse(map(Enumerable, fun(Element) -> entry_to_string(Fun(Element)) end), Separator)).

%% @doc Maps and folds at once: the fun gives {Element, Acc}.
map_reduce(Enumerable, Acc, Fun) ->
    {List, Last} = fold(Enumerable, {[], Acc}, fun(Element, {List, State}) ->
        {Mapped, Next} = Fun(Element, State),
        {[Mapped | List], Next}
    end),
    {lists:reverse(List), Last}.

%% @doc The greatest element in the order of terms.
max(Enumerable) -> max(Enumerable, fun erlang:'>='/2, fun empty/0).

%% @doc The greatest element by a sorter, or with a fun for the empty case.
max(Enumerable, Fallback) when is_function(Fallback, 0) -> max(Enumerable, fun erlang:'>='/2, Fallback);
max(Enumerable, Sorter) -> max(Enumerable, Sorter, fun empty/0).

%% @doc The greatest element by a sorter; the fallback gives the value for no elements.
max(Enumerable, Sorter, Fallback) -> best(Enumerable, max_sorter(Sorter), Fallback).

%% @doc The element for which the fun gives the most.
max_by(Enumerable, Fun) -> max_by(Enumerable, Fun, fun erlang:'>='/2, fun empty/0).

%% @doc The element for which the fun gives the most, by a sorter or with a fun for the empty case.
max_by(Enumerable, Fun, Fallback) when is_function(Fun, 1), is_function(Fallback, 0) ->
    max_by(Enumerable, Fun, fun erlang:'>='/2, Fallback);
max_by(Enumerable, Fun, Sorter) -> max_by(Enumerable, Fun, Sorter, fun empty/0).

%% @doc The element for which the fun gives the most by a sorter; the fallback gives the value for no elements.
max_by(Enumerable, Fun, Sorter, Fallback) when is_function(Fun, 1) ->
    best_by(Enumerable, Fun, max_sorter(Sorter), Fallback).

%% @doc Whether an element is =:= to the value.
'member?'(List, Value) when is_list(List) -> lists:member(Value, List);
'member?'(Enumerable, Value) ->
    case 'Elixir.Enumerable':'member?'(Enumerable, Value) of
        {ok, Is} -> Is;
        {error, _} -> 'any?'(Enumerable, fun(Element) -> Element =:= Value end)
    end.

%% @doc The least element in the order of terms.
min(Enumerable) -> min(Enumerable, fun erlang:'=<'/2, fun empty/0).

%% @doc The least element by a sorter, or with a fun for the empty case.
min(Enumerable, Fallback) when is_function(Fallback, 0) -> min(Enumerable, fun erlang:'=<'/2, Fallback);
min(Enumerable, Sorter) -> min(Enumerable, Sorter, fun empty/0).

%% @doc The least element by a sorter; the fallback gives the value for no elements.
min(Enumerable, Sorter, Fallback) -> best(Enumerable, min_sorter(Sorter), Fallback).

%% @doc The element for which the fun gives the least.
min_by(Enumerable, Fun) -> min_by(Enumerable, Fun, fun erlang:'=<'/2, fun empty/0).

%% @doc The element for which the fun gives the least, by a sorter or with a fun for the empty case.
min_by(Enumerable, Fun, Fallback) when is_function(Fun, 1), is_function(Fallback, 0) ->
    min_by(Enumerable, Fun, fun erlang:'=<'/2, Fallback);
min_by(Enumerable, Fun, Sorter) -> min_by(Enumerable, Fun, Sorter, fun empty/0).

%% @doc The element for which the fun gives the least by a sorter; the fallback gives the value for no elements.
min_by(Enumerable, Fun, Sorter, Fallback) when is_function(Fun, 1) ->
    best_by(Enumerable, Fun, min_sorter(Sorter), Fallback).

%% @doc The least and the greatest element.
min_max(Enumerable) -> min_max(Enumerable, fun empty/0).

%% @doc The least and the greatest element; the fallback gives the value for no elements.
min_max(Enumerable, Fallback) when is_function(Fallback, 0) ->
    case to_list(Enumerable) of
        [] -> Fallback();
        [First | Rest] ->
            foldl(Rest, {First, First}, fun(Element, {Min, Max}) ->
                {erlang:min(Min, Element), erlang:max(Max, Element)}
            end)
    end.

%% @doc The elements for which the fun gives the least and the most.
min_max_by(Enumerable, Fun) -> min_max_by(Enumerable, Fun, fun erlang:'<'/2, fun empty/0).

%% @doc The elements for which the fun gives the least and the most, by a sorter or with a fun for the empty case.
min_max_by(Enumerable, Fun, Fallback) when is_function(Fun, 1), is_function(Fallback, 0) ->
    min_max_by(Enumerable, Fun, fun erlang:'<'/2, Fallback);
min_max_by(Enumerable, Fun, Sorter) -> min_max_by(Enumerable, Fun, Sorter, fun empty/0).

%% @doc The elements for which the fun gives the least and the most by a sorter, or what the fallback gives.
min_max_by(Enumerable, Fun, Module, Fallback) when is_function(Fun, 1), is_atom(Module), is_function(Fallback, 0) ->
    min_max_by(Enumerable, Fun, fun(One, Two) -> Module:compare(One, Two) =:= lt end, Fallback);
min_max_by(Enumerable, Fun, Sorter, Fallback) when
    is_function(Fun, 1), is_function(Sorter, 2), is_function(Fallback, 0)
->
    Found = fold(Enumerable, none, fun
        (Element, none) ->
            Value = Fun(Element),
            {Element, Value, Element, Value};
        (Element, {Min, MinValue, Max, MaxValue}) ->
            Value = Fun(Element),
            case Sorter(Value, MinValue) of
                true -> {Element, Value, Max, MaxValue};
                false ->
                    case Sorter(MaxValue, Value) of
                        true -> {Min, MinValue, Element, Value};
                        false -> {Min, MinValue, Max, MaxValue}
                    end
            end
    end),
    case Found of
        none -> Fallback();
        {Min, _, Max, _} -> {Min, Max}
    end.

%% @doc Deprecated: split_with.
partition(Enumerable, Fun) -> split_with(Enumerable, Fun).

%% @doc The product of all elements.
product(Enumerable) -> fold(Enumerable, 1, fun(Element, Product) -> Element * Product end).

%% @doc An element by chance.
random(Enumerable) ->
    case to_list(Enumerable) of
        [] -> empty();
        List -> lists:nth(rand:uniform(length(List)), List)
    end.

%% @doc Folds from the second element on, with the first as accumulator.
reduce([First | Rest], Fun) -> foldl(Rest, First, Fun);
reduce(Enumerable, Fun) ->
    case fold(Enumerable, none, fun
        (Element, none) -> {acc, Element};
        (Element, {acc, Acc}) -> {acc, Fun(Element, Acc)}
    end) of
        {acc, Result} -> Result;
        none -> empty()
    end.

%% @doc Folds all elements: the fun takes an element and the accumulator.
reduce(Enumerable, Acc, Fun) when is_function(Fun, 2) -> fold(Enumerable, Acc, Fun).

%% @doc Folds until the fun gives {halt, Acc} in place of {cont, Acc}.
reduce_while(Enumerable, Acc, Fun) -> walk(Enumerable, Acc, Fun).

%% @doc The elements for which the fun is not truthy.
reject(Enumerable, Fun) -> filter(Enumerable, fun(Element) -> not truthy(Fun(Element)) end).

%% @doc The elements back to front.
reverse([]) -> [];
reverse(List) when is_list(List) -> lists:reverse(List);
reverse(Enumerable) -> fold(Enumerable, [], fun(Element, Acc) -> [Element | Acc] end).

%% @doc The elements back to front, followed by a tail.
reverse(Enumerable, Tail) -> lists:reverse(to_list(Enumerable), to_list(Tail)).

%% @doc All elements, so many of them from an index on back to front.
reverse_slice(Enumerable, Start, Count) when is_integer(Start), Start >= 0, is_integer(Count), Count >= 0 ->
    {Before, Rest} = split_list(to_list(Enumerable), Start, []),
    {Slice, After} = split_list(Rest, Count, []),
    Before ++ lists:reverse(Slice, After).

%% @doc The accumulators of a fold that begins with the first element.
scan(Enumerable, Fun) ->
    lists:reverse(
        fold(Enumerable, [], fun
            (Element, []) -> [Element];
            (Element, [Last | _] = Acc) -> [Fun(Element, Last) | Acc]
        end)
    ).

%% @doc The accumulators of a fold.
scan(Enumerable, Acc, Fun) ->
    {List, _} = map_reduce(Enumerable, Acc, fun(Element, Last) ->
        Next = Fun(Element, Last),
        {Next, Next}
    end),
    List.

%% @doc The elements in an order by chance.
shuffle(Enumerable) -> [Element || {_, Element} <- lists:keysort(1, [{rand:uniform(), E} || E <- to_list(Enumerable)])].

%% @doc The elements whose indices are in the range.
slice(Enumerable, #{'__struct__' := 'Elixir.Range', first := First, last := Last} = Range) ->
    Step = maps:get(step, Range, case First =< Last of true -> 1; false -> -1 end),
    if
        Step > 0 -> slice_range(Enumerable, First, Last, Step);
        Step =:= -1, First > Last -> slice_range(Enumerable, First, Last, 1);
        true -> argument(["Enum.slice/2 does not accept ranges with negative steps, got: ", show(Range)])
    end.

%% @doc So many elements from an index on.
slice(_, Start, 0) when is_integer(Start) -> [];
slice(Enumerable, Start, Count) when is_integer(Start), Start < 0, is_integer(Count), Count >= 0 ->
    List = to_list(Enumerable),
    take_list(drop_list(List, length(List) + Start), Count);
slice(Enumerable, Start, Count) when is_integer(Start), is_integer(Count), Count >= 0 ->
    drop_list(take(Enumerable, Start + Count), Start).

%% @doc Moves the elements of a range of indices so that they begin at another.
slide(Enumerable, Index, To) when is_integer(Index) -> slide(Enumerable, 'Elixir.Range':new(Index, Index), To);
slide(_, #{'__struct__' := 'Elixir.Range', step := Step} = Range, _) when Step =/= 1 ->
    argument(["Enum.slide/3 does not accept ranges with custom steps, got: ", show(Range)]);
slide(Enumerable, #{'__struct__' := 'Elixir.Range', first := First, last := Last}, To) ->
    List = to_list(Enumerable),
    From = from_end(First, List),
    Through = from_end(Last, List),
    Target = from_end(To, List),
    if
        From < 0; Through < 0; Target < 0 ->
            {Index, Count} =
                if
                    From < 0 -> {From, length(List)};
                    Through < 0 -> {Through, length(List)};
                    true -> {Target, length(List)}
                end,
            slide_outside(Index, Count, List);
        Target =:= From -> List;
        Target > From, Target =< Through ->
            argument([
                "insertion index for slide must be outside the range being moved (tried to insert ",
                integer_to_binary(From), "..", integer_to_binary(Through), " at ", integer_to_binary(Target), ")"
            ]);
        From > Through -> List;
        Target < From ->
            {Before, Rest} = split_list(List, Target, []),
            {Between, Tail} = split_list(Rest, From - Target, []),
            {Moved, After} = split_list(Tail, Through - From + 1, []),
            Before ++ Moved ++ Between ++ After;
        true ->
            {Before, Rest} = split_list(List, From, []),
            {Moved, Tail} = split_list(Rest, Through - From + 1, []),
            {Between, After} = split_list(Tail, Target - Through, []),
            Before ++ Between ++ Moved ++ After
    end.

%% @doc The elements in the order of terms.
sort(Enumerable) -> lists:sort(to_list(Enumerable)).

%% @doc The elements sorted: asc, desc, a module with compare/2, or a fun that says whether the first comes first.
sort(Enumerable, Sorter) -> sort_list(to_list(Enumerable), Sorter).

%% @doc The elements by what the fun makes of them.
sort_by(Enumerable, Fun) -> sort_by(Enumerable, Fun, asc).

%% @doc The elements by what the fun makes of them, sorted as sort/2.
sort_by(Enumerable, Fun, Sorter) when is_function(Fun, 1) ->
    Keyed = map(Enumerable, fun(Element) -> {Element, Fun(Element)} end),
    [Element || {Element, _} <- 'Elixir.List':keysort(Keyed, 1, Sorter)].

%% @doc The first elements and the others; a negative count counts the others.
split(Enumerable, Count) when is_integer(Count), Count >= 0 -> split_list(to_list(Enumerable), Count, []);
split(Enumerable, Count) when is_integer(Count) ->
    List = to_list(Enumerable),
    split_list(List, erlang:max(0, length(List) + Count), []).

%% @doc The elements at the start for which the fun is truthy, and the others.
split_while(Enumerable, Fun) ->
    {_, Taken, Rest} = fold(Enumerable, {take, [], []}, fun
        (Element, {rest, Taken, Rest}) -> {rest, Taken, [Element | Rest]};
        (Element, {take, Taken, []}) ->
            case truthy(Fun(Element)) of
                true -> {take, [Element | Taken], []};
                false -> {rest, Taken, [Element]}
            end
    end),
    {lists:reverse(Taken), lists:reverse(Rest)}.

%% @doc The elements for which the fun is truthy, and the others.
split_with(Enumerable, Fun) ->
    {Yes, No} = fold(Enumerable, {[], []}, fun(Element, {Yes, No}) ->
        case truthy(Fun(Element)) of
            true -> {[Element | Yes], No};
            false -> {Yes, [Element | No]}
        end
    end),
    {lists:reverse(Yes), lists:reverse(No)}.

%% @doc The sum of all elements.
sum(#{'__struct__' := 'Elixir.Range', first := First, step := Step} = Range) ->
    Count = 'Elixir.Range':size(Range),
    Count * First + Step * (Count * (Count - 1) div 2);
sum(Enumerable) -> fold(Enumerable, 0, fun(Element, Sum) -> Element + Sum end).

%% @doc The first elements, or the last when negative.
take(List, Count) when is_list(List), is_integer(Count), Count >= 0 -> take_list(List, Count);
take(Enumerable, 0) ->
    _ = Enumerable,
    [];
take(Enumerable, Count) when is_integer(Count), Count > 0 ->
    {Taken, _} = walk(Enumerable, {[], Count}, fun
        (Element, {Acc, 1}) -> {halt, {[Element | Acc], 0}};
        (Element, {Acc, Left}) -> {cont, {[Element | Acc], Left - 1}}
    end),
    lists:reverse(Taken);
take(Enumerable, Count) when is_integer(Count) ->
    List = to_list(Enumerable),
    drop_list(List, length(List) + Count).

%% @doc Every nth element, the first included.
take_every(Enumerable, 1) -> to_list(Enumerable);
take_every(_, 0) -> [];
take_every(Enumerable, Nth) when is_integer(Nth), Nth > 1 -> every(to_list(Enumerable), Nth).

%% @doc So many elements by chance.
take_random(_, 0) -> [];
take_random(Enumerable, Count) when is_integer(Count), Count > 0 -> take_list(shuffle(Enumerable), Count).

%% @doc The elements at the start for which the fun is truthy.
take_while(Enumerable, Fun) ->
    lists:reverse(
        walk(Enumerable, [], fun(Element, Acc) ->
            case truthy(Fun(Element)) of
                true -> {cont, [Element | Acc]};
                false -> {halt, Acc}
            end
        end)
    ).

%% @doc The elements as a list.
to_list(List) when is_list(List) -> List;
to_list(#{'__struct__' := 'Elixir.MapSet', map := Map}) -> maps:keys(Map);
to_list(#{'__struct__' := _} = Struct) -> lists:reverse(fold(Struct, [], fun(Element, Acc) -> [Element | Acc] end));
to_list(Map) when is_map(Map) -> maps:to_list(Map);
to_list(Enumerable) -> lists:reverse(fold(Enumerable, [], fun(Element, Acc) -> [Element | Acc] end)).

%% @doc Each element once, at its first place.
uniq(Enumerable) -> uniq_by(Enumerable, fun(Element) -> Element end).

%% @doc Deprecated: uniq_by.
uniq(Enumerable, Fun) -> uniq_by(Enumerable, Fun).

%% @doc The first elements for each value of the fun.
uniq_by(Enumerable, Fun) ->
    {Kept, _} = fold(Enumerable, {[], #{}}, fun(Element, {Kept, Seen}) ->
        Value = Fun(Element),
        case Seen of
            #{Value := _} -> {Kept, Seen};
            _ -> {[Element | Kept], Seen#{Value => true}}
        end
    end),
    lists:reverse(Kept).

%% @doc Two lists of the elements of pairs.
unzip(Enumerable) ->
    {Left, Right} = fold(Enumerable, {[], []}, fun({One, Two}, {Left, Right}) -> {[One | Left], [Two | Right]} end),
    {lists:reverse(Left), lists:reverse(Right)}.

%% @doc Each element with its index from 0.
with_index(Enumerable) -> with_index(Enumerable, 0).

%% @doc Each element with its index from an offset, or what a fun makes of both.
with_index(Enumerable, Offset) when is_integer(Offset) ->
    {List, _} = map_reduce(Enumerable, Offset, fun(Element, Index) -> {{Element, Index}, Index + 1} end),
    List;
with_index(Enumerable, Fun) when is_function(Fun, 2) ->
    {List, _} = map_reduce(Enumerable, 0, fun(Element, Index) -> {Fun(Element, Index), Index + 1} end),
    List.

%% @doc Tuples of the elements at the same places, until one runs out.
zip([]) -> [];
zip(Enumerables) -> zip_with(Enumerables, fun erlang:list_to_tuple/1).

%% @doc Pairs of the elements at the same places, until one runs out.
zip(Left, Right) -> zip_with(Left, Right, fun(One, Two) -> {One, Two} end).

%% @doc Folds over the lists of the elements at the same places.
zip_reduce([], Acc, Fun) when is_function(Fun, 2) -> Acc;
zip_reduce(Enumerables, Acc, Fun) when is_function(Fun, 2) ->
    fold('Elixir.Stream':zip_with(Enumerables, fun(Elements) -> Elements end), Acc, Fun).

%% @doc Folds over the elements of two at the same places.
zip_reduce(Left, Right, Acc, Fun) when is_list(Left), is_list(Right), is_function(Fun, 3) ->
    zip_fold(Left, Right, Acc, Fun);
zip_reduce(Left, Right, Acc, Fun) when is_function(Fun, 3) ->
    zip_reduce([Left, Right], Acc, fun([One, Two], State) -> Fun(One, Two, State) end).

%% @doc What the fun makes of the lists of the elements at the same places.
zip_with([], Fun) when is_function(Fun, 1) -> [];
zip_with(Enumerables, Fun) when is_function(Fun, 1) ->
    lists:reverse(zip_reduce(Enumerables, [], fun(Elements, Acc) -> [Fun(Elements) | Acc] end)).

%% @doc What the fun makes of the elements of two at the same places.
zip_with(Left, Right, Fun) when is_function(Fun, 2) ->
    lists:reverse(zip_reduce(Left, Right, [], fun(One, Two, Acc) -> [Fun(One, Two) | Acc] end)).

%% Walking.

fold(List, Acc, Fun) when is_list(List) -> foldl(List, Acc, Fun);
fold(#{'__struct__' := 'Elixir.Range', first := First, last := Last, step := Step}, Acc, Fun) ->
    fold_range(First, Last, Step, Acc, Fun);
fold(Enumerable, Acc, Fun) ->
    Step = fun(Element, State) -> {cont, Fun(Element, State)} end,
    element(2, 'Elixir.Enumerable':reduce(Enumerable, {cont, Acc}, Step)).

foldl([Head | Tail], Acc, Fun) -> foldl(Tail, Fun(Head, Acc), Fun);
foldl([], Acc, _) -> Acc.

fold_range(First, Last, Step, Acc, Fun) when Step > 0, First =< Last; Step < 0, First >= Last ->
    fold_range(First + Step, Last, Step, Fun(First, Acc), Fun);
fold_range(_, _, _, Acc, _) -> Acc.

walk(List, Acc, Fun) when is_list(List) -> walk_list(List, Acc, Fun);
walk(Enumerable, Acc, Fun) -> element(2, 'Elixir.Enumerable':reduce(Enumerable, {cont, Acc}, Fun)).

walk(Enumerable, Acc, Fun, Finish) -> Finish(walk(Enumerable, Acc, Fun)).

walk_list([Head | Tail], Acc, Fun) ->
    case Fun(Head, Acc) of
        {cont, Next} -> walk_list(Tail, Next, Fun);
        {halt, Last} -> Last;
        {suspend, Last} -> Last
    end;
walk_list([], Acc, _) -> Acc.

collect(Enumerable, Collectable, Fun) ->
    {Initial, Collector} = 'Elixir.Collectable':into(Collectable),
    try fold(Enumerable, Initial, fun(Element, Acc) -> Collector(Acc, {cont, Fun(Element)}) end) of
        Acc -> Collector(Acc, done)
    catch
        Class:Reason:Stack ->
            Collector(Initial, halt),
            erlang:raise(Class, Reason, Stack)
    end.

%% Pieces of lists.

map_list([Head | Tail], Fun) -> [Fun(Head) | map_list(Tail, Fun)];
map_list([], _) -> [].

filter_list([Head | Tail], Fun) ->
    case truthy(Fun(Head)) of
        true -> [Head | filter_list(Tail, Fun)];
        false -> filter_list(Tail, Fun)
    end;
filter_list([], _) -> [].

chunks([], _, _, _, Acc) -> lists:reverse(Acc);
chunks(List, Count, Step, Leftover, Acc) ->
    case split_list(List, Count, []) of
        {Chunk, Rest} when Rest =/= [] -> chunks(drop_list(List, Step), Count, Step, Leftover, [Chunk | Acc]);
        {Chunk, []} ->
            Missing = Count - length(Chunk),
            if
                Missing =:= 0 -> chunks(drop_list(List, Step), Count, Step, Leftover, [Chunk | Acc]);
                Leftover =:= discard -> lists:reverse(Acc);
                true -> lists:reverse(Acc, [Chunk ++ take(Leftover, Missing)])
            end
    end.

drop_list(List, Count) when Count =< 0 -> List;
drop_list([_ | Tail], Count) -> drop_list(Tail, Count - 1);
drop_list([], _) -> [].

take_list(_, Count) when Count =< 0 -> [];
take_list([Head | Tail], Count) -> [Head | take_list(Tail, Count - 1)];
take_list([], _) -> [].

split_list([Head | Tail], Count, Acc) when Count > 0 -> split_list(Tail, Count - 1, [Head | Acc]);
split_list(Rest, _, Acc) -> {lists:reverse(Acc), Rest}.

every([], _) -> [];
every([Head | Tail], Nth) -> [Head | every(drop_list(Tail, Nth - 1), Nth)].

fetch_list([Head | _], 0) -> {ok, Head};
fetch_list([_ | Tail], Index) -> fetch_list(Tail, Index - 1);
fetch_list([], _) -> error.

drop_while_list([Head | Tail] = List, Fun) ->
    case truthy(Fun(Head)) of
        true -> drop_while_list(Tail, Fun);
        false -> List
    end;
drop_while_list([], _) -> [].

each_list([Head | Tail], Fun) ->
    Fun(Head),
    each_list(Tail, Fun);
each_list([], _) -> ok.

intersperse_list([Head | Tail], Separator) -> [Separator, Head | intersperse_list(Tail, Separator)];
intersperse_list([], _) -> [].

zip_fold([One | Left], [Two | Right], Acc, Fun) -> zip_fold(Left, Right, Fun(One, Two, Acc), Fun);
zip_fold(_, _, Acc, _) -> Acc.

map_reverse(List, Fun) -> foldl(List, [], fun(Element, Acc) -> [Fun(Element) | Acc] end).

slice_range(Enumerable, First, Last, Step) when First >= 0, Last >= First ->
    every(slice(Enumerable, First, Last - First + 1), Step);
slice_range(Enumerable, First, Last, Step) ->
    List = to_list(Enumerable),
    From = erlang:max(0, from_end(First, List)),
    Through = from_end(Last, List),
    case Through >= From of
        true -> every(slice(List, From, Through - From + 1), Step);
        false -> []
    end.

from_end(Index, _) when Index >= 0 -> Index;
from_end(Index, List) -> Index + length(List).

slide_outside(Index, Count, _) ->
    argument(["index ", integer_to_binary(Index), " is out of bounds for ", integer_to_binary(Count), " elements"]).

count_to(Enumerable, Fun, Limit) ->
    walk(Enumerable, 0, fun(Element, Count) ->
        case truthy(Fun(Element)) of
            true when Count + 1 =:= Limit -> {halt, Limit};
            true -> {cont, Count + 1};
            false -> {cont, Count}
        end
    end).

%% Order.

best(Enumerable, Sorter, Fallback) ->
    case fold(Enumerable, none, fun
        (Element, none) -> {best, Element};
        (Element, {best, Best} = Kept) ->
            case Sorter(Best, Element) of
                true -> Kept;
                false -> {best, Element}
            end
    end) of
        {best, Best} -> Best;
        none -> Fallback()
    end.

best_by(Enumerable, Fun, Sorter, Fallback) ->
    case fold(Enumerable, none, fun
        (Element, none) -> {Element, Fun(Element)};
        (Element, {_, Best} = Kept) ->
            Value = Fun(Element),
            case Sorter(Best, Value) of
                true -> Kept;
                false -> {Element, Value}
            end
    end) of
        {Best, _} -> Best;
        none -> Fallback()
    end.

max_sorter(Sorter) when is_function(Sorter, 2) -> Sorter;
max_sorter(Module) when is_atom(Module) -> fun(One, Two) -> Module:compare(One, Two) =/= lt end.

min_sorter(Sorter) when is_function(Sorter, 2) -> Sorter;
min_sorter(Module) when is_atom(Module) -> fun(One, Two) -> Module:compare(One, Two) =/= gt end.

sort_list(List, asc) -> lists:sort(List);
sort_list(List, desc) -> lists:sort(fun erlang:'>='/2, List);
sort_list(List, Sorter) when is_function(Sorter, 2) -> lists:sort(Sorter, List);
sort_list(List, {asc, Module}) when is_atom(Module) -> sort_list(List, Module);
sort_list(List, {desc, Module}) when is_atom(Module) ->
    lists:sort(fun(One, Two) -> Module:compare(One, Two) =/= lt end, List);
sort_list(List, Module) when is_atom(Module) ->
    lists:sort(fun(One, Two) -> Module:compare(One, Two) =/= gt end, List).

%% Small things.

truthy(false) -> false;
truthy(nil) -> false;
truthy(_) -> true.

is_plain_map(#{'__struct__' := Struct}) when is_atom(Struct) -> false;
is_plain_map(Value) -> is_map(Value).

entry_to_string(Binary) when is_binary(Binary) -> Binary;
entry_to_string(Value) -> 'Elixir.String.Chars':to_string(Value).

show(Value) -> 'Elixir.Kernel':inspect(Value).

empty() -> raise('Elixir.Enum.EmptyError', <<"empty error">>).

argument(Text) -> raise('Elixir.ArgumentError', iolist_to_binary(Text)).

raise(Struct, Message) -> error(#{'__struct__' => Struct, '__exception__' => true, message => Message}).

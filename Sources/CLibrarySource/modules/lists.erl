%% lists: the functions that call a fun. The others are native.
%% Sources: the reference manual of stdlib.
-module(lists).
-export([map/2, foreach/2, foldl/3, foldr/3, filter/2, filtermap/2, flatmap/2, any/2, all/2, partition/2, mapfoldl/3,
    mapfoldr/3, takewhile/2, dropwhile/2, splitwith/2, search/2, zipwith/3, zipwith3/4, keymap/3, sort/2, usort/2,
    merge/3, umerge/3, uniq/2, zf/2]).

%% @doc The results of Fun for each element.
map(Fun, List) when is_function(Fun, 1) ->
    case List of
        [Head | Tail] -> [Fun(Head) | map_1(Fun, Tail)];
        [] -> []
    end.

map_1(Fun, [Head | Tail]) -> [Fun(Head) | map_1(Fun, Tail)];
map_1(_, []) -> [].

%% @doc Calls Fun with each element, front to back.
foreach(Fun, List) when is_function(Fun, 1) -> foreach_1(Fun, List).

foreach_1(Fun, [Head | Tail]) -> Fun(Head), foreach_1(Fun, Tail);
foreach_1(_, []) -> ok.

%% @doc Combines the elements with an accumulator, front to back: Fun(Element, Acc).
foldl(Fun, Acc, List) when is_function(Fun, 2) ->
    case List of
        [Head | Tail] -> foldl_1(Fun, Fun(Head, Acc), Tail);
        [] -> Acc
    end.

foldl_1(Fun, Acc, [Head | Tail]) -> foldl_1(Fun, Fun(Head, Acc), Tail);
foldl_1(_, Acc, []) -> Acc.

%% @doc Combines the elements with an accumulator, back to front: Fun(Element, Acc).
foldr(Fun, Acc, List) when is_function(Fun, 2) -> foldr_1(Fun, Acc, List).

foldr_1(Fun, Acc, [Head | Tail]) -> Fun(Head, foldr_1(Fun, Acc, Tail));
foldr_1(_, Acc, []) -> Acc.

%% @doc The elements for which Fun gives true.
filter(Fun, List) when is_function(Fun, 1) -> filter_1(Fun, List).

filter_1(Fun, [Head | Tail]) ->
    case Fun(Head) of
        true -> [Head | filter_1(Fun, Tail)];
        false -> filter_1(Fun, Tail);
        Other -> error({bad_filter, Other})
    end;
filter_1(_, []) -> [];
filter_1(_, Other) -> error({bad_generator, Other}).

%% @doc As filter/2; where Fun gives {true, Value}, Value takes the element's place.
filtermap(Fun, List) when is_function(Fun, 1) -> filtermap_1(Fun, List).

filtermap_1(Fun, [Head | Tail]) ->
    case Fun(Head) of
        true -> [Head | filtermap_1(Fun, Tail)];
        {true, Value} -> [Value | filtermap_1(Fun, Tail)];
        false -> filtermap_1(Fun, Tail)
    end;
filtermap_1(_, []) -> [].

%% @doc The lists that Fun gives for the elements, joined.
flatmap(Fun, List) when is_function(Fun, 1) -> flatmap_1(Fun, List).

flatmap_1(Fun, [Head | Tail]) -> Fun(Head) ++ flatmap_1(Fun, Tail);
flatmap_1(_, []) -> [].

%% @doc Whether Fun gives true for an element.
any(Fun, List) when is_function(Fun, 1) ->
    case List of
        [_ | _] -> any_1(Fun, List);
        [] -> false
    end.

any_1(Fun, [Head | Tail]) ->
    case Fun(Head) of
        true -> true;
        false -> any_1(Fun, Tail)
    end;
any_1(_, []) -> false.

%% @doc Whether Fun gives true for all elements.
all(Fun, List) when is_function(Fun, 1) ->
    case List of
        [_ | _] -> all_1(Fun, List);
        [] -> true
    end.

all_1(Fun, [Head | Tail]) ->
    case Fun(Head) of
        true -> all_1(Fun, Tail);
        false -> false
    end;
all_1(_, []) -> true.

%% @doc The elements for which Fun gives true, and the others.
partition(Fun, List) when is_function(Fun, 1) -> partition_1(Fun, List, [], []).

partition_1(Fun, [Head | Tail], Yes, No) ->
    case Fun(Head) of
        true -> partition_1(Fun, Tail, [Head | Yes], No);
        false -> partition_1(Fun, Tail, Yes, [Head | No])
    end;
partition_1(_, [], Yes, No) -> {lists:reverse(Yes), lists:reverse(No)}.

%% @doc map/2 and foldl/3 in one: Fun(Element, Acc) gives {Result, Acc}.
mapfoldl(Fun, Acc, List) when is_function(Fun, 2) -> mapfoldl_1(Fun, Acc, List, []).

mapfoldl_1(Fun, Acc, [Head | Tail], Results) ->
    {Result, Next} = Fun(Head, Acc),
    mapfoldl_1(Fun, Next, Tail, [Result | Results]);
mapfoldl_1(_, Acc, [], Results) -> {lists:reverse(Results), Acc}.

%% @doc map/2 and foldr/3 in one: Fun(Element, Acc) gives {Result, Acc}.
mapfoldr(Fun, Acc, List) when is_function(Fun, 2) -> mapfoldr_1(Fun, Acc, List).

mapfoldr_1(Fun, Acc, [Head | Tail]) ->
    {Results, Next} = mapfoldr_1(Fun, Acc, Tail),
    {Result, Last} = Fun(Head, Next),
    {[Result | Results], Last};
mapfoldr_1(_, Acc, []) -> {[], Acc}.

%% @doc The first elements, as long as Fun gives true.
takewhile(Fun, List) when is_function(Fun, 1) -> takewhile_1(Fun, List).

takewhile_1(Fun, [Head | Tail]) ->
    case Fun(Head) of
        true -> [Head | takewhile_1(Fun, Tail)];
        false -> []
    end;
takewhile_1(_, []) -> [].

%% @doc The list from the first element on for which Fun gives false.
dropwhile(Fun, List) when is_function(Fun, 1) -> dropwhile_1(Fun, List).

dropwhile_1(Fun, [Head | Tail] = List) ->
    case Fun(Head) of
        true -> dropwhile_1(Fun, Tail);
        false -> List
    end;
dropwhile_1(_, []) -> [].

%% @doc What takewhile/2 and dropwhile/2 give.
splitwith(Fun, List) when is_function(Fun, 1) -> splitwith_1(Fun, List, []).

splitwith_1(Fun, [Head | Tail] = List, Taken) ->
    case Fun(Head) of
        true -> splitwith_1(Fun, Tail, [Head | Taken]);
        false -> {lists:reverse(Taken), List}
    end;
splitwith_1(_, [], Taken) -> {lists:reverse(Taken), []}.

%% @doc {value, Element} for the first element for which Fun gives true, or false.
search(Fun, List) when is_function(Fun, 1) -> search_1(Fun, List).

search_1(Fun, [Head | Tail]) ->
    case Fun(Head) of
        true -> {value, Head};
        false -> search_1(Fun, Tail)
    end;
search_1(_, []) -> false.

%% @doc The results of Fun for the elements of two lists that stand at the same place.
zipwith(Fun, List1, List2) when is_function(Fun, 2) -> zipwith_1(Fun, List1, List2).

zipwith_1(Fun, [X | Xs], [Y | Ys]) -> [Fun(X, Y) | zipwith_1(Fun, Xs, Ys)];
zipwith_1(_, [], []) -> [].

%% @doc The results of Fun for the elements of three lists that stand at the same place.
zipwith3(Fun, List1, List2, List3) when is_function(Fun, 3) -> zipwith3_1(Fun, List1, List2, List3).

zipwith3_1(Fun, [X | Xs], [Y | Ys], [Z | Zs]) -> [Fun(X, Y, Z) | zipwith3_1(Fun, Xs, Ys, Zs)];
zipwith3_1(_, [], [], []) -> [].

%% @doc The tuples with Fun's result for element N in its place.
keymap(Fun, N, TupleList) when is_function(Fun, 1), is_integer(N), N >= 1 -> keymap_1(Fun, N, TupleList).

keymap_1(Fun, N, [Tuple | Tail]) -> [setelement(N, Tuple, Fun(element(N, Tuple))) | keymap_1(Fun, N, Tail)];
keymap_1(_, _, []) -> [].

%% @doc Sorts by a fun that tells whether its first argument may stand before its second.
sort(Fun, List) when is_function(Fun, 2) -> sort_1(Fun, List).

sort_1(_, []) -> [];
sort_1(_, [_] = List) -> List;
sort_1(Fun, [_ | _] = List) -> sort_rows(Fun, rows(Fun, List)).

%% Runs that are in order already, the first one first.
rows(Fun, [Head | Tail]) -> rows(Fun, Tail, Head, []).

rows(Fun, [Head | Tail], Last, Row) ->
    case Fun(Last, Head) of
        true -> rows(Fun, Tail, Head, [Last | Row]);
        false -> [lists:reverse(Row, [Last]) | rows(Fun, Tail, Head, [])]
    end;
rows(_, [], Last, Row) -> [lists:reverse(Row, [Last])].

sort_rows(_, [Row]) -> Row;
sort_rows(Fun, Rows) -> sort_rows(Fun, merge_pairs(Fun, Rows)).

merge_pairs(Fun, [One, Two | Rows]) -> [merge_1(Fun, One, Two, []) | merge_pairs(Fun, Rows)];
merge_pairs(_, Rows) -> Rows.

%% @doc As sort/2, without all but the first of elements that are equal by Fun.
usort(Fun, List) when is_function(Fun, 2) -> distinct(Fun, sort_1(Fun, List)).

distinct(Fun, [One, Two | Tail]) ->
    %% They are in order; equal if they also are the other way round.
    case Fun(Two, One) of
        true -> distinct(Fun, [One | Tail]);
        false -> [One | distinct(Fun, [Two | Tail])]
    end;
distinct(_, List) -> List.

%% @doc Two lists sorted by Fun as one.
merge(Fun, List1, List2) when is_function(Fun, 2) -> merge_1(Fun, List1, List2, []).

merge_1(Fun, [X | Xs] = List1, [Y | Ys] = List2, Acc) ->
    case Fun(X, Y) of
        true -> merge_1(Fun, Xs, List2, [X | Acc]);
        false -> merge_1(Fun, List1, Ys, [Y | Acc])
    end;
merge_1(_, [], List, Acc) -> lists:reverse(Acc, List);
merge_1(_, List, [], Acc) -> lists:reverse(Acc, List).

%% @doc Two lists sorted by Fun as one; of equal elements the one of List1.
umerge(Fun, List1, List2) when is_function(Fun, 2) -> distinct(Fun, merge_1(Fun, List1, List2, [])).

%% @doc The list without the elements for which Fun gives what it gave before.
uniq(Fun, List) when is_function(Fun, 1) -> uniq_1(Fun, List, #{}).

uniq_1(Fun, [Head | Tail], Seen) ->
    Key = Fun(Head),
    case Seen of
        #{Key := _} -> uniq_1(Fun, Tail, Seen);
        _ -> [Head | uniq_1(Fun, Tail, Seen#{Key => []})]
    end;
uniq_1(_, [], _) -> [].

%% @doc As filtermap/2.
zf(Fun, List) -> lists:filtermap(Fun, List).

%% maps: the functions that call a fun, and iterators. The others are native.
%% Sources: the reference manual of stdlib.
-module(maps).
-export([map/2, fold/3, filter/2, filtermap/2, foreach/2, update_with/3, update_with/4, groups_from_list/2,
    groups_from_list/3, merge_with/3, intersect_with/3, iterator/1, next/1]).

%% @doc The map with the result of Fun(Key, Value) for each value.
map(Fun, Map) when is_map(Map), is_function(Fun, 2) ->
    maps:from_list([{Key, Fun(Key, Value)} || {Key, Value} <- maps:to_list(Map)]);
map(Fun, Iterator) when is_function(Fun, 2) ->
    case pairs(Iterator) of
        error -> error(bad(Iterator), [Fun, Iterator], info());
        Pairs -> maps:from_list([{Key, Fun(Key, Value)} || {Key, Value} <- Pairs])
    end;
map(Fun, Map) -> error(bad(Map), [Fun, Map], info()).

%% @doc Combines the pairs with an accumulator: Fun(Key, Value, Acc).
fold(Fun, Acc, Map) when is_map(Map), is_function(Fun, 3) -> fold_1(Fun, Acc, maps:to_list(Map));
fold(Fun, Acc, Iterator) when is_function(Fun, 3) ->
    case pairs(Iterator) of
        error -> error(bad(Iterator), [Fun, Acc, Iterator], info());
        Pairs -> fold_1(Fun, Acc, Pairs)
    end;
fold(Fun, Acc, Map) -> error(bad(Map), [Fun, Acc, Map], info()).

fold_1(Fun, Acc, [{Key, Value} | Pairs]) -> fold_1(Fun, Fun(Key, Value, Acc), Pairs);
fold_1(_, Acc, []) -> Acc.

%% @doc The pairs for which Fun(Key, Value) gives true.
filter(Fun, Map) when is_map(Map), is_function(Fun, 2) -> maps:from_list(filter_1(Fun, maps:to_list(Map)));
filter(Fun, Iterator) when is_function(Fun, 2) ->
    case pairs(Iterator) of
        error -> error(bad(Iterator), [Fun, Iterator], info());
        Pairs -> maps:from_list(filter_1(Fun, Pairs))
    end;
filter(Fun, Map) -> error(bad(Map), [Fun, Map], info()).

filter_1(Fun, [{Key, Value} = Pair | Pairs]) ->
    case Fun(Key, Value) of
        true -> [Pair | filter_1(Fun, Pairs)];
        false -> filter_1(Fun, Pairs)
    end;
filter_1(_, []) -> [].

%% @doc As filter/2; where Fun gives {true, Value}, that is the value.
filtermap(Fun, Map) when is_map(Map), is_function(Fun, 2) -> maps:from_list(filtermap_1(Fun, maps:to_list(Map)));
filtermap(Fun, Iterator) when is_function(Fun, 2) ->
    case pairs(Iterator) of
        error -> error(bad(Iterator), [Fun, Iterator], info());
        Pairs -> maps:from_list(filtermap_1(Fun, Pairs))
    end;
filtermap(Fun, Map) -> error(badarg, [Fun, Map], info()).

filtermap_1(Fun, [{Key, Value} = Pair | Pairs]) ->
    case Fun(Key, Value) of
        true -> [Pair | filtermap_1(Fun, Pairs)];
        {true, New} -> [{Key, New} | filtermap_1(Fun, Pairs)];
        false -> filtermap_1(Fun, Pairs)
    end;
filtermap_1(_, []) -> [].

%% @doc Calls Fun(Key, Value) for each pair.
foreach(Fun, Map) when is_map(Map), is_function(Fun, 2) -> foreach_1(Fun, maps:to_list(Map));
foreach(Fun, Iterator) when is_function(Fun, 2) ->
    case pairs(Iterator) of
        error -> error(bad(Iterator), [Fun, Iterator], info());
        Pairs -> foreach_1(Fun, Pairs)
    end;
foreach(Fun, Map) -> error(bad(Map), [Fun, Map], info()).

foreach_1(Fun, [{Key, Value} | Pairs]) -> Fun(Key, Value), foreach_1(Fun, Pairs);
foreach_1(_, []) -> ok.

%% @doc The map with Fun's result for the value of Key, which must be there.
update_with(Key, Fun, Map) when is_map(Map), is_function(Fun, 1) ->
    case Map of
        #{Key := Value} -> Map#{Key := Fun(Value)};
        _ -> error({badkey, Key})
    end;
update_with(Key, Fun, Map) -> error(bad(Map), [Key, Fun, Map], info()).

%% @doc The map with Fun's result for the value of Key, or with Init if the key is not there.
update_with(Key, Fun, Init, Map) when is_map(Map), is_function(Fun, 1) ->
    case Map of
        #{Key := Value} -> Map#{Key := Fun(Value)};
        _ -> Map#{Key => Init}
    end;
update_with(Key, Fun, Init, Map) -> error(bad(Map), [Key, Fun, Init, Map], info()).

%% @doc The elements of a list, grouped by what Fun gives for them.
groups_from_list(Fun, List) when is_function(Fun, 1), is_list(List) -> groups(Fun, fun(Value) -> Value end, List);
groups_from_list(Fun, List) -> error(badarg, [Fun, List], info()).

%% @doc The results of ValueFun for the elements of a list, grouped by what Fun gives for these.
groups_from_list(Fun, ValueFun, List) when is_function(Fun, 1), is_function(ValueFun, 1), is_list(List) ->
    groups(Fun, ValueFun, List);
groups_from_list(Fun, ValueFun, List) -> error(badarg, [Fun, ValueFun, List], info()).

groups(Fun, ValueFun, List) ->
    try lists:reverse(List) of
        Reversed -> groups(Fun, ValueFun, Reversed, #{})
    catch
        error:_ -> error(badarg)
    end.

groups(Fun, ValueFun, [Head | Tail], Groups) ->
    Key = Fun(Head),
    Value = ValueFun(Head),
    case Groups of
        #{Key := Values} -> groups(Fun, ValueFun, Tail, Groups#{Key := [Value | Values]});
        _ -> groups(Fun, ValueFun, Tail, Groups#{Key => [Value]})
    end;
groups(_, _, [], Groups) -> Groups.

%% @doc Both maps as one; Fun(Key, Value1, Value2) gives the value of a key that both have.
merge_with(Fun, Map1, Map2) when is_map(Map1), is_map(Map2), is_function(Fun, 3) ->
    merge_1(Fun, maps:to_list(Map2), Map1);
merge_with(Fun, Map1, Map2) when not is_function(Fun, 3) -> error(badarg, [Fun, Map1, Map2], info());
merge_with(Fun, Map1, Map2) -> error(bad_two(Map1, Map2), [Fun, Map1, Map2], info()).

merge_1(Fun, [{Key, Value2} | Pairs], Map) ->
    case Map of
        #{Key := Value1} -> merge_1(Fun, Pairs, Map#{Key := Fun(Key, Value1, Value2)});
        _ -> merge_1(Fun, Pairs, Map#{Key => Value2})
    end;
merge_1(_, [], Map) -> Map.

%% @doc The keys that both maps have, with what Fun(Key, Value1, Value2) gives.
intersect_with(Fun, Map1, Map2) when is_map(Map1), is_map(Map2), is_function(Fun, 3) ->
    maps:from_list([{Key, Fun(Key, Value, maps:get(Key, Map2))}
        || {Key, Value} <- maps:to_list(Map1), is_map_key(Key, Map2)]);
intersect_with(Fun, Map1, Map2) when not is_function(Fun, 3) -> error(badarg, [Fun, Map1, Map2], info());
intersect_with(Fun, Map1, Map2) -> error(bad_two(Map1, Map2), [Fun, Map1, Map2], info()).

%% @doc An iterator of the map, for next/1.
iterator(Map) when is_map(Map) -> [0 | Map];
iterator(Map) -> error({badmap, Map}, [Map], info()).

%% @doc {Key, Value, Next} of an iterator, or none.
next({_, _, _} = Entry) -> Entry;
next([0 | Map]) when is_map(Map) -> chain(maps:to_list(Map));
next(none) -> none;
next(Iterator) -> error(badarg, [Iterator], info()).

chain([{Key, Value} | Pairs]) -> {Key, Value, chain(Pairs)};
chain([]) -> none.

pairs([0 | Map]) when is_map(Map) -> maps:to_list(Map);
pairs(Iterator) ->
    try chain_pairs(Iterator)
    catch error:_ -> error
    end.

chain_pairs({Key, Value, Next}) -> [{Key, Value} | chain_pairs(Next)];
chain_pairs(none) -> [].

%% What OTP holds against an argument that is no map, or against a fun of another arity.
bad(Map) when is_map(Map) -> badarg;
bad([0 | Map]) when is_map(Map) -> badarg;
bad({_, _, _}) -> badarg;
bad(none) -> badarg;
bad(Map) -> {badmap, Map}.

bad_two(Map1, Map2) when is_map(Map1), is_map(Map2) -> badarg;
bad_two(Map1, _) when not is_map(Map1) -> {badmap, Map1};
bad_two(_, Map2) -> {badmap, Map2}.

%% Who can tell what was wrong with the arguments.
info() -> [{error_info, #{module => erl_stdlib_errors}}].

%% array: arrays whose positions count from 0. Here {array, Size, IsFixed, Default, Map}: OTP's own shape is its secret,
%% so that an array of another node is not understood.
%% Sources: the reference manual of stdlib.
-module(array).
-export([new/0, new/1, new/2, is_array/1, size/1, default/1, fix/1, relax/1, is_fix/1, get/2, set/3, reset/2, resize/1, resize/2,
    to_list/1, sparse_to_list/1, from_list/1, from_list/2, to_orddict/1, sparse_size/1, sparse_to_orddict/1,
    from_orddict/1, from_orddict/2, map/2, foldl/3, foldr/3, sparse_map/2, sparse_foldl/3, sparse_foldr/3]).

%% @doc An array that grows.
new() -> {array, 0, false, undefined, #{}}.

%% @doc An array by options: a size, fixed, {size, N}, {fixed, Boolean}, {default, Value}.
new(Options) -> options(Options, 0, false, undefined).

%% @doc An array of a size by options.
new(Size, Options) when is_integer(Size), Size >= 0 -> options(Options, Size, true, undefined);
new(_, _) -> error(badarg).

options(Size, _, _, Default) when is_integer(Size), Size >= 0 -> {array, Size, true, Default, #{}};
options([Size | Rest], _, _, Default) when is_integer(Size), Size >= 0 -> options(Rest, Size, true, Default);
options([{size, Size} | Rest], _, _, Default) when is_integer(Size), Size >= 0 -> options(Rest, Size, true, Default);
options([fixed | Rest], Size, _, Default) -> options(Rest, Size, true, Default);
options([{fixed, Fixed} | Rest], Size, _, Default) when is_boolean(Fixed) -> options(Rest, Size, Fixed, Default);
options([{default, Default} | Rest], Size, Fixed, _) -> options(Rest, Size, Fixed, Default);
options([], Size, Fixed, Default) -> {array, Size, Fixed, Default, #{}};
options(Option, Size, Fixed, Default) when not is_list(Option) -> options([Option], Size, Fixed, Default);
options(_, _, _, _) -> error(badarg).

%% @doc Whether it is an array.
is_array({array, Size, _, _, Map}) when is_integer(Size), is_map(Map) -> true;
is_array(_) -> false.

%% @doc How many positions it has.
size({array, Size, _, _, _}) -> Size;
size(_) -> error(badarg).

%% @doc The value of positions that were not set.
default({array, _, _, Default, _}) -> Default;
default(_) -> error(badarg).

%% @doc The array with a size that does not change.
fix({array, Size, _, Default, Map}) -> {array, Size, true, Default, Map};
fix(_) -> error(badarg).

%% @doc The array with a size that grows.
relax({array, Size, _, Default, Map}) -> {array, Size, false, Default, Map};
relax(_) -> error(badarg).

%% @doc Whether the size does not change.
is_fix({array, _, Fixed, _, _}) -> Fixed;
is_fix(_) -> error(badarg).

%% @doc The value at a position.
get(I, {array, Size, Fixed, Default, Map}) when is_integer(I), I >= 0, I < Size orelse not Fixed ->
    case Map of
        #{I := Value} -> Value;
        _ -> Default
    end;
get(_, _) -> error(badarg).

%% @doc The array with another value at a position.
set(I, Value, {array, Size, Fixed, Default, Map}) when is_integer(I), I >= 0, I < Size orelse not Fixed ->
    {array, max(Size, I + 1), Fixed, Default, Map#{I => Value}};
set(_, _, _) -> error(badarg).

%% @doc The array with the default at a position.
reset(I, {array, Size, Fixed, Default, Map}) when is_integer(I), I >= 0, I < Size orelse not Fixed ->
    {array, Size, Fixed, Default, maps:remove(I, Map)};
reset(_, _) -> error(badarg).

%% @doc The array with the least size that holds all values that are not the default.
resize(Array) -> resize(sparse_size(Array), Array).

%% @doc The array with another size.
resize(Size, {array, _, Fixed, Default, Map}) when is_integer(Size), Size >= 0 ->
    {array, Size, Fixed, Default, maps:filter(fun(I, _) -> I < Size end, Map)};
resize(_, _) -> error(badarg).

%% @doc The values in order.
to_list({array, Size, _, Default, Map}) -> [maps:get(I, Map, Default) || I <- lists:seq(0, Size - 1)];
to_list(_) -> error(badarg).

%% @doc The values in order, without those that are the default.
sparse_to_list(Array) -> [Value || {_, Value} <- sparse_to_orddict(Array)].

%% @doc An array of the values of a list.
from_list(List) -> from_list(List, undefined).

%% @doc An array of the values of a list, with a default.
from_list(List, Default) when is_list(List) ->
    Size = length(List),
    {array, Size, false, Default, maps:from_list(lists:zip(lists:seq(0, Size - 1), List))};
from_list(_, _) -> error(badarg).

%% @doc The pairs of position and value.
to_orddict({array, Size, _, _, _} = Array) -> lists:zip(lists:seq(0, Size - 1), to_list(Array));
to_orddict(_) -> error(badarg).

%% @doc The pairs of position and value, without those of the default.
sparse_to_orddict({array, Size, _, Default, Map}) ->
    [Pair || {I, Value} = Pair <- lists:sort(maps:to_list(Map)), I < Size, Value =/= Default];
sparse_to_orddict(_) -> error(badarg).

%% @doc One more than the last position whose value is not the default.
sparse_size(Array) ->
    case sparse_to_orddict(Array) of
        [] -> 0;
        Pairs -> element(1, lists:last(Pairs)) + 1
    end.

%% @doc An array of pairs of position and value.
from_orddict(Pairs) -> from_orddict(Pairs, undefined).

%% @doc An array of pairs of position and value, with a default.
from_orddict([], Default) -> {array, 0, false, Default, #{}};
from_orddict(Pairs, Default) when is_list(Pairs) ->
    {Last, _} = lists:last(Pairs),
    {array, Last + 1, false, Default, maps:from_list(Pairs)};
from_orddict(_, _) -> error(badarg).

%% @doc The array with Fun(Position, Value) for each value.
map(Fun, {array, Size, Fixed, Default, _} = Array) when is_function(Fun, 2) ->
    {array, Size, Fixed, Default, maps:from_list([{I, Fun(I, Value)} || {I, Value} <- to_orddict(Array)])};
map(_, _) -> error(badarg).

%% @doc As map/2, for the values that are not the default.
sparse_map(Fun, {array, Size, Fixed, Default, _} = Array) when is_function(Fun, 2) ->
    {array, Size, Fixed, Default, maps:from_list([{I, Fun(I, Value)} || {I, Value} <- sparse_to_orddict(Array)])};
sparse_map(_, _) -> error(badarg).

%% @doc Combines the values with an accumulator, first to last: Fun(Position, Value, Acc).
foldl(Fun, Acc, Array) when is_function(Fun, 3) ->
    lists:foldl(fun({I, Value}, A) -> Fun(I, Value, A) end, Acc, to_orddict(Array));
foldl(_, _, _) -> error(badarg).

%% @doc Combines the values with an accumulator, last to first: Fun(Position, Value, Acc).
foldr(Fun, Acc, Array) when is_function(Fun, 3) ->
    lists:foldr(fun({I, Value}, A) -> Fun(I, Value, A) end, Acc, to_orddict(Array));
foldr(_, _, _) -> error(badarg).

%% @doc As foldl/3, for the values that are not the default.
sparse_foldl(Fun, Acc, Array) when is_function(Fun, 3) ->
    lists:foldl(fun({I, Value}, A) -> Fun(I, Value, A) end, Acc, sparse_to_orddict(Array));
sparse_foldl(_, _, _) -> error(badarg).

%% @doc As foldr/3, for the values that are not the default.
sparse_foldr(Fun, Acc, Array) when is_function(Fun, 3) ->
    lists:foldr(fun({I, Value}, A) -> Fun(I, Value, A) end, Acc, sparse_to_orddict(Array));
sparse_foldr(_, _, _) -> error(badarg).

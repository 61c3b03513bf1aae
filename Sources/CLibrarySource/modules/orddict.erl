%% orddict: dictionaries that are sorted lists of {Key, Value}. Keys compare with ==.
%% Sources: the reference manual of stdlib.
-module(orddict).
-export([new/0, is_key/2, to_list/1, from_list/1, size/1, is_empty/1, fetch/2, find/2, fetch_keys/1, erase/2, take/2,
    store/3, append/3, append_list/3, update/3, update/4, update_counter/3, fold/3, map/2, filter/2, merge/3]).

%% @doc The empty dictionary.
new() -> [].

%% @doc Whether the key is there.
is_key(Key, [{K, _} | _]) when Key < K -> false;
is_key(Key, [{K, _} | Rest]) when Key > K -> is_key(Key, Rest);
is_key(_, [{_, _} | _]) -> true;
is_key(_, []) -> false.

%% @doc The pairs in the order of keys.
to_list(Dict) -> Dict.

%% @doc A dictionary of pairs; of equal keys the last one counts.
from_list([]) -> [];
from_list([{_, _}] = Pair) -> Pair;
from_list([_, _ | _] = Pairs) -> lists:ukeysort(1, lists:reverse(Pairs)).

%% @doc How many pairs it has.
size(Dict) -> length(Dict).

%% @doc Whether it has no pairs.
is_empty([]) -> true;
is_empty([_ | _]) -> false.

%% @doc The value of a key, which must be there.
fetch(Key, [{K, _} | Rest]) when Key > K -> fetch(Key, Rest);
fetch(Key, [{K, Value} | _]) when Key == K -> Value.

%% @doc {ok, Value} of a key, or error.
find(Key, [{K, _} | _]) when Key < K -> error;
find(Key, [{K, _} | Rest]) when Key > K -> find(Key, Rest);
find(_, [{_, Value} | _]) -> {ok, Value};
find(_, []) -> error.

%% @doc The keys in order.
fetch_keys([{Key, _} | Rest]) -> [Key | fetch_keys(Rest)];
fetch_keys([]) -> [].

%% @doc The dictionary without a key.
erase(Key, [{K, _} = Pair | Rest]) when Key < K -> [Pair | Rest];
erase(Key, [{K, _} = Pair | Rest]) when Key > K -> [Pair | erase(Key, Rest)];
erase(_, [{_, _} | Rest]) -> Rest;
erase(_, []) -> [].

%% @doc {Value, Rest} of a key, or error.
take(Key, Dict) -> take(Key, Dict, []).

take(Key, [{K, _} | _], _) when Key < K -> error;
take(Key, [{K, _} = Pair | Rest], Passed) when Key > K -> take(Key, Rest, [Pair | Passed]);
take(_, [{_, Value} | Rest], Passed) -> {Value, lists:reverse(Passed, Rest)};
take(_, [], _) -> error.

%% @doc The dictionary with the key bound to the value.
store(Key, Value, [{K, _} | _] = Dict) when Key < K -> [{Key, Value} | Dict];
store(Key, Value, [{K, _} = Pair | Rest]) when Key > K -> [Pair | store(Key, Value, Rest)];
store(Key, Value, [{_, _} | Rest]) -> [{Key, Value} | Rest];
store(Key, Value, []) -> [{Key, Value}].

%% @doc The dictionary with a value behind those in the list of a key.
append(Key, Value, Dict) -> append_list(Key, [Value], Dict).

%% @doc The dictionary with values behind those in the list of a key.
append_list(Key, Values, [{K, _} | _] = Dict) when Key < K -> [{Key, Values} | Dict];
append_list(Key, Values, [{K, _} = Pair | Rest]) when Key > K -> [Pair | append_list(Key, Values, Rest)];
append_list(Key, Values, [{_, Old} | Rest]) -> [{Key, Old ++ Values} | Rest];
append_list(Key, Values, []) -> [{Key, Values}].

%% @doc The dictionary with Fun's result for the value of a key, which must be there.
update(Key, Fun, [{K, _} = Pair | Rest]) when Key > K -> [Pair | update(Key, Fun, Rest)];
update(Key, Fun, [{K, Value} | Rest]) when Key == K -> [{Key, Fun(Value)} | Rest].

%% @doc As update/3; binds the key to Init if it is not there.
update(Key, _, Init, [{K, _} | _] = Dict) when Key < K -> [{Key, Init} | Dict];
update(Key, Fun, Init, [{K, _} = Pair | Rest]) when Key > K -> [Pair | update(Key, Fun, Init, Rest)];
update(Key, Fun, _, [{_, Value} | Rest]) -> [{Key, Fun(Value)} | Rest];
update(Key, _, Init, []) -> [{Key, Init}].

%% @doc The dictionary with the number of a key raised by Increment.
update_counter(Key, Increment, [{K, _} | _] = Dict) when Key < K -> [{Key, Increment} | Dict];
update_counter(Key, Increment, [{K, _} = Pair | Rest]) when Key > K -> [Pair | update_counter(Key, Increment, Rest)];
update_counter(Key, Increment, [{_, Value} | Rest]) -> [{Key, Value + Increment} | Rest];
update_counter(Key, Increment, []) -> [{Key, Increment}].

%% @doc Combines the pairs with an accumulator: Fun(Key, Value, Acc).
fold(Fun, Acc, [{Key, Value} | Rest]) -> fold(Fun, Fun(Key, Value, Acc), Rest);
fold(Fun, Acc, []) when is_function(Fun, 3) -> Acc.

%% @doc The dictionary with Fun(Key, Value) for each value.
map(Fun, [{Key, Value} | Rest]) -> [{Key, Fun(Key, Value)} | map(Fun, Rest)];
map(Fun, []) when is_function(Fun, 2) -> [].

%% @doc The pairs for which Fun(Key, Value) gives true.
filter(Fun, [{Key, Value} = Pair | Rest]) ->
    case Fun(Key, Value) of
        true -> [Pair | filter(Fun, Rest)];
        false -> filter(Fun, Rest)
    end;
filter(Fun, []) when is_function(Fun, 2) -> [].

%% @doc Both dictionaries as one; Fun(Key, Value1, Value2) gives the value of a key that both have.
merge(Fun, [{K1, _} = Pair | Rest], [{K2, _} | _] = Dict2) when K1 < K2 -> [Pair | merge(Fun, Rest, Dict2)];
merge(Fun, [{K1, _} | _] = Dict1, [{K2, _} = Pair | Rest]) when K1 > K2 -> [Pair | merge(Fun, Dict1, Rest)];
merge(Fun, [{Key, Value1} | Rest1], [{_, Value2} | Rest2]) ->
    [{Key, Fun(Key, Value1, Value2)} | merge(Fun, Rest1, Rest2)];
merge(Fun, [], Dict2) when is_function(Fun, 3) -> Dict2;
merge(Fun, Dict1, []) when is_function(Fun, 3) -> Dict1.

%% dict: dictionaries of any keys, told apart by =:=. Here {dict, Map}: OTP's own shape is its secret, so that a
%% dictionary of another node is not understood.
%% Sources: the reference manual of stdlib.
-module(dict).
-export([new/0, is_key/2, to_list/1, from_list/1, size/1, is_empty/1, fetch/2, find/2, fetch_keys/1, erase/2, take/2,
    store/3, append/3, append_list/3, update/3, update/4, update_counter/3, fold/3, map/2, filter/2, merge/3]).

%% @doc The empty dictionary.
new() -> {dict, #{}}.

%% @doc Whether the key is there.
is_key(Key, {dict, Map}) -> is_map_key(Key, Map).

%% @doc The pairs in no particular order.
to_list({dict, Map}) -> maps:to_list(Map).

%% @doc A dictionary of pairs; of equal keys the last one counts.
from_list(Pairs) -> {dict, maps:from_list(Pairs)}.

%% @doc How many pairs it has.
size({dict, Map}) -> map_size(Map).

%% @doc Whether it has no pairs.
is_empty({dict, Map}) -> map_size(Map) =:= 0.

%% @doc The value of a key, which must be there.
fetch(Key, {dict, Map}) ->
    case Map of
        #{Key := Value} -> Value;
        _ -> error(badarg)
    end.

%% @doc {ok, Value} of a key, or error.
find(Key, {dict, Map}) -> maps:find(Key, Map).

%% @doc The keys in no particular order.
fetch_keys({dict, Map}) -> maps:keys(Map).

%% @doc The dictionary without a key.
erase(Key, {dict, Map}) -> {dict, maps:remove(Key, Map)}.

%% @doc {Value, Rest} of a key, or error.
take(Key, {dict, Map}) ->
    case maps:take(Key, Map) of
        {Value, Rest} -> {Value, {dict, Rest}};
        error -> error
    end.

%% @doc The dictionary with the key bound to the value.
store(Key, Value, {dict, Map}) -> {dict, Map#{Key => Value}}.

%% @doc The dictionary with a value behind those in the list of a key.
append(Key, Value, Dict) -> append_list(Key, [Value], Dict).

%% @doc The dictionary with values behind those in the list of a key.
append_list(Key, Values, {dict, Map}) ->
    case Map of
        #{Key := Old} -> {dict, Map#{Key := Old ++ Values}};
        _ -> {dict, Map#{Key => Values}}
    end.

%% @doc The dictionary with Fun's result for the value of a key, which must be there.
update(Key, Fun, {dict, Map}) ->
    case Map of
        #{Key := Value} -> {dict, Map#{Key := Fun(Value)}};
        _ -> error(badarg)
    end.

%% @doc As update/3; binds the key to Init if it is not there.
update(Key, Fun, Init, {dict, Map}) ->
    case Map of
        #{Key := Value} -> {dict, Map#{Key := Fun(Value)}};
        _ -> {dict, Map#{Key => Init}}
    end.

%% @doc The dictionary with the number of a key raised by Increment.
update_counter(Key, Increment, {dict, Map}) when is_number(Increment) ->
    case Map of
        #{Key := Value} -> {dict, Map#{Key := Value + Increment}};
        _ -> {dict, Map#{Key => Increment}}
    end.

%% @doc Combines the pairs with an accumulator: Fun(Key, Value, Acc).
fold(Fun, Acc, {dict, Map}) -> maps:fold(Fun, Acc, Map).

%% @doc The dictionary with Fun(Key, Value) for each value.
map(Fun, {dict, Map}) -> {dict, maps:map(Fun, Map)}.

%% @doc The pairs for which Fun(Key, Value) gives true.
filter(Fun, {dict, Map}) -> {dict, maps:filter(Fun, Map)}.

%% @doc Both dictionaries as one; Fun(Key, Value1, Value2) gives the value of a key that both have.
merge(Fun, {dict, Map1}, {dict, Map2}) -> {dict, maps:merge_with(Fun, Map1, Map2)}.

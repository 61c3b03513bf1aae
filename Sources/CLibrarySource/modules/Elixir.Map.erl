-module('Elixir.Map').
-export([
    delete/2, drop/2, 'equal?'/2, fetch/2, 'fetch!'/2, filter/2, from_keys/2, from_struct/1, get/2, get/3,
    get_and_update/3, 'get_and_update!'/3, get_lazy/3, 'has_key?'/2, keys/1, map/2, merge/2, merge/3, new/0, new/1,
    new/2, pop/2, pop/3, 'pop!'/2, pop_lazy/3, put/3, put_new/3, put_new_lazy/3, reject/2, replace/3, 'replace!'/3,
    replace_lazy/3, size/1, split/2, take/2, to_list/1, update/4, 'update!'/3, values/1
]).

%% @doc The map without a key.
delete(Map, Key) -> maps:remove(Key, Map).

%% @doc The map without these keys.
drop(Map, Keys) when is_map(Map) -> maps:without('Elixir.Enum':to_list(Keys), Map);
drop(Other, _) -> error({badmap, Other}).

%% @doc Whether two maps are =:=.
'equal?'(Left, Right) when is_map(Left), is_map(Right) -> Left =:= Right;
'equal?'(Left, Right) when is_map(Left) -> error({badmap, Right});
'equal?'(Left, _) -> error({badmap, Left}).

%% @doc {ok, Value} of a key, or error.
fetch(Map, Key) -> maps:find(Key, Map).

%% @doc The value of a key; raises KeyError if there is none.
'fetch!'(Map, Key) ->
    case Map of
        #{Key := Value} -> Value;
        %% Raises what this raises.
        _ -> maps:get(Key, Map)
    end.

%% @doc The pairs for which the fun is truthy.
filter(Map, Fun) when is_map(Map), is_function(Fun, 1) ->
    maps:from_list('Elixir.Enum':filter(maps:to_list(Map), Fun)).

%% @doc A map from each of the keys to one value.
from_keys(Keys, Value) -> maps:from_keys(Keys, Value).

%% @doc The map of a struct, or of a struct module's default values.
from_struct(Module) when is_atom(Module) -> maps:remove('__struct__', Module:'__struct__'());
from_struct(#{'__struct__' := Module} = Struct) when is_atom(Module) -> maps:remove('__struct__', Struct).

%% @doc The value of a key, or nil.
get(Map, Key) -> get(Map, Key, nil).

%% @doc The value of a key, or a default.
get(Map, Key, Default) ->
    case Map of
        #{Key := Value} -> Value;
        #{} -> Default;
        _ -> error({badmap, Map})
    end.

%% @doc Gets a value and updates it: the fun gives {Get, Update} or pop.
get_and_update(Map, Key, Fun) when is_function(Fun, 1) ->
    Current = get(Map, Key),
    case Fun(Current) of
        {Get, Update} -> {Get, Map#{Key => Update}};
        pop -> {Current, maps:remove(Key, Map)};
        Other -> bad_update(Other)
    end.

%% @doc As get_and_update/3; raises KeyError if there is no such key.
'get_and_update!'(Map, Key, Fun) when is_function(Fun, 1) ->
    Current = 'fetch!'(Map, Key),
    case Fun(Current) of
        {Get, Update} -> {Get, Map#{Key := Update}};
        pop -> {Current, maps:remove(Key, Map)};
        Other -> bad_update(Other)
    end.

%% @doc The value of a key, or what the fun gives.
get_lazy(Map, Key, Fun) when is_function(Fun, 0) ->
    case Map of
        #{Key := Value} -> Value;
        #{} -> Fun();
        _ -> error({badmap, Map})
    end.

%% @doc Whether the map has a key.
'has_key?'(Map, Key) -> maps:is_key(Key, Map).

%% @doc The keys.
keys(Map) -> maps:keys(Map).

%% @doc Deprecated: the map with the values that the fun makes of its pairs.
map(Map, Fun) when is_map(Map) -> maps:map(fun(Key, Value) -> Fun({Key, Value}) end, Map).

%% @doc Both maps in one; the second wins.
merge(Left, Right) -> maps:merge(Left, Right).

%% @doc Both maps in one; the fun decides between the values of a key in both.
merge(Left, Right, Fun) when is_function(Fun, 3), is_map(Left), is_map(Right) ->
    maps:fold(
        fun(Key, Value, Acc) ->
            case Acc of
                #{Key := Old} -> Acc#{Key := Fun(Key, Old, Value)};
                _ -> Acc#{Key => Value}
            end
        end,
        Left,
        Right
    );
merge(Left, Right, Fun) when is_function(Fun, 3), is_map(Left) -> error({badmap, Right});
merge(Left, _, Fun) when is_function(Fun, 3) -> error({badmap, Left}).

%% @doc The empty map.
new() -> #{}.

%% @doc A map of the pairs of an enumerable.
new(List) when is_list(List) -> maps:from_list(List);
new(#{'__struct__' := _} = Struct) -> maps:from_list('Elixir.Enum':to_list(Struct));
new(Map) when is_map(Map) -> Map;
new(Enumerable) -> maps:from_list('Elixir.Enum':to_list(Enumerable)).

%% @doc A map of the pairs that the fun makes of the elements.
new(Enumerable, Fun) when is_function(Fun, 1) -> maps:from_list('Elixir.Enum':map(Enumerable, Fun)).

%% @doc The value of a key (nil if there is none) and the map without it.
pop(Map, Key) -> pop(Map, Key, nil).

%% @doc The value of a key, or a default, and the map without it.
pop(Map, Key, Default) ->
    case maps:take(Key, Map) of
        error -> {Default, Map};
        Taken -> Taken
    end.

%% @doc The value of a key and the map without it; raises KeyError if there is none.
'pop!'(Map, Key) ->
    case maps:take(Key, Map) of
        error -> missing(Map, Key);
        Taken -> Taken
    end.

%% @doc The value of a key, or what the fun gives, and the map without it.
pop_lazy(Map, Key, Fun) when is_function(Fun, 0) ->
    case maps:take(Key, Map) of
        error -> {Fun(), Map};
        Taken -> Taken
    end.

%% @doc The map with a key bound to a value.
put(Map, Key, Value) -> Map#{Key => Value}.

%% @doc The map with a key bound to a value unless it is there.
put_new(Map, Key, Value) ->
    case Map of
        #{Key := _} -> Map;
        #{} -> Map#{Key => Value};
        _ -> error({badmap, Map})
    end.

%% @doc The map with a key bound to what the fun gives unless it is there.
put_new_lazy(Map, Key, Fun) when is_function(Fun, 0) ->
    case Map of
        #{Key := _} -> Map;
        #{} -> Map#{Key => Fun()};
        _ -> error({badmap, Map})
    end.

%% @doc The pairs for which the fun is not truthy.
reject(Map, Fun) when is_map(Map), is_function(Fun, 1) ->
    maps:from_list('Elixir.Enum':reject(maps:to_list(Map), Fun)).

%% @doc The map with another value for a key if it is there.
replace(Map, Key, Value) ->
    case Map of
        #{Key := _} -> Map#{Key := Value};
        #{} -> Map;
        _ -> error({badmap, Map})
    end.

%% @doc The map with another value for a key; raises KeyError if there is none.
'replace!'(Map, Key, Value) ->
    case Map of
        #{Key := _} -> Map#{Key := Value};
        _ -> maps:update(Key, Value, Map)
    end.

%% @doc The map with what the fun makes of the value of a key if it is there.
replace_lazy(Map, Key, Fun) when is_map(Map), is_function(Fun, 1) ->
    case Map of
        #{Key := Value} -> Map#{Key := Fun(Value)};
        #{} -> Map
    end.

%% @doc Deprecated: how many keys there are.
size(Map) -> map_size(Map).

%% @doc The map of these keys, and that of the others.
split(Map, Keys) when is_map(Map) ->
    List = 'Elixir.Enum':to_list(Keys),
    {maps:with(List, Map), maps:without(List, Map)};
split(Other, _) -> error({badmap, Other}).

%% @doc The map of these keys.
take(Map, Keys) when is_map(Map) -> maps:with('Elixir.Enum':to_list(Keys), Map);
take(Other, _) -> error({badmap, Other}).

%% @doc The pairs as a list.
to_list(Map) -> maps:to_list(Map).

%% @doc The map with what the fun makes of the value of a key, or with a default.
update(Map, Key, Default, Fun) when is_function(Fun, 1) ->
    case Map of
        #{Key := Value} -> Map#{Key := Fun(Value)};
        #{} -> Map#{Key => Default};
        _ -> error({badmap, Map})
    end.

%% @doc The map with what the fun makes of the value of a key; raises KeyError if there is none.
'update!'(Map, Key, Fun) when is_function(Fun, 1) ->
    Value = 'fetch!'(Map, Key),
    Map#{Key := Fun(Value)}.

%% @doc The values.
values(Map) -> maps:values(Map).

missing(Map, Key) ->
    error(#{'__struct__' => 'Elixir.KeyError', '__exception__' => true, key => Key, term => Map, message => nil}).

bad_update(Other) ->
    Shown = 'Elixir.Kernel':inspect(Other),
    error(#{
        '__struct__' => 'Elixir.RuntimeError', '__exception__' => true,
        message => <<"the given function must return a two-element tuple or :pop, got: ", Shown/binary>>
    }).

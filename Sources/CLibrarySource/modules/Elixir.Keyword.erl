-module('Elixir.Keyword').
-export([
    delete/2, delete/3, delete_first/2, drop/2, 'equal?'/2, fetch/2, 'fetch!'/2, filter/2, from_keys/2, get/2, get/3,
    get_and_update/3, 'get_and_update!'/3, get_lazy/3, get_values/2, 'has_key?'/2, keys/1, 'keyword?'/1, map/2,
    merge/2, merge/3, new/0, new/1, new/2, pop/2, pop/3, 'pop!'/2, pop_first/2, pop_first/3, pop_lazy/3, pop_values/2,
    put/3, put_new/3, put_new_lazy/3, reject/2, replace/3, 'replace!'/3, replace_lazy/3, size/1, split/2, take/2,
    to_list/1, update/4, 'update!'/3, validate/2, 'validate!'/2, values/1
]).

%% @doc The list without all entries of a key.
delete(List, Key) when is_list(List), is_atom(Key) -> without(List, Key).

%% @doc Deprecated: the list without the entries of a key that have a value.
delete(List, Key, Value) when is_list(List), is_atom(Key) -> [Pair || Pair <- List, Pair =/= {Key, Value}].

%% @doc The list without the first entry of a key.
delete_first(List, Key) when is_list(List), is_atom(Key) -> lists:keydelete(Key, 1, List).

%% @doc The list without the entries of these keys.
drop(List, Keys) when is_list(List), is_list(Keys) -> [Pair || {Key, _} = Pair <- List, not lists:member(Key, Keys)].

%% @doc Whether two lists have the same entries in any order.
'equal?'(Left, Right) when is_list(Left), is_list(Right) -> lists:sort(Left) =:= lists:sort(Right).

%% @doc {ok, Value} of the first entry of a key, or error.
fetch(List, Key) when is_list(List), is_atom(Key) ->
    case lists:keyfind(Key, 1, List) of
        {_, Value} -> {ok, Value};
        false -> error
    end.

%% @doc The value of the first entry of a key; raises KeyError if there is none.
'fetch!'(List, Key) when is_list(List), is_atom(Key) ->
    case lists:keyfind(Key, 1, List) of
        {_, Value} -> Value;
        false -> missing(List, Key)
    end.

%% @doc The entries for which the fun is truthy.
filter(List, Fun) when is_list(List), is_function(Fun, 1) -> 'Elixir.Enum':filter(List, Fun).

%% @doc Entries of these keys with one value.
from_keys(Keys, Value) when is_list(Keys) -> [{Key, Value} || Key <- Keys].

%% @doc The value of the first entry of a key, or nil.
get(List, Key) -> get(List, Key, nil).

%% @doc The value of the first entry of a key, or a default.
get(List, Key, Default) when is_list(List), is_atom(Key) ->
    case lists:keyfind(Key, 1, List) of
        {_, Value} -> Value;
        false -> Default
    end.

%% @doc Gets a value and updates it: the fun gives {Get, Update} or pop.
get_and_update(List, Key, Fun) when is_list(List), is_atom(Key) -> get_and_update(List, [], Key, Fun).

%% @doc As get_and_update/3; raises KeyError if there is no such key.
'get_and_update!'(List, Key, Fun) when is_list(List), is_atom(Key) ->
    Value = 'fetch!'(List, Key),
    case Fun(Value) of
        {Get, Update} -> {Get, replace(List, Key, Update)};
        pop -> {Value, lists:keydelete(Key, 1, List)};
        Other -> bad_update(Other)
    end.

%% @doc The value of the first entry of a key, or what the fun gives.
get_lazy(List, Key, Fun) when is_list(List), is_atom(Key), is_function(Fun, 0) ->
    case lists:keyfind(Key, 1, List) of
        {_, Value} -> Value;
        false -> Fun()
    end.

%% @doc The values of all entries of a key.
get_values(List, Key) when is_list(List), is_atom(Key) -> [Value || {Other, Value} <- List, Other =:= Key].

%% @doc Whether the list has an entry of a key.
'has_key?'(List, Key) when is_list(List), is_atom(Key) -> lists:keymember(Key, 1, List).

%% @doc The keys of all entries.
keys(List) when is_list(List) -> [key(Entry) || Entry <- List].

%% @doc Whether a term is a list of pairs whose first element is an atom.
'keyword?'([{Key, _} | Rest]) when is_atom(Key) -> 'keyword?'(Rest);
'keyword?'([]) -> true;
'keyword?'(_) -> false.

%% @doc Deprecated: the list with the values that the fun makes of its entries.
map(List, Fun) when is_list(List), is_function(Fun, 1) -> [{Key, Fun(Pair)} || {Key, _} = Pair <- List].

%% @doc Both lists in one; the entries of the second win.
merge(Left, []) when is_list(Left) -> Left;
merge([], Right) when is_list(Right) -> Right;
merge(Left, Right) when is_list(Left), is_list(Right) ->
    case 'keyword?'(Right) of
        true -> [Pair || Pair <- pairs(Left, <<"first">>), not lists:keymember(element(1, Pair), 1, Right)] ++ Right;
        false -> not_keyword(<<"second">>, Right)
    end.

%% @doc Both lists in one; the fun decides between the values of a key in both.
merge(Left, Right, Fun) when is_list(Left), is_list(Right), is_function(Fun, 3) ->
    case {'keyword?'(Left), 'keyword?'(Right)} of
        {false, _} -> not_keyword(<<"first">>, Left);
        {_, false} -> not_keyword(<<"second">>, Right);
        _ ->
            {Merged, _} = lists:mapfoldl(
                fun({Key, Value}, Originals) ->
                    case lists:keyfind(Key, 1, Originals) of
                        {_, Old} -> {{Key, Fun(Key, Old, Value)}, lists:keydelete(Key, 1, Originals)};
                        false -> {{Key, Value}, Originals}
                    end
                end,
                Left,
                Right
            ),
            [Pair || {Key, _} = Pair <- Left, not lists:keymember(Key, 1, Right)] ++ Merged
    end.

%% @doc The empty list.
new() -> [].

%% @doc The entries of an enumerable; the last of each key counts.
new(Pairs) -> new(Pairs, fun({_, _} = Pair) -> Pair end).

%% @doc The entries that the fun makes of the elements; the last of each key counts.
new(Pairs, Fun) when is_function(Fun, 1) ->
    lists:reverse(
        'Elixir.Enum':reduce(Pairs, [], fun(Element, Acc) ->
            {Key, Value} = Fun(Element),
            true = is_atom(Key),
            [{Key, Value} | without(Acc, Key)]
        end)
    ).

%% @doc The first value of a key (nil if there is none) and the list without all its entries.
pop(List, Key) -> pop(List, Key, nil).

%% @doc The first value of a key, or a default, and the list without all its entries.
pop(List, Key, Default) when is_list(List), is_atom(Key) ->
    case fetch(List, Key) of
        {ok, Value} -> {Value, delete(List, Key)};
        error -> {Default, List}
    end.

%% @doc The first value of a key and the list without all its entries; raises KeyError if there is none.
'pop!'(List, Key) when is_list(List), is_atom(Key) -> {'fetch!'(List, Key), delete(List, Key)}.

%% @doc The first value of a key (nil if there is none) and the list without that entry.
pop_first(List, Key) -> pop_first(List, Key, nil).

%% @doc The first value of a key, or a default, and the list without that entry.
pop_first(List, Key, Default) when is_list(List), is_atom(Key) ->
    case lists:keytake(Key, 1, List) of
        {value, {_, Value}, Rest} -> {Value, Rest};
        false -> {Default, List}
    end.

%% @doc The first value of a key, or what the fun gives, and the list without all its entries.
pop_lazy(List, Key, Fun) when is_list(List), is_atom(Key), is_function(Fun, 0) ->
    case fetch(List, Key) of
        {ok, Value} -> {Value, delete(List, Key)};
        error -> {Fun(), List}
    end.

%% @doc The values of all entries of a key and the list without them.
pop_values(List, Key) when is_list(List), is_atom(Key) -> {get_values(List, Key), delete(List, Key)}.

%% @doc The list with one entry of a key, in front.
put(List, Key, Value) when is_list(List), is_atom(Key) -> [{Key, Value} | delete(List, Key)].

%% @doc The list with an entry of a key in front unless it has one.
put_new(List, Key, Value) when is_list(List), is_atom(Key) ->
    case lists:keymember(Key, 1, List) of
        true -> List;
        false -> [{Key, Value} | List]
    end.

%% @doc The list with an entry of what the fun gives in front unless it has one.
put_new_lazy(List, Key, Fun) when is_list(List), is_atom(Key), is_function(Fun, 0) ->
    case lists:keymember(Key, 1, List) of
        true -> List;
        false -> [{Key, Fun()} | List]
    end.

%% @doc The entries for which the fun is not truthy.
reject(List, Fun) when is_list(List), is_function(Fun, 1) -> 'Elixir.Enum':reject(List, Fun).

%% @doc The list with another value for the first entry of a key and without its others.
replace(List, Key, Value) when is_list(List), is_atom(Key) -> replacing(List, Key, fun(_) -> Value end).

%% @doc As replace/3; raises KeyError if there is no such key.
'replace!'(List, Key, Value) when is_list(List), is_atom(Key) ->
    'fetch!'(List, Key),
    replace(List, Key, Value).

%% @doc As replace/3 with what the fun makes of the value.
replace_lazy(List, Key, Fun) when is_list(List), is_atom(Key), is_function(Fun, 1) -> replacing(List, Key, Fun).

%% @doc Deprecated: how many entries there are.
size(List) -> length(List).

%% @doc The entries of these keys, and the others.
split(List, Keys) when is_list(List), is_list(Keys) ->
    lists:partition(fun({Key, _}) -> lists:member(Key, Keys) end, List).

%% @doc The entries of these keys.
take(List, Keys) when is_list(List), is_list(Keys) -> [Pair || {Key, _} = Pair <- List, lists:member(Key, Keys)].

%% @doc The list itself.
to_list(List) when is_list(List) -> List.

%% @doc The list with what the fun makes of the first value of a key, or with a default at the end.
update(List, Key, Default, Fun) when is_list(List), is_atom(Key), is_function(Fun, 1) ->
    case lists:keymember(Key, 1, List) of
        true -> replacing(List, Key, Fun);
        false -> List ++ [{Key, Default}]
    end.

%% @doc The list with what the fun makes of the first value of a key; raises KeyError if there is none.
'update!'(List, Key, Fun) when is_list(List), is_atom(Key), is_function(Fun, 1) ->
    'fetch!'(List, Key),
    replacing(List, Key, Fun).

%% @doc {ok, List} with the defaults of the allowed keys, or {error, Unknown}.
validate(List, Allowed) when is_list(List), is_list(Allowed) ->
    Names = [name(Entry) || Entry <- Allowed],
    case [Key || {Key, _} <- List, not lists:member(Key, Names)] of
        [] ->
            Defaults = [Pair || {Key, _} = Pair <- Allowed, not lists:keymember(Key, 1, List)],
            {ok, lists:reverse(Defaults) ++ List};
        Unknown -> {error, lists:reverse(Unknown)}
    end.

%% @doc The list with the defaults of the allowed keys; raises ArgumentError if it has others.
'validate!'(List, Allowed) ->
    case validate(List, Allowed) of
        {ok, Valid} -> Valid;
        {error, Unknown} ->
            Names = [name(Entry) || Entry <- Allowed],
            argument(["unknown keys ", show(Unknown), " in ", show(List), ", the allowed keys are: ", show(Names)])
    end.

%% @doc The values of all entries.
values(List) when is_list(List) -> lists:map(fun({Key, Value}) when is_atom(Key) -> Value end, List).

without([{Key, _} | Rest], Key) -> without(Rest, Key);
without([Pair | Rest], Key) -> [Pair | without(Rest, Key)];
without([], _) -> [].

replacing([{Key, Value} | Rest], Key, Fun) -> [{Key, Fun(Value)} | without(Rest, Key)];
replacing([Pair | Rest], Key, Fun) -> [Pair | replacing(Rest, Key, Fun)];
replacing([], _, _) -> [].

get_and_update([{Key, Value} | Rest], Acc, Key, Fun) ->
    case Fun(Value) of
        {Get, Update} -> {Get, lists:reverse(Acc, [{Key, Update} | Rest])};
        pop -> {Value, lists:reverse(Acc, Rest)};
        Other -> bad_update(Other)
    end;
get_and_update([Pair | Rest], Acc, Key, Fun) -> get_and_update(Rest, [Pair | Acc], Key, Fun);
get_and_update([], Acc, Key, Fun) ->
    case Fun(nil) of
        {Get, Update} -> {Get, [{Key, Update} | lists:reverse(Acc)]};
        pop -> {nil, lists:reverse(Acc)};
        Other -> bad_update(Other)
    end.

key(Entry) -> element(1, entry(Entry)).

entry({Key, _} = Entry) when is_atom(Key) -> Entry;
entry(Other) ->
    argument([
        "expected a keyword list, but an entry in the list is not a two-element tuple "
        "with an atom as its first element, got: ",
        show(Other)
    ]).

name({Key, _}) -> Key;
name(Key) -> Key.

pairs(List, Which) ->
    case 'keyword?'(List) of
        true -> List;
        false -> not_keyword(Which, List)
    end.

not_keyword(Which, List) -> argument(["expected a keyword list as the ", Which, " argument, got: ", show(List)]).

missing(List, Key) ->
    error(#{'__struct__' => 'Elixir.KeyError', '__exception__' => true, key => Key, term => List, message => nil}).

bad_update(Other) ->
    Shown = show(Other),
    error(#{
        '__struct__' => 'Elixir.RuntimeError', '__exception__' => true,
        message => <<"the given function must return a two-element tuple or :pop, got: ", Shown/binary>>
    }).

argument(Text) ->
    error(#{'__struct__' => 'Elixir.ArgumentError', '__exception__' => true, message => iolist_to_binary(Text)}).

show(Value) -> 'Elixir.Kernel':inspect(Value).

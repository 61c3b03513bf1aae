%% proplists: lists of {Key, Value} where a lone atom stands for {Atom, true}.
%% Sources: the reference manual of stdlib.
-module(proplists).
-export([append_values/2, compact/1, delete/2, expand/2, from_map/1, get_all_values/2, get_bool/2, get_keys/1,
    get_value/2, get_value/3, is_defined/2, lookup/2, lookup_all/2, normalize/2, property/1, property/2, split/2,
    substitute_aliases/2, substitute_negations/2, to_map/1, to_map/2, unfold/1]).

%% @doc An entry in its shortest form: an atom alone for {Atom, true}.
property({Key, true}) when is_atom(Key) -> Key;
property(Property) -> Property.

%% @doc {Key, Value}, or the key alone if the value is true.
property(Key, true) when is_atom(Key) -> Key;
property(Key, Value) -> {Key, Value}.

%% @doc The list with {Atom, true} for each lone atom.
unfold([Property | Rest]) when is_atom(Property) -> [{Property, true} | unfold(Rest)];
unfold([Property | Rest]) -> [Property | unfold(Rest)];
unfold([]) -> [].

%% @doc The list with a lone atom for each {Atom, true}.
compact(List) -> [property(Property) || Property <- List].

%% @doc The first entry of a key, or none.
lookup(Key, [Property | Rest]) ->
    case is_entry(Key, Property) of
        true when is_atom(Property) -> {Key, true};
        true -> Property;
        false -> lookup(Key, Rest)
    end;
lookup(_, []) -> none.

is_entry(Key, Property) when is_atom(Property) -> Property =:= Key;
is_entry(Key, Property) when is_tuple(Property), tuple_size(Property) >= 1 -> element(1, Property) =:= Key;
is_entry(_, _) -> false.

%% @doc All entries of a key.
lookup_all(Key, [Property | Rest]) ->
    case is_entry(Key, Property) of
        true when is_atom(Property) -> [{Key, true} | lookup_all(Key, Rest)];
        true -> [Property | lookup_all(Key, Rest)];
        false -> lookup_all(Key, Rest)
    end;
lookup_all(_, []) -> [].

%% @doc Whether the list has the key.
is_defined(Key, [Property | Rest]) ->
    case is_entry(Key, Property) of
        true -> true;
        false -> is_defined(Key, Rest)
    end;
is_defined(_, []) -> false.

%% @doc The value of a key, or undefined.
get_value(Key, List) -> get_value(Key, List, undefined).

%% @doc The value of a key, or Default.
get_value(Key, [Property | Rest], Default) ->
    case is_entry(Key, Property) of
        true when is_atom(Property) -> true;
        true when tuple_size(Property) =:= 2 -> element(2, Property);
        true -> Default;
        false -> get_value(Key, Rest, Default)
    end;
get_value(_, [], Default) -> Default.

%% @doc All values of a key.
get_all_values(Key, [Property | Rest]) ->
    case is_entry(Key, Property) of
        true when is_atom(Property) -> [true | get_all_values(Key, Rest)];
        true when tuple_size(Property) =:= 2 -> [element(2, Property) | get_all_values(Key, Rest)];
        _ -> get_all_values(Key, Rest)
    end;
get_all_values(_, []) -> [].

%% @doc All values of a key, those that are lists joined.
append_values(Key, [Property | Rest]) ->
    case is_entry(Key, Property) of
        true when is_atom(Property) -> [true | append_values(Key, Rest)];
        true when tuple_size(Property) =:= 2, is_list(element(2, Property)) ->
            element(2, Property) ++ append_values(Key, Rest);
        true when tuple_size(Property) =:= 2 -> [element(2, Property) | append_values(Key, Rest)];
        _ -> append_values(Key, Rest)
    end;
append_values(_, []) -> [].

%% @doc Whether the first entry of a key is true.
get_bool(Key, [Property | Rest]) ->
    case is_entry(Key, Property) of
        true when is_atom(Property) -> true;
        true -> Property =:= {Key, true};
        false -> get_bool(Key, Rest)
    end;
get_bool(_, []) -> false.

%% @doc All keys, each once.
get_keys(List) -> maps:keys(keys(List, #{})).

keys([Property | Rest], Keys) when is_atom(Property) -> keys(Rest, Keys#{Property => []});
keys([Property | Rest], Keys) when is_tuple(Property), tuple_size(Property) >= 1 ->
    keys(Rest, Keys#{element(1, Property) => []});
keys([_ | Rest], Keys) -> keys(Rest, Keys);
keys([], Keys) -> Keys.

%% @doc The list without the entries of a key.
delete(Key, [Property | Rest]) ->
    case is_entry(Key, Property) of
        true -> delete(Key, Rest);
        false -> [Property | delete(Key, Rest)]
    end;
delete(_, []) -> [].

%% @doc A list of entries for each of some keys, and the rest.
split(List, Keys) -> split(List, maps:from_list([{Key, []} || Key <- Keys]), [], Keys).

split([Property | Rest], Found, Others, Keys) ->
    Key = case is_tuple(Property) andalso tuple_size(Property) >= 1 of
        true -> element(1, Property);
        false -> Property
    end,
    case Found of
        #{Key := Entries} when is_atom(Property); is_tuple(Property) ->
            split(Rest, Found#{Key := [Property | Entries]}, Others, Keys);
        _ -> split(Rest, Found, [Property | Others], Keys)
    end;
split([], Found, Others, Keys) ->
    {[lists:reverse(maps:get(Key, Found)) || Key <- Keys], lists:reverse(Others)}.

%% @doc The list with other keys by {Old, New} pairs.
substitute_aliases(Aliases, List) -> [alias(Aliases, Property) || Property <- List].

alias(Aliases, Property) when is_atom(Property) ->
    case lists:keyfind(Property, 1, Aliases) of
        {_, Name} -> property(Name, true);
        false -> Property
    end;
alias(Aliases, Property) when is_tuple(Property), tuple_size(Property) >= 1 ->
    case lists:keyfind(element(1, Property), 1, Aliases) of
        {_, Name} -> property(setelement(1, Property, Name));
        false -> Property
    end;
alias(_, Property) -> Property.

%% @doc The list with the opposite of other keys by {Old, New} pairs.
substitute_negations(Negations, List) -> [negation(Negations, Property) || Property <- List].

negation(Negations, Property) when is_atom(Property) ->
    case lists:keyfind(Property, 1, Negations) of
        {_, Name} -> property(Name, false);
        false -> Property
    end;
negation(Negations, {Key, Value} = Property) ->
    case lists:keyfind(Key, 1, Negations) of
        {_, Name} when Value =:= true -> property(Name, false);
        {_, Name} when Value =:= false -> property(Name, true);
        {_, Name} -> property(Name, true);
        false -> Property
    end;
negation(_, Property) -> Property.

%% @doc The list with more entries in the place of some, by {Property, Entries} pairs.
expand(Expansions, List) ->
    lists:append([listed(Property) || Property <- lists:foldl(fun expand_1/2, List, Expansions)]).

%% Only if the first entry of the key is the property; then its other entries go. What takes its place is a list among
%% the entries until the end, so that it is not expanded itself.
expand_1({Property, Entries}, List) ->
    Plain = property(Property),
    Key = key(Plain),
    case [Entry || Entry <- List, not is_list(Entry), is_entry(Key, Entry)] of
        [First | _] ->
            case property(First) =:= Plain of
                true -> replace(Key, Entries, List);
                false -> List
            end;
        [] -> List
    end.

replace(Key, Entries, [Property | Rest]) ->
    case is_entry(Key, Property) of
        true -> [Entries | delete(Key, Rest)];
        false -> [Property | replace(Key, Entries, Rest)]
    end.

key(Property) when is_tuple(Property) -> element(1, Property);
key(Property) -> Property.

listed(Entries) when is_list(Entries) -> Entries;
listed(Property) -> [Property].

%% @doc The list after stages: {aliases, L}, {negations, L}, {expand, L}.
normalize(List, [{aliases, Aliases} | Stages]) -> normalize(substitute_aliases(Aliases, List), Stages);
normalize(List, [{negations, Negations} | Stages]) -> normalize(substitute_negations(Negations, List), Stages);
normalize(List, [{expand, Expansions} | Stages]) -> normalize(expand(Expansions, List), Stages);
normalize(List, []) -> compact(List).

%% @doc A map of the first entry of each key.
to_map(List) -> to_map_1(lists:reverse(List), #{}).

to_map_1([{Key, Value} | Rest], Map) -> to_map_1(Rest, Map#{Key => Value});
to_map_1([Property | Rest], Map) when is_atom(Property) -> to_map_1(Rest, Map#{Property => true});
to_map_1([_ | Rest], Map) -> to_map_1(Rest, Map);
to_map_1([], Map) -> Map.

%% @doc A map of the list after stages, as normalize/2 takes.
to_map(List, Stages) -> to_map(normalize(List, Stages)).

%% @doc The pairs of a map as a property list.
from_map(Map) -> maps:to_list(Map).

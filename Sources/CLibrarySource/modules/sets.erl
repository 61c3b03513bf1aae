%% sets: sets of any elements, told apart by =:=. Each is a map whose keys are the elements: what OTP calls version 2,
%% its default from release 28 on. Sets of version 1 from other nodes are not understood.
%% Sources: the reference manual of stdlib.
-module(sets).
-export([new/0, new/1, is_set/1, size/1, is_empty/1, to_list/1, from_list/1, from_list/2, is_element/2, add_element/2,
    del_element/2, union/2, union/1, intersection/2, intersection/1, is_disjoint/2, subtract/2, is_subset/2, fold/3,
    filter/2, is_equal/2, map/2]).

%% @doc The empty set.
new() -> #{}.

%% @doc The empty set; the option {version, 1 or 2} makes no difference.
new(Options) when is_list(Options) -> #{}.

%% @doc Whether it is a set.
is_set(Set) -> is_map(Set) andalso lists:all(fun(Value) -> Value =:= [] end, maps:values(Set)).

%% @doc How many elements it has.
size(Set) -> map_size(Set).

%% @doc Whether it has no elements.
is_empty(Set) -> map_size(Set) =:= 0.

%% @doc The elements in no particular order.
to_list(Set) -> maps:keys(Set).

%% @doc A set of the elements of a list.
from_list(List) -> maps:from_keys(List, []).

%% @doc As from_list/1; the option {version, 1 or 2} makes no difference.
from_list(List, Options) when is_list(Options) -> maps:from_keys(List, []).

%% @doc Whether both sets have the same elements.
is_equal(Set1, Set2) -> Set1 =:= Set2.

%% @doc Whether a set has an element.
is_element(Element, Set) -> is_map_key(Element, Set).

%% @doc The set with one more element.
add_element(Element, Set) -> Set#{Element => []}.

%% @doc The set without an element.
del_element(Element, Set) -> maps:remove(Element, Set).

%% @doc The elements of either set.
union(Set1, Set2) -> maps:merge(Set1, Set2).

%% @doc The elements of all sets of a list.
union([Set1, Set2 | Sets]) -> union([maps:merge(Set1, Set2) | Sets]);
union([Set]) -> Set;
union([]) -> #{}.

%% @doc The elements that both sets have.
intersection(Set1, Set2) -> maps:intersect(Set1, Set2).

%% @doc The elements that all sets of a list have.
intersection([Set1, Set2 | Sets]) -> intersection([maps:intersect(Set1, Set2) | Sets]);
intersection([Set]) -> Set.

%% @doc Whether two sets have no element in common.
is_disjoint(Set1, Set2) -> map_size(maps:intersect(Set1, Set2)) =:= 0.

%% @doc The elements of the first set that the second has not.
subtract(Set1, Set2) -> maps:without(maps:keys(Set2), Set1).

%% @doc Whether the second set has all elements of the first.
is_subset(Set1, Set2) -> lists:all(fun(Element) -> is_map_key(Element, Set2) end, maps:keys(Set1)).

%% @doc Combines the elements with an accumulator: Fun(Element, Acc).
fold(Fun, Acc, Set) -> lists:foldl(Fun, Acc, maps:keys(Set)).

%% @doc The elements for which Fun gives true.
filter(Fun, Set) -> maps:from_keys(lists:filter(Fun, maps:keys(Set)), []).

%% @doc The set of the results of Fun.
map(Fun, Set) -> maps:from_keys(lists:map(Fun, maps:keys(Set)), []).

%% ordsets: sets that are sorted lists. Elements compare with ==.
%% Sources: the reference manual of stdlib.
-module(ordsets).
-export([new/0, is_set/1, size/1, is_empty/1, to_list/1, from_list/1, is_element/2, add_element/2, del_element/2,
    union/2, union/1, intersection/2, intersection/1, is_disjoint/2, subtract/2, is_subset/2, fold/3, filter/2]).

%% @doc The empty set.
new() -> [].

%% @doc Whether it is a sorted list without repetitions.
is_set([First | Rest]) -> is_set(Rest, First);
is_set([]) -> true;
is_set(_) -> false.

is_set([Second | Rest], First) when First < Second -> is_set(Rest, Second);
is_set([_ | _], _) -> false;
is_set([], _) -> true.

%% @doc How many elements it has.
size(Set) -> length(Set).

%% @doc Whether it has no elements.
is_empty(Set) -> Set =:= [].

%% @doc The elements in order.
to_list(Set) -> Set.

%% @doc A set of the elements of a list.
from_list(List) -> lists:usort(List).

%% @doc Whether a set has an element.
is_element(Element, [First | Rest]) when Element > First -> is_element(Element, Rest);
is_element(Element, [First | _]) when Element < First -> false;
is_element(_, [_ | _]) -> true;
is_element(_, []) -> false.

%% @doc The set with one more element.
add_element(Element, [First | Rest]) when Element > First -> [First | add_element(Element, Rest)];
add_element(Element, [First | _] = Set) when Element < First -> [Element | Set];
add_element(_, [_ | _] = Set) -> Set;
add_element(Element, []) -> [Element].

%% @doc The set without an element.
del_element(Element, [First | Rest]) when Element > First -> [First | del_element(Element, Rest)];
del_element(Element, [First | _] = Set) when Element < First -> Set;
del_element(_, [_ | Rest]) -> Rest;
del_element(_, []) -> [].

%% @doc The elements of either set.
union([X | Xs], [Y | _] = Set) when X < Y -> [X | union(Xs, Set)];
union([X | _] = Set, [Y | Ys]) when X > Y -> [Y | union(Set, Ys)];
union([_ | Xs], [Y | Ys]) -> [Y | union(Xs, Ys)];
union([], Set) -> Set;
union(Set, []) -> Set.

%% @doc The elements of all sets of a list.
union(Sets) -> lists:umerge(Sets).

%% @doc The elements that both sets have.
intersection([X | Xs], [Y | _] = Set) when X < Y -> intersection(Xs, Set);
intersection([X | _] = Set, [Y | Ys]) when X > Y -> intersection(Set, Ys);
intersection([_ | Xs], [Y | Ys]) -> [Y | intersection(Xs, Ys)];
intersection([], _) -> [];
intersection(_, []) -> [].

%% @doc The elements that all sets of a list have.
intersection([Set1, Set2 | Sets]) -> intersection([intersection(Set1, Set2) | Sets]);
intersection([Set]) -> Set.

%% @doc Whether two sets have no element in common.
is_disjoint([X | Xs], [Y | _] = Set) when X < Y -> is_disjoint(Xs, Set);
is_disjoint([X | _] = Set, [Y | Ys]) when X > Y -> is_disjoint(Set, Ys);
is_disjoint([_ | _], [_ | _]) -> false;
is_disjoint([], _) -> true;
is_disjoint(_, []) -> true.

%% @doc The elements of the first set that the second has not.
subtract([X | Xs], [Y | _] = Set) when X < Y -> [X | subtract(Xs, Set)];
subtract([X | _] = Set, [Y | Ys]) when X > Y -> subtract(Set, Ys);
subtract([_ | Xs], [_ | Ys]) -> subtract(Xs, Ys);
subtract([], _) -> [];
subtract(Set, []) -> Set.

%% @doc Whether the second set has all elements of the first.
is_subset([X | _], [Y | _]) when X < Y -> false;
is_subset([X | _] = Set, [Y | Ys]) when X > Y -> is_subset(Set, Ys);
is_subset([_ | Xs], [_ | Ys]) -> is_subset(Xs, Ys);
is_subset([], _) -> true;
is_subset(_, []) -> false.

%% @doc Combines the elements with an accumulator: Fun(Element, Acc).
fold(Fun, Acc, Set) -> lists:foldl(Fun, Acc, Set).

%% @doc The elements for which Fun gives true.
filter(Fun, Set) -> lists:filter(Fun, Set).

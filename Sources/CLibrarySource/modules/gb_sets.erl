%% gb_sets: sets that are general balanced trees, as in gb_trees: {Size, Tree}, where a tree is nil or
%% {Element, Smaller, Bigger}. Elements compare with ==.
%% Sources: the reference manual of stdlib; the shape is OTP's.
-module(gb_sets).
-export([empty/0, new/0, is_empty/1, size/1, singleton/1, is_member/2, is_element/2, insert/2, add/2, add_element/2,
    delete/2, delete_any/2, del_element/2, balance/1, to_list/1, from_list/1, from_ordset/1, smallest/1, largest/1,
    take_smallest/1, take_largest/1, union/2, union/1, intersection/2, intersection/1, is_disjoint/2, subtract/2,
    difference/2, is_subset/2, is_set/1, fold/3, filter/2, iterator/1, iterator_from/2, next/1]).

%% @doc The empty set.
empty() -> {0, nil}.

%% @doc The empty set.
new() -> {0, nil}.

%% @doc Whether it has no elements.
is_empty({0, nil}) -> true;
is_empty(_) -> false.

%% @doc How many elements it has.
size({Size, _}) -> Size.

%% @doc A set of one element.
singleton(Element) -> {1, {Element, nil, nil}}.

%% @doc Whether a set has an element.
is_member(Element, {_, Tree}) -> is_member_1(Element, Tree).

is_member_1(Element, {E, Smaller, _}) when Element < E -> is_member_1(Element, Smaller);
is_member_1(Element, {E, _, Bigger}) when Element > E -> is_member_1(Element, Bigger);
is_member_1(_, {_, _, _}) -> true;
is_member_1(_, nil) -> false.

%% @doc Whether a set has an element.
is_element(Element, Set) -> is_member(Element, Set).

%% @doc The set with a new element.
insert(Element, {Size, Tree}) ->
    New = Size + 1,
    {New, built(insert_1(Element, Tree, New * New))}.

built({grown, Tree, _, _}) -> Tree;
built(Tree) -> Tree.

%% Gives the tree, or {grown, Tree, Height, Count} as long as a node above may be too deep.
insert_1(Element, {E, Smaller, Bigger}, Room) when Element < E ->
    case insert_1(Element, Smaller, Room div 2) of
        {grown, Tree, Height, Count} -> grown({E, Tree, Bigger}, Height, Count, Bigger);
        Tree -> {E, Tree, Bigger}
    end;
insert_1(Element, {E, Smaller, Bigger}, Room) when Element > E ->
    case insert_1(Element, Bigger, Room div 2) of
        {grown, Tree, Height, Count} -> grown({E, Smaller, Tree}, Height, Count, Smaller);
        Tree -> {E, Smaller, Tree}
    end;
insert_1(Element, nil, 0) -> {grown, {Element, nil, nil}, 1, 1};
insert_1(Element, nil, _) -> {Element, nil, nil};
insert_1(Element, _, _) -> error({key_exists, Element}).

grown(Tree, Height, Count, Other) ->
    {OtherHeight, OtherCount} = count(Other),
    All = Count + OtherCount + 1,
    Tall = 2 * max(Height, OtherHeight),
    case Tall > All * All of
        true -> rebuilt(Tree, All);
        false -> {grown, Tree, Tall, All}
    end.

count({_, nil, nil}) -> {1, 1};
count({_, Smaller, Bigger}) ->
    {Height1, Count1} = count(Smaller),
    {Height2, Count2} = count(Bigger),
    {2 * max(Height1, Height2), Count1 + Count2 + 1};
count(nil) -> {1, 0}.

rebuilt(Tree, Count) ->
    {Built, []} = build(elements(Tree, []), Count),
    Built.

build(Elements, 0) -> {nil, Elements};
build([Element | Elements], 1) -> {{Element, nil, nil}, Elements};
build(Elements, Count) ->
    Right = (Count - 1) div 2,
    {Smaller, [Element | Rest]} = build(Elements, Count - 1 - Right),
    {Bigger, Left} = build(Rest, Right),
    {{Element, Smaller, Bigger}, Left}.

%% @doc The set with one more element.
add(Element, Set) ->
    case is_member(Element, Set) of
        true -> Set;
        false -> insert(Element, Set)
    end.

%% @doc The set with one more element.
add_element(Element, Set) -> add(Element, Set).

%% @doc The set without an element, which must be there.
delete(Element, {Size, Tree}) -> {Size - 1, delete_1(Element, Tree)}.

delete_1(Element, {E, Smaller, Bigger}) when Element < E -> {E, delete_1(Element, Smaller), Bigger};
delete_1(Element, {E, Smaller, Bigger}) when Element > E -> {E, Smaller, delete_1(Element, Bigger)};
delete_1(_, {_, Smaller, nil}) -> Smaller;
delete_1(_, {_, nil, Bigger}) -> Bigger;
delete_1(_, {_, Smaller, Bigger}) ->
    {Element, Rest} = take_smallest_1(Bigger),
    {Element, Smaller, Rest}.

%% @doc The set without an element.
delete_any(Element, Set) ->
    case is_member(Element, Set) of
        true -> delete(Element, Set);
        false -> Set
    end.

%% @doc The set without an element.
del_element(Element, Set) -> delete_any(Element, Set).

%% @doc The set rebuilt with the least depth.
balance({Size, Tree}) -> {Size, rebuilt(Tree, Size)}.

%% @doc The elements in order.
to_list({_, Tree}) -> elements(Tree, []).

elements({Element, Smaller, Bigger}, Rest) -> elements(Smaller, [Element | elements(Bigger, Rest)]);
elements(nil, Rest) -> Rest.

%% @doc A set of the elements of a list.
from_list(List) -> from_ordset(lists:usort(List)).

%% @doc A set of the elements of an ordered set.
from_ordset(List) ->
    Size = length(List),
    {Tree, []} = build(List, Size),
    {Size, Tree}.

%% @doc The least element.
smallest({_, Tree}) -> smallest_1(Tree).

smallest_1({Element, nil, _}) -> Element;
smallest_1({_, Smaller, _}) -> smallest_1(Smaller).

%% @doc The greatest element.
largest({_, Tree}) -> largest_1(Tree).

largest_1({Element, _, nil}) -> Element;
largest_1({_, _, Bigger}) -> largest_1(Bigger).

%% @doc {Element, Rest} of the least element.
take_smallest({Size, Tree}) ->
    {Element, Rest} = take_smallest_1(Tree),
    {Element, {Size - 1, Rest}}.

take_smallest_1({Element, nil, Bigger}) -> {Element, Bigger};
take_smallest_1({E, Smaller, Bigger}) ->
    {Element, Rest} = take_smallest_1(Smaller),
    {Element, {E, Rest, Bigger}}.

%% @doc {Element, Rest} of the greatest element.
take_largest({Size, Tree}) ->
    {Element, Rest} = take_largest_1(Tree),
    {Element, {Size - 1, Rest}}.

take_largest_1({Element, Smaller, nil}) -> {Element, Smaller};
take_largest_1({E, Smaller, Bigger}) ->
    {Element, Rest} = take_largest_1(Bigger),
    {Element, {E, Smaller, Rest}}.

%% @doc The elements of either set.
union(Set1, Set2) -> from_ordset(ordsets:union(to_list(Set1), to_list(Set2))).

%% @doc The elements of all sets of a list.
union(Sets) -> from_ordset(ordsets:union([to_list(Set) || Set <- Sets])).

%% @doc The elements that both sets have.
intersection(Set1, Set2) -> from_ordset(ordsets:intersection(to_list(Set1), to_list(Set2))).

%% @doc The elements that all sets of a list have.
intersection([Set1, Set2 | Sets]) -> intersection([intersection(Set1, Set2) | Sets]);
intersection([Set]) -> Set.

%% @doc Whether two sets have no element in common.
is_disjoint(Set1, Set2) -> ordsets:is_disjoint(to_list(Set1), to_list(Set2)).

%% @doc The elements of the first set that the second has not.
subtract(Set1, Set2) -> from_ordset(ordsets:subtract(to_list(Set1), to_list(Set2))).

%% @doc The elements of the first set that the second has not.
difference(Set1, Set2) -> subtract(Set1, Set2).

%% @doc Whether the second set has all elements of the first.
is_subset(Set1, Set2) -> ordsets:is_subset(to_list(Set1), to_list(Set2)).

%% @doc Whether it looks like a set.
is_set({0, nil}) -> true;
is_set({Size, {_, _, _}}) when is_integer(Size), Size >= 0 -> true;
is_set(_) -> false.

%% @doc Combines the elements with an accumulator: Fun(Element, Acc).
fold(Fun, Acc, Set) when is_function(Fun, 2) -> lists:foldl(Fun, Acc, to_list(Set)).

%% @doc The elements for which Fun gives true.
filter(Fun, Set) when is_function(Fun, 1) -> from_ordset(lists:filter(Fun, to_list(Set))).

%% @doc An iterator of the elements in order, for next/1.
iterator({_, Tree}) -> path(Tree, []).

path({_, nil, _} = Tree, Path) -> [Tree | Path];
path({_, Smaller, _} = Tree, Path) -> path(Smaller, [Tree | Path]);
path(nil, Path) -> Path.

%% @doc An iterator that starts at an element or the next greater one.
iterator_from(Element, {_, Tree}) -> path_from(Element, Tree, []).

path_from(Element, {E, _, Bigger}, Path) when E < Element -> path_from(Element, Bigger, Path);
path_from(_, {_, nil, _} = Tree, Path) -> [Tree | Path];
path_from(Element, {E, _, _} = Tree, Path) when E == Element -> [Tree | Path];
path_from(Element, {_, Smaller, _} = Tree, Path) -> path_from(Element, Smaller, [Tree | Path]);
path_from(_, nil, Path) -> Path.

%% @doc {Element, Next} of an iterator, or none.
next([{Element, _, Bigger} | Path]) -> {Element, path(Bigger, Path)};
next([]) -> none.

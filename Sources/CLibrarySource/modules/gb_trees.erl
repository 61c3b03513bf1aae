%% gb_trees: dictionaries that are general balanced trees (A. Andersson, 1999): {Size, Tree}, where a tree is nil or
%% {Key, Value, Smaller, Bigger}. An insertion that makes a path too deep for the number of nodes below some node
%% rebuilds the tree of that node; a deletion rebuilds nothing. Keys compare with ==.
%% Sources: the reference manual of stdlib; the shape is OTP's.
-module(gb_trees).
-export([empty/0, is_empty/1, size/1, lookup/2, is_defined/2, get/2, insert/3, update/3, enter/3, delete/2,
    delete_any/2, take/2, take_any/2, balance/1, keys/1, values/1, to_list/1, from_orddict/1, smallest/1, largest/1,
    take_smallest/1, take_largest/1, map/2, iterator/1, iterator_from/2, next/1]).

%% @doc The empty tree.
empty() -> {0, nil}.

%% @doc Whether it has no keys.
is_empty({0, nil}) -> true;
is_empty(_) -> false.

%% @doc How many keys it has.
size({Size, _}) when is_integer(Size), Size >= 0 -> Size.

%% @doc {value, Value} of a key, or none.
lookup(Key, {_, Tree}) -> lookup_1(Key, Tree).

lookup_1(Key, {K, _, Smaller, _}) when Key < K -> lookup_1(Key, Smaller);
lookup_1(Key, {K, _, _, Bigger}) when Key > K -> lookup_1(Key, Bigger);
lookup_1(_, {_, Value, _, _}) -> {value, Value};
lookup_1(_, nil) -> none.

%% @doc Whether the key is there.
is_defined(Key, {_, Tree}) -> lookup_1(Key, Tree) =/= none.

%% @doc The value of a key, which must be there.
get(Key, {_, Tree}) -> get_1(Key, Tree).

get_1(Key, {K, _, Smaller, _}) when Key < K -> get_1(Key, Smaller);
get_1(Key, {K, _, _, Bigger}) when Key > K -> get_1(Key, Bigger);
get_1(_, {_, Value, _, _}) -> Value.

%% @doc The tree with a new key.
insert(Key, Value, {Size, Tree}) when is_integer(Size) ->
    New = Size + 1,
    {New, built(insert_1(Key, Value, Tree, New * New))}.

built({Tree, Height, _}) when is_integer(Height) -> Tree;
built(Tree) -> Tree.

%% Gives the tree, or {Tree, Height, Count} as long as a node above may be too deep. Height counts in powers of two.
insert_1(Key, Value, {K, V, Smaller, Bigger}, Room) when Key < K ->
    case insert_1(Key, Value, Smaller, Room div 2) of
        {Tree, Height, Count} -> grown({K, V, Tree, Bigger}, Height, Count, Bigger);
        Tree -> {K, V, Tree, Bigger}
    end;
insert_1(Key, Value, {K, V, Smaller, Bigger}, Room) when Key > K ->
    case insert_1(Key, Value, Bigger, Room div 2) of
        {Tree, Height, Count} -> grown({K, V, Smaller, Tree}, Height, Count, Smaller);
        Tree -> {K, V, Smaller, Tree}
    end;
insert_1(Key, Value, nil, 0) -> {{Key, Value, nil, nil}, 1, 1};
insert_1(Key, Value, nil, _) -> {Key, Value, nil, nil};
insert_1(Key, _, _, _) -> error({key_exists, Key}).

grown(Tree, Height, Count, Other) ->
    {OtherHeight, OtherCount} = count(Other),
    All = Count + OtherCount + 1,
    Tall = 2 * max(Height, OtherHeight),
    case Tall > All * All of
        true -> rebuilt(Tree, All);
        false -> {Tree, Tall, All}
    end.

count({_, _, nil, nil}) -> {1, 1};
count({_, _, Smaller, Bigger}) ->
    {Height1, Count1} = count(Smaller),
    {Height2, Count2} = count(Bigger),
    {2 * max(Height1, Height2), Count1 + Count2 + 1};
count(nil) -> {1, 0}.

rebuilt(Tree, Count) ->
    {Built, []} = build(pairs(Tree, []), Count),
    Built.

build(Pairs, 0) -> {nil, Pairs};
build([{Key, Value} | Pairs], 1) -> {{Key, Value, nil, nil}, Pairs};
build(Pairs, Count) ->
    Right = (Count - 1) div 2,
    {Smaller, [{Key, Value} | Rest]} = build(Pairs, Count - 1 - Right),
    {Bigger, Left} = build(Rest, Right),
    {{Key, Value, Smaller, Bigger}, Left}.

%% @doc The tree with another value for a key, which must be there.
update(Key, Value, {Size, Tree}) -> {Size, update_1(Key, Value, Tree)}.

update_1(Key, Value, {K, V, Smaller, Bigger}) when Key < K -> {K, V, update_1(Key, Value, Smaller), Bigger};
update_1(Key, Value, {K, V, Smaller, Bigger}) when Key > K -> {K, V, Smaller, update_1(Key, Value, Bigger)};
update_1(Key, Value, {_, _, Smaller, Bigger}) -> {Key, Value, Smaller, Bigger}.

%% @doc The tree with the key bound to the value.
enter(Key, Value, Tree) ->
    case is_defined(Key, Tree) of
        true -> update(Key, Value, Tree);
        false -> insert(Key, Value, Tree)
    end.

%% @doc The tree without a key, which must be there.
delete(Key, {Size, Tree}) when is_integer(Size), Size >= 0 -> {Size - 1, delete_1(Key, Tree)}.

delete_1(Key, {K, V, Smaller, Bigger}) when Key < K -> {K, V, delete_1(Key, Smaller), Bigger};
delete_1(Key, {K, V, Smaller, Bigger}) when Key > K -> {K, V, Smaller, delete_1(Key, Bigger)};
delete_1(_, {_, _, Smaller, Bigger}) -> joined(Smaller, Bigger).

joined(Smaller, nil) -> Smaller;
joined(nil, Bigger) -> Bigger;
joined(Smaller, Bigger) ->
    {Key, Value, Rest} = take_smallest_1(Bigger),
    {Key, Value, Smaller, Rest}.

%% @doc The tree without a key.
delete_any(Key, Tree) ->
    case is_defined(Key, Tree) of
        true -> delete(Key, Tree);
        false -> Tree
    end.

%% @doc {Value, Rest} of a key, which must be there.
take(Key, Tree) -> {get(Key, Tree), delete(Key, Tree)}.

%% @doc {Value, Rest} of a key, or error.
take_any(Key, Tree) ->
    case is_defined(Key, Tree) of
        true -> take(Key, Tree);
        false -> error
    end.

%% @doc The tree rebuilt with the least depth.
balance({Size, Tree}) -> {Size, rebuilt(Tree, Size)}.

%% @doc The keys in order.
keys({_, Tree}) -> [Key || {Key, _} <- pairs(Tree, [])].

%% @doc The values in the order of keys.
values({_, Tree}) -> [Value || {_, Value} <- pairs(Tree, [])].

%% @doc The pairs in the order of keys.
to_list({_, Tree}) -> pairs(Tree, []).

pairs({Key, Value, Smaller, Bigger}, Rest) -> pairs(Smaller, [{Key, Value} | pairs(Bigger, Rest)]);
pairs(nil, Rest) -> Rest.

%% @doc A tree of the pairs of an ordered dictionary.
from_orddict(Pairs) ->
    Size = length(Pairs),
    {Tree, []} = build(Pairs, Size),
    {Size, Tree}.

%% @doc {Key, Value} of the least key.
smallest({_, Tree}) -> smallest_1(Tree).

smallest_1({Key, Value, nil, _}) -> {Key, Value};
smallest_1({_, _, Smaller, _}) -> smallest_1(Smaller).

%% @doc {Key, Value} of the greatest key.
largest({_, Tree}) -> largest_1(Tree).

largest_1({Key, Value, _, nil}) -> {Key, Value};
largest_1({_, _, _, Bigger}) -> largest_1(Bigger).

%% @doc {Key, Value, Rest} of the least key.
take_smallest({Size, Tree}) when is_integer(Size), Size >= 0 ->
    {Key, Value, Rest} = take_smallest_1(Tree),
    {Key, Value, {Size - 1, Rest}}.

take_smallest_1({Key, Value, nil, Bigger}) -> {Key, Value, Bigger};
take_smallest_1({K, V, Smaller, Bigger}) ->
    {Key, Value, Rest} = take_smallest_1(Smaller),
    {Key, Value, {K, V, Rest, Bigger}}.

%% @doc {Key, Value, Rest} of the greatest key.
take_largest({Size, Tree}) when is_integer(Size), Size >= 0 ->
    {Key, Value, Rest} = take_largest_1(Tree),
    {Key, Value, {Size - 1, Rest}}.

take_largest_1({Key, Value, Smaller, nil}) -> {Key, Value, Smaller};
take_largest_1({K, V, Smaller, Bigger}) ->
    {Key, Value, Rest} = take_largest_1(Bigger),
    {Key, Value, {K, V, Smaller, Rest}}.

%% @doc The tree with Fun(Key, Value) for each value.
map(Fun, {Size, Tree}) when is_function(Fun, 2) -> {Size, map_1(Fun, Tree)}.

map_1(Fun, {Key, Value, Smaller, Bigger}) ->
    {Key, Fun(Key, Value), map_1(Fun, Smaller), map_1(Fun, Bigger)};
map_1(_, nil) -> nil.

%% @doc An iterator of the pairs in the order of keys, for next/1.
iterator({_, Tree}) -> path(Tree, []).

path({_, _, nil, _} = Tree, Path) -> [Tree | Path];
path({_, _, Smaller, _} = Tree, Path) -> path(Smaller, [Tree | Path]);
path(nil, Path) -> Path.

%% @doc An iterator that starts at a key or the next greater one.
iterator_from(Key, {_, Tree}) -> path_from(Key, Tree, []).

path_from(Key, {K, _, _, Bigger}, Path) when K < Key -> path_from(Key, Bigger, Path);
path_from(_, {_, _, nil, _} = Tree, Path) -> [Tree | Path];
path_from(Key, {K, _, _, _} = Tree, Path) when K == Key -> [Tree | Path];
path_from(Key, {_, _, Smaller, _} = Tree, Path) -> path_from(Key, Smaller, [Tree | Path]);
path_from(_, nil, Path) -> Path.

%% @doc {Key, Value, Next} of an iterator, or none.
next([{Key, Value, _, Bigger} | Path]) -> {Key, Value, path(Bigger, Path)};
next([]) -> none.

-module(lists_).
-export([map/2, filter/2, foldl/3, reverse/1, sort/1, zip/2, flatten/1]).

map(F, [H | T]) -> [F(H) | map(F, T)];
map(_, []) -> [].

filter(P, L) -> [X || X <- L, P(X)].

foldl(F, A, [H | T]) -> foldl(F, F(H, A), T);
foldl(_F, A, []) -> A.

reverse(L) -> reverse(L, []).
reverse([H | T], A) -> reverse(T, [H | A]);
reverse([], A) -> A.

sort([]) -> [];
sort([P | R]) ->
    sort([X || X <- R, X < P]) ++
        [P] ++
        sort([X || X <- R, X >= P]).

zip([A | As], [B | Bs]) -> [{A, B} | zip(As, Bs)];
zip([], []) -> [].

flatten(L) -> flatten(L, []).
flatten([H | T], R) when is_list(H) -> flatten(H, flatten(T, R));
flatten([H | T], R) -> [H | flatten(T, R)];
flatten([], R) -> R.

pairs(L) ->
    [{X, Y} ||
        X <- L,
        Y <- L,
        X < Y].

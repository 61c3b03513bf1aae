-module(queens).
-export([solve/1]).

solve(N) -> solve(N, N).

solve(0, _) -> [[]];
solve(K, N) ->
    [[Q | B] || B <- solve(K - 1, N),
                Q <- lists:seq(1, N),
                safe(Q, B)].

safe(Q, B) ->
    not lists:any(fun({D, R}) -> R =:= Q orelse abs(R - Q) =:= D end,
                  lists:zip(lists:seq(1, length(B)), B)).

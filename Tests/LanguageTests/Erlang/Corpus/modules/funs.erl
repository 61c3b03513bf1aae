-module(funs).
-export([f/0]).
f() ->
    A = fun(X) -> X + 1 end,
    B = fun F(0) -> done; F(N) when N > 0 -> F(N - 1) end,
    C = fun f/0,
    D = fun lists:map/2,
    M = lists, G = map, Ar = 2,
    E = fun M:G/Ar,
    H = fun
            ({ok, V}) -> V;
            ({error, R}) when is_atom(R); is_list(R) ->
                throw(R)
        end,
    A(B(3)), (C)(), D(A, []), E(A, []), H({ok, 1}),
    (fun() -> ok end)(),
    M:G(A, []),
    apply(M, G, [A, []]),
    lists:foldl(fun(X, Acc) -> X + Acc end, 0, [1, 2]).

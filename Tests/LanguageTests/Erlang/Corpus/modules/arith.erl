-module(arith).
-export([add/2, fib/1, fact/1, gcd/2,
         pow/2]).

%% @doc Adds.
add(A, B) -> A + B.

fib(0) -> 0;
fib(1) -> 1;
fib(N) when N > 1 ->
    fib(N - 1) + fib(N - 2).

fact(0) -> 1;
fact(N) when is_integer(N), N > 0 -> N * fact(N - 1).

gcd(A, 0) -> abs(A);
gcd(A, B) -> gcd(B, A rem B).

pow(_, 0) -> 1;
pow(X, N) when N rem 2 =:= 0 ->
    H = pow(X, N div 2),
    H * H;
pow(X, N) -> X * pow(X, N - 1).

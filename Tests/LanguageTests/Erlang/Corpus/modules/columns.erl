-module(columns).
-define(M(A), {a, A, b}).
-define(N, [n]).
f(X) -> ?M(X) + ?N ++ ?M(
  ?N
 ) , ok.

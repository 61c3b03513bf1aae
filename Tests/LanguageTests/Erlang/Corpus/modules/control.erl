-module(control).
-export([f/2]).
f(A, B) ->
    if
        A > B, A =/= 0; B == 1 -> first;
        is_list(A) andalso length(A) > 2 orelse B -> second;
        true -> third
    end,
    case {A, B} of
        {X, X} -> same;
        {X, Y} when X < Y -> less;
        {_, _} = P -> P
    end,
    begin
        Z = A,
        Z + 1
    end,
    (A =:= 1) or (B =:= 2) and not (A xor B),
    -A + - B - (- 1),
    A bsl 2 bor B bsr 1 band 16#FF bxor bnot 0.

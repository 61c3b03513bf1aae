-module(expanded).
-export([all/0]).
-record(e, {}).
-record(s, {x = 1, y}).
-record(r, {a, b = 1, c = [#s{}], d = #s{y = 2}}).

all() ->
    Values = [#r{}, #r{a = 1}, #r{a = #s{}, b = 2}, #s{}, #s{x = 5, y = #r{}}, #e{}, {r, 1}, {r, 1, 2, 3, 4}, {r, 1, 2, 3, 4, 5},
              r, 1, [], {s, a, b}, {s, 7, 7}, #{a => #r{a = x}}],
    Funs = [fun f1/1, fun f2/1, fun f3/1, fun f4/1, fun f5/1, fun f6/1, fun f7/1, fun f8/1, fun f9/1, fun f10/1, fun f11/1,
            fun f12/1, fun f13/1, fun f14/1, fun f15/1, fun f16/1, fun f17/1, fun f18/1, fun f19/1, fun f20/1, fun f21/1,
            fun f22/1, fun f23/1, fun f24/1],
    [[try {ok, F(V)} catch C:E -> {C, E} end || V <- Values] || F <- Funs].

f1(X) -> X#r.a.
f2(X) -> X#r{a = new}.
f3(X) -> X#r{a = X#r.b, b = X#r.a}.
f4(#r{a = A, _ = _}) -> A;
f4(#s{_ = 7}) -> sevens;
f4(#e{}) -> empty;
f4(_) -> none.
f5(X) when X#r.a == 1 -> one;
f5(X) when X#r.b == 2; X#s.x == 1 -> {two, X#r.b};
f5(_) -> none.
f6(X) when is_record(X, r) -> r;
f6(X) when is_record(X, s, 3) -> s;
f6(X) when erlang:is_record(X, e) -> e;
f6(_) -> none.
f7(X) -> {is_record(X, r), is_record(X, s), is_record(X, e, 1)}.
f8(X) -> {#r.a, #r.b, #r.c, #r.d, #s{x = X}, #r{_ = X, b = 3}}.
f9(X) -> X#r.a#s.x.
f10(X) -> X#r{a = 1}#r{b = 2}#r.b.
f11(X) -> [Y || #r{a = Y} <- [X, #r{a = 9}]].
f12(X) -> [Y#s.x || Y <- [X, #s{}], Y#s.x == 1].
f13(X) -> (fun(#s{x = Y}) -> Y; (Z) when Z#r.a =:= undefined -> u end)(X).
f14(X) -> case X of #r{d = #s{y = Y}} -> Y; #s{y = #r{c = C}} -> C end.
f15(X) -> if X#r.b == 1 orelse X#s.y == 7 -> yes; is_atom(X) orelse X#s.x == a -> perhaps; true -> no end.
f16(X) -> #s{x = X, y = #e{}}.
f17(X) -> X#e{}.
f18(X) -> try X#s.x of Y -> Y catch error:{badrecord, Z} -> {caught, Z} end.
f19(#{a := #r{a = A}}) -> A;
f19(X) -> [X#s{y = 3} | X#r{b = 4}].
f20(X) when not (is_atom(X) orelse X#r.a == 1) -> a;
f20(_) -> b.
f21(X) -> A = X#s{x = (B = 5)}, {A, B}.
f22(X) -> << <<(element(#s.x, {1, 2, 3}))>> || _ <- [X] >>.
f23(X) -> receive #r{} = Y -> Y after 0 -> X#r.d#s.y end.
f24(#r.b) -> three;
f24(X) -> begin Y = X#r{}, Y end.

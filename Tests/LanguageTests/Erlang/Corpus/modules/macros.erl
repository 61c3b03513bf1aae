-module(macros).
-export([a/0, b/1, c/2]).
-define(ONE, 1).
-define(TWO, ?ONE + ?ONE).
-define(ADD(A, B), A + B).
-define(NONE(), none).
-define(STR(X), {??X, X}).
-define(MULTI(X),
        begin
            Y = X,
            {Y,
             ?LINE}
        end).
-define(OVER, zero).
-define(OVER(A), {one, A}).
-define(OVER(A, B), {two, A, B}).
-define(EMPTY, ).
-define(if_true(C, T), case C of true -> T; false -> ok end).
-define('quoted name', quoted).
-define(CALL, f(1, 2)).
-define(BODY(B), fun() -> B end).
-define(LIST, [1, 2 | ?REST]).
-define(REST, [3]).

a() -> ?ONE.
b(X) -> {?TWO, ?ADD(X, ?TWO), ?ADD(f(X, X), [X, X]), ?NONE(), ?MODULE, ?MODULE_STRING, ?FILE, ?LINE}.
c(A, B) ->
    ?STR(A + foo(B, 1, "x", 'y z', $c, 1.5)),
    ?MULTI(A),
    ?MULTI(
       {A,
        B}),
    {?OVER, ?OVER(A), ?OVER(A, B)},
    ?if_true(A > B, ?BODY(A)),
    ?'quoted name',
    {?EMPTY},
    ?CALL,
    ?ADD(begin A, B end, fun(X, Y) -> X, Y end),
    ?ADD(fun a/0, case A of B -> 1, 2; _ -> 3 end),
    ?ADD(<<A, B>>, {A, B}),
    ?ADD(
       A,
       B) + ?LINE,
    ?MACHINE:?NONE(),
    ?LIST.
-undef(ONE).
-define(ONE, 11).
d() -> {?ONE, ?TWO, ?FUNCTION_NAME, ?FUNCTION_ARITY}.
e(_, {_, _}, [_, _]) -> {?FUNCTION_NAME, ?FUNCTION_ARITY};
e(1, ?TWO, 3) when ?ADD(1, 2) > 1 -> ?FUNCTION_ARITY.
-define(ID(X), X).
-define(SHOW(X), {??X, ?LINE, X}).
nested(X) ->
    {?ID(?ID(X)), ?ID(?ADD(?ID(1), ?TWO)), ?SHOW(?ID(X) + ?TWO)}.

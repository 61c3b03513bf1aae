-module(lines).
-export([f/0]).
f() -> ?LINE.
-file("other.yrl", 100).
g() ->
    {?LINE, ?FILE}.
h() -> 1.
-file("lines.erl", 9).
k() ->
    ?LINE.

%% -*- coding: utf-8 -*-
-module(strings).
-export([f/0]).
f() ->
    ["plain", "with \"quotes\"", "a\tb\n", "\x{1F600}", "é日本", "a" "b"
     "c", 'atom with space', 'é', $\s, $", $', $\\, $\x41, "",
     "line one
line two", "\
continued"].
'quoted function'() -> 'an atom\n'.
upper_é() -> é.

-module('Elixir.Atom').
-export([to_char_list/1, to_charlist/1, to_string/1]).

%% @doc Deprecated: to_charlist.
to_char_list(Atom) -> to_charlist(Atom).

%% @doc The name of an atom as a charlist.
to_charlist(Atom) -> atom_to_list(Atom).

%% @doc The name of an atom as a string.
to_string(Atom) -> atom_to_binary(Atom).

-module(guards).
-export([t/1]).
t(X) when is_atom(X) -> atom;
t(X) when is_integer(X), X >= 0, X =< 255 -> byte;
t(X) when is_float(X); is_integer(X) -> number;
t(X) when (is_tuple(X) andalso tuple_size(X) == 2) orelse X == [] -> pair;
t(X) when erlang:is_map(X), erlang:map_size(X) > 1 -> map;
t(X) when hd(X) == 1; element(1, X) =:= a, not is_pid(self()) -> weird;
t([_ | _] = L) when length(L) div 2 + 1 > 3 -> long;
t(X) when X -> true;
t(_) -> other.

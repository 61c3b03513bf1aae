-module(nesting).
-export([f/1]).
f(X) ->
    fun() ->
            case X of
                [] -> [case Y of 1 -> a; _ -> fun(Z) -> {Z, Y} end end || Y <- [1, 2]];
                _ ->
                    try
                        receive M -> if M == X -> begin {ok, M} end; true -> no end
                        after 10 -> #{a => [<<1, 2>> | {}]} end
                    catch _:_ -> catch error after done end
            end
    end().

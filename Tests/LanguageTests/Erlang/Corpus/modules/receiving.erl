-module(receiving).
-export([loop/1]).
loop(S) ->
    receive
        {From, Ref, {get, K}} when is_pid(From) ->
            From ! {Ref, maps:get(K, S, undefined)},
            loop(S);
        {put, K, V} -> loop(S#{K => V});
        stop -> ok
    after 1000 ->
            timeout
    end.
flush() -> receive _ -> flush() after 0 -> ok end.
wait() -> receive after infinity -> ok end.

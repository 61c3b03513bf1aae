%% erpc:call from this node to another, by some callers at once: nanoseconds a call, the best of five runs.
-module(bench_erpc).
-export([per_call/3]).

per_call(Server, Callers, Calls) ->
    lists:min([run(Server, Callers, Calls div Callers) || _ <- lists:seq(1, 5)]).

run(Server, Callers, Each) ->
    Start = erlang:monotonic_time(nanosecond),
    Started = [spawn_monitor(fun() -> loop(Server, Each) end) || _ <- lists:seq(1, Callers)],
    [receive {'DOWN', Monitor, _, _, _} -> ok end || {_, Monitor} <- Started],
    (erlang:monotonic_time(nanosecond) - Start) div (Callers * Each).

loop(_, 0) -> ok;
loop(Server, Left) ->
    erpc:call(Server, erlang, node, []),
    loop(Server, Left - 1).

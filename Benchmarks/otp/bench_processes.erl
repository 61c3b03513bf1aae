%% Processes of one node: a message there and back, and starting many; nanoseconds and bytes, the best of some runs.
-module(bench_processes).
-export([run/0]).

-define(TRIPS, 300000).
-define(MANY, 100000).

run() ->
    io:format("a message there and back ~p~n", [lists:min([ping_pong() || _ <- lists:seq(1, 5)])]),
    Before = erlang:memory(processes),
    {Time, Pids} = spawn_many(),
    io:format("memory ~p~n", [(erlang:memory(processes) - Before) div ?MANY]),
    [exit(Pid, kill) || Pid <- Pids],
    Others = [begin {T, Ps} = spawn_many(), [exit(P, kill) || P <- Ps], T end || _ <- lists:seq(1, 3)],
    io:format("100000 processes, each ~p~n", [lists:min([Time | Others]) div ?MANY]),
    halt().

ping_pong() ->
    Self = self(),
    Pong = spawn_link(fun Loop() -> receive {From, N} -> From ! N, Loop(); stop -> ok end end),
    Ping = spawn_link(fun() ->
        Start = erlang:monotonic_time(nanosecond),
        ping(Pong, ?TRIPS),
        Self ! {took, erlang:monotonic_time(nanosecond) - Start}
    end),
    unlink(Ping),
    receive {took, Time} -> unlink(Pong), Pong ! stop, Time div ?TRIPS end.

ping(_, 0) -> ok;
ping(Pong, N) ->
    Pong ! {self(), N},
    receive N -> ping(Pong, N - 1) end.

spawn_many() ->
    Start = erlang:monotonic_time(nanosecond),
    Pids = [spawn(fun() -> receive stop -> ok end end) || _ <- lists:seq(1, ?MANY)],
    {erlang:monotonic_time(nanosecond) - Start, Pids}.

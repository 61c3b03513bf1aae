%% Messages to another node that are not answered one by one.
-module(bench_messages).
-export([sink/0, each/3]).

%% A process that counts messages and says when it has so many.
sink() ->
    spawn(fun() -> register(sink, self()), wait() end).

wait() ->
    receive {count, From, N} -> count(N), From ! counted, wait() end.

count(0) -> ok;
count(N) -> receive {m, _} -> count(N - 1) end.

%% Nanoseconds for each of Count messages with so many bytes (a small tuple for 0), the best of five runs.
each(Server, Count, Size) ->
    Payload = case Size of 0 -> 1; _ -> binary:copy(<<7>>, Size) end,
    lists:min([run({sink, Server}, Count, Payload) || _ <- lists:seq(1, 5)]).

run(Sink, Count, Payload) ->
    Start = erlang:monotonic_time(nanosecond),
    Sink ! {count, self(), Count},
    send(Sink, Count, Payload),
    receive counted -> ok end,
    (erlang:monotonic_time(nanosecond) - Start) div Count.

send(_, 0, _) -> ok;
send(Sink, N, Payload) -> Sink ! {m, Payload}, send(Sink, N - 1, Payload).

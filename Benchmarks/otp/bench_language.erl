%% Expressions of language.txt run by erl_eval; nanoseconds, the best of some runs.
-module(bench_language).
-export([run/0]).

run() ->
    {ok, Text} = file:read_file(os:getenv("BENCH_EXPRESSIONS")),
    lists:foreach(fun line/1, string:lexemes(binary_to_list(Text), "\n")),
    halt().

line(Line) ->
    [Name, Expression] = string:split(Line, ": "),
    {ok, Tokens, _} = erl_scan:string(Expression),
    {ok, Expressions} = erl_parse:parse_exprs(Tokens),
    io:format("~s ~p~n", [Name, lists:min([time(Expressions) || _ <- lists:seq(1, 5)])]).

%% Each run in a process of its own, so that none cleans up after another.
time(Expressions) ->
    Self = self(),
    {Pid, Monitor} = spawn_monitor(fun() ->
        Start = erlang:monotonic_time(nanosecond),
        {value, _, _} = erl_eval:exprs(Expressions, []),
        Self ! {took, erlang:monotonic_time(nanosecond) - Start}
    end),
    Time = receive {took, Nanoseconds} -> Nanoseconds end,
    receive {'DOWN', Monitor, process, Pid, _} -> Time end.

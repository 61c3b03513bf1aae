%% term_to_binary/2 and binary_to_term/1 of the terms of ETF.swift: one line "what nanoseconds" for each measurement,
%% the best of several runs, each in a process of its own. "bytes what" is the size of the encoding.
-module(bench_etf).
-export([run/0]).
-define(RUNS, 15).

run() ->
    [measure(Name, Make()) || {Name, Make} <- terms()],
    halt().

terms() ->
    [{"rows", fun() -> [row(N) || N <- lists:seq(1, 100000)] end},
     {"map", fun() -> maps:from_list([{name("key-", N), {N, value(N)}} || N <- lists:seq(1, 10000)]) end},
     {"maps", fun() -> [small_map(N) || N <- lists:seq(1, 10000)] end},
     {"small-integers", fun() -> [N rem 256 || N <- lists:seq(1, 1000000)] end},
     {"integers", fun() -> [(N * 4001) rem 2000000000 - 1000000000 || N <- lists:seq(1, 1000000)] end},
     {"binary", fun() -> binary:copy(<<"0123456789abcdef">>, 65536) end}].

row(N) -> {N, name("row-", N), value(N), N * 0.5, [N rem 256, N rem 1000, 7]}.

small_map(N) -> #{id => N, name => name("map-", N), active => N rem 2 =:= 0, score => N * 0.25}.

name(Prefix, N) -> list_to_binary([Prefix, integer_to_list(N)]).

value(N) -> element(N rem 4 + 1, {ok, error, undefined, timeout}).

measure(Name, Term) ->
    Bytes = term_to_binary(Term, [{minor_version, 2}]),
    io:format("bytes ~s ~b~n", [Name, byte_size(Bytes)]),
    report(Name, encode, fun() -> term_to_binary(Term, [{minor_version, 2}]) end),
    report(Name, decode, fun() -> binary_to_term(Bytes) end),
    Other = binary_to_term(Bytes),
    report(Name, equal, fun() -> Term =:= Other end),
    is_list(Term) andalso report(Name, sort, fun() -> lists:sort(Term) end).

report(Name, Operation, Work) ->
    io:format("~s ~s ~b~n", [Operation, Name, lists:min([in_new_process(Work) || _ <- lists:seq(1, ?RUNS)])]).

%% The term is captured by the fun, so that it is copied to the process before the clock starts.
in_new_process(Work) ->
    Me = self(),
    Worker = spawn_link(fun() -> receive go -> Me ! {self(), time(Work)} end end),
    Worker ! go,
    receive {Worker, Time} -> Time end.

time(Work) ->
    Start = erlang:monotonic_time(nanosecond),
    Work(),
    erlang:monotonic_time(nanosecond) - Start.

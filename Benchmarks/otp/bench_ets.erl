%% ETS in compiled Erlang: one line "type operation order nanoseconds-per-row" for each measurement, best of three.
%% The keys of the order `random` are those of Tables.swift.
-module(bench_ets).
-export([run/0]).
-define(N, 1048576).

run() ->
    [measure(Type, Order) || Type <- [set, ordered_set], Order <- [sequential, random]],
    halt().

measure(Type, Order) ->
    Keys = keys(0, ?N, Order),
    Low = keys(0, ?N div 2, Order),
    High = keys(?N div 2, ?N, Order),
    report(Type, insert, Order, fun() -> with_table(Type, fun(T) -> time(fun() -> insert(T, Keys) end) end) end),
    report(Type, insert_2_threads, Order, fun() ->
        with_table(Type, fun(T) -> parallel(fun(L) -> insert(T, L) end, Low, High) end)
    end),
    with_table(Type, fun(T) ->
        insert(T, Keys),
        report(Type, lookup, Order, fun() -> time(fun() -> lookup(T, Keys) end) end),
        report(Type, lookup_2_threads, Order, fun() -> parallel(fun(L) -> lookup(T, L) end, Low, High) end),
        report(Type, tab2list, Order, fun() -> in_new_process(fun() -> time(fun() -> ets:tab2list(T) end) end) end)
    end).

report(Type, Operation, Order, Measure) ->
    io:format("~s ~s ~s ~b~n", [Type, Operation, Order, lists:min([Measure() || _ <- [1, 2, 3]])]).

with_table(Type, Use) ->
    T = ets:new(bench, [Type, public]),
    Result = Use(T),
    ets:delete(T),
    Result.

time(Work) ->
    Start = erlang:monotonic_time(nanosecond),
    Work(),
    (erlang:monotonic_time(nanosecond) - Start) div ?N.

keys(From, To, Order) -> [key(I, Order) || I <- lists:seq(From, To - 1)].

key(I, sequential) -> I;
key(I, random) ->
    A = (I * 16#9E3779B1) band 16#FFFFF,
    B = A bxor (A bsr 10),
    C = (B * 16#85EBCA6B) band 16#FFFFF,
    C bxor (C bsr 11).

insert(_, []) -> ok;
insert(T, [K | Keys]) -> ets:insert(T, {K, K}), insert(T, Keys).

lookup(_, []) -> ok;
lookup(T, [K | Keys]) -> [_] = ets:lookup(T, K), lookup(T, Keys).

%% The processes have their keys before the clock starts.
parallel(Work, Low, High) ->
    Me = self(),
    Workers = [spawn_link(fun() -> Me ! {self(), ready}, receive go -> Work(L), Me ! {self(), done} end end)
               || L <- [Low, High]],
    [receive {W, ready} -> ok end || W <- Workers],
    time(fun() -> [W ! go || W <- Workers], [receive {W, done} -> ok end || W <- Workers] end).

in_new_process(Work) ->
    Me = self(),
    Worker = spawn_link(fun() -> Me ! {self(), Work()} end),
    receive {Worker, Result} -> Result end.

%% A name server: values under keys, kept by one process that is registered as kvs.
%%
%%   1> c(kvs).
%%   2> kvs:start().
%%   3> kvs:store(weather, fine).
%%   4> kvs:lookup(weather).
%%
%% From another node: rpc:call(gandalf@localhost, kvs, lookup, [weather]).
-module(kvs).
-export([start/0, stop/0, store/2, lookup/1]).

%% @doc Starts the server; true, as register/2.
start() -> register(kvs, spawn(fun() -> loop(#{}) end)).

%% @doc Ends the server.
stop() -> ask(stop).

%% @doc Keeps a value under a key.
store(Key, Value) -> ask({store, Key, Value}).

%% @doc {ok, Value}, or undefined.
lookup(Key) -> ask({lookup, Key}).

ask(Request) ->
    kvs ! {self(), Request},
    receive
        {kvs, Reply} -> Reply
    end.

loop(Values) ->
    receive
        {From, {store, Key, Value}} ->
            From ! {kvs, true},
            loop(Values#{Key => Value});
        {From, {lookup, Key}} ->
            From ! {kvs, find(Key, Values)},
            loop(Values);
        {From, stop} ->
            From ! {kvs, ok}
    end.

find(Key, Values) ->
    case Values of
        #{Key := Value} -> {ok, Value};
        #{} -> undefined
    end.

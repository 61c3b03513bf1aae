%% A process on another node that calls what it is told to: a small rpc.
%% The module has to be on both nodes: nl(dist_demo) sends it.
%%
%%   1> Pid = dist_demo:start('gandalf@localhost').
%%   2> dist_demo:rpc(Pid, erlang, node, []).
-module(dist_demo).
-export([start/1, rpc/4]).

%% @doc Starts the process on a node.
start(Node) -> spawn(Node, fun() -> loop() end).

%% @doc What a function gives on the node of the process.
rpc(Pid, Module, Function, Arguments) ->
    Ref = make_ref(),
    Pid ! {call, self(), Ref, Module, Function, Arguments},
    receive
        {Ref, Value} -> Value
    end.

loop() ->
    receive
        {call, From, Ref, Module, Function, Arguments} ->
            From ! {Ref, catch apply(Module, Function, Arguments)},
            loop()
    end.

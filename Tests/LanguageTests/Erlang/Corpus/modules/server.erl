-module(server).
-behaviour(gen_server).
-author("nobody").
-vsn("1.0").
-vsn([1, {a, "b"}, <<"c">>, #{d => e}, -1, +2, 'F', $g, 1.5]).
-export([start_link/0, init/1, handle_call/3, handle_cast/2, handle_info/2]).
-import(lists, [map/2, foldl/3]).
-record(state, {count = 0 :: non_neg_integer(), waiting = queue:new()}).

start_link() ->
    gen_server:start_link({local, ?MODULE}, ?MODULE, [], []).

init([]) ->
    process_flag(trap_exit, true),
    {ok, #state{}}.

handle_call(get, _From, #state{count = C} = S) -> {reply, C, S};
handle_call({add, N}, _From, S = #state{count = C}) when is_integer(N) ->
    {reply, ok, S#state{count = C + N}};
handle_call(_, _, S) -> {reply, {error, bad_request}, S}.

handle_cast(stop, State) -> {stop, normal, State};
handle_cast(_Msg, State) -> {noreply, State}.

handle_info({'EXIT', Pid, Reason}, State) when Reason =/= normal ->
    io:format("~p died: ~p~n", [Pid, Reason]),
    {noreply, State};
handle_info(timeout, State) -> {noreply, State, hibernate}.

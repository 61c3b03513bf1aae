%% A gen_server and a supervisor, and what they do; every line that begins with a bar is the same in erl.
-module(behaviours).
-behaviour(gen_server).
-export([run/0, start_link/1, init/1, handle_call/3, handle_cast/2, handle_continue/2, terminate/2]).
-export([started/1, waiter/2]).

show(Value) -> io:format("| ~w~n", [Value]).

start_link(Name) -> gen_server:start_link({local, Name}, ?MODULE, Name, []).

init({supervisor, Strategy}) ->
    Child = fun(Name) -> #{id => Name, start => {?MODULE, start_link, [Name]}} end,
    {ok, {#{strategy => Strategy, intensity => 5, period => 10}, [Child(Name) || Name <- [one, two, three]]}};
init(simple) ->
    {ok, {{simple_one_for_one, 5, 10}, [{any, {?MODULE, start_link, []}, temporary, 1000, worker, [?MODULE]}]}};
init(bad_supervisor) -> {ok, {#{strategy => never}, []}};
init(ignored) -> ignore;
init(stopped) -> {stop, unwilling};
init(odd) -> {odd, value};
init(failing) -> error(failing);
init(exiting) -> exit(exiting);
init(throwing) -> throw({ok, thrown});
init(timed) -> {ok, 0, 10};
init(continued) -> {ok, 0, {continue, more}};
init(Name) -> {ok, Name}.

handle_call(get, _, State) -> {reply, State, State};
handle_call({set, New}, _, State) -> {reply, {was, State}, New};
handle_call({later, Value}, From, State) ->
    gen_server:cast(self(), {reply, From, Value}),
    {noreply, State};
handle_call({stop, Reason}, _, State) -> {stop, Reason, stopping, State};
handle_call(silent, _, State) -> {noreply, State};
handle_call(odd, _, _) -> odd;
handle_call(badmatch, _, State) -> nothing = State;
handle_call(hibernate, _, State) -> {reply, ok, State, hibernate}.

handle_cast({reply, From, Value}, State) ->
    gen_server:reply(From, Value),
    {noreply, State};
handle_cast({stop, Reason}, State) -> {stop, Reason, State}.

handle_continue(more, State) -> {noreply, State + 1}.

terminate({tell, Pid}, State) -> Pid ! {terminated, State};
terminate(_, _) -> ok.

result(Fun) ->
    try Fun() of
        Value -> Value
    catch
        exit:{{Reason, [_ | _]}, {Module, Function, [_ | Rest]}} -> {exit, Reason, Module, Function, Rest};
        exit:{Reason, {Module, Function, [_ | Rest]}} -> {exit, Reason, Module, Function, Rest};
        Class:Reason -> {Class, Reason}
    end.

ended() ->
    receive
        {'EXIT', _, {Reason, [_ | _]}} -> Reason;
        {'EXIT', _, Reason} -> Reason
    after 500 -> nothing
    end.

run() ->
    process_flag(trap_exit, true),
    servers(),
    starts(),
    requests(),
    supervisors(),
    library(),
    done.

servers() ->
    {ok, Pid} = start_link(first),
    show(gen_server:call(first, get)),
    show(gen_server:call(Pid, {set, 7})),
    show(gen_server:call({first, node()}, {later, 8})),
    show(gen_server:call(Pid, hibernate, 1000)),
    show(gen_server:call(Pid, get, infinity)),
    show(sys:get_state(first)),
    show(sys:replace_state(first, fun(State) -> State + 1 end)),
    show(result(fun() -> gen_server:call(first, silent, 20) end)),
    show(result(fun() -> gen_server:call(nobody, get) end)),
    show(result(fun() -> gen_server:call({global, nobody}, get) end)),
    show(result(fun() -> gen_server:cast(nobody, get) end)),
    show(start_link(first) =:= {error, {already_started, Pid}}),
    show(element(1, sys:get_status(first))),
    show(gen_server:stop(first)),
    show(ended()),
    show(result(fun() -> gen_server:stop(first) end)),
    [
        begin
            {ok, One} = start_link(one),
            show(result(fun() -> gen_server:call(One, Request) end)),
            show(ended())
        end
     || Request <- [{stop, normal}, {stop, because}, odd, badmatch]
    ],
    {ok, Told} = start_link(told),
    gen_server:cast(Told, {stop, {tell, self()}}),
    receive
        {terminated, State} -> show(State)
    end,
    ended().

starts() ->
    [
        begin
            show({How, case gen_server:start_link(?MODULE, How, []) of
                {ok, Pid} -> gen_server:call(Pid, get);
                {error, {Reason, [_ | _]}} -> {error, Reason};
                Other -> Other
            end}),
            show(case How of
                throwing -> ok;
                _ -> ended()
            end)
        end
     || How <- [ignored, stopped, odd, failing, exiting, throwing]
    ],
    {ok, Continued} = gen_server:start_link(?MODULE, continued, []),
    show(gen_server:call(Continued, get)),
    {ok, Global} = gen_server:start({global, {a, name}}, ?MODULE, x, []),
    show(gen_server:call({global, {a, name}}, get)),
    show(global:whereis_name({a, name}) =:= Global),
    {ok, {Monitored, Ref}} = gen_server:start_monitor(?MODULE, m, []),
    gen_server:cast(Monitored, {stop, finished}),
    receive
        {'DOWN', Ref, process, Monitored, Reason} -> show(Reason)
    end,
    show(result(fun() -> gen_server:start({strange, name}, ?MODULE, x, []) end) =/= ok).

requests() ->
    {ok, Pid} = gen_server:start_link(?MODULE, state, []),
    Request = gen_server:send_request(Pid, get),
    show(gen_server:wait_response(Request, 1000)),
    Other = gen_server:send_request(Pid, {later, soon}),
    show(gen_server:receive_response(Other, 1000)),
    Silent = gen_server:send_request(Pid, silent),
    show(gen_server:wait_response(Silent, 10)),
    show(gen_server:multi_call([node()], nobody, get)),
    {ok, _} = start_link(here),
    show(gen_server:multi_call([node()], here, get, 1000)),
    show(gen_server:abcast([node()], here, {stop, normal})),
    show(ended()).

supervisors() ->
    {ok, Sup} = supervisor:start_link({local, top}, ?MODULE, {supervisor, one_for_all}),
    show([{Id, is_pid(Pid), Type, Modules} || {Id, Pid, Type, Modules} <- supervisor:which_children(top)]),
    show(supervisor:count_children(top)),
    Before = whereis(three),
    exit(whereis(one), kill),
    timer:sleep(100),
    show(whereis(three) =/= Before),
    show(gen_server:call(three, get)),
    show(supervisor:terminate_child(top, two)),
    show(supervisor:delete_child(top, two)),
    show(supervisor:restart_child(top, two)),
    {ok, New} = supervisor:start_child(top, {new, {?MODULE, start_link, [new]}, permanent, 1000, worker, [?MODULE]}),
    show(supervisor:get_childspec(top, new)),
    show(supervisor:start_child(top, #{id => new, start => {?MODULE, start_link, [new]}}) =:= {error, {already_started, New}}),
    exit(Sup, shutdown),
    show(ended()),
    show(whereis(new)),
    {ok, Simple} = supervisor:start_link(?MODULE, simple),
    {ok, _} = supervisor:start_child(Simple, [worker]),
    show(gen_server:call(worker, get)),
    show(supervisor:count_children(Simple)),
    show(supervisor:terminate_child(Simple, whereis(worker))),
    show(supervisor:which_children(Simple)),
    show(supervisor:start_link(?MODULE, bad_supervisor)),
    show(ended()),
    show(supervisor:start_link(?MODULE, odd)),
    show(ended()),
    show(supervisor:start_link(?MODULE, ignored)),
    show(ended()).

library() ->
    {ok, Ready} = proc_lib:start_link(?MODULE, started, [self()]),
    show(is_pid(Ready)),
    show(ended()),
    Waiter = proc_lib:spawn(?MODULE, waiter, [self(), none]),
    Waiter ! {say, hello},
    show(receive Said -> Said end),
    show(result(fun() -> proc_lib:start_link(?MODULE, nothing, [], 1000) end)  =/= ok),
    ended().

started(Parent) -> proc_lib:init_ack(Parent, {ok, self()}).

waiter(Parent, _) ->
    receive
        {say, Text} -> Parent ! {said, Text, hd(get('$ancestors')) =:= Parent}
    end.

%% What Elixir's tasks run: the process of one task, and the stream of many.
%% The process of a task that answers is told what to do by {Owner, Ref, ReplyTo, Callers, {M, F, A}}, and sends
%% {Ref, Value} to ReplyTo: as Elixir 1.14 does it, so that supervisors and owners may be on nodes of either kind.
-module('Elixir.Task.Supervised').
-export([start_link/2, start_link/3, reply/2, noreply/3, owner/0, callers/0, commission/2, stream/4]).

%% @doc Starts a task that waits for what it is to do.
start_link(Owner, Monitor) -> {ok, proc_lib:spawn_link('Elixir.Task.Supervised', reply, [Owner, Monitor])}.

%% @doc Starts a task whose value nobody waits for.
start_link(Owner, Callers, Call) ->
    {ok, proc_lib:spawn_link('Elixir.Task.Supervised', noreply, [Owner, Callers, Call])}.

%% @doc The process of a task that answers.
reply({_, _, Pid}, monitor) -> reply(Pid, erlang:monitor(process, Pid), 5000);
reply({_, _, Pid}, nomonitor) -> reply(Pid, nil, infinity).

reply(Owner, Monitor, Timeout) ->
    receive
        {Owner, Ref, To, Callers, Call} ->
            Monitor =:= nil orelse erlang:demonitor(Monitor, [flush]),
            To ! {Ref, run(Callers, Call)};
        {'DOWN', Monitor, _, _, Reason} ->
            exit({shutdown, Reason})
    after Timeout -> exit(timeout)
    end.

%% @doc The process of a task that does not answer.
noreply(_, Callers, Call) -> run(Callers, Call).

run(Callers, {Module, Function, Arguments}) ->
    put('$callers', Callers),
    apply(Module, Function, Arguments).

%% @doc Who owns a task that the caller starts: {Node, NameOrPid, Pid}.
owner() ->
    case process_info(self(), registered_name) of
        {registered_name, Name} when is_atom(Name) -> {node(), Name, self()};
        _ -> {node(), self(), self()}
    end.

%% @doc The caller, and who called for it.
callers() ->
    case get('$callers') of
        Callers when is_list(Callers) -> [self() | Callers];
        _ -> [self()]
    end.

%% @doc Tells a process of reply/2 what to do; gives the task.
commission(Pid, {Module, Function, Arguments} = Call) ->
    Ref = erlang:monitor(process, Pid, [{alias, demonitor}]),
    Pid ! {self(), Ref, Ref, callers(), Call},
    'Elixir.Task':'__struct__'([
        {mfa, {Module, Function, length(Arguments)}}, {owner, self()}, {pid, Pid}, {ref, Ref}
    ]).

%% The stream. Its state: `next` reads the input, or is done; `max` is how many tasks may run; `running` has the tasks
%% by monitor: {Position, Pid, Deadline, Element}; `done` has outcomes by position; `emit` is the position to emit next.

%% @doc The outcomes of a call for each element, lazily.
stream(Enumerable, Call, Options, Supervisor) ->
    Max = option(max_concurrency, Options, erlang:system_info(schedulers_online)),
    is_integer(Max) andalso Max > 0 orelse argument(<<":max_concurrency must be an integer greater than zero">>),
    State = #{
        call => Call, max => Max, ordered => option(ordered, Options, true), running => #{}, done => #{}, emit => 0,
        position => 0, timeout => option(timeout, Options, 5000), on_timeout => option(on_timeout, Options, exit),
        zip => option(zip_input_on_exit, Options, false), supervisor => Supervisor, callers => callers(),
        link => option(link, Options, true)
    },
    'Elixir.Stream':resource(
        fun() ->
            State#{
                tag => make_ref(),
                next => fun(Command) -> 'Elixir.Enumerable':reduce(Enumerable, Command, fun pause/2) end
            }
        end,
        fun step/1,
        fun finish/1
    ).

option(Key, Options, Default) -> proplists:get_value(Key, Options, Default).

pause(Element, _) -> {suspend, {value, Element}}.

step(#{next := Next, max := Max, running := Running} = State) when Next =/= done, map_size(Running) < Max ->
    case Next({cont, none}) of
        {suspended, {value, Element}, More} -> step(launch(Element, State#{next := More}));
        _ -> step(State#{next := done})
    end;
step(#{ordered := true, done := Done, emit := Emit} = State) when is_map_key(Emit, Done) ->
    {[maps:get(Emit, Done)], State#{done := maps:remove(Emit, Done), emit := Emit + 1}};
step(#{ordered := false, done := Done} = State) when map_size(Done) > 0 ->
    {maps:values(Done), State#{done := #{}}};
step(#{running := Running} = State) when map_size(Running) =:= 0 ->
    {halt, State};
step(State) ->
    step(wait(State)).

launch(Element, #{call := Call, position := Position, running := Running, timeout := Timeout} = State) ->
    #{tag := Tag, callers := Callers, supervisor := Supervisor, link := Link} = State,
    {ok, Pid} =
        case Supervisor of
            nil -> start_link(owner(), nomonitor);
            _ -> 'Elixir.Task.Supervisor':start_item(Supervisor)
        end,
    Link andalso Supervisor =/= nil andalso link(Pid),
    Monitor = erlang:monitor(process, Pid),
    Pid ! {self(), {Tag, Position}, self(), Callers, Call(Element)},
    Deadline =
        case Timeout of
            infinity -> infinity;
            _ -> erlang:monotonic_time(millisecond) + Timeout
        end,
    State#{position := Position + 1, running := Running#{Monitor => {Position, Pid, Deadline, Element}}}.

%% Waits for one task to end, or for the first whose time is up.
wait(#{tag := Tag, running := Running, done := Done} = State) ->
    Deadline = lists:min([Until || {_, _, Until, _} <- maps:values(Running)]),
    receive
        {{Tag, Position}, Value} ->
            {Monitor, Pid} = running(Position, Running),
            forget(Monitor, Pid),
            State#{running := maps:remove(Monitor, Running), done := Done#{Position => {ok, Value}}};
        {'DOWN', Monitor, process, Pid, Reason} when is_map_key(Monitor, Running) ->
            forget(Monitor, Pid),
            {Position, _, _, Element} = maps:get(Monitor, Running),
            Outcome = failed(Element, Reason, State),
            State#{running := maps:remove(Monitor, Running), done := Done#{Position => Outcome}}
    after left(Deadline) ->
        late(State)
    end.

running(Position, Running) ->
    [Found] = [{Monitor, Pid} || {Monitor, {At, Pid, _, _}} <- maps:to_list(Running), At =:= Position],
    Found.

left(infinity) -> infinity;
left(Deadline) -> erlang:max(0, Deadline - erlang:monotonic_time(millisecond)).

late(#{on_timeout := exit, timeout := Timeout} = State) ->
    finish(State),
    exit({timeout, {'Elixir.Task.Supervised', stream, [Timeout]}});
late(#{running := Running, done := Done} = State) ->
    Now = erlang:monotonic_time(millisecond),
    Late = [Entry || {_, {_, _, Until, _}} = Entry <- maps:to_list(Running), Until =/= infinity, Until =< Now],
    lists:foldl(
        fun({Monitor, {Position, Pid, _, Element}}, #{running := Left, done := Before} = Next) ->
            kill(Monitor, Pid),
            Next#{running := maps:remove(Monitor, Left), done := Before#{Position => failed(Element, timeout, State)}}
        end,
        State#{done := Done},
        Late
    ).

failed(Element, Reason, #{zip := true}) -> {exit, {Element, Reason}};
failed(_, Reason, _) -> {exit, Reason}.

kill(Monitor, Pid) ->
    unlink(Pid),
    exit(Pid, kill),
    receive
        {'DOWN', Monitor, _, _, _} -> ok
    end,
    forget(Monitor, Pid).

%% No trace of a task that is over stays in the mailbox.
forget(Monitor, Pid) ->
    erlang:demonitor(Monitor, [flush]),
    unlink(Pid),
    receive
        {'EXIT', Pid, _} -> ok
    after 0 -> ok
    end.

finish(#{running := Running, next := Next, tag := Tag}) ->
    [kill(Monitor, Pid) || {Monitor, {_, Pid, _, _}} <- maps:to_list(Running)],
    Next =:= done orelse Next({halt, none}),
    flush(Tag).

flush(Tag) ->
    receive
        {{Tag, _}, _} -> flush(Tag)
    after 0 -> ok
    end.

argument(Text) -> error(#{'__struct__' => 'Elixir.ArgumentError', '__exception__' => true, message => Text}).

%% Elixir's Task: a process that computes one value and sends it to whoever asked for it.
%% A task that is awaited is linked with its owner; its reference is a monitor of the task and an alias for its answer, so
%% that an answer nobody waits for any more is dropped.
%% Sources: the documentation of Task.
-module('Elixir.Task').
-export([
    '__struct__'/0, '__struct__'/1, child_spec/1, start/1, start/3, start_link/1, start_link/3, async/1, async/3,
    completed/1, ignore/1, await/1, await/2, await_many/1, await_many/2, yield/1, yield/2, yield_many/1, yield_many/2,
    shutdown/1, shutdown/2, async_stream/2, async_stream/3, async_stream/4, async_stream/5
]).

%% @doc The struct with its default values.
'__struct__'() -> #{'__struct__' => 'Elixir.Task', mfa => nil, owner => nil, pid => nil, ref => nil}.

%% @doc The struct with these fields.
'__struct__'(Fields) ->
    'Elixir.Enum':reduce(Fields, '__struct__'(), fun({Key, Value}, Task) -> Task#{Key := Value} end).

%% @doc How a supervisor starts a task.
child_spec(Argument) ->
    #{id => 'Elixir.Task', start => {'Elixir.Task', start_link, [Argument]}, restart => temporary}.

%% @doc Runs a fun in a process whose value nobody waits for: {:ok, pid}.
start(Fun) when is_function(Fun, 0) -> start(erlang, apply, [Fun, []]).

%% @doc Runs a function in a process whose value nobody waits for: {:ok, pid}.
start(Module, Function, Arguments) ->
    Callers = 'Elixir.Task.Supervised':callers(),
    {ok, proc_lib:spawn('Elixir.Task.Supervised', noreply, [owner(), Callers, {Module, Function, Arguments}])}.

%% @doc As start/1, linked with the caller.
start_link(Fun) when is_function(Fun, 0) -> start_link(erlang, apply, [Fun, []]).

%% @doc As start/3, linked with the caller.
start_link(Module, Function, Arguments) ->
    'Elixir.Task.Supervised':start_link(owner(), 'Elixir.Task.Supervised':callers(), {Module, Function, Arguments}).

%% @doc Starts a task that is awaited, with a fun.
async(Fun) when is_function(Fun, 0) -> async(erlang, apply, [Fun, []]).

%% @doc Starts a task that is awaited.
async(Module, Function, Arguments) ->
    {ok, Pid} = 'Elixir.Task.Supervised':start_link(owner(), nomonitor),
    'Elixir.Task.Supervised':commission(Pid, {Module, Function, Arguments}).

owner() -> 'Elixir.Task.Supervised':owner().

%% @doc A task that is done already, with its value.
completed(Result) ->
    Ref = make_ref(),
    self() ! {Ref, Result},
    '__struct__'([{owner, self()}, {ref, Ref}]).

%% @doc Forgets a task, which goes on: {:ok, value}, {:exit, reason} or nil as it was.
ignore(#{ref := Ref, pid := Pid, owner := Owner}) when Owner =:= self() ->
    receive
        {Ref, Reply} ->
            erlang:demonitor(Ref, [flush]),
            {ok, Reply};
        {'DOWN', Ref, _, Process, Reason} ->
            {exit, reason(Reason, Process)}
    after 0 ->
        is_pid(Pid) andalso unlink(Pid),
        erlang:demonitor(Ref, [flush]),
        nil
    end;
ignore(Task) ->
    not_owner(Task).

%% @doc The value of a task; an exit after five seconds.
await(Task) -> await(Task, 5000).

%% @doc The value of a task; an exit when the time is up, or with the task's reason.
await(#{ref := Ref, owner := Owner} = Task, Timeout) when Owner =:= self() ->
    receive
        {Ref, Reply} ->
            erlang:demonitor(Ref, [flush]),
            Reply;
        {'DOWN', Ref, _, Process, Reason} ->
            exit({reason(Reason, Process), {'Elixir.Task', await, [Task, Timeout]}})
    after Timeout ->
        erlang:demonitor(Ref, [flush]),
        exit({timeout, {'Elixir.Task', await, [Task, Timeout]}})
    end;
await(Task, _) ->
    not_owner(Task).

%% @doc The values of tasks; an exit after five seconds.
await_many(Tasks) -> await_many(Tasks, 5000).

%% @doc The values of tasks; an exit when the time is up for one of them.
await_many(Tasks, Timeout) ->
    Deadline = deadline(Timeout),
    Call = {'Elixir.Task', await_many, [Tasks, Timeout]},
    [await_one(Task, Deadline, Call, Tasks) || Task <- Tasks].

await_one(#{ref := Ref, owner := Owner}, Deadline, Call, Tasks) when Owner =:= self() ->
    receive
        {Ref, Reply} ->
            erlang:demonitor(Ref, [flush]),
            Reply;
        {'DOWN', Ref, _, Process, Reason} ->
            forget(Tasks),
            exit({reason(Reason, Process), Call})
    after left(Deadline) ->
        forget(Tasks),
        exit({timeout, Call})
    end;
await_one(Task, _, _, _) ->
    not_owner(Task).

forget(Tasks) -> [erlang:demonitor(Ref, [flush]) || #{ref := Ref} <- Tasks].

%% @doc {:ok, value}, {:exit, reason}, or nil if the task goes on for five seconds.
yield(Task) -> yield(Task, 5000).

%% @doc {:ok, value}, {:exit, reason}, or nil if the task goes on for so long.
yield(#{ref := Ref, owner := Owner}, Timeout) when Owner =:= self() ->
    receive
        {Ref, Reply} ->
            erlang:demonitor(Ref, [flush]),
            {ok, Reply};
        {'DOWN', Ref, _, Process, Reason} ->
            {exit, reason(Reason, Process)}
    after Timeout -> nil
    end;
yield(Task, _) ->
    not_owner(Task).

%% @doc Each task with what yield/2 gives for it, after five seconds at most.
yield_many(Tasks) -> yield_many(Tasks, 5000).

%% @doc Each task with what yield/2 gives for it: a timeout, or timeout:, on_timeout: (:nothing, :ignore, :kill_task).
yield_many(Tasks, Options) when is_list(Options) ->
    Results = yield_many(Tasks, proplists:get_value(timeout, Options, 5000)),
    case proplists:get_value(on_timeout, Options, nothing) of
        nothing -> Results;
        kill_task -> [{Task, settled(Task, Result, fun(One) -> shutdown(One, brutal_kill) end)} || {Task, Result} <- Results];
        ignore -> [{Task, settled(Task, Result, fun ignore/1)} || {Task, Result} <- Results]
    end;
yield_many(Tasks, Timeout) ->
    Deadline = deadline(Timeout),
    [{Task, yield(Task, left(Deadline))} || Task <- Tasks].

settled(Task, nil, Fun) -> Fun(Task);
settled(_, Result, _) -> Result.

deadline(infinity) -> infinity;
deadline(Timeout) -> erlang:monotonic_time(millisecond) + Timeout.

left(infinity) -> infinity;
left(Deadline) -> erlang:max(0, Deadline - erlang:monotonic_time(millisecond)).

%% @doc Ends a task within five seconds: {:ok, value} if it was done, {:exit, reason}, or nil.
shutdown(Task) -> shutdown(Task, 5000).

%% @doc Ends a task, by force when the time is up or with :brutal_kill.
shutdown(#{pid := nil} = Task, _) ->
    argument([<<"task ">>, 'Elixir.Kernel':inspect(Task), <<" has no associated task process">>]);
shutdown(#{pid := Pid, ref := Ref, owner := Owner}, How) when Owner =:= self() ->
    receive
        {Ref, Reply} ->
            unlink(Pid),
            erlang:demonitor(Ref, [flush]),
            {ok, Reply};
        {'DOWN', Ref, _, Process, Reason} ->
            {exit, reason(Reason, Process)}
    after 0 ->
        unlink(Pid),
        ending(Pid, Ref, How)
    end;
shutdown(Task, _) ->
    not_owner(Task).

ending(Pid, Ref, brutal_kill) ->
    exit(Pid, kill),
    receive
        {'DOWN', Ref, _, _, killed} -> last(Ref);
        {'DOWN', Ref, _, _, normal} -> last(Ref);
        {'DOWN', Ref, _, Process, Reason} -> last(Ref, {exit, reason(Reason, Process)})
    end;
ending(Pid, Ref, Timeout) ->
    exit(Pid, shutdown),
    receive
        {'DOWN', Ref, _, _, shutdown} -> last(Ref);
        {'DOWN', Ref, _, _, normal} -> last(Ref);
        {'DOWN', Ref, _, Process, Reason} -> last(Ref, {exit, reason(Reason, Process)})
    after Timeout -> ending(Pid, Ref, brutal_kill)
    end.

last(Ref) -> last(Ref, nil).

last(Ref, Else) ->
    receive
        {Ref, Reply} -> {ok, Reply}
    after 0 ->
        erlang:demonitor(Ref, [flush]),
        Else
    end.

reason(noconnection, Process) when is_pid(Process) -> {nodedown, node(Process)};
reason(noconnection, {_, Node}) -> {nodedown, Node};
reason(Reason, _) -> Reason.

not_owner(Task) ->
    argument([
        <<"task ">>, 'Elixir.Kernel':inspect(Task),
        <<" must be queried from the owner but was queried from ">>, 'Elixir.Kernel':inspect(self())
    ]).

argument(Text) ->
    error(#{'__struct__' => 'Elixir.ArgumentError', '__exception__' => true, message => iolist_to_binary(Text)}).

%% @doc The values of a fun for each element, computed at the same time: {:ok, value} or {:exit, reason} each.
async_stream(Enumerable, Fun) -> async_stream(Enumerable, Fun, []).

%% @doc As async_stream/2: max_concurrency:, ordered:, timeout:, on_timeout: (:exit, :kill_task), zip_input_on_exit:.
async_stream(Enumerable, Fun, Options) when is_function(Fun, 1), is_list(Options) ->
    'Elixir.Task.Supervised':stream(Enumerable, fun(Element) -> {erlang, apply, [Fun, [Element]]} end, Options, nil).

%% @doc As async_stream/2 with a function that gets the element and more arguments.
async_stream(Enumerable, Module, Function, Arguments) -> async_stream(Enumerable, Module, Function, Arguments, []).

%% @doc As async_stream/3 with a function that gets the element and more arguments.
async_stream(Enumerable, Module, Function, Arguments, Options) when is_atom(Module), is_atom(Function) ->
    'Elixir.Task.Supervised':stream(
        Enumerable, fun(Element) -> {Module, Function, [Element | Arguments]} end, Options, nil).

-module('Elixir.Task').
-export([
    '__struct__'/0, '__struct__'/1, async/1, async/3, async_stream/2, async_stream/3, async_stream/4, async_stream/5,
    await/1, await/2, await_many/1, await_many/2, child_spec/1, completed/1, ignore/1, shutdown/1, shutdown/2, start/1,
    start/3, start_link/1, start_link/3, yield/1, yield/2, yield_many/1, yield_many/2
]).

%% A task is a process that runs one function. That of async monitors nothing: its owner monitors it with an alias and
%% sends it {Owner, Ref}; it answers {Ref, Result} to the alias, so that a late answer reaches nobody.

%% @doc The struct with its default values.
'__struct__'() -> #{'__struct__' => ?MODULE, mfa => nil, owner => nil, pid => nil, ref => nil}.

%% @doc The struct with these fields.
'__struct__'(Fields) -> 'Elixir.Enum':reduce(Fields, '__struct__'(), fun({Key, Value}, Task) -> Task#{Key := Value} end).

%% @doc Runs a fun in a linked process; await/1 gives what it returns.
async(Fun) when is_function(Fun, 0) -> async(erlang, apply, [Fun, []]).

%% @doc Runs a function in a linked process; await/1 gives what it returns.
async(Module, Function, Args) when is_atom(Module), is_atom(Function), is_list(Args) ->
    Owner = self(),
    Callers = callers(),
    Pid = spawn_link(fun() ->
        Monitor = erlang:monitor(process, Owner),
        receive
            {Owner, Reply} ->
                erlang:demonitor(Monitor, [flush]),
                prepare(Owner, Callers, {Module, Function, Args}),
                Reply ! {Reply, erlang:apply(Module, Function, Args)};
            {'DOWN', Monitor, _, _, Reason} -> exit(Reason)
        end
    end),
    Ref = erlang:monitor(process, Pid, [{alias, demonitor}]),
    Pid ! {Owner, Ref},
    #{
        '__struct__' => ?MODULE, mfa => {Module, Function, length(Args)}, owner => Owner, pid => Pid, ref => Ref
    }.

%% @doc Runs a fun for each element in processes side by side; a stream of {ok, Result}, in order.
async_stream(Enumerable, Fun) -> async_stream(Enumerable, Fun, []).

%% @doc As async_stream/2 with :max_concurrency, :timeout, :on_timeout, :ordered and :zip_input_on_exit.
async_stream(Enumerable, Fun, Options) when is_function(Fun, 1), is_list(Options) ->
    stream(Enumerable, fun(Element) -> async(erlang, apply, [Fun, [Element]]) end, Options).

%% @doc Runs a function for each element, its first argument, in processes side by side.
async_stream(Enumerable, Module, Function, Args) -> async_stream(Enumerable, Module, Function, Args, []).

%% @doc As async_stream/4 with options.
async_stream(Enumerable, Module, Function, Args, Options) when is_atom(Module), is_atom(Function), is_list(Args) ->
    stream(Enumerable, fun(Element) -> async(Module, Function, [Element | Args]) end, Options).

%% @doc The result of a task, at most five seconds from now.
await(Task) -> await(Task, 5000).

%% @doc The result of a task; the caller exits if it fails or takes longer.
await(#{'__struct__' := ?MODULE, ref := Ref} = Task, Timeout) when
    Timeout =:= infinity; is_integer(Timeout), Timeout >= 0
->
    owned(Task),
    receive
        {Ref, Reply} ->
            erlang:demonitor(Ref, [flush]),
            Reply;
        {'DOWN', Ref, _, Process, Reason} -> exit({reason(Reason, Process), {?MODULE, await, [Task, Timeout]}})
    after Timeout ->
        erlang:demonitor(Ref, [flush]),
        exit({timeout, {?MODULE, await, [Task, Timeout]}})
    end.

%% @doc The results of several tasks, at most five seconds from now.
await_many(Tasks) -> await_many(Tasks, 5000).

%% @doc The results of several tasks; the caller exits if one fails or they take longer.
await_many(Tasks, Timeout) when Timeout =:= infinity; is_integer(Timeout), Timeout >= 0 ->
    lists:foreach(fun owned/1, Tasks),
    Waiting = maps:from_list([{Ref, true} || #{ref := Ref} <- Tasks]),
    Results = await_all(Waiting, #{}, deadline(Timeout), {Tasks, Timeout}),
    [maps:get(Ref, Results) || #{ref := Ref} <- Tasks].

%% @doc How a supervisor starts a task.
child_spec(Arg) ->
    #{id => ?MODULE, start => {?MODULE, start_link, [Arg]}, restart => temporary}.

%% @doc A task that is done already, with its result.
completed(Result) ->
    Ref = make_ref(),
    self() ! {Ref, Result},
    #{'__struct__' => ?MODULE, mfa => {?MODULE, completed, 1}, owner => self(), pid => nil, ref => Ref}.

%% @doc Lets a task run without caring for its result: {ok, Result} if it has one, {exit, Reason} or nil.
ignore(#{'__struct__' := ?MODULE, pid := Pid, ref := Ref} = Task) ->
    owned(Task),
    Answer =
        receive
            {Ref, Reply} -> {ok, Reply};
            {'DOWN', Ref, _, Process, noconnection} ->
                exit({reason(noconnection, Process), {?MODULE, ignore, [Task]}});
            {'DOWN', Ref, _, _, Reason} -> {exit, Reason}
        after 0 ->
            is_pid(Pid) andalso unlink(Pid),
            nil
        end,
    erlang:demonitor(Ref, [flush]),
    Answer.

%% @doc Ends a task: {ok, Result} if it was faster, {exit, Reason} or nil.
shutdown(Task) -> shutdown(Task, 5000).

%% @doc Ends a task within a time, or at once with brutal_kill.
shutdown(#{'__struct__' := ?MODULE, pid := nil} = Task, _) ->
    argument(["task ", show(Task), " does not have an associated task process"]);
shutdown(#{'__struct__' := ?MODULE, pid := Pid, ref := Ref} = Task, Timeout) ->
    owned(Task),
    Monitor = erlang:monitor(process, Pid),
    {Signal, Wait} =
        case Timeout of
            brutal_kill -> {kill, infinity};
            _ -> {shutdown, Timeout}
        end,
    unlink(Pid),
    exit(Pid, Signal),
    Reason = ended(Monitor, Pid, Wait),
    erlang:demonitor(Ref),
    Answer =
        receive
            {Ref, Reply} -> {ok, Reply}
        after 0 ->
            receive
                {'DOWN', Ref, _, _, First} when Reason =:= noproc -> {exit, First}
            after 0 ->
                case Reason of
                    shutdown when Signal =:= shutdown -> nil;
                    killed -> nil;
                    noproc -> {exit, noproc};
                    _ -> {exit, Reason}
                end
            end
        end,
    erlang:demonitor(Ref, [flush]),
    Answer.

%% @doc Runs a fun in a process of its own.
start(Fun) when is_function(Fun, 0) -> start(erlang, apply, [Fun, []]).

%% @doc Runs a function in a process of its own.
start(Module, Function, Args) when is_atom(Module), is_atom(Function), is_list(Args) ->
    {Owner, Callers} = {self(), callers()},
    {ok, spawn(fun() -> run(Owner, Callers, {Module, Function, Args}) end)}.

%% @doc Runs a fun in a linked process.
start_link(Fun) when is_function(Fun, 0) -> start_link(erlang, apply, [Fun, []]).

%% @doc Runs a function in a linked process.
start_link(Module, Function, Args) when is_atom(Module), is_atom(Function), is_list(Args) ->
    {Owner, Callers} = {self(), callers()},
    {ok, spawn_link(fun() -> run(Owner, Callers, {Module, Function, Args}) end)}.

%% @doc {ok, Result} of a task, {exit, Reason}, or nil if it takes longer than five seconds.
yield(Task) -> yield(Task, 5000).

%% @doc {ok, Result} of a task, {exit, Reason}, or nil if it takes longer; it may be asked again.
yield(#{'__struct__' := ?MODULE, ref := Ref} = Task, Timeout) ->
    owned(Task),
    receive
        {Ref, Reply} ->
            erlang:demonitor(Ref, [flush]),
            {ok, Reply};
        {'DOWN', Ref, _, Process, noconnection} ->
            exit({reason(noconnection, Process), {?MODULE, yield, [Task, Timeout]}});
        {'DOWN', Ref, _, _, Reason} -> {exit, Reason}
    after Timeout -> nil
    end.

%% @doc Pairs of tasks and what yield gives for them, at most five seconds from now.
yield_many(Tasks) -> yield_many(Tasks, 5000).

%% @doc Pairs of tasks and what yield gives for them within a time.
yield_many(Tasks, Timeout) ->
    Deadline = deadline(Timeout),
    [{Task, yield(Task, left(Deadline))} || Task <- Tasks].

%% The process of a task.

callers() ->
    case get('$callers') of
        undefined -> [self()];
        Callers -> [self() | Callers]
    end.

prepare(Owner, Callers, {Module, Function, Args}) ->
    put('$ancestors', [Owner]),
    put('$callers', Callers),
    put('$initial_call', {Module, Function, length(Args)}).

run(Owner, Callers, {Module, Function, Args} = Call) ->
    prepare(Owner, Callers, Call),
    erlang:apply(Module, Function, Args).

owned(#{'__struct__' := ?MODULE, owner := Owner}) when Owner =:= self() -> ok;
owned(#{'__struct__' := ?MODULE} = Task) ->
    argument(["task ", show(Task), " must be queried from the owner but was queried from ", show(self())]).

reason(noconnection, Process) -> {nodedown, node_of(Process)};
reason(Reason, _) -> Reason.

node_of({_, Node}) -> Node;
node_of(Pid) -> node(Pid).

ended(Monitor, Pid, Wait) ->
    receive
        {'DOWN', Monitor, _, _, Reason} -> Reason
    after Wait ->
        exit(Pid, kill),
        receive
            {'DOWN', Monitor, _, _, Reason} -> Reason
        end
    end.

%% Waiting for several.

deadline(infinity) -> infinity;
deadline(Timeout) -> erlang:monotonic_time(millisecond) + Timeout.

left(infinity) -> infinity;
left(Deadline) -> erlang:max(0, Deadline - erlang:monotonic_time(millisecond)).

await_all(Waiting, Results, _, _) when map_size(Waiting) =:= 0 -> Results;
await_all(Waiting, Results, Deadline, {Tasks, Timeout} = Call) ->
    receive
        {Ref, Reply} when is_map_key(Ref, Waiting) ->
            erlang:demonitor(Ref, [flush]),
            await_all(maps:remove(Ref, Waiting), Results#{Ref => Reply}, Deadline, Call);
        {'DOWN', Ref, _, Process, Reason} when is_map_key(Ref, Waiting) ->
            forget(Waiting),
            exit({reason(Reason, Process), {?MODULE, await_many, [Tasks, Timeout]}})
    after left(Deadline) ->
        forget(Waiting),
        exit({timeout, {?MODULE, await_many, [Tasks, Timeout]}})
    end.

forget(Waiting) -> lists:foreach(fun(Ref) -> erlang:demonitor(Ref, [flush]) end, maps:keys(Waiting)).

%% async_stream: as many tasks as may run at once wait in a list; the oldest gives the next element.

stream(Enumerable, Start, Options) ->
    Most = 'Elixir.Keyword':get_lazy(Options, max_concurrency, fun() -> erlang:system_info(schedulers_online) end),
    case is_integer(Most) andalso Most > 0 of
        true -> ok;
        false -> argument([":max_concurrency must be an integer greater than zero"])
    end,
    Timeout = 'Elixir.Keyword':get(Options, timeout, 5000),
    OnTimeout = 'Elixir.Keyword':get(Options, on_timeout, exit),
    Zips = 'Elixir.Keyword':get(Options, zip_input_on_exit, false),
    Next = fun(Running) -> finished(Running, Timeout, OnTimeout, Zips) end,
    'Elixir.Stream':transform(
        Enumerable,
        fun() -> [] end,
        fun(Element, Running) ->
            More = Running ++ [{Element, Start(Element), deadline(Timeout)}],
            case length(More) < Most of
                true -> {[], More};
                false ->
                    {Result, Rest} = Next(More),
                    {[Result], Rest}
            end
        end,
        fun(Running) -> {drain(Running, Next), []} end,
        fun(Running) -> lists:foreach(fun({_, Task, _}) -> shutdown(Task, brutal_kill) end, Running) end
    ).

%% The results of what still runs, one at a time.
drain(Running, Next) ->
    'Elixir.Stream':unfold(Running, fun
        ([]) -> nil;
        (Left) -> Next(Left)
    end).

finished([{Element, Task, Deadline} | Rest], Timeout, OnTimeout, Zips) ->
    case yield(Task, left(Deadline)) of
        {ok, Result} -> {{ok, Result}, Rest};
        {exit, Reason} -> {failed(Element, Reason, Zips), Rest};
        nil when OnTimeout =:= kill_task ->
            case shutdown(Task, brutal_kill) of
                {ok, Result} -> {{ok, Result}, Rest};
                _ -> {failed(Element, timeout, Zips), Rest}
            end;
        nil -> exit({timeout, {'Elixir.Task.Supervised', stream, [Timeout]}})
    end.

failed(Element, Reason, true) -> {exit, {Element, Reason}};
failed(_, Reason, _) -> {exit, Reason}.

show(Value) -> 'Elixir.Kernel':inspect(Value).

argument(Text) ->
    error(#{'__struct__' => 'Elixir.ArgumentError', '__exception__' => true, message => iolist_to_binary(Text)}).

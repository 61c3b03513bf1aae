%% Elixir's Task.Supervisor: tasks that are children of a supervisor. Starting one and looking at its children are the
%% node's, which keeps it as a dynamic supervisor.
%% Sources: the documentation of Task.Supervisor.
-module('Elixir.Task.Supervisor').
-export([
    start_child/2, start_child/3, start_child/4, start_child/5, async/2, async/3, async/4, async/5, async_nolink/2,
    async_nolink/3, async_nolink/4, async_nolink/5, async_stream/3, async_stream/4, async_stream/5, async_stream/6,
    async_stream_nolink/3, async_stream_nolink/4, async_stream_nolink/5, async_stream_nolink/6, start_item/1
]).

%% @doc Starts a task whose value nobody waits for: {:ok, pid}.
start_child(Supervisor, Fun) -> start_child(Supervisor, Fun, []).

%% @doc As start_child/2: restart:, shutdown:.
start_child(Supervisor, Fun, Options) -> start_child(Supervisor, erlang, apply, [Fun, []], Options).

%% @doc Starts a task whose value nobody waits for: {:ok, pid}.
start_child(Supervisor, Module, Function, Arguments) -> start_child(Supervisor, Module, Function, Arguments, []).

%% @doc As start_child/4: restart:, shutdown:.
start_child(Supervisor, Module, Function, Arguments, Options) ->
    Start = [
        'Elixir.Task.Supervised':owner(), 'Elixir.Task.Supervised':callers(), {Module, Function, Arguments}
    ],
    start_task(Supervisor, Start, proplists:get_value(restart, Options, nil), Options).

start_task(Supervisor, Start, Restart, Options) ->
    Shutdown = proplists:get_value(shutdown, Options, nil),
    gen_server:call(Supervisor, {start_task, Start, Restart, Shutdown}, infinity).

%% @doc Starts a task for one element of a stream, which is told later what it is.
start_item(Supervisor) ->
    start_task(Supervisor, ['Elixir.Task.Supervised':owner(), monitor], temporary, [{shutdown, brutal_kill}]).

%% @doc Starts a task that is awaited, linked with the caller.
async(Supervisor, Fun) -> async(Supervisor, Fun, []).

%% @doc As async/2: shutdown:.
async(Supervisor, Fun, Options) -> async(Supervisor, erlang, apply, [Fun, []], Options).

%% @doc Starts a task that is awaited, linked with the caller.
async(Supervisor, Module, Function, Arguments) -> async(Supervisor, Module, Function, Arguments, []).

%% @doc As async/4: shutdown:.
async(Supervisor, Module, Function, Arguments, Options) ->
    awaited(Supervisor, true, {Module, Function, Arguments}, Options).

%% @doc Starts a task that is awaited, not linked with the caller.
async_nolink(Supervisor, Fun) -> async_nolink(Supervisor, Fun, []).

%% @doc As async_nolink/2: shutdown:.
async_nolink(Supervisor, Fun, Options) -> async_nolink(Supervisor, erlang, apply, [Fun, []], Options).

%% @doc Starts a task that is awaited, not linked with the caller.
async_nolink(Supervisor, Module, Function, Arguments) -> async_nolink(Supervisor, Module, Function, Arguments, []).

%% @doc As async_nolink/4: shutdown:.
async_nolink(Supervisor, Module, Function, Arguments, Options) ->
    awaited(Supervisor, false, {Module, Function, Arguments}, Options).

awaited(Supervisor, IsLinked, Call, Options) ->
    case start_task(Supervisor, ['Elixir.Task.Supervised':owner(), monitor], temporary, Options) of
        {ok, Pid} ->
            IsLinked andalso link(Pid),
            'Elixir.Task.Supervised':commission(Pid, Call);
        {error, max_children} ->
            Text = <<
                "reached the maximum number of tasks for this task supervisor. The maximum number of tasks that are "
                "allowed to run at the same time under this supervisor can be configured with the :max_children "
                "option passed to Task.Supervisor.start_link/1. When using async_stream or async_stream_nolink, make "
                "sure to configure :max_concurrency to be lower or equal to :max_children and pay attention to "
                "whether other tasks are also spawned under the same supervisor."
            >>,
            error(#{'__struct__' => 'Elixir.RuntimeError', '__exception__' => true, message => Text})
    end.

%% @doc The values of a fun for each element, computed by tasks of the supervisor at the same time.
async_stream(Supervisor, Enumerable, Fun) -> async_stream(Supervisor, Enumerable, Fun, []).

%% @doc As async_stream/3, with the options of Task.async_stream/3.
async_stream(Supervisor, Enumerable, Fun, Options) when is_function(Fun, 1) ->
    'Elixir.Task.Supervised':stream(
        Enumerable, fun(Element) -> {erlang, apply, [Fun, [Element]]} end, Options, Supervisor).

%% @doc As async_stream/3 with a function that gets the element and more arguments.
async_stream(Supervisor, Enumerable, Module, Function, Arguments) ->
    async_stream(Supervisor, Enumerable, Module, Function, Arguments, []).

%% @doc As async_stream/4 with a function that gets the element and more arguments.
async_stream(Supervisor, Enumerable, Module, Function, Arguments, Options) ->
    'Elixir.Task.Supervised':stream(
        Enumerable, fun(Element) -> {Module, Function, [Element | Arguments]} end, Options, Supervisor).

%% @doc As async_stream/3; a task that fails does not end the caller.
async_stream_nolink(Supervisor, Enumerable, Fun) -> async_stream_nolink(Supervisor, Enumerable, Fun, []).

%% @doc As async_stream/4; a task that fails does not end the caller.
async_stream_nolink(Supervisor, Enumerable, Fun, Options) ->
    async_stream(Supervisor, Enumerable, Fun, [{link, false} | Options]).

%% @doc As async_stream/5; a task that fails does not end the caller.
async_stream_nolink(Supervisor, Enumerable, Module, Function, Arguments) ->
    async_stream_nolink(Supervisor, Enumerable, Module, Function, Arguments, []).

%% @doc As async_stream/6; a task that fails does not end the caller.
async_stream_nolink(Supervisor, Enumerable, Module, Function, Arguments, Options) ->
    async_stream(Supervisor, Enumerable, Module, Function, Arguments, [{link, false} | Options]).

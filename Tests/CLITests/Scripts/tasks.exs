defmodule Script do
  def show(value), do: IO.puts("| " <> inspect(value))

  def outcome(fun) do
    try do
      {:value, fun.()}
    catch
      :exit, {{%{__struct__: name}, stack}, {module, function, _}} when is_list(stack) -> {:exit, name, module, function}
      :exit, {reason, {module, function, _}} -> {:exit, reason, module, function}
      kind, reason -> {kind, reason}
    end
  end

  def double(n), do: n * 2
  def add(n, m), do: n + m

  def messages(acc \\ []) do
    receive do
      message -> messages([message | acc])
    after
      20 -> Enum.reverse(acc)
    end
  end

  def run do
    task = Task.async(fn -> 1 + 1 end)
    show(Task.await(task))
    show(messages())
    show(Task.await(Task.async(__MODULE__, :add, [1, 2])))
    show(%{Task.async(fn -> 1 end) | owner: nil, pid: nil, ref: nil})
    messages()
    show(Task.await(Task.async(__MODULE__, :add, [1, 2]), :infinity))
    show(Task.await_many([Task.async(fn -> 1 end), Task.async(fn -> 2 end)]))
    slow = Task.async(fn -> Process.sleep(:infinity) end)
    show(outcome(fn -> Task.await(slow, 10) end))
    Process.unlink(slow.pid)
    Process.exit(slow.pid, :kill)

    tasks = for n <- 1..4, do: Task.async(fn -> if(n == 3, do: Process.sleep(1000)); n * n end)
    results = Task.yield_many(tasks, 100)
    show(for {_, result} <- results, do: result)
    show(for {task, result} <- results, do: result || Task.shutdown(task, :brutal_kill))
    late = Task.async(fn -> Process.sleep(30); :done end)
    show(Task.yield(late, 1))
    show(Task.yield(late))
    show(Task.shutdown(Task.async(fn -> Process.sleep(:infinity) end)))
    done = Task.async(fn -> :quick end)
    Process.sleep(20)
    show(Task.shutdown(done))
    show(messages())
    show(outcome(fn -> Task.await(%{done | owner: :erlang.whereis(:init)}) end) |> elem(0))
    show(Task.await(Task.completed(:there)))

    # Streams.
    show(Enum.to_list(Task.async_stream(1..5, fn n -> n * n end)))
    show(Enum.to_list(Task.async_stream([3, 1, 2], fn n -> Process.sleep(n * 20); n end, max_concurrency: 3)))
    show(Enum.to_list(Task.async_stream([3, 1, 2], fn n -> Process.sleep(n * 40); n end, ordered: false, max_concurrency: 3)))
    show(Enum.to_list(Task.async_stream([1, 2], __MODULE__, :add, [10])))
    show(Enum.to_list(Task.async_stream([1, 2], __MODULE__, :double, [], max_concurrency: 1)))
    show(1..100 |> Task.async_stream(fn n -> n end, max_concurrency: 2) |> Enum.take(3))
    show(1..3 |> Stream.map(fn n -> n + 1 end) |> Task.async_stream(fn n -> n * n end) |> Enum.map(fn {:ok, n} -> n end))
    show(1..10 |> Task.async_stream(fn n -> n end) |> Enum.reduce(0, fn {:ok, n}, sum -> n + sum end))
    show(Enum.to_list(Task.async_stream([1, 300, 2], fn n -> Process.sleep(n); n end, timeout: 100, on_timeout: :kill_task)))
    show(outcome(fn -> Enum.to_list(Task.async_stream([300], fn n -> Process.sleep(n) end, timeout: 50)) end))
    show(Enum.to_list(Task.async_stream([], fn n -> n end)))
    show(messages())

    # Failures, seen by a caller that traps exits.
    Process.flag(:trap_exit, true)
    failing = Task.async(fn -> exit(:bang) end)
    show(outcome(fn -> Task.await(failing) end))
    show(length(messages()))
    failing = Task.async(fn -> raise("oops") end)
    show(outcome(fn -> Task.await(failing) end))
    messages()
    failing = Task.async(fn -> throw(:ball) end)
    {:exit, {reason, _}} = Task.yield(failing)
    show(reason)
    messages()
    show(Enum.to_list(Task.async_stream([1, 2, 3], fn n -> if(n == 2, do: exit(:two)); n end)))
    messages()
    {:ok, pid} = Task.start(fn -> Process.sleep(:infinity) end)
    show(Process.alive?(pid))
    me = self()
    {:ok, _} = Task.start_link(fn -> send(me, {:hello, Process.get(:"$callers") == [me]}) end)
    show(receive do {:hello, yes} -> yes end)
    messages()

    # Supervised.
    {:ok, sup} = Task.Supervisor.start_link(name: Script.Tasks)
    show(Task.await(Task.Supervisor.async(sup, fn -> 7 end)))
    show(Task.await(Task.Supervisor.async(Script.Tasks, __MODULE__, :add, [3, 4])))
    {:ok, child} = Task.Supervisor.start_child(sup, fn -> Process.sleep(:infinity) end)
    show(Task.Supervisor.children(sup) == [child])
    show(Task.Supervisor.terminate_child(sup, child))
    show(Task.Supervisor.children(sup))
    nolink = Task.Supervisor.async_nolink(sup, fn -> exit(:alone) end)
    show(Task.yield(nolink))
    show(length(messages()))
    show(Enum.to_list(Task.Supervisor.async_stream(sup, 1..3, fn n -> n * 3 end)))
    show(Enum.to_list(Task.Supervisor.async_stream_nolink(sup, 1..3, fn n -> if(n == 2, do: exit(:two)); n end)))
    show(messages())
  end
end

Script.run()

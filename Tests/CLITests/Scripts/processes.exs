defmodule Script do
  def show(value), do: IO.puts("| " <> inspect(value))

  def outcome(fun) do
    try do
      {:value, fun.()}
    rescue
      error -> {:raised, error.__struct__}
    catch
      kind, reason -> {kind, reason}
    end
  end

  def take(time \\ 5000) do
    receive do
      message -> message
    after
      time -> :nothing
    end
  end

  # What a timer sent before it was stopped.
  def rest, do: if(take(30) != :nothing, do: rest())

  def loop(n) do
    receive do
      {:get, from} ->
        send(from, {:count, n})
        loop(n)
      :inc -> loop(n + 1)
    end
  end

  def run do
    me = self()
    pid = spawn(Script, :loop, [1])
    send(pid, :inc)
    send(pid, {:get, me})
    show(take())
    show(Process.alive?(pid))
    show(Process.register(pid, :looper))
    show(Process.whereis(:looper) == pid)
    show(Process.info(pid, :registered_name))
    show(Process.info(pid, [:registered_name, :status]))
    send(:looper, :inc)
    send({:looper, node()}, {:get, me})
    show(take())
    show(Process.unregister(:looper))
    show(Process.whereis(:looper))
    show(outcome(fn -> Process.unregister(:looper) end))
    show(outcome(fn -> Process.register(self(), nil) end))
    ref = Process.monitor(pid)
    show(Process.exit(pid, :enough))
    show(match?({:DOWN, ^ref, :process, ^pid, :enough}, take()))
    show(Process.alive?(pid))
    ref = Process.monitor(pid)
    show(match?({:DOWN, ^ref, :process, ^pid, :noproc}, take()))
    pid = spawn(fn -> Process.sleep(:infinity) end)
    ref = Process.monitor(pid)
    show(Process.demonitor(ref, [:flush]))
    Process.exit(pid, :kill)
    show(take(30))
    show(Process.flag(:trap_exit, true))
    pid = spawn_link(fn -> exit(:bye) end)
    show(take() == {:EXIT, pid, :bye})
    {pid, ref} = spawn_monitor(fn -> exit(:later) end)
    show(take() == {:DOWN, ref, :process, pid, :later})
    pid = spawn(fn -> Process.sleep(:infinity) end)
    show(Process.link(pid))
    show(pid in (Process.info(self(), :links) |> elem(1)))
    show(Process.unlink(pid))
    Process.exit(pid, :kill)
    show(take(30))
    show(Process.put(:key, 1))
    show(Process.put(:key, 2))
    show(Process.get(:key))
    show(Process.get(:none))
    show(Process.get(:none, :default))
    show(Process.get_keys() |> Enum.member?(:key))
    show(Process.delete(:key))
    show(Process.delete(:key))
    timer = Process.send_after(self(), :tick, 10)
    show(is_reference(timer))
    show(take())
    timer = Process.send_after(self(), :tick, 10_000)
    show(Process.read_timer(timer) in 9_000..10_000)
    show(Process.cancel_timer(timer) in 9_000..10_000)
    show(Process.cancel_timer(timer))
    show(Process.group_leader() == Process.info(self(), :group_leader) |> elem(1))
    show(Process.send(self(), :hello, []))
    show(take())
    show(Process.info(pid))
    show(self() in Process.list())
    show(is_list(Process.registered()))
  catch
    kind, reason -> show({kind, reason, hd(__STACKTRACE__)})
  end

  def timers do
    show(:timer.seconds(2) + :timer.minutes(1))
    {micros, value} = :timer.tc(fn -> :timer.sleep(20); 7 end)
    show({micros >= 20_000 and micros < 5_000_000, value})
    {:ok, _} = :timer.send_after(10, :once)
    show(take())
    {:ok, timer} = :timer.send_interval(10, :again)
    show({take(), take(), take()})
    show(:timer.cancel(timer))
    rest()
    me = self()
    {:ok, _} = :timer.apply_after(10, Kernel, :send, [me, :applied])
    show(take())
    {:ok, pid} = Task.start(fn -> Process.sleep(:infinity) end)
    ref = Process.monitor(pid)
    {:ok, _} = :timer.exit_after(10, pid, :late)
    show(match?({:DOWN, ^ref, _, _, :late}, take()))
  end

  def values do
    show(Node.self())
    show(Node.alive?())
    show(Node.list())
    show(Node.ping(:nobody@nowhere))
    show(is_integer(System.monotonic_time()))
    show(System.convert_time_unit(1500, :millisecond, :second))
    show(is_integer(System.os_time(:second)))
    show(is_integer(System.unique_integer([:positive])))
    show(System.get_env("NO_SUCH_VARIABLE"))
    show(System.get_env("NO_SUCH_VARIABLE", "default"))
    show(System.put_env("A_VARIABLE", "x"))
    show(System.get_env("A_VARIABLE"))
    show(System.fetch_env("A_VARIABLE"))
    show(System.fetch_env("NO_SUCH_VARIABLE"))
    show(System.delete_env("A_VARIABLE"))
    show(is_binary(System.version()))
    show(is_binary(System.otp_release()))
    show(is_integer(System.schedulers_online()))
    show(is_binary(System.cwd!()))
  end

  def printing do
    IO.puts("| text")
    IO.puts(["| ", ?a, "b", ["c"]])
    IO.write("| no newline")
    IO.write("\n")
    IO.inspect({:a, "b", 'c'}, label: "| label")
    IO.inspect([1, 2, 3], label: "| limited", limit: 2)
    IO.inspect('abc', label: "| as lists", charlists: :as_lists)
    IO.inspect("abc", label: "| bytes", binaries: :as_binaries)
    IO.inspect(%{b: 1, a: 2}, label: "| map", pretty: true)
    IO.inspect(:stdio, [1], label: "| device")
    IO.puts(:stdio, "| to the device")
    IO.puts("| " <> inspect(Enum.to_list(1..100)))
    IO.puts("| " <> inspect(Enum.to_list(1..100), limit: 5))
    IO.puts("| " <> inspect("a\nb", limit: :infinity))
    IO.puts("| " <> inspect(255, base: :hex))
    IO.puts("| " <> inspect([-5, 8], base: :binary))
    IO.puts("| " <> inspect({"a", 8}, base: :octal))
    :io.format("| ~p ~s ~w~n", [{:a, 1}, "text", 'abc'])
    :io.put_chars("| chars\n")
    :io.fwrite("| fwrite~n")
    show(IO.iodata_to_binary(["a", [?b]]))
    show(IO.iodata_length(["a", [?b]]))
    show(IO.chardata_to_string(["é", [?b]]))
  end
end

Script.run()
Script.timers()
Script.values()
Script.printing()

defmodule Counter do
  use GenServer

  def start_link(first, options \\ []), do: GenServer.start_link(__MODULE__, first, options)

  @impl true
  def init(first) when is_integer(first), do: {:ok, first}
  def init(:wait), do: {:ok, 0, 20}
  def init(:next), do: {:ok, 0, {:continue, :first}}
  def init(:no), do: {:stop, :unwilling}
  def init(:never), do: :ignore
  def init(:bad), do: :something
  def init(:crash), do: raise("no start")

  @impl true
  def handle_call(:get, _from, count), do: {:reply, count, count}
  def handle_call({:add, n}, _from, count), do: {:reply, count + n, count + n}
  def handle_call({:later, n}, from, count) do
    send(self(), {:answer, from, n})
    {:noreply, count}
  end
  def handle_call({:then, n}, _from, count), do: {:reply, :ok, count, {:continue, {:set, n}}}
  def handle_call({:after, n}, _from, count), do: {:reply, :ok, count, n}
  def handle_call(:silent, _from, count), do: {:noreply, count}
  def handle_call(:thrown, _from, count), do: throw({:reply, :thrown, count})
  def handle_call(:bad, _from, _count), do: :bad
  def handle_call(:raise, _from, _count), do: raise("oops")
  def handle_call(:exit, _from, _count), do: exit(:leaving)
  def handle_call({:stop, reason}, _from, count), do: {:stop, reason, :bye, count}

  @impl true
  def handle_cast({:add, n}, count), do: {:noreply, count + n}
  def handle_cast({:stop, reason}, count), do: {:stop, reason, count}

  @impl true
  def handle_info(:timeout, count), do: {:noreply, count + 100}
  def handle_info({:answer, from, n}, count) do
    GenServer.reply(from, n * 2)
    {:noreply, count}
  end
  def handle_info({:tell, pid}, count) do
    send(pid, {:told, count})
    {:noreply, count}
  end

  @impl true
  def handle_continue(:first, count), do: {:noreply, count + 1}
  def handle_continue({:set, n}, _count), do: {:noreply, n}

  @impl true
  def terminate(reason, count) do
    case reason do
      {:tell, pid} -> send(pid, {:terminated, reason, count})
      _ -> :ok
    end
  end
end

defmodule Script do
  def show(value), do: IO.puts("| " <> inspect(value))

  # An exit with what varies taken out.
  def outcome(fun) do
    try do
      {:value, fun.()}
    catch
      :exit, {{%{__struct__: name}, stack}, call} when is_list(stack) -> {:exit, name, strip(call)}
      :exit, {reason, call} -> {:exit, reason, strip(call)}
      :exit, reason -> {:exit, reason}
      :error, error -> {:error, error}
    end
  end

  defp strip({module, function, [_ | rest]}), do: {module, function, rest}
  defp strip(other), do: other

  def down(pid, fun) do
    ref = Process.monitor(pid)
    fun.()
    receive do
      {:DOWN, ^ref, :process, _, {error, stack}} when is_list(stack) -> {:down, error}
      {:DOWN, ^ref, :process, _, reason} -> {:down, reason}
    after
      1000 -> :alive
    end
  end

  def run do
    Process.flag(:trap_exit, true)
    {:ok, pid} = Counter.start_link(5)
    show(GenServer.call(pid, :get))
    show(GenServer.call(pid, {:add, 2}))
    show(GenServer.cast(pid, {:add, 3}))
    show(GenServer.call(pid, :get))
    show(GenServer.call(pid, {:later, 21}))
    show(GenServer.call(pid, {:then, 40}))
    show(GenServer.call(pid, :get))
    show(GenServer.call(pid, :thrown))
    show(GenServer.call(pid, {:after, 10}))
    Process.sleep(60)
    show(GenServer.call(pid, :get))
    send(pid, {:tell, self()})
    show(receive do {:told, n} -> n end)
    show(:sys.get_state(pid))
    show(:sys.replace_state(pid, fn n -> n + 1 end))
    show(GenServer.call(pid, :get))
    show(:sys.suspend(pid))
    show(outcome(fn -> GenServer.call(pid, :get, 50) end))
    show(:sys.resume(pid))
    show(GenServer.call(pid, :get))
    show(outcome(fn -> GenServer.call(pid, :silent, 20) end))
    show(GenServer.stop(pid))
    show(receive do {:EXIT, ^pid, reason} -> reason end)
    show(Process.alive?(pid))
    show(outcome(fn -> GenServer.call(pid, :get) end))
    show(outcome(fn -> GenServer.stop(pid) end))
    show(outcome(fn -> GenServer.call(:nobody, :get) end))
    show(GenServer.cast(:nobody, :get))

    # Starts that fail.
    for how <- [:no, :never, :bad] do
      show(Counter.start_link(how))
      show(receive do {:EXIT, _, reason} -> reason after 50 -> :nothing end)
    end
    {:error, {error, _}} = Counter.start_link(:crash)
    show(error)
    receive do {:EXIT, _, _} -> :ok after 50 -> :nothing end
    show(GenServer.start(Counter, :no))

    # What init gives beside the state.
    {:ok, waiting} = Counter.start_link(:wait)
    Process.sleep(60)
    show(GenServer.call(waiting, :get))
    {:ok, next} = Counter.start_link(:next)
    show(GenServer.call(next, :get))

    # Names.
    {:ok, named} = Counter.start_link(1, name: :counter)
    show(GenServer.call(:counter, :get))
    show(GenServer.call({:counter, node()}, :get))
    show(GenServer.whereis(:counter) == named)
    show(match?({:error, {:already_started, ^named}}, Counter.start_link(1, name: :counter)))
    {:ok, _} = Counter.start_link(2, name: {:global, {:counter, 2}})
    show(GenServer.call({:global, {:counter, 2}}, :get))
    show(GenServer.whereis({:global, {:counter, 2}}) == :global.whereis_name({:counter, 2}))
    show(outcome(fn -> GenServer.call({:global, :nobody}, :get) end))
    show(GenServer.whereis(:nobody))
    show(GenServer.multi_call([node()], :counter, :get))
    show(GenServer.abcast([node()], :counter, {:add, 1}))
    show(GenServer.call(:counter, :get))

    # Ends.
    for request <- [:bad, :exit, {:stop, :normal}, {:stop, {:shutdown, :tired}}] do
      {:ok, pid} = GenServer.start(Counter, 7)
      show(outcome(fn -> GenServer.call(pid, request) end))
      show(Process.alive?(pid))
    end
    {:ok, pid} = GenServer.start(Counter, 7)
    show(outcome(fn -> GenServer.call(pid, :raise) end))
    {:ok, pid} = GenServer.start(Counter, 8)
    GenServer.cast(pid, {:stop, {:tell, self()}})
    show(receive do {:terminated, {:tell, _}, n} -> n after 1000 -> :nothing end)
    {:ok, pid} = GenServer.start(Counter, 8)
    show(down(pid, fn -> GenServer.cast(pid, {:stop, :shutdown}) end))
    {:ok, pid} = GenServer.start(Counter, 8)
    {:exit, {error, _}, call} = outcome(fn -> GenServer.call(pid, :unknown) end)
    show({error, call})
  end
end

Script.run()

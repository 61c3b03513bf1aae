defmodule Stock do
  use Agent
  def start_link(first), do: Agent.start_link(fn -> first end, name: __MODULE__)
  def value, do: Agent.get(__MODULE__, & &1)
  def add(n), do: Agent.update(__MODULE__, fn v -> v + n end)
  def plus(value, n), do: value + n
  def swap(value, n), do: {value, n}
end

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

  def run do
    Process.flag(:trap_exit, true)
    {:ok, agent} = Agent.start_link(fn -> 1 end)
    show(Agent.get(agent, fn v -> v end))
    show(Agent.get(agent, &(&1 + 1), 1000))
    show(Agent.update(agent, fn v -> v + 10 end))
    show(Agent.get_and_update(agent, fn v -> {v, v * 2} end))
    show(Agent.get(agent, Stock, :plus, [5]))
    show(Agent.update(agent, Stock, :plus, [5]))
    show(Agent.get_and_update(agent, Stock, :swap, [100]))
    show(Agent.cast(agent, fn v -> v + 1 end))
    show(Agent.cast(agent, Stock, :plus, [1]))
    show(Agent.get(agent, & &1))
    show(:sys.get_state(agent))
    n = 7
    show(Agent.get(agent, fn v -> v + n end))
    show(outcome(fn -> Agent.get(agent, fn _ -> Process.sleep(1000) end, 20) end))
    show(Agent.stop(agent))
    show(outcome(fn -> Agent.get(agent, & &1) end))
    {:ok, other} = Agent.start(Stock, :plus, [1, 2])
    show(Agent.get(other, & &1))
    show(outcome(fn -> Agent.get(other, fn _ -> raise("oops") end) end))
    show(Process.alive?(other))
    {:ok, _} = Supervisor.start_link([{Stock, 5}], strategy: :one_for_one)
    Stock.add(3)
    show(Stock.value())
    show(Stock.child_spec(1))
    {:error, {error, _}} = Agent.start(fn -> raise("no") end)
    show(error)
    show(match?({:error, {:already_started, _}}, Stock.start_link(1)))

    # Who has a name.
    {:ok, _} = Registry.start_link(keys: :unique, name: My.Registry)
    {:ok, _} = Registry.register(My.Registry, "me", :value)
    show(Registry.lookup(My.Registry, "me") == [{self(), :value}])
    show(Registry.lookup(My.Registry, "you"))
    show(match?({:error, {:already_registered, _}}, Registry.register(My.Registry, "me", 1)))
    name = {:via, Registry, {My.Registry, "agent"}}
    {:ok, via} = Agent.start_link(fn -> :here end, name: name)
    show(Agent.get(name, & &1))
    show(GenServer.whereis(name) == via)
    show(Registry.whereis_name({My.Registry, "agent"}) == via)
    show(Registry.keys(My.Registry, self()))
    show(Registry.count(My.Registry))
    show(Registry.update_value(My.Registry, "me", fn v -> {v, 2} end))
    show(Registry.values(My.Registry, "me", self()))
    Agent.stop(via)
    Process.sleep(50)
    show(Registry.lookup(My.Registry, "agent"))
    show(Registry.unregister(My.Registry, "me"))
    show(Registry.keys(My.Registry, self()))
    {:ok, _} = Supervisor.start_link([{Registry, keys: :duplicate, name: Topics}], strategy: :one_for_one)
    {:ok, _} = Registry.register(Topics, "news", 1)
    {:ok, _} = Registry.register(Topics, "news", 2)
    show(Registry.lookup(Topics, "news") |> Enum.map(&elem(&1, 1)) |> Enum.sort())
    show(Registry.dispatch(Topics, "news", fn entries -> for {pid, v} <- entries, do: send(pid, {:news, v}) end))
    show(receive do {:news, v} -> v in [1, 2] end)
    show(Registry.count(Topics))
    show(Registry.put_meta(Topics, :key, 1))
    show(Registry.meta(Topics, :key))
    show(Registry.meta(Topics, :other))
    show(outcome(fn -> GenServer.call({:via, Registry, {Topics, "x"}}, :y) end) |> elem(0))
  end
end

Script.run()

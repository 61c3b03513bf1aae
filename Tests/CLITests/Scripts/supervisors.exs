defmodule Worker do
  use GenServer
  def start_link(name), do: GenServer.start_link(__MODULE__, name, name: name)
  def init(name), do: {:ok, name}
  def handle_call(:name, _from, name), do: {:reply, name, name}
  def handle_cast({:stop, reason}, name), do: {:stop, reason, name}
end

defmodule Temporary do
  use GenServer, restart: :temporary, shutdown: 100
  def start_link(arg), do: GenServer.start_link(__MODULE__, arg)
  def init(arg), do: {:ok, arg}
end

defmodule Refusing do
  def child_spec(arg), do: %{id: __MODULE__, start: {__MODULE__, :start_link, [arg]}}
  def start_link(:ignore), do: :ignore
  def start_link(reason), do: {:error, reason}
end

defmodule Top do
  use Supervisor
  def start_link(arg), do: Supervisor.start_link(__MODULE__, arg, name: __MODULE__)

  @impl true
  def init(strategy) do
    children = [
      Supervisor.child_spec({Worker, :one}, id: :one),
      Supervisor.child_spec({Worker, :two}, id: :two),
      Supervisor.child_spec({Worker, :three}, id: :three)
    ]
    Supervisor.init(children, strategy: strategy, max_restarts: 5)
  end
end

defmodule Dynamic do
  use DynamicSupervisor
  def start_link(arg), do: DynamicSupervisor.start_link(__MODULE__, arg, name: __MODULE__)
  def init(max), do: DynamicSupervisor.init(strategy: :one_for_one, max_children: max)
end

defmodule App do
  use Application
  def start(_type, args), do: Supervisor.start_link([{Worker, args}], strategy: :one_for_one, name: App.Sup)
end

defmodule Script do
  def show(value), do: IO.puts("| " <> inspect(value))

  def kill(name) do
    pid = Process.whereis(name)
    ref = Process.monitor(pid)
    Process.exit(pid, :kill)
    receive do {:DOWN, ^ref, _, _, _} -> :ok end
    again(name, pid, 50)
  end

  def again(_, _, 0), do: :gone
  def again(name, old, times) do
    case Process.whereis(name) do
      pid when is_pid(pid) and pid != old -> :again
      _ ->
        Process.sleep(10)
        again(name, old, times - 1)
    end
  end

  def run do
    Process.flag(:trap_exit, true)
    show(Worker.child_spec(:a))
    show(Temporary.child_spec(:a))
    show(Top.child_spec(:a))
    show(Supervisor.child_spec(Worker, []))
    show(Supervisor.child_spec({Worker, 1}, id: :other, restart: :transient))
    show(Supervisor.init([{Worker, :x}], strategy: :one_for_one))

    {:ok, sup} = Supervisor.start_link([{Worker, :w}, Temporary], strategy: :one_for_one, name: Plain)
    show(GenServer.call(:w, :name))
    show(for {id, pid, type, modules} <- Supervisor.which_children(sup), do: {id, is_pid(pid), type, modules})
    show(Supervisor.count_children(Plain))
    show(kill(:w))
    show(GenServer.call(:w, :name))
    show(Supervisor.terminate_child(sup, Worker))
    show(Process.whereis(:w))
    show(Supervisor.restart_child(sup, Worker) |> elem(0))
    show(Supervisor.restart_child(sup, Worker))
    show(Supervisor.delete_child(sup, Worker))
    show(Supervisor.terminate_child(sup, Worker))
    show(Supervisor.delete_child(sup, Worker))
    show(Supervisor.terminate_child(sup, :nobody))
    {:ok, added} = Supervisor.start_child(sup, %{id: :added, start: {Worker, :start_link, [:added]}})
    show(Supervisor.start_child(sup, %{id: :added, start: {Worker, :start_link, [:added]}}) == {:error, {:already_started, added}})
    show(Supervisor.start_child(sup, {Refusing, :ignore}))
    show(Supervisor.start_child(sup, Supervisor.child_spec({Refusing, :no}, id: :r)))
    show(Supervisor.stop(sup))
    show(Process.whereis(:added))
    show(receive do {:EXIT, ^sup, reason} -> reason end)
    show(Supervisor.start_link([{Refusing, :no}], strategy: :one_for_one))
    show(receive do {:EXIT, _, reason} -> reason end)
    show(Supervisor.start_link([], strategy: :sometimes))
    receive do {:EXIT, _, _} -> :ok end

    for strategy <- [:one_for_one, :one_for_all, :rest_for_one] do
      {:ok, top} = Top.start_link(strategy)
      before = for name <- [:one, :two, :three], do: Process.whereis(name)
      show(kill(:two))
      Process.sleep(50)
      later = for name <- [:one, :two, :three], do: Process.whereis(name)
      show({strategy, Enum.map(Enum.zip(before, later), fn {a, b} -> is_pid(b) and a != b end)})
      Supervisor.stop(top)
      receive do {:EXIT, ^top, _} -> :ok end
    end

    # Too many restarts end the supervisor.
    {:ok, sup} = Supervisor.start_link([{Worker, :w}], strategy: :one_for_one, max_restarts: 1)
    show(kill(:w))
    show(kill(:w))
    show(receive do {:EXIT, ^sup, reason} -> reason after 1000 -> :alive end)

    # A transient child that ends normally stays down.
    spec = Supervisor.child_spec({Worker, :w}, restart: :transient)
    {:ok, sup} = Supervisor.start_link([spec], strategy: :one_for_one)
    GenServer.cast(:w, {:stop, :normal})
    Process.sleep(50)
    show(Supervisor.count_children(sup))
    show(:supervisor.count_children(sup) |> Enum.sort())
    Supervisor.stop(sup)

    {:ok, dynamic} = DynamicSupervisor.start_link(strategy: :one_for_one)
    {:ok, a} = DynamicSupervisor.start_child(dynamic, {Worker, :a})
    {:ok, _} = DynamicSupervisor.start_child(dynamic, {Temporary, 1})
    show(DynamicSupervisor.count_children(dynamic))
    show(for {id, pid, type, modules} <- DynamicSupervisor.which_children(dynamic), do: {id, is_pid(pid), type, modules})
    show(kill(:a))
    show(Process.whereis(:a) == a)
    show(DynamicSupervisor.terminate_child(dynamic, Process.whereis(:a)))
    show(DynamicSupervisor.terminate_child(dynamic, self()))
    show(DynamicSupervisor.count_children(dynamic))
    show(DynamicSupervisor.stop(dynamic))
    {:ok, _} = Dynamic.start_link(1)
    show(DynamicSupervisor.start_child(Dynamic, {Temporary, 1}) |> elem(0))
    show(DynamicSupervisor.start_child(Dynamic, {Temporary, 1}))

    {:ok, sup} = App.start(:normal, :worker)
    show(GenServer.call(:worker, :name))
    show(Process.whereis(App.Sup) == sup)
    show(App.stop(nil))

    show(Application.get_env(:my_app, :key))
    show(Application.put_env(:my_app, :key, 1))
    show(Application.get_env(:my_app, :key))
    show(Application.fetch_env(:my_app, :key))
    show(Application.fetch_env(:my_app, :other))
    show(Application.get_env(:my_app, :other, :default))
    show(Application.ensure_all_started(:logger))
  end
end

Script.run()

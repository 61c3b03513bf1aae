# A key-value store: one server on each node, whose values are put and read from any of them.
#
#     iex> alias KvStore.MapServer
#     iex> MapServer.start_link()
#     iex> MapServer.put(:a, 5)
#     :ok
#     iex> MapServer.get(:a)
#     5
#
# With another node: `MapServer.put(:alice@host, :a, 5)`, `MapServer.get(:alice@host, :a)`.
# A server that starts takes what the others have.

defmodule KvStore.MapServer do
  use GenServer

  @doc "Starts the server of this node."
  def start_link(_options \\ []), do: GenServer.start_link(__MODULE__, Node.list(), name: __MODULE__)

  @doc "Starts the server of this node, not linked with the caller."
  def start, do: GenServer.start(__MODULE__, Node.list(), name: __MODULE__)

  @doc "Keeps a value on this node."
  def put(key, value), do: put(node(), key, value)

  @doc "Keeps a value on a node."
  def put(node, key, value), do: GenServer.call({__MODULE__, node}, {:put, key, value})

  @doc "Keeps a value on all nodes of the cluster; the nodes that have it."
  def put_everywhere(key, value) do
    {replies, _} = GenServer.multi_call([node() | Node.list()], __MODULE__, {:put, key, value})
    for {node, :ok} <- replies, do: node
  end

  @doc "The value of a key on this node, or nil."
  def get(key), do: get(node(), key)

  @doc "The value of a key on a node, or nil."
  def get(node, key), do: GenServer.call({__MODULE__, node}, {:get, key})

  @impl true
  def init(others), do: {:ok, %{}, {:continue, {:fetch, others}}}

  @impl true
  def handle_continue({:fetch, others}, values) do
    {replies, _} = GenServer.multi_call(others, __MODULE__, :all, 2000)
    {:noreply, Enum.reduce(replies, values, fn {_node, theirs}, all -> Map.merge(theirs, all) end)}
  end

  @impl true
  def handle_call({:put, key, value}, _from, values), do: {:reply, :ok, Map.put(values, key, value)}
  def handle_call({:get, key}, _from, values), do: {:reply, Map.get(values, key), values}
  def handle_call(:all, _from, values), do: {:reply, values, values}
end

# Three nodes keep the same values: beamsh --sname shell examples/kv_cluster.exs
#
# The nodes are children of this shell and find each other. A value is put on all of them; then one is started anew, and
# has what the others have.

nodes = :cluster.start(3, :kv)

{_, []} = :rpc.multicall(nodes, :c, :c, ["examples/kv_store.ex"])
{_, []} = :rpc.multicall(nodes, KvStore.MapServer, :start, [])

[first, second, third] = nodes

c("examples/kv_store.ex")

KvStore.MapServer.put(first, :a, 5)

KvStore.MapServer.get(first, :a)

:rpc.call(first, KvStore.MapServer, :put_everywhere, [:b, 7])

for node <- nodes, do: {node, KvStore.MapServer.get(node, :b)}

# The third ends and starts again: it asks the others.
GenServer.stop({KvStore.MapServer, third})
:rpc.call(third, KvStore.MapServer, :start, [])

KvStore.MapServer.get(third, :a)

:cluster.stop()

import Node
import Processes
import Terms
import TestKit
import Testing

/// Functions of the table that talk with other nodes, as one of our processes calls them.
@Suite(.serialized, .timeLimit(.minutes(3)), .enabled(if: OTPPeer.isInstalled)) struct FunctionTests {
    /// Runs calls in one process, so that what one starts another can wait for.
    private func run(_ cluster: Cluster, _ calls: [(Atom, Atom, [Term])]) async throws -> [Term] {
        let node = cluster.ours[0]
        return try await withCheckedThrowingContinuation { continuation in
            node.processes.spawn("test", "body", groupLeader: node.userPid) { process in
                do {
                    var results: [Term] = []
                    for (module, function, arguments) in calls {
                        // `last` stands for what the call before gave.
                        let given = arguments.map { $0 == .atom("last") ? results.last ?? .nil : $0 }
                        results.append(
                            try await node.functions.call(module, function, given, on: node, by: process))
                    }
                    continuation.resume(returning: results)
                } catch { continuation.resume(throwing: error) }
            }
        }
    }

    @Test func serversOfErlAreCalled() async throws {
        let cluster = try await Cluster(["fun1"], ["fun2"])
        let supervisor: Term = .tuple([.atom("kernel_sup"), .atom("fun2@127.0.0.1")])
        let results = try await run(
            cluster,
            [
                ("gen_server", "call", [supervisor, .atom("count_children")]),
                ("Elixir.GenServer", "call", [supervisor, .atom("count_children"), 1000]),
                (
                    "gen_server", "multi_call",
                    [
                        [.atom("fun2@127.0.0.1"), .atom("nobody@127.0.0.1")], .atom("kernel_sup"),
                        .atom("count_children"),
                    ]
                ),
                ("sys", "get_state", [supervisor]),
                ("gen_server", "cast", [.tuple([.atom("nobody"), .atom("fun2@127.0.0.1")]), .atom("x")]),
            ])
        #expect(cluster.print(results[0]).hasPrefix("[{specs,"))
        #expect(results[0] == results[1])
        let multi = try #require(results[2].asTuple)
        #expect(multi[0].properList?.count == 1 && multi[1] == [.atom("nobody@127.0.0.1")])
        #expect(results[3].asTuple?.first == .atom("state"))
        #expect(results[4] == .atom(.ok))
        await #expect(throws: ErlangException.self) {
            try await cluster.call(
                0, "gen_server", "call", [.tuple([.atom("nobody"), .atom("fun2@127.0.0.1")]), .atom("x")])
        }
        await cluster.close()
    }

    @Test func promisesRequestsAndBroadcasts() async throws {
        let cluster = try await Cluster(["prom1"], ["prom2"])
        let erl = cluster.theirs[0]
        let peer: Term = .atom("prom2@127.0.0.1")
        _ = try await erl.evaluate("register(box, self()).")
        let results = try await run(
            cluster,
            [
                ("rpc", "async_call", [peer, .atom("lists"), .atom("seq"), [1, 3]]), ("rpc", "yield", [.atom("last")]),
                ("erpc", "send_request", [peer, .atom("erlang"), .atom("node"), []]),
                ("erpc", "receive_response", [.atom("last"), 5000]),
                ("erpc", "multicall", [[peer, .atom("prom1@127.0.0.1")], .atom("erlang"), .atom("node"), []]),
                ("rpc", "abcast", [[peer], .atom("box"), .atom("hello")]),
                ("rpc", "sbcast", [[peer, .atom("no@127.0.0.1")], .atom("box"), .atom("again")]),
                ("rpc", "nb_yield", [.nil]),
            ])
        #expect(results[1] == [1, 2, 3])
        #expect(results[3] == peer)
        #expect(cluster.print(results[4]) == "[{ok,'prom2@127.0.0.1'},{ok,'prom1@127.0.0.1'}]")
        #expect(cluster.print(results[6]) == "{['prom2@127.0.0.1'],['no@127.0.0.1']}")
        #expect(results[7] == .atom(.timeout))
        #expect(try await erl.evaluate("receive hello -> receive again -> both end end.") == "both")
        await cluster.close()
    }

    @Test func timersFlagsAndTheDictionary() async throws {
        let cluster = try await Cluster(["timer1"], [])
        let results = try await run(
            cluster,
            [
                ("erlang", "self", []), ("erlang", "send_after", [10_000, .atom("last"), .atom("late")]),
                ("erlang", "cancel_timer", [.atom("last")]), ("erlang", "put", [.atom("k"), 1]),
                ("erlang", "put", [.atom("k"), 2]), ("erlang", "get", [.atom("k")]), ("erlang", "erase", [.atom("k")]),
                ("erlang", "get", [.atom("k")]), ("erlang", "process_flag", [.atom("trap_exit"), .atom(.true)]),
                ("erlang", "process_flag", [.atom("trap_exit"), .atom(.false)]),
                ("erlang", "spawn_monitor", [.atom("timer"), .atom("sleep"), [0]]),
                ("Elixir.Process", "get", [.atom("nokey")]),
            ])
        let left = try #require(results[2].asInteger)
        #expect((9_000...10_000).contains(left))
        #expect(results[3] == .atom(.undefined) && results[4] == 1 && results[5] == 2 && results[6] == 2)
        #expect(results[7] == .atom(.undefined) && results[8] == .atom(.false) && results[9] == .atom(.true))
        #expect(results[10].asTuple?.count == 2 && results[11] == .atom(.nil))
        await cluster.close()
    }

    @Test func nodesThatComeAndGoAreToldWithWhy() async throws {
        let cluster = try await Cluster(["mon1"], ["mon2"])
        let node = cluster.ours[0]
        let erl = cluster.theirs[0]
        let told: [String] = try await withCheckedThrowingContinuation { continuation in
            node.processes.spawn("test", "body", groupLeader: node.userPid) { process in
                do {
                    var options = NodeMonitorOptions()
                    options.wantsInfo = true
                    options.nodeType = .all
                    options.wantsReason = true
                    node.monitorNodes(process.pid, true, options)
                    node.monitorNodes(process.pid, true)
                    try await node.connect(to: "mon2@127.0.0.1", timeout: 5_000_000_000)
                    var told: [String] = []
                    for _ in 0..<2 { told.append(ErlangPrinter(width: nil).print(try await process.receiveAny())) }
                    erl.kill()
                    for _ in 0..<2 { told.append(ErlangPrinter(width: nil).print(try await process.receiveAny())) }
                    continuation.resume(returning: told)
                } catch { continuation.resume(throwing: error) }
            }
        }
        #expect(
            Set(told) == [
                "{nodeup,'mon2@127.0.0.1'}", "{nodeup,'mon2@127.0.0.1',[{node_type,visible}]}",
                "{nodedown,'mon2@127.0.0.1'}",
                "{nodedown,'mon2@127.0.0.1',[{nodedown_reason,connection_closed},{node_type,visible}]}",
            ])
        let refused = try await cluster.call(0, "net_kernel", "monitor_nodes", [.atom(.true), [.atom("nonsense")]])
        #expect(cluster.print(refused) == "{error,{unknown_options,[nonsense]}}")
        await cluster.close()
    }
}

import Node
import Processes
import Terms
import TestKit
import Testing

/// Two nodes of ours and two of OTP as one cluster, which parts and heals; what each of the four sees.
@Suite(.serialized, .timeLimit(.minutes(3)), .enabled(if: OTPPeer.isInstalled)) struct WholeClusterTests {
    private static let names = ["our1", "our2", "otp1", "otp2"].map { "\($0)@127.0.0.1" }

    /// Asks each of the four the same question, in Erlang and as a call.
    private func all(
        _ cluster: Cluster, _ module: Atom, _ function: Atom, _ arguments: [Term]
    ) async throws -> [String] {
        var answers: [String] = []
        for index in 0...1 {
            answers.append(cluster.print(try await cluster.call(index, module, function, arguments)))
        }
        let text = arguments.map { ErlangPrinter(width: nil).print($0) }.joined(separator: ", ")
        for peer in cluster.theirs { answers.append(try await peer.evaluate("\(module):\(function)(\(text)).")) }
        return answers
    }

    private func meet(_ cluster: Cluster) async throws {
        try await eventually("[3, 3, 3, 3]") {
            for index in 0...1 {
                for name in Self.names {
                    _ = try await cluster.call(index, "net_kernel", "connect_node", [.atom(Atom(name))])
                }
            }
            let counts = try await all(cluster, "erlang", "nodes", []).map { $0.split(separator: ",").count }
            return "\(counts)"
        }
        #expect(try await all(cluster, "global", "sync", []) == ["ok", "ok", "ok", "ok"])
    }

    @Test func fourNodesPartAndHeal() async throws {
        let cluster = try await Cluster(["our1", "our2"], ["otp1", "otp2"])
        try await meet(cluster)
        // A name of each is seen by all.
        for index in 0...1 {
            let pid = cluster.idle(index).pid
            let name: Term = .atom(Atom("ours\(index)"))
            #expect(try await cluster.call(index, "global", "register_name", [name, .pid(pid)]) == .atom("yes"))
            let theirs = "global:register_name(theirs\(index), spawn(fun() -> receive stop -> ok end end))."
            #expect(try await cluster.theirs[index].evaluate(theirs) == "yes")
        }
        try await eventually("true") {
            "\(try await all(cluster, "global", "registered_names", []).allSatisfy { $0.split(separator: ",").count == 4 })"
        }
        // pg: one member on each side.
        for peer in cluster.theirs { _ = try await peer.evaluate("pg:start_link().") }
        for index in 0...1 { _ = try await cluster.call(index, "pg", "start", [.atom("pg")]) }
        _ = try await cluster.call(0, "pg", "join", [.atom("team"), .pid(cluster.idle(0).pid)])
        _ = try await cluster.theirs[1].evaluate("pg:join(team, self()).")
        try await eventually("[2, 2, 2, 2]") {
            "\(try await all(cluster, "pg", "get_members", [.atom("team")]).map { $0.split(separator: ",").count })"
        }

        // our1 and otp1 on one side, our2 and otp2 on the other; both sides register one name.
        let (here, there) = ([0, 2], [1, 3])
        for other in there {
            _ = await cluster.ours[0].disconnect(from: Atom(Self.names[other]))
            _ = try await cluster.theirs[0].evaluate("erlang:disconnect_node('\(Self.names[other])').")
        }
        try await eventually("apart") {
            for (one, side) in [(0, here), (1, there)] {
                let nodes = cluster.ours[one].connectedNodes().map(\.name)
                if nodes.contains(where: { name in !side.contains(where: { Self.names[$0] == name }) }) {
                    return "together"
                }
            }
            return "apart"
        }
        let mine = cluster.idle(0)
        _ = try await cluster.call(0, "global", "register_name", [.atom("both"), .pid(mine.pid)])
        _ = try await cluster.theirs[1].evaluate(
            "global:register_name(both, spawn(fun() -> receive stop -> ok end end)).")

        // Healed: all four agree on one holder of the name, and on the members of the group.
        try await meet(cluster)
        var holders: [String] = []
        try await eventually("1") {
            holders = []
            for index in 0...1 {
                let pid = try await cluster.call(index, "global", "whereis_name", [.atom("both")])
                holders.append(pid.asPid?.node.name ?? "nobody")
            }
            for peer in cluster.theirs {
                holders.append(try await peer.evaluate("atom_to_list(node(global:whereis_name(both)))."))
            }
            return "\(Set(holders.map { $0.filter { $0 != "\"" } }).count)"
        }
        try await eventually("[2, 2, 2, 2]") {
            "\(try await all(cluster, "pg", "get_members", [.atom("team")]).map { $0.split(separator: ",").count })"
        }
        #expect(try await all(cluster, "global", "sync", []) == ["ok", "ok", "ok", "ok"])
        await cluster.close()
    }
}

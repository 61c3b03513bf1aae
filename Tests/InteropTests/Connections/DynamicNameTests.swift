import Node
import Processes
import Terms
import TestKit
import Testing

/// Nodes without a name, which the first node they connect with names: theirs by us, ours by them.
@Suite(.serialized, .timeLimit(.minutes(3)), .enabled(if: OTPPeer.isInstalled)) struct DynamicNameTests {
    @Test func anErlNodeWithoutANameGetsOneFromUs() async throws {
        let cluster = try await Cluster(["giver"], [])
        let nameless = try await OTPPeer("undefined@127.0.0.1", cookie: "interop", epmdPort: cluster.epmd.port)
        #expect(try await nameless.evaluate("node().") == "nonode@nohost")
        #expect(try await nameless.evaluate("net_kernel:connect_node('giver@127.0.0.1').") == "true")
        let name = try await nameless.evaluate("node().").replacing("'", with: "")
        #expect(name.contains("@") && name != "nonode@nohost")
        #expect(try await nameless.evaluate("rpc:call('giver@127.0.0.1', erlang, nodes, []).") == "[]")
        #expect(try await nameless.evaluate("rpc:call('giver@127.0.0.1', erlang, nodes, [hidden]).") == "['\(name)']")
        let answer = try await cluster.call(
            0, "rpc", "call", [.atom(Atom(name)), .atom("erlang"), .atom("node"), .nil])
        #expect(answer == .atom(Atom(name)))
        // Its pids are known here by that name, and their end is told.
        let pid = try await cluster.call(
            0, "rpc", "call", [.atom(Atom(name)), .atom("erlang"), .atom("whereis"), [.atom("init")]])
        #expect(pid.asPid?.node == Atom(name))
        #expect(
            try await nameless.evaluate("erlang:disconnect_node('giver@127.0.0.1'), timer:sleep(50), node().")
                == "nonode@nohost")
        nameless.kill()
        await cluster.close()
    }

    @Test func anErlNodeNamesUs() async throws {
        let epmd = try await OTPEpmd()
        var configuration = NodeConfiguration()
        configuration.cookie = "interop"
        configuration.epmdPort = epmd.port
        let ours = Node(configuration: configuration)
        ours.boot()
        try await ours.start("undefined@127.0.0.1", longNames: true)
        #expect(!ours.isAlive && ours.name == .nonode)
        let first = try await OTPPeer("first@127.0.0.1", cookie: "interop", epmdPort: epmd.port)
        let second = try await OTPPeer("second@127.0.0.1", cookie: "interop", epmdPort: epmd.port)
        try await ours.connect(to: "first@127.0.0.1", timeout: 5_000_000_000)
        let name = ours.name
        #expect(name != .nonode && ours.isAlive)
        try await ours.connect(to: "second@127.0.0.1", timeout: 5_000_000_000)
        for peer in [first, second] {
            #expect(try await peer.evaluate("nodes().").contains("first") == false)
            #expect(try await peer.evaluate("lists:member('\(name)', nodes(hidden)).") == "true")
            #expect(try await peer.evaluate("rpc:call('\(name)', erlang, node, []).") == "'\(name)'")
        }
        // The name goes with the node that gave it, and so does the other connection.
        first.kill()
        try await eventually("nonode@nohost") { ours.name.name }
        try await eventually("[]") { try await second.evaluate("nodes(hidden).") }
        try await ours.connect(to: "second@127.0.0.1", timeout: 5_000_000_000)
        #expect(ours.name != .nonode && ours.name != name)
        #expect(try await second.evaluate("rpc:call('\(ours.name)', erlang, node, []).") == "'\(ours.name)'")
        await ours.leave()
        second.kill()
        epmd.kill()
    }

    @Test func twoOfOursNameOneAnother() async throws {
        let cluster = try await Cluster(["namer"], [])
        var configuration = NodeConfiguration()
        configuration.cookie = "interop"
        configuration.epmdPort = cluster.epmd.port
        let nameless = Node(configuration: configuration)
        nameless.boot()
        try await nameless.start("undefined@127.0.0.1", longNames: true)
        try await nameless.connect(to: "namer@127.0.0.1", timeout: 5_000_000_000)
        let name = nameless.name
        #expect(try await cluster.call(0, "erlang", "nodes", [.atom("hidden")]) == [.atom(name)])
        #expect(
            try await cluster.call(0, "rpc", "call", [.atom(name), .atom("erlang"), .atom("node"), .nil]) == .atom(name)
        )
        await nameless.leave()
        await cluster.close()
    }
}

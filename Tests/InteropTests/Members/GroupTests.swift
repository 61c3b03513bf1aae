import Node
import Processes
import Terms
import TestKit
import Testing

/// `pg` between our nodes and real ones (`wire.md` 8, items 58 to 60).
@Suite(.serialized, .timeLimit(.minutes(3)), .enabled(if: OTPPeer.isInstalled)) struct GroupTests {
    @Test func membersAreSeenOnAllNodes() async throws {
        let cluster = try await Cluster(["pg1", "pg2"], ["pg3"])
        let erl = cluster.theirs[0]
        #expect(try await erl.evaluate("element(1, pg:start_link()).") == "ok")
        for index in 0...1 { _ = try await cluster.call(index, "pg", "start_link", []) }
        let (one, two) = (cluster.idle(0), cluster.idle(1))
        #expect(try await cluster.call(0, "pg", "join", [.atom("g"), .pid(one.pid)]) == .atom(.ok))
        // Who was in before the nodes meet is told by sync.
        try await cluster.ours[0].connect(to: "pg2@127.0.0.1", timeout: 5_000_000_000)
        #expect(try await erl.evaluate("net_adm:ping('pg1@127.0.0.1').") == "pong")
        let count = { (index: Int) async throws -> String in
            cluster.print(
                .integer(try await cluster.call(index, "pg", "get_members", [.atom("g")]).properList?.count ?? -1))
        }
        try await eventually("1") { try await erl.evaluate("length(pg:get_members(g)).") }
        try await eventually("1") { try await count(1) }
        // Joins and leaves of all.
        #expect(try await cluster.call(1, "pg", "join", [.atom("g"), [.pid(two.pid), .pid(two.pid)]]) == .atom(.ok))
        #expect(try await erl.evaluate("pg:join(g, self()).") == "ok")
        try await eventually("4") { try await erl.evaluate("length(pg:get_members(g)).") }
        for index in 0...1 { try await eventually("4") { try await count(index) } }
        #expect(
            try await erl.evaluate("lists:usort([node(P) || P <- pg:get_members(g)]).")
                == "['pg1@127.0.0.1','pg2@127.0.0.1','pg3@127.0.0.1']")
        #expect(try await cluster.call(1, "pg", "leave", [.atom("g"), .pid(two.pid)]) == .atom(.ok))
        #expect(try await cluster.call(1, "pg", "leave", [.atom("nog"), .pid(two.pid)]) == .atom("not_joined"))
        try await eventually("3") { try await erl.evaluate("length(pg:get_members(g)).") }
        // A member that dies leaves; a node that goes takes its members with it.
        one.exit(one.pid, reason: .atom(.kill))
        try await eventually("2") { try await erl.evaluate("length(pg:get_members(g)).") }
        try await eventually("2") { try await count(1) }
        let scope = try await erl.evaluate("whereis(pg).")
        await cluster.ours[1].leave()
        try await eventually("1") { try await erl.evaluate("length(pg:get_members(g)).") }
        try await eventually("1") { try await count(0) }
        // Nothing we sent ended the real scope.
        #expect(try await erl.evaluate("whereis(pg).") == scope)
        erl.kill()
        try await eventually("0") { try await count(0) }
        await cluster.close()
    }

    @Test func whoWatchesAGroupIsTold() async throws {
        let cluster = try await Cluster(["watch"], ["ewatch"])
        let erl = cluster.theirs[0]
        _ = try await cluster.call(0, "pg", "start", [.atom("scope")])
        #expect(try await erl.evaluate("element(1, pg:start(scope)).") == "ok")
        #expect(try await erl.evaluate("net_adm:ping('watch@127.0.0.1').") == "pong")
        #expect(try await erl.evaluate("{_, L} = pg:monitor(scope, g), L.") == "[]")
        let member = cluster.idle(0)
        #expect(try await cluster.call(0, "pg", "join", [.atom("scope"), .atom("g"), .pid(member.pid)]) == .atom(.ok))
        #expect(try await erl.evaluate("receive {_, W, g, [P]} -> {W, node(P)} end.") == "{join,'watch@127.0.0.1'}")
        member.exit(member.pid, reason: .atom(.kill))
        #expect(try await erl.evaluate("receive {_, W, g, [P]} -> {W, node(P)} end.") == "{leave,'watch@127.0.0.1'}")
        await cluster.close()
    }
}

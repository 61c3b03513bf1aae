import Node
import Processes
import Terms
import TestKit
import Testing

/// `global` between our nodes and real ones (`wire.md` 8, items 46 to 55): what the OTP node says is what counts.
@Suite(.serialized, .timeLimit(.minutes(3)), .enabled(if: OTPPeer.isInstalled)) struct GlobalTests {
    @Test(arguments: ["aglobal", "zglobal"]) func namesOfBothAreSeenByBoth(ourName: String) async throws {
        let cluster = try await Cluster([ourName], ["mglobal"])
        let erl = cluster.theirs[0]
        let pid = cluster.idle(0)
        #expect(try await cluster.call(0, "global", "register_name", [.atom("ours"), .pid(pid.pid)]) == .atom("yes"))
        #expect(try await erl.evaluate("global:register_name(theirs, self()).") == "yes")
        #expect(try await erl.evaluate("net_adm:ping('\(ourName)@127.0.0.1').") == "pong")
        #expect(try await erl.evaluate("global:sync().", within: 10) == "ok")
        #expect(try await erl.evaluate("lists:sort(global:registered_names()).") == "[ours,theirs]")
        #expect(try await erl.evaluate("node(global:whereis_name(ours)).") == "'\(ourName)@127.0.0.1'")
        #expect(try await cluster.call(0, "global", "sync", []) == .atom(.ok))
        try await eventually("[ours,theirs]") {
            let names = try await cluster.call(0, "global", "registered_names", []).properList ?? []
            return cluster.print(.makeList(names.sorted { Term.compare($0, $1) == .less }))
        }

        // Registered while connected, from each side.
        #expect(
            try await erl.evaluate("global:register_name(late, spawn(fun() -> receive stop -> ok end end)).") == "yes")
        #expect(try await cluster.call(0, "global", "whereis_name", [.atom("late")]).asPid?.node == "mglobal@127.0.0.1")
        #expect(try await cluster.call(0, "global", "register_name", [.atom("late"), .pid(pid.pid)]) == .atom("no"))
        let another = cluster.idle(0)
        #expect(
            try await cluster.call(0, "global", "register_name", [.atom("more"), .pid(another.pid)]) == .atom("yes"))
        #expect(try await erl.evaluate("is_pid(global:whereis_name(more)).") == "true")
        #expect(try await erl.evaluate("global:unregister_name(late).") == "ok")
        #expect(try await cluster.call(0, "global", "whereis_name", [.atom("late")]) == .atom(.undefined))

        // The death of an owner takes the name with it, everywhere.
        another.exit(another.pid, reason: .atom(.kill))
        try await eventually("undefined") { try await erl.evaluate("global:whereis_name(more).") }
        await cluster.close()
    }

    @Test func locksAreGrantedOnceAndReleasedWithTheirHolder() async throws {
        let cluster = try await Cluster(["lock"], ["elock"])
        let erl = cluster.theirs[0]
        #expect(try await erl.evaluate("net_adm:ping('lock@127.0.0.1'), global:sync().") == "ok")
        #expect(try await erl.evaluate("global:set_lock({x, self()}, [node() | nodes()], 0).") == "true")
        #expect(try await erl.evaluate("global:set_lock({x, self()}, [node() | nodes()], 0).") == "true")
        #expect(try await erl.evaluate("global:set_lock({x, other}, ['lock@127.0.0.1'], 0).") == "false")
        let both: Term = [.atom("lock@127.0.0.1"), .atom("elock@127.0.0.1")]
        let id: Term = .tuple([.atom("x"), .atom("us")])
        #expect(try await cluster.call(0, "global", "set_lock", [id, both, 0]) == .atom(.false))
        #expect(try await erl.evaluate("global:del_lock({x, self()}), global:del_lock({x, self()}).") == "true")
        #expect(try await cluster.call(0, "global", "set_lock", [id, both, 0]) == .atom(.true))
        // The process that took it ended with the call, and the lock with it.
        try await eventually("true") { try await erl.evaluate("global:set_lock({x, self()}, [node() | nodes()], 0).") }
        #expect(
            try await erl.evaluate("global:trans({y, self()}, fun() -> done end, [node() | nodes()], 3).") == "done")
        #expect(try await erl.evaluate("global:del_lock({x, self()}).") == "true")
        // A holder whose node dies holds nothing.
        #expect(try await erl.evaluate("global:set_lock({z, self()}, ['lock@127.0.0.1'], 0).") == "true")
        erl.kill()
        let z: Term = .tuple([.atom("z"), .atom("us")])
        try await eventually("true") {
            cluster.print(try await cluster.call(0, "global", "set_lock", [z, [.atom("lock@127.0.0.1")], 0]))
        }
        await cluster.close()
    }

    @Test(arguments: ["aconflict", "zconflict"]) func aNameThatBothHaveStaysWithOne(ourName: String) async throws {
        let cluster = try await Cluster([ourName], ["mconflict"])
        let erl = cluster.theirs[0]
        let pid = cluster.idle(0)
        _ = try await cluster.call(0, "global", "register_name", [.atom("both"), .pid(pid.pid)])
        #expect(
            try await erl.evaluate(
                "P = spawn(fun() -> receive stop -> ok end end), global:register_name(both, P).") == "yes")
        #expect(try await erl.evaluate("net_adm:ping('\(ourName)@127.0.0.1'), global:sync().") == "ok")
        // `random_exit_name` keeps the one on the smaller node.
        let winner = ourName < "mconflict" ? "'\(ourName)@127.0.0.1'" : "'mconflict@127.0.0.1'"
        try await eventually(winner) { try await erl.evaluate("node(global:whereis_name(both)).") }
        try await eventually(winner) {
            cluster.print(
                try await cluster.call(0, "global", "whereis_name", [.atom("both")]).asPid.map { .atom($0.node) }
                    ?? .nil)
        }
        #expect(pid.isAlive == (ourName < "mconflict"))
        await cluster.close()
    }

    /// The other two ways to resolve a conflict, decided by us and by them: who loses the name is told, and lives.
    @Test(arguments: ["anotify", "znotify"], ["random_notify_name", "notify_all_name"])
    func whoLosesANameIsTold(ourName: String, method: String) async throws {
        let cluster = try await Cluster([ourName], ["mnotify"])
        let erl = cluster.theirs[0]
        let told = Printed()
        let ours = cluster.ours[0].processes.spawn("test", "holder", groupLeader: cluster.ours[0].userPid) { me in
            while true { told.add(ErlangPrinter(width: nil).print(try await me.receiveAny())) }
        }
        let resolve = Term.fun(.export(ExportFun(module: "global", function: Atom(method), arity: 3)))
        _ = try await cluster.call(0, "global", "register_name", [.atom("both"), .pid(ours.pid), resolve])
        _ = try await erl.evaluate(
            "S = self(), register(told, S), P = spawn(fun() -> receive M -> told ! {told, M} end, receive stop -> ok end end), global:register_name(both, P, fun global:\(method)/3)."
        )
        #expect(try await erl.evaluate("net_adm:ping('\(ourName)@127.0.0.1'), global:sync().") == "ok")
        let isOursSmaller = ourName < "mnotify"
        if method == "notify_all_name" {
            try await eventually("undefined") { try await erl.evaluate("global:whereis_name(both).") }
            try await eventually("undefined") {
                cluster.print(try await cluster.call(0, "global", "whereis_name", [.atom("both")]))
            }
        } else {
            let winner = isOursSmaller ? "'\(ourName)@127.0.0.1'" : "'mnotify@127.0.0.1'"
            try await eventually(winner) { try await erl.evaluate("node(global:whereis_name(both)).") }
        }
        if method == "notify_all_name" || !isOursSmaller {
            #expect(await told.wait(for: "conflict").hasPrefix("{global_name_conflict,both"))
        }
        if method == "notify_all_name" || isOursSmaller {
            let message = try await erl.evaluate("receive {told, M} -> element(1, M) after 5000 -> none end.")
            #expect(message == "global_name_conflict")
        }
        #expect(ours.isAlive)
        await cluster.close()
    }

    @Test func nodesThatMeetOneMemberMeetAll() async throws {
        let cluster = try await Cluster(["one", "two"], ["three", "four"])
        let pid = cluster.idle(0)
        _ = try await cluster.call(0, "global", "register_name", [.atom("first"), .pid(pid.pid)])
        try await cluster.ours[0].connect(to: "two@127.0.0.1", timeout: 5_000_000_000)
        #expect(try await cluster.call(0, "global", "sync", []) == .atom(.ok))
        for index in 0...1 {
            #expect(try await cluster.theirs[index].evaluate("net_adm:ping('two@127.0.0.1').") == "pong")
            #expect(try await cluster.theirs[index].evaluate("global:sync().") == "ok")
        }
        for peer in cluster.theirs {
            try await eventually("3") { try await peer.evaluate("length(nodes()).") }
            #expect(try await peer.evaluate("global:sync().") == "ok")
            #expect(try await peer.evaluate("global:registered_names().") == "[first]")
        }
        for node in cluster.ours { try await eventually("3") { "\(node.connectedNodes().count)" } }
        #expect(try await cluster.theirs[1].evaluate("global:register_name(last, self()).") == "yes")
        for index in 0...1 {
            #expect(
                try await cluster.call(index, "global", "whereis_name", [.atom("last")]).asPid?.node == "four@127.0.0.1"
            )
        }
        // One of the real ones goes: its name goes with it, the others stay together.
        cluster.theirs[1].kill()
        try await eventually("2") { try await cluster.theirs[0].evaluate("length(nodes()).") }
        try await eventually("undefined") { try await cluster.theirs[0].evaluate("global:whereis_name(last).") }
        for index in 0...1 {
            try await eventually("undefined") {
                cluster.print(try await cluster.call(index, "global", "whereis_name", [.atom("last")]))
            }
        }
        #expect(
            try await cluster.theirs[0].evaluate(
                "global:register_name(again, spawn(fun() -> receive stop -> ok end end)).") == "yes")
        await cluster.close()
    }

    @Test func aLinkThatIsCutKeepsPartitionsApart() async throws {
        let cluster = try await Cluster(["cut1", "cut2"], ["cut3"])
        try await cluster.ours[0].connect(to: "cut2@127.0.0.1", timeout: 5_000_000_000)
        let erl = cluster.theirs[0]
        #expect(try await erl.evaluate("net_adm:ping('cut1@127.0.0.1'), global:sync().") == "ok")
        try await eventually("2") { try await erl.evaluate("length(nodes()).") }
        #expect(try await erl.evaluate("global:sync().") == "ok")
        // One and two part; three must not stay with both.
        _ = await cluster.ours[0].disconnect(from: "cut2@127.0.0.1")
        try await eventually("true") { try await erl.evaluate("length(nodes()) < 2.") }
        // And it heals; a ping may still find a connection that is about to be closed.
        try await eventually("2") {
            try await erl.evaluate(
                "[net_adm:ping(N) || N <- ['cut1@127.0.0.1', 'cut2@127.0.0.1']], timer:sleep(100), length(nodes()).")
        }
        #expect(try await erl.evaluate("global:sync().") == "ok")
        try await eventually("2") { try await erl.evaluate("length(nodes()).") }
        await cluster.close()
    }
}

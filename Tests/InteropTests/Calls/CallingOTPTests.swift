import Distribution
import Node
import Processes
import Terms
import TestKit
import Testing

/// We act, and the real node answers.
@Suite(.serialized, .timeLimit(.minutes(3)), .enabled(if: OTPPeer.isInstalled)) struct CallingOTPTests {
    @Test func callsOnAnErlNodeGiveWhatErlWouldGet() async throws {
        let pair = try await NodePair("caller", "erl")
        let (ours, erl) = (pair.ours, pair.theirName)
        try await ours.connect(to: erl, timeout: 5_000_000_000)
        #expect(ours.connectedNodes() == [erl])
        #expect(try await pair.theirs.evaluate("nodes().") == "['caller@127.0.0.1']")
        @Sendable func rpc(
            _ me: Process, _ module: Atom, _ function: Atom, _ arguments: [Term], _ timeout: Int64? = nil
        ) async throws -> String {
            ErlangPrinter(width: nil).print(
                try await ours.rpcCall(erl, module, function, arguments, by: me, timeout: timeout))
        }
        let answers = try await pair.run { me in
            [
                try await rpc(me, "erlang", "node", []), try await rpc(me, "lists", "reverse", [[1, 2, 3]]),
                try await rpc(me, "nomod", "f", [1]), try await rpc(me, "erlang", "throw", [.atom("x")]),
                try await rpc(me, "erlang", "exit", [.atom("x")]),
                try await rpc(me, "timer", "sleep", [5000], 50_000_000),
                try await rpc(me, "erlang", "byte_size", [.binary(Binary([UInt8](repeating: 7, count: 3_000_000)))]),
            ]
        }
        #expect(
            answers == [
                "'erl@127.0.0.1'", "[3,2,1]", "{badrpc,{'EXIT',{undef,[{nomod,f,[1],[]}]}}}", "x",
                "{badrpc,{'EXIT',x}}", "{badrpc,timeout}", "3000000",
            ])
        await pair.close()
    }

    /// Text becomes forms there, and the forms run there: no module of ours is needed.
    @Test func expressionsRunOnErl() async throws {
        let pair = try await NodePair("caller", "erl")
        let (ours, erl) = (pair.ours, pair.theirName)
        let answer = try await pair.run { me in
            func call(_ module: Atom, _ function: Atom, _ arguments: [Term]) async throws -> Term {
                try await ours.rpcCall(erl, module, function, arguments, by: me, timeout: 5_000_000_000)
            }
            let text = "F = fun(0, _) -> 1; (N, G) -> N * G(N - 1, G) end, {node(), F(X, F)}."
            let tokens = try await call("erl_scan", "string", [.charlist(text)]).asTuple?[1] ?? .nil
            let forms = try await call("erl_parse", "parse_exprs", [tokens]).asTuple?[1] ?? .nil
            let pid = try await ours.spawnRemote(erl, "erl_eval", "exprs", [forms, [.tuple([.atom("X"), 5])]], by: me)
            let value = try await call("erl_eval", "exprs", [forms, [.tuple([.atom("X"), 20])]])
            return .tuple([value.asTuple?[1] ?? .nil, .boolean(pid.node == erl)]) as Term
        }
        #expect(
            ErlangPrinter(width: nil).print(answer) == "{{'erl@127.0.0.1',2432902008176640000},true}")
        await pair.close()
    }

    @Test func whatIsSpawnedOnErlPrintsHere() async throws {
        let printed = Printed()
        let pair = try await NodePair("caller", "erl") { $0.output = { printed.add($0) } }
        let erl = pair.theirName
        let reason = try await pair.run { me in
            let pid = try await pair.ours.spawnRemote(
                erl, "io", "format", [.charlist("~w ~ts~n"), [.atom(erl), .charlist("żółw")]], by: me)
            let reference = me.monitor(.pid(pid))
            return try await me.receive(timeout: 5_000_000_000) { message -> Term? in
                message.asTuple.flatMap { $0[1] == .reference(reference) ? $0[4] : nil }
            }
        }
        #expect(reason == .atom(.normal) || reason == .atom(.noproc))
        let text = await printed.wait(for: "żółw")
        #expect(text == "'erl@127.0.0.1' żółw\n")
        await pair.close()
    }

    @Test func linksAndMonitorsTellOfTheEndOfErlProcesses() async throws {
        let pair = try await NodePair("caller", "erl")
        let erl = pair.theirName
        let reasons = try await pair.run(trapsExit: true) { me in
            let pid = try await pair.ours.spawnRemote(erl, "timer", "sleep", [60_000], by: me)
            me.link(to: pid)
            _ = me.monitor(.pid(pid))
            _ = me.monitor(.name("nobody", node: erl))
            me.exit(pid, reason: .atom("enough"))
            var reasons: [Term] = []
            for _ in 0..<3 {
                let message = try await me.receive(timeout: 5_000_000_000) { $0 }
                if let tuple = message?.asTuple, let last = Array(tuple).last { reasons.append(last) }
            }
            return Set(reasons)
        }
        #expect(reasons == [.atom("enough"), .atom(.noproc)])
        await pair.close()
    }

    @Test func aNodeThatIsKilledBreaksEverythingAtOnce() async throws {
        let pair = try await NodePair("caller", "erl")
        let erl = pair.theirName
        let theirs = pair.theirs
        let seen = try await pair.run(trapsExit: true) { me in
            pair.ours.monitorNodes(me.pid, true)
            let pid = try await pair.ours.spawnRemote(erl, "timer", "sleep", [60_000], by: me)
            me.link(to: pid)
            async let call = pair.ours.rpcCall(erl, "timer", "sleep", [60_000], by: me, timeout: nil)
            theirs.kill()
            let answer = try await call
            var kinds: Set<String> = []
            while kinds.count < 3, let message = try await me.receive(timeout: 5_000_000_000, { $0 }) {
                kinds.insert(
                    ErlangPrinter(width: nil).print(message.asTuple.map { $0.count == 3 ? $0[2] : $0[0] } ?? message))
            }
            return (answer, kinds)
        }
        #expect(seen.0 == .tuple([.atom(.badrpc), .atom("nodedown")]))
        #expect(seen.1 == ["noconnection", "nodeup", "nodedown"])
        await pair.close()
    }

    @Test func aRefusedConnectionSaysWhy() async throws {
        let pair = try await NodePair("caller", "erl") { $0.cookie = "wrong" }
        func failure(_ node: Atom, timeout: Int64 = 5_000_000_000) async -> ConnectError.Code? {
            do {
                try await pair.ours.connect(to: node, timeout: timeout)
                return nil
            } catch { return error.code }
        }
        #expect(await failure(pair.theirName) == .cookieRefused)
        #expect(await failure("nobody@127.0.0.1") == .nameNotInEPMD)
        #expect(await failure("x@no.such.host.invalid") == .hostUnreachable)
        #expect(await failure("nonsense") == .badName)
        #expect(try await pair.theirs.evaluate("net_adm:ping('caller@127.0.0.1').") == "pang")
        await pair.close()
    }

    @Test func bothDialAtOnceAndOneConnectionStays() async throws {
        for ourName in ["aaa", "zzz"] {
            let pair = try await NodePair(ourName, "mmm")
            let theirs = pair.theirs
            for round in 0..<20 {
                async let answer = theirs.evaluate("net_adm:ping('\(ourName)@127.0.0.1').")
                try? await pair.ours.connect(to: pair.theirName, timeout: 5_000_000_000)
                #expect(try await answer == "pong", "round \(round)")
                #expect(pair.ours.connectedNodes() == [pair.theirName])
                #expect(try await theirs.evaluate("nodes().") == "['\(ourName)@127.0.0.1']")
                // Both forget the connection before the next round. Their `global` may connect once more, to greet us.
                for _ in 0..<500 {
                    _ = await pair.ours.disconnect(from: pair.theirName)
                    if try await theirs.evaluate("timer:sleep(5), nodes().") == "[]" { break }
                }
            }
            await pair.close()
        }
    }

    @Test func aTakenNameIsRefused() async throws {
        let pair = try await NodePair("caller", "erl")
        var configuration = NodeConfiguration()
        configuration.cookie = "interop"
        configuration.epmdPort = pair.epmd.port
        let second = Node(configuration: configuration)
        second.boot()
        await #expect(throws: NodeStartError.self) { try await second.start("erl@127.0.0.1", longNames: true) }
        #expect(second.name == .nonode)
        await pair.close()
    }
}

/// What a node printed.
final class Printed: Sendable {
    private let text = PrintedText()

    func add(_ more: String) { Task { await text.add(more) } }

    func wait(for part: String) async -> String {
        for _ in 0..<500 {
            let now = await text.value
            if now.contains(part) { return now }
            try? await Task.sleep(nanoseconds: 10_000_000)
        }
        return await text.value
    }
}

private actor PrintedText {
    var value = ""
    func add(_ more: String) { value += more }
}

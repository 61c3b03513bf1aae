import Node
import Processes
import Terms
import TestKit
import Testing

/// The real node acts, and says what it sees.
@Suite(.serialized, .timeLimit(.minutes(3)), .enabled(if: OTPPeer.isInstalled)) struct CalledByOTPTests {
    @Test func anErlNodeTakesUsForOneOfItsOwn() async throws {
        let pair = try await NodePair("us", "erl")
        let erl = pair.theirs
        let us = "'us@127.0.0.1'"
        #expect(try await erl.evaluate("net_adm:ping(\(us)).") == "pong")
        #expect(try await erl.evaluate("nodes().") == "['us@127.0.0.1']")
        #expect(try await erl.evaluate("rpc:call(\(us), erlang, node, []).") == "'us@127.0.0.1'")
        #expect(try await erl.evaluate("rpc:call(\(us), lists, reverse, [[1,2,3]]).") == "[3,2,1]")
        #expect(
            try await erl.evaluate("rpc:call(\(us), nomod, f, [1]) =:= rpc:call(node(), nomod, f, [1]).")
                == "true", "the same undef as from an erl node")
        #expect(try await erl.evaluate("rpc:call(\(us), erlang, throw, [x]).") == "x")
        #expect(try await erl.evaluate("rpc:call(\(us), erlang, exit, [x]).") == "{badrpc,{'EXIT',x}}")
        #expect(try await erl.evaluate("rpc:call(\(us), timer, sleep, [5000], 50).") == "{badrpc,timeout}")
        #expect(try await erl.evaluate("erpc:call(\(us), erlang, node, []).") == "'us@127.0.0.1'")
        #expect(try await erl.evaluate("rpc:multicall(erlang, node, []).") == "{['erl@127.0.0.1','us@127.0.0.1'],[]}")
        #expect(try await erl.evaluate("rpc:block_call(\(us), erlang, node, []).") == "'us@127.0.0.1'")
        #expect(try await erl.evaluate("rpc:call(\(us), io, format, [\"printed by ~w~n\", [\(us)]]).") == "ok")
        try await erl.waitFor(text: "printed by 'us@127.0.0.1'")
        await pair.close()
    }

    @Test func tablesOfOursAreSeenFromErl() async throws {
        let pair = try await NodePair("us", "erl")
        _ = try await pair.run { me in
            try await pair.ours.functions.call("store", "new", [.atom("t")], on: pair.ours, by: me)
        }
        let us = "'us@127.0.0.1'"
        let erl = pair.theirs
        #expect(
            try await erl.evaluate("rpc:call(\(us), ets, insert, [t, [{1, <<\"x\">>}, {2, #{a => [b]}}]]).") == "true")
        #expect(
            try await erl.evaluate("lists:sort(rpc:call(\(us), ets, tab2list, [t])).")
                == "[{1,<<\"x\">>},{2,#{a => [b]}}]")
        #expect(try await erl.evaluate("rpc:call(\(us), ets, insert, [t, {big, <<0:8000000>>}]).") == "true")
        #expect(
            try await erl.evaluate("[{big, B}] = rpc:call(\(us), ets, lookup, [t, big]), byte_size(B).") == "1000000")
        #expect(try await erl.evaluate("element(1, rpc:call(\(us), ets, lookup, [none, 1])).") == "badrpc")
        await pair.close()
    }

    @Test func monitorsLinksAndExitsReachErl() async throws {
        let pair = try await NodePair("us", "erl")
        let us = "'us@127.0.0.1'"
        let erl = pair.theirs
        let down = "receive {'DOWN', R, process, What, Why} -> {What, Why} after 5000 -> timeout end."
        #expect(
            try await erl.evaluate("R = erlang:monitor(process, {nobody, \(us)}), \(down)")
                == "{{nobody,'us@127.0.0.1'},noproc}")
        #expect(
            try await erl.evaluate(
                "P = spawn(\(us), timer, sleep, [1000]), R = erlang:monitor(process, P), exit(P, kill), element(2, \(down.dropLast()))."
            ) == "killed")
        #expect(
            try await erl.evaluate("{P, R} = spawn_monitor(\(us), nomod, f, [1]), element(2, \(down.dropLast())).")
                == "{undef,[{nomod,f,[1],[]}]}")
        #expect(
            try await erl.evaluate(
                "process_flag(trap_exit, true), P = spawn_link(\(us), erlang, exit, [gone]), receive {'EXIT', P, W} -> W after 5000 -> timeout end."
            ) == "gone")
        #expect(
            try await erl.evaluate(
                "P = spawn_link(\(us), timer, sleep, [300]), unlink(P), link(P), receive {'EXIT', P, W} -> W after 5000 -> timeout end."
            ) == "normal")
        #expect(try await erl.evaluate("{nobody, \(us)} ! x, net_adm:ping(\(us)).") == "pong")
        #expect(
            try await erl.evaluate("global:set_lock({x, self()}).") == "true", "quiet about global, and in nobody's way"
        )
        #expect(
            try await erl.evaluate(
                "monitor_node(\(us), true), erlang:disconnect_node(\(us)), receive {nodedown, N} -> N after 5000 -> timeout end."
            ) == "'us@127.0.0.1'")
        await pair.close()
    }

    @Test func aHiddenNodeIsNotListed() async throws {
        let pair = try await NodePair("us", "erl") { $0.isHidden = true }
        try await pair.ours.connect(to: pair.theirName, timeout: 5_000_000_000)
        #expect(try await pair.theirs.evaluate("{nodes(), nodes(hidden)}.") == "{[],['us@127.0.0.1']}")
        // It takes no part in global, and says so.
        let monitor =
            "R = monitor(process, {global_name_server, 'us@127.0.0.1'}), receive {'DOWN', R, _, _, W} -> W end."
        #expect(try await pair.theirs.evaluate(monitor) == "noproc")
        #expect(try await pair.theirs.evaluate("global:set_lock({x, self()}), global:sync().") == "ok")
        await pair.close()
    }

    @Test(.enabled(if: ChildProcess.find("erl_call") != nil, "erl_call is not installed"))
    func cNodesCallUs() async throws {
        let pair = try await NodePair("cnode", "erl")
        let call = try ChildProcess(
            "erl_call",
            ["-c", "interop", "-name", "cnode@127.0.0.1", "-a", "erlang node"],
            environment: ["ERL_EPMD_PORT": String(pair.epmd.port)])
        #expect(try await call.waitForExit() == 0)
        #expect(call.output == "cnode@127.0.0.1" || call.output == "'cnode@127.0.0.1'", "\(call.output)")
        await pair.close()
    }

    @Test func onlyWhatReadsIsServedWhenOnlySafeIsAllowed() async throws {
        let pair = try await NodePair("us", "erl") { $0.allow = .safe }
        let us = "'us@127.0.0.1'"
        #expect(try await pair.theirs.evaluate("rpc:call(\(us), erlang, node, []).") == "'us@127.0.0.1'")
        #expect(
            try await pair.theirs.evaluate("rpc:call(\(us), ets, new, [t, []]).")
                == "{badrpc,{'EXIT',{not_allowed,{ets,new,2}}}}")
        await pair.close()
    }
}

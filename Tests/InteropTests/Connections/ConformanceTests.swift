import Glibc
import Node
import Processes
import Terms
import TestKit
import Testing

/// Items of the conformance checklist that no other suite asserts; each is what an OTP node sees of ours.
@Suite(.serialized, .timeLimit(.minutes(3)), .enabled(if: OTPPeer.isInstalled)) struct ConformanceTests {
    /// Evaluates lines at the OTP node, `U` being ours, and compares.
    private func check(_ pair: NodePair, _ us: String, _ lines: [(String, String)]) async throws {
        for (line, answer) in lines {
            let text = line.replacing("U", with: "'\(us)'")
            #expect(try await pair.theirs.evaluate(text) == answer, "\(text)")
        }
    }

    @Test func callsOfEveryKindAreAnswered() async throws {
        let pair = try await NodePair("conf1", "erl1")
        try await check(
            pair, "conf1@127.0.0.1",
            [
                ("net_kernel:connect_node(U).", "true"), ("rpc:cast(U, erlang, node, []).", "true"),
                (
                    "rpc:call(U, ets, new, [c, [named_table, public]]), rpc:eval_everywhere([U], ets, insert, [c, {k, v}]).",
                    "abcast"
                ),
                // Tables end with the process that made them, and that one ended with the call.
                ("gen_server:call({net_kernel, U}, {is_auth, node()}).", "yes"),
                ("gen_server:multi_call([U], net_kernel, {is_auth, node()}).", "{[{'conf1@127.0.0.1',yes}],[]}"),
                (
                    "R = gen_server:send_request({net_kernel, U}, {is_auth, node()}), gen_server:receive_response(R, 10000).",
                    "{reply,yes}"
                ),
                (
                    "catch gen_server:call({rex, U}, {call, timer, sleep, [100], group_leader()}, 10), timer:sleep(200), flushed.",
                    "flushed"
                ),
                ("net_adm:ping(U).", "pong"), ("rpc:sbcast([U], rex, nonsense).", "{['conf1@127.0.0.1'],[]}"),
                ("rpc:sbcast([U], nobody, x).", "{[],['conf1@127.0.0.1']}"),
                ("rpc:abcast([U], nobody, x).", "abcast"), ("net_adm:ping(U).", "pong"),
                (
                    "{P, M} = spawn_opt(U, timer, sleep, [0], [monitor, {priority, high}]), receive {'DOWN', M, _, P, W} -> W end.",
                    "normal"
                ),
                (
                    "K = spawn_request(U, timer, sleep, [0], [monitor, nonsense]), receive {spawn_reply, K, error, E} -> E end.",
                    "badopt"
                ),
                ("erpc:multicall([U, node()], lists, reverse, [[1]]).", "[{ok,[1]},{ok,[1]}]"),
                ("erpc:receive_response(erpc:send_request(U, lists, reverse, [[2]])).", "[2]"),
                ("rpc:yield(rpc:async_call(U, lists, reverse, [[3]])).", "[3]"),
            ])
        await pair.close()
    }

    @Test func closuresThatArriveAtANodeWithoutLanguageEndWithACleanError() async throws {
        let pair = try await NodePair("conf7", "erl7")
        try await check(
            pair, "conf7@127.0.0.1",
            [
                (
                    "{_, M} = spawn_monitor(U, fun() -> 1 + 1 end), receive {_, M, _, _, {{badfun, F}, []}} -> is_function(F) end.",
                    "true"
                ),
                (
                    "try erpc:call(U, fun() -> 1 end) catch error:{exception, {badfun, _}, _} -> badfun end.", "badfun"
                ),
                ("erpc:call(U, fun erlang:node/0) =:= U.", "true"), ("net_adm:ping(U).", "pong"),
                ("rpc:call(U, net_kernel, set_net_ticktime, [30]).", "change_initiated"),
                ("rpc:call(U, net_kernel, get_net_ticktime, []).", "30"),
                ("rpc:call(U, net_kernel, set_net_ticktime, [30, 5]).", "unchanged"),
            ])
        await pair.close()
    }

    @Test func linksMonitorsAndExitsOfEveryKind() async throws {
        let pair = try await NodePair("conf2", "erl2")
        try await check(
            pair, "conf2@127.0.0.1",
            [
                ("process_flag(trap_exit, true), process_flag(trap_exit, true).", "true"),
                (
                    "A = spawn(U, timer, sleep, [60000]), link(A), unlink(A), link(A), exit(A, bye), receive {'EXIT', A, W} -> W end.",
                    "bye"
                ),
                ("B = spawn_link(U, timer, sleep, [60000]), exit(B, kill), receive {'EXIT', B, W} -> W end.", "killed"),
                ("C = spawn_link(U, erlang, exit, [why]), receive {'EXIT', C, W} -> W end.", "why"),
                (
                    "D = spawn(U, timer, sleep, [60000]), R = monitor(process, D), demonitor(R), exit(D, x), receive {'DOWN', R, _, _, _} -> late after 100 -> none end.",
                    "none"
                ),
                (
                    "E = spawn(U, timer, sleep, [60000]), R = monitor(process, E), exit(E, over), receive {'DOWN', R, _, E, W} -> W end.",
                    "over"
                ),
                (
                    "F = spawn(U, timer, sleep, [60000]), exit(F, normal), is_process_alive(self()), rpc:call(U, erlang, is_process_alive, [F]).",
                    "true"
                ),
                (
                    "G = spawn(U, timer, sleep, [0]), timer:sleep(50), G ! x, link(G), receive {'EXIT', G, W} -> W end.",
                    "noproc"
                ),
                (
                    "H = spawn(U, timer, sleep, [60000]), R = monitor(process, H), erlang:disconnect_node(U), receive {'DOWN', R, _, _, W} -> W end.",
                    "noconnection"
                ),
                ("net_adm:ping(U).", "pong"),
            ])
        await pair.close()
    }

    @Test func termsComeBackAsTheyWent() async throws {
        let pair = try await NodePair("conf3", "erl3")
        let echo = "fun(T) -> rpc:call(U, lists, reverse, [[T]]) =:= [T] end"
        try await check(
            pair, "conf3@127.0.0.1",
            [
                (
                    "F = \(echo), lists:all(F, [self(), make_ref(), fun lists:map/2, fun() -> x end, hd(erlang:ports()), "
                        + "<<1:3>>, 1 bsl 100, -1.5e300, #{a => #{}}, [a | b], \"\", 'ä', <<0:800000>>, {}]).", "true"
                ),
                // More atoms than a header holds, and a list that comes as a string.
                ("F = \(echo), F([list_to_atom(\"atom\" ++ integer_to_list(N)) || N <- lists:seq(1, 5000)]).", "true"),
                ("rpc:call(U, lists, reverse, [\"abc\"]).", "\"cba\""),
                ("byte_size(hd(rpc:call(U, lists, reverse, [[binary:copy(<<7>>, 20000000)]]))).", "20000000"),
            ])
        await pair.close()
    }

    @Test func smallMessagesFlowBesideALargeOne() async throws {
        let pair = try await NodePair("conf6", "erl6")
        try await check(
            pair, "conf6@127.0.0.1",
            [
                ("net_adm:ping(U).", "pong"),
                // 200 MB in fragments, and calls that do not wait for all of it.
                (
                    "S = self(), spawn(fun() -> S ! {large, byte_size(hd(rpc:call(U, lists, reverse, "
                        + "[[binary:copy(<<7>>, 200000000)]])))} end), "
                        + "L = [rpc:call(U, lists, seq, [1, 3]) || _ <- lists:seq(1, 50)], "
                        + "{lists:usort(L), receive {large, N} -> N end}.",
                    "{[[1,2,3]],200000000}"
                ),
                // From many senders at once: their fragments come in turn.
                (
                    "S = self(), [spawn(fun() -> S ! {I, hd(rpc:call(U, lists, reverse, [[binary:copy(<<I>>, 300000)]]))} end) "
                        + "|| I <- lists:seq(1, 20)], "
                        + "lists:all(fun(I) -> receive {I, B} -> B =:= binary:copy(<<I>>, 300000) end end, lists:seq(1, 20)).",
                    "true"
                ),
            ])
        await pair.close()
    }

    @Test func aStoppedPeerIsMissedAndAnIdleOneIsNot() async throws {
        let pair = try await NodePair("conf4", "erl4") { $0.tickTime = 4 }
        try await check(
            pair, "conf4@127.0.0.1",
            [("net_kernel:set_net_ticktime(4, 0).", "change_initiated"), ("net_adm:ping(U).", "pong")])
        // Idle for longer than the tick time: ticks keep it up, at both ends.
        try await Task.sleep(nanoseconds: 6_500_000_000)
        #expect(pair.ours.connectedNodes() == [pair.theirName])
        #expect(try await pair.theirs.evaluate("nodes().") == "['conf4@127.0.0.1']")
        pair.theirs.signal(SIGSTOP)
        let start = ContinuousClock.now
        while !pair.ours.connectedNodes().isEmpty, ContinuousClock.now - start < .seconds(12) {
            try await Task.sleep(nanoseconds: 20_000_000)
        }
        #expect(pair.ours.connectedNodes() == [] && ContinuousClock.now - start < .seconds(6.5))
        pair.theirs.signal(SIGCONT)
        await pair.close()
    }

    @Test func aNodeThatComesBackIsANewOne() async throws {
        let pair = try await NodePair("conf5", "erl5")
        try await check(
            pair, "conf5@127.0.0.1",
            [
                (
                    "P = spawn(U, timer, sleep, [60000]), register(keep, spawn(fun() -> receive {F, get} -> F ! P end end)), net_adm:ping(U).",
                    "pong"
                )
            ])
        await pair.ours.leave()
        var configuration = NodeConfiguration()
        configuration.cookie = "interop"
        configuration.epmdPort = pair.epmd.port
        let again = Node(configuration: configuration)
        again.boot()
        var isUp = false
        for _ in 0..<100 where !isUp {
            isUp = (try? await again.start("conf5@127.0.0.1", longNames: true)) != nil
            if !isUp { try await Task.sleep(nanoseconds: 20_000_000) }
        }
        try await check(
            pair, "conf5@127.0.0.1",
            [
                ("net_adm:ping(U).", "pong"),
                // A pid of the former life is dead, and a message to it does no harm.
                (
                    "keep ! {self(), get}, receive P -> P ! x, R = monitor(process, P), receive {'DOWN', R, _, _, W} -> W end end.",
                    "noproc"
                ),
                ("net_adm:ping(U).", "pong"),
            ])
        await again.leave()
        await pair.close()
    }
}

import Node
import Processes
import Terms
import TestKit
import Testing

/// Supervisors, agents and `sys`, asked from both sides.
@Suite(.serialized, .timeLimit(.minutes(3)), .enabled(if: OTPPeer.isInstalled)) struct ServerTests {
    @Test func erlLooksIntoOurServersAndStopsThem() async throws {
        let pair = try await NodePair("serv1", "erl31")
        for (line, answer) in [
            ("net_adm:ping(U).", "pong"),
            ("element(1, sys:get_state({net_kernel, U})).", "state"),
            ("{status, P, {module, M}, [_, S | _]} = sys:get_status({rex, U}), {node(P), M, S}.", "{U,rpc,running}"),
            ("sys:suspend({net_kernel, U}).", "ok"),
            ("{status, _, _, [_, S | _]} = sys:get_status({net_kernel, U}), S.", "suspended"),
            ("catch gen_server:call({net_kernel, U}, {is_auth, node()}, 100), sys:resume({net_kernel, U}).", "ok"),
            ("net_adm:ping(U).", "pong"), ("sys:log({net_kernel, U}, get).", "{ok,[]}"),
            ("element(1, sys:get_state({global_name_server, U})).", "state"),
            // A server of ours, started from there, with functions that both know.
            (
                "{ok, A} = rpc:call(U, 'Elixir.Agent', start_link, [lists, seq, [1, 3]]), rpc:call(U, erlang, is_process_alive, [A]).",
                "false"
            ),
        ] {
            let text = line.replacing("U", with: "'serv1@127.0.0.1'")
            let given = try await pair.theirs.evaluate(text)
            #expect(given == answer.replacing("U", with: "'serv1@127.0.0.1'"), "\(text)")
        }
        await pair.close()
    }

    @Test func supervisorsAreAskedByNodesOfBothKinds() async throws {
        let pair = try await NodePair("serv2", "erl32")
        let (ours, theirs) = (pair.ours, pair.theirs)
        #expect(try await theirs.evaluate("net_adm:ping('serv2@127.0.0.1').") == "pong")
        // A supervisor of ours with two agents, kept by a process that stays.
        let supervisor = try await withCheckedThrowingContinuation { (started: CheckedContinuation<Term, any Error>) in
            ours.processes.spawn("test", "keeper", groupLeader: ours.userPid) { me in
                func agent(_ id: Atom, _ value: Int) -> Term {
                    let start: Term = .tuple([
                        .atom("Elixir.Agent"), .atom("start_link"),
                        [.atom("lists"), .atom("seq"), [1, .integer(value)], [.tuple([.atom("name"), .atom(id)])]],
                    ])
                    return .map(Map([(.atom("id"), .atom(id)), (.atom("start"), start)]))
                }
                do {
                    let answer = try await ours.functions.call(
                        "Elixir.Supervisor", "start_link",
                        [
                            [agent("five", 5), agent("seven", 7)],
                            [
                                .tuple([.atom("strategy"), .atom("one_for_one")]),
                                .tuple([.atom("name"), .atom("top")]),
                            ],
                        ],
                        on: ours, by: me)
                    started.resume(returning: answer)
                } catch { started.resume(throwing: error) }
                _ = try await me.receiveAny()
            }
        }
        #expect(supervisor.asTuple?[0] == .atom(.ok))
        let print: (Term) -> String = { ErlangPrinter(width: nil).print($0) }
        for (line, answer) in [
            (
                "[{I, node(P), T} || {I, P, T, _} <- supervisor:which_children({top, U})].",
                "[{seven,U,worker},{five,U,worker}]"
            ),
            ("gen_server:call({five, U}, {get, {lists, reverse, []}}).", "[5,4,3,2,1]"),
            ("gen_server:call({five, U}, {update, {lists, reverse, []}}).", "ok"),
            ("sys:get_state({five, U}).", "[5,4,3,2,1]"),
            (
                "exit(rpc:call(U, erlang, whereis, [five]), kill), timer:sleep(50), sys:get_state({five, U}).",
                "[1,2,3,4,5]"
            ),
            ("supervisor:terminate_child({top, U}, five), rpc:call(U, erlang, whereis, [five]).", "undefined"),
            ("proplists:get_value(active, supervisor:count_children({top, U})).", "1"),
            ("element(1, supervisor:restart_child({top, U}, five)).", "ok"),
            ("supervisor:get_childspec({top, U}, none).", "{error,not_found}"),
        ] {
            let text = line.replacing("U", with: "'serv2@127.0.0.1'")
            let given = try await theirs.evaluate(text)
            #expect(given == answer.replacing("U", with: "'serv2@127.0.0.1'"), "\(text)")
        }
        let kernel: [Term] = [.tuple([.atom("kernel_sup"), .atom(pair.theirName)])]
        let asked = try await pair.run { me in
            [
                try await ours.functions.call("supervisor", "which_children", kernel, on: ours, by: me),
                try await ours.functions.call(
                    "sys", "get_state", [.tuple([.atom("kernel_refc"), .atom(pair.theirName)])], on: ours, by: me),
                try await ours.functions.call(
                    "sys", "suspend", [.tuple([.atom("kernel_refc"), .atom(pair.theirName)])], on: ours, by: me),
                try await ours.functions.call(
                    "sys", "resume", [.tuple([.atom("kernel_refc"), .atom(pair.theirName)])], on: ours, by: me),
            ]
        }
        #expect(asked[0].properList?.contains { $0.asTuple?[0] == .atom("net_sup") } == true, "\(print(asked[0]))")
        #expect(asked[2...] == [.atom(.ok), .atom(.ok)], "\(print(asked[1]))")
        await pair.close()
    }
}

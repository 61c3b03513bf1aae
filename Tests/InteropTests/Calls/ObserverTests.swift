import Node
import Processes
import Terms
import TestKit
import Testing

/// What `observer` and `etop` of an OTP node ask of ours. (Both were also run by hand; their windows need a display.)
@Suite(.serialized, .timeLimit(.minutes(3)), .enabled(if: OTPPeer.isInstalled)) struct ObserverTests {
    /// The keys of `observer_backend:sys_info/0` of OTP 25.
    private static let systemKeys = """
        [alloc_info,atom,atom,atom_count,atom_limit,atom_used,binary,code,dist_buf_busy_limit,ets,ets_count,ets_limit,\
        io_input,io_output,kernel_poll,logical_processors,logical_processors_available,logical_processors_online,\
        otp_release,port_count,port_limit,process_count,process_limit,processes,processes_used,run_queue,schedulers,\
        schedulers_available,schedulers_online,smp_support,system,system_architecture,thread_pool_size,threads,total,\
        uptime,version,wordsize_external,wordsize_internal]
        """

    @Test func observerAndEtopGetTheirAnswers() async throws {
        let pair = try await NodePair("seen1", "erl51")
        let keeper = Printed()
        pair.ours.processes.spawn("test", "keeper", groupLeader: pair.ours.userPid) { [ours = pair.ours] me in
            _ = try await ours.functions.call("ets", "new", [.atom("shown"), [.atom("named_table")]], on: ours, by: me)
            for number in 1...2500 {
                _ = try await ours.functions.call(
                    "ets", "insert", [.atom("shown"), .tuple([.integer(number), .atom("row")])], on: ours, by: me)
            }
            keeper.add("ready")
            _ = try await me.receiveAny()
        }
        _ = await keeper.wait(for: "ready")
        for (line, answer) in [
            ("net_adm:ping(U).", "pong"), ("rpc:call(U, observer_backend, vsn, []).", "{ok,\"1.19\"}"),
            (
                "lists:usort([K || {K, _} <- rpc:call(U, observer_backend, sys_info, [])]) =:= lists:usort(\(Self.systemKeys)).",
                "true"
            ),
            (
                "rpc:call(U, observer_backend, etop_collect, [self()]), receive {P, E} when is_pid(P) -> {element(1, E), tuple_size(E), [element(1, I) || I <- element(9, E), element(5, I) =:= rex]} end.",
                "{etop_info,9,[etop_proc_info]}"
            ),
            (
                "rpc:call(U, observer_backend, procs_info, [self()]), receive {procs_info, P, L} when is_pid(P) -> length([I || I <- L, element(5, I) =:= net_kernel]) end.",
                "1"
            ),
            (
                "[[T]] = [[proplists:get_value(K, T) || K <- [size]] || T <- rpc:call(U, observer_backend, get_table_list, [ets, []]), proplists:get_value(name, T) =:= shown], T.",
                "2500"
            ),
            (
                "T = rpc:call(U, observer_backend, get_table, [self(), shown, ets]), G = fun G(N) -> receive {T, '$end_of_table'} -> N; {T, R} -> G(N + length(R)) end end, G(0).",
                "2500"
            ),
            (
                "F = spawn(U, observer_backend, fetch_stats, [self(), 20]), receive {stats, 1, W, {{input, _}, {output, _}}, M} -> F ! stop, {length(W) > 0, proplists:get_value(total, M) > 0} end.",
                "{true,true}"
            ),
            (
                "{ok, A} = rpc:call(U, appmon_info, start_link2, [self(), self(), []]), gen_server:cast(A, {self(), app_ctrl, node(), true, []}), receive {delivery, A, app_ctrl, _, L} -> L end.",
                "[]"
            ),
            ("tuple_size(rpc:call(U, erlang, statistics, [wall_clock])).", "2"),
            ("{badrpc, {'EXIT', {badarg, _}}} = rpc:call(U, erlang, statistics, [nonsense]), ok.", "ok"),
            ("rpc:call(U, erlang, memory, [total]) > 1000000.", "true"),
            (
                "[K || {K, _} <- rpc:call(U, erlang, process_info, [rpc:call(U, erlang, whereis, [rex]), [status, links, memory, current_stacktrace, reductions]])].",
                "[status,links,memory,current_stacktrace,reductions]"
            ),
        ] {
            let given = try await pair.theirs.evaluate(line.replacing("U", with: "'seen1@127.0.0.1'"))
            #expect(given == answer, "\(line)")
        }
        await pair.close()
    }
}

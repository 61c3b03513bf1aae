import Glibc
import TestKit
import Testing

/// Behaviours of evaluated modules: scripts whose lines that begin with a bar are the same in Elixir and Erlang.
@Suite(.timeLimit(.minutes(5))) struct BehaviourTests {
    private static let folder = #filePath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/Scripts/"

    private func bars(_ text: String) -> [String] {
        text.split(separator: "\n").filter { $0.hasPrefix("| ") }.map(String.init)
    }

    private func run(_ program: String, _ arguments: [String], within seconds: Double = 60) async throws -> String {
        let process = try ChildProcess(program, arguments, environment: Beamsh.environment())
        process.closeInput()
        _ = try await process.waitForExit(within: seconds)
        return process.output
    }

    @Test(
        .enabled(if: OTPPeer.isInstalled),
        arguments: ["gen_server.exs", "supervisors.exs", "tasks.exs", "agents.exs", "processes.exs"])
    func aScriptPrintsWhatElixirPrints(name: String) async throws {
        let script = Self.folder + name
        let expected = bars(try await run("elixir", [script]))
        let output = try await run(Beamsh.path, ["--syntax", "elixir", "--keep-going", script])
        #expect(expected.count > 40)
        #expect(bars(output) == expected, "\(output)")
    }

    @Test(.enabled(if: OTPPeer.isInstalled)) func anErlangModuleDoesWhatItDoesInErl() async throws {
        let module = Self.folder + "behaviours.erl"
        let load = "{ok, M, B} = compile:file(\"\(module)\", [binary]), code:load_binary(M, \"\", B), "
        let expected = bars(try await run("erl", ["-noshell", "-eval", load + "behaviours:run(), init:stop()."]))
        let output = try await run(Beamsh.path, ["-c", "c(\"\(module)\").", "-c", "behaviours:run()."])
        #expect(expected.count > 70)
        #expect(bars(output) == expected, "\(output)")
    }

    // MARK: Servers here, called from elsewhere

    private func stay(_ name: String, port: Int, _ lines: String...) async throws -> ChildProcess {
        let process = try ChildProcess(
            Beamsh.path,
            ["--name", "\(name)@127.0.0.1", "--cookie", "c", "--no-halt"]
                + (lines + ["node self"]).flatMap { ["-c", $0] },
            environment: Beamsh.environment(port: port))
        process.closeInput()
        try await process.waitFor(text: "\(name)@127.0.0.1")
        return process
    }

    @Test(.enabled(if: OTPPeer.isInstalled)) func erlCallsAServerOfAModuleHere() async throws {
        let epmd = try await OTPEpmd()
        let store = Self.folder + "../../../examples/kv_store.ex"
        let beamsh = try await stay(
            "a", port: epmd.port, "c(\"\(store)\")", "KvStore.MapServer.start()", "KvStore.MapServer.put(:a, 5)")
        let erl = try await OTPPeer("b@127.0.0.1", cookie: "c", epmdPort: epmd.port)
        let server = "{'Elixir.KvStore.MapServer', 'a@127.0.0.1'}"
        for (line, answer) in [
            ("gen_server:call(\(server), {get, a}).", "5"), ("gen_server:call(\(server), {put, b, [1]}).", "ok"),
            ("sys:get_state(\(server)).", "#{a => 5,b => [1]}"), ("gen_server:cast(\(server), nothing).", "ok"),
            ("catch gen_server:call(\(server), {get, b}, 2000), ok.", "ok"),
            ("element(1, gen_server:multi_call(['a@127.0.0.1'], nobody, get)).", "[]"),
        ] { #expect(try await erl.evaluate(line) == answer, "\(line)") }
        // The cast had no clause: the server has ended.
        let gone = try await erl.evaluate("rpc:call('a@127.0.0.1', erlang, whereis, ['Elixir.KvStore.MapServer']).")
        #expect(gone == "undefined")
        beamsh.kill()
        erl.kill()
        epmd.kill()
    }

    @Test func theNameServerOfTheExamples() async throws {
        let folder = Self.folder + "../../../examples/"
        let run = try await Beamsh.run([
            "-c", "c(\"\(folder)kvs.erl\").", "-c", "kvs:start().", "-c", "kvs:store(weather, fine).", "-c",
            "kvs:lookup(weather).", "-c", "kvs:lookup(snow).", "-c", "c(\"\(folder)dist_demo.erl\").", "-c",
            "Pid = dist_demo:start(node()).", "-c", "dist_demo:rpc(Pid, lists, reverse, [[1, 2]]).",
        ])
        #expect(run.code == 0)
        #expect(run.output.contains("true\ntrue\n{ok,fine}\nundefined\n"), "\(run.output)")
        #expect(run.lines.last == "[2,1]", "\(run.output)")
    }

    @Test func threeNodesKeepTheSameValues() async throws {
        // The script names its module from the top of the package, where tests run.
        let run = try await Beamsh.run(["--sname", "shell", "--cookie", "c", "examples/kv_cluster.exs"], within: 60)
        #expect(run.code == 0, "\(run.output)")
        #expect(run.lines.filter { $0 == "5" }.count == 2, "\(run.output)")
        #expect(run.output.contains(": 7, kv2"), "\(run.output)")
    }
}

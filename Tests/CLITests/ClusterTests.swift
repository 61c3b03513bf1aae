import Glibc
import TestKit
import Testing

/// The built binary beside real nodes: what users type, and what the other node sees.
@Suite(.serialized, .timeLimit(.minutes(3)), .enabled(if: OTPPeer.isInstalled)) struct ClusterTests {
    private func options(_ name: String) -> [String] { ["--name", "\(name)@127.0.0.1", "--cookie", "c"] }

    private func commands(_ lines: String...) -> [String] { lines.flatMap { ["-c", $0] } }

    /// A beamsh that stays up as a node; returns when it is one.
    private func stay(_ name: String, port: Int, _ lines: String...) async throws -> ChildProcess {
        let process = try ChildProcess(
            Beamsh.path, options(name) + ["--no-halt"] + (lines + ["node self"]).flatMap { ["-c", $0] },
            environment: Beamsh.environment(port: port))
        process.closeInput()
        try await process.waitFor(text: "\(name)@127.0.0.1")
        return process
    }

    @Test func aSessionWithErl() async throws {
        let epmd = try await OTPEpmd()
        let erl = try await OTPPeer("b@127.0.0.1", cookie: "c", epmdPort: epmd.port)
        let run = try await Beamsh.run(
            options("a")
                + commands(
                    "node ping b@127.0.0.1", "node connect b@127.0.0.1", "node list",
                    "rpc call b@127.0.0.1 erlang node",
                    "rpc call b@127.0.0.1 lists reverse [1,2,3]", "rpc multicall erlang node", "store new t",
                    "store put t 1 \"x\"", "store get t 1", "store tab2list t", "node disconnect b@127.0.0.1",
                    "Node.ping(:\"b@127.0.0.1\")", ":rpc.call(:\"b@127.0.0.1\", :lists, :seq, [1, 3])",
                    "rpc:call('b@127.0.0.1', erlang, node, []).", "erpc:call('b@127.0.0.1', erlang, node, []).",
                    "system_info"),
            port: epmd.port)
        #expect(run.code == 0, "\(run.output)")
        for text in [
            "pong", "b@127.0.0.1", "[3, 2, 1]", "a@127.0.0.1", "\"x\"", "[{1, \"x\"}]", ":pong", "[1, 2, 3]",
            "'b@127.0.0.1'",
        ] { #expect(run.output.contains(text), "\(text) in \(run.output)") }
        erl.kill()
        epmd.kill()
    }

    @Test func erlUsesABeamshNode() async throws {
        let epmd = try await OTPEpmd()
        let beamsh = try await stay("a", port: epmd.port, "store new t", "store put t 1 \"x\"")
        let erl = try await OTPPeer("b@127.0.0.1", cookie: "c", epmdPort: epmd.port)
        let us = "'a@127.0.0.1'"
        for (line, answer) in [
            ("net_adm:ping(\(us)).", "pong"), ("nodes().", "[\(us)]"), ("rpc:call(\(us), erlang, node, []).", us),
            ("rpc:call(\(us), ets, tab2list, [t]).", "[{1,<<\"x\">>}]"),
            ("rpc:call(\(us), nomod, f, [1]).", "{badrpc,{'EXIT',{undef,[{nomod,f,[1],[]}]}}}"),
            ("rpc:call(node(), nomod, f, [1]).", "{badrpc,{'EXIT',{undef,[{nomod,f,[1],[]}]}}}"),
            ("rpc:call(\(us), ets, insert, [t, {2, y}]).", "true"),
            ("lists:sort(rpc:call(\(us), ets, tab2list, [t])).", "[{1,<<\"x\">>},{2,y}]"),
            ("erpc:call(\(us), lists, seq, [1, 3]).", "[1,2,3]"),
            ("lists:sort(element(1, rpc:multicall(erlang, node, []))).", "[\(us),'b@127.0.0.1']"),
            ("global:set_lock({x, self()}), global:del_lock({x, self()}).", "true"),
        ] { #expect(try await erl.evaluate(line) == answer, "\(line)") }
        beamsh.signal(SIGTERM)
        #expect(try await beamsh.waitForExit() == 0)
        for _ in 0..<500 where try await erl.evaluate("nodes().") != "[]" {
            try await Task.sleep(nanoseconds: 10_000_000)
        }
        #expect(try await erl.evaluate("nodes().") == "[]")
        erl.kill()
        epmd.kill()
    }

    @Test(.enabled(if: ChildProcess.find("elixir") != nil, "elixir is not installed"))
    func elixirUsesABeamshNode() async throws {
        let epmd = try await OTPEpmd()
        let beamsh = try await stay("a", port: epmd.port)
        let code = """
            n = :"a@127.0.0.1"
            IO.inspect({Node.ping(n), Node.list(), :rpc.call(n, Node, :self, []), :erpc.call(n, :lists, :seq, [1, 2])})
            """
        let elixir = try ChildProcess(
            "elixir", ["--name", "e@127.0.0.1", "--cookie", "c", "-e", code],
            environment: ["ERL_EPMD_PORT": String(epmd.port)])
        #expect(try await elixir.waitForExit() == 0)
        #expect(elixir.output == "{:pong, [:\"a@127.0.0.1\"], :\"a@127.0.0.1\", [1, 2]}\n")
        beamsh.kill()
        epmd.kill()
    }

    @Test func connectionsThatFailSayWhyAndExitWith4() async throws {
        let epmd = try await OTPEpmd()
        let erl = try await OTPPeer("b@127.0.0.1", cookie: "other", epmdPort: epmd.port)
        for (line, code, text) in [
            ("node connect b@127.0.0.1", Int32(4), "cookie"), ("node connect nobody@127.0.0.1", 4, "not registered"),
            ("node connect x@no.such.host.invalid", 4, "not known"), ("node connect bad@name@x", 2, "node name"),
        ] {
            let run = try await Beamsh.run(options("a") + ["-c", line], port: epmd.port)
            #expect(run.code == code && run.output.contains(text), "\(run.output)")
            #expect(run.lines.filter { $0.contains("error:") }.count == 1, "\(run.output)")
        }
        let taken = try await Beamsh.run(options("b") + ["-c", "node self"], port: epmd.port)
        #expect(taken.code == 3 && taken.output.contains("in use"), "\(taken.output)")
        erl.kill()
        epmd.kill()
    }

    @Test func withoutEpmdTheFirstNodeLeavesOneBehind() async throws {
        let port = FreePort.next()
        let one = try await stay("one", port: port)
        let two = try await Beamsh.run(
            options("two") + commands("node ping one@127.0.0.1", "node list"), port: port)
        #expect(two.lines == ["pong", "one@127.0.0.1"] && two.code == 0, "\(two.output)")
        let names = try ChildProcess("epmd", ["-port", String(port), "-names"])
        try await names.waitFor(text: "name one at port")
        let erl = try await OTPPeer("three@127.0.0.1", cookie: "c", epmdPort: port)
        #expect(try await erl.evaluate("net_adm:ping('one@127.0.0.1').") == "pong")
        #expect(
            try await erl.evaluate("{ok, Names} = net_adm:names(), lists:sort([N || {N, _} <- Names]).")
                == "[\"one\",\"three\"]")
        // The shell that started it goes, it stays.
        one.kill()
        _ = try await one.waitForExit()
        #expect(FreePort.isAnswered(port))
        erl.kill()
        for _ in 0..<100 where FreePort.isAnswered(port) {
            let kill = try ChildProcess("epmd", ["-port", String(port), "-kill"])
            _ = try await kill.waitForExit()
        }
        #expect(!FreePort.isAnswered(port))
    }

    @Test func withoutEpmdPortsFollowFromNames() async throws {
        let number = 20_000 + Int(getpid()) % 10_000
        let one = try ChildProcess(
            Beamsh.path, options("n\(number)") + ["--no-epmd", "--no-halt", "-c", "node self"],
            environment: Beamsh.environment())
        one.closeInput()
        try await one.waitFor(text: "n\(number)@127.0.0.1")
        let two = try await Beamsh.run(
            options("m\(number + 1)") + ["--no-epmd"] + commands("node ping n\(number)@127.0.0.1"))
        #expect(two.output == "pong\n" && two.code == 0, "\(two.output)")
        one.kill()
    }

    @Test func anEpmdThatIsNoneIsToldAndHangsNothing() async throws {
        // A server that accepts and says nothing: a listening socket nobody accepts from.
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { raw in
            raw.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) == 0 && listen(socket, 5) == 0 && getsockname(socket, $0, &size) == 0
            }
        }
        try #require(isListening)
        let run = try await Beamsh.run(
            options("a") + ["--timeout", "300ms", "-c", "node self"], port: Int(UInt16(bigEndian: address.sin_port)))
        #expect(run.code == 3 && run.output.contains("did not answer in time"), "\(run.output)")
    }

    @Test func theExampleOfTheTeacherRuns() async throws {
        let example =
            #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/examples/first-cluster.bsh"
        let run = try await Beamsh.run(["--cookie", "c", example], port: FreePort.next())
        #expect(run.code == 0, "\(run.output)")
        for text in ["nonode@nohost", "teacher@", "student1@", "student2@", "pong", "[3, 2, 1]", "[plum: 7]"] {
            #expect(run.output.contains(text), "\(text) in \(run.output)")
        }
    }
}

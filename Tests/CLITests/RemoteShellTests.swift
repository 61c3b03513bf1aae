import Glibc
import TestKit
import Testing

/// Shells on other nodes, both ways: leaving never stops the other node (`wire.md` 8, items 61 to 64).
@Suite(.serialized, .timeLimit(.minutes(3)), .enabled(if: OTPPeer.isInstalled)) struct RemoteShellTests {
    private func terminal(_ program: String, _ arguments: [String], port: Int) throws -> PtyProcess {
        var environment = Beamsh.environment(port: port)
        environment["PATH"] = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        return try PtyProcess(
            ChildProcess.find(program) ?? program, arguments: arguments, environment: environment, columns: 100)
    }

    private func stay(_ name: String, port: Int) async throws -> ChildProcess {
        let process = try ChildProcess(
            Beamsh.path, ["--name", name, "--cookie", "c", "--no-halt", "-c", "node self"],
            environment: Beamsh.environment(port: port))
        process.closeInput()
        try await process.waitFor(text: name)
        return process
    }

    @Test func erlOpensABeamshPrompt() async throws {
        let epmd = try await OTPEpmd()
        let beamsh = try await stay("a@127.0.0.1", port: epmd.port)
        let shell = try terminal(
            "erl", ["-name", "b@127.0.0.1", "-setcookie", "c", "-remsh", "a@127.0.0.1"], port: epmd.port)
        try await shell.waitForCursorLine("a@127.0.0.1(1)>")
        shell.enter("node().")
        try await shell.waitForCursorLine("a@127.0.0.1(2)>")
        try await shell.waitFor("'a@127.0.0.1'")
        shell.enter("lists:reverse([1,")
        try await shell.waitForCursorLine("...>")
        shell.enter("2]).")
        try await shell.waitFor("[2,1]")
        shell.enter("io:format(\"pri~w~n\", [nted]).")
        try await shell.waitFor("printed")
        shell.enter("node list")
        try await shell.waitForCursorLine("a@127.0.0.1(5)>")
        shell.enter("q().")
        try await shell.waitFor("Shell process terminated")
        await shell.kill()
        // The node that was visited goes on.
        let after = try await Beamsh.run(
            ["--name", "z@127.0.0.1", "--cookie", "c", "-c", "node ping a@127.0.0.1"], port: epmd.port)
        #expect(after.output == "pong\n", "\(after.output)")
        beamsh.kill()
        epmd.kill()
    }

    @Test(.enabled(if: ChildProcess.find("iex") != nil, "iex is not installed"))
    func iexOpensABeamshPrompt() async throws {
        let epmd = try await OTPEpmd()
        let beamsh = try await stay("a@127.0.0.1", port: epmd.port)
        let shell = try terminal(
            "iex", ["--name", "b@127.0.0.1", "--cookie", "c", "--remsh", "a@127.0.0.1"], port: epmd.port)
        try await shell.waitForCursorLine("a@127.0.0.1(1)>")
        shell.enter("{Node.self(), 1}")
        try await shell.waitFor("{:\"a@127.0.0.1\", 1}")
        await shell.kill()
        beamsh.kill()
        epmd.kill()
    }

    @Test func theShellOfErlAtOurPrompt() async throws {
        let epmd = try await OTPEpmd()
        let erl = try await OTPPeer("b@127.0.0.1", cookie: "c", epmdPort: epmd.port)
        let prompt = try terminal(Beamsh.path, ["--name", "a@127.0.0.1", "--cookie", "c"], port: epmd.port)
        try await prompt.waitForCursorLine("a@127.0.0.1(1)>")
        prompt.enter("remote b@127.0.0.1")
        try await prompt.waitForCursorLine("(b@127.0.0.1)1>")
        prompt.enter("X = node(),")
        prompt.enter("{X, 1}.")
        try await prompt.waitFor("{'b@127.0.0.1',1}")
        // TAB asks the completer there.
        try await prompt.waitForCursorLine("(b@127.0.0.1)2>")
        prompt.type("lists:revers\t")
        try await prompt.waitForCursorLine("(b@127.0.0.1)2> lists:reverse(")
        prompt.enter("[1,2]).")
        try await prompt.waitFor("[2,1]")
        prompt.enter("io:get_line(\"name? \").")
        try await prompt.waitForCursorLine("name?")
        prompt.enter("joe")
        try await prompt.waitFor("\"joe\\n\"")
        prompt.enter("io:format(\"going~n\"), timer:sleep(100000).")
        try await prompt.waitFor("a line that runs") { $0.lines.contains("going") }
        prompt.press(.controlC)
        try await prompt.waitFor("exception exit: killed")
        try await prompt.waitFor("the prompt") { $0.cursorLine.hasPrefix("(b@") }
        prompt.enter("X.")
        try await prompt.waitForCursorLine("(b@127.0.0.1)6>")
        prompt.press(.controlD)
        try await prompt.waitForCursorLine("a@127.0.0.1(2)>")
        prompt.enter("exit")
        _ = try await prompt.waitForExit()
        #expect(try await erl.evaluate("alive.") == "alive")
        erl.kill()
        epmd.kill()
    }

    @Test(.enabled(if: ChildProcess.find("elixir") != nil, "elixir is not installed"))
    func theShellOfIexAtOurPromptAndInAPipe() async throws {
        let epmd = try await OTPEpmd()
        let elixir = try ChildProcess(
            "elixir", ["--name", "x@127.0.0.1", "--cookie", "c", "--no-halt", "-e", "IO.puts(:ready)"],
            environment: ["ERL_EPMD_PORT": String(epmd.port)])
        try await elixir.waitFor(text: "ready")
        let shell = try terminal(Beamsh.path, ["--cookie", "c", "--remsh", "x@127.0.0.1"], port: epmd.port)
        try await shell.waitForCursorLine("iex(x@127.0.0.1)1>")
        shell.enter("[Node.self(),")
        shell.enter("1]")
        try await shell.waitFor("[:\"x@127.0.0.1\", 1]")
        try await shell.waitForCursorLine("iex(x@127.0.0.1)2>")
        shell.type("Enum.count_un\t")
        try await shell.waitForCursorLine("iex(x@127.0.0.1)2> Enum.count_until")
        shell.enter("([1, 2, 3], 2)")
        try await shell.waitForCursorLine("iex(x@127.0.0.1)3>")
        shell.press(.controlD)
        #expect(try await shell.waitForExit() == .code(0))
        let piped = try await Beamsh.run(
            ["--cookie", "c", "--remsh", "x@127.0.0.1"], input: "x = 6 * 7\nIO.puts(\"x is #{x}\")\n", port: epmd.port)
        #expect(
            piped.code == 0 && piped.output.contains("42\n") && piped.output.contains("x is 42\n"), "\(piped.output)")
        let away = try await Beamsh.run(["--cookie", "c", "--remsh", "no@127.0.0.1"], port: epmd.port)
        #expect(away.code == 4 && away.output.contains("not registered"), "\(away.output)")
        elixir.kill()
        epmd.kill()
    }
}

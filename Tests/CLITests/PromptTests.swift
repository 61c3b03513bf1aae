import Glibc
import TestKit
import Testing

/// The prompt in a terminal.
@Suite(.timeLimit(.minutes(3))) struct PromptTests {
    private func start(_ arguments: [String] = [], port: Int = FreePort.next()) throws -> PtyProcess {
        try PtyProcess(Beamsh.path, arguments: arguments, environment: Beamsh.environment(port: port), columns: 100)
    }

    @Test func linesRunAndErrorsPointAtTheirPlace() async throws {
        let shell = try start()
        try await shell.waitForCursorLine("beamsh(1)>")
        shell.enter("node self")
        try await shell.waitForCursorLine("beamsh(2)>")
        shell.enter("nod list")
        try await shell.waitFor("did you mean node?")
        shell.enter("x = {1, \"a\"}")
        try await shell.waitFor("{1, \"a\"}")
        shell.enter("element(1, {ok, 2}).")
        try await shell.waitFor("ok")
        shell.enter("1 + a.")
        try await shell.waitFor("an error occurred when evaluating an arithmetic expression")
        shell.press(.controlD)
        #expect(try await shell.waitForExit() == .code(0))
    }

    @Test func rowsThatAreNotCompleteGoOn() async throws {
        let shell = try start()
        try await shell.waitForCursorLine("beamsh(1)>")
        shell.enter("[1,")
        shell.enter("2]")
        try await shell.waitFor("[1, 2]")
        shell.enter("lists:reverse([a,")
        shell.enter("b]).")
        try await shell.waitFor("[b,a]")
        await shell.kill()
    }

    @Test func controlCCancelsTheLineAndTheCall() async throws {
        let shell = try start()
        try await shell.waitForCursorLine("beamsh(1)>")
        shell.type("node se")
        try await shell.waitForCursorLine("beamsh(1)> node se")
        shell.press(.controlC)
        try await shell.waitForCursorLine("beamsh(1)>")
        shell.enter("timer:sleep(100000).")
        try await shell.waitFor("a line that runs") { !$0.cursorLine.hasPrefix("beamsh(") }
        shell.press(.controlC)
        try await shell.waitFor("interrupted", seconds: 3)
        shell.enter("node self")
        try await shell.waitFor("nonode@nohost")
        await shell.kill()
    }

    @Test func whatRunsAsksAtTheSameTerminal() async throws {
        let shell = try start()
        try await shell.waitForCursorLine("beamsh(1)>")
        shell.enter("IO.gets(\"what is your name? \")")
        try await shell.waitForCursorLine("what is your name?")
        shell.enter("ada")
        try await shell.waitFor("\"ada\\n\"")
        try await shell.waitForCursorLine("beamsh(2)>")
        shell.enter("io:put_chars(\"password: \"), io:get_password().")
        try await shell.waitForCursorLine("password:")
        shell.enter("swordfish")
        try await shell.waitForCursorLine("beamsh(3)>")
        // The answer shows it; what was typed was not.
        let shown = shell.screen.lines.filter { $0.contains("swordfish") }
        #expect(shown == ["\"swordfish\""])
        // A process in the background has its turn, at the latest when the line that is being typed is done.
        shell.enter("spawn(:io, :get_line, [\"from behind? \"])")
        try await shell.waitFor("a prompt") {
            $0.cursorLine.hasPrefix("from behind?") || $0.cursorLine.hasPrefix("beamsh(4)>")
        }
        if shell.screen.cursorLine.hasPrefix("beamsh") { shell.enter("node self") }
        try await shell.waitForCursorLine("from behind?")
        shell.enter("yes")
        try await shell.waitFor("the prompt") { $0.cursorLine.hasPrefix("beamsh(") }
        // Ctrl-C gives the question up, and what asked it.
        shell.enter("IO.gets(\"and now? \")")
        try await shell.waitForCursorLine("and now?")
        shell.press(.controlC)
        try await shell.waitFor("the prompt") { $0.cursorLine.hasPrefix("beamsh(") }
        shell.enter("node self")
        try await shell.waitFor("nonode@nohost")
        await shell.kill()
    }

    @Test func tabCompletesCommands() async throws {
        let shell = try start()
        try await shell.waitForCursorLine("beamsh(1)>")
        shell.type("system_i\t")
        try await shell.waitForCursorLine("beamsh(1)> system_info")
        await shell.kill()
    }

    @Test func nodesThatComeAndGoAreToldAboveThePrompt() async throws {
        let port = FreePort.next()
        let shell = try start(["--name", "a@127.0.0.1", "--cookie", "c"], port: port)
        try await shell.waitForCursorLine("a@127.0.0.1(1)>")
        shell.type("node li")
        let other = try await Beamsh.run(
            ["--name", "b@127.0.0.1", "--cookie", "c", "-c", "node ping a@127.0.0.1"], port: port)
        #expect(other.output == "pong\n", "\(other.output)")
        try await shell.waitFor("b@127.0.0.1 up")
        try await shell.waitFor("b@127.0.0.1 down")
        try await shell.waitForCursorLine("a@127.0.0.1(1)> node li")
        shell.enter("st")
        try await shell.waitForCursorLine("a@127.0.0.1(2)>")
        shell.enter("exit 3")
        #expect(try await shell.waitForExit() == .code(3))
        let kill = try ChildProcess("epmd", ["-port", String(port), "-kill"])
        _ = try await kill.waitForExit()
    }
}

import Glibc
import TestKit
import Testing

@Suite(.timeLimit(.minutes(3))) struct ScriptTests {
    @Test func linesOfTheCommandLineRunInOrder() async throws {
        let run = try await Beamsh.run([
            "-c", "node self", "-c", "store new t", "-c", "store put t 1 \"x\"", "-c", "store get t 1", "-c",
            "store tab2list t", "-c", "store get t 2", "-c", "Node.self()", "-c", "node().",
        ])
        #expect(run.lines == ["nonode@nohost", "\"x\"", "[{1, \"x\"}]", "nil", ":nonode@nohost", "nonode@nohost"])
        #expect(run.code == 0)
    }

    @Test func variablesAreForgottenInFrontOfOtherExpressions() async throws {
        let run = try await Beamsh.run([], input: "X = 1.\nf(X), X = 2.\nf(), X = 3, Y = 4.\nX + Y.\nf(Y).\nY.\n")
        #expect(run.lines.prefix(5) == ["1", "2", "4", "7", "ok"])
        #expect(run.output.contains("variable 'Y' is unbound"))
    }

    @Test func standardInputIsAScriptThatStopsAtItsFirstError() async throws {
        let run = try await Beamsh.run(["--json"], input: "node self\nnosuch\nnode self\n")
        #expect(run.lines.count == 2 && run.code == 2)
        #expect(run.lines.first == "{\"result\":\"nonode@nohost\"}")
        #expect(run.lines.last?.contains("\"line\":2") == true && run.lines.last?.hasPrefix("{\"error\":") == true)
        let all = try await Beamsh.run(["--json", "--keep-going"], input: "node self\nnosuch\nnode self\n")
        #expect(all.lines.count == 3 && all.code == 2)
    }

    @Test(arguments: [
        ("nod list", 2, "did you mean node?"), ("zzz", 2, "unknown command zzz"),
        ("node conect x", 2, "did you mean node connect?"), ("node ping", 2, "usage: node ping N"),
        ("node self too", 2, "too many arguments"), ("node connect bad@name@x", 2, "node name"),
        ("store put t 1 \"x", 2, "unfinished quote"), ("store put t 1 2", 1, "store new t"),
        ("store get t [1,", 2, "not closed"), ("process info nobody", 1, "no process is registered"),
        ("nomod:f(1).", 1, "no module nomod"), ("lists:revers([1]).", 1, "did you mean lists:reverse?"),
        ("1 + a.", 1, "an error occurred when evaluating an arithmetic expression"), ("foo(", 2, "incomplete"),
        ("{1, 2} = 3", 1, "(MatchError) no match of right hand side value: 3"),
        ("X.", 2, "variable 'X' is unbound"), ("defmacro a, do: 1", 2, "macros are not supported: defmacro at line 1"),
        ("rpc call x@y erlang node", 4, "no name yet"), ("system_info nokey", 1, "the keys are"),
        ("set syntax klingon", 2, "auto, elixir and erlang"), ("store new t heap", 2, "not one of"),
    ])
    func aBadLineSaysWhatIsWrongInOneLine(line: String, code: Int32, text: String) async throws {
        let run = try await Beamsh.run(["-c", line])
        #expect(run.code == code, "\(run.output)")
        #expect(run.output.contains(text), "\(run.output)")
        #expect(run.lines.filter { $0.contains("error:") || $0.hasPrefix("** (") }.count == 1, "\(run.output)")
    }

    @Test func scriptErrorsNameFileLineAndPlace() async throws {
        let path = Beamsh.home() + "/s.bsh"
        let file = fopen(path, "w")
        fputs("# a comment\nnode self\n\nstore put\n", file)
        fclose(file)
        let run = try await Beamsh.run([path])
        #expect(run.code == 2)
        #expect(run.output.contains("\(path):4:10: error: store put needs 3 arguments"))
        let missing = try await Beamsh.run(["/no/such/file"])
        #expect(missing.code == 2 && missing.output.contains("cannot read /no/such/file"))
    }

    @Test func withoutTLSTheNodeDoesNotStart() async throws {
        let run = try await Beamsh.run(["--dist-tls", "/no/such/file", "-c", "node self"])
        #expect(run.code == 3 && run.lines.count == 1)
        #if TLS
        #expect(run.output.contains("/no/such/file: cannot read it: No such file or directory"))
        #else
        #expect(run.output.contains("this build has no TLS") && run.output.contains("swift build --traits TLS"))
        #endif
    }

    @Test func rowsThatAreNotCompleteContinue() async throws {
        let run = try await Beamsh.run(
            [], input: "x = {1,\n  2}\nx\nlists:reverse([1,\n2]).\n[1, 2]\n|> :lists.reverse()\n")
        #expect(run.lines == ["{1, 2}", "{1, 2}", "[2,1]", "[1, 2]", "[2, 1]"])
    }

    @Test func pastedPromptsAreStripped() async throws {
        let run = try await Beamsh.run(
            [], input: "iex(a@host)1> Node.list()\n(a@host)2> nodes().\n1> node().\niex(3)> x = 1\n")
        #expect(run.lines == ["[]", "[]", "nonode@nohost", "1"] && run.code == 0)
    }

    @Test func helpGoesToStandardOutputAndBadOptionsAreUsage() async throws {
        let help = try await Beamsh.run(["--help"])
        #expect(help.code == 0 && help.output.contains("--sname"))
        let bad = try await Beamsh.run(["--nosuch"])
        #expect(bad.code == 2)
        #expect(try await Beamsh.run(["--timeout", "soon", "-c", "node self"]).code == 2)
        #expect(try await Beamsh.run(["-c", "help", "-c", "help node", "-c", "help ets"]).code == 0)
    }

    @Test func formatsOfOutput() async throws {
        let lines = ["-c", "{:ok, \"a b\", [1, 2.5], nil}", "-c", "%{a: 1}"]
        #expect(
            try await Beamsh.run(["--json"] + lines).lines == [
                "{\"result\":[\"ok\",\"a b\",[1,2.5],null]}", "{\"result\":{\"a\":1}}",
            ])
        #expect(try await Beamsh.run(["--raw", "-c", "\"a b\"", "-c", ":ok"]).lines == ["a b", "ok"])
        let csv = try await Beamsh.run(["--csv", "-c", "[{1, \"a,b\"}, {2, :c}]"])
        #expect(csv.lines == ["1,\"a,b\"", "2,c"])
    }

    @Test func exitCodesAreAContract() async throws {
        #expect(try await Beamsh.run(["-c", "exit 7", "-c", "node self"]).code == 7)
        #expect(try await Beamsh.run(["-c", "System.halt()"]).code == 0)
        #expect(try await Beamsh.run(["-c", "halt(3)."]).code == 3)
        #expect(try await Beamsh.run(["--sname", "a b", "--cookie", "c", "-c", "node self"]).code == 3)
    }

    @Test func aCookieFileThatOthersMayReadIsRefused() async throws {
        let environment = Beamsh.environment()
        let path = (environment["HOME"] ?? "") + "/.erlang.cookie"
        let file = fopen(path, "w")
        fputs("secret\n", file)
        fclose(file)
        chmod(path, 0o644)
        let process = try ChildProcess(Beamsh.path, ["--sname", "a", "-c", "node self"], environment: environment)
        process.closeInput()
        #expect(try await process.waitForExit() == 3)
        #expect(process.output.contains("must be accessible by owner only"))
    }

    @Test func ctrlCEndsAScriptWith130() async throws {
        let process = try ChildProcess(
            Beamsh.path, ["-c", "node self", "-c", "timer:sleep(100000)."],
            environment: Beamsh.environment())
        try await process.waitFor(text: "nonode@nohost")
        process.signal(SIGINT)
        #expect(try await process.waitForExit(within: 3) == 130)
    }

    @Test func aReaderThatGoesAwayEndsItQuietly() async throws {
        let process = try ChildProcess(
            "sh", ["-c", "\(Beamsh.path) --help | head -1; echo done"], environment: Beamsh.environment())
        #expect(try await process.waitForExit() == 0)
        #expect(process.output.split(separator: "\n").count == 2 && !process.output.contains("rror"))
    }

    @Test func aScriptOnStandardInputIsReadByWhatItRunsToo() async throws {
        let outcome = try await Beamsh.run([], input: "IO.gets(\"name? \")\nada\nio:get_line(\"\").\n[not, a, line].\n")
        #expect(outcome.output == "\"ada\\n\"\n\"[not, a, line].\\n\"\n")
        let lines = ["io:get_chars(\"\", 3).", "io:get_line(\"\").", "io:get_line(\"\")."]
        let asked = try await Beamsh.run(lines.flatMap { ["-c", $0] }, input: "abcdef\n")
        #expect(asked.output == "\"abc\"\n\"def\\n\"\neof\n")
    }
}

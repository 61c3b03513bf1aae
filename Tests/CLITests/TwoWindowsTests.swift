import Glibc
import TestKit
import Testing

/// The first lines of every tutorial, in two windows: each of them a beamsh or an iex (transcript T1).
@Suite(.serialized, .timeLimit(.minutes(3)), .enabled(if: ChildProcess.find("iex") != nil, "iex is not installed"))
struct TwoWindowsTests {
    /// A terminal with a node in it.
    private struct Window {
        let shell: PtyProcess
        let name: String
        let isOurs: Bool

        init(_ name: String, isOurs: Bool, port: Int) async throws {
            self.name = name
            self.isOurs = isOurs
            var environment = Beamsh.environment(port: port)
            environment["PATH"] = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
            let full = "\(name)@127.0.0.1"
            let program = isOurs ? Beamsh.path : ChildProcess.find("iex") ?? "iex"
            shell = try PtyProcess(
                program, arguments: ["--name", full, "--cookie", "c"], environment: environment, columns: 100)
            try await prompt()
        }

        func prompt() async throws {
            let start = isOurs ? "\(name)@127.0.0.1(" : "iex(\(name)@127.0.0.1)"
            try await shell.waitFor("the prompt of \(name)") { $0.cursorLine.hasPrefix(start) }
        }

        /// Types a line and waits for what it prints.
        func enter(_ line: String, _ expected: String) async throws {
            shell.enter(line)
            try await shell.waitFor("\(line) to print \(expected)") { screen in
                screen.lines.contains(expected)
            }
            try await prompt()
        }
    }

    @Test(arguments: [(true, true), (true, false), (false, true), (false, false)])
    func twoWindows(_ fooIsOurs: Bool, _ barIsOurs: Bool) async throws {
        let epmd = try await OTPEpmd()
        let foo = try await Window("foo", isOurs: fooIsOurs, port: epmd.port)
        let bar = try await Window("bar", isOurs: barIsOurs, port: epmd.port)
        try await foo.enter("node()", ":\"foo@127.0.0.1\"")
        try await bar.enter("Node.ping(:\"foo@127.0.0.1\")", ":pong")
        try await bar.enter("Node.list()", "[:\"foo@127.0.0.1\"]")
        try await foo.enter("Node.list()", "[:\"bar@127.0.0.1\"]")
        // What runs there prints here.
        try await foo.enter("Node.spawn(:\"bar@127.0.0.1\", IO, :puts, [\"Hello\"])", "Hello")
        #expect(foo.shell.screen.lines.contains { $0.hasPrefix("#PID<") && !$0.hasPrefix("#PID<0.") })
        try await foo.enter("Node.spawn(:\"bar@127.0.0.1\", :io, :format, [~c\"~p~n\", [[:b, 7]]])", "[b,7]")
        #expect(!bar.shell.screen.lines.contains("Hello"))
        // Funs travel, whoever made them.
        foo.shell.enter("hello = fn -> IO.puts(\"Hello, fun\") end")
        try await foo.shell.waitFor("a fun") { screen in screen.lines.contains { $0.hasPrefix("#Function<") } }
        try await foo.prompt()
        try await foo.enter("Node.spawn(:\"bar@127.0.0.1\", hello)", "Hello, fun")
        try await foo.enter("Node.spawn(:\"bar@127.0.0.1\", fn -> IO.puts(node()) end)", "bar@127.0.0.1")
        try await bar.enter("Node.spawn(:\"foo@127.0.0.1\", fn -> IO.puts(node()) end)", "foo@127.0.0.1")
        try await foo.enter(":rpc.call(:\"bar@127.0.0.1\", Node, :self, [])", ":\"bar@127.0.0.1\"")
        try await bar.enter(":rpc.call(:\"foo@127.0.0.1\", Node, :list, [])", "[:\"bar@127.0.0.1\"]")
        await foo.shell.kill()
        await bar.shell.kill()
        epmd.kill()
    }
}

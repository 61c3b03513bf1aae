import Glibc
import TestKit
import Testing

/// The lines of the tutorials with code of one's own, typed into terminals: every pair of beamsh and OTP.
@Suite(.serialized, .timeLimit(.minutes(5)), .enabled(if: ChildProcess.find("iex") != nil, "iex is not installed"))
struct TranscriptTests {
    /// Whose shell a window has.
    enum Shell {
        case beamsh, erl, iex
    }

    /// A terminal with a node in it, which stands in a folder with the examples.
    private struct Window {
        let screen: PtyProcess
        let name: String
        let shell: Shell

        init(_ name: String, _ shell: Shell, port: Int, folder: String) async throws {
            self.name = "\(name)@127.0.0.1"
            self.shell = shell
            var environment = Beamsh.environment(port: port)
            environment["PATH"] = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
            let (program, flags) =
                switch shell {
                case .beamsh: (Beamsh.path, "--name \(self.name) --cookie c")
                case .iex: ("iex", "--name \(self.name) --cookie c")
                case .erl: ("erl", "-name \(self.name) -setcookie c")
                }
            screen = try PtyProcess(
                "/bin/sh", arguments: ["-c", "cd \(folder) && exec \(program) \(flags)"], environment: environment,
                columns: 120)
            try await prompt()
        }

        func prompt() async throws {
            let start =
                switch shell {
                case .beamsh: "\(name)("
                case .iex: "iex(\(name))"
                case .erl: "(\(name))"
                }
            try await screen.waitFor("the prompt of \(name)") { $0.cursorLine.hasPrefix(start) }
        }

        /// Types a line and waits for what it prints: a whole row, or one that begins so.
        func enter(_ line: String, _ expected: String, isPrefix: Bool = false) async throws {
            let before = screen.screen.cursorLine
            screen.enter(line)
            try await screen.waitFor("\(line) to print \(expected)") { screen in
                // What stands below the line that was typed, when the next prompt is there.
                guard screen.cursorLine != before, let typed = screen.lines.lastIndex(where: { $0.hasSuffix(line) })
                else { return false }
                return screen.lines[typed...].contains { isPrefix ? $0.hasPrefix(expected) : $0 == expected }
            }
            try await prompt()
        }
    }

    /// A folder with the examples.
    private static func folder() throws -> String {
        let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
        let folder = Beamsh.home()
        for name in ["kvs.erl", "dist_demo.erl", "kv_store.ex"] {
            let source = try #require(fopen("\(root)/examples/\(name)", "r"))
            let target = try #require(fopen("\(folder)/\(name)", "w"))
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while case let count = fread(&buffer, 1, buffer.count, source), count > 0 {
                fwrite(buffer, 1, count, target)
            }
            fclose(source)
            fclose(target)
        }
        return folder
    }

    /// T3, the name server: compiled on one node, called from another, loaded there by `nl`.
    @Test(arguments: [(Shell.beamsh, Shell.beamsh), (.beamsh, .erl), (.erl, .beamsh), (.erl, .erl)])
    func theNameServer(_ bilboShell: Shell, _ gandalfShell: Shell) async throws {
        let epmd = try await OTPEpmd()
        let gandalf = try await Window("gandalf", gandalfShell, port: epmd.port, folder: try Self.folder())
        let bilbo = try await Window("bilbo", bilboShell, port: epmd.port, folder: try Self.folder())
        try await gandalf.enter("c(kvs).", "{ok,kvs}")
        try await gandalf.enter("kvs:start().", "true")
        let target = "'gandalf@127.0.0.1'"
        try await bilbo.enter("rpc:call(\(target), kvs, store, [weather, fine]).", "true")
        try await bilbo.enter("rpc:call(\(target), kvs, lookup, [weather]).", "{ok,fine}")
        try await bilbo.enter("net_adm:ping(\(target)).", "pong")
        try await bilbo.enter("c(dist_demo).", "{ok,dist_demo}")
        try await bilbo.enter("nl(dist_demo).", "abcast")
        // An OTP node does not wait until it is there.
        for _ in 0..<20 where bilboShell == .erl {
            bilbo.screen.enter("erlang:display(rpc:call(\(target), dist_demo, module_info, [module])).")
            try await bilbo.prompt()
            if bilbo.screen.screen.lines.contains("dist_demo") { break }
            try await Task.sleep(nanoseconds: 200_000_000)
        }
        // The module is on the other node then, whichever it is.
        try await bilbo.enter("rpc:call(\(target), dist_demo, module_info, [module]).", "dist_demo")
        try await bilbo.enter("Pid = dist_demo:start(\(target)).", "<", isPrefix: true)
        try await bilbo.enter("dist_demo:rpc(Pid, erlang, node, []).", target)
        try await bilbo.enter("{kvs, \(target)} ! {self(), {lookup, weather}}.", "{<0.", isPrefix: true)
        try await bilbo.enter("flush().", "Shell got {kvs,{ok,fine}}")
        try await bilbo.enter("erlang:monitor_node(\(target), true).", "true")
        try await bilbo.enter("erlang:disconnect_node(\(target)).", "true")
        try await bilbo.enter("flush().", "Shell got {nodedown,\(target)}")
        try await bilbo.enter("is_alive().", "true")
        try await bilbo.enter("node().", "'bilbo@127.0.0.1'")
        try await bilbo.enter("erlang:set_cookie(node(), abc).", "true")
        await gandalf.screen.kill()
        await bilbo.screen.kill()
        epmd.kill()
    }

    /// T2, a replicated key-value store: a GenServer of one's own on two nodes.
    @Test(arguments: [(Shell.beamsh, Shell.beamsh), (.beamsh, .iex), (.iex, .beamsh), (.iex, .iex)])
    func aKeyValueStore(_ aliceShell: Shell, _ bobShell: Shell) async throws {
        let epmd = try await OTPEpmd()
        let alice = try await Window("alice", aliceShell, port: epmd.port, folder: try Self.folder())
        let bob = try await Window("bob", bobShell, port: epmd.port, folder: try Self.folder())
        for window in [alice, bob] {
            try await window.enter("c(\"kv_store.ex\")", "[KvStore.MapServer]")
            try await window.enter("{:ok, _} = KvStore.MapServer.start_link([])", "{:ok, #PID<", isPrefix: true)
            try await window.enter("alias KvStore.MapServer", "KvStore.MapServer")
        }
        try await alice.enter("MapServer.put(:a, 4)", ":ok")
        try await alice.enter("MapServer.get(:a)", "4")
        let node = ":\"alice@127.0.0.1\""
        try await bob.enter("Node.ping(\(node))", ":pong")
        try await bob.enter("KvStore.MapServer.put(\(node), :a, 5)", ":ok")
        try await alice.enter("KvStore.MapServer.get(:a)", "5")
        try await alice.enter("KvStore.MapServer.put(:a, 7)", ":ok")
        try await bob.enter("KvStore.MapServer.get(\(node), :a)", "7")
        await alice.screen.kill()
        await bob.screen.kill()
        epmd.kill()
    }

    /// T7, plain Elixir: what is lazy and what is not.
    @Test(arguments: [Shell.beamsh, .iex])
    func plainElixir(_ shell: Shell) async throws {
        let epmd = try await OTPEpmd()
        let window = try await Window("plain", shell, port: epmd.port, folder: try Self.folder())
        window.screen.enter("[1,2,3]|> Stream.map(&IO.inspect/1) |> Stream.map(&IO.inspect/1) |> Enum.to_list")
        try await window.screen.waitFor("the stream") { screen in
            screen.text.replacing("\n", with: " ").contains("1 1 2 2 3 3 [1, 2, 3]")
        }
        window.screen.enter("[1,2,3]|> Enum.map(&IO.inspect/1) |> Enum.map(&IO.inspect/1)")
        try await window.screen.waitFor("the list") { screen in
            screen.text.replacing("\n", with: " ").contains("1 2 3 1 2 3 [1, 2, 3]")
        }
        try await window.prompt()
        try await window.enter("IO.inspect(1, label: \"check 1\")", "check 1: 1")
        try await window.enter("x = 3", "3")
        try await window.enter("IO.inspect(binding())", "[x: 3]")
        window.screen.enter("require Logger; Logger.info(\"#{inspect([1])}\")")
        try await window.screen.waitFor("the log") { screen in screen.lines.contains { $0.hasSuffix("[1]") } }
        await window.screen.kill()
        epmd.kill()
    }
}

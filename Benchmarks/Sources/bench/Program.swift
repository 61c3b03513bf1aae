import Foundation
import Support
import TestKit

/// The built binary beside `erl`: how long a command takes from start to exit, and how much memory an idle node keeps.
enum ProgramBenchmark {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    private static let beamsh = root.appendingPathComponent(".build/release/beamsh").path
    private static let cookie = "bench"

    static func run() async throws {
        let epmd = try await OTPEpmd()
        defer { epmd.kill() }
        setenv("ERL_EPMD_PORT", String(epmd.port), 1)
        let peer = try await OTPPeer("peer@127.0.0.1", cookie: cookie, epmdPort: epmd.port)
        defer { peer.kill() }

        let start = time(10) { [beamsh, "-c", "node self"] }
        let oneShot = time(10) { round in
            [
                beamsh, "--name", "ours\(round)@127.0.0.1", "--cookie", cookie, "-c",
                "rpc call peer@127.0.0.1 erlang node",
            ]
        }
        let call = "rpc:call('peer@127.0.0.1', erlang, node, []), halt()."
        let theirs = [
            "start to exit": time(5) { ["erl", "-noshell", "-eval", "node(), halt()."] },
            "start, connect, rpc, exit": time(5) { round in
                ["erl", "-noshell", "-name", "theirs\(round)@127.0.0.1", "-setcookie", cookie, "-eval", call]
            },
        ]
        Report.header("the program")
        let report = Report(theirs: theirs)
        report.line("start to exit", start)
        report.line("start, connect, rpc, exit", oneShot)

        let ours = try await resident(
            [beamsh, "--name", "idle@127.0.0.1", "--cookie", cookie, "--no-halt", "-c", "node self"], "idle@127.0.0.1")
        let other = try await resident(
            [
                "erl", "-noinput", "-name", "idle2@127.0.0.1", "-setcookie", cookie, "-eval",
                "io:format(\"~s~n\", [node()]).",
            ], "idle2@127.0.0.1")
        Report.memory("resident when idle", ours, other)
    }

    /// The shortest of several runs, in nanoseconds.
    private static func time(_ runs: Int, _ arguments: (Int) -> [String]) -> Int {
        let clock = SystemTimeSource()
        return (0..<runs).map { round in
            let arguments = arguments(round)
            let start = clock.monotonicNanoseconds()
            let status = runToEnd(arguments)
            precondition(status == 0, "\(arguments) ended with \(status)")
            return Int(clock.monotonicNanoseconds() - start)
        }.min() ?? 0
    }

    private static func time(_ runs: Int, _ arguments: () -> [String]) -> Int { time(runs) { _ in arguments() } }

    private static func runToEnd(_ arguments: [String]) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var child = pid_t()
        guard posix_spawnp(&child, arguments[0], &actions, nil, &pointers, environ) == 0 else { return -1 }
        var status: Int32 = 0
        waitpid(child, &status, 0)
        return status
    }

    /// Bytes that a program keeps resident once it has printed a text and slept a second.
    private static func resident(_ arguments: [String], _ text: String) async throws -> Int {
        let process = try ChildProcess(arguments[0], Array(arguments.dropFirst()))
        defer { process.kill() }
        try await process.waitFor(text: text)
        try await Task.sleep(nanoseconds: 1_000_000_000)
        let status = try String(contentsOfFile: "/proc/\(process.pid)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return (Int(line.filter(\.isNumber)) ?? 0) * 1024
    }
}

import Foundation
import Node
import Processes
import Support
import Terms
import TestKit

/// `erpc:call` one after another, and from 64 callers at once: a node of ours to an OTP node, and one OTP node to another.
enum ErpcBenchmark {
    private static let cookie = "bench"
    private static let calls = 5_000
    private static let callers = 64

    static func run() async throws {
        let epmd = try await OTPEpmd()
        defer { epmd.kill() }
        let server = try await OTPPeer("server@127.0.0.1", cookie: cookie, epmdPort: epmd.port)
        let beams = try OTP.compile("bench_erpc")
        let client = try await OTPPeer(
            "client@127.0.0.1", cookie: cookie, epmdPort: epmd.port, options: ["-pa", beams.path])
        defer {
            server.kill()
            client.kill()
            try? FileManager.default.removeItem(at: beams)
        }
        var configuration = NodeConfiguration()
        configuration.cookie = Atom(cookie)
        configuration.epmdPort = epmd.port
        let node = Node(configuration: configuration)
        node.boot()
        try await node.start("ours@127.0.0.1", longNames: true)
        let target: Atom = "server@127.0.0.1"
        try await node.connect(to: target, timeout: 5_000_000_000)

        var sequential = Int.max
        var parallel = Int.max
        for _ in 0..<5 {
            sequential = min(sequential, try await perCall(node, target, callers: 1))
            parallel = min(parallel, try await perCall(node, target, callers: callers))
        }
        let theirs = [
            "call, one after another": try await perCall(client, callers: 1),
            "call, 64 callers": try await perCall(client, callers: callers),
        ]
        Report.header("erpc to an OTP node")
        let report = Report(theirs: theirs)
        report.line("call, one after another", sequential)
        report.line("call, 64 callers", parallel)
        await node.leave()
    }

    private static func perCall(_ node: Node, _ target: Atom, callers: Int) async throws -> Int {
        let clock = SystemTimeSource()
        let start = clock.monotonicNanoseconds()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<callers {
                group.addTask {
                    await withCheckedContinuation { continuation in
                        node.processes.spawn("bench", "caller", groupLeader: node.userPid) { process in
                            for _ in 0..<(calls / callers) {
                                _ = try? await node.erpcCall(target, "erlang", "node", [], by: process, timeout: nil)
                            }
                            continuation.resume()
                        }
                    }
                }
            }
        }
        return Int(clock.monotonicNanoseconds() - start) / calls
    }

    /// The same between two OTP nodes, the best of five.
    private static func perCall(_ client: OTPPeer, callers: Int) async throws -> Int {
        let call = "bench_erpc:per_call('server@127.0.0.1', \(callers), \(calls))."
        return Int(try await client.evaluate(call, within: 120)) ?? 0
    }
}

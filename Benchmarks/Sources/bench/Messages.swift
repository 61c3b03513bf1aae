import Foundation
import Node
import Processes
import Support
import Terms
import TestKit

/// Messages to an OTP node that are not answered one by one, small and large: from a node of ours, and from another OTP
/// node.
enum MessagesBenchmark {
    private static let cookie = "bench"
    private static let sizes = [("small, one way", 200_000, 0), ("64 KiB", 3_000, 64 << 10), ("1 MiB", 200, 1 << 20)]

    static func run() async throws {
        let epmd = try await OTPEpmd()
        defer { epmd.kill() }
        let beams = try OTP.compile("bench_messages")
        defer { try? FileManager.default.removeItem(at: beams) }
        let path = ["-pa", beams.path]
        let server = try await OTPPeer("server@127.0.0.1", cookie: cookie, epmdPort: epmd.port, options: path)
        defer { server.kill() }
        let client = try await OTPPeer("client@127.0.0.1", cookie: cookie, epmdPort: epmd.port, options: path)
        defer { client.kill() }
        _ = try await server.evaluate("bench_messages:sink().")
        var configuration = NodeConfiguration()
        configuration.cookie = Atom(cookie)
        configuration.epmdPort = epmd.port
        let node = Node(configuration: configuration)
        node.boot()
        try await node.start("ours@127.0.0.1", longNames: true)
        try await node.connect(to: "server@127.0.0.1", timeout: 5_000_000_000)
        var ours: [(String, Int)] = []
        var theirs: [String: Int] = [:]
        for (name, count, size) in sizes {
            var best = Int.max
            for _ in 0..<5 { best = min(best, try await each(node, count, size)) }
            ours.append((name, best))
            let call = "bench_messages:each('server@127.0.0.1', \(count), \(size))."
            theirs[name] = Int(try await client.evaluate(call, within: 120))
        }
        Report.header("messages to an OTP node")
        let report = Report(theirs: theirs)
        for (name, nanoseconds) in ours { report.line(name, nanoseconds) }
        await node.leave()
    }

    /// As `erlang:send/2` does: a sender waits while the connection has too much to write.
    private static func each(_ node: Node, _ count: Int, _ size: Int) async throws -> Int {
        let clock = SystemTimeSource()
        let payload: Term = size == 0 ? 1 : .binary(Binary([UInt8](repeating: 7, count: size)))
        return try await withCheckedThrowingContinuation { continuation in
            node.processes.spawn("bench", "sender", groupLeader: node.userPid) { me in
                let sink: Term = .tuple([.atom("sink"), .atom("server@127.0.0.1")])
                let start = clock.monotonicNanoseconds()
                func send(_ message: Term) async throws {
                    _ = try await node.functions.call("erlang", "send", [sink, message], on: node, by: me)
                }
                try await send(.tuple([.atom("count"), .pid(me.pid), .integer(count)]))
                for _ in 0..<count { try await send(.tuple([.atom("m"), payload])) }
                _ = try await me.receiveAny()
                continuation.resume(returning: Int(clock.monotonicNanoseconds() - start) / count)
            }
        }
    }
}

import Foundation
import Node
import Processes
import Support
import Terms
import TestKit

/// Sixty programs in one full mesh on this machine: how long until each knows all others, and a call to all of them.
enum MeshBenchmark {
    private static let count = 60
    private static let cookie = "bench"
    private static let beamsh = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(".build/release/beamsh").path

    static func run() async throws {
        let epmd = try await OTPEpmd()
        defer { epmd.kill() }
        setenv("ERL_EPMD_PORT", String(epmd.port), 1)
        var configuration = NodeConfiguration()
        configuration.cookie = Atom(cookie)
        configuration.epmdPort = epmd.port
        // Looks on, and is no part of the mesh.
        configuration.isHidden = true
        let node = Node(configuration: configuration)
        node.boot()
        try await node.start("watcher@127.0.0.1", longNames: true)
        let clock = SystemTimeSource()
        let start = clock.monotonicNanoseconds()
        var members: [ChildProcess] = []
        defer { for member in members { member.kill() } }
        for number in 1...count {
            var arguments = ["--name", "mesh\(number)@127.0.0.1", "--cookie", cookie, "--no-halt", "-c", "node self"]
            if number > 1 { arguments += ["--connect", "mesh1@127.0.0.1"] }
            members.append(try ChildProcess(beamsh, arguments))
            if number == 1 { try await members[0].waitFor(text: "mesh1@") }
        }
        let times: (mesh: Int, call: Int) = try await withCheckedThrowingContinuation { continuation in
            node.processes.spawn("bench", "watcher", groupLeader: node.userPid) { me in
                do {
                    continuation.resume(returning: try await watch(node, me, since: start))
                } catch { continuation.resume(throwing: error) }
            }
        }
        Report.header("\(count) programs in one mesh")
        let report = Report(theirs: [:])
        report.line("until all know all", times.mesh)
        report.line("rpc:multicall to all", times.call)
        await node.leave()
    }

    private static func watch(_ node: Node, _ me: Processes.Process, since start: Int64) async throws -> (Int, Int) {
        let clock = SystemTimeSource()
        var waiting = Set((1...count).map { Atom("mesh\($0)@127.0.0.1") })
        while !waiting.isEmpty, clock.monotonicNanoseconds() - start < 120_000_000_000 {
            for member in waiting {
                let nodes = try? await node.erpcCall(member, "erlang", "nodes", [], by: me, timeout: 2_000_000_000)
                if nodes?.properList?.count == count - 1 { waiting.remove(member) }
            }
        }
        let mesh = Int(clock.monotonicNanoseconds() - start)
        if !waiting.isEmpty { print("\(waiting.count) of \(count) do not know all after \(mesh / 1_000_000_000) s") }
        var call = Int.max
        for _ in 0..<5 {
            let before = clock.monotonicNanoseconds()
            let arguments: [Term] = [.atom("erlang"), .atom("node"), .nil]
            let answer = try await node.erpcCall(
                "mesh1@127.0.0.1", "rpc", "multicall", arguments, by: me, timeout: 10_000_000_000)
            let replies = answer.asTuple?[0].properList?.count ?? 0
            if replies == count { call = min(call, Int(clock.monotonicNanoseconds() - before)) }
        }
        return (mesh, call)
    }
}

import Node
import Processes
import Terms
import TestKit
import Testing

/// Some of our nodes and some real ones with one EPMD; connected by nothing yet.
final class Cluster {
    let epmd: OTPEpmd
    var ours: [Node] = []
    var theirs: [OTPPeer] = []

    init(_ ourNames: [String], _ theirNames: [String]) async throws {
        epmd = try await OTPEpmd()
        for name in ourNames {
            var configuration = NodeConfiguration()
            configuration.cookie = "interop"
            configuration.epmdPort = epmd.port
            let node = Node(configuration: configuration)
            node.boot()
            try await node.start("\(name)@127.0.0.1", longNames: true)
            ours.append(node)
        }
        for name in theirNames {
            theirs.append(try await OTPPeer("\(name)@127.0.0.1", cookie: "interop", epmdPort: epmd.port))
        }
    }

    func close() async {
        for node in ours { await node.leave() }
        for peer in theirs { peer.kill() }
        epmd.kill()
    }

    /// Calls a function of one of our nodes, as a process of it.
    func call(_ index: Int, _ module: Atom, _ function: Atom, _ arguments: [Term]) async throws -> Term {
        let node = ours[index]
        return try await withCheckedThrowingContinuation { continuation in
            node.processes.spawn("test", "body", groupLeader: node.userPid) { process in
                do {
                    continuation.resume(
                        returning: try await node.functions.call(module, function, arguments, on: node, by: process)
                    )
                } catch { continuation.resume(throwing: error) }
            }
        }
    }

    /// A process of ours that stays until it is killed.
    func idle(_ index: Int) -> Process {
        ours[index].processes.spawn("test", "idle", groupLeader: ours[index].userPid) { process in
            while true { _ = try await process.receiveAny() }
        }
    }

    func print(_ term: Term) -> String { ErlangPrinter(width: nil).print(term) }
}

/// Asks until the answer is the one that is wanted, for ten seconds.
func eventually(_ wanted: String, _ ask: () async throws -> String) async throws {
    var answer = ""
    for _ in 0..<500 {
        answer = try await ask()
        if answer == wanted { return }
        try await Task.sleep(nanoseconds: 20_000_000)
    }
    #expect(answer == wanted)
}

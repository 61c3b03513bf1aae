import Node
import Processes
import Terms
import TestKit

/// One of our nodes beside a real one, with an EPMD of OTP on a port of their own.
final class NodePair: Sendable {
    let epmd: OTPEpmd
    let ours: Node
    let theirs: OTPPeer
    let theirName: Atom

    /// - Parameter options: more options of `erl`.
    init(
        _ ourName: String, _ theirName: String, options: [String] = [],
        configure: (inout NodeConfiguration) -> Void = { _ in }
    ) async throws {
        epmd = try await OTPEpmd()
        var configuration = NodeConfiguration()
        configuration.cookie = "interop"
        configuration.epmdPort = epmd.port
        configure(&configuration)
        ours = Node(configuration: configuration)
        ours.boot()
        try await ours.start("\(ourName)@127.0.0.1", longNames: true)
        theirs = try await OTPPeer(
            "\(theirName)@127.0.0.1", cookie: "interop", epmdPort: epmd.port, options: options)
        self.theirName = Atom("\(theirName)@127.0.0.1")
    }

    /// Runs something as a process of our node.
    func run<Result: Sendable>(
        trapsExit: Bool = false, _ body: @escaping @Sendable (Process) async throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            ours.processes.spawn("test", "body", groupLeader: ours.userPid, trapsExit: trapsExit) { process in
                do { continuation.resume(returning: try await body(process)) } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }

    func close() async {
        await ours.leave()
        theirs.kill()
        epmd.kill()
    }
}

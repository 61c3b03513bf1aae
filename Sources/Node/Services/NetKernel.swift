internal import Processes
internal import Terms

/// The process `net_kernel`: answers `is_auth`, by which `net_adm:ping/1` and `Node.ping/1` find out that a node lives.
enum NetKernel {
    static func run(_ process: Process, on node: Node) async throws {
        while true {
            let message = try await process.receiveAny()
            let callbacks = SystemCallbacks(
                module: .net_kernel,
                state: {
                    .tuple([.atom("state"), .atom(node.name), .makeList(node.connectedNodes().map { .atom($0) })])
                })
            if try await process.answerSystem(message, callbacks) { continue }
            guard let call = GenCall(message) else { continue }
            if let tuple = call.request.asTuple, tuple.count == 2, tuple[0] == .atom("is_auth") {
                call.reply(.atom("yes"), from: process)
            } else {
                call.reply(.atom(.badarg), from: process)
            }
        }
    }
}

internal import Processes
internal import Terms

/// The process `user`: the group leader of everything that starts here. What it is asked to print goes to the node's
/// output, which the shell puts above the prompt.
enum UserServer {
    static func run(_ process: Process, on node: Node) async throws {
        try await serve(process, on: node) { node.output($0) }
    }

    /// Serves output requests until the process ends.
    ///
    /// A request whose text only a call can make is evaluated here if the function table has it, else on the node that
    /// asks (`wire.md` 6.7).
    static func serve(
        _ process: Process, on node: Node, output: @escaping @Sendable (String) -> Void
    ) async throws {
        while true {
            let message = try await process.receiveAny()
            guard let tuple = message.asTuple, tuple.count == 4, tuple[0] == .atom(.io_request),
                case .pid(let client) = tuple[1]
            else { continue }
            let reply = await answer(IORequest(tuple[3]), for: client, process, on: node, output)
            process.send(.tuple([.atom(.io_reply), tuple[2], reply]), to: client)
        }
    }

    private static func answer(
        _ request: IORequest, for client: Pid, _ process: Process, on node: Node,
        _ output: @Sendable (String) -> Void
    ) async -> Term {
        switch request {
        case .put(let text):
            output(text)
            return .atom(.ok)
        case .putCall(let module, let function, let arguments):
            let value: Term?
            if node.functions.find(module, function, arguments.count) != nil {
                value = try? await node.functions.call(module, function, arguments, on: node, by: process)
            } else {
                value = try? await node.erpcCall(
                    client.node, module, function, arguments, by: process, timeout: node.defaultTimeout)
            }
            guard let value, let text = chardataToString(value) else {
                return .tuple([.atom(.error), .tuple([.atom(function), .makeList(arguments)])])
            }
            output(text)
            return .atom(.ok)
        case .geometry:
            return .tuple([.atom(.error), .atom("enotsup")])
        case .options:
            return [
                .tuple([.atom("binary"), .boolean(false)]), .tuple([.atom("encoding"), .atom("unicode")]),
            ]
        case .several(let requests):
            var last: Term = .atom(.ok)
            for request in requests {
                last = await answer(IORequest(request), for: client, process, on: node, output)
                if let tuple = last.asTuple, tuple.first == .atom(.error) { break }
            }
            return last
        case .unknown:
            return .tuple([.atom(.error), .atom("request")])
        }
    }
}

internal import Processes
internal import Terms

extension Node {
    /// The functions of `erpc` that take a fun: they call `erlang:apply(Fun, [])` on the other node.
    static let erpcFunFunctions: [FunctionEntry] = [
        fun("call", ["Node", "Fun"], "Calls a fun on a node; raises what it raises."),
        fun("call", ["Node", "Fun", "Timeout"], "Calls a fun on a node, with a timeout in milliseconds."),
        fun("cast", ["Node", "Fun"], "Starts a fun on a node; nobody waits for its result."),
        fun("multicall", ["Nodes", "Fun"], "Calls a fun on nodes: {ok, V} or {Class, Reason} each."),
        fun("multicall", ["Nodes", "Fun", "Timeout"], "Calls a fun on nodes, with a timeout in milliseconds."),
        fun("multicast", ["Nodes", "Fun"], "Starts a fun on nodes."),
        fun("send_request", ["Node", "Fun"], "Starts a fun; receive_response gives its result."),
    ]

    private static func fun(_ name: Atom, _ parameters: [String], _ summary: String) -> FunctionEntry {
        FunctionEntry(.erpc, name, parameters, summary) { call in
            guard case .fun = call[1] else { throw ErlangException(.error, .tuple([.atom(.erpc), .atom(.badarg)])) }
            let arguments: [Term] = [call[0], .atom(.erlang), .atom("apply"), [call[1], .nil]]
            return try await call.call(.erpc, name, arguments + call.arguments.dropFirst(2))
        }
    }
}

internal import Processes
internal import Terms

extension Node {
    /// The modules `rpc` and `erpc`.
    static let rpcFunctions: [FunctionEntry] = [
        FunctionEntry(
            "rpc", "call", ["Node", "Module", "Function", "Arguments"], "Calls a function on a node."
        ) { call in
            try await call.rpc(timeout: call.node.defaultTimeout)
        },
        FunctionEntry(
            "rpc", "call", ["Node", "Module", "Function", "Arguments", "Timeout"],
            "Calls a function on a node, with a timeout in milliseconds."
        ) { call in
            try await call.rpc(timeout: try call.timeout(4))
        },
        FunctionEntry(
            "rpc", "block_call", ["Node", "Module", "Function", "Arguments"], "Calls a function through rex on a node."
        ) { call in
            try await call.rpc(timeout: call.node.defaultTimeout)
        },
        FunctionEntry(
            "rpc", "cast", ["Node", "Module", "Function", "Arguments"], "Starts a call; nobody waits for its result."
        ) { call in
            call.node.cast(try call.atom(0), try call.atom(1), try call.atom(2), try call.list(3), by: call.process)
            await call.node.waitUntilNotBusy(try call.atom(0))
            return .boolean(true)
        },
        FunctionEntry(
            "rpc", "multicall", ["Module", "Function", "Arguments"],
            "Calls a function on this node and all visible ones."
        ) { call in
            try await call.multicall(call.everyNode, at: 0, timeout: call.node.defaultTimeout)
        },
        FunctionEntry(
            "rpc", "multicall", ["NodesOrModule", "ModuleOrFunction", "FunctionOrArguments", "ArgumentsOrTimeout"],
            "Calls a function on a list of nodes, or on all with a timeout."
        ) { call in
            if call[0].asAtom != nil, call[0] != .nil {
                return try await call.multicall(call.everyNode, at: 0, timeout: try call.timeout(3))
            }
            return try await call.multicall(try call.nodes(0), at: 1, timeout: call.node.defaultTimeout)
        },
        FunctionEntry(
            "rpc", "multicall", ["Nodes", "Module", "Function", "Arguments", "Timeout"],
            "Calls a function on a list of nodes, with a timeout in milliseconds."
        ) { call in
            try await call.multicall(try call.nodes(0), at: 1, timeout: try call.timeout(4))
        },
        FunctionEntry(
            "erpc", "call", ["Node", "Module", "Function", "Arguments"],
            "Calls a function on a node; raises what it raises."
        ) { call in
            try await call.erpc(timeout: call.node.defaultTimeout)
        },
        FunctionEntry(
            "erpc", "call", ["Node", "Module", "Function", "Arguments", "Timeout"],
            "Calls a function on a node, with a timeout in milliseconds; raises what it raises."
        ) { call in
            try await call.erpc(timeout: try call.timeout(4))
        },
        FunctionEntry(
            "erpc", "cast", ["Node", "Module", "Function", "Arguments"], "Starts a call; nobody waits for its result."
        ) { call in
            call.node.cast(try call.atom(0), try call.atom(1), try call.atom(2), try call.list(3), by: call.process)
            await call.node.waitUntilNotBusy(try call.atom(0))
            return .atom(.ok)
        },
        FunctionEntry(
            "erpc", "execute_call", ["Reference", "Module", "Function", "Arguments"],
            "What erpc:call/4 spawns: ends with the outcome as its reason."
        ) { call in
            guard let reference = call[0].asReference else { throw call.badarg("argument 1 is not a reference") }
            let reason = await call.node.executeCall(
                reference, try call.atom(1), try call.atom(2), try call.list(3), by: call.process)
            throw ErlangException(.exit, reason)
        },
    ]
}

extension FunctionCall {
    fileprivate var everyNode: [Atom] { [node.name] + node.connectedNodes() }

    fileprivate func rpc(timeout: Int64?) async throws -> Term {
        try await node.rpcCall(try atom(0), try atom(1), try atom(2), try list(3), by: process, timeout: timeout)
    }

    fileprivate func erpc(timeout: Int64?) async throws -> Term {
        try await node.erpcCall(try atom(0), try atom(1), try atom(2), try list(3), by: process, timeout: timeout)
    }

    fileprivate func multicall(_ nodes: [Atom], at first: Int, timeout: Int64?) async throws -> Term {
        let outcome = try await node.multicall(
            nodes, try atom(first), try atom(first + 1), try list(first + 2), by: process, timeout: timeout)
        return .tuple([.makeList(outcome.results.map(\.result)), .makeList(outcome.bad.map { .atom($0) })])
    }
}

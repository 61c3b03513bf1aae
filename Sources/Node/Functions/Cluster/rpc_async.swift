internal import Processes
internal import Terms

extension Node {
    /// What `rpc` and `erpc` have beside calls that wait: promises, broadcasts, requests.
    static let asynchronousFunctions: [FunctionEntry] = [
        FunctionEntry(
            "rpc", "async_call", ["Node", "Module", "Function", "Arguments"], "Starts a call; yield/1 gives its result."
        ) { call in
            let (target, module, function, list) = (
                try call.atom(0), try call.atom(1), try call.atom(2), try call.list(3)
            )
            let caller = call.process
            let worker = call.node.processes.spawn("rpc", "do_srv_call", groupLeader: caller.groupLeader) {
                [node = call.node] worker in
                let result = try await node.rpcCall(target, module, function, list, by: worker, timeout: nil)
                worker.send(.tuple([.pid(worker.pid), .tuple([.atom("promise_reply"), result])]), to: caller.pid)
            }
            return .pid(worker.pid)
        },
        FunctionEntry("rpc", "yield", ["Key"], "The result of async_call/4, waiting for it.") { call in
            try await call.promise(timeout: nil) ?? .atom(.timeout)
        },
        FunctionEntry("rpc", "nb_yield", ["Key"], "The result of async_call/4 if it is there: {value, V} or timeout.") {
            call in
            try await call.promise(timeout: 0).map { .tuple([.atom("value"), $0]) } ?? .atom(.timeout)
        },
        FunctionEntry("rpc", "nb_yield", ["Key", "Timeout"], "The result of async_call/4, waiting so long.") { call in
            try await call.promise(timeout: try call.timeout(1)).map { .tuple([.atom("value"), $0]) } ?? .atom(.timeout)
        },
        FunctionEntry("rpc", "eval_everywhere", ["Module", "Function", "Arguments"], "Starts a call on all nodes.") {
            call in
            for target in [call.node.name] + call.node.connectedNodes() {
                call.node.cast(target, try call.atom(0), try call.atom(1), try call.list(2), by: call.process)
                await call.node.waitUntilNotBusy(target)
            }
            return .atom("abcast")
        },
        FunctionEntry("rpc", "abcast", ["Name", "Message"], "Sends a message to a name on all nodes.") { call in
            for target in [call.node.name] + call.node.connectedNodes() {
                await call.send(call[1], to: .name(try call.atom(0), node: target))
            }
            return .atom("abcast")
        },
        FunctionEntry("rpc", "abcast", ["Nodes", "Name", "Message"], "Sends a message to a name on nodes.") { call in
            for target in try call.nodes(0) { await call.send(call[2], to: .name(try call.atom(1), node: target)) }
            return .atom("abcast")
        },
        FunctionEntry("rpc", "sbcast", ["Nodes", "Name", "Message"], "Sends a message to a name: {Good, Bad} nodes.") {
            call in
            var good: [Term] = []
            var bad: [Term] = []
            for target in try call.nodes(0) {
                let found = try await call.node.rpcCall(
                    target, "erlang", "whereis", [call[1]], by: call.process, timeout: call.node.defaultTimeout)
                if case .pid(let pid) = found {
                    await call.send(call[2], to: .pid(pid))
                    good.append(.atom(target))
                } else {
                    bad.append(.atom(target))
                }
            }
            return .tuple([.makeList(good), .makeList(bad)])
        },
        FunctionEntry("rpc", "server_call", ["Node", "Name", "Wrapper", "Message"], "Asks a server of the old kind.") {
            call in
            let (target, name) = (try call.atom(0), try call.atom(1))
            let monitor = call.process.monitor(.name(name, node: target))
            call.process.send(.tuple([.pid(call.process.pid), call[3]]), to: .name(name, node: target))
            let answer = try await call.process.receive(timeout: call.node.defaultTimeout) { message -> Term? in
                guard let tuple = message.asTuple else { return nil }
                if tuple.count == 3, tuple[0] == call[2], tuple[1] == .atom(target) { return tuple[2] }
                if tuple.count == 5, tuple[0] == .atom(.DOWN), tuple[1] == .reference(monitor) {
                    return .tuple([.atom(.error), .atom("nodedown")])
                }
                return nil
            }
            call.process.demonitor(monitor, flush: true)
            return answer ?? .tuple([.atom(.error), .atom(.timeout)])
        },
        FunctionEntry(
            "erpc", "cast", ["Node", "Module", "Function", "Arguments"], "Starts a call; nobody waits for it."
        ) { call in
            call.node.cast(try call.atom(0), try call.atom(1), try call.atom(2), try call.list(3), by: call.process)
            return .atom(.ok)
        },
        FunctionEntry("erpc", "multicast", ["Nodes", "Module", "Function", "Arguments"], "Starts a call on nodes.") {
            call in
            for target in try call.nodes(0) {
                call.node.cast(target, try call.atom(1), try call.atom(2), try call.list(3), by: call.process)
            }
            return .atom(.ok)
        },
        FunctionEntry(
            "erpc", "multicall", ["Nodes", "Module", "Function", "Arguments"],
            "Calls on nodes: {ok, V} or {Class, Reason} each."
        ) {
            call in
            try await call.multi(timeout: call.node.defaultTimeout)
        },
        FunctionEntry(
            "erpc", "multicall", ["Nodes", "Module", "Function", "Arguments", "Timeout"],
            "Calls on nodes, with a timeout."
        ) { call in
            try await call.multi(timeout: try call.timeout(4))
        },
        FunctionEntry(
            "erpc", "send_request", ["Node", "Module", "Function", "Arguments"],
            "Starts a call; receive_response gives its result."
        ) {
            call in
            let (target, module, function, list) = (
                try call.atom(0), try call.atom(1), try call.atom(2), try call.list(3)
            )
            let caller = call.process
            let request: Term = .reference(call.node.processes.makeReference())
            call.node.processes.spawn(.erpc, "send_request", groupLeader: caller.groupLeader) {
                [node = call.node] worker in
                let outcome = await node.outcome(target, module, function, list, by: worker, timeout: nil)
                worker.send(.tuple([request, outcome]), to: caller.pid)
            }
            return request
        },
        FunctionEntry("erpc", "receive_response", ["Request"], "The result of send_request, waiting for it.") { call in
            try await call.response(timeout: nil)
        },
        FunctionEntry(
            "erpc", "receive_response", ["Request", "Timeout"], "The result of send_request, waiting so long."
        ) { call in
            try await call.response(timeout: try call.timeout(1))
        },
    ]

    /// How a call ended: `{ok, Value}` or `{Class, Reason}`.
    fileprivate func outcome(
        _ target: Atom, _ module: Atom, _ function: Atom, _ arguments: [Term], by process: Process, timeout: Int64?
    ) async -> Term {
        do {
            let value = try await erpcCall(target, module, function, arguments, by: process, timeout: timeout)
            return .tuple([.atom(.ok), value])
        } catch let exception as ErlangException {
            let kind: Atom =
                switch exception.kind {
                case .error: .error
                case .exit: .exit
                case .throw: .throw
                }
            return .tuple([.atom(kind), exception.reason])
        } catch {
            return .tuple([.atom(.exit), .atom(.killed)])
        }
    }
}

extension FunctionCall {
    fileprivate func promise(timeout: Int64?) async throws -> Term? {
        let key = self[0]
        return try await process.receive(timeout: timeout) { message -> Term? in
            guard let tuple = message.asTuple, tuple.count == 2, tuple[0] == key, let reply = tuple[1].asTuple,
                reply.count == 2, reply[0] == .atom("promise_reply")
            else { return nil }
            return reply[1]
        }
    }

    fileprivate func multi(timeout: Int64?) async throws -> Term {
        let (nodes, module, function, list) = (try nodes(0), try atom(1), try atom(2), try list(3))
        let outcomes = await withTaskGroup(of: (Int, Term).self) { group in
            for (position, target) in nodes.enumerated() {
                group.addTask { [node, process] in
                    (position, await node.outcome(target, module, function, list, by: process, timeout: timeout))
                }
            }
            var outcomes = [Term](repeating: .nil, count: nodes.count)
            for await (position, outcome) in group { outcomes[position] = outcome }
            return outcomes
        }
        return .makeList(outcomes)
    }

    fileprivate func response(timeout: Int64?) async throws -> Term {
        let request = self[0]
        let outcome = try await process.receive(timeout: timeout) { message -> Term? in
            guard let tuple = message.asTuple, tuple.count == 2, tuple[0] == request else { return nil }
            return tuple[1]
        }
        guard let pair = outcome?.asTuple, pair.count == 2 else {
            throw ErlangException(.error, .tuple([.atom(.erpc), .atom(.timeout)]))
        }
        switch pair[0] {
        case .atom(.ok): return pair[1]
        case .atom(.throw): throw ErlangException(.throw, pair[1])
        case .atom(.exit): throw ErlangException(.exit, pair[1])
        default: throw ErlangException(.error, pair[1])
        }
    }
}

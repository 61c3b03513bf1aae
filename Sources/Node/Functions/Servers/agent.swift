internal import Processes
internal import Terms

/// A server that keeps a value, as Elixir's `Agent`: functions by name are called with the value as first argument.
private struct Agent: GenServer {
    let node: Node
    /// Module, function and arguments, or a fun.
    let start: Term

    var module: Atom { "Elixir.Agent.Server" }

    func initialize(_ process: Process) async throws -> GenServerStart<Term> {
        .ok(try await call(start, [], process))
    }

    func handle(call: GenCall, _ state: inout Term, _ process: Process) async throws -> GenServerStep {
        guard let request = call.request.asTuple, request.count == 2 else { return .reply(.atom(.badarg)) }
        switch request[0].asAtom?.name {
        case "get": return .reply(try await self.call(request[1], [state], process))
        case "update":
            state = try await self.call(request[1], [state], process)
            return .reply(.atom(.ok))
        case "get_and_update":
            let answer = try await self.call(request[1], [state], process)
            guard let pair = answer.asTuple, pair.count == 2 else {
                throw ErlangException(.exit, .tuple([.atom("bad_return_value"), answer]))
            }
            state = pair[1]
            return .reply(pair[0])
        default: return .reply(.atom(.badarg))
        }
    }

    func handle(cast request: Term, _ state: inout Term, _ process: Process) async throws -> GenServerStep {
        guard let request = request.asTuple, request.count == 2, request[0] == .atom("cast") else { return .noreply() }
        state = try await call(request[1], [state], process)
        return .noreply()
    }

    func term(of state: Term) -> Term { state }
    func state(_ state: Term, replacedWith term: Term) -> Term? { term }
    func apply(_ fun: Term, _ arguments: [Term], _ process: Process) async throws -> Term {
        try await call(fun, arguments, process)
    }

    /// Calls `{Module, Function, Arguments}` with more arguments before its own, or a fun.
    private func call(_ function: Term, _ first: [Term], _ process: Process) async throws -> Term {
        if let tuple = function.asTuple, tuple.count == 3, let module = tuple[0].asAtom, let name = tuple[1].asAtom,
            let rest = tuple[2].properList
        {
            return try await node.functions.callCode(module, name, first + rest, on: node, by: process)
        }
        return try await node.functions.apply(function, first, on: node, by: process)
    }
}

extension Node {
    /// Elixir's `Agent`.
    static let agentFunctions: [FunctionEntry] = [
        agentStarts("start", isLinked: false), agentStarts("start_link", isLinked: true), agentRequests("get"),
        agentRequests("update"), agentRequests("get_and_update"), agentCasts,
    ].flatMap { $0 }

    private static func agentStarts(_ name: Atom, isLinked: Bool) -> [FunctionEntry] {
        let summary = "Starts an agent with what the function gives: name:, timeout:."
        return FunctionEntry.family("Elixir.Agent", name, ["Fun", "Options"], from: 1, summary) { call in
            try await call.startAgent(call[0], options: call.arguments.count > 1 ? call[1] : .nil, isLinked: isLinked)
        }
            + FunctionEntry.family(
                "Elixir.Agent", name, ["Module", "Function", "Arguments", "Options"], from: 3, summary
            ) { call in
                let start: Term = .tuple([call[0], call[1], .makeList(try call.list(2))])
                return try await call.startAgent(
                    start, options: call.arguments.count > 3 ? call[3] : .nil, isLinked: isLinked)
            }
    }

    private static func agentRequests(_ name: Atom) -> [FunctionEntry] {
        FunctionEntry.family(
            "Elixir.Agent", name, ["Agent", "Fun", "Timeout"], from: 2, "Calls a fun with the agent's value."
        ) { call in
            try await call.askAgent(name, call[1], limit: call.arguments.count > 2 ? call[2] : 5000)
        }
            + FunctionEntry.family(
                "Elixir.Agent", name, ["Agent", "Module", "Function", "Arguments", "Timeout"], from: 4,
                "Calls a function with the agent's value first."
            ) { call in
                let function: Term = .tuple([call[1], call[2], .makeList(try call.list(3))])
                return try await call.askAgent(name, function, limit: call.arguments.count > 4 ? call[4] : 5000)
            }
    }

    private static let agentCasts: [FunctionEntry] = [
        FunctionEntry("Elixir.Agent", "cast", ["Agent", "Fun"], "Changes the agent's value with a fun, later.") {
            call in
            try await call.castAgent(call[1])
        },
        FunctionEntry(
            "Elixir.Agent", "cast", ["Agent", "Module", "Function", "Arguments"],
            "Changes the agent's value with a function, later."
        ) { call in
            try await call.castAgent(.tuple([call[1], call[2], .makeList(try call.list(3))]))
        },
        FunctionEntry("Elixir.Agent", "child_spec", ["Argument"], "How a supervisor starts an agent.", safe: true) {
            call in
            .map([
                .atom("id"): .atom("Elixir.Agent"),
                .atom("start"): .tuple([.atom("Elixir.Agent"), .atom("start_link"), [call[0]]]),
            ])
        },
    ]
}

extension FunctionCall {
    fileprivate func startAgent(_ start: Term, options: Term, isLinked: Bool) async throws -> Term {
        _ = try elixirName(in: options)
        return try await self.start(
            Agent(node: node, start: start), name: option("name", in: options), isLinked: isLinked)
    }

    /// The failure is in the words of `GenServer.call/3`, as in Elixir.
    fileprivate func askAgent(_ name: Atom, _ function: Term, limit: Term) async throws -> Term {
        let question: Term = .tuple([.atom(name), function])
        return try await call("Elixir.GenServer", "call", [self[0], question, limit])
    }

    fileprivate func castAgent(_ function: Term) async throws -> Term {
        try await call("Elixir.GenServer", "cast", [self[0], .tuple([.atom("cast"), function])])
    }
}

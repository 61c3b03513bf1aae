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
                throw ErlangException(.error, .tuple([.atom("bad_return_value"), answer]))
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
            return try await node.functions.call(module, name, first + rest, on: node, by: process)
        }
        return try await node.functions.call(
            .erlang, "apply", [function, .makeList(first)], on: node, by: process)
    }
}

extension Node {
    /// Elixir's `Agent`.
    static let agentFunctions: [FunctionEntry] =
        [
            FunctionEntry(
                "Elixir.Agent", "start_link", ["Module", "Function", "Arguments"],
                "Starts an agent with what the function gives."
            ) { call in
                try await call.start(
                    Agent(node: call.node, start: .tuple([call[0], call[1], .makeList(try call.list(2))])))
            },
            FunctionEntry(
                "Elixir.Agent", "start_link", ["Module", "Function", "Arguments", "Options"],
                "Starts an agent under a name: name:."
            ) { call in
                try await call.start(
                    Agent(node: call.node, start: .tuple([call[0], call[1], .makeList(try call.list(2))])),
                    name: call.option("name", in: call[3]))
            },
            FunctionEntry("Elixir.Agent", "start_link", ["Fun"], "Starts an agent with what the fun gives.") { call in
                try await call.start(Agent(node: call.node, start: call[0]))
            },
            FunctionEntry("Elixir.Agent", "start_link", ["Fun", "Options"], "Starts an agent under a name: name:.") {
                call in
                try await call.start(Agent(node: call.node, start: call[0]), name: call.option("name", in: call[1]))
            },
            FunctionEntry("Elixir.Agent", "start", ["Fun"], "Starts an agent that is not linked.") { call in
                try await call.start(Agent(node: call.node, start: call[0]), isLinked: false)
            },
            FunctionEntry("Elixir.Agent", "start", ["Fun", "Options"], "Starts an agent that is not linked: name:.") {
                call in
                try await call.start(
                    Agent(node: call.node, start: call[0]), name: call.option("name", in: call[1]), isLinked: false)
            },
            FunctionEntry("Elixir.Agent", "stop", ["Agent"], "Ends an agent.") { call in
                try await call.call("sys", "terminate", [call[0], .atom(.normal)])
            },
            FunctionEntry("Elixir.Agent", "child_spec", ["Argument"], "How a supervisor starts an agent.", safe: true) {
                call in
                let arguments = call[0].properList ?? [call[0]]
                return ChildSpec(
                    id: .atom("Elixir.Agent"), module: "Elixir.Agent", function: "start_link", arguments: arguments
                ).term
            },
        ]
        + (["get", "update", "get_and_update"] as [Atom]).flatMap { name in
            [
                FunctionEntry("Elixir.Agent", name, ["Agent", "Fun"], "Calls a fun with the agent's value.") { call in
                    try await call.process.genCall(try await call.server(0), .tuple([.atom(name), call[1]]))
                },
                FunctionEntry(
                    "Elixir.Agent", name, ["Agent", "Module", "Function", "Arguments"],
                    "Calls a function with the agent's value first."
                ) { call in
                    let function: Term = .tuple([call[1], call[2], .makeList(try call.list(3))])
                    return try await call.process.genCall(try await call.server(0), .tuple([.atom(name), function]))
                },
            ]
        }
}

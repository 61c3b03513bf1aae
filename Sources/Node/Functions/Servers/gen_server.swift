internal import Processes
internal import Terms

extension Node {
    /// The client sides of `gen_server`, `GenServer` and `sys`: calls to servers here and on other nodes.
    static let serverFunctions: [FunctionEntry] =
        clients("gen_server") + clients("Elixir.GenServer")
        + [
            ("get_state", "The state of a server."), ("get_status", "The status of a server."),
            ("suspend", "Stops a server from taking messages."), ("resume", "Lets a server go on."),
        ].flatMap { name, summary in
            [
                FunctionEntry("sys", Atom(name), ["Server"], summary) { call in
                    try await call.system(.atom(Atom(name)), timeout: 5_000_000_000)
                },
                FunctionEntry("sys", Atom(name), ["Server", "Timeout"], summary) { call in
                    try await call.system(.atom(Atom(name)), timeout: try call.timeout(1))
                },
            ]
        }
        + [
            FunctionEntry("sys", "replace_state", ["Server", "Fun"], "Changes the state of a server with a fun.") {
                call in try await call.system(.tuple([.atom("replace_state"), call[1]]), timeout: 5_000_000_000)
            },
            FunctionEntry("sys", "terminate", ["Server", "Reason"], "Ends a server.") { call in
                try await call.system(.tuple([.atom("terminate"), call[1]]), timeout: nil)
            },
            FunctionEntry("gen_server", "stop", ["Server"], "Ends a server with reason normal.") { call in
                try await call.system(.tuple([.atom("terminate"), .atom(.normal)]), timeout: nil)
            },
            FunctionEntry("Elixir.GenServer", "stop", ["Server"], "Ends a server with reason :normal.") { call in
                try await call.system(.tuple([.atom("terminate"), .atom(.normal)]), timeout: nil)
            },
        ]

    private static func clients(_ module: Atom) -> [FunctionEntry] {
        [
            FunctionEntry(module, "call", ["Server", "Request"], "Asks a server and waits for its reply.") { call in
                try await call.process.genCall(try await call.server(0), call[1])
            },
            FunctionEntry(module, "call", ["Server", "Request", "Timeout"], "Asks a server and waits so long.") {
                call in
                try await call.process.genCall(try await call.server(0), call[1], timeout: try call.timeout(2))
            },
            FunctionEntry(module, "cast", ["Server", "Request"], "Sends a server a request without a reply.") { call in
                await call.send(.tuple([.atom(.genCast), call[1]]), to: try await call.server(0))
                return .atom(.ok)
            },
            FunctionEntry(module, "abcast", ["Nodes", "Name", "Request"], "Casts to a server on nodes.") { call in
                for target in try call.nodes(0) {
                    let name = try call.atom(1)
                    await call.send(.tuple([.atom(.genCast), call[2]]), to: .name(name, node: target))
                }
                return .atom("abcast")
            },
            FunctionEntry(
                module, "multi_call", ["Name", "Request"], "Asks a server on all nodes: {Replies, BadNodes}."
            ) {
                call in
                try await call.multiCall([call.node.name] + call.node.connectedNodes(), at: 0, timeout: nil)
            },
            FunctionEntry(module, "multi_call", ["Nodes", "Name", "Request"], "Asks a server on nodes.") { call in
                try await call.multiCall(try call.nodes(0), at: 1, timeout: nil)
            },
            FunctionEntry(
                module, "multi_call", ["Nodes", "Name", "Request", "Timeout"], "Asks a server on nodes, so long."
            ) {
                call in
                try await call.multiCall(try call.nodes(0), at: 1, timeout: try call.timeout(3))
            },
        ]
    }
}

extension FunctionCall {
    /// Asks the server of one name on several nodes, each by a process of its own.
    fileprivate func multiCall(_ nodes: [Atom], at first: Int, timeout: Int64?) async throws -> Term {
        let (name, request) = (try atom(first), self[first + 1])
        let answers = try await withThrowingTaskGroup(of: (Atom, Term?).self) { group in
            for target in nodes {
                group.addTask { [node] in
                    let answer: Term? = await withCheckedContinuation { continuation in
                        node.processes.spawn("gen_server", "multi_call") { worker in
                            let reply = try? await worker.genCall(.name(name, node: target), request, timeout: timeout)
                            continuation.resume(returning: reply)
                        }
                    }
                    return (target, answer)
                }
            }
            var answers: [Atom: Term?] = [:]
            for try await (target, answer) in group { answers[target] = .some(answer) }
            return answers
        }
        let replies = nodes.compactMap { target in (answers[target] ?? nil).map { Term.tuple([.atom(target), $0]) } }
        let bad = nodes.filter { (answers[$0] ?? nil) == nil }.map { Term.atom($0) }
        return .tuple([.makeList(replies), .makeList(bad)])
    }

    /// A system message, as `sys` sends it: `{system, {From, Tag}, Request}`.
    fileprivate func system(_ request: Term, timeout: Int64?) async throws -> Term {
        let answer = try await process.genCall(try await server(0), request, timeout: timeout, label: "system")
        if let pair = answer.asTuple, pair.count == 2, pair[0] == .atom(.error) {
            throw ErlangException(.error, pair[1])
        }
        return answer
    }
}

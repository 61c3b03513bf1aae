internal import Processes
internal import Terms

extension Node {
    /// `gen_server` and `GenServer`: servers of evaluated modules, and calls to servers here and on other nodes.
    static let serverFunctions: [FunctionEntry] = [
        erlangStarts("start", isLinked: false, "Starts a server and waits until Module:init/1 has returned."),
        erlangStarts("start_link", isLinked: true, "Starts a server that is linked with the caller."),
        erlangStarts(
            "start_monitor", isLinked: false, isMonitored: true,
            "Starts a server the caller monitors: {ok, {Pid, Ref}}."),
        elixirStarts("start", isLinked: false), elixirStarts("start_link", isLinked: true), enterLoop,
        serverCalls, serverRequests, casts("gen_server"), casts("Elixir.GenServer"),
        responses("wait_response", keepsAlias: true), responses("receive_response", keepsAlias: false),
        multiCalls("gen_server"), multiCalls("Elixir.GenServer"),
        stops("gen_server"), stops("proc_lib"), stops("Elixir.GenServer"), stops("Elixir.Agent"),
        stops("Elixir.Supervisor"), stops("Elixir.DynamicSupervisor"),
    ].flatMap { $0 }

    private static func erlangStarts(
        _ name: Atom, isLinked: Bool, isMonitored: Bool = false, _ summary: String
    ) -> [FunctionEntry] {
        [
            FunctionEntry("gen_server", name, ["Module", "Arguments", "Options"], summary) { call in
                try await call.startServer(
                    try call.atom(0), call[1], name: nil, options: call[2], isLinked: isLinked, isMonitored)
            },
            FunctionEntry("gen_server", name, ["Name", "Module", "Arguments", "Options"], summary) { call in
                guard call[0].asTuple != nil, let name = ServerName(call[0]) else {
                    throw call.badarg("the name is {local, Name}, {global, Name} or {via, Module, Name}")
                }
                return try await call.startServer(
                    try call.atom(1), call[2], name: name, options: call[3], isLinked: isLinked, isMonitored)
            },
        ]
    }

    private static func elixirStarts(_ name: Atom, isLinked: Bool) -> [FunctionEntry] {
        FunctionEntry.family(
            "Elixir.GenServer", name, ["Module", "Argument", "Options"], from: 2,
            "Starts a server of a module: name:, timeout:."
        ) { call in
            let options = call.arguments.count > 2 ? call[2] : .nil
            return try await call.startServer(
                try call.atom(0), call[1], name: try call.elixirName(in: options), options: options, isLinked: isLinked)
        }
    }

    private static let enterLoop: [FunctionEntry] = FunctionEntry.family(
        "gen_server", "enter_loop", ["Module", "Options", "State", "Name", "Wait"], from: 3,
        "Makes the caller a server."
    ) { call in
        // With four, the last is a name or how long to wait.
        let last = call.arguments.count > 3 ? call.arguments.last.flatMap(ModuleServer.wait) : nil
        let server = ModuleServer(module: try call.atom(0), argument: .nil, node: call.node)
        try await call.process.enterLoop(server, call[2], last ?? .forever)
    }

    private static let serverCalls: [FunctionEntry] = [
        FunctionEntry("gen_server", "call", ["Server", "Request"], "Asks a server and waits for its reply.") { call in
            try await call.request(call[1], timeout: 5_000_000_000)
        },
        FunctionEntry(
            "gen_server", "call", ["Server", "Request", "Timeout"], "Asks a server and waits so long for its reply."
        ) { call in
            try await call.request(call[1], timeout: try call.timeout(2))
        },
        FunctionEntry("Elixir.GenServer", "call", ["Server", "Request"], "Asks a server and waits for its reply.") {
            call in
            try await call.request(call[1], timeout: 5_000_000_000, words: [call[0], call[1], 5000])
        },
        FunctionEntry(
            "Elixir.GenServer", "call", ["Server", "Request", "Timeout"],
            "Asks a server and waits so long for its reply."
        ) { call in
            try await call.request(call[1], timeout: try call.timeout(2))
        },
        FunctionEntry("Elixir.GenServer", "whereis", ["Server"], "The pid of a server, or nil.", safe: true) { call in
            try await call.whereisServer()
        },
    ]

    private static let serverRequests: [FunctionEntry] = [
        FunctionEntry("gen_server", "send_request", ["Server", "Request"], "Asks a server; gives a request id.") {
            call in
            try await call.sendRequest()
        },
        FunctionEntry(
            "gen_server", "check_response", ["Message", "Request"], "Whether a message answers a request."
        ) { call in
            guard let id = call[1].asReference else { throw call.badarg("not a request id") }
            guard let answer = response(call[0], to: id) else { return .atom("no_reply") }
            call.process.unalias(id)
            return answer
        },
    ]

    private static func casts(_ module: Atom) -> [FunctionEntry] {
        [
            FunctionEntry(module, "cast", ["Server", "Request"], "Sends a request that has no reply.") { call in
                if let destination = try await call.foundServer() {
                    await call.send(.tuple([.atom(.genCast), call[1]]), to: destination)
                }
                return .atom(.ok)
            },
            FunctionEntry(module, "reply", ["From", "Reply"], "Answers a call that came earlier.") { call in
                guard let request = GenCall(.tuple([.atom(.genCall), call[0], .nil])) else {
                    throw call.functionClause()
                }
                request.reply(call[1], from: call.process)
                return .atom(.ok)
            },
        ]
    }

    private static func responses(_ name: Atom, keepsAlias: Bool) -> [FunctionEntry] {
        FunctionEntry.family("gen_server", name, ["Request", "Timeout"], from: 1, "Waits for the answer to a request.")
        {
            call in
            let limit = call.arguments.count > 1 ? try call.timeout(1) : nil
            return try await call.response(timeout: limit, keepsAlias: keepsAlias)
        }
    }

    private static func stops(_ module: Atom) -> [FunctionEntry] {
        let isElixir = module.name.hasPrefix("Elixir.")
        return FunctionEntry.family(
            module, "stop", ["Server", "Reason", "Timeout"], from: 1, "Tells a server to end, and waits for that."
        ) { call in
            try await call.stop(isElixir: isElixir)
        }
    }

    private static func multiCalls(_ module: Atom) -> [FunctionEntry] {
        [
            FunctionEntry(module, "abcast", ["Name", "Request"], "Casts to a server on all nodes.") { call in
                for target in [call.node.name] + call.node.connectedNodes() {
                    await call.send(.tuple([.atom(.genCast), call[1]]), to: .name(try call.atom(0), node: target))
                }
                return .atom("abcast")
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

    /// `{reply, Reply}` or `{error, {Reason, Server}}` if a message answers the request of that id.
    fileprivate static func response(_ message: Term, to id: Reference) -> Term? {
        guard let tuple = message.asTuple else { return nil }
        if tuple.count == 2, case .list(let tag) = tuple[0],
            tag.head == .list(List([.atom(.alias)], tail: .reference(id)))
        {
            return .tuple([.atom("reply"), tuple[1]])
        }
        if tuple.count == 5, tuple[0] == .atom(.DOWN), tuple[1] == .reference(id) {
            return .tuple([.atom(.error), .tuple([tuple[4], tuple[3]])])
        }
        return nil
    }
}

extension FunctionCall {
    /// Starts a server of a module of evaluated code.
    fileprivate func startServer(
        _ module: Atom, _ argument: Term, name: ServerName?, options: Term, isLinked: Bool, _ isMonitored: Bool = false
    ) async throws -> Term {
        let limit = option(.timeout, in: options)?.asInteger.map { Int64(min(max(0, $0), 0xFFFF_FFFF)) * 1_000_000 }
        if let holder = try await name?.holder(for: self) {
            return .tuple([.atom(.error), .tuple([.atom("already_started"), .pid(holder)])])
        }
        let server = ModuleServer(module: module, argument: argument, node: node)
        let started = try await process.start(
            server, isLinked: isLinked, timeout: limit,
            register: { [node] process in await name?.register(process, on: node) })
        guard isMonitored, case .ok(let pid) = started else { return started.term }
        return .tuple([.atom(.ok), .tuple([.pid(pid), .reference(process.monitor(.pid(pid)))])])
    }

    /// The option `name:` of Elixir.
    ///
    /// - Throws: `ArgumentError` in Elixir's words for what is no name.
    func elixirName(in options: Term) throws -> ServerName? {
        guard let name = option("name", in: options), name != .atom(.nil) else { return nil }
        if let known = ServerName(name), name.asTuple?.first != .atom("local") { return known }
        throw ErlangException.elixirArgument(
            """
            expected :name option to be one of the following:

              * nil
              * atom
              * {:global, term}
              * {:via, module, term}

            Got: \(ElixirPrinter(width: nil).inspect(name))

            """)
    }

    fileprivate func whereisServer() async throws -> Term {
        func pid(_ name: Atom) -> Term { node.processes.whereis(name).map { .pid($0.pid) } ?? .atom(.nil) }
        switch ServerName(self[0]) {
        case .local(let name): return pid(name)
        case .global, .via: return try await find().map { .pid($0) } ?? .atom(.nil)
        case nil:
            if case .name(let name, let target) = try destination(0), target == node.name { return pid(name) }
            return self[0]
        }
    }

    /// `call`: the words of its failure are its own arguments.
    ///
    /// - Parameter words: what stands in the failure; the arguments if nothing is given.
    func request(_ request: Term, timeout: Int64?, words: [Term]? = nil) async throws -> Term {
        let failure: Term
        do {
            guard let destination = try await foundServer() else { throw GenRequestFailure(.atom(.noproc)) }
            return try await process.genRequest(destination, request, timeout: timeout)
        } catch let error as GenRequestFailure {
            failure = error.reason
        }
        let call: Term = .tuple([.atom(module), .atom(function), .makeList(words ?? arguments)])
        throw ErlangException(.exit, .tuple([failure, call]))
    }

    /// `stop/1,2,3`: reason `normal` and no limit unless given.
    fileprivate func stop(isElixir: Bool) async throws -> Term {
        let reason = arguments.count > 1 ? self[1] : .atom(.normal)
        let limit = arguments.count > 2 ? try timeout(2) : nil
        let failure: Term
        do {
            guard let destination = try await foundServer() else { throw GenRequestFailure(.atom(.noproc)) }
            try await process.genStop(destination, reason: reason, timeout: limit)
            return .atom(.ok)
        } catch let error as GenRequestFailure {
            failure = error.reason
        }
        guard isElixir else { throw ErlangException(.exit, failure) }
        let words: [Term] = [self[0], reason, arguments.count > 2 ? self[2] : .atom(.infinity)]
        let stop: Term = .tuple([.atom("Elixir.GenServer"), .atom("stop"), .makeList(words)])
        throw ErlangException(.exit, .tuple([failure, stop]))
    }

    /// `send_request/2`: the id is a monitor of the server.
    fileprivate func sendRequest() async throws -> Term {
        guard let server = try await foundServer() else { throw badarg("no process has that name") }
        let id = process.monitor(server, alias: .replyDemonitor, tag: nil)
        let tag: Term = [.list(List([.atom(.alias)], tail: .reference(id)))]
        process.send(.tuple([.atom(.genCall), .tuple([.pid(process.pid), tag]), self[1]]), to: server)
        return .reference(id)
    }

    /// - Parameter keepsAlias: a reply that is too late is taken by the next one who asks, instead of being dropped.
    fileprivate func response(timeout: Int64?, keepsAlias: Bool) async throws -> Term {
        guard let id = self[0].asReference else { throw badarg("not a request id") }
        let answer = try await process.receive(timeout: timeout) { Node.response($0, to: id) }
        if answer != nil || !keepsAlias {
            process.unalias(id)
            process.demonitor(id, flush: true)
        }
        return answer ?? .atom(.timeout)
    }

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
}

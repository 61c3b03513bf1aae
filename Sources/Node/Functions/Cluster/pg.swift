internal import Processes
internal import Terms

extension Node {
    /// The modules `pg`, and `pg2` for the old tutorials: its groups are those of the scope `pg`.
    static let groupFunctions: [FunctionEntry] = [
        FunctionEntry("pg", "start", ["Scope"], "Starts a scope of process groups.") { call in
            call.startScope(try call.atom(0))
        },
        FunctionEntry("pg", "start_link", [], "Starts the scope pg, linked with the caller.") { call in
            call.startScope("pg", isLinked: true)
        },
        FunctionEntry("pg", "start_link", ["Scope"], "Starts a scope of process groups, linked with the caller.") {
            call in call.startScope(try call.atom(0), isLinked: true)
        },
        FunctionEntry("pg", "join", ["Group", "PidOrPids"], "Joins processes of this node to a group.") { call in
            try await call.scopeCall("pg", "join_local", call[0], call[1])
        },
        FunctionEntry("pg", "join", ["Scope", "Group", "PidOrPids"], "Joins processes of this node to a group.") {
            call in
            try await call.scopeCall(try call.atom(0), "join_local", call[1], call[2])
        },
        FunctionEntry("pg", "leave", ["Group", "PidOrPids"], "Takes processes out of a group.") { call in
            try await call.scopeCall("pg", "leave_local", call[0], call[1])
        },
        FunctionEntry("pg", "leave", ["Scope", "Group", "PidOrPids"], "Takes processes out of a group.") { call in
            try await call.scopeCall(try call.atom(0), "leave_local", call[1], call[2])
        },
        FunctionEntry("pg", "get_members", ["Group"], "The members of a group, on all nodes.", safe: true) { call in
            call.members("pg", call[0], localOnly: false)
        },
        FunctionEntry("pg", "get_members", ["Scope", "Group"], "The members of a group, on all nodes.", safe: true) {
            call in call.members(try call.atom(0), call[1], localOnly: false)
        },
        FunctionEntry("pg", "get_local_members", ["Group"], "The members of a group on this node.", safe: true) {
            call in
            call.members("pg", call[0], localOnly: true)
        },
        FunctionEntry(
            "pg", "get_local_members", ["Scope", "Group"], "The members of a group on this node.", safe: true
        ) {
            call in call.members(try call.atom(0), call[1], localOnly: true)
        },
        FunctionEntry("pg", "which_groups", [], "All groups.", safe: true) { call in
            .makeList(call.node.scopes.groups("pg", localOnly: false) ?? [])
        },
        FunctionEntry("pg", "which_groups", ["Scope"], "All groups of a scope.", safe: true) { call in
            .makeList(call.node.scopes.groups(try call.atom(0), localOnly: false) ?? [])
        },
        FunctionEntry("pg", "which_local_groups", [], "The groups with members on this node.", safe: true) { call in
            .makeList(call.node.scopes.groups("pg", localOnly: true) ?? [])
        },
        FunctionEntry("pg", "monitor", ["Group"], "Asks for {Ref, join | leave, Group, Pids}; gives {Ref, Members}.") {
            call in
            try await call.scopeCall("pg", "monitor", .reference(call.node.processes.makeReference()), call[0])
        },
        FunctionEntry("pg", "monitor", ["Scope", "Group"], "Asks to be told of joins and leaves of a group.") { call in
            try await call.scopeCall(
                try call.atom(0), "monitor", .reference(call.node.processes.makeReference()), call[1])
        },
        FunctionEntry("pg", "monitor_scope", [], "Asks to be told of the joins and leaves of all groups.") { call in
            try await call.scopeCall("pg", "monitor", .reference(call.node.processes.makeReference()))
        },
        FunctionEntry("pg", "monitor_scope", ["Scope"], "Asks to be told of the joins and leaves of all groups.") {
            call in
            try await call.scopeCall(try call.atom(0), "monitor", .reference(call.node.processes.makeReference()))
        },
        FunctionEntry("pg", "demonitor", ["Ref"], "Takes a monitor of a group back.") { call in
            try await call.scopeCall("pg", "demonitor", call[0])
        },
        FunctionEntry("pg", "demonitor", ["Scope", "Ref"], "Takes a monitor of a group back.") { call in
            try await call.scopeCall(try call.atom(0), "demonitor", call[1])
        },
        FunctionEntry("pg2", "start", [], "Starts the groups.") { call in call.startScope("pg") },
        FunctionEntry("pg2", "create", ["Group"], "Makes a group; one of pg is there with its first member.") { call in
            _ = call.startScope("pg")
            return .atom(.ok)
        },
        FunctionEntry("pg2", "join", ["Group", "Pid"], "Joins a process of this node to a group.") { call in
            _ = call.startScope("pg")
            return try await call.scopeCall("pg", "join_local", call[0], call[1])
        },
        FunctionEntry("pg2", "leave", ["Group", "Pid"], "Takes a process out of a group.") { call in
            _ = try await call.scopeCall("pg", "leave_local", call[0], call[1])
            return .atom(.ok)
        },
        FunctionEntry("pg2", "get_members", ["Group"], "The members of a group, on all nodes.", safe: true) { call in
            call.members("pg", call[0], localOnly: false)
        },
        FunctionEntry("pg2", "get_local_members", ["Group"], "The members of a group on this node.", safe: true) {
            call in
            call.members("pg", call[0], localOnly: true)
        },
        FunctionEntry("pg2", "get_closest_pid", ["Group"], "A member on this node, else any.", safe: true) { call in
            let here = call.node.scopes.members("pg", call[0], localOnly: true) ?? []
            let all = call.node.scopes.members("pg", call[0], localOnly: false) ?? []
            let pid = here.randomElement() ?? all.randomElement()
            return pid.map { .pid($0) } ?? .tuple([.atom(.error), .tuple([.atom("no_process"), call[0]])])
        },
        FunctionEntry("pg2", "which_groups", [], "All groups.", safe: true) { call in
            .makeList(call.node.scopes.groups("pg", localOnly: false) ?? [])
        },
    ]
}

extension FunctionCall {
    fileprivate func startScope(_ name: Atom, isLinked: Bool = false) -> Term {
        let (pid, isNew) = node.scopes.start(name, on: node)
        if isNew, isLinked { process.link(to: pid) }
        return isNew
            ? .tuple([.atom(.ok), .pid(pid)])
            : .tuple([.atom(.error), .tuple([.atom("already_started"), .pid(pid)])])
    }

    fileprivate func members(_ scope: Atom, _ group: Term, localOnly: Bool) -> Term {
        .makeList((node.scopes.members(scope, group, localOnly: localOnly) ?? []).map { .pid($0) })
    }

    /// Asks the process of a scope.
    fileprivate func scopeCall(_ scope: Atom, _ request: Atom, _ arguments: Term...) async throws -> Term {
        guard let server = node.scopes.process(scope) else {
            throw ErlangException(
                .exit,
                .tuple([
                    .atom(.noproc), .tuple([.atom("gen_server"), .atom("call"), .makeList([.atom(scope)])]),
                ]), detail: "the scope \(scope) is not started: pg:start_link().")
        }
        if request == "join_local" || request == "leave_local" {
            let pids = arguments[1].asPid.map { [$0] } ?? (arguments[1].properList ?? []).compactMap(\.asPid)
            guard !pids.isEmpty || arguments[1] == .nil, pids.allSatisfy(node.processes.isLocal) else {
                throw badarg("pg takes processes of this node")
            }
        }
        return try await process.genCall(.pid(server.pid), .tuple(Tuple([.atom(request)] + arguments)))
    }
}

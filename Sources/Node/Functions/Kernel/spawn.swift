internal import Processes
internal import Support
internal import Terms

extension Node {
    /// `spawn` and its kin: of a fun or of a function by name, here or on another node.
    static let spawnFunctions: [FunctionEntry] =
        spawnFamily("spawn", "Runs", "in a new process.", [])
        + spawnFamily("spawn_link", "Runs", "in a new process, linked with the caller.", [.atom(.link)])
        + spawnFamily("spawn_monitor", "Runs", "in a new process: {Pid, Ref}.", [.atom(.monitor)])
        + [
            FunctionEntry("erlang", "spawn_opt", ["Fun", "Options"], "Runs a fun in a new process with options.") {
                try await $0.spawn($0[0], options: try $0.list(1))
            },
            FunctionEntry(
                "erlang", "spawn_opt", ["Node", "Fun", "Options"], "Runs a fun in a process on a node with options."
            ) {
                try await $0.spawn($0[1], on: try $0.atom(0), options: try $0.list(2))
            },
            FunctionEntry(
                "erlang", "spawn_opt", ["Module", "Function", "Arguments", "Options"],
                "Runs a function in a new process with options."
            ) {
                try await $0.spawn(
                    try $0.atom(0), try $0.atom(1), try $0.list(2), on: $0.node.name, options: try $0.list(3))
            },
            FunctionEntry(
                "erlang", "spawn_opt", ["Node", "Module", "Function", "Arguments", "Options"],
                "Runs a function in a process on a node with options."
            ) {
                try await $0.spawn(
                    try $0.atom(1), try $0.atom(2), try $0.list(3), on: try $0.atom(0), options: try $0.list(4))
            },
        ]

    private static func spawnFamily(_ name: Atom, _ verb: String, _ rest: String, _ options: [Term]) -> [FunctionEntry]
    {
        [
            .immediate(.erlang, name, ["Fun"], "\(verb) a fun \(rest)") { call in
                let call = call.kept
                return try call.spawnHere(.erlang, "apply", [call.spawnable(call[0]), .nil], options: options)
            },
            .immediate(.erlang, name, ["Module", "Function", "Arguments"], "\(verb) a function \(rest)") { call in
                let call = call.kept
                return try call.spawnHere(try call.atom(0), try call.atom(1), try call.list(2), options: options)
            },
            FunctionEntry(.erlang, name, ["Node", "Fun"], "\(verb) a fun on a node \(rest)") { call in
                try await call.spawn(call[1], on: try call.atom(0), options: options)
            },
            FunctionEntry(
                .erlang, name, ["Node", "Module", "Function", "Arguments"], "\(verb) a function on a node \(rest)"
            ) { call in
                try await call.spawn(
                    try call.atom(1), try call.atom(2), try call.list(3), on: try call.atom(0), options: options)
            },
        ]
    }
}

extension FunctionCall {
    /// A fun without parameters.
    fileprivate func spawnable(_ fun: Term) throws -> Term {
        guard case .fun = fun else { throw badarg("not a fun") }
        return fun
    }

    fileprivate func spawn(_ fun: Term, options: [Term]) async throws -> Term {
        try await spawn(.erlang, "apply", [spawnable(fun), .nil], on: node.name, options: options)
    }

    fileprivate func spawn(_ fun: Term, on target: Atom, options: [Term]) async throws -> Term {
        try await spawn(.erlang, "apply", [spawnable(fun), .nil], on: target, options: options)
    }

    /// - Returns: the pid, or `{Pid, Reference}` with the option `monitor`.
    fileprivate func spawn(
        _ module: Atom, _ function: Atom, _ arguments: [Term], on target: Atom, options: [Term]
    ) async throws -> Term {
        if target == node.name { return try spawnHere(module, function, arguments, options: options) }
        let others = options.filter { $0 != .atom(.monitor) }
        do {
            let pid = try await node.spawnRemote(target, module, function, arguments, options: others, by: process)
            if options.contains(.atom(.link)) { process.link(to: pid) }
            guard options.contains(.atom(.monitor)) else { return .pid(pid) }
            return .tuple([.pid(pid), .reference(process.monitor(.pid(pid)))])
        } catch let exception as ErlangException where exception.reason == .atom(.noconnection) {
            // As in OTP: a pid comes back, of a process that ends at once.
            return try spawnHere(.erlang, "exit", [.atom(.noconnection)], options: options)
        }
    }

    fileprivate func spawnHere(
        _ module: Atom, _ function: Atom, _ arguments: [Term], options: [Term]
    ) throws -> Term {
        let parent = process
        let reference = Locked<Reference?>(nil)
        let spawned = node.processes.spawn(
            module, function, arguments.count, groupLeader: process.groupLeader,
            prepare: { process in
                for option in options {
                    switch option {
                    case .atom(.link): parent.link(to: process.pid)
                    case .atom(.monitor):
                        let monitor = parent.monitor(.pid(process.pid))
                        reference.withLock { $0 = monitor }
                    default: break
                    }
                }
            },
            { [node] process in
                do {
                    _ = try await node.functions.callCode(module, function, arguments, on: node, by: process)
                } catch let exception as ErlangException {
                    await node.logCrash(exception, of: process)
                    throw exception
                }
            })
        guard let monitor = reference.withLock({ $0 }) else { return .pid(spawned.pid) }
        return .tuple([.pid(spawned.pid), .reference(monitor)])
    }
}

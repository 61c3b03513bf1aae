internal import Processes
internal import Support
internal import Terms

extension Node {
    /// `proc_lib`: processes that know who started them, and tell him when they are ready.
    static let processLibraryFunctions: [FunctionEntry] =
        childSpawns("spawn", []) + childSpawns("spawn_link", [.atom(.link)]) + childStarts("start", [])
        + childStarts("start_link", [.atom(.link)]) + hibernations + readiness

    private static func childSpawns(_ name: Atom, _ options: [Term]) -> [FunctionEntry] {
        [
            FunctionEntry("proc_lib", name, ["Fun"], "Runs a fun in a new process that knows its parents.") { call in
                .pid(call.spawnChild(.erlang, "apply", [call[0], .nil], options: options))
            },
            FunctionEntry(
                "proc_lib", name, ["Module", "Function", "Arguments"],
                "Runs a function in a new process that knows its parents."
            ) { call in
                .pid(call.spawnChild(try call.atom(0), try call.atom(1), try call.list(2), options: options))
            },
        ]
    }

    private static func childStarts(_ name: Atom, _ options: [Term]) -> [FunctionEntry] {
        FunctionEntry.family(
            "proc_lib", name, ["Module", "Function", "Arguments", "Timeout", "Options"], from: 3,
            "Runs a function in a new process and waits for its init_ack."
        ) { call in
            let limit = call.arguments.count > 3 ? try call.timeout(3) : nil
            let more = call.arguments.count > 4 ? try call.list(4) : []
            return try await call.startChild(timeout: limit, options: options + more)
        }
    }

    private static let hibernations: [FunctionEntry] = (["proc_lib", "erlang", "Elixir.Process"] as [Atom]).map {
        FunctionEntry($0, "hibernate", ["Module", "Function", "Arguments"], "Waits for a message, then goes on.") {
            call in
            try await call.hibernate()
        }
    }

    private static let readiness: [FunctionEntry] = [
        FunctionEntry("proc_lib", "spawn_opt", ["Fun", "Options"], "Runs a fun in a new process with options.") {
            call in
            .pid(call.spawnChild(.erlang, "apply", [call[0], .nil], options: try call.list(1)))
        },
        FunctionEntry(
            "proc_lib", "spawn_opt", ["Module", "Function", "Arguments", "Options"],
            "Runs a function in a new process with options."
        ) { call in
            .pid(call.spawnChild(try call.atom(0), try call.atom(1), try call.list(2), options: try call.list(3)))
        },
        FunctionEntry("proc_lib", "init_ack", ["Value"], "Tells the parent that this process is ready.") { call in
            guard let parent = call.process.dictionary[.atom("$ancestors")]?.properList?.first else {
                throw call.badarg("this process was not started by proc_lib")
            }
            return call.acknowledge(parent, call[0])
        },
        FunctionEntry("proc_lib", "init_ack", ["Parent", "Value"], "Tells a process that this one is ready.") { call in
            call.acknowledge(call[0], call[1])
        },
        FunctionEntry("proc_lib", "initial_call", ["Pid"], "What a process was started with.", safe: true) { call in
            let process = call.node.processes.process(try call.pid(0))
            let start = process?.dictionary[.atom("$initial_call")]?.asTuple
            guard let start, start.count == 3, let arity = start[2].asInteger else { return .boolean(false) }
            let names = (0..<max(0, min(arity, 255))).map { Term.atom(Atom("Argument__\($0 + 1)")) }
            return .tuple([start[0], start[1], .makeList(names)])
        },
    ]
}

extension FunctionCall {
    fileprivate func spawnChild(_ module: Atom, _ function: Atom, _ arguments: [Term], options: [Term]) -> Pid {
        let parent = process
        let family = parent.ancestors
        return node.processes.spawn(
            module, function, arguments.count, groupLeader: parent.groupLeader,
            prepare: { child in
                if options.contains(.atom(.link)) { parent.link(to: child.pid) }
                if options.contains(.atom(.monitor)) { _ = parent.monitor(.pid(child.pid)) }
                child.put(
                    .atom("$initial_call"), .tuple([.atom(module), .atom(function), .integer(arguments.count)]))
                child.put(.atom("$ancestors"), family)
            },
            { [node] child in
                do {
                    _ = try await node.functions.callCode(module, function, arguments, on: node, by: child)
                } catch let exception as ErlangException {
                    await node.logCrash(exception, of: child)
                    throw exception
                }
            }
        ).pid
    }

    fileprivate func acknowledge(_ parent: Term, _ value: Term) -> Term {
        let message: Term = .tuple([.atom("ack"), .pid(process.pid), value])
        if let pid = parent.asPid { process.send(message, to: pid) }
        if let name = parent.asAtom { process.send(message, to: .name(name, node: node.name)) }
        return .atom(.ok)
    }

    fileprivate func startChild(timeout: Int64?, options: [Term]) async throws -> Term {
        let child = spawnChild(try atom(0), try atom(1), try list(2), options: options)
        let monitor = process.monitor(.pid(child))
        defer { process.demonitor(monitor, flush: true) }
        let answer: Term? = try await process.receive(timeout: timeout) { message in
            guard let tuple = message.asTuple else { return nil }
            if tuple.count == 3, tuple[0] == .atom("ack"), tuple[1] == .pid(child) { return tuple[2] }
            if tuple.count == 5, tuple[0] == .atom(.DOWN), tuple[1] == .reference(monitor) {
                return .tuple([.atom(.error), tuple[4]])
            }
            return nil
        }
        if let answer { return answer }
        process.unlink(from: child)
        process.exit(child, reason: .atom(.kill))
        return .tuple([.atom(.error), .atom(.timeout)])
    }

    /// The call stack is gone then: what the function gives is the end of the process.
    fileprivate func hibernate() async throws -> Term {
        try await process.waitForMessage(beyond: 0, deadline: nil)
        _ = try await node.functions.callCode(try atom(0), try atom(1), try list(2), on: node, by: process)
        throw ErlangException(.exit, .atom(.normal))
    }
}

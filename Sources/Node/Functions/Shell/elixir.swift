internal import Processes
internal import Terms

extension Node {
    /// Elixir's modules: the same functions under the names they have there, and the few that answer differently.
    static let elixirFunctions: [FunctionEntry] =
        renamed(
            erlangFunctions, "erlang", to: "Elixir.Node",
            [
                ("node", 0, "self"), ("nodes", 0, "list"), ("nodes", 1, "list"), ("is_alive", 0, "alive?"),
                ("get_cookie", 0, "get_cookie"), ("set_cookie", 1, "set_cookie"), ("set_cookie", 2, "set_cookie"),
                ("disconnect_node", 1, "disconnect"),
            ])
        + renamed(
            spawnFunctions, "erlang", to: "Elixir.Node",
            [
                ("spawn", 2, "spawn"), ("spawn", 4, "spawn"), ("spawn_link", 2, "spawn_link"),
                ("spawn_link", 4, "spawn_link"), ("spawn_monitor", 2, "spawn_monitor"),
                ("spawn_monitor", 4, "spawn_monitor"), ("spawn_opt", 3, "spawn"), ("spawn_opt", 5, "spawn"),
            ])
        + renamed(processFunctions, "erlang", to: "Elixir.Node", [("monitor_node", 2, "monitor")])
        + renamed(
            processFunctions, "erlang", to: "Elixir.Process",
            [
                ("get", 0, "get"), ("get", 1, "get"), ("put", 2, "put"), ("erase", 1, "delete"),
                ("process_flag", 2, "flag"),
                ("cancel_timer", 1, "cancel_timer"), ("read_timer", 1, "read_timer"),
                ("group_leader", 2, "group_leader"),
                ("alias", 0, "alias"), ("unalias", 1, "unalias"),
            ])
        + renamed(
            spawnFunctions, "erlang", to: "Elixir.Kernel",
            [
                ("spawn", 1, "spawn"), ("spawn", 3, "spawn"), ("spawn_link", 1, "spawn_link"),
                ("spawn_link", 3, "spawn_link"), ("spawn_monitor", 1, "spawn_monitor"),
                ("spawn_monitor", 3, "spawn_monitor"),
            ])
        + renamed(
            spawnFunctions, "erlang", to: "Elixir.Process",
            [("spawn_opt", 2, "spawn"), ("spawn_opt", 4, "spawn")])
        + renamed(netFunctions, "net_adm", to: "Elixir.Node", [("ping", 1, "ping")])
        + renamed(netFunctions, "net_adm", to: "net", [("ping", 1, "ping")])
        + renamed(
            netFunctions, "net_kernel", to: "Elixir.Node",
            [
                ("connect_node", 1, "connect"), ("stop", 0, "stop"),
            ])
        + renamed(
            erlangFunctions, "erlang", to: "Elixir.Process",
            [
                ("processes", 0, "list"), ("is_process_alive", 1, "alive?"), ("registered", 0, "registered"),
                ("exit", 2, "exit"), ("link", 1, "link"), ("unlink", 1, "unlink"), ("group_leader", 0, "group_leader"),
            ])
        + renamed(
            erlangFunctions, "erlang", to: "Elixir.System",
            [
                ("monotonic_time", 0, "monotonic_time"), ("monotonic_time", 1, "monotonic_time"),
                ("system_time", 0, "system_time"), ("system_time", 1, "system_time"),
            ])
        + [
            FunctionEntry("Elixir.Node", "start", ["Name"], "Makes this node alive under a long name.") { call in
                try await call.start(try call.atom(0), longNames: true)
            },
            FunctionEntry(
                "Elixir.Node", "start", ["Name", "Type"], "Makes this node alive: :longnames or :shortnames."
            ) {
                call in
                try await call.start(try call.atom(0), longNames: try call.atom(1) != "shortnames")
            },
            FunctionEntry("Elixir.Process", "whereis", ["Name"], "The pid registered under a name, or nil.", safe: true)
            {
                call in
                call.node.processes.whereis(try call.atom(0)).map { .pid($0.pid) } ?? .atom(.nil)
            },
            FunctionEntry("Elixir.Process", "info", ["Pid"], "What is known of a process, or nil.", safe: true) {
                call in
                let info = try await call.call("erlang", "process_info", call.arguments)
                return info == .atom(.undefined) ? .atom(.nil) : info
            },
            FunctionEntry("Elixir.Process", "info", ["Pid", "Item"], "An item of a process, or nil.", safe: true) {
                call in
                let info = try await call.call("erlang", "process_info", call.arguments)
                return info == .atom(.undefined) ? .atom(.nil) : info
            },
            FunctionEntry(
                "Elixir.Process", "send_after", ["To", "Message", "Time"], "Sends a message after milliseconds."
            ) {
                call in
                try await call.call("erlang", "send_after", [call[2], call[0], call[1]])
            },
            FunctionEntry("Elixir.Process", "get", ["Key"], "The value of a key in the process dictionary, or nil.") {
                call in
                call.process.dictionary[call[0]] ?? .atom(.nil)
            },
            FunctionEntry("Elixir.Process", "put", ["Key", "Value"], "Binds a key in the process dictionary.") { call in
                call.process.put(call[0], call[1]) ?? .atom(.nil)
            },
            FunctionEntry("Elixir.Process", "delete", ["Key"], "Removes a key from the process dictionary.") { call in
                call.process.put(call[0], nil) ?? .atom(.nil)
            },
            FunctionEntry("Elixir.Process", "monitor", ["Process"], "Monitors a process by pid or name.") { call in
                .reference(call.process.monitor(try call.destination(0)))
            },
            FunctionEntry("Elixir.Process", "demonitor", ["Reference"], "Takes a monitor down.") { call in
                try await call.call("erlang", "demonitor", call.arguments)
            },
            FunctionEntry("Elixir.Process", "sleep", ["Time"], "Waits so many milliseconds.", safe: true) { call in
                try await call.call("timer", "sleep", call.arguments)
            },
            FunctionEntry("Elixir.Process", "register", ["Pid", "Name"], "Registers a local process under a name.") {
                call in
                let reserved: [Atom] = [.nil, .true, .false, .undefined]
                if let name = call[1].asAtom, reserved.contains(name) { throw call.functionClause() }
                do {
                    return try await call.call("erlang", "register", [call[1], call[0]])
                } catch let exception as ErlangException where exception.reason == .atom(.badarg) {
                    let printer = ElixirPrinter(width: nil)
                    throw ErlangException.elixirArgument(
                        "could not register \(printer.inspect(call[0])) with name \(printer.inspect(call[1])) because it "
                            + "is not alive, the name is already taken, or it has already been given another name")
                }
            },
            FunctionEntry("Elixir.Kernel", "inspect", ["Value"], "A value as text.", safe: true) { call in
                .string(ElixirPrinter(width: nil).inspect(call[0]))
            },
        ]

    private static func renamed(
        _ entries: [FunctionEntry], _ module: Atom, to target: Atom, _ names: [(Atom, Int, Atom)]
    ) -> [FunctionEntry] {
        names.compactMap { name, arity, new in
            entries.first { $0.module == module && $0.name == name && $0.arity == arity }?.alias(target, new)
        }
    }

    /// Everything that is in the table of a new node.
    static let standardFunctions: [FunctionEntry] = [
        erlangFunctions, etsFunctions, etsSelectFunctions, rpcFunctions, netFunctions, probeFunctions, elixirFunctions,
        processFunctions,
        spawnFunctions, erpcFunFunctions, serverFunctions, systemMessageFunctions, asynchronousFunctions,
        globalFunctions,
        groupFunctions, beamshFunctions, supervisorFunctions, agentFunctions, ioFunctions, observerFunctions,
        loggerFunctions, elixirProcessFunctions, operatingSystemFunctions, processLibraryFunctions, timerFunctions,
        applicationFunctions,
    ].flatMap { $0 }
}

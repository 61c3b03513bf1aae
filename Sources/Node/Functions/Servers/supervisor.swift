internal import Processes
internal import Support
internal import Terms

extension Node {
    /// `supervisor`, `Supervisor` and `DynamicSupervisor`: supervisors here, and questions to those of any node.
    static let supervisorFunctions: [FunctionEntry] =
        supervisorClients("supervisor") + supervisorClients("Elixir.Supervisor") + supervisorStarts
        + elixirSupervisors + dynamicSupervisors("Elixir.DynamicSupervisor") + taskSupervisors

    private static let supervisorStarts: [FunctionEntry] = [
        FunctionEntry(
            "supervisor", "start_link", ["Module", "Arguments"],
            "Starts a supervisor with what Module:init/1 says: {ok, {Flags, ChildSpecs}}."
        ) { call in
            try await call.startSupervisor(try call.atom(0), call[1], name: nil)
        },
        FunctionEntry(
            "supervisor", "start_link", ["Name", "Module", "Arguments"], "Starts a supervisor under a name."
        ) { call in
            try await call.startSupervisor(try call.atom(1), call[2], name: call[0])
        },
        FunctionEntry(
            "Elixir.Supervisor", "start_link", ["Children", "Options"],
            "Starts a supervisor: strategy:, max_restarts:, max_seconds:, name:."
        ) { call in
            if let module = call[0].asAtom { return try await call.startSupervisor(module, call[1], name: nil) }
            _ = try call.elixirName(in: call[1])
            let flags = try await call.supervisorInit(try call.list(0), call[1])
            let supervisor = call.supervisor("Elixir.Supervisor.Default") { _ in .tuple([.atom(.ok), flags]) }
            return try await call.start(supervisor, name: call.option("name", in: call[1]))
        },
        FunctionEntry(
            "Elixir.Supervisor", "start_link", ["Module", "Argument", "Options"],
            "Starts a supervisor with what Module.init/1 says: name:."
        ) { call in
            _ = try call.elixirName(in: call[2])
            return try await call.startSupervisor(
                try call.atom(0), call[1], name: call.option("name", in: call[2]))
        },
    ]

    private static let elixirSupervisors: [FunctionEntry] = [
        FunctionEntry("Elixir.Supervisor", "init", ["Children", "Options"], "What init/1 of a supervisor returns.") {
            call in
            .tuple([.atom(.ok), try await call.supervisorInit(try call.list(0), call[1])])
        },
        FunctionEntry(
            "Elixir.Supervisor", "child_spec", ["Child", "Overrides"], "The specification of a child, with changes."
        ) { call in
            guard var map = try await call.childMap(call[0]).asMap else { throw call.functionClause() }
            for override in try call.list(1) {
                guard let pair = override.asTuple, pair.count == 2 else { throw call.functionClause() }
                let keys: [Atom] = ["id", "start", "restart", "shutdown", "type", "modules", "significant"]
                guard let key = pair[0].asAtom, keys.contains(key) else {
                    let name = ElixirPrinter(width: nil).inspect(pair[0])
                    throw ErlangException.elixirArgument("unknown key \(name) in child specification override")
                }
                map = map.updating(pair[0], to: pair[1])
            }
            return .map(map)
        },
        FunctionEntry("Elixir.Supervisor", "count_children", ["Supervisor"], "How many children it has.") { call in
            try await call.counts()
        },
    ]

    /// What a `DynamicSupervisor` offers.
    private static func dynamicSupervisors(_ module: Atom) -> [FunctionEntry] {
        [
            FunctionEntry(
                module, "start_link", ["Options"],
                "Starts a supervisor without children: strategy: :one_for_one, name:."
            ) { call in
                _ = try call.elixirName(in: call[0])
                let flags = SupervisorFlags.dynamicFlags(call[0])
                let supervisor = call.supervisor(module, isDynamic: true) { _ in .tuple([.atom(.ok), flags]) }
                return try await call.start(supervisor, name: call.option("name", in: call[0]))
            },
            FunctionEntry(module, "start_link", ["Module", "Argument"], "Starts a supervisor of a module.") { call in
                try await call.startSupervisor(try call.atom(0), call[1], name: nil, isDynamic: true)
            },
            FunctionEntry(
                module, "start_link", ["Module", "Argument", "Options"], "Starts a supervisor of a module: name:."
            ) { call in
                _ = try call.elixirName(in: call[2])
                return try await call.startSupervisor(
                    try call.atom(0), call[1], name: call.option("name", in: call[2]), isDynamic: true)
            },
            FunctionEntry(module, "init", ["Options"], "What init/1 of a dynamic supervisor returns.") { call in
                .tuple([.atom(.ok), SupervisorFlags.dynamicFlags(call[0])])
            },
            FunctionEntry(module, "child_spec", ["Options"], "How a supervisor starts this one.", safe: true) { call in
                var id: Term = .atom(module)
                if let name = call.option("name", in: call[0])?.asAtom { id = .atom(name) }
                return .map([
                    .atom("id"): id, .atom("type"): .atom("supervisor"),
                    .atom("start"): .tuple([.atom(module), .atom("start_link"), [call[0]]]),
                ])
            },
            FunctionEntry(module, "start_child", ["Supervisor", "ChildSpec"], "Starts a child.") { call in
                let spec = try await call.childSpec(call[1])
                let start: Term = .tuple([.atom(spec.module), .atom(spec.function), .makeList(spec.arguments)])
                let map = spec.term.asMap
                func field(_ name: Atom) -> Term { map?[.atom(name)] ?? .nil }
                let child: Term = .tuple([
                    start, field("restart"), field("shutdown"), field("type"), field("modules"),
                ])
                return try await call.request(.tuple([.atom("start_child"), child]), timeout: nil)
            },
            FunctionEntry(module, "which_children", ["Supervisor"], "Its children.") { call in
                try await call.request(.atom("which_children"), timeout: nil)
            },
            FunctionEntry(module, "count_children", ["Supervisor"], "How many children it has.") { call in
                try await call.counts()
            },
            FunctionEntry(module, "terminate_child", ["Supervisor", "Pid"], "Ends a child.") { call in
                try await call.request(.tuple([.atom("terminate_child"), call[1]]), timeout: nil)
            },
        ]
    }

    /// A `Task.Supervisor` is a dynamic supervisor whose children are tasks.
    private static let taskSupervisors: [FunctionEntry] =
        (0...1).map { count in
            FunctionEntry(
                "Elixir.Task.Supervisor", "start_link", Array(["Options"].prefix(count)),
                "Starts a supervisor of tasks: name:."
            ) { call in
                let options = count == 0 ? Term.nil : call[0]
                _ = try call.elixirName(in: options)
                let flags = SupervisorFlags.dynamicFlags(options)
                let supervisor = call.supervisor("Elixir.Task.Supervisor", isDynamic: true) { _ in
                    .tuple([.atom(.ok), flags])
                }
                return try await call.start(supervisor, name: call.option("name", in: options))
            }
        }
        + [
            FunctionEntry("Elixir.Task.Supervisor", "child_spec", ["Options"], "How a supervisor starts this one.") {
                call in
                var id: Term = .atom("Elixir.Task.Supervisor")
                if let name = call.option("name", in: call[0])?.asAtom { id = .atom(name) }
                return .map([
                    .atom("id"): id, .atom("type"): .atom("supervisor"),
                    .atom("start"): .tuple([.atom("Elixir.Task.Supervisor"), .atom("start_link"), [call[0]]]),
                ])
            },
            FunctionEntry("Elixir.Task.Supervisor", "children", ["Supervisor"], "The pids of its tasks.") { call in
                let children = try await call.request(.atom("which_children"), timeout: nil)
                return .makeList((children.properList ?? []).compactMap { $0.asTuple?[1] })
            },
            FunctionEntry("Elixir.Task.Supervisor", "terminate_child", ["Supervisor", "Pid"], "Ends a task.") { call in
                try await call.request(.tuple([.atom("terminate_child"), call[1]]), timeout: nil)
            },
        ]

    /// What both languages call the same.
    private static func supervisorClients(_ module: Atom) -> [FunctionEntry] {
        let requests: [(Atom, String, String)] = [
            ("start_child", "ChildSpec", "Adds a child and starts it."),
            ("terminate_child", "Id", "Ends a child; its specification stays."),
            ("restart_child", "Id", "Starts a child that was ended."),
            ("delete_child", "Id", "Removes the specification of a child that was ended."),
            ("get_childspec", "Id", "The specification of a child."),
        ]
        return requests.map { name, parameter, summary in
            FunctionEntry(module, name, ["Supervisor", parameter], summary) { call in
                var argument = call[1]
                if name == "start_child", module != "supervisor", argument.asMap == nil, argument.properList == nil {
                    argument = try await call.childMap(argument)
                }
                return try await call.request(.tuple([.atom(name), argument]), timeout: nil)
            }
        } + [
            FunctionEntry(module, "which_children", ["Supervisor"], "Its children: {Id, Pid, Type, Modules}.") { call in
                try await call.request(.atom("which_children"), timeout: nil)
            },
            FunctionEntry(module, "count_children", ["Supervisor"], "How many children it has.") { call in
                try await call.request(.atom("count_children"), timeout: nil)
            },
        ]
    }
}

extension FunctionCall {
    /// A supervisor of a module.
    ///
    /// - Parameter initialize: what `Module:init/1` says, asked in the supervisor.
    fileprivate func supervisor(
        _ module: Atom, isDynamic: Bool = false, initialize: @escaping @Sendable (Process) async throws -> Term
    ) -> Supervisor {
        var before = Supervisor.Configuration()
        before.module = module
        return Supervisor(
            before, clock: node.clock,
            configure: { process in
                let answer = try await initialize(process)
                if answer == .atom("ignore") { return .ignore }
                guard let pair = answer.asTuple, pair.count == 2, pair[0] == .atom(.ok) else {
                    return .stop(.tuple([.atom("bad_return"), .tuple([.atom(module), .atom("init"), answer])]))
                }
                do {
                    return .ok(
                        try isDynamic
                            ? SupervisorFlags.dynamic(pair[1], module: module)
                            : SupervisorFlags.configuration(pair[1], module: module))
                } catch let error as SupervisorFlags.Invalid {
                    return .stop(error.reason)
                }
            },
            invoke: { [node] spec, process in
                try await node.functions.callCode(spec.module, spec.function, spec.arguments, on: node, by: process)
            })
    }

    /// A supervisor as `Module:init/1` describes it.
    fileprivate func startSupervisor(
        _ module: Atom, _ argument: Term, name: Term?, isDynamic: Bool = false
    ) async throws -> Term {
        let supervisor = supervisor(module, isDynamic: isDynamic) { [node] process in
            try await node.functions.callCode(module, "init", [argument], on: node, by: process)
        }
        return try await start(supervisor, name: name)
    }

    /// `{Flags, ChildSpecs}` of children and options as Elixir has them.
    fileprivate func supervisorInit(_ children: [Term], _ options: Term) async throws -> Term {
        guard let strategy = option("strategy", in: options) else {
            throw ErlangException.elixirArgument("expected :strategy option to be given")
        }
        var specs: [Term] = []
        for child in children { specs.append(try await childMap(child)) }
        let flags: Term = .map([
            .atom("strategy"): strategy, .atom("intensity"): option("max_restarts", in: options) ?? 3,
            .atom("period"): option("max_seconds", in: options) ?? 5,
        ])
        return .tuple([flags, .makeList(specs)])
    }

    /// A child as Elixir names one, as a map: a map, `{Module, Argument}`, or a module.
    fileprivate func childMap(_ child: Term) async throws -> Term {
        var target: (module: Atom, argument: Term)?
        if let module = child.asAtom {
            target = (module, .nil)
        } else if let pair = child.asTuple, pair.count == 2, let module = pair[0].asAtom {
            target = (module, pair[1])
        } else if child.asMap != nil || child.asTuple?.count == 6 {
            return child
        }
        let printer = ElixirPrinter(width: nil)
        guard let (module, argument) = target else {
            throw ErlangException.elixirArgument(
                "supervisors expect each child to be one of the following:\n\n  * a module\n  * a {module, arg} tuple\n"
                    + "  * a child specification as a map with at least the :id and :start fields\n"
                    + "  * or a tuple with 6 elements generated by Supervisor.Spec (deprecated)\n\n"
                    + "Got: \(printer.inspect(child))\n")
        }
        guard node.functions.find(module, "child_spec", 1) != nil else {
            let name = printer.inspect(.atom(module))
            let given = "The module \(name) was given as a child to a supervisor"
            if node.functions.functions(of: module).isEmpty {
                throw ErlangException.elixirArgument("\(given) but it does not exist")
            }
            throw ErlangException.elixirArgument("\(given)\nbut it does not implement child_spec/1")
        }
        return try await node.functions.callCode(module, "child_spec", [argument], on: node, by: process)
    }

    fileprivate func childSpec(_ child: Term) async throws -> ChildSpec {
        let map = try await childMap(child)
        guard let spec = ChildSpec(map) else {
            throw ErlangException(.error, .tuple([.atom("invalid_child_spec"), map]))
        }
        return spec
    }

    /// The counts as a map, which Elixir makes of them.
    fileprivate func counts() async throws -> Term {
        let counts = try await request(.atom("count_children"), timeout: nil)
        let pairs = (counts.properList ?? []).compactMap { $0.asTuple }.filter { $0.count == 2 }
        return .map(Map(pairs.map { ($0[0], $0[1]) }))
    }
}

/// What `init/1` of a supervisor's module says, read.
enum SupervisorFlags {
    /// What is wrong with it, as OTP words it.
    struct Invalid: Error {
        var reason: Term
    }

    /// `{Flags, ChildSpecs}`.
    static func configuration(_ term: Term, module: Atom) throws -> Supervisor.Configuration {
        guard let both = term.asTuple, both.count == 2, let children = both[1].properList else {
            throw Invalid(reason: .tuple([.atom("supervisor_data"), .tuple([.atom("invalid_type"), term])]))
        }
        var configuration = try flags(both[0])
        configuration.module = module
        for child in children {
            guard let spec = ChildSpec(child) else {
                throw Invalid(
                    reason: .tuple([.atom("start_spec"), .tuple([.atom("invalid_child_spec"), child])]))
            }
            if configuration.children.contains(where: { $0.id == spec.id }) {
                throw Invalid(
                    reason: .tuple([.atom("start_spec"), .tuple([.atom("duplicate_child_name"), spec.id])]))
            }
            configuration.children.append(spec)
        }
        return configuration
    }

    /// The flags of a `DynamicSupervisor`.
    static func dynamic(_ term: Term, module: Atom) throws -> Supervisor.Configuration {
        var configuration = try flags(term)
        configuration.isDynamic = true
        configuration.module = module
        configuration.maximum = term.asMap?[.atom("max_children")]?.asInteger
        configuration.extraArguments = term.asMap?[.atom("extra_arguments")]?.properList ?? []
        return configuration
    }

    /// What `DynamicSupervisor.init/1` makes of options.
    static func dynamicFlags(_ options: Term) -> Term {
        func option(_ name: Atom) -> Term? {
            for option in options.properList ?? [] {
                if let pair = option.asTuple, pair.count == 2, pair[0] == .atom(name) { return pair[1] }
            }
            return nil
        }
        return .map([
            .atom("strategy"): option("strategy") ?? .atom("one_for_one"),
            .atom("intensity"): option("max_restarts") ?? 3, .atom("period"): option("max_seconds") ?? 5,
            .atom("max_children"): option("max_children") ?? .atom(.infinity),
            .atom("extra_arguments"): option("extra_arguments") ?? .nil,
        ])
    }

    /// Flags as a map, or as `{Strategy, Intensity, Period}`.
    private static func flags(_ flags: Term) throws -> Supervisor.Configuration {
        func invalid(_ name: Atom, _ value: Term) -> Invalid {
            Invalid(reason: .tuple([.atom("supervisor_data"), .tuple([.atom(name), value])]))
        }
        var configuration = Supervisor.Configuration()
        let strategy: Term
        let intensity: Term
        let period: Term
        if let map = flags.asMap {
            strategy = map[.atom("strategy")] ?? .atom("one_for_one")
            intensity = map[.atom("intensity")] ?? 1
            period = map[.atom("period")] ?? 5
        } else if let tuple = flags.asTuple, tuple.count == 3 {
            (strategy, intensity, period) = (tuple[0], tuple[1], tuple[2])
        } else {
            throw invalid("invalid_type", flags)
        }
        guard let known = strategy.asAtom.flatMap({ SupervisorStrategy(rawValue: $0.name) }) else {
            throw invalid("invalid_strategy", strategy)
        }
        configuration.strategy = known
        guard let count = intensity.asInteger, count >= 0 else { throw invalid("invalid_intensity", intensity) }
        guard let seconds = period.asInteger, seconds > 0 else { throw invalid("invalid_period", period) }
        configuration.intensity = RestartIntensity(intensity: count, period: seconds)
        return configuration
    }
}

internal import Processes
internal import Support
internal import Terms

extension Node {
    /// `supervisor`, `Supervisor` and `DynamicSupervisor`: supervisors here, and questions to those of any node.
    static let supervisorFunctions: [FunctionEntry] =
        supervisorClients("supervisor") + supervisorClients("Elixir.Supervisor")
        + [
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
                var configuration = try call.configuration(flags: call[1])
                for child in try call.list(0) { configuration.children.append(try await call.childSpec(child)) }
                return try await call.start(call.supervisor(configuration), name: call.option("name", in: call[1]))
            },
            FunctionEntry("Elixir.Supervisor", "count_children", ["Supervisor"], "How many children it has.") { call in
                try await call.counts()
            },
            FunctionEntry("Elixir.Supervisor", "stop", ["Supervisor"], "Ends a supervisor and its children.") { call in
                try await call.call("sys", "terminate", [call[0], .atom(.normal)])
            },
            FunctionEntry(
                "Elixir.DynamicSupervisor", "start_link", ["Options"],
                "Starts a supervisor without children: strategy: :one_for_one, name:."
            ) { call in
                var configuration = try call.configuration(flags: call[0])
                configuration.isDynamic = true
                configuration.module = "Elixir.DynamicSupervisor"
                return try await call.start(call.supervisor(configuration), name: call.option("name", in: call[0]))
            },
            FunctionEntry(
                "Elixir.DynamicSupervisor", "start_child", ["Supervisor", "ChildSpec"], "Starts a child."
            ) { call in
                let spec = try await call.childSpec(call[1])
                let start: Term = .tuple([.atom(spec.module), .atom(spec.function), .makeList(spec.arguments)])
                let map = spec.term.asMap
                func field(_ name: Atom) -> Term { map?[.atom(name)] ?? .nil }
                let child: Term = .tuple([
                    start, field("restart"), field("shutdown"), field("type"), field("modules"),
                ])
                return try await call.process.genCall(
                    try await call.server(0), .tuple([.atom("start_child"), child]), timeout: nil)
            },
            FunctionEntry("Elixir.DynamicSupervisor", "which_children", ["Supervisor"], "Its children.") { call in
                try await call.process.genCall(try await call.server(0), .atom("which_children"), timeout: nil)
            },
            FunctionEntry("Elixir.DynamicSupervisor", "count_children", ["Supervisor"], "How many children it has.") {
                call in try await call.counts()
            },
            FunctionEntry("Elixir.DynamicSupervisor", "terminate_child", ["Supervisor", "Pid"], "Ends a child.") {
                call in
                try await call.process.genCall(
                    try await call.server(0), .tuple([.atom("terminate_child"), call[1]]), timeout: nil)
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
                if name == "start_child", module != "supervisor", argument.asMap == nil {
                    argument = try await call.childSpec(argument).term
                }
                return try await call.process.genCall(
                    try await call.server(0), .tuple([.atom(name), argument]), timeout: nil)
            }
        } + [
            FunctionEntry(module, "which_children", ["Supervisor"], "Its children: {Id, Pid, Type, Modules}.") { call in
                try await call.process.genCall(try await call.server(0), .atom("which_children"), timeout: nil)
            },
            FunctionEntry(module, "count_children", ["Supervisor"], "How many children it has.") { call in
                try await call.process.genCall(try await call.server(0), .atom("count_children"), timeout: nil)
            },
        ]
    }
}

extension FunctionCall {
    fileprivate func supervisor(_ configuration: Supervisor.Configuration) -> Supervisor {
        Supervisor(configuration, clock: node.clock) { [node] spec, process in
            try await node.functions.call(spec.module, spec.function, spec.arguments, on: node, by: process)
        }
    }

    /// A supervisor as `Module:init/1` describes it.
    fileprivate func startSupervisor(_ module: Atom, _ argument: Term, name: Term?) async throws -> Term {
        let answer = try await call(module, "init", [argument])
        guard let pair = answer.asTuple, pair.count == 2, pair[0] == .atom(.ok), let both = pair[1].asTuple,
            both.count == 2, let children = both[1].properList
        else {
            if answer == .atom("ignore") { return answer }
            return .tuple([
                .atom(.error), .tuple([.atom("bad_return"), .tuple([.atom(module), .atom("init"), answer])]),
            ])
        }
        var configuration = try configuration(flags: both[0])
        configuration.module = module
        for child in children {
            guard let spec = ChildSpec(child) else {
                let reason: Term = .tuple([.atom("invalid_child_spec"), child])
                return .tuple([.atom(.error), .tuple([.atom("start_spec"), reason])])
            }
            configuration.children.append(spec)
        }
        return try await start(supervisor(configuration), name: name)
    }

    /// Flags as a map, as `{Strategy, Intensity, Period}`, or as Elixir's options.
    fileprivate func configuration(flags: Term) throws -> Supervisor.Configuration {
        var configuration = Supervisor.Configuration()
        var strategy: Term?
        var intensity: Term?
        var period: Term?
        if let map = flags.asMap {
            strategy = map[.atom("strategy")]
            intensity = map[.atom("intensity")]
            period = map[.atom("period")]
        } else if let tuple = flags.asTuple, tuple.count == 3 {
            (strategy, intensity, period) = (tuple[0], tuple[1], tuple[2])
        } else {
            strategy = option("strategy", in: flags)
            intensity = option("max_restarts", in: flags) ?? 3
            period = option("max_seconds", in: flags)
        }
        if let strategy {
            guard let known = strategy.asAtom.flatMap({ SupervisorStrategy(rawValue: $0.name) }) else {
                throw badarg("the strategies are one_for_one, one_for_all, rest_for_one and simple_one_for_one")
            }
            configuration.strategy = known
        }
        guard let intensity = (intensity ?? 1).asInteger, let period = (period ?? 5).asInteger, intensity >= 0,
            period > 0
        else { throw badarg("the intensity is how many restarts in how many seconds") }
        configuration.intensity = RestartIntensity(intensity: intensity, period: period)
        return configuration
    }

    /// A child as Elixir names one: a map, `{Module, Argument}`, or a module.
    fileprivate func childSpec(_ child: Term) async throws -> ChildSpec {
        if let spec = ChildSpec(child) { return spec }
        var described: Term?
        if let module = child.asAtom {
            described = try await call(module, "child_spec", [.nil])
        } else if let pair = child.asTuple, pair.count == 2, let module = pair[0].asAtom {
            described = try await call(module, "child_spec", [pair[1]])
        }
        guard let spec = described.flatMap({ ChildSpec($0) }) else { throw badarg("not a child specification") }
        return spec
    }

    /// The counts as a map, which Elixir makes of them.
    fileprivate func counts() async throws -> Term {
        let counts = try await process.genCall(try await server(0), .atom("count_children"), timeout: nil)
        let pairs = (counts.properList ?? []).compactMap { $0.asTuple }.filter { $0.count == 2 }
        return .map(Map(pairs.map { ($0[0], $0[1]) }))
    }
}

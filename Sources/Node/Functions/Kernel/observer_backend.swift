internal import Processes
internal import Support
internal import Tables
internal import Terms

extension Node {
    /// `observer_backend`: what `observer` and `etop` of another node ask of this one (`wire.md` 6.10), and the questions
    /// of `erlang`, `code` and `application` that they ask before.
    static let observerFunctions: [FunctionEntry] = [
        FunctionEntry("observer_backend", "vsn", [], "The version of runtime_tools it answers like.", safe: true) { _ in
            .tuple([.atom(.ok), .charlist("1.19")])
        },
        FunctionEntry("observer_backend", "sys_info", [], "What observer shows of the system.", safe: true) { call in
            .makeList(systemItems(call.node))
        },
        FunctionEntry("observer_backend", "get_port_list", [], "There are no ports.", safe: true) { _ in .nil },
        FunctionEntry("observer_backend", "get_socket_list", [], "No sockets are shown.", safe: true) { _ in .nil },
        FunctionEntry("observer_backend", "socket_info", [], "No sockets are shown.", safe: true) { _ in .nil },
        FunctionEntry("observer_backend", "get_table_list", ["Type", "Options"], "The tables: ets.", safe: true) {
            call in
            guard try call.atom(0) == "ets" else {
                throw ErlangException(
                    .throw, .tuple([.atom(.error), .charlist("Mnesia is not running on: \(call.node.name)")]))
            }
            let hidesUnreadable = call.option("unread_hidden", in: call[1]) != .atom(.false)
            return .makeList(
                call.node.tables.all().compactMap { call.node.tables.table($0) }
                    .filter { !hidesUnreadable || $0.protection != .private }.map { tableItems($0, call.node) })
        },
        FunctionEntry("observer_backend", "get_table", ["Collector", "Table", "Module"], "Sends the rows of a table.") {
            call in
            let (collector, node) = (try call.pid(0), call.node)
            guard try call.atom(2) == "ets", let table = node.tables.table(call[1]), table.protection != .private else {
                throw call.badarg("no readable table")
            }
            let sender = node.processes.spawn("observer_backend", "get_table", 3) { process in
                process.link(to: collector)
                let rows = try table.tab2list(from: table.owner).properList ?? []
                for start in stride(from: 0, to: rows.count, by: 1000) {
                    let chunk = rows[start..<min(start + 1000, rows.count)].map { Term.makeList([$0]) }
                    process.send(.tuple([.pid(process.pid), .makeList(chunk)]), to: collector)
                    await node.waitUntilNotBusy(collector.node)
                }
                process.send(.tuple([.pid(process.pid), .atom("$end_of_table")]), to: collector)
            }
            return .pid(sender.pid)
        },
        FunctionEntry("observer_backend", "procs_info", ["Collector"], "Sends what is known of all processes.") {
            call in
            let collector = try call.pid(0)
            let infos = processItems(call.node, except: call.process)
            for start in stride(from: 0, through: max(0, infos.count - 1), by: 10_000) {
                let chunk = Array(infos[start..<min(start + 10_000, infos.count)])
                await call.send(
                    .tuple([.atom("procs_info"), .pid(call.process.pid), .makeList(chunk)]), to: .pid(collector))
            }
            return .atom(.ok)
        },
        FunctionEntry("observer_backend", "etop_collect", ["Collector"], "Sends etop its record.") { call in
            let node = call.node
            let infos = processItems(node, except: call.process)
            let now = call.node.clock.systemNanoseconds() / 1000
            let memory: [Atom] = ["total", "processes", "ets", "atom", "code", "binary"]
            let record: Term = .tuple([
                .atom("etop_info"),
                .tuple([
                    .integer(Int(now / 1_000_000_000_000)), .integer(Int(now / 1_000_000 % 1_000_000)),
                    .integer(Int(now % 1_000_000)),
                ]),
                .integer(infos.count), .atom(.undefined),
                node.statistics.value("scheduler_wall_time", of: node) ?? .atom(.undefined), 0, .nil,
                .makeList(memory.map { .tuple([.atom($0), .integer(SystemInfo.memory(of: $0, on: node))]) }),
                .makeList(infos),
            ])
            await call.send(.tuple([.pid(call.process.pid), record]), to: .pid(try call.pid(0)))
            return .atom(.ok)
        },
        FunctionEntry("observer_backend", "fetch_stats", ["Collector", "Time"], "Sends statistics again and again.") {
            call in
            let (collector, node) = (try call.pid(0), call.node)
            let time = try call.timeout(1)
            call.process.trapsExit = true
            while try await call.process.receive(timeout: time, { $0 }) == nil {
                let message: Term = .tuple([
                    .atom("stats"), 1, node.statistics.value("scheduler_wall_time", of: node) ?? .nil,
                    node.statistics.value("io", of: node) ?? .nil,
                    .makeList(SystemInfo.memory(on: node).map { .tuple([.atom($0.0), .integer($0.1)]) }),
                ])
                await call.send(message, to: .pid(collector))
            }
            return .atom(.ok)
        },
        FunctionEntry("erlang", "statistics", ["Item"], "Counts of this node: wall_clock, runtime, io ...", safe: true)
        {
            call in
            guard let value = call.node.statistics.value(try call.atom(0), of: call.node) else {
                throw call.badarg("no such item")
            }
            return value
        },
        FunctionEntry("erlang", "system_flag", ["Flag", "Value"], "The old value of a flag; nothing changes.") { call in
            switch try call.atom(0).name {
            case "scheduler_wall_time": return .boolean(true)
            case "schedulers_online": return .integer(Statistics.processors)
            default: throw call.badarg("no such flag")
            }
        },
        FunctionEntry("erlang", "ports", [], "There are no ports.", safe: true) { _ in .nil },
        FunctionEntry("erlang", "timestamp", [], "The system clock as {Mega, Seconds, Micro}.", safe: true) { call in
            let micro = Int(call.node.clock.systemNanoseconds() / 1000)
            return .tuple([
                .integer(micro / 1_000_000_000_000), .integer(micro / 1_000_000 % 1_000_000),
                .integer(micro % 1_000_000),
            ])
        },
        FunctionEntry("code", "which", ["Module"], "Where a module comes from: preloaded, if it is there.", safe: true)
        {
            call in
            .atom(call.node.functions.functions(of: try call.atom(0)).isEmpty ? "non_existing" : "preloaded")
        },
        FunctionEntry("application", "which_applications", [], "The applications that run.", safe: true) { _ in
            [.tuple([.atom("beamsh"), .charlist("beamsh"), .charlist(SystemInfo.version)])]
        },
        ApplicationMonitor.start,
    ]

    /// The list of `observer_backend:sys_info/0`.
    private static func systemItems(_ node: Node) -> [Term] {
        let input = node.statistics.value("io", of: node)?.asTuple
        func traffic(_ position: Int) -> Term { input?[position].asTuple?[1] ?? 0 }
        var items: [(Atom, Term)] = [
            ("uptime", .integer(Int((node.clock.monotonicNanoseconds() - node.startedAt) / 1_000_000))),
            ("run_queue", 0), ("io_input", traffic(0)), ("io_output", traffic(1)),
        ]
        let keys: [Atom] = [
            "logical_processors", "logical_processors_online", "logical_processors_available", "schedulers",
            "schedulers_online", "schedulers_available", "otp_release", "version", "system_architecture", "kernel_poll",
            "smp_support", "threads", "thread_pool_size", "wordsize_internal", "wordsize_external", "alloc_info",
            "process_count", "atom_limit", "atom_count", "process_limit", "port_limit", "port_count", "ets_limit",
            "ets_count", "dist_buf_busy_limit",
        ]
        items += keys.map { ($0, SystemInfo.value($0, of: node) ?? .nil) }
        items += SystemInfo.memory(on: node).map { ($0.0, .integer($0.1)) }
        return items.map { .tuple([.atom($0.0), $0.1]) }
    }

    /// A row of `observer_backend:get_table_list/2`.
    private static func tableItems(_ table: Table, _ node: Node) -> Term {
        func item(_ key: Atom) -> Term { table.info(key) ?? .nil }
        let items: [(Atom, Term)] = [
            ("name", item("name")), ("id", table.isNamed ? .atom("ignore") : .reference(table.id)),
            ("protection", item("protection")), ("owner", item("owner")), ("size", item("size")),
            ("reg_name", .atom(node.processes.process(table.owner)?.registeredName ?? "ignore")),
            ("type", item("type")), ("keypos", item("keypos")), ("heir", item("heir")),
            ("memory", .integer(table.memoryWords * 8)), ("compressed", item("compressed")), ("fixed", item("fixed")),
        ]
        return .makeList(items.map { .tuple([.atom($0.0), $0.1]) })
    }

    /// An `etop_proc_info` for each process.
    private static func processItems(_ node: Node, except own: Process) -> [Term] {
        node.processes.all.filter { $0 !== own }.map { process in
            let name = process.registeredName.map { Term.atom($0) } ?? ProcessInfo.value("initial_call", of: process)
            return .tuple([
                .atom("etop_proc_info"), .pid(process.pid), ProcessInfo.value("memory", of: process) ?? 0,
                .integer(process.messagesTaken), name ?? .atom(.undefined), 0,
                ProcessInfo.value("current_function", of: process) ?? .atom(.undefined),
                .integer(process.messageQueueLength),
            ])
        }
    }
}

/// `appmon_info`, which observer's page of applications asks: there are none to show.
private struct ApplicationMonitor: GenServer {
    let client: Pid

    var module: Atom { "appmon_info" }

    func initialize(_ process: Process) async throws -> GenServerStart<Int> {
        process.link(to: client)
        return .ok(0)
    }

    func handle(call: GenCall, _ state: inout Int, _ process: Process) async throws -> GenServerStep {
        .reply(.atom(.badarg))
    }

    /// `{From, Command, Auxiliary, On, Options}` is answered with `{delivery, Server, Command, Auxiliary, Result}`.
    func handle(cast request: Term, _ state: inout Int, _ process: Process) async throws -> GenServerStep {
        guard let tuple = request.asTuple, tuple.count == 5, case .pid(let from) = tuple[0] else { return .noreply() }
        if tuple[1] == .atom("app_ctrl"), tuple[3].isTrue {
            process.send(.tuple([.atom("delivery"), .pid(process.pid), tuple[1], tuple[2], .nil]), to: from)
        }
        return .noreply()
    }

    func term(of state: Int) -> Term { .nil }

    static let start = FunctionEntry(
        "appmon_info", "start_link2", ["Name", "Client", "Options"], "What observer's page of applications asks."
    ) { call in
        // Not linked with the caller, who only makes the call.
        try await call.start(ApplicationMonitor(client: try call.pid(1)), isLinked: false)
    }
}

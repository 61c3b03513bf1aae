internal import Processes
internal import Support
internal import Terms

extension Node {
    /// The module `erlang`.
    static let erlangFunctions: [FunctionEntry] = [
        FunctionEntry("erlang", "node", [], "The name of this node.", safe: true) { .atom($0.node.name) },
        FunctionEntry("erlang", "node", ["Identifier"], "The node of a pid, port or reference.", safe: true) { call in
            switch call[0] {
            case .pid(let pid): .atom(pid.node)
            case .port(let port): .atom(port.node)
            case .reference(let reference): .atom(reference.node)
            default: throw call.badarg("not a pid, port or reference")
            }
        },
        FunctionEntry("erlang", "nodes", [], "The visible nodes connected with this one.", safe: true) { call in
            .makeList(call.node.connectedNodes().map { .atom($0) })
        },
        FunctionEntry(
            "erlang", "nodes", ["Kind"], "Nodes by kind: visible, hidden, connected, this or known.", safe: true
        ) { call in
            let kinds = call[0].properList ?? [call[0]]
            var nodes: [Atom] = []
            for kind in kinds {
                switch kind.asAtom?.name {
                case "visible": nodes += call.node.connectedNodes()
                case "hidden": nodes += call.node.connectedNodes(visible: false, hidden: true)
                case "connected": nodes += call.node.connectedNodes(hidden: true)
                case "this": nodes.append(call.node.name)
                case "known": nodes += [call.node.name] + call.node.connectedNodes(hidden: true)
                default: throw call.badarg("the kinds are visible, hidden, connected, this and known")
                }
            }
            return .makeList(nodes.map { .atom($0) })
        },
        FunctionEntry("erlang", "is_alive", [], "Whether this node can be connected with others.", safe: true) {
            .boolean($0.node.isAlive)
        },
        FunctionEntry("erlang", "self", [], "The pid of the calling process.", safe: true) { .pid($0.process.pid) },
        FunctionEntry("erlang", "group_leader", [], "The pid that the caller's output goes to.", safe: true) {
            .pid($0.process.groupLeader)
        },
        FunctionEntry("erlang", "make_ref", [], "A new reference.", safe: true) {
            .reference($0.node.processes.makeReference())
        },
        FunctionEntry("erlang", "whereis", ["Name"], "The pid registered under a name, or undefined.", safe: true) {
            call in
            call.node.processes.whereis(try call.atom(0)).map { .pid($0.pid) } ?? .atom(.undefined)
        },
        FunctionEntry("erlang", "registered", [], "The registered names.", safe: true) { call in
            .makeList(call.node.processes.registeredNames.sorted { $0.name < $1.name }.map { .atom($0) })
        },
        FunctionEntry("erlang", "register", ["Name", "Pid"], "Registers a local process under a name.") { call in
            let (name, pid) = (try call.atom(0), try call.pid(1))
            let processes = call.node.processes
            guard let process = processes.process(pid) else {
                throw call.badarg("the process is not a living local one", cause: "notalive")
            }
            guard processes.register(name, process) else {
                throw call.badarg(
                    "the name is taken, or the process has one",
                    cause: name == .undefined
                        ? nil : processes.whereis(name) == nil ? "has_name" : "registered_name")
            }
            return .boolean(true)
        },
        FunctionEntry("erlang", "unregister", ["Name"], "Takes a registered name back.") { call in
            guard call.node.processes.unregister(try call.atom(0)) else {
                throw call.badarg("the name is not registered")
            }
            return .boolean(true)
        },
        FunctionEntry("erlang", "processes", [], "The local processes.", safe: true) { call in
            .makeList(call.node.processes.all.map { .pid($0.pid) })
        },
        FunctionEntry("erlang", "is_process_alive", ["Pid"], "Whether a local process lives.", safe: true) { call in
            let pid = try call.pid(0)
            guard call.node.processes.isLocal(pid) else { throw call.badarg("not a local pid") }
            return .boolean(call.node.processes.process(pid) != nil)
        },
        FunctionEntry("erlang", "process_info", ["Pid"], "What is known of a local process.", safe: true) { call in
            let pid = try call.pid(0)
            guard call.node.processes.isLocal(pid) else { throw call.badarg("not a local pid") }
            return call.node.processes.process(pid).map(ProcessInfo.all) ?? .atom(.undefined)
        },
        FunctionEntry(
            "erlang", "process_info", ["Pid", "Item"], "One or several items of a local process.", safe: true
        ) { call in
            let pid = try call.pid(0)
            guard call.node.processes.isLocal(pid) else { throw call.badarg("not a local pid") }
            guard let process = call.node.processes.process(pid) else { return .atom(.undefined) }
            return try ProcessInfo.items(call[1], of: process, call)
        },
        FunctionEntry("erlang", "system_info", ["Key"], "A fact of this node.", safe: true) { call in
            guard let value = SystemInfo.value(try call.atom(0), of: call.node) else {
                throw call.badarg("the keys are \(SystemInfo.keys.map(\.name).joined(separator: ", "))")
            }
            return value
        },
        FunctionEntry("erlang", "memory", [], "Memory by kind, in bytes.", safe: true) { call in
            .makeList(SystemInfo.memory(on: call.node).map { .tuple([.atom($0.0), .integer($0.1)]) })
        },
        FunctionEntry("erlang", "memory", ["Kind"], "Memory of one kind, in bytes.", safe: true) { call in
            let kind = try call.atom(0)
            guard let entry = SystemInfo.memory(on: call.node).first(where: { $0.0 == kind }) else {
                throw call.badarg(
                    "the kinds are \(SystemInfo.memory(on: call.node).map(\.0.name).joined(separator: ", "))")
            }
            return .integer(entry.1)
        },
        FunctionEntry("erlang", "monotonic_time", [], "The monotonic clock, in nanoseconds.", safe: true) {
            .integer(Int($0.node.clock.monotonicNanoseconds()))
        },
        FunctionEntry("erlang", "monotonic_time", ["Unit"], "The monotonic clock in a unit.", safe: true) { call in
            .integer(try call.convert(call.node.clock.monotonicNanoseconds(), to: 0))
        },
        FunctionEntry("erlang", "system_time", [], "The system clock, in nanoseconds since 1970.", safe: true) {
            .integer(Int($0.node.clock.systemNanoseconds()))
        },
        FunctionEntry("erlang", "system_time", ["Unit"], "The system clock in a unit.", safe: true) { call in
            .integer(try call.convert(call.node.clock.systemNanoseconds(), to: 0))
        },
        FunctionEntry("erlang", "disconnect_node", ["Node"], "Ends the connection with a node.") { call in
            let node = try call.atom(0)
            let isDone = await call.node.disconnect(from: node)
            return .boolean(isDone)
        },
        FunctionEntry(
            "erlang", "monitor_node", ["Node", "Flag"], "Asks for {nodedown, Node} when the connection ends."
        ) { call in
            let flag = try call.atom(1)
            guard flag == .true || flag == .false else { throw call.badarg("the flag is true or false") }
            await call.node.monitorNode(try call.atom(0), by: call.process, flag == .true)
            return .boolean(true)
        },
        FunctionEntry("erlang", "get_cookie", [], "The cookie of this node.") { call in
            guard call.node.isAlive else { return .atom("nocookie") }
            return .atom(call.node.cookie(for: call.node.name) ?? "nocookie")
        },
        FunctionEntry("erlang", "get_cookie", ["Node"], "The cookie used with a node.") { call in
            .atom(call.node.cookie(for: try call.atom(0)) ?? "nocookie")
        },
        FunctionEntry("erlang", "set_cookie", ["Cookie"], "Sets the cookie of this node.") { call in
            call.node.setCookie(try call.atom(0), for: call.node.name)
            return .boolean(true)
        },
        FunctionEntry("erlang", "set_cookie", ["Node", "Cookie"], "Sets the cookie used with a node.") { call in
            call.node.setCookie(try call.atom(1), for: try call.atom(0))
            return .boolean(true)
        },
        FunctionEntry("erlang", "send", ["Destination", "Message"], "Sends a message; gives it back.") { call in
            await call.send(call[1], to: try call.destination(0))
            return call[1]
        },
        FunctionEntry("erlang", "exit", ["Pid", "Reason"], "Sends an exit signal.") { call in
            call.process.exit(try call.pid(0), reason: call[1])
            return .boolean(true)
        },
        FunctionEntry("erlang", "link", ["Pid"], "Links the caller with a process.") { call in
            call.process.link(to: try call.pid(0))
            return .boolean(true)
        },
        FunctionEntry("erlang", "unlink", ["Pid"], "Takes a link down.") { call in
            call.process.unlink(from: try call.pid(0))
            return .boolean(true)
        },
        FunctionEntry("erlang", "monitor", ["Type", "Process"], "Monitors a process by pid or name.") { call in
            guard try call.atom(0) == .process else { throw call.badarg("only processes can be monitored") }
            return .reference(call.process.monitor(try call.destination(1)))
        },
        FunctionEntry(
            "erlang", "monitor", ["Type", "Process", "Options"],
            "Monitors a process; the reference may be an alias too."
        ) { call in
            guard try call.atom(0) == .process else { throw call.badarg("only processes can be monitored") }
            var (alias, tag): (Process.MonitorAlias?, Term?)
            for option in try call.list(2) {
                guard let pair = option.asTuple, pair.count == 2 else { throw call.badarg("no such option") }
                switch (pair[0].asAtom?.name, pair[1].asAtom?.name) {
                case ("alias", "explicit_unalias"): alias = .explicitUnalias
                case ("alias", "demonitor"): alias = .demonitor
                case ("alias", "reply_demonitor"): alias = .replyDemonitor
                case ("tag", _): tag = pair[1]
                default: throw call.badarg("no such option")
                }
            }
            return .reference(call.process.monitor(try call.destination(1), alias: alias, tag: tag))
        },
        FunctionEntry("erlang", "demonitor", ["Reference"], "Takes a monitor down.") { call in
            guard let reference = call[0].asReference else { throw call.badarg("not a reference") }
            call.process.demonitor(reference)
            return .boolean(true)
        },
        FunctionEntry("erlang", "error", ["Reason"], "Raises an error.") { throw ErlangException(.error, $0[0]) },
        FunctionEntry("erlang", "exit", ["Reason"], "Raises an exit.") { throw ErlangException(.exit, $0[0]) },
        FunctionEntry("erlang", "throw", ["Value"], "Throws a value.") { throw ErlangException(.throw, $0[0]) },
        FunctionEntry("erlang", "apply", ["Module", "Function", "Arguments"], "Calls a function.") { call in
            try await call.call(try call.atom(0), try call.atom(1), try call.list(2))
        },
        FunctionEntry("erlang", "apply", ["Fun", "Arguments"], "Calls a fun.") { call in
            try await call.apply(call[0], try call.list(1))
        },
    ]
}

extension FunctionCall {
    /// Nanoseconds in the unit that an argument names.
    fileprivate func convert(_ nanoseconds: Int64, to position: Int) throws -> Int {
        switch arguments[position] {
        case .atom("nanosecond"), .atom("native"), .atom("nano_seconds"): return Int(nanoseconds)
        case .atom("microsecond"), .atom("micro_seconds"): return Int(nanoseconds / 1000)
        case .atom("millisecond"), .atom("milli_seconds"): return Int(nanoseconds / 1_000_000)
        case .atom("second"), .atom("seconds"): return Int(nanoseconds / 1_000_000_000)
        default: throw badarg("the units are second, millisecond, microsecond, nanosecond and native")
        }
    }

    /// A pid, a registered name, `{Name, Node}` or an alias.
    func destination(_ position: Int) throws -> Destination {
        switch arguments[position] {
        case .pid(let pid): return .pid(pid)
        case .atom(let name): return .name(name, node: node.name)
        case .reference(let reference): return .alias(reference)
        case .tuple(let tuple) where tuple.count == 2:
            guard let name = tuple[0].asAtom, let node = tuple[1].asAtom else { break }
            return .name(name, node: node)
        default: break
        }
        throw badarg("argument \(position + 1) is not a pid, a name or {Name, Node}")
    }
}

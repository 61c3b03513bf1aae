internal import EPMD
internal import Processes
internal import Terms

extension Node {
    /// The modules `net_kernel`, `net_adm` and `net`.
    static let netFunctions: [FunctionEntry] = [
        FunctionEntry("net_kernel", "connect_node", ["Node"], "Connects with a node.") { call in
            .boolean(await call.connect(try call.atom(0)))
        },
        FunctionEntry("net_kernel", "start", ["Name", "Options"], "Makes this node alive under a name.") { call in
            guard let options = call[1].asMap else { throw call.badarg("argument 2 is not a map") }
            let domain = options[.atom("name_domain")] ?? .atom("longnames")
            return try await call.start(try call.atom(0), longNames: domain != .atom("shortnames"))
        },
        FunctionEntry("net_kernel", "start", ["NameAndDomain"], "Makes this node alive: [Name, longnames].") { call in
            let list = try call.list(0)
            guard let name = list.first?.asAtom else { throw call.badarg("the list begins with a name") }
            return try await call.start(name, longNames: list.dropFirst().first != .atom("shortnames"))
        },
        FunctionEntry("net_kernel", "stop", [], "Stops being alive: connections end, the name is given back.") { call in
            guard await call.node.stop() else {
                return .tuple([.atom(.error), .atom("not_found")])
            }
            return .atom(.ok)
        },
        FunctionEntry(
            "net_kernel", "monitor_nodes", ["Flag"], "Asks for {nodeup, Node} and {nodedown, Node} messages."
        ) { call in
            let flag = try call.atom(0)
            guard flag == .true || flag == .false else { throw call.badarg("the flag is true or false") }
            call.node.monitorNodes(call.process.pid, flag == .true)
            return .atom(.ok)
        },
        FunctionEntry(
            "net_kernel", "monitor_nodes", ["Flag", "Options"],
            "Asks for {nodeup, Node, Info} and {nodedown, Node, Info}: node_type, nodedown_reason, connection_id."
        ) { call in
            let flag = try call.atom(0)
            guard flag == .true || flag == .false else { throw call.badarg("the flag is true or false") }
            guard let options = NodeMonitorOptions(call[1]) else {
                return .tuple([.atom(.error), .tuple([.atom("unknown_options"), call[1]])])
            }
            call.node.monitorNodes(call.process.pid, flag == .true, options)
            return .atom(.ok)
        },
        FunctionEntry("net_kernel", "allow", ["Nodes"], "Lets only these nodes connect.") { call in
            call.node.allow(try call.nodes(0))
            return .atom(.ok)
        },
        FunctionEntry("net_kernel", "get_net_ticktime", [], "The tick time, in seconds.", safe: true) {
            .integer($0.node.tickTime)
        },
        FunctionEntry(
            "net_kernel", "set_net_ticktime", ["Time"],
            "Changes the tick time, in seconds: of new connections at once, of those there are with their next tick."
        ) { call in
            let seconds = try call.integer(0)
            guard seconds > 0, seconds < 1 << 20 else { throw call.badarg("the tick time is a number of seconds") }
            return call.node.setTickTime(seconds) ? .atom("change_initiated") : .atom("unchanged")
        },
        FunctionEntry("net_kernel", "set_net_ticktime", ["Time", "TransitionPeriod"], "Changes the tick time.") {
            call in
            try await call.call("net_kernel", "set_net_ticktime", [call[0]])
        },
        FunctionEntry("net_adm", "ping", ["Node"], "pong if a node answers, else pang.") { call in
            await call.ping(try call.atom(0)) ? .atom("pong") : .atom("pang")
        },
        FunctionEntry("net_adm", "names", [], "The nodes that epmd on this host knows, with their ports.") { call in
            await call.names("127.0.0.1")
        },
        FunctionEntry("net_adm", "names", ["Host"], "The nodes that epmd on a host knows, with their ports.") { call in
            guard let host = call[0].asAtom?.name ?? chardataToString(call[0]) else {
                throw call.badarg("argument 1 is not a host")
            }
            return await call.names(host)
        },
    ]
}

extension FunctionCall {
    func connect(_ target: Atom) async -> Bool {
        guard target != node.name else { return true }
        return (try? await node.connect(to: target, timeout: node.defaultTimeout)) != nil
    }

    /// Connects, and asks the peer's net_kernel whether this node is authorized, as `net_adm:ping/1` does.
    fileprivate func ping(_ target: Atom) async -> Bool {
        guard target != node.name else { return true }
        guard await connect(target) else { return false }
        let request: Term = .tuple([.atom("is_auth"), .atom(node.name)])
        let answer = try? await process.genCall(
            .name(.net_kernel, node: target), request, timeout: node.defaultTimeout)
        if answer == .atom("yes") { return true }
        _ = await node.disconnect(from: target)
        return false
    }

    func start(_ name: Atom, longNames: Bool) async throws -> Term {
        do {
            try await node.start(name.name, longNames: longNames || name.name.contains("."))
            return .tuple([.atom(.ok), node.processes.whereis(.net_kernel).map { .pid($0.pid) } ?? .atom(.undefined)])
        } catch {
            throw ErlangException(
                .error, .tuple([.atom("node_start"), .string(error.description)]), detail: error.description)
        }
    }

    fileprivate func names(_ host: String) async -> Term {
        do {
            let names = try await node.epmdNames(host: host)
            return .tuple([
                .atom(.ok), .makeList(names.map { .tuple([.charlist($0.name), .integer($0.port)]) }),
            ])
        } catch {
            return .tuple([.atom(.error), .atom("address")])
        }
    }
}

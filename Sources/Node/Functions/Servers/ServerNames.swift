internal import Processes
internal import Terms

/// What a server is to be called: a local name, one of the whole cluster, or one that a module keeps.
enum ServerName {
    case local(Atom)
    case global(Term)
    case via(Atom, Term)

    /// `{local, Name}`, `{global, Name}`, `{via, Module, Name}`, or a bare atom as Elixir has it.
    init?(_ term: Term) {
        if let name = term.asAtom {
            self = .local(name)
            return
        }
        guard let tuple = term.asTuple else { return nil }
        switch (tuple.first?.asAtom?.name, tuple.count) {
        case ("local", 2):
            guard let name = tuple[1].asAtom else { return nil }
            self = .local(name)
        case ("global", 2): self = .global(tuple[1])
        case ("via", 3):
            guard let module = tuple[1].asAtom else { return nil }
            self = .via(module, tuple[2])
        default: return nil
        }
    }

    /// Gives the name to a process; returns who has it already.
    func register(_ process: Process, on node: Node) async -> Pid? {
        switch self {
        case .local(let name):
            if node.processes.register(name, process) { return nil }
            return node.processes.whereis(name)?.pid ?? process.pid
        case .global(let name): return await ask("global", "register_name", name, process, node)
        case .via(let module, let name): return await ask(module, "register_name", name, process, node)
        }
    }

    /// Who has the name, asked before a server is started: one that found it taken would end, and its end be told to
    /// the caller.
    func holder(for call: FunctionCall) async throws -> Pid? {
        switch self {
        case .local(let name): call.node.processes.whereis(name)?.pid
        case .global(let name): try await call.call("global", "whereis_name", [name]).asPid
        case .via(let module, let name): try await call.call(module, "whereis_name", [name]).asPid
        }
    }

    private func ask(_ module: Atom, _ function: Atom, _ name: Term, _ process: Process, _ node: Node) async -> Pid? {
        let answer = try? await node.functions.call(
            module, function, [name, .pid(process.pid)], on: node, by: process)
        if answer == .atom("yes") { return nil }
        let holder = try? await node.functions.call(module, "whereis_name", [name], on: node, by: process)
        return holder?.asPid ?? process.pid
    }
}

extension FunctionCall {
    /// A server by pid, name, `{Name, Node}`, `{global, Name}` or `{via, Module, Name}`.
    ///
    /// - Throws: an exit `noproc` if nobody has the name.
    func server(_ position: Int) async throws -> Destination {
        if let found = try await foundServer(position) { return found }
        let stack: Term = .tuple([.atom(module), .atom(function), .makeList(arguments)])
        throw ErlangException(.exit, .tuple([.atom(.noproc), stack]))
    }

    /// A server as ``server(_:)`` has it; nothing if nobody has the name.
    func foundServer(_ position: Int = 0) async throws -> Destination? {
        switch ServerName(self[position]) {
        case .local, nil: try destination(position)
        case .global, .via: try await find(position).map { .pid($0) }
        }
    }

    /// Who has a global name, or one that a module keeps.
    func find(_ position: Int = 0) async throws -> Pid? {
        switch ServerName(self[position]) {
        case .global(let name): try await call("global", "whereis_name", [name]).asPid
        case .via(let module, let name): try await call(module, "whereis_name", [name]).asPid
        case .local, nil: nil
        }
    }

    /// Starts a server for the caller: `{ok, Pid}`, `ignore` or `{error, Reason}`.
    func start(_ server: some GenServer, name: Term? = nil, isLinked: Bool = true) async throws -> Term {
        var register: @Sendable (Process) async -> Pid? = { _ in nil }
        if let name, name != .atom(.nil) {
            guard let name = ServerName(name) else { throw badarg("not the name of a server") }
            if let holder = try await name.holder(for: self) {
                return .tuple([.atom(.error), .tuple([.atom("already_started"), .pid(holder)])])
            }
            register = { [node] process in await name.register(process, on: node) }
        }
        let started = try await process.start(server, isLinked: isLinked, register: register)
        return started.term
    }

    /// An option of a keyword list.
    func option(_ name: Atom, in list: Term) -> Term? {
        for option in list.properList ?? [] {
            if let pair = option.asTuple, pair.count == 2, pair[0] == .atom(name) { return pair[1] }
        }
        return nil
    }
}

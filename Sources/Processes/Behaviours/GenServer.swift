public import Terms

/// A generic server: the callbacks of `gen_server` (stdlib), in Swift.
///
/// What a callback throws ends the server, after ``terminate(_:_:_:)``.
public protocol GenServer: Sendable {
    associatedtype State: Sendable

    /// The callback module, as `sys` and `process_info` name it.
    var module: Atom { get }
    /// What the status of `sys` calls this kind of server.
    var kind: String { get }

    func initialize(_ process: Process) async throws -> GenServerStart<State>
    func handle(call: GenCall, _ state: inout State, _ process: Process) async throws -> GenServerStep
    func handle(cast request: Term, _ state: inout State, _ process: Process) async throws -> GenServerStep
    func handle(info message: Term, _ state: inout State, _ process: Process) async throws -> GenServerStep
    func handle(continue argument: Term, _ state: inout State, _ process: Process) async throws -> GenServerStep
    func terminate(_ reason: Term, _ state: State, _ process: Process) async

    /// The state as `sys:get_state/1` shows it.
    func term(of state: State) -> Term
    /// The state with what `sys:replace_state/2` made of the term; nothing if that cannot be.
    func state(_ state: State, replacedWith term: Term) -> State?
    /// Calls a fun that came with a request.
    func apply(_ fun: Term, _ arguments: [Term], _ process: Process) async throws -> Term
}

extension GenServer {
    public var kind: String { "generic server" }

    public func handle(cast request: Term, _ state: inout State, _ process: Process) async throws -> GenServerStep {
        .noreply()
    }
    public func handle(info message: Term, _ state: inout State, _ process: Process) async throws -> GenServerStep {
        .noreply()
    }
    public func handle(
        continue argument: Term, _ state: inout State, _ process: Process
    ) async throws -> GenServerStep { .noreply() }
    public func terminate(_ reason: Term, _ state: State, _ process: Process) async {}
    public func state(_ state: State, replacedWith term: Term) -> State? { nil }
    public func apply(_ fun: Term, _ arguments: [Term], _ process: Process) async throws -> Term {
        throw ErlangException(.error, .tuple([.atom("badfun"), fun]))
    }
}

/// How long a server waits for its next message, or what it does before.
public enum GenServerWait: Sendable {
    case forever
    /// In milliseconds; then the message `timeout` comes as information.
    case timeout(Int)
    /// `handle_continue` comes first.
    case `continue`(Term)
}

/// What `init/1` comes to.
public enum GenServerStart<State: Sendable>: Sendable {
    case ok(State, GenServerWait = .forever)
    case ignore
    case stop(Term)
}

/// What a callback comes to.
public enum GenServerStep: Sendable {
    case reply(Term, GenServerWait = .forever)
    case noreply(GenServerWait = .forever)
    case stop(reason: Term, reply: Term? = nil)
}

/// What `start_link` gives.
public enum GenServerStarted: Sendable {
    case ok(Pid)
    case ignore
    case error(Term)

    /// `{ok, Pid}`, `ignore` or `{error, Reason}`.
    public var term: Term {
        switch self {
        case .ok(let pid): .tuple([.atom(.ok), .pid(pid)])
        case .ignore: .atom("ignore")
        case .error(let reason): .tuple([.atom(.error), reason])
        }
    }
}

extension Process {
    /// `gen_server:start/4` and `start_link/4`: starts a server and waits until it has initialized.
    ///
    /// - Parameters:
    ///   - isLinked: whether the end of one is the other's too.
    ///   - register: takes the server's name, in its own process; returns who has it already.
    ///   - timeout: how long initialization may take, in nanoseconds.
    public func start<Server: GenServer>(
        _ server: Server, isLinked: Bool, timeout: Int64? = nil,
        register: @escaping @Sendable (Process) async -> Pid? = { _ in nil }
    ) async throws -> GenServerStarted {
        let parent = pid
        let tag = table.makeReference()
        let child = table.spawn(
            server.module, "init", 1, groupLeader: groupLeader,
            prepare: { child in if isLinked { self.link(to: child.pid) } },
            { child in
                child.put(.atom("$initial_call"), .tuple([.atom(server.module), .atom("init"), 1]))
                child.put(.atom("$ancestors"), [.pid(parent)])
                let loop = GenServerLoop(server, child, parent: parent)
                try await loop.run(register) { started in
                    child.send(.tuple([.atom("ack"), .reference(tag), started.term]), to: parent)
                }
            })
        let monitor = monitor(.pid(child.pid))
        let answer: GenServerStarted? = try await receive(timeout: timeout) { message in
            guard let tuple = message.asTuple else { return nil }
            if tuple.count == 3, tuple[0] == .atom("ack"), tuple[1] == .reference(tag) {
                guard let pair = tuple[2].asTuple, pair.count == 2 else { return .ignore }
                return pair[0] == .atom(.ok) ? .ok(child.pid) : .error(pair[1])
            }
            if tuple.count == 5, tuple[0] == .atom(.DOWN), tuple[1] == .reference(monitor) { return .error(tuple[4]) }
            return nil
        }
        if case .ok? = answer {
            demonitor(monitor, flush: true)
        } else if answer == nil {
            exit(child.pid, reason: .atom(.kill))
        }
        guard let answer else {
            unlink(from: child.pid)
            demonitor(monitor, flush: true)
            return .error(.atom(.timeout))
        }
        if case .ok = answer { return answer }
        // The exit signal of a link that never was for the caller is not his.
        unlink(from: child.pid)
        demonitor(monitor, flush: true)
        return answer
    }
}

/// The loop of one generic server.
struct GenServerLoop<Server: GenServer> {
    private let server: Server
    private let process: Process
    private let parent: Pid

    init(_ server: Server, _ process: Process, parent: Pid) {
        self.server = server
        self.process = process
        self.parent = parent
    }

    func run(
        _ register: @Sendable (Process) async -> Pid?, acknowledge: (GenServerStarted) -> Void
    ) async throws {
        if let holder = await register(process) {
            return acknowledge(.error(.tuple([.atom("already_started"), .pid(holder)])))
        }
        var state: Server.State
        var wait: GenServerWait
        do {
            switch try await server.initialize(process) {
            case .ok(let first, let then): (state, wait) = (first, then)
            case .ignore: return acknowledge(.ignore)
            case .stop(let reason):
                // The caller is told, and not by the exit signal.
                process.unlink(from: parent)
                acknowledge(.error(reason))
                throw ErlangException(.exit, reason)
            }
        } catch let exception as ErlangException {
            process.unlink(from: parent)
            acknowledge(.error(exception.exitReason))
            throw exception
        }
        acknowledge(.ok(process.pid))
        do {
            while true { wait = try await step(&state, wait) }
        } catch let exception as ErlangException {
            await server.terminate(exception.exitReason, state, process)
            throw exception
        }
    }

    /// Takes one message and does what it asks.
    private func step(_ state: inout Server.State, _ wait: GenServerWait) async throws -> GenServerWait {
        var limit: Int64?
        switch wait {
        case .forever: break
        case .timeout(let milliseconds): limit = Int64(max(0, milliseconds)) * 1_000_000
        case .continue(let argument):
            return try next(try await server.handle(continue: argument, &state, process), nil)
        }
        guard let message = try await process.receive(timeout: limit, { $0 }) else {
            return try next(try await server.handle(info: .atom(.timeout), &state, process), nil)
        }
        if try await answerSystem(message, &state) { return wait }
        if let tuple = message.asTuple, tuple.count == 3, tuple[0] == .atom(.EXIT), tuple[1] == .pid(parent) {
            throw ErlangException(.exit, tuple[2])
        }
        if let call = GenCall(message) {
            return try next(try await server.handle(call: call, &state, process), call)
        }
        if let request = genCastRequest(message) {
            return try next(try await server.handle(cast: request, &state, process), nil)
        }
        return try next(try await server.handle(info: message, &state, process), nil)
    }

    private func answerSystem(_ message: Term, _ state: inout Server.State) async throws -> Bool {
        let box = Box(state)
        let callbacks = SystemCallbacks(
            module: server.module, parent: parent, kind: server.kind, state: { server.term(of: box.state) },
            replace: { fun in
                let term = try await server.apply(fun, [server.term(of: box.state)], process)
                guard let new = server.state(box.state, replacedWith: term) else {
                    throw ErlangException(.error, .atom(.badarg))
                }
                box.state = new
                return term
            })
        guard try await process.answerSystem(message, callbacks) else { return false }
        state = box.state
        return true
    }

    private final class Box {
        var state: Server.State

        init(_ state: Server.State) { self.state = state }
    }

    private func next(_ step: GenServerStep, _ call: GenCall?) throws -> GenServerWait {
        switch step {
        case .reply(let reply, let wait):
            call?.reply(reply, from: process)
            return wait
        case .noreply(let wait): return wait
        case .stop(let reason, let reply):
            if let reply { call?.reply(reply, from: process) }
            throw ErlangException(.exit, reason)
        }
    }
}

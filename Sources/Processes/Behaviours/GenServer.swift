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
    /// What it throws becomes the reason the server ends with.
    func terminate(_ reason: Term, _ state: State, _ process: Process) async throws

    /// The state as `sys:get_state/1` shows it.
    func term(of state: State) -> Term
    /// The state as `sys:get_status/1` shows it: terms of its own, or `[{data, [{"State", State}]}]`.
    func status(of state: State, _ process: Process) async -> [Term]
    /// `code_change/3`, when `sys:change_code/4` asks for it; nothing leaves the state as it is.
    func changeCode(from old: Term, _ state: State, _ extra: Term, _ process: Process) async throws -> State?
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
    public func terminate(_ reason: Term, _ state: State, _ process: Process) async throws {}
    public func status(of state: State, _ process: Process) async -> [Term] {
        [.tuple([.atom("data"), [.tuple([.charlist("State"), term(of: state)])]])]
    }
    public func changeCode(
        from old: Term, _ state: State, _ extra: Term, _ process: Process
    ) async throws -> State? { nil }
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

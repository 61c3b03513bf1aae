public import Processes
public import Terms

/// One function that can be called: at the prompt in either syntax, by a command, by another node.
public struct FunctionEntry: Sendable {
    public typealias Body = @Sendable (FunctionCall) async throws -> Term
    public typealias Immediate = @Sendable (ImmediateCall) throws -> Term

    public let module: Atom
    public let name: Atom
    /// The names of the parameters; there are as many as the arity.
    public let parameters: [String]
    /// What it does, in one line.
    public let summary: String
    /// Whether other nodes may call it under `--allow safe`: it only reads.
    public let isSafe: Bool
    let body: Body
    /// The same for callers that do not wait; nothing for a function that may have to.
    public let immediate: Immediate?

    /// A function that may wait.
    public init(
        _ module: Atom, _ name: Atom, _ parameters: [String] = [], _ summary: String, safe: Bool = false,
        body: @escaping Body
    ) {
        self.init(module, name, parameters, summary, safe: safe, immediate: nil, body: body)
    }

    /// A function that never waits: evaluated code calls it without leaving its loop.
    public static func immediate(
        _ module: Atom, _ name: Atom, _ parameters: [String] = [], _ summary: String, safe: Bool = false,
        body: @escaping Immediate
    ) -> FunctionEntry {
        FunctionEntry(module, name, parameters, summary, safe: safe, immediate: body) { call in
            try call.arguments.withUnsafeBufferPointer { arguments in
                try withExtendedLifetime((call.node, call.process)) {
                    try body(
                        ImmediateCall(
                            node: .passUnretained(call.node), process: .passUnretained(call.process),
                            module: call.module, function: call.function, arguments: arguments))
                }
            }
        }
    }

    private init(
        _ module: Atom, _ name: Atom, _ parameters: [String], _ summary: String, safe: Bool, immediate: Immediate?,
        body: @escaping Body
    ) {
        self.immediate = immediate
        self.module = module
        self.name = name
        self.parameters = parameters
        self.summary = summary
        isSafe = safe
        self.body = body
    }

    /// One function of several arities: the last parameters may be left out.
    static func family(
        _ module: Atom, _ name: Atom, _ parameters: [String], from least: Int, _ summary: String, safe: Bool = false,
        body: @escaping Body
    ) -> [FunctionEntry] {
        (least...parameters.count).map {
            FunctionEntry(module, name, Array(parameters.prefix($0)), summary, safe: safe, body: body)
        }
    }

    public var arity: Int { parameters.count }

    /// Calls it.
    public func call(_ call: FunctionCall) async throws -> Term { try await body(call) }

    /// The same function under another name, as `Node.list/0` is `erlang:nodes/0`.
    func alias(_ module: Atom, _ name: Atom) -> FunctionEntry {
        FunctionEntry(module, name, parameters, summary, safe: isSafe, immediate: immediate, body: body)
    }
}

/// A call under way: on which node, by which process, with which arguments.
public struct FunctionCall: Sendable {
    public let node: Node
    public let process: Process
    public let module: Atom
    public let function: Atom
    public let arguments: [Term]

    public init(node: Node, process: Process, module: Atom, function: Atom, arguments: [Term]) {
        self.node = node
        self.process = process
        self.module = module
        self.function = function
        self.arguments = arguments
    }

    public subscript(position: Int) -> Term { arguments[position] }

    /// `error:badarg` with the stack that names this call.
    ///
    /// - Parameter cause: what the arguments do not show of why, as `error_info` of OTP names it.
    public func badarg(_ detail: String? = nil, cause: Atom? = nil) -> ErlangException {
        ErlangException(.error, .atom(.badarg), stack: [entry(.atom(.badarg), cause: cause)], detail: detail)
    }

    /// The entry of the stack trace for this call.
    func entry(_ reason: Term, cause: Atom? = nil) -> Term {
        ErrorInfo.entry(module, function, arguments, reason, cause: cause)
    }

    /// `error:function_clause` with the stack that names this call.
    public func functionClause() -> ErlangException {
        ErlangException(
            .error, .atom(.function_clause),
            stack: [.tuple([.atom(module), .atom(function), .makeList(arguments), .nil])])
    }

    // The arguments by type; each throws `badarg` when the argument is another.

    public func atom(_ position: Int) throws -> Atom {
        guard let atom = arguments[position].asAtom else { throw badarg("argument \(position + 1) is not an atom") }
        return atom
    }

    public func integer(_ position: Int) throws -> Int {
        guard let value = arguments[position].asInteger else {
            throw badarg("argument \(position + 1) is not an integer")
        }
        return value
    }

    public func pid(_ position: Int) throws -> Pid {
        guard let pid = arguments[position].asPid else { throw badarg("argument \(position + 1) is not a pid") }
        return pid
    }

    public func list(_ position: Int) throws -> [Term] {
        guard let list = arguments[position].properList else {
            throw badarg("argument \(position + 1) is not a proper list")
        }
        return list
    }

    /// Nodes named by an atom or a list of atoms.
    public func nodes(_ position: Int) throws -> [Atom] {
        try list(position).map { term in
            guard let atom = term.asAtom else { throw badarg("argument \(position + 1) is not a list of node names") }
            return atom
        }
    }

    /// A timeout in milliseconds or `infinity`, as nanoseconds; nothing for `infinity`.
    public func timeout(_ position: Int) throws -> Int64? {
        switch arguments[position] {
        case .atom(.infinity): return nil
        case .integer(let milliseconds) where milliseconds >= 0 && milliseconds <= 0xFFFF_FFFF:
            return Int64(milliseconds) * 1_000_000
        default: throw badarg("argument \(position + 1) is not a timeout")
        }
    }

    /// Sends a message, and waits as long as the connection it goes over has too much to write, as a sender in OTP does.
    func send(_ message: Term, to destination: Destination) async {
        process.send(message, to: destination)
        await node.waitUntilNotBusy(destination.node)
    }

    /// Calls another function of the table on behalf of the same process.
    public func call(_ module: Atom, _ function: Atom, _ arguments: [Term]) async throws -> Term {
        try await node.functions.call(module, function, arguments, on: node, by: process)
    }

    /// Calls a fun on behalf of the same process.
    public func apply(_ fun: Term, _ arguments: [Term]) async throws -> Term {
        try await node.functions.apply(fun, arguments, on: node, by: process)
    }
}

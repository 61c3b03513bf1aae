public import Terms

/// An exception of the Erlang kind: class, reason and stack trace.
public struct ErlangException: Error, Sendable {
    /// The three classes of exceptions.
    public enum Kind: Sendable {
        case error
        case exit
        case `throw`
    }

    public let kind: Kind
    public let reason: Term
    /// `[{Module, Function, ArityOrArguments, Location}]`.
    public let stack: Term
    /// One line for people that says more than the reason; not part of the exception as Erlang sees it.
    public let detail: String?
    /// Whether the stack goes down to the bottom: it is raised again, and nothing is added.
    public let hasWholeStack: Bool

    public init(
        _ kind: Kind, _ reason: Term, stack: Term = .nil, detail: String? = nil, hasWholeStack: Bool = false
    ) {
        self.hasWholeStack = hasWholeStack
        self.kind = kind
        self.reason = reason
        self.stack = stack
        self.detail = detail
    }

    /// `error:badarg`.
    public static func badarg(_ detail: String? = nil) -> ErlangException {
        ErlangException(.error, .atom(.badarg), detail: detail)
    }

    /// `error:undef`, with the stack that OTP gives it.
    public static func undef(_ module: Atom, _ function: Atom, _ arguments: [Term]) -> ErlangException {
        ErlangException(
            .error, .atom(.undef),
            stack: [.tuple([.atom(module), .atom(function), .makeList(arguments), .nil])])
    }

    /// The reason a process ends with when nothing catches this.
    public var exitReason: Term {
        switch kind {
        case .error: .tuple([reason, stack])
        case .exit: reason
        case .throw: .tuple([.tuple([.atom("nocatch"), reason]), stack])
        }
    }
}

/// Thrown by `receive` and other waits in a process that has ended: its body returns as soon as it can.
public struct ProcessEnded: Error, Sendable {
    public init() {}
}

internal import Processes
internal import Terms

// What was wrong with the arguments of a call that failed: the texts behind `*** argument 1:` of the Erlang prompt and
// `* 1st argument:` of Elixir.
//
// Nothing of this is made when a function fails: the entry of the stack trace only names who can tell (`error_info`), and
// perhaps a cause. The details are found when somebody prints, from the arguments in the entry: `format_error/2` of the
// modules that OTP has for it. Each function has a rule: what each argument must be, and what is left when all are.
// Source: `erl_error`, EEP 54.

/// A function that failed, as the stack trace has it.
struct FailedCall {
    let reason: Term
    let module: Atom
    let function: Atom
    let arguments: [Term]
    /// What the function itself knows of why.
    let cause: Term?

    var isBadarg: Bool { reason == .atom(.badarg) }
    var isBadarith: Bool { reason == .atom(.badarith) }

    /// The first word of a reason that is a tuple.
    var tag: Atom? { reason.asTuple?.first?.asAtom }

    /// The call on top of a stack trace that has the arguments.
    init?(_ reason: Term, _ stack: Term) {
        guard case .list(let list) = stack, let entry = list.head.asTuple, entry.count == 4,
            let module = entry[0].asAtom, let function = entry[1].asAtom, let arguments = entry[2].properList
        else { return nil }
        self.reason = reason
        self.module = module
        self.function = function
        self.arguments = arguments
        cause = ErrorInfo.of(entry[3])?[.atom("cause")]
    }
}

/// What is wrong with a call.
struct ErrorDetails {
    /// Texts by the position of the argument, from 1.
    private var arguments: [Int: String] = [:]
    /// What is wrong with the call as a whole.
    var general: String?

    var isEmpty: Bool { arguments.isEmpty && general == nil }

    subscript(position: Int) -> String? {
        get { arguments[position] }
        set { arguments[position] = newValue }
    }

    /// As `format_error/2` answers: `#{1 => <<"not an atom">>}`.
    var term: Term {
        var map: [Term: Term] = [:]
        for (position, text) in arguments { map[.integer(position)] = .string(text) }
        if let general { map[.atom("general")] = .string(general) }
        return .map(Map(map))
    }
}

/// What must hold for a function's arguments, and what it means when that holds and the call fails nevertheless.
struct CallRule: Sendable {
    typealias Remainder = @Sendable (FailedCall) -> ErrorDetails

    private let checks: [ArgumentCheck]
    private let remainder: Remainder?

    init(_ checks: [ArgumentCheck], remainder: Remainder? = nil) {
        self.checks = checks
        self.remainder = remainder
    }

    /// Arguments of these kinds.
    static func of(_ checks: ArgumentCheck...) -> CallRule { CallRule(checks) }

    /// A function of one argument that is of a kind, but has the wrong value.
    static func value(_ check: ArgumentCheck, else text: String) -> CallRule {
        CallRule([check]) { _ in .at(1, text) }
    }

    /// The same with more to say when each argument is of its kind.
    func rest(_ remainder: @escaping Remainder) -> CallRule { CallRule(checks, remainder: remainder) }

    /// The same with one text when each argument is of its kind.
    func rest(_ position: Int, _ text: String) -> CallRule { rest { _ in .at(position, text) } }

    func details(of call: FailedCall) -> ErrorDetails {
        var details = ErrorDetails()
        for (position, check) in checks.enumerated() where call.arguments.indices.contains(position) {
            if let problem = check.problem(call.arguments[position]) { details[position + 1] = problem }
        }
        if details.isEmpty, let remainder { return remainder(call) }
        return details
    }
}

extension ErrorDetails {
    static func at(_ position: Int, _ text: String) -> ErrorDetails {
        var details = ErrorDetails()
        details[position] = text
        return details
    }
}

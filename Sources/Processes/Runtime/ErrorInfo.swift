public import Terms

/// The `error_info` of an entry of a stack trace: which module can tell what was wrong.
public enum ErrorInfo {
    /// The modules of OTP whose functions have such texts, by who tells them.
    private static let tellers: [Atom: Atom] = [
        "erlang": "erl_erts_errors",
        "binary": "erl_stdlib_errors", "ets": "erl_stdlib_errors", "io": "erl_stdlib_errors",
        "lists": "erl_stdlib_errors", "maps": "erl_stdlib_errors", "math": "erl_stdlib_errors",
        "re": "erl_stdlib_errors", "unicode": "erl_stdlib_errors",
        "os": "erl_kernel_errors",
    ]

    /// The functions of `lists` that are no Erlang code in OTP.
    private static let listFunctions: Set<Atom> = ["keyfind", "keymember", "keysearch", "member", "reverse", "seq"]

    private static let key = Term.atom("error_info")

    private static let locations: [Atom: Term] = tellers.mapValues { location([.atom("module"): .atom($0)]) }

    /// The location in a stack trace of a native function that failed; empty for one nothing more is known of.
    ///
    /// - Parameter cause: what the function knows of why, and its arguments do not show.
    private static func location(of module: Atom, _ reason: Term, cause: Atom? = nil) -> Term {
        // A function without a clause for its arguments is told by its clauses.
        if reason == .atom(.function_clause) { return .nil }
        guard let cause, let teller = tellers[module] else { return locations[module] ?? .nil }
        return location([.atom("module"): .atom(teller), .atom("cause"): .atom(cause)])
    }

    /// The entry of a stack trace for a call of a native function that failed.
    public static func entry(
        _ module: Atom, _ function: Atom, _ arguments: [Term], _ reason: Term, cause: Atom? = nil
    ) -> Term {
        let call =
            reason == .atom(.function_clause)
            ? (module, function, arguments) : inlined(module, function, arguments)
        let isToldOf = call.0 != "lists" || listFunctions.contains(call.1)
        return .tuple([
            .atom(call.0), .atom(call.1), .makeList(call.2),
            isToldOf ? location(of: call.0, reason, cause: cause) : .nil,
        ])
    }

    private static func location(_ info: Map) -> Term { [.tuple([key, .map(info)])] }

    /// The map in the location of an entry.
    public static func of(_ location: Term) -> Map? {
        for item in location.properList ?? [] {
            if let pair = item.asTuple, pair.count == 2, pair[0] == key { return pair[1].asMap }
        }
        return nil
    }
}

internal import Processes
internal import Tables
internal import Terms

extension Node {
    /// What `ets` does with match specifications and patterns.
    static let etsSelectFunctions: [FunctionEntry] =
        matchFunctions + matchObjectFunctions + selectFunctions + selectReverseFunctions + matchingFunctions

    private static let matchFunctions = selection(
        "match", "Pattern", "The variables of the rows that a pattern matches"
    ) { term throws(TableError) in
        try MatchSpecification(pattern: term, result: .atom("$$"))
    }

    private static let matchObjectFunctions = selection(
        "match_object", "Pattern", "The rows that a pattern matches"
    ) { term throws(TableError) in
        try MatchSpecification(pattern: term, result: .atom("$_"))
    }

    private static let selectFunctions = selection(
        "select", "MatchSpec", "What a match specification makes of the rows"
    ) { term throws(TableError) in try MatchSpecification(term) }

    private static let selectReverseFunctions = selection(
        "select_reverse", "MatchSpec", "As select, from the last row to the first", isReversed: true
    ) { term throws(TableError) in try MatchSpecification(term) }

    private static let matchingFunctions: [FunctionEntry] = [
        .immediate(
            "ets", "select_count", ["Table", "MatchSpec"], "How many rows a specification gives true for.",
            safe: true
        ) { call in
            try call.ets { _ in
                .integer(try call.table().selectCount(try MatchSpecification(call[1]), call.matching))
            }
        },
        .immediate(
            "ets", "select_delete", ["Table", "MatchSpec"], "Deletes the rows a specification gives true for."
        ) { call in
            try call.ets { _ in
                .integer(try call.table().selectDelete(try MatchSpecification(call[1]), call.matching))
            }
        },
        .immediate(
            "ets", "select_replace", ["Table", "MatchSpec"], "Replaces rows by what a specification makes of them."
        ) { call in
            try call.ets { _ in
                .integer(try call.table().selectReplace(try MatchSpecification(call[1]), call.matching))
            }
        },
        .immediate("ets", "match_delete", ["Table", "Pattern"], "Deletes the rows that a pattern matches.") {
            call in
            try call.ets { _ in
                let pattern = try MatchSpecification(pattern: call[1], result: .atom(.true))
                _ = try call.table().selectDelete(pattern, call.matching)
                return .boolean(true)
            }
        },
        .immediate("ets", "test_ms", ["Row", "MatchSpec"], "What a specification makes of a tuple.", safe: true) {
            call in
            guard let row = call[0].asTuple else { throw call.badarg("argument 1 is not a tuple") }
            do {
                let result = try MatchSpecification(call[1]).run(on: row, call.matching)
                return .tuple([.atom(.ok), result ?? .atom(.false)])
            } catch let error as TableError {
                let problem = Term.tuple([.atom(.error), .charlist(error.detail)])
                return Term.tuple([.atom(.error), .makeList([problem])])
            }
        },
    ]

    /// `match`, `match_object` and `select`: all at once, so many at a time, and what is left.
    private static func selection(
        _ name: Atom, _ parameter: String, _ summary: String, isReversed: Bool = false,
        _ specification: @escaping @Sendable (Term) throws(TableError) -> MatchSpecification
    ) -> [FunctionEntry] {
        [
            .immediate("ets", name, ["Table", parameter], "\(summary).", safe: true) { call in
                try call.ets { _ in
                    .makeList(
                        try call.table().select(try specification(call[1]), call.matching, isReversed: isReversed))
                }
            },
            .immediate("ets", name, ["Table", parameter, "Limit"], "\(summary), so many at a time.", safe: true) {
                call in
                try call.ets { _ in
                    guard let limit = call[2].asInteger, limit > 0 else { throw call.badarg("argument 3 is no limit") }
                    let results = try call.table().select(
                        try specification(call[1]), call.matching, isReversed: isReversed)
                    return chunk(results[...], limit, call[0])
                }
            },
            .immediate("ets", name, ["Continuation"], "\(summary): those that are left.", safe: true) { call in
                if call[0] == endOfTable { return endOfTable }
                guard let parts = call[0].asTuple, parts.count == 4, parts[0] == continuationTag,
                    let limit = parts[2].asInteger, limit > 0, let rest = parts[3].properList
                else { throw call.badarg("argument 1 is no continuation") }
                return chunk(rest[...], limit, parts[1])
            },
        ]
    }

    private static let endOfTable = Term.atom("$end_of_table")
    private static let continuationTag = Term.atom("$ets_continuation")

    /// `{Results, Continuation}`, which holds what is left.
    private static func chunk(_ results: ArraySlice<Term>, _ limit: Int, _ table: Term) -> Term {
        if results.isEmpty { return endOfTable }
        let rest = results.dropFirst(limit)
        let next: Term =
            rest.isEmpty
            ? endOfTable : .tuple([continuationTag, table, .integer(limit), .makeList(Array(rest))])
        return .tuple([.makeList(Array(results.prefix(limit))), next])
    }
}

extension ImmediateCall {
    /// Who runs a match specification, and the functions of its guards.
    fileprivate var matching: MatchEnvironment {
        let call = kept
        let code = call.node.functions.code
        return MatchEnvironment(caller: caller) { name, arguments in
            guard name == "node" else { return code?.guardValue(name, arguments, by: call.process) }
            guard let identifier = arguments.first else { return .atom(call.node.name) }
            switch identifier {
            case .pid(let pid): return .atom(pid.node)
            case .port(let port): return .atom(port.node)
            case .reference(let reference): return .atom(reference.node)
            default: return nil
            }
        }
    }
}

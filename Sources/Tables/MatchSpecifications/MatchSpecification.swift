// What this room does: match specifications, the little language that says which rows of a table are meant and what to
// make of them: `[{Head, Guards, Body}]`. What it does not: the functions of guards, which whoever runs it gives.
//
// Source: https://www.erlang.org/doc/apps/erts/match_spec, ERTS User's Guide, "Match Specifications in Erlang".

public import Terms

/// A match specification, checked and ready to run.
public struct MatchSpecification: Sendable {
    private struct Clause {
        let head: MatchPattern
        let order: [Int]
        let guards: [MatchExpression]
        let body: [MatchExpression]
    }

    private let clauses: [Clause]

    /// - Parameter term: `[{Head, Guards, Body}]`.
    /// - Throws: `badarg` for anything else.
    public init(_ term: Term) throws(TableError) {
        guard let functions = term.properList else { throw .badarg("not a valid match specification") }
        var clauses: [Clause] = []
        for function in functions {
            guard case .tuple(let parts) = function, parts.count == 3, let guards = parts[1].properList,
                let body = parts[2].properList, !body.isEmpty
            else { throw .badarg("not a valid match specification") }
            clauses.append(try Self.clause(parts[0], guards, body))
        }
        self.clauses = clauses
    }

    /// The specification that a pattern of `ets:match/2` stands for.
    ///
    /// - Parameter result: `'$$'` for the variables, `'$_'` for the row, `true` to count.
    public init(pattern: Term, result: Term) throws(TableError) {
        clauses = [try Self.clause(pattern, [], [result])]
    }

    private static func clause(_ head: Term, _ guards: [Term], _ body: [Term]) throws(TableError) -> Clause {
        let pattern = try MatchPattern(head)
        let slots = Dictionary(uniqueKeysWithValues: pattern.numbers.enumerated().map { ($0.element, $0.offset) })
        func expressions(_ terms: [Term]) throws(TableError) -> [MatchExpression] {
            var all: [MatchExpression] = []
            for term in terms { all.append(try MatchExpression(term, slots: slots)) }
            return all
        }
        return Clause(
            head: pattern, order: pattern.order, guards: try expressions(guards), body: try expressions(body))
    }

    /// What the specification makes of a row; nothing if no clause takes it. A body that fails gives `'EXIT'`.
    public func run(on row: Tuple, _ environment: MatchEnvironment) -> Term? {
        for clause in clauses {
            guard let values = clause.head.match(row) else { continue }
            let match = MatchedRow(row: row, values: values, order: clause.order)
            guard clause.guards.allSatisfy({ $0.value(match, environment) == .atom(.true) }) else { continue }
            var result: Term?
            for expression in clause.body { result = expression.value(match, environment) ?? .atom(.EXIT) }
            return result
        }
        return nil
    }

    /// The keys of all rows it can take, if they are known: nobody has to look at the others.
    func keys(at index: Int) -> [Term]? {
        var keys: [Term] = []
        for clause in clauses {
            guard let key = clause.head.key(at: index) else { return nil }
            if !keys.contains(key) { keys.append(key) }
        }
        return keys
    }
}

/// A row that matched, and what the variables stand for.
struct MatchedRow {
    let row: Tuple
    let values: [Term]
    let order: [Int]

    /// The values in the order of the numbers of their variables.
    var variables: Term { .makeList(order.map { values[$0] }) }
}

internal import Terms

extension Abstract.Expression {
    /// The expressions right inside, clauses of funs included, in source order.
    var children: [Abstract.Expression] {
        switch self {
        case .atom, .char, .integer, .float, .string, .nil, .value, .variable, .localFun, .recordIndex: []
        case .match(_, let one, let two), .cons(_, let one, let two), .operation(_, _, let one, let two),
            .remote(_, let one, let two), .maybeMatch(_, let one, let two):
            [one, two]
        case .tuple(_, let all), .block(_, let all), .maybe(_, let all): all
        case .binary(_, let elements):
            elements.flatMap { (element: Abstract.BinaryElement) -> [Abstract.Expression] in
                element.size.map { [element.value, $0] } ?? [element.value]
            }
        case .map(_, let fields): fields.flatMap { [$0.key, $0.value] }
        case .mapUpdate(_, let base, let fields): [base] + fields.flatMap { [$0.key, $0.value] }
        case .record(_, _, let fields): fields.map(\.value)
        case .recordUpdate(_, let base, _, let fields): [base] + fields.map(\.value)
        case .recordField(_, let base, _, _, _), .unary(_, _, let base), .catch(_, let base): [base]
        case .call(_, let function, let arguments): [function] + arguments
        case .fun(_, let clauses), .namedFun(_, _, let clauses), .if(_, let clauses), .receive(_, let clauses):
            clauses.flatMap(\.children)
        case .externalFun(_, let module, let name, let arity): [module, name, arity]
        case .case(_, let value, let clauses): [value] + clauses.flatMap(\.children)
        case .receiveAfter(_, let clauses, let timeout, let body): clauses.flatMap(\.children) + [timeout] + body
        case .try(_, let body, let of, let catching, let after):
            body + of.flatMap(\.children) + catching.flatMap(\.children) + after
        case .maybeElse(_, let body, _, let clauses): body + clauses.flatMap(\.children)
        case .listComprehension(_, let value, let qualifiers), .binaryComprehension(_, let value, let qualifiers):
            [value] + qualifiers.flatMap(\.children)
        case .mapComprehension(_, let field, let qualifiers):
            [field.key, field.value] + qualifiers.flatMap(\.children)
        }
    }

    /// Every variable that stands in it, those of funs included; an upper bound of what a fun needs.
    func addVariables(to names: inout Set<Atom>) {
        if case .variable(_, let name) = self { names.insert(name) }
        for child in children { child.addVariables(to: &names) }
    }

    /// A bound of the registers its variables take: each name once, and each place again in a comprehension, where a
    /// name may be hidden several times. Funs have registers of their own.
    func countVariables(_ names: inout Set<Atom>, _ extra: inout Int, isInside: Bool = false) {
        var isInside = isInside
        switch self {
        case .variable(_, let name):
            names.insert(name)
            if isInside { extra += 1 }
        case .fun, .namedFun: return
        case .listComprehension, .binaryComprehension, .mapComprehension: isInside = true
        default: break
        }
        for child in children { child.countVariables(&names, &extra, isInside: isInside) }
    }
}

extension Abstract.Clause {
    var children: [Abstract.Expression] { patterns + guards.flatMap(\.self) + body }

    /// How many registers its variables take at most.
    var variableCount: Int {
        var names: Set<Atom> = []
        var extra = 0
        for child in children { child.countVariables(&names, &extra) }
        return names.count + extra
    }
}

extension Abstract.Qualifier {
    var children: [Abstract.Expression] {
        switch self {
        case .generate(_, let pattern, let source, _), .binaryGenerate(_, let pattern, let source, _):
            [pattern, source]
        case .mapGenerate(_, let field, let source, _): [field.key, field.value, source]
        case .zip(_, let all): all.flatMap(\.children)
        case .filter(let test): [test]
        }
    }
}

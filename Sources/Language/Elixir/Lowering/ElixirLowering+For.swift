internal import Terms

/// `for`: each generator is a fold over what it generates from.
extension ElixirLowering {
    /// What happens when all generators have a value.
    private enum Yield {
        /// The body is put before the list so far.
        case collect(Quoted)
        /// `reduce:`: the clauses take the value so far.
        case reduce(Place, [Quoted.Clause])
    }

    mutating func comprehension(_ at: Place, _ arguments: [Quoted]) throws(SyntaxError) -> Expression {
        let (qualifiers, keywords) = split(arguments)
        try checkSteps(at, qualifiers.count, "generators and filters of for")
        guard let body = keywords.first(where: { $0.key == "do" })?.value else {
            throw fail(at, "missing :do option in \"for\"", length: 3)
        }
        var (into, initial, isUnique): (Expression?, Expression?, Bool) = (nil, nil, false)
        for (key, value) in keywords where key != "do" {
            switch key.name {
            case "into": into = try expression(value)
            case "reduce": initial = try expression(value)
            case "uniq": if case .atom(_, "true") = value { isUnique = true }
            default: throw fail(value.place, "unsupported option :\(key) given to for")
            }
        }
        guard let first = qualifiers.first, isGenerator(first) else {
            throw fail(at, "for comprehensions must start with a generator", length: 3)
        }
        let yield: Yield
        if initial != nil {
            guard case .clauses(_, let clauses) = body else {
                throw fail(
                    at,
                    "when using :reduce with comprehensions, the do block must be written using acc -> expr clauses",
                    length: 3)
            }
            yield = .reduce(at, clauses)
        } else {
            yield = .collect(body)
        }
        let start = initial ?? .nil(location(at))
        let folded = try scoped { (lowering) throws(SyntaxError) in
            try lowering.fold(qualifiers, start, yield)
        }
        if initial != nil { return folded }
        var result = remote(at, "lists", "reverse", [folded])
        if isUnique { result = remote(at, "Elixir.Enum", "uniq", [result]) }
        switch into {
        case nil, .nil?: return result
        case .some(let into): return remote(at, "Elixir.Enum", "into", [result, into])
        }
    }

    private func isGenerator(_ quoted: Quoted) -> Bool { generator(quoted) != nil || bitGenerator(quoted) != nil }

    private func generator(_ quoted: Quoted) -> (at: Place, pattern: Quoted, source: Quoted)? {
        guard case .call(let at, "<-", let pair) = quoted, pair.count == 2 else { return nil }
        return (at, pair[0], pair[1])
    }

    /// `<<a, b <- source>>`.
    private func bitGenerator(_ quoted: Quoted) -> (at: Place, segments: [Quoted], source: Quoted)? {
        guard case .bits(let at, let segments) = quoted, let last = segments.last,
            let (_, pattern, source) = generator(last)
        else { return nil }
        return (at, segments.dropLast() + [pattern], source)
    }

    /// The value so far after all that the qualifiers yield.
    private mutating func fold(
        _ qualifiers: ArraySlice<Quoted>, _ value: Expression, _ yield: Yield
    ) throws(SyntaxError) -> Expression {
        guard let qualifier = qualifiers.first else { return try finish(value, yield) }
        let rest = qualifiers.dropFirst()
        if let (at, pattern, source) = generator(qualifier) {
            return try fold(at, pattern, source, rest, value, yield)
        }
        if let (at, segments, source) = bitGenerator(qualifier) {
            return try fold(at, bits: segments, source, rest, value, yield)
        }
        let condition = try expression(qualifier)
        let inner = try fold(rest, value, yield)
        return branch(qualifier.place, condition, [inner], [value])
    }

    private mutating func finish(_ value: Expression, _ yield: Yield) throws(SyntaxError) -> Expression {
        switch yield {
        case .collect(let body):
            let element = block(body.place, try sequence(body))
            return .cons(location(body.place), element, value)
        case .reduce(let at, let quoted):
            var clauses: [Clause] = []
            for clause in quoted {
                guard clause.patterns.count == 1 else {
                    throw fail(
                        clause.place,
                        "when using :reduce with comprehensions, the do block must be written using acc -> expr clauses"
                    )
                }
                clauses.append(try self.clause(clause.place, clause.patterns, clause.condition, clause.body))
            }
            return .case(location(at), value, clauses)
        }
    }

    private mutating func fold(
        _ at: Place, _ quoted: Quoted, _ source: Quoted, _ rest: ArraySlice<Quoted>, _ value: Expression, _ yield: Yield
    ) throws(SyntaxError) -> Expression {
        let source = try expression(source)
        let location = location(at)
        let accumulator = temporary(at)
        let clauses = try scoped { (lowering) throws(SyntaxError) in
            var (pattern, condition): (Quoted, Quoted?) = (quoted, nil)
            if case .call(_, "when", let pair) = quoted, pair.count == 2 { (pattern, condition) = (pair[0], pair[1]) }
            let (patterns, tests) = try lowering.patterns([pattern], inHead: true)
            let guards = try lowering.guards(condition, tests: tests)
            let body = try lowering.fold(rest, accumulator, yield)
            var clauses = [Clause(location, patterns + [accumulator], guards, [body])]
            if case .variable? = patterns.first, guards.isEmpty { return clauses }
            let skipped = lowering.temporary(at)
            clauses.append(Clause(location, [.variable(location, "_"), skipped], [], [skipped]))
            return clauses
        }
        return remote(at, "Elixir.Enum", "reduce", [source, value, .fun(location, clauses)])
    }

    /// A fun that takes one after the other from the front of a bit string.
    private mutating func fold(
        _ at: Place, bits segments: [Quoted], _ source: Quoted, _ rest: ArraySlice<Quoted>, _ value: Expression,
        _ yield: Yield
    ) throws(SyntaxError) -> Expression {
        let source = try expression(source)
        let location = location(at)
        let name = fresh("for")
        let function = Expression.variable(location, name)
        let clauses = try scoped { (lowering) throws(SyntaxError) in
            let (accumulator, tail) = (lowering.temporary(at), lowering.temporary(at))
            let (patterns, tests) = try lowering.patterns([.bits(at, segments)], inHead: true)
            guard case .binary(_, let elements)? = patterns.first else { return [Clause]() }
            let remaining = Abstract.BinaryElement(location, tail, [.name("bitstring")])
            let body = try lowering.fold(rest, accumulator, yield)
            var clauses = [
                Clause(
                    location, [.binary(location, elements + [remaining]), accumulator], tests.isEmpty ? [] : [tests],
                    [.call(location, function, [tail, body])])
            ]
            let skipping = elements.map { (element) -> Abstract.BinaryElement in
                if case .variable = element.value { return element }
                if case .string = element.value { return element }
                var any = element
                any.value = .variable(location, "_")
                return any
            }
            if skipping != elements || !tests.isEmpty {
                clauses.append(
                    Clause(
                        location, [.binary(location, skipping + [remaining]), accumulator], [],
                        [.call(location, function, [tail, accumulator])]))
            }
            clauses.append(Clause(location, [.variable(location, "_"), accumulator], [], [accumulator]))
            return clauses
        }
        return .call(location, .namedFun(location, name, clauses), [source, value])
    }
}

internal import Terms

/// Patterns and the clauses they make.
extension ElixirLowering {
    /// Lowers patterns that belong together; their names are bound from then on.
    ///
    /// - Returns: the patterns, and tests that must hold besides.
    mutating func patterns(
        _ quoted: [Quoted], inHead: Bool = false
    ) throws(SyntaxError) -> (patterns: [Expression], tests: [Expression]) {
        let outer = (patternNames, patternTests, testsPins)
        (patternNames, patternTests, testsPins) = ([:], [], inHead)
        var lowered: [Expression] = []
        for pattern in quoted { lowered.append(try self.pattern(pattern)) }
        if !patternNames.isEmpty {
            names.merge(patternNames) { $1 }
            bindings += 1
        }
        let tests = patternTests
        (patternNames, patternTests, testsPins) = outer
        return (lowered, tests)
    }

    mutating func pattern(_ quoted: Quoted) throws(SyntaxError) -> Expression {
        switch quoted {
        case .atom, .integer, .float, .binary, .charlist: return literal(quoted)
        case .name(let at, let name): return bind(at, name)
        case .tuple(let at, let elements): return .tuple(location(at), try patternList(elements))
        case .list(let at, let elements):
            try checkSteps(at, elements.count, "elements of a list in a match")
            if case .call(_, "|", let pair)? = elements.last, pair.count == 2 {
                let heads = try patternList(elements.dropLast() + [pair[0]])
                return list(at, heads, tail: try pattern(pair[1]))
            }
            return list(at, try patternList(elements))
        case .bits(let at, let segments): return try bits(at, segments, isPattern: true)
        case .map(let at, nil, let pairs): return .map(location(at), try patternFields(pairs))
        case .structure(let at, let name, nil, let pairs): return try structurePattern(at, name, pairs)
        case .alias(let at, let head, let parts): return try alias(at, head, parts)
        case .call(let at, let name, let arguments): return try patternCall(at, name, arguments)
        case .sigil(let at, let name, let parts, let modifiers): return try sigil(at, name, parts, modifiers)
        case .text(let at, _, let parts):
            guard parts.allSatisfy({ if case .text = $0 { true } else { false } }) else {
                throw fail(at, "interpolation cannot be used in patterns")
            }
            return try expression(quoted)
        case .block(_, let only) where only.count == 1: return try pattern(only[0])
        case .map(let at, _, _), .structure(let at, _, _, _):
            throw fail(at, "cannot use map/struct update syntax in match")
        case .remote(let at, let target, let name, let arguments, _):
            let module = try knownModule(target)?.name ?? "…"
            throw fail(
                at, "cannot invoke remote function \(display(module)).\(name)/\(arguments.count) inside a match")
        default:
            throw fail(quoted.place, "invalid expression in match")
        }
    }

    func display(_ module: String) -> String {
        module.hasPrefix("Elixir.") ? String(module.dropFirst(7)) : ":\(module)"
    }

    private mutating func patternList(_ quoted: [Quoted]) throws(SyntaxError) -> [Expression] {
        var lowered: [Expression] = []
        for element in quoted { lowered.append(try pattern(element)) }
        return lowered
    }

    private mutating func bind(_ at: Place, _ name: String) -> Expression {
        if name == "_" { return .variable(location(at), "_") }
        if name == "__MODULE__" { return atom(at, definition?.name ?? .nil) }
        if let known = patternNames[name] { return .variable(location(at), known) }
        let variable = fresh(name)
        patternNames[name] = variable
        return .variable(location(at), variable)
    }

    mutating func patternFields(
        _ pairs: [(key: Quoted, value: Quoted)]
    ) throws(SyntaxError) -> [Abstract.MapField] {
        var fields: [Abstract.MapField] = []
        for (key, value) in pairs {
            let lowered: Expression
            switch key {
            case .call(let at, "^", let inner) where inner.count == 1: lowered = try pinned(at, inner[0], tests: false)
            case .name(let at, let name) where name != "__MODULE__":
                throw fail(
                    at,
                    "cannot use variable \(name) as map key inside a pattern. If you are attempting to match on an"
                        + " existing variable, use ^\(name)")
            default: lowered = try pattern(key)
            }
            fields.append(Abstract.MapField(location(key.place), isExact: true, lowered, try pattern(value)))
        }
        return fields
    }

    private mutating func pinned(_ at: Place, _ quoted: Quoted, tests: Bool) throws(SyntaxError) -> Expression {
        guard case .name(_, let name) = quoted else {
            throw fail(at, "invalid argument for unary operator ^, expected an existing variable")
        }
        guard let variable = names[name] else {
            throw fail(
                at, "undefined variable ^\(name). No variable \"\(name)\" has been defined before the current pattern",
                length: name.count + 1)
        }
        let bound = Expression.variable(location(at), variable)
        guard tests, testsPins else { return bound }
        let own = temporary(at)
        patternTests.append(.operation(location(at), "=:=", own, bound))
        return own
    }

    private mutating func patternCall(
        _ at: Place, _ name: String, _ arguments: [Quoted]
    ) throws(SyntaxError) -> Expression {
        switch (name, arguments.count) {
        case ("^", 1): return try pinned(at, arguments[0], tests: true)
        case ("=", 2):
            let left = try pattern(arguments[0])
            return .match(location(at), left, try pattern(arguments[1]))
        case ("<>", 2): return try concatenation(at, arguments[0], arguments[1], isPattern: true)
        case ("++", 2):
            let tail = try pattern(arguments[1])
            switch arguments[0] {
            case .charlist(let at, let points):
                return list(at, points.map { .char(location(at), $0) }, tail: tail)
            case .list(let at, let elements): return list(at, try patternList(elements), tail: tail)
            default: throw fail(at, "the left side of ++ in a match must be a literal list")
            }
        case ("-", 1), ("+", 1):
            switch arguments[0] {
            case .integer, .float: return .unary(location(at), Atom(name), literal(arguments[0]))
            default: throw fail(at, "invalid expression in match: \(name)")
            }
        case ("..", 2), ("..//", 3):
            let keys: [Atom] = ["first", "last", "step"]
            var pairs: [(key: Quoted, value: Quoted)] = [(.atom(at, "__struct__"), .atom(at, "Elixir.Range"))]
            for (key, value) in zip(keys, arguments) { pairs.append((.atom(at, key), value)) }
            return .map(location(at), try patternFields(pairs))
        case ("@", 1): return try attributePattern(at, arguments[0])
        case ("::", 2): throw fail(at, "misplaced operator ::/2")
        case ("|", 2): throw fail(at, "misplaced operator |/2")
        default:
            throw fail(at, "cannot find or invoke local \(name)/\(arguments.count) inside match", length: name.count)
        }
    }

    private mutating func attributePattern(_ at: Place, _ name: Quoted) throws(SyntaxError) -> Expression {
        guard case .name(_, let name) = name, let attribute = definition?.attributes[name] else {
            throw fail(at, "undefined module attribute in match")
        }
        return try pattern(attribute.quoted)
    }

    // MARK: Clauses

    /// Lowers a clause in a scope of its own.
    mutating func clause(
        _ at: Place, _ quoted: [Quoted], _ condition: Quoted?, _ body: Quoted, inHead: Bool = false
    ) throws(SyntaxError) -> Clause {
        try scoped { (lowering) throws(SyntaxError) in
            let (patterns, tests) = try lowering.patterns(quoted, inHead: inHead)
            let guards = try lowering.guards(condition, tests: tests)
            return Clause(lowering.location(at), patterns, guards, try lowering.sequence(body))
        }
    }

    /// The clauses of `case`, `receive` and the like: one pattern each.
    mutating func clauses(
        _ quoted: Quoted, of what: String, arity: Int = 1
    ) throws(SyntaxError) -> [Clause] {
        guard case .clauses(_, let clauses) = quoted else {
            throw fail(quoted.place, "expected -> clauses for :do in \"\(what)\"")
        }
        var lowered: [Clause] = []
        for clause in clauses {
            guard clause.patterns.count == arity else {
                throw fail(clause.place, "expected one argument for :do clauses (->) in \"\(what)\"")
            }
            lowered.append(try self.clause(clause.place, clause.patterns, clause.condition, clause.body))
        }
        return lowered
    }

    mutating func function(_ at: Place, _ quoted: [Quoted.Clause]) throws(SyntaxError) -> Expression {
        let arity = quoted.first?.patterns.count ?? 0
        var lowered: [Clause] = []
        for clause in quoted {
            guard clause.patterns.count == arity else {
                throw fail(clause.place, "cannot mix clauses with different arities in anonymous functions")
            }
            lowered.append(try self.clause(clause.place, clause.patterns, clause.condition, clause.body, inHead: true))
        }
        return .fun(location(at), lowered)
    }
}

internal import Terms

/// `try` with `rescue`, `catch`, `else` and `after`.
extension ElixirLowering {
    mutating func tryExpression(_ at: Place, _ argument: Quoted) throws(SyntaxError) -> Expression {
        guard let keywords = argument.keywords, keywords.contains(where: { $0.key == "do" }) else {
            throw fail(at, "missing :do option in \"try\"", length: 3)
        }
        guard keywords.count > 1 else {
            throw fail(at, "missing :catch/:rescue/:after option in \"try\"", length: 3)
        }
        return try tryExpression(at, keywords)
    }

    /// Also the body of a function with `rescue` and the like.
    mutating func tryExpression(
        _ at: Place, _ keywords: [(key: Atom, value: Quoted)]
    ) throws(SyntaxError) -> Expression {
        var body: [Expression] = []
        var (of, catching, after): ([Clause], [Clause], [Expression]) = ([], [], [])
        for (key, value) in keywords {
            switch key.name {
            case "do": body = try scoped { (lowering) throws(SyntaxError) in try lowering.sequence(value) }
            case "else": of = try clauses(value, of: "try")
            case "rescue": for clause in try list(value, "rescue") { catching.append(try rescue(clause)) }
            case "catch": for clause in try list(value, "catch") { catching.append(try catchClause(clause)) }
            case "after": after = try scoped { (lowering) throws(SyntaxError) in try lowering.sequence(value) }
            default: throw fail(value.place, "unexpected option :\(key) in \"try\"")
            }
        }
        if catching.isEmpty, after.isEmpty {
            guard !of.isEmpty else { return block(at, body) }
        }
        return .try(location(at), body, of: of, catching: catching, after: after)
    }

    private func list(_ quoted: Quoted, _ what: String) throws(SyntaxError) -> [Quoted.Clause] {
        guard case .clauses(_, let clauses) = quoted else {
            throw fail(quoted.place, "expected -> clauses for :\(what) in \"try\"")
        }
        return clauses
    }

    private func caught(_ at: Place, _ kind: Expression, _ reason: Expression, _ stack: Expression) -> Expression {
        .tuple(location(at), [kind, reason, stack])
    }

    private mutating func catchClause(_ quoted: Quoted.Clause) throws(SyntaxError) -> Clause {
        guard (1...2).contains(quoted.patterns.count) else {
            throw fail(quoted.place, "expected one or two args for :catch clauses (->) in \"try\"")
        }
        let at = quoted.place
        return try scoped { (lowering) throws(SyntaxError) in
            let stack = lowering.fresh("stacktrace")
            lowering.stacktrace = stack
            let (patterns, tests) = try lowering.patterns(quoted.patterns)
            let guards = try lowering.guards(quoted.condition, tests: tests)
            let kind = patterns.count == 2 ? patterns[0] : lowering.atom(at, "throw")
            let pattern = lowering.caught(
                at, kind, patterns[patterns.count - 1], .variable(lowering.location(at), stack))
            return Clause(lowering.location(at), [pattern], guards, try lowering.sequence(quoted.body))
        }
    }

    // MARK: rescue

    private mutating func rescue(_ quoted: Quoted.Clause) throws(SyntaxError) -> Clause {
        guard quoted.patterns.count == 1, quoted.condition == nil else {
            throw fail(quoted.place, "expected one argument for :rescue clauses (->) in \"try\"")
        }
        let at = quoted.place
        var (name, modules): (String?, [Atom]?) = (nil, nil)
        switch quoted.patterns[0] {
        case .name(_, let variable): name = variable == "_" ? nil : variable
        case .call(_, "in", let pair) where pair.count == 2:
            guard case .name(_, let variable) = pair[0] else {
                throw fail(pair[0].place, "invalid \"rescue\" clause. The clause should be of the form var in [Alias]")
            }
            name = variable == "_" ? nil : variable
            modules = try exceptions(pair[1])
        case let other: modules = try exceptions(other)
        }
        return try scoped { (lowering) throws(SyntaxError) in
            let location = lowering.location(at)
            let raw = lowering.temporary(at)
            let stack = lowering.fresh("stacktrace")
            lowering.stacktrace = stack
            var body: [Expression] = []
            if let name {
                let variable = lowering.fresh(name)
                lowering.names[name] = variable
                let normalized = lowering.remote(
                    at, "Elixir.Exception", "normalize",
                    [lowering.atom(at, .error), raw, .variable(location, stack)])
                body.append(.match(location, .variable(location, variable), normalized))
            }
            body += try lowering.sequence(quoted.body)
            var tests: [[Expression]] = []
            for module in modules ?? [] { tests += lowering.rescueTests(at, module, raw) }
            let pattern = lowering.caught(at, lowering.atom(at, .error), raw, .variable(location, stack))
            return Clause(location, [pattern], tests, body)
        }
    }

    /// The modules of exceptions; nothing for `_`.
    private func exceptions(_ quoted: Quoted) throws(SyntaxError) -> [Atom]? {
        if case .name(_, "_") = quoted { return nil }
        var elements = [quoted]
        if case .list(_, let several) = quoted { elements = several }
        var modules: [Atom] = []
        for element in elements {
            guard let module = try knownModule(element) else {
                throw fail(
                    element.place,
                    "invalid \"rescue\" clause. The clause should match on an alias, a variable or be in the \"var in"
                        + " [alias]\" format")
            }
            modules.append(module)
        }
        return modules
    }

    /// The errors of Erlang that are an exception in Elixir: the atom, or the tuples by their first element and size.
    private static let erlangErrors: [(exception: String, atom: Atom?, tag: Atom?, sizes: [Int])] = [
        ("Elixir.ArithmeticError", "badarith", nil, []), ("Elixir.SystemLimitError", "system_limit", nil, []),
        ("Elixir.CondClauseError", "cond_clause", nil, []), ("Elixir.UndefinedFunctionError", "undef", nil, []),
        ("Elixir.FunctionClauseError", "function_clause", nil, []), ("Elixir.ArgumentError", "badarg", "badarg", [2]),
        ("Elixir.BadArityError", nil, "badarity", [2]), ("Elixir.BadFunctionError", nil, "badfun", [2]),
        ("Elixir.BadStructError", nil, "badstruct", [3]), ("Elixir.BadMapError", nil, "badmap", [2]),
        ("Elixir.BadBooleanError", nil, "badbool", [3]), ("Elixir.MatchError", nil, "badmatch", [2]),
        ("Elixir.KeyError", nil, "badkey", [2, 3]), ("Elixir.CaseClauseError", nil, "case_clause", [2]),
        ("Elixir.WithClauseError", nil, "with_clause", [2]), ("Elixir.TryClauseError", nil, "try_clause", [2]),
    ]

    /// Guard alternatives for an error that is an exception of a module.
    private func rescueTests(_ at: Place, _ module: Atom, _ raw: Expression) -> [[Expression]] {
        let location = location(at)
        func equal(_ left: Expression, _ right: Atom) -> Expression {
            .operation(location, "=:=", left, atom(at, right))
        }
        func tuple(_ tag: Atom, _ size: Int) -> [Expression] {
            [
                .operation(location, "=:=", erlang(at, "tuple_size", raw), integer(at, size)),
                equal(erlang(at, "element", integer(at, 1), raw), tag),
            ]
        }
        if module == "Elixir.ErlangError" {
            var tests: [Expression] = []
            for (_, atom, tag, sizes) in Self.erlangErrors {
                if let atom { tests.append(.operation(location, "=/=", raw, .atom(location, atom))) }
                guard let tag else { continue }
                for size in sizes {
                    let isTuple = Expression.operation(
                        location, "andalso", erlang(at, "is_tuple", raw),
                        .operation(location, "andalso", tuple(tag, size)[0], tuple(tag, size)[1]))
                    tests.append(.unary(location, "not", isTuple))
                }
            }
            let isStruct = Expression.operation(
                location, "andalso", erlang(at, "is_map", raw), erlang(at, "is_map_key", atom(at, "__struct__"), raw))
            return [tests + [.unary(location, "not", isStruct)]]
        }
        let ofStruct = [
            equal(erlang(at, "map_get", atom(at, "__struct__"), raw), module),
            equal(erlang(at, "map_get", atom(at, "__exception__"), raw), .true),
        ]
        var alternatives = [ofStruct]
        for (exception, atom, tag, sizes) in Self.erlangErrors where exception == module.name {
            if let atom { alternatives.append([equal(raw, atom)]) }
            if let tag { for size in sizes { alternatives.append(tuple(tag, size)) } }
        }
        return alternatives
    }
}

internal import Terms

/// What looks like a call and is none.
extension ElixirLowering {
    mutating func specialForm(_ at: Place, _ name: String, _ arguments: [Quoted]) throws(SyntaxError) -> Expression? {
        switch (name, arguments.count) {
        case ("=", 2): return try match(at, arguments[0], arguments[1])
        case ("&", 1): return try capture(at, arguments[0])
        case ("case", 2): return try caseOf(at, arguments)
        case ("cond", 1): return try cond(at, arguments)
        case ("with", 1...): return try with(at, arguments)
        case ("for", 1...): return try comprehension(at, arguments)
        case ("try", 1): return try tryExpression(at, arguments[0])
        case ("receive", 1): return try receive(at, arguments[0])
        case ("alias", 1...2): return try aliasDirective(at, arguments)
        case ("import", 1...2): return try importDirective(at, arguments)
        case ("require", 1...2): return try requireDirective(at, arguments)
        case ("defmodule", 2): return try defmodule(at, arguments)
        case ("^", 1):
            throw fail(at, "cannot use ^ outside of match clauses")
        case ("when", 2): throw fail(at, "undefined function when/2 (there is no such import)", length: 4)
        case ("->", _): throw fail(at, "unhandled operator ->")
        case ("::", 2), ("|", 2): throw fail(at, "misplaced operator \(name)/2", length: name.count)
        case ("<-", 2), ("\\\\", 2), ("=>", 2):
            throw fail(at, "undefined function \(name)/2 (there is no such import)", length: name.count)
        case ("quote", _), ("unquote", 1), ("unquote_splicing", 1), ("defmacro", _), ("defmacrop", _):
            throw unsupported(at, name)
        case ("defprotocol", _), ("defimpl", _): throw unsupported(at, name, "protocols of one's own")
        case ("super", _), ("defoverridable", _): throw unsupported(at, name, "overridden functions")
        default: return nil
        }
    }

    // MARK: Match and block keywords

    private mutating func match(_ at: Place, _ left: Quoted, _ right: Quoted) throws(SyntaxError) -> Expression {
        if isGuard { throw fail(at, "cannot use = in guards") }
        let value = try expression(right)
        let (patterns, tests) = try patterns([left])
        guard let test = tests.first else { return .match(location(at), patterns[0], value) }
        // `%name{} = …`: what a pattern cannot say is asked afterwards.
        let own = temporary(at)
        let other = temporary(at)
        let reason = Expression.tuple(location(at), [atom(at, "badmatch"), other])
        return .case(
            location(at), value,
            [
                Clause(location(at), [.match(location(at), patterns[0], own)], [[test]], [own]),
                Clause(location(at), [other], [], [erlang(at, "error", reason)]),
            ])
    }

    /// Splits the keyword lists off the end of arguments: `into: []` and a `do` block are two.
    func split(_ arguments: [Quoted]) -> (positional: ArraySlice<Quoted>, keywords: [(key: Atom, value: Quoted)]) {
        var positional = arguments[...]
        var keywords: [(key: Atom, value: Quoted)] = []
        while let last = positional.last, let pairs = last.keywords, !pairs.isEmpty {
            keywords = pairs + keywords
            positional = positional.dropLast()
            if !pairs.contains(where: { $0.key == "do" }) { break }
        }
        return (positional, keywords)
    }

    private func doBlock(_ at: Place, _ arguments: [Quoted], _ name: String) throws(SyntaxError) -> Quoted {
        let (_, keywords) = split(arguments)
        guard let body = keywords.first(where: { $0.key == "do" })?.value else {
            throw fail(at, "missing :do option in \"\(name)\"", length: name.count)
        }
        return body
    }

    // MARK: case, cond, if

    private mutating func caseOf(_ at: Place, _ arguments: [Quoted]) throws(SyntaxError) -> Expression {
        let body = try doBlock(at, arguments, "case")
        let value = try expression(arguments[0])
        return .case(location(at), value, try clauses(body, of: "case"))
    }

    private mutating func cond(_ at: Place, _ arguments: [Quoted]) throws(SyntaxError) -> Expression {
        guard case .clauses(_, let clauses) = try doBlock(at, arguments, "cond") else {
            throw fail(at, "expected -> clauses for :do in \"cond\"", length: 4)
        }
        try checkSteps(at, clauses.count, "clauses of cond")
        let outer = names
        defer { names = outer }
        var steps: [(condition: Expression, body: [Expression])] = []
        for clause in clauses {
            guard clause.patterns.count == 1, clause.condition == nil else {
                throw fail(clause.place, "expected one argument for :do clauses (->) in \"cond\"")
            }
            let condition = try expression(clause.patterns[0])
            let body = try scoped { (lowering) throws(SyntaxError) in try lowering.sequence(clause.body) }
            steps.append((condition, body))
        }
        var result = erlang(at, "error", atom(at, "cond_clause"))
        for step in steps.reversed() { result = branch(at, step.condition, step.body, [result]) }
        return result
    }

    /// `case Condition of` false and nil to one side, all else to the other.
    mutating func branch(
        _ at: Place, _ condition: Expression, _ then: [Expression], _ otherwise: [Expression]
    ) -> Expression {
        let location = location(at)
        if case .atom(_, "true") = condition { return block(at, then) }
        if isBoolean(condition) {
            return .case(
                location, condition,
                [
                    Clause(location, [.atom(location, "false")], [], otherwise),
                    Clause(location, [.atom(location, "true")], [], then),
                ])
        }
        let any = Expression.variable(location, "_")
        guard otherwise.count == 1, case .atom = otherwise[0] else {
            let own = temporary(at)
            let tests = ["false", "nil"].map { (name: Atom) in
                [Expression.operation(location, "=:=", own, .atom(location, name))]
            }
            return .case(
                location, condition, [Clause(location, [own], tests, otherwise), Clause(location, [any], [], then)])
        }
        return .case(
            location, condition,
            [
                Clause(location, [.atom(location, "false")], [], otherwise),
                Clause(location, [.atom(location, "nil")], [], otherwise),
                Clause(location, [any], [], then),
            ])
    }

    /// Whether a value can only be true or false.
    func isBoolean(_ expression: Expression) -> Bool {
        switch expression {
        case .operation(_, let name, _, _), .unary(_, let name, _): return ElixirNames.comparisons.contains(name.name)
        case .call(_, .remote(_, .atom(_, "erlang"), .atom(_, let name)), _): return name.name.hasPrefix("is_")
        case .call(_, .remote(_, .atom(_, "Elixir.Enum"), .atom(_, let name)), _): return name == "member?"
        case .call(_, .remote(_, .atom(_, "lists"), .atom(_, let name)), _): return name == "member"
        default: return false
        }
    }

    // MARK: with

    private mutating func with(_ at: Place, _ arguments: [Quoted]) throws(SyntaxError) -> Expression {
        let (steps, keywords) = split(arguments)
        try checkSteps(at, steps.count, "steps of with")
        guard let body = keywords.first(where: { $0.key == "do" })?.value else {
            throw fail(at, "missing :do option in \"with\"", length: 4)
        }
        let otherwise = keywords.first { $0.key == "else" }?.value
        return try scoped { (lowering) throws(SyntaxError) in
            guard let otherwise else { return try lowering.withSteps(steps, body, otherwise: nil) }
            var clauses: [Clause] = []
            try lowering.scoped { (lowering) throws(SyntaxError) in
                clauses = try lowering.clauses(otherwise, of: "with")
            }
            let other = lowering.temporary(at)
            let reason = Expression.tuple(lowering.location(at), [lowering.atom(at, "with_clause"), other])
            clauses.append(Clause(lowering.location(at), [other], [], [lowering.erlang(at, "error", reason)]))
            let function = lowering.temporary(at)
            let handler = Expression.fun(lowering.location(at), clauses)
            let result = try lowering.withSteps(steps, body, otherwise: function)
            return .block(lowering.location(at), [.match(lowering.location(at), function, handler), result])
        }
    }

    private mutating func withSteps(
        _ steps: ArraySlice<Quoted>, _ body: Quoted, otherwise: Expression?
    ) throws(SyntaxError) -> Expression {
        // From the first to the last for the scopes, then from the last to the first to build.
        var parts: [(place: Place, pattern: Expression?, guards: [[Expression]], value: Expression)] = []
        for step in steps {
            guard case .call(let at, "<-", let pair) = step, pair.count == 2 else {
                parts.append((step.place, nil, [], try expression(step)))
                continue
            }
            let value = try expression(pair[1])
            var (pattern, condition): (Quoted, Quoted?) = (pair[0], nil)
            if case .call(_, "when", let inner) = pair[0], inner.count == 2 {
                (pattern, condition) = (inner[0], inner[1])
            }
            let (patterns, tests) = try patterns([pattern])
            parts.append((at, patterns[0], try guards(condition, tests: tests), value))
        }
        var result = try sequence(body)
        for part in parts.reversed() {
            guard let pattern = part.pattern else {
                result.insert(part.value, at: 0)
                continue
            }
            let location = location(part.place)
            let other = temporary(part.place)
            let failed = otherwise.map { Expression.call(location, $0, [other]) } ?? other
            var clauses = [Clause(location, [pattern], part.guards, result)]
            if case .variable = pattern, part.guards.isEmpty {
            } else {
                clauses.append(Clause(location, [other], [], [failed]))
            }
            result = [.case(location, part.value, clauses)]
        }
        return block(body.place, result)
    }

    // MARK: receive

    private mutating func receive(_ at: Place, _ argument: Quoted) throws(SyntaxError) -> Expression {
        guard let keywords = argument.keywords else { throw fail(at, "invalid arguments for \"receive\"", length: 7) }
        var clauses: [Clause] = []
        if let body = keywords.first(where: { $0.key == "do" })?.value {
            if case .block(_, let none) = body, none.isEmpty {} else { clauses = try self.clauses(body, of: "receive") }
        }
        guard let after = keywords.first(where: { $0.key == "after" })?.value else {
            guard !clauses.isEmpty else { throw fail(at, "\"receive\" expects clauses", length: 7) }
            return .receive(location(at), clauses)
        }
        guard case .clauses(_, let ends) = after, ends.count == 1, ends[0].patterns.count == 1 else {
            throw fail(after.place, "expected a single -> clause for :after in \"receive\"")
        }
        let timeout = try expression(ends[0].patterns[0])
        let body = try scoped { (lowering) throws(SyntaxError) in try lowering.sequence(ends[0].body) }
        return .receiveAfter(location(at), clauses, timeout: timeout, body)
    }

    // MARK: Directives

    private func option(_ arguments: [Quoted], _ key: Atom) -> Quoted? {
        guard arguments.count == 2, let keywords = arguments[1].keywords else { return nil }
        return keywords.first { $0.key == key }?.value
    }

    /// The modules a directive names, one or several, and the last parts of their names.
    private func directed(_ quoted: Quoted, _ what: String) throws(SyntaxError) -> [(module: Atom, place: Place)] {
        if case .aliases(_, let head, let members) = quoted {
            guard let base = try knownModule(head) else {
                throw fail(quoted.place, "invalid argument for \(what), expected a compile time atom or alias")
            }
            var modules: [(module: Atom, place: Place)] = []
            for member in members {
                guard case .alias(let at, nil, let parts) = member else {
                    throw fail(member.place, "invalid argument for \(what), expected a compile time atom or alias")
                }
                modules.append((Atom(([base.name] + parts).joined(separator: ".")), at))
            }
            return modules
        }
        guard let module = try knownModule(quoted) else {
            throw fail(quoted.place, "invalid argument for \(what), expected a compile time atom or alias")
        }
        return [(module, quoted.place)]
    }

    private mutating func addAlias(_ name: String, _ module: Atom) {
        environment.aliases[name] = module
    }

    private mutating func aliasDirective(_ at: Place, _ arguments: [Quoted]) throws(SyntaxError) -> Expression {
        let modules = try directed(arguments[0], "alias")
        if let name = option(arguments, "as") {
            guard case .alias(_, nil, let parts) = name, parts.count == 1, modules.count == 1 else {
                throw fail(name.place, "invalid value for option :as, expected an alias, got nested alias")
            }
            addAlias(parts[0], modules[0].module)
        } else {
            for (module, _) in modules {
                guard let last = module.name.split(separator: ".").last, module.name.hasPrefix("Elixir.") else {
                    throw fail(
                        at, "alias cannot be inferred automatically for module: :\(module), please use the :as option",
                        length: 5)
                }
                addAlias(String(last), module)
            }
        }
        return result(at, arguments[0], modules)
    }

    private func result(_ at: Place, _ quoted: Quoted, _ modules: [(module: Atom, place: Place)]) -> Expression {
        if case .aliases = quoted { return list(at, modules.map { atom($0.place, $0.module) }) }
        return atom(at, modules.first?.module ?? .nil)
    }

    private mutating func requireDirective(_ at: Place, _ arguments: [Quoted]) throws(SyntaxError) -> Expression {
        let modules = try directed(arguments[0], "require")
        for (module, _) in modules { environment.required.insert(module) }
        if let name = option(arguments, "as"), case .alias(_, nil, let parts) = name, parts.count == 1,
            let only = modules.first
        {
            addAlias(parts[0], only.module)
        }
        return result(at, arguments[0], modules)
    }

    private mutating func importDirective(_ at: Place, _ arguments: [Quoted]) throws(SyntaxError) -> Expression {
        let modules = try directed(arguments[0], "import")
        for (module, _) in modules {
            var entry = ElixirEnvironment.Import(module: module)
            if let only = option(arguments, "only"), only.keywords != nil { entry.only = try functions(only) }
            if let except = option(arguments, "except") { entry.except = try functions(except) }
            environment.imports.removeAll { $0.module == module }
            environment.imports.append(entry)
        }
        return result(at, arguments[0], modules)
    }

    private func functions(_ quoted: Quoted) throws(SyntaxError) -> Set<ElixirEnvironment.FunctionName> {
        guard let pairs = quoted.keywords else {
            throw fail(quoted.place, "invalid option for import, expected a keyword list of functions and arities")
        }
        var functions: Set<ElixirEnvironment.FunctionName> = []
        for (name, arity) in pairs {
            guard case .integer(_, .integer(let arity)) = arity else {
                throw fail(arity.place, "invalid option for import, expected a keyword list of functions and arities")
            }
            functions.insert(ElixirEnvironment.FunctionName(name: name.name, arity: arity))
        }
        return functions
    }
}

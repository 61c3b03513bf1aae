internal import Terms

/// Calls: of names, of modules, of funs.
extension ElixirLowering {
    func hasLocal(_ name: String, _ arity: Int) -> Bool {
        definition?.functions.contains(ElixirEnvironment.FunctionName(name: name, arity: arity)) ?? false
    }

    /// The module from which a function is imported, other than Kernel.
    func importedModule(_ name: String, _ arity: Int) -> Atom? {
        let function = ElixirEnvironment.FunctionName(name: name, arity: arity)
        for entry in environment.imports.reversed() where entry.module != "Elixir.Kernel" {
            if entry.except.contains(function) { continue }
            if let only = entry.only {
                if only.contains(function) { return entry.module }
                continue
            }
            if environment.guards[entry.module]?[function] != nil { return entry.module }
            if ElixirNames.macros[entry.module.name]?.contains(function) ?? false { return entry.module }
            if resolver.exports(entry.module, Atom(name), arity) { return entry.module }
        }
        return nil
    }

    /// Whether `import Kernel, except: …` or `only: …` hides a name.
    private func isHidden(_ name: String, _ arity: Int) -> Bool {
        let function = ElixirEnvironment.FunctionName(name: name, arity: arity)
        return environment.imports.contains { entry in
            guard entry.module == "Elixir.Kernel" else { return false }
            return entry.except.contains(function) || !(entry.only?.contains(function) ?? true)
        }
    }

    /// A call of a name: special form, macro, function of Kernel, local function, import, in this order.
    mutating func call(_ at: Place, _ name: String, _ arguments: [Quoted]) throws(SyntaxError) -> Expression {
        if let lowered = try specialForm(at, name, arguments) { return lowered }
        if hasLocal(name, arguments.count) {
            if isGuard { throw fail(at, "cannot find or invoke local \(name)/\(arguments.count) inside guards") }
            return .call(location(at), atom(at, Atom(name)), try expressions(arguments))
        }
        if let inlined = try definedGuard(at, definition?.name, name, arguments) { return inlined }
        if !isHidden(name, arguments.count), let lowered = try kernel(at, name, arguments) { return lowered }
        if let module = importedModule(name, arguments.count) {
            return try moduleCall(at, module, name, arguments)
        }
        if definition == nil, let module = resolver.module(Atom(name), arguments.count) {
            return remote(at, module, Atom(name), try expressions(arguments))
        }
        throw undefined(at, name, arguments.count)
    }

    func undefined(_ at: Place, _ name: String, _ arity: Int) -> SyntaxError {
        let reason =
            definition.map {
                "expected \(display($0.name.name)) to define such a function or for it to be imported, but none are"
                    + " available"
            } ?? "there is no such import"
        if arity == 1, names[name] != nil {
            return fail(
                at, "undefined function \(name)/1 (\(reason))",
                hint: "\(name) is a variable: write \(name) - 1 with blanks on both sides of an operator, or none",
                length: name.count)
        }
        return fail(
            at, "undefined function \(name)/\(arity) (\(reason))",
            hint: arity == 0 ? "undefined variable \"\(name)\": nothing is bound to it here" : nil, length: name.count)
    }

    // MARK: Remote calls

    mutating func remoteCall(
        _ at: Place, _ target: Quoted, _ name: String, _ arguments: [Quoted], _ hasParentheses: Bool
    ) throws(SyntaxError) -> Expression {
        if let module = try knownModule(target), hasParentheses || ![.nil, .true, .false].contains(module) {
            return try moduleCall(at, module, name, arguments)
        }
        switch target {
        case .integer, .float, .binary, .charlist, .list, .tuple, .fn:
            throw fail(at, "invalid call: what stands before .\(name) is no module and no map", length: name.count)
        default: break
        }
        let receiver = try expression(target)
        if hasParentheses, arguments.isEmpty, !isGuard {
            // A map has always been accepted here.
            let (value, other) = (temporary(at), temporary(at))
            let key = atom(at, Atom(name))
            let pattern = Expression.map(
                location(at), [Abstract.MapField(location(at), isExact: true, key, value)])
            let call = Expression.call(location(at), .remote(location(at), other, key), [])
            return .case(
                location(at), receiver,
                [Clause(location(at), [pattern], [], [value]), Clause(location(at), [other], [], [call])])
        }
        if hasParentheses {
            return .call(
                location(at), .remote(location(at), receiver, atom(at, Atom(name))), try expressions(arguments))
        }
        return try field(at, receiver, Atom(name))
    }

    /// `receiver.name`: the field of a map, or a function of a module.
    private mutating func field(_ at: Place, _ receiver: Expression, _ name: Atom) throws(SyntaxError) -> Expression {
        if isGuard { return erlang(at, "map_get", atom(at, name), receiver) }
        let (value, map, other) = (temporary(at), temporary(at), temporary(at))
        let key = atom(at, name)
        let pattern = Expression.map(
            location(at), [Abstract.MapField(location(at), isExact: true, key, value)])
        let reason = Expression.tuple(location(at), [atom(at, "badkey"), key, map])
        let isAtom = erlang(at, "is_atom", other)
        let nothing = ["nil", "true", "false"].map { (word: Atom) in
            Expression.operation(location(at), "=/=", other, atom(at, word))
        }
        let last = temporary(at)
        let lastReason = Expression.tuple(location(at), [atom(at, "badkey"), key, last])
        return .case(
            location(at), receiver,
            [
                Clause(location(at), [pattern], [], [value]),
                Clause(location(at), [map], [[erlang(at, "is_map", map)]], [erlang(at, "error", reason)]),
                Clause(
                    location(at), [other], [[isAtom] + nothing],
                    [.call(location(at), .remote(location(at), other, key), [])]),
                Clause(location(at), [last], [], [erlang(at, "error", lastReason)]),
            ])
    }

    /// A call of a module that is known: some functions are other ones of Erlang, some are macros.
    mutating func moduleCall(
        _ at: Place, _ module: Atom, _ name: String, _ arguments: [Quoted]
    ) throws(SyntaxError) -> Expression {
        switch module.name {
        case "Elixir.Kernel":
            if let lowered = try kernel(at, name, arguments) { return lowered }
        case "Elixir.Kernel.SpecialForms":
            if let lowered = try specialForm(at, name, arguments) { return lowered }
        case "Elixir.Bitwise":
            if let function = ElixirNames.bitwise[name], arguments.count == (name == "bnot" || name == "~~~" ? 1 : 2) {
                return remote(at, "erlang", Atom(function), try expressions(arguments))
            }
        case "Elixir.Logger":
            if let lowered = try logger(at, name, arguments) { return lowered }
        case "Elixir.Integer" where (name == "is_odd" || name == "is_even") && arguments.count == 1:
            return try parity(at, arguments[0], name == "is_odd" ? 1 : 0)
        case "erlang":
            if let lowered = try erlangCall(at, name, arguments) { return lowered }
        default: break
        }
        if let inlined = try definedGuard(at, module, name, arguments) { return inlined }
        if isGuard {
            throw fail(
                at, "cannot invoke remote function \(display(module.name)).\(name)/\(arguments.count) inside guards",
                length: name.count)
        }
        return remote(at, module, Atom(name), try expressions(arguments))
    }

    private mutating func erlangCall(
        _ at: Place, _ name: String, _ arguments: [Quoted]
    ) throws(SyntaxError) -> Expression? {
        let operators = ["andalso", "orelse"]
        if operators.contains(name), arguments.count == 2 {
            let left = try expression(arguments[0])
            return .operation(location(at), Atom(name), left, try expression(arguments[1]))
        }
        return remote(at, "erlang", Atom(name), try expressions(arguments))
    }

    private mutating func parity(_ at: Place, _ quoted: Quoted, _ bit: Int) throws(SyntaxError) -> Expression {
        let value = try expression(quoted)
        if isGuard { try checkCopies(at, value) }
        if isGuard { return parityTest(at, value, bit) }
        let own = temporary(at)
        return .block(location(at), [.match(location(at), own, value), parityTest(at, own, bit)])
    }

    private func parityTest(_ at: Place, _ value: Expression, _ bit: Int) -> Expression {
        let low = Expression.operation(location(at), "band", value, integer(at, 1))
        return .operation(
            location(at), "andalso", erlang(at, "is_integer", value),
            .operation(location(at), "=:=", low, integer(at, bit)))
    }

    /// The macros of Logger: a call of `Logger.bare_log/3`, which is a function.
    private mutating func logger(
        _ at: Place, _ name: String, _ arguments: [Quoted]
    ) throws(SyntaxError) -> Expression? {
        let levels = ["emergency", "alert", "critical", "error", "warning", "warn", "notice", "info", "debug"]
        var level = atom(at, Atom(name == "warn" ? "warning" : name))
        var rest = arguments
        if name == "log", let first = arguments.first {
            level = try expression(first)
            rest.removeFirst()
        } else if !levels.contains(name) {
            return nil
        }
        guard rest.count == 1 || rest.count == 2 else { return nil }
        var lowered = [level] + (try expressions(rest))
        if lowered.count == 2 { lowered.append(.nil(location(at))) }
        return remote(at, "Elixir.Logger", "bare_log", lowered)
    }

    // MARK: Guards of one's own

    /// What `defguard` defined, put in place.
    mutating func definedGuard(
        _ at: Place, _ module: Atom?, _ name: String, _ arguments: [Quoted]
    ) throws(SyntaxError) -> Expression? {
        let function = ElixirEnvironment.FunctionName(name: name, arity: arguments.count)
        guard let module, let definition = environment.guards[module]?[function] else { return nil }
        // The parameters become variables of the arguments' values, as if they were bound.
        return try scoped { (lowering) throws(SyntaxError) in
            var bound: [Expression] = []
            var inner = lowering.names
            for (parameter, argument) in zip(definition.parameters, arguments) {
                let value = try lowering.expression(argument)
                if case .variable(_, let variable) = value {
                    inner[parameter] = variable
                } else if lowering.isGuard {
                    try lowering.checkCopies(at, value)
                    return try lowering.expression(
                        definition.body.replacing(Dictionary(zip(definition.parameters, arguments)) { $1 }))
                } else {
                    let own = lowering.fresh(parameter)
                    bound.append(.match(lowering.location(at), .variable(lowering.location(at), own), value))
                    inner[parameter] = own
                }
            }
            lowering.names = inner
            let outer = lowering.isGuard
            lowering.isGuard = true
            let body = try lowering.expression(definition.body)
            lowering.isGuard = outer
            return lowering.block(at, bound + [body])
        }
    }

    // MARK: Funs

    mutating func apply(_ at: Place, _ function: Quoted, _ arguments: [Quoted]) throws(SyntaxError) -> Expression {
        if isGuard { throw fail(at, "anonymous call is not allowed in guards") }
        switch function {
        case .atom, .integer, .float, .binary, .charlist, .list, .tuple, .alias:
            throw fail(function.place, "invalid function call: what stands before .( is no function")
        default: break
        }
        let function = try expression(function)
        return .call(location(at), function, try expressions(arguments))
    }
}

extension Quoted {
    /// With other expressions in place of some names.
    func replacing(_ names: [String: Quoted]) -> Quoted {
        switch self {
        case .name(_, let name): return names[name] ?? self
        case .call(let at, let name, let arguments): return .call(at, name, arguments.map { $0.replacing(names) })
        case .remote(let at, let target, let name, let arguments, let hasParentheses):
            return .remote(
                at, target.replacing(names), name, arguments.map { $0.replacing(names) },
                hasParentheses: hasParentheses)
        case .list(let at, let elements): return .list(at, elements.map { $0.replacing(names) })
        case .tuple(let at, let elements): return .tuple(at, elements.map { $0.replacing(names) })
        case .block(let at, let elements): return .block(at, elements.map { $0.replacing(names) })
        case .map(let at, let base, let pairs):
            return .map(
                at, base?.replacing(names), pairs.map { ($0.key.replacing(names), $0.value.replacing(names)) })
        default: return self
        }
    }
}

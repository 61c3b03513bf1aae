internal import Terms

/// `&Mod.fun/1`, `&fun/1`, `&(&1 + 1)`.
extension ElixirLowering {
    mutating func capture(_ at: Place, _ quoted: Quoted) throws(SyntaxError) -> Expression {
        if case .integer(_, .integer(let index)) = quoted { return try argument(at, index) }
        if case .call(_, "/", let pair) = quoted, pair.count == 2, case .integer(_, .integer(let arity)) = pair[1],
            let named = try named(at, pair[0], arity)
        {
            return named
        }
        guard captured == nil else {
            throw fail(at, "nested captures via & are not allowed")
        }
        if case .block(let place, let several) = quoted, several.count > 1 {
            throw fail(place, "block expressions are not allowed inside the capture operator &")
        }
        var used: Set<Int> = []
        try count(quoted, &used)
        let highest = used.max() ?? 0
        guard highest > 0 else {
            throw fail(
                at,
                "invalid args for &, expected one of: &Mod.fun/arity, &local/arity, or an expression that uses &1")
        }
        if highest <= 255, let missing = (1...highest).first(where: { !used.contains($0) }) {
            throw fail(
                at,
                "capture argument &\(highest) cannot be defined without &\(missing) (you cannot skip arguments, all"
                    + " arguments must be numbered)")
        }
        guard highest <= 255 else { throw fail(at, "capture argument &\(highest) is out of range") }
        if let direct = try direct(at, quoted, highest) { return direct }
        let variables = (0..<highest).map { _ in fresh("capture") }
        captured = variables
        let body = try scoped { (lowering) throws(SyntaxError) in try lowering.expression(quoted) }
        captured = nil
        let patterns = variables.map { Expression.variable(location(at), $0) }
        return .fun(location(at), [Clause(location(at), patterns, [], [body])])
    }

    private func argument(_ at: Place, _ index: Int) throws(SyntaxError) -> Expression {
        guard let captured else {
            throw fail(at, "capture argument &\(index) must be used within the capture operator &", length: 2)
        }
        guard index > 0, index <= captured.count else {
            throw fail(at, "capture argument &\(index) must be numbered between 1 and 255", length: 2)
        }
        return .variable(location(at), captured[index - 1])
    }

    /// `name/arity`.
    private mutating func named(_ at: Place, _ quoted: Quoted, _ arity: Int) throws(SyntaxError) -> Expression? {
        guard (0...255).contains(arity) else { throw fail(at, "invalid arity \(arity)") }
        switch quoted {
        case .remote(let place, let target, let name, let none, hasParentheses: _) where none.isEmpty:
            if let module = try knownModule(target) { return try function(place, of: module, name, arity) }
            let module = try expression(target)
            return .externalFun(location(at), module, atom(at, Atom(name)), integer(at, arity))
        case .name(let place, let name): return try function(place, named: name, arity)
        case .call(let place, let name, let none) where none.isEmpty: return try function(place, named: name, arity)
        default: return nil
        }
    }

    private func external(_ at: Place, _ module: Atom, _ name: Atom, _ arity: Int) -> Expression {
        .externalFun(location(at), atom(at, module), atom(at, name), integer(at, arity))
    }

    private mutating func function(
        _ at: Place, of module: Atom, _ name: String, _ arity: Int
    ) throws(SyntaxError) -> Expression {
        if module == "Elixir.Kernel" { return try kernelFunction(at, name, arity) }
        if module == "Elixir.Bitwise", let function = ElixirNames.bitwise[name] {
            return external(at, "erlang", Atom(function), arity)
        }
        let function = ElixirEnvironment.FunctionName(name: name, arity: arity)
        if ElixirNames.macros[module.name]?.contains(function) ?? false { return try wrapped(at, name, arity, module) }
        return external(at, module, Atom(name), arity)
    }

    private mutating func function(_ at: Place, named name: String, _ arity: Int) throws(SyntaxError) -> Expression {
        if hasLocal(name, arity) { return .localFun(location(at), Atom(name), arity) }
        if let module = importedModule(name, arity) { return try function(at, of: module, name, arity) }
        if isKernel(name, arity) { return try kernelFunction(at, name, arity) }
        if definition == nil, let module = resolver.module(Atom(name), arity) {
            return external(at, module, Atom(name), arity)
        }
        throw undefined(at, name, arity)
    }

    private func isKernel(_ name: String, _ arity: Int) -> Bool {
        if ElixirNames.inlined[name]?.arities.contains(arity) ?? false { return true }
        if ElixirNames.kernel.contains(ElixirEnvironment.FunctionName(name: name, arity: arity)) { return true }
        if arity == 2, ElixirNames.operators[name] != nil { return true }
        return Self.wrappable.contains(ElixirEnvironment.FunctionName(name: name, arity: arity))
    }

    /// Macros of Kernel, and functions whose arguments stand in another order in Erlang.
    private static let wrappable: Set<ElixirEnvironment.FunctionName> = {
        let names: [(String, Int)] = [
            ("elem", 2), ("put_elem", 3), ("is_map_key", 2), ("is_nil", 1), ("is_struct", 1), ("is_struct", 2),
            ("is_exception", 1), ("is_exception", 2), ("to_string", 1), ("to_charlist", 1), ("and", 2), ("or", 2),
            ("&&", 2), ("||", 2), ("!", 1), ("<>", 2), ("..", 2), ("in", 2), ("then", 2), ("tap", 2), ("|>", 2),
            ("raise", 1), ("raise", 2), ("..//", 3),
        ]
        return Set(names.map { ElixirEnvironment.FunctionName(name: $0.0, arity: $0.1) })
    }()

    private mutating func kernelFunction(_ at: Place, _ name: String, _ arity: Int) throws(SyntaxError) -> Expression {
        if let function = ElixirNames.inlined[name], function.arities.contains(arity) {
            return external(at, "erlang", Atom(function.name), arity)
        }
        if arity == 2, let function = ElixirNames.operators[name] { return external(at, "erlang", Atom(function), 2) }
        if arity == 1, ["+", "-", "not"].contains(name) { return external(at, "erlang", Atom(name), 1) }
        let function = ElixirEnvironment.FunctionName(name: name, arity: arity)
        if Self.wrappable.contains(function) { return try wrapped(at, name, arity, "Elixir.Kernel") }
        return external(at, "Elixir.Kernel", Atom(name), arity)
    }

    /// A fun that calls what is no function.
    private mutating func wrapped(
        _ at: Place, _ name: String, _ arity: Int, _ module: Atom
    ) throws(SyntaxError) -> Expression {
        let arguments = (0..<arity).map { Quoted.name(at, "capture\($0)") }
        let call = Quoted.remote(at, .atom(at, module), name, arguments, hasParentheses: true)
        return try function(at, [Quoted.Clause(place: at, patterns: arguments, condition: nil, body: call)])
    }

    /// `&fun(&1, &2)` is `&fun/2`.
    private mutating func direct(_ at: Place, _ quoted: Quoted, _ arity: Int) throws(SyntaxError) -> Expression? {
        func isSequence(_ arguments: [Quoted]) -> Bool {
            guard arguments.count == arity else { return false }
            for (index, argument) in arguments.enumerated() {
                guard case .call(_, "&", let inner) = argument, inner.count == 1,
                    case .integer(_, .integer(index + 1)) = inner[0]
                else { return false }
            }
            return true
        }
        switch quoted {
        case .remote(let place, let target, let name, let arguments, hasParentheses: _) where isSequence(arguments):
            guard let module = try knownModule(target), module != "Elixir.Kernel", module != "Elixir.Bitwise",
                ElixirNames.macros[module.name] == nil
            else { return nil }
            return external(place, module, Atom(name), arity)
        case .call(let place, let name, let arguments) where isSequence(arguments):
            if hasLocal(name, arity) { return .localFun(location(place), Atom(name), arity) }
            let function = ElixirEnvironment.FunctionName(name: name, arity: arity)
            if Self.wrappable.contains(function) || importedModule(name, arity) != nil { return nil }
            return isKernel(name, arity) ? try kernelFunction(place, name, arity) : nil
        default: return nil
        }
    }

    /// Every `n` of `&n`.
    private func count(_ quoted: Quoted, _ used: inout Set<Int>) throws(SyntaxError) {
        switch quoted {
        case .call(let at, "&", let inner):
            guard inner.count == 1, case .integer(_, .integer(let index)) = inner[0] else { return }
            guard index > 0 else { throw fail(at, "capture argument &\(index) must be numbered between 1 and 255") }
            used.insert(index)
        case .call(_, _, let arguments), .list(_, let arguments), .tuple(_, let arguments), .bits(_, let arguments),
            .block(_, let arguments), .parenthesized(_, let arguments):
            for argument in arguments { try count(argument, &used) }
        case .remote(_, let target, _, let arguments, hasParentheses: _), .apply(_, let target, let arguments):
            try count(target, &used)
            for argument in arguments { try count(argument, &used) }
        case .access(_, let container, let key):
            try count(container, &used)
            try count(key, &used)
        case .text(_, _, let parts), .sigil(_, _, let parts, _):
            for case .code(let code) in parts { try count(code, &used) }
        case .map(_, let base, let pairs):
            if let base { try count(base, &used) }
            for (key, value) in pairs {
                try count(key, &used)
                try count(value, &used)
            }
        case .structure(_, _, let base, let pairs):
            if let base { try count(base, &used) }
            for (_, value) in pairs { try count(value, &used) }
        case .fn(_, let clauses), .clauses(_, let clauses):
            for clause in clauses { try count(clause.body, &used) }
        default: break
        }
    }
}

internal import Terms

/// The functions and macros of Kernel.
extension ElixirLowering {
    mutating func kernel(_ at: Place, _ name: String, _ arguments: [Quoted]) throws(SyntaxError) -> Expression? {
        if let lowered = try kernelOperator(at, name, arguments) { return lowered }
        if let function = ElixirNames.inlined[name], function.arities.contains(arguments.count) {
            return remote(at, "erlang", Atom(function.name), try expressions(arguments))
        }
        if ElixirNames.kernel.contains(ElixirEnvironment.FunctionName(name: name, arity: arguments.count)) {
            if isGuard {
                throw fail(at, "cannot invoke remote function Kernel.\(name)/\(arguments.count) inside guards")
            }
            return remote(at, "Elixir.Kernel", Atom(name), try expressions(arguments))
        }
        if let lowered = try kernelMacro(at, name, arguments) { return lowered }
        return try definitionMacro(at, name, arguments)
    }

    // MARK: Operators

    private mutating func kernelOperator(
        _ at: Place, _ name: String, _ arguments: [Quoted]
    ) throws(SyntaxError) -> Expression? {
        if arguments.count == 2, let operation = ElixirNames.operators[name] {
            let lowered = try expressions(arguments)
            return .operation(location(at), Atom(operation), lowered[0], lowered[1])
        }
        switch (name, arguments.count) {
        case ("+", 1), ("-", 1): return .unary(location(at), Atom(name), try expression(arguments[0]))
        case ("not", 1): return .unary(location(at), "not", try expression(arguments[0]))
        case ("!", 1): return try negation(at, arguments[0])
        case ("and", 2), ("or", 2): return try strict(at, name, arguments)
        case ("&&", 2), ("||", 2): return try relaxed(at, name, arguments)
        case ("<>", 2): return try concatenation(at, arguments[0], arguments[1], isPattern: false)
        case ("|>", 2): return try pipe(at, arguments)
        case ("in", 2): return try membership(at, arguments[0], arguments[1])
        case ("..", 0), ("..", 2), ("..//", 3): return try range(at, arguments)
        case ("@", 1): return try attribute(at, arguments[0])
        default: return nil
        }
    }

    private mutating func negation(_ at: Place, _ quoted: Quoted) throws(SyntaxError) -> Expression {
        let value = try expression(quoted)
        if isBoolean(value) { return .unary(location(at), "not", value) }
        return branch(at, value, [atom(at, .false)], [atom(at, .true)])
    }

    /// `and`, `or`: the left side is true or false.
    private mutating func strict(_ at: Place, _ name: String, _ arguments: [Quoted]) throws(SyntaxError) -> Expression {
        let left = try expression(arguments[0])
        if isGuard || isBoolean(left) {
            let right = try scoped { (lowering) throws(SyntaxError) in try lowering.expression(arguments[1]) }
            return .operation(location(at), name == "and" ? "andalso" : "orelse", left, right)
        }
        let right = try scoped { (lowering) throws(SyntaxError) in try lowering.expression(arguments[1]) }
        let location = location(at)
        let other = temporary(at)
        let reason = Expression.tuple(location, [atom(at, "badbool"), atom(at, Atom(name)), other])
        let stop: Atom = name == "and" ? .false : .true
        return .case(
            location, left,
            [
                Clause(location, [atom(at, stop)], [], [atom(at, stop)]),
                Clause(location, [atom(at, name == "and" ? .true : .false)], [], [right]),
                Clause(location, [other], [], [erlang(at, "error", reason)]),
            ])
    }

    /// `&&`, `||`: only false and nil are false.
    private mutating func relaxed(_ at: Place, _ name: String, _ arguments: [Quoted]) throws(SyntaxError) -> Expression
    {
        if isGuard { throw fail(at, "cannot find or invoke local \(name)/2 inside guards", length: 2) }
        let left = try expression(arguments[0])
        let right = try scoped { (lowering) throws(SyntaxError) in try lowering.expression(arguments[1]) }
        let location = location(at)
        let own = temporary(at)
        let tests = ["false", "nil"].map { (name: Atom) in
            [Expression.operation(location, "=:=", own, .atom(location, name))]
        }
        if name == "&&" {
            return .case(
                location, left,
                [Clause(location, [own], tests, [own]), Clause(location, [.variable(location, "_")], [], [right])])
        }
        let value = temporary(at)
        return .case(
            location, left, [Clause(location, [own], tests, [right]), Clause(location, [value], [], [value])])
    }

    /// Pipes one after the other: a chain of them is one loop.
    private mutating func pipe(_ at: Place, _ arguments: [Quoted]) throws(SyntaxError) -> Expression {
        var steps = [(at, arguments[1])]
        var first = arguments[0]
        while case .call(let at, "|>", let pair) = first, pair.count == 2 {
            steps.append((at, pair[1]))
            first = pair[0]
        }
        var piped = first
        for (at, step) in steps.reversed() { piped = try into(at, piped, step) }
        return try expression(piped)
    }

    private func into(_ at: Place, _ value: Quoted, _ call: Quoted) throws(SyntaxError) -> Quoted {
        switch call {
        case .call(let place, let name, _) where ElixirReader.unaryOperators[name] != nil && name != "&":
            throw fail(
                at, "piping into a unary operator is not supported, please use the qualified name: Kernel.\(name)(…)",
                hint: "it stands at line \(place.line)")
        case .call(let place, let name, let arguments)
        where !(ElixirReader.binaryOperators[name] != nil && arguments.count == 2) && name != "&":
            return .call(place, name, [value] + arguments)
        case .remote(let place, let target, let name, let arguments, _):
            return .remote(place, target, name, [value] + arguments, hasParentheses: true)
        case .apply(let place, let function, let arguments): return .apply(place, function, [value] + arguments)
        case .name(let place, let name): return .call(place, name, [value])
        case .call(let place, "|>", _): throw fail(place, "pipe precedence")
        default:
            throw fail(
                at,
                "cannot pipe into this expression, can only pipe into local calls foo(), remote calls Foo.bar() or"
                    + " anonymous function calls foo.()", length: 2)
        }
    }

    private mutating func membership(_ at: Place, _ left: Quoted, _ right: Quoted) throws(SyntaxError) -> Expression {
        let value = try expression(left)
        if isGuard { try checkCopies(at, value) }
        if case .call(_, let name, let ends) = right, name == ".." && ends.count == 2 || name == "..//", isGuard {
            return try rangeTest(at, value, ends)
        }
        if isGuard, case .list(_, let elements) = right {
            let tests = try expressions(elements).map { Expression.operation(location(at), "=:=", value, $0) }
            return anyOf(at, tests[...])
        }
        let collection = try expression(right)
        guard isGuard else {
            switch collection {
            case .nil, .cons, .string: return remote(at, "lists", "member", [value, collection])
            default: return remote(at, "Elixir.Enum", "member?", [collection, value])
            }
        }
        var elements: [Expression] = []
        var rest = collection
        while case .cons(_, let head, let tail) = rest {
            elements.append(head)
            rest = tail
        }
        if case .string(let location, let points) = rest { elements += points.map { .char(location, $0) } }
        if case .map(_, let fields) = rest, fields.count == 4 {
            return try rangeTest(at, value, fields: fields)
        }
        switch rest {
        case .nil, .string: break
        default:
            throw fail(
                at,
                "invalid right argument for operator \"in\", it expects a compile-time proper list or compile-time"
                    + " range on the right side when used in guard expressions", length: 2)
        }
        let tests = elements.map { Expression.operation(location(at), "=:=", value, $0) }
        return anyOf(at, tests[...])
    }

    /// The tests with `orelse` between them, nested no deeper than need be.
    private func anyOf(_ at: Place, _ tests: ArraySlice<Expression>) -> Expression {
        guard tests.count > 1 else { return tests.first ?? atom(at, .false) }
        let middle = (tests.startIndex + tests.endIndex) / 2
        return .operation(
            location(at), "orelse", anyOf(at, tests[..<middle]), anyOf(at, tests[middle...]))
    }

    private func rangeTest(
        _ at: Place, _ value: Expression, fields: [Abstract.MapField]
    ) throws(SyntaxError) -> Expression {
        var parts: [String: Expression] = [:]
        for field in fields { if case .atom(_, let name) = field.key { parts[name.name] = field.value } }
        guard let first = parts["first"], let last = parts["last"], let step = parts["step"] else {
            throw fail(at, "invalid right argument for operator \"in\"", length: 2)
        }
        return rangeTest(at, value, first, last, step)
    }

    private mutating func rangeTest(
        _ at: Place, _ value: Expression, _ ends: [Quoted]
    ) throws(SyntaxError) -> Expression {
        let (first, last) = (try expression(ends[0]), try expression(ends[1]))
        let step = ends.count == 3 ? try expression(ends[2]) : nil
        return rangeTest(at, value, first, last, step)
    }

    private func number(_ expression: Expression) -> Int? {
        switch expression {
        case .integer(_, .integer(let value)): value
        case .unary(_, "-", .integer(_, .integer(let value))): -value
        default: nil
        }
    }

    private func rangeTest(
        _ at: Place, _ value: Expression, _ first: Expression, _ last: Expression, _ step: Expression?
    ) -> Expression {
        let location = location(at)
        func both(_ left: Expression, _ right: Expression) -> Expression {
            .operation(location, "andalso", left, right)
        }
        func compare(_ name: Atom, _ left: Expression, _ right: Expression) -> Expression {
            .operation(location, name, left, right)
        }
        let rising = both(compare(">=", value, first), compare("=<", value, last))
        let falling = both(compare("=<", value, first), compare(">=", value, last))
        let isInteger = erlang(at, "is_integer", value)
        let direction = step.flatMap(number)
        if let direction, direction == 1 || direction == -1 { return both(isInteger, direction > 0 ? rising : falling) }
        guard let step else {
            if let one = number(first), let two = number(last) { return both(isInteger, one <= two ? rising : falling) }
            let either = Expression.operation(
                location, "orelse", both(compare("=<", first, last), rising), both(compare(">", first, last), falling))
            return both(isInteger, either)
        }
        let distance = Expression.operation(location, "-", value, first)
        let hits = compare("=:=", .operation(location, "rem", distance, step), integer(at, 0))
        if let direction { return both(isInteger, both(direction > 0 ? rising : falling, hits)) }
        let either = Expression.operation(
            location, "orelse", both(compare(">", step, integer(at, 0)), rising),
            both(compare("<", step, integer(at, 0)), falling))
        return both(isInteger, both(either, hits))
    }

    private mutating func range(_ at: Place, _ arguments: [Quoted]) throws(SyntaxError) -> Expression {
        guard !arguments.isEmpty else { return rangeLiteral(at, integer(at, 0), integer(at, -1), integer(at, 1)) }
        let lowered = try expressions(arguments)
        if let first = number(lowered[0]), let last = number(lowered[1]) {
            if lowered.count == 2 {
                return rangeLiteral(at, lowered[0], lowered[1], integer(at, first <= last ? 1 : -1))
            }
            if let step = number(lowered[2]), step != 0 { return rangeLiteral(at, lowered[0], lowered[1], lowered[2]) }
        }
        return remote(at, "Elixir.Range", "new", lowered)
    }

    private func rangeLiteral(
        _ at: Place, _ first: Expression, _ last: Expression, _ step: Expression
    ) -> Expression {
        .map(
            location(at),
            [
                field(at, "__struct__", atom(at, "Elixir.Range")), field(at, "first", first), field(at, "last", last),
                field(at, "step", step),
            ])
    }

    // MARK: Macros

    private mutating func kernelMacro(
        _ at: Place, _ name: String, _ arguments: [Quoted]
    ) throws(SyntaxError) -> Expression? {
        switch (name, arguments.count) {
        case ("if", 2): return try ifElse(at, arguments, isNegated: false)
        case ("unless", 2): return try ifElse(at, arguments, isNegated: true)
        case ("elem", 2): return try element(at, arguments)
        case ("put_elem", 3):
            let lowered = try expressions(arguments)
            return erlang(at, "setelement", next(at, lowered[1]), lowered[0], lowered[2])
        case ("is_map_key", 2):
            let lowered = try expressions(arguments)
            return erlang(at, "is_map_key", lowered[1], lowered[0])
        case ("is_nil", 1): return .operation(location(at), "=:=", try expression(arguments[0]), atom(at, .nil))
        case ("is_struct", 1...2), ("is_exception", 1...2): return try structTest(at, name, arguments)
        case ("to_string", 1): return toString(at, try expression(arguments[0]))
        case ("to_charlist", 1), ("to_char_list", 1):
            return remote(at, "Elixir.List.Chars", "to_charlist", try expressions(arguments))
        case ("then", 2):
            let value = try expression(arguments[0])
            return .call(location(at), try expression(arguments[1]), [value])
        case ("tap", 2): return try tap(at, arguments)
        case ("match?", 2): return try matches(at, arguments)
        case ("destructure", 2): return try destructure(at, arguments)
        case ("raise", 1...2), ("reraise", 2...3): return try raise(at, name, arguments)
        case ("put_in", 2), ("update_in", 2), ("get_and_update_in", 2), ("pop_in", 1):
            return try pathMacro(at, name, arguments)
        case ("binding", 0): return binding(at)
        case ("dbg", 1...2): return remote(at, "Elixir.IO", "inspect", [try expression(arguments[0])])
        case ("var!", 1), ("alias!", 1): return try expression(arguments[0])
        case ("use", 1...2): return try use(at, arguments)
        case let (name, 2) where name.hasPrefix("sigil_"): return nil
        default: return nil
        }
    }

    private mutating func ifElse(
        _ at: Place, _ arguments: [Quoted], isNegated: Bool
    ) throws(SyntaxError) -> Expression {
        let name = isNegated ? "unless" : "if"
        guard let keywords = arguments[1].keywords,
            keywords.count <= 2, Set(keywords.map(\.key)).count == keywords.count,
            keywords.allSatisfy({ $0.key == "do" || $0.key == "else" }),
            let body = keywords.first(where: { $0.key == "do" })
        else {
            throw fail(
                at, "invalid or duplicate keys for \(name), only \"do\" and an optional \"else\" are permitted",
                length: name.count)
        }
        let outer = names
        let condition = try expression(arguments[0])
        // What the condition binds is seen in both branches and afterwards.
        let after = names
        let then = try scoped { (lowering) throws(SyntaxError) in try lowering.sequence(body.value) }
        var otherwise = [atom(at, .nil)]
        if let quoted = keywords.first(where: { $0.key == "else" })?.value {
            otherwise = try scoped { (lowering) throws(SyntaxError) in try lowering.sequence(quoted) }
        }
        names = outer.merging(after) { $1 }
        return isNegated ? branch(at, condition, otherwise, then) : branch(at, condition, then, otherwise)
    }

    private func next(_ at: Place, _ index: Expression) -> Expression {
        if let value = number(index) { return integer(at, value + 1) }
        return .operation(location(at), "+", index, integer(at, 1))
    }

    private mutating func element(_ at: Place, _ arguments: [Quoted]) throws(SyntaxError) -> Expression {
        let lowered = try expressions(arguments)
        return erlang(at, "element", next(at, lowered[1]), lowered[0])
    }

    private mutating func structTest(
        _ at: Place, _ name: String, _ arguments: [Quoted]
    ) throws(SyntaxError) -> Expression {
        let value = try expression(arguments[0])
        if isGuard { try checkCopies(at, value) }
        let own = isGuard ? value : temporary(at)
        let location = location(at)
        let tag = erlang(at, "map_get", atom(at, "__struct__"), own)
        var tests = [
            erlang(at, "is_map", own), erlang(at, "is_map_key", atom(at, "__struct__"), own),
            erlang(at, "is_atom", tag),
        ]
        if arguments.count == 2 {
            tests.append(.operation(location, "=:=", tag, try expression(arguments[1])))
        }
        if name == "is_exception" {
            let mark = atom(at, "__exception__")
            tests.append(erlang(at, "is_map_key", mark, own))
            tests.append(.operation(location, "=:=", erlang(at, "map_get", mark, own), atom(at, .true)))
        }
        let last = tests.removeLast()
        let test = tests.reversed().reduce(last) { .operation(location, "andalso", $1, $0) }
        return isGuard ? test : .block(location, [.match(location, own, value), test])
    }

    private mutating func tap(_ at: Place, _ arguments: [Quoted]) throws(SyntaxError) -> Expression {
        let own = temporary(at)
        let value = try expression(arguments[0])
        let function = try expression(arguments[1])
        return .block(location(at), [.match(location(at), own, value), .call(location(at), function, [own]), own])
    }

    private mutating func matches(_ at: Place, _ arguments: [Quoted]) throws(SyntaxError) -> Expression {
        let value = try expression(arguments[1])
        var (pattern, condition): (Quoted, Quoted?) = (arguments[0], nil)
        if case .call(_, "when", let pair) = pattern, pair.count == 2 { (pattern, condition) = (pair[0], pair[1]) }
        let hit = try clause(at, [pattern], condition, .atom(at, .true))
        let location = location(at)
        return .case(location, value, [hit, Clause(location, [.variable(location, "_")], [], [atom(at, .false)])])
    }

    private mutating func destructure(_ at: Place, _ arguments: [Quoted]) throws(SyntaxError) -> Expression {
        guard case .list(_, let elements) = arguments[0] else {
            throw fail(at, "destructure expects a list", length: 11)
        }
        let value = try expression(arguments[1])
        let (patterns, _) = try patterns([arguments[0]])
        let cut = remote(at, "Elixir.Kernel.Utils", "destructure", [value, integer(at, elements.count)])
        return .match(location(at), patterns[0], cut)
    }

    private mutating func raise(_ at: Place, _ name: String, _ arguments: [Quoted]) throws(SyntaxError) -> Expression {
        var arguments = arguments
        let stack = name == "reraise" ? try expression(arguments.removeLast()) : nil
        let exception: Expression
        if arguments.count == 2 {
            let module = try expression(arguments[0])
            let fields = try expression(arguments[1])
            exception = .call(location(at), .remote(location(at), module, atom(at, "exception")), [fields])
        } else {
            switch arguments[0] {
            case .binary, .text, .call(_, "<>", _):
                exception = remote(at, "Elixir.RuntimeError", "exception", [try expression(arguments[0])])
            case .alias, .atom:
                exception = .call(
                    location(at), .remote(location(at), try expression(arguments[0]), atom(at, "exception")),
                    [.nil(location(at))])
            default: exception = remote(at, "Elixir.Kernel.Utils", "raise", [try expression(arguments[0])])
            }
        }
        if let stack { return erlang(at, "raise", atom(at, .error), exception, stack) }
        return erlang(at, "error", exception)
    }

    /// `put_in(data.field[key], value)` and its kin: the path becomes keys, `.field` the function that `Access.key!/1`
    /// returns.
    private mutating func pathMacro(_ at: Place, _ name: String, _ arguments: [Quoted]) throws(SyntaxError)
        -> Expression
    {
        var keys: [Expression] = []
        var rest = arguments[0]
        while true {
            if case .access(_, let container, let key) = rest {
                keys.append(try expression(key))
                rest = container
            } else if case .remote(let at, let container, let field, let none, hasParentheses: false) = rest,
                none.isEmpty, try knownModule(container) == nil
            {
                keys.append(remote(at, "Elixir.Access", "key!", [atom(at, Atom(field))]))
                rest = container
            } else {
                break
            }
        }
        guard !keys.isEmpty else {
            throw fail(
                at,
                "\(name)/\(arguments.count) expects a path of fields and keys like map.field[key] as its first argument",
                length: name.count)
        }
        let data = try expression(rest)
        let path = list(at, keys.reversed())
        return remote(at, "Elixir.Kernel", Atom(name), [data, path] + (try expressions(Array(arguments.dropFirst()))))
    }

    private func binding(_ at: Place) -> Expression {
        let pairs = names.sorted { $0.key < $1.key }.filter { !$0.key.isEmpty }
        return list(
            at,
            pairs.map { .tuple(location(at), [atom(at, Atom($0.key)), .variable(location(at), $0.value)]) })
    }
}

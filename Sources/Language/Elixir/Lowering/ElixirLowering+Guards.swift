internal import Terms

/// Guards: expressions of a few kinds, in which nothing can be bound.
extension ElixirLowering {
    /// The alternatives of a guard, `tests` in each.
    mutating func guards(_ condition: Quoted?, tests: [Expression] = []) throws(SyntaxError) -> [[Expression]] {
        guard let condition else { return tests.isEmpty ? [] : [tests] }
        var alternatives: [[Expression]] = []
        var rest = condition
        while case .call(_, "when", let pair) = rest, pair.count == 2 {
            alternatives.append(tests + [try test(pair[0])])
            rest = pair[1]
        }
        alternatives.append(tests + [try test(rest)])
        return alternatives
    }

    private mutating func test(_ quoted: Quoted) throws(SyntaxError) -> Expression {
        let outer = isGuard
        isGuard = true
        let lowered = try expression(quoted)
        isGuard = outer
        try check(lowered, quoted.place)
        return lowered
    }

    /// That an expression may stand in a guard.
    private func check(_ expression: Expression, _ place: Place) throws(SyntaxError) {
        switch expression {
        case .atom, .char, .integer, .float, .string, .nil, .value, .variable: return
        case .tuple(_, let elements): for element in elements { try check(element, place) }
        case .cons(_, let one, let two), .operation(_, _, let one, let two):
            try check(one, place)
            try check(two, place)
        case .unary(_, _, let one): try check(one, place)
        case .binary(_, let elements): for element in elements { try check(element.value, place) }
        case .map(_, let fields):
            for field in fields {
                try check(field.key, place)
                try check(field.value, place)
            }
        case .call(_, .remote(_, .atom(_, "erlang"), .atom(_, let name)), let arguments):
            guard Self.guardFunctions.contains(name.name) else {
                throw fail(
                    place, "cannot invoke remote function :erlang.\(name)/\(arguments.count) inside guards")
            }
            for argument in arguments { try check(argument, place) }
        default:
            throw fail(place, "invalid expression in guard: only a few functions and operators may stand there")
        }
    }

    private static let guardFunctions: Set<String> = [
        "abs", "binary_part", "bit_size", "byte_size", "ceil", "element", "float", "floor", "hd", "is_atom",
        "is_binary",
        "is_bitstring", "is_boolean", "is_float", "is_function", "is_integer", "is_list", "is_map", "is_map_key",
        "is_number", "is_pid", "is_port", "is_reference", "is_tuple", "length", "map_get", "map_size", "max", "min",
        "node", "round", "self", "size", "tl", "trunc", "tuple_size", "band", "bor", "bxor", "bnot", "bsl", "bsr",
        "div",
        "rem", "+", "-", "*", "/", "==", "/=", "=:=", "=/=", "<", ">", "=<", ">=", "and", "or", "not", "xor",
    ]

    /// That an expression is small enough to stand in a guard several times, where nothing can be bound.
    func checkCopies(_ at: Place, _ expression: Expression) throws(SyntaxError) {
        var budget = 60
        count(expression, &budget)
        guard budget > 0 else { throw fail(at, "too large an expression for this place in a guard") }
    }

    private func count(_ expression: Expression, _ budget: inout Int) {
        budget -= 1
        guard budget > 0 else { return }
        switch expression {
        case .tuple(_, let elements), .call(_, _, let elements):
            for element in elements { count(element, &budget) }
        case .cons(_, let one, let two), .operation(_, _, let one, let two):
            count(one, &budget)
            count(two, &budget)
        case .unary(_, _, let one): count(one, &budget)
        case .map(_, let fields): for field in fields { count(field.value, &budget) }
        case .binary(_, let elements): for element in elements { count(element.value, &budget) }
        default: break
        }
    }
}

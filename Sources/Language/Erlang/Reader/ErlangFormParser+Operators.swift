internal import Terms

// Operators, calls, and what binds tighter.

extension ErlangFormParser {
    private enum Associativity {
        case left, right, none
    }

    /// How tightly an operator binds: the levels of `erl_parse`.
    @inline(__always)
    private func binding(_ kind: ErlangLexeme.Kind) -> (level: Int, Associativity)? {
        switch kind {
        case .match, .bang: (100, .right)
        case .orelse: (150, .right)
        case .andalso: (160, .right)
        case .equal, .notEqual, .lessOrEqual, .less, .greaterOrEqual, .greater, .exactlyEqual, .exactlyNotEqual:
            (200, .none)
        case .plusPlus, .minusMinus: (300, .right)
        case .plus, .minus, .bor, .bxor, .bsl, .bsr, .or, .xor: (400, .left)
        case .star, .slash, .div, .rem, .band, .and: (500, .left)
        default: nil
        }
    }

    /// An expression of operators of at least this level.
    mutating func operation(_ minimum: Int) throws(SyntaxError) -> Abstract.Expression {
        let outer = try enter()
        var left = try operand()
        var maximum = Int.max
        while let (level, associativity) = binding(kind), level >= minimum, level <= maximum {
            let lexeme = next()
            try wrap()
            let right = try operation(associativity == .right ? level : level + 1)
            left =
                lexeme.kind == .match
                ? .match(left.start, left, right) : .operation(place(lexeme), lexeme.kind.atom, left, right)
            if associativity == .none { maximum = level - 1 }
        }
        leave(outer)
        return left
    }

    private mutating func operand() throws(SyntaxError) -> Abstract.Expression {
        switch kind {
        case .catch:
            let lexeme = next()
            return .catch(place(lexeme), try operation(0))
        case .plus, .minus, .bnot, .not:
            let lexeme = next()
            return .unary(place(lexeme), lexeme.kind.atom, try operation(600))
        case .hash: return try updates(try mapOrRecord(of: nil))
        default: break
        }
        var value = try primary()
        if kind == .hash { return try updates(try mapOrRecord(of: value)) }
        if kind == .colon, !isPattern {
            let lexeme = next()
            value = .remote(place(lexeme), value, try primary())
        }
        guard kind == .leftParenthesis else { return value }
        return .call(value.start, value, try arguments())
    }

    /// More of `#…` behind a map or record: maps follow maps, records records.
    private mutating func updates(_ first: Abstract.Expression) throws(SyntaxError) -> Abstract.Expression {
        var value = first
        let isMap: Bool
        switch first {
        case .map, .mapUpdate, .mapComprehension: isMap = true
        default: isMap = false
        }
        while kind == .hash {
            guard (peek(1).kind == .leftBrace) == isMap else {
                advance()
                throw unexpected(hint: "put what stands before # in parentheses")
            }
            try wrap()
            value = try mapOrRecord(of: value)
        }
        return value
    }

    /// `(E1, …, En)`.
    mutating func arguments() throws(SyntaxError) -> [Abstract.Expression] {
        try expect(.leftParenthesis)
        if take(.rightParenthesis) { return [] }
        let list = try sequence()
        try expect(.rightParenthesis)
        return list
    }

    /// What stands alone: `expr_max` of `erl_parse`.
    mutating func primary() throws(SyntaxError) -> Abstract.Expression {
        switch kind {
        case .atom, .variable, .integer, .bigInteger, .float, .char, .string, .binarySigil: return simple()
        case .leftParenthesis:
            advance()
            let outer = isPattern
            let value = outer ? try pattern() : try expression()
            try expect(.rightParenthesis)
            return value
        case .leftBracket: return try list()
        case .leftBrace:
            let lexeme = next()
            if take(.rightBrace) { return .tuple(place(lexeme), []) }
            let elements = try sequence()
            try expect(.rightBrace)
            return .tuple(place(lexeme), elements)
        case .leftBinary: return try binary()
        default: return try control()
        }
    }

    private mutating func simple() -> Abstract.Expression {
        let lexeme = next()
        let place = place(lexeme)
        switch lexeme.kind {
        case .atom: return .atom(place, atom(lexeme))
        case .variable: return .variable(place, atom(lexeme))
        case .integer: return .integer(place, .integer(Int(lexeme.payload)))
        case .bigInteger: return .integer(place, literals.integers[Int(lexeme.payload)])
        case .float: return .float(place, Double(bitPattern: lexeme.payload))
        case .char: return .char(place, UInt32(lexeme.payload))
        case .binarySigil:
            let text = Abstract.Expression.string(place, literals.strings[Int(lexeme.payload)])
            return .binary(place, [Abstract.BinaryElement(place, text, [.name("utf8")])])
        default:
            var scalars = literals.strings[Int(lexeme.payload)]
            while kind == .string { scalars += literals.strings[Int(next().payload)] }
            return .string(place, scalars)
        }
    }
}

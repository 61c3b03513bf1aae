internal import Terms

/// Operators by precedence.
extension ElixirReader {
    struct Operator {
        let precedence: Int
        var isRight = false
    }

    static let binaryOperators: [String: Operator] = {
        var table: [String: Operator] = [:]
        let rows: [(Int, Bool, [String])] = [
            (40, false, ["<-", "\\\\"]), (50, true, ["when"]), (60, true, ["::"]), (70, true, ["|"]),
            (80, true, ["=>"]),
            (100, true, ["="]), (120, false, ["||", "|||", "or"]), (130, false, ["&&", "&&&", "and"]),
            (140, false, ["==", "!=", "=~", "===", "!=="]), (150, false, ["<", ">", "<=", ">="]),
            (160, false, ["|>", "<<<", ">>>", "<<~", "~>>", "<~", "~>", "<~>", "<|>"]), (170, false, ["in"]),
            (180, false, ["^^^"]), (190, true, ["//"]), (200, true, ["++", "--", "+++", "---", "<>", ".."]),
            (210, false, ["+", "-"]), (220, false, ["*", "/"]), (230, false, ["**"]),
        ]
        for (precedence, isRight, names) in rows {
            for name in names { table[name] = Operator(precedence: precedence, isRight: isRight) }
        }
        return table
    }()

    /// What an operand of a unary operator must bind tighter than.
    static let unaryOperators: [String: Int] = [
        "+": 300, "-": 300, "!": 300, "^": 300, "not": 300, "~~~": 300, "&": 90, "@": 320,
    ]

    /// An expression whose operators bind at least as tightly as `minimum`.
    mutating func expression(_ minimum: Int = 0) throws(SyntaxError) -> Quoted {
        try deeper()
        var left = try operand()
        var chain = 0
        while case .symbol(let symbol) = token.kind {
            var name = symbol
            let at = place()
            if symbol == "not" {
                // `a not in b`
                guard minimum <= 170, followedByIn() else { break }
                try advance()
                name = "not in"
            }
            guard let binary = Self.binaryOperators[name == "not in" ? "in" : name], binary.precedence >= minimum else {
                break
            }
            if chain > 0 { try deeper() }
            chain += 1
            try advance()
            try skipNewlines()
            if name == "when", let key = keyAhead {
                // `@spec f(x) :: x when x: integer`
                left = .call(at, name, [left, .list(place(), try keywords(key, until: nil))])
                continue
            }
            let right = try expression(binary.isRight ? binary.precedence : binary.precedence + 1)
            left = combine(name, left, right, at)
        }
        depth -= max(1, chain)
        return left
    }

    private func followedByIn() -> Bool {
        var distance = 0
        while let scalar = scanner.peek(distance), scalar == " " { distance += 1 }
        guard distance > 0, scanner.peek(distance) == "i", scanner.peek(distance + 1) == "n" else { return false }
        return scanner.peek(distance + 2).map { !$0.isAlphanumeric && $0 != "_" } ?? true
    }

    private func combine(_ name: String, _ left: Quoted, _ right: Quoted, _ at: Quoted.Place) -> Quoted {
        switch name {
        case "not in":
            return .call(at, "not", [.call(at, "in", [left, right])])
        case "in":
            // `not a in b` and `!a in b` mean `not (a in b)`.
            if case .call(let place, let word, let inner) = left, word == "not" || word == "!", inner.count == 1 {
                return .call(place, word, [.call(at, "in", [inner[0], right])])
            }
        case "//":
            if case .call(let place, "..", let ends) = left, ends.count == 2 {
                return .call(place, "..//", ends + [right])
            }
        case "..":
            // `//` binds looser than `..` but the step stands to the right of a right associative operator.
            if case .call(_, "//", let pair) = right, pair.count == 2 {
                return .call(at, "..//", [left, pair[0], pair[1]])
            }
        default: break
        }
        return .call(at, name, [left, right])
    }

    /// `+` of `+/2`, which only `&` makes sense of. `//2` is `/` and its arity too.
    private mutating func operatorName() throws(SyntaxError) -> Quoted? {
        guard case .symbol(let symbol) = token.kind else { return nil }
        guard Self.binaryOperators[symbol] != nil || Self.unaryOperators[symbol] != nil else { return nil }
        let at = place()
        if symbol == "//", case .integer(let arity) = try following() {
            try advance()
            try advance()
            return .call(at, "/", [.name(at, "/"), .integer(at, arity)])
        }
        guard scanner.current == "/", let digit = scanner.peek(1), digit.isDigit else { return nil }
        try advance()
        return .name(at, symbol)
    }

    /// What the next token is, without moving.
    private func following() throws(SyntaxError) -> Token.Kind {
        var copy = self
        try copy.advance()
        return copy.token.kind
    }

    /// A unary operator and its operand, or what has none.
    private mutating func operand() throws(SyntaxError) -> Quoted {
        if let operand = previous {
            previous = nil
            return operand
        }
        if let name = try operatorName() { return name }
        guard case .symbol(let symbol) = token.kind, let precedence = Self.unaryOperators[symbol] else {
            return try postfix(primary())
        }
        let at = place()
        try advance()
        if symbol == "&", case .integer(let index) = token.kind, !token.hasSpaceBefore {
            let argument = Quoted.integer(place(), index)
            try advance()
            return try postfix(.call(at, "&", [argument]))
        }
        try skipNewlines()
        if symbol == "@" { return try postfix(.call(at, symbol, [primary()])) }
        let inner = try expression(precedence)
        return .call(at, symbol, [inner])
    }
}

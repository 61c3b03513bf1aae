internal import BigInt
internal import Terms

/// Erlang expressions to the abstract format. Source: Erlang Reference Manual, "Expressions".
public struct ErlangParser {
    private let tokens: [ErlangToken]
    private let end: Int
    private var position = 0
    private var depth = 0
    private static let maximumDepth = 500

    private init(_ text: String) throws(SyntaxError) {
        tokens = try ErlangScanner.tokens(text)
        end = text.unicodeScalars.count
    }

    /// The expressions of a line that ends with a full stop: `A = 1, foo(A).`
    public static func parse(_ text: String) throws(SyntaxError) -> Expression {
        var parser = try ErlangParser(text)
        var blocks: [Expression] = []
        while parser.position < parser.tokens.count {
            blocks.append(contentsOf: try parser.sequence())
            guard parser.take(.dot) else { throw parser.unexpected("a full stop or an operator") }
        }
        guard let first = blocks.first else { throw SyntaxError("nothing to evaluate", at: 0) }
        return blocks.count == 1 ? first : .block(blocks)
    }

    /// Whether something is open in a text, a bracket, a quote, an operator; a full stop that is missing is not meant.
    static func isUnfinished(_ text: String) -> Bool {
        do {
            var parser = try ErlangParser(text)
            while parser.position < parser.tokens.count {
                _ = try parser.sequence()
                guard parser.take(.dot) else { return false }
            }
            return false
        } catch { return error.isIncomplete }
    }

    /// One expression without a full stop, as an argument of a command.
    static func parseArgument(_ text: String) throws(SyntaxError) -> Expression {
        var parser = try ErlangParser(text)
        let expression = try parser.expression()
        guard parser.position == parser.tokens.count else { throw parser.unexpected("the end of the argument") }
        return expression
    }

    // MARK: Tokens

    private var current: ErlangToken.Kind? { position < tokens.count ? tokens[position].kind : nil }
    private var offset: Int { position < tokens.count ? tokens[position].offset : end }

    private mutating func take(_ kind: ErlangToken.Kind) -> Bool {
        guard current == kind else { return false }
        position += 1
        return true
    }

    private mutating func take(_ symbol: String) -> Bool { take(.symbol(symbol)) }

    private mutating func expect(_ symbol: String) throws(SyntaxError) {
        guard take(symbol) else { throw unexpected("\(symbol)") }
    }

    private func unexpected(_ wanted: String) -> SyntaxError {
        guard position < tokens.count else {
            return SyntaxError("the line ends where \(wanted) is expected", at: end, isIncomplete: true)
        }
        let token = tokens[position]
        return SyntaxError("\(wanted) is expected here", at: token.offset, length: token.length)
    }

    // MARK: Expressions

    private mutating func sequence() throws(SyntaxError) -> [Expression] {
        var expressions = [try expression()]
        while take(",") { expressions.append(try expression()) }
        return expressions
    }

    /// Binary operators: how tightly they bind, and whether to the right.
    private static let operators: [String: (level: Int, isRight: Bool)] = [
        "orelse": (3, true), "andalso": (4, true),
        "==": (5, false), "/=": (5, false), "=<": (5, false), "<": (5, false), ">=": (5, false), ">": (5, false),
        "=:=": (5, false), "=/=": (5, false),
        "++": (6, true), "--": (6, true),
        "+": (7, false), "-": (7, false), "bor": (7, false), "bxor": (7, false), "bsl": (7, false), "bsr": (7, false),
        "or": (7, false), "xor": (7, false),
        "/": (8, false), "*": (8, false), "div": (8, false), "rem": (8, false), "band": (8, false), "and": (8, false),
    ]

    private mutating func expression() throws(SyntaxError) -> Expression {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.maximumDepth else { throw SyntaxError("nested too deep", at: offset) }
        let start = offset
        let left = try operation(3)
        if take("=") { return .match(left, try expression(), at: start) }
        if take("!") {
            let message = try expression()
            return .remoteCall(.literal(.atom("erlang")), .literal(.atom("send")), [left, message], at: start)
        }
        return left
    }

    private mutating func operation(_ level: Int) throws(SyntaxError) -> Expression {
        var left = try unary()
        while case .symbol(let symbol)? = current, let entry = Self.operators[symbol], entry.level >= level {
            let place = offset
            position += 1
            let right = try operation(entry.isRight ? entry.level : entry.level + 1)
            left = .binaryOperator(Atom(symbol), left, right, at: place)
        }
        return left
    }

    private mutating func unary() throws(SyntaxError) -> Expression {
        for symbol in ["-", "+", "not", "bnot"] where current == .symbol(symbol) {
            let place = offset
            position += 1
            depth += 1
            defer { depth -= 1 }
            guard depth < Self.maximumDepth else { throw SyntaxError("nested too deep", at: offset) }
            return .unaryOperator(Atom(symbol), try unary(), at: place)
        }
        return try postfix()
    }

    private mutating func postfix() throws(SyntaxError) -> Expression {
        var value = try primary()
        while true {
            let place = offset
            if take("(") {
                guard case .literal(.atom(let name)) = value else {
                    throw SyntaxError("only functions named by an atom can be called yet", at: place)
                }
                value = .localCall(name, try arguments(), at: place)
            } else if take(":") {
                let function = try primary()
                try expect("(")
                value = .remoteCall(value, function, try arguments(), at: place)
            } else if current == .symbol("#"), position + 1 < tokens.count, tokens[position + 1].kind == .symbol("{") {
                position += 2
                value = .mapUpdate(value, try mapPairs(), at: place)
            } else {
                return value
            }
        }
    }

    private mutating func arguments() throws(SyntaxError) -> [Expression] {
        if take(")") { return [] }
        let arguments = try sequence()
        try expect(")")
        return arguments
    }

    private mutating func primary() throws(SyntaxError) -> Expression {
        let start = offset
        guard let kind = current else { throw unexpected("an expression") }
        position += 1
        switch kind {
        case .atom(let atom): return .literal(.atom(atom))
        case .variable(let name): return .variable(name, at: start)
        case .number(let term): return .literal(term)
        case .string(var text):
            while case .string(let more)? = current {
                text += more
                position += 1
            }
            return .literal(.charlist(text))
        case .symbol("("):
            let inner = try expression()
            try expect(")")
            return inner
        case .symbol("{"):
            if take("}") { return .tuple([]) }
            let elements = try sequence()
            try expect("}")
            return .tuple(elements)
        case .symbol("["): return try list()
        case .symbol("#"):
            try expect("{")
            return .map(try mapPairs())
        case .symbol("<<"): return try binary()
        case .symbol("fun"): return try fun(start)
        case .symbol("begin"):
            let body = try sequence()
            try expect("end")
            return .block(body)
        case .symbol(let word) where ErlangScanner.reserved.contains(word):
            throw SyntaxError("\(word) is not supported yet", at: start, length: word.count)
        default:
            position -= 1
            throw unexpected("an expression")
        }
    }

    private mutating func list() throws(SyntaxError) -> Expression {
        if take("]") { return .literal(.nil) }
        let elements = try sequence()
        var tail = Expression.literal(.nil)
        if take("|") { tail = try expression() }
        if current == .symbol("||") {
            throw SyntaxError("list comprehensions are not supported yet", at: offset, length: 2)
        }
        try expect("]")
        return .list(elements, tail: tail)
    }

    private mutating func mapPairs() throws(SyntaxError) -> [Expression.MapPair] {
        if take("}") { return [] }
        var pairs: [Expression.MapPair] = []
        repeat {
            let key = try expression()
            let mustExist = current == .symbol(":=")
            guard take("=>") || take(":=") else { throw unexpected("=>") }
            pairs.append(Expression.MapPair(key, try expression(), mustExist: mustExist))
        } while take(",")
        try expect("}")
        return pairs
    }

    /// Binaries of strings and bytes: `<<"abc">>`, `<<1, 2>>`, `<<"é"/utf8>>`.
    private mutating func binary() throws(SyntaxError) -> Expression {
        var bytes: [UInt8] = []
        var bits: (value: Int, size: Int)?
        while !take(">>") {
            let start = offset
            guard bits == nil else { throw SyntaxError("a part of less than a byte comes last", at: start) }
            switch current {
            case .string(let text)?:
                position += 1
                if take("/") {
                    guard take(.atom("utf8")) else { throw unexpected("utf8") }
                    bytes += Array(text.utf8)
                } else {
                    bytes += text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
                }
            case .number(.integer(let value))?:
                position += 1
                guard take(":") else {
                    bytes.append(UInt8(truncatingIfNeeded: value))
                    break
                }
                guard case .number(.integer(let size))? = current, (0...4096).contains(size) else {
                    throw unexpected("a size in bits")
                }
                position += 1
                if size % 8 == 0 {
                    for shift in stride(from: size - 8, through: 0, by: -8) {
                        bytes.append(UInt8(truncatingIfNeeded: shift < 64 ? value >> shift : (value < 0 ? -1 : 0)))
                    }
                } else if size < 8 {
                    bits = (value, size)
                } else {
                    throw SyntaxError("sizes are whole bytes, or less than one", at: start)
                }
            default: throw unexpected("a string or an integer")
            }
            if current != .symbol(">>"), !take(",") { throw unexpected(">> or a comma") }
        }
        guard let bits else { return .literal(.binary(Binary(bytes))) }
        bytes.append(UInt8(truncatingIfNeeded: bits.value << (8 - bits.size)))
        return .literal(.bits(bytes, bitCount: (bytes.count - 1) * 8 + bits.size))
    }

    private mutating func fun(_ start: Int) throws(SyntaxError) -> Expression {
        if current == .symbol("(") {
            throw SyntaxError(
                "funs with a body are not supported yet", at: start, length: 3, hint: "fun Module:Function/Arity works")
        }
        let module = try primary()
        guard take(":") else {
            throw SyntaxError(
                "local funs are not supported yet", at: start, length: 3, hint: "fun Module:Function/Arity works")
        }
        let function = try primary()
        try expect("/")
        guard case .number(.integer(let arity))? = current, (0...255).contains(arity) else {
            throw unexpected("an arity")
        }
        position += 1
        return .externalFun(module, function, arity)
    }
}

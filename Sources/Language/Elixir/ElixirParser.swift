internal import Terms

/// Elixir expressions to the abstract format, lowered as the Elixir compiler does: aliases to `Elixir.Name` atoms, strings
/// to binaries, pipes to calls.
///
/// Source: Elixir, "Syntax reference". What is not supported yet says so by name.
public struct ElixirParser {
    private let text: String
    private let tokens: [ElixirToken]
    private let end: Int
    private let base: Int
    private var position = 0
    private var depth = 0
    private static let maximumDepth = 400

    private init(_ text: String, base: Int = 0) throws(SyntaxError) {
        self.text = text
        self.base = base
        tokens = try ElixirTokenizer.tokens(text)
        end = text.unicodeScalars.count
    }

    /// The expressions of a line, or several. One that begins with `|>` continues from `previous`.
    public static func parse(_ text: String) throws(SyntaxError) -> Expression {
        var parser = try ElixirParser(text)
        var expressions: [Expression] = []
        parser.skipSeparators()
        if parser.current == .symbol("|>") {
            expressions.append(try parser.operation(from: .variable(Bindings.lastValue, at: 0), 0))
            parser.skipSeparators()
        }
        while parser.position < parser.tokens.count {
            expressions.append(try parser.expression())
            guard parser.position == parser.tokens.count || parser.takeSeparator() else {
                throw parser.unexpected("an operator or the end of the line")
            }
            parser.skipSeparators()
        }
        guard let first = expressions.first else { throw SyntaxError("nothing to evaluate", at: 0) }
        return expressions.count == 1 ? first : .block(expressions)
    }

    /// Whether a word means something to Elixir itself.
    public static func isKeyword(_ word: String) -> Bool {
        ElixirTokenizer.words.contains(word) || ElixirTokenizer.unsupported.contains(word)
    }

    // MARK: Tokens

    private var current: ElixirToken.Kind? { position < tokens.count ? tokens[position].kind : nil }
    private var offset: Int { base + (position < tokens.count ? tokens[position].offset : end) }

    private mutating func take(_ symbol: String) -> Bool {
        guard current == .symbol(symbol) else { return false }
        position += 1
        return true
    }

    private mutating func takeWord(_ word: String) -> Bool {
        guard current == .identifier(word) else { return false }
        position += 1
        return true
    }

    private mutating func takeSeparator() -> Bool {
        if current == .newline || current == .symbol(";") {
            position += 1
            return true
        }
        return false
    }

    private mutating func skipSeparators() { while takeSeparator() {} }
    private mutating func skipNewlines() { while current == .newline { position += 1 } }

    private mutating func expect(_ symbol: String) throws(SyntaxError) {
        skipNewlines()
        guard take(symbol) else { throw unexpected(symbol) }
    }

    private func unexpected(_ wanted: String) -> SyntaxError {
        guard position < tokens.count else {
            return SyntaxError("the line ends where \(wanted) is expected", at: base + end, isIncomplete: true)
        }
        let token = tokens[position]
        return SyntaxError("\(wanted) is expected here", at: base + token.offset, length: token.length)
    }

    // MARK: Operators

    private static let operators: [String: (level: Int, isRight: Bool)] = [
        "=": (10, true), "||": (20, false), "or": (20, false), "&&": (30, false), "and": (30, false),
        "==": (40, false), "!=": (40, false), "===": (40, false), "!==": (40, false),
        "<": (50, false), ">": (50, false), "<=": (50, false), ">=": (50, false),
        "|>": (60, false), "in": (65, false),
        "++": (70, true), "--": (70, true), "<>": (70, true), "..": (70, false),
        "//": (70, false), "+": (80, false), "-": (80, false), "*": (90, false), "/": (90, false), "**": (100, false),
    ]

    /// The operator at the current place, also at the start of the next row if it cannot start an expression.
    private func operatorHere() -> (symbol: String, tokens: Int)? {
        var place = position
        while place < tokens.count, tokens[place].kind == .newline { place += 1 }
        guard place < tokens.count else { return nil }
        let symbol: String
        switch tokens[place].kind {
        case .symbol(let text): symbol = text
        case .identifier(let word) where ["and", "or", "in"].contains(word): symbol = word
        default: return nil
        }
        guard Self.operators[symbol] != nil else { return nil }
        if place > position, symbol == "+" || symbol == "-" { return nil }
        return (symbol, place - position + 1)
    }

    private mutating func expression() throws(SyntaxError) -> Expression {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.maximumDepth else { throw SyntaxError("nested too deep", at: offset) }
        return try operation(0)
    }

    private mutating func operation(_ level: Int) throws(SyntaxError) -> Expression {
        let left = try unary()
        return try operation(from: left, level)
    }

    private mutating func operation(from start: Expression, _ level: Int) throws(SyntaxError) -> Expression {
        var left = start
        while let (symbol, count) = operatorHere(), let entry = Self.operators[symbol], entry.level >= level {
            position += count - 1
            let place = offset
            position += 1
            skipNewlines()
            depth += 1
            defer { depth -= 1 }
            guard depth < Self.maximumDepth else { throw SyntaxError("nested too deep", at: offset) }
            let right = try operation(entry.isRight ? entry.level : entry.level + 1)
            left = try combine(symbol, left, right, place)
        }
        return left
    }

    private func combine(
        _ symbol: String, _ left: Expression, _ right: Expression, _ place: Int
    ) throws(SyntaxError) -> Expression {
        switch symbol {
        case "=": return .match(left, right, at: place)
        case "|>":
            switch right {
            case .remoteCall(let module, let function, let arguments, let at):
                return .remoteCall(module, function, [left] + arguments, at: at)
            case .localCall(let function, let arguments, let at):
                return .localCall(function, [left] + arguments, at: at)
            case .variable(let name, let at): return .localCall(Atom(name), [left], at: at)
            case .access(let module, let function, let at):
                return .remoteCall(module, .literal(.atom(function)), [left], at: at)
            default: throw SyntaxError("a pipe goes into a call", at: place, length: 2)
            }
        case "..":
            let pairs: [(String, Expression)] = [
                ("__struct__", .literal(.atom("Elixir.Range"))), ("first", left), ("last", right),
                ("step", .literal(1)),
            ]
            return .map(pairs.map { Expression.MapPair(.literal(.atom(Atom($0.0))), $0.1) })
        case "//":
            guard case .map(let pairs) = left, let step = pairs.last, step.key == .literal(.atom("step")) else {
                throw SyntaxError("a step belongs to a range: first..last//step", at: place, length: 2)
            }
            return .map(pairs.dropLast() + [Expression.MapPair(step.key, right)])
        case "!=": return .binaryOperator("/=", left, right, at: place)
        case "===": return .binaryOperator("=:=", left, right, at: place)
        case "!==": return .binaryOperator("=/=", left, right, at: place)
        case "<=": return .binaryOperator("=<", left, right, at: place)
        case "and": return .binaryOperator("andalso", left, right, at: place)
        case "or": return .binaryOperator("orelse", left, right, at: place)
        default: return .binaryOperator(Atom(symbol), left, right, at: place)
        }
    }

    private mutating func unary() throws(SyntaxError) -> Expression {
        skipNewlines()
        let place = offset
        for symbol in ["-", "+", "!"] where take(symbol) {
            depth += 1
            defer { depth -= 1 }
            guard depth < Self.maximumDepth else { throw SyntaxError("nested too deep", at: place) }
            return .unaryOperator(Atom(symbol), try unary(), at: place)
        }
        if takeWord("not") {
            depth += 1
            defer { depth -= 1 }
            guard depth < Self.maximumDepth else { throw SyntaxError("nested too deep", at: place) }
            return .unaryOperator("not", try unary(), at: place)
        }
        if take("^") {
            guard case .identifier(let name)? = current else { throw unexpected("a variable") }
            position += 1
            return .pinned(name, at: place)
        }
        if take("&") { return try capture(place) }
        return try postfix()
    }

    /// `&Module.function/arity`.
    private mutating func capture(_ place: Int) throws(SyntaxError) -> Expression {
        let target = try postfix()
        guard take("/"), case .number(.integer(let arity))? = current, (0...255).contains(arity) else {
            throw SyntaxError(
                "captures with a body are not supported yet", at: place, hint: "&Module.function/arity works")
        }
        position += 1
        switch target {
        case .access(let module, let name, _): return .externalFun(module, .literal(.atom(name)), arity)
        case .variable(let name, _):
            return .externalFun(.literal(.atom("Elixir.Kernel")), .literal(.atom(Atom(name))), arity)
        default: throw SyntaxError("a capture names a function", at: place)
        }
    }

    // MARK: Calls and values

    private mutating func postfix() throws(SyntaxError) -> Expression {
        var value = try primary()
        while position < tokens.count {
            let token = tokens[position]
            if token.kind == .symbol(".") {
                position += 1
                value = try dot(value)
            } else if token.kind == .symbol("["), !token.hasSpaceBefore {
                position += 1
                let key = try expression()
                try expect("]")
                value = .remoteCall(
                    .literal(.atom("Elixir.Access")), .literal(.atom("get")), [value, key], at: base + token.offset)
            } else {
                return value
            }
        }
        return value
    }

    /// What follows a dot: a function with arguments in brackets or behind a blank, a key of a map, or more of an alias.
    private mutating func dot(_ value: Expression) throws(SyntaxError) -> Expression {
        skipNewlines()
        let place = offset
        let name: String
        switch current {
        case .identifier(let text)?: name = text
        case .alias(let part)?:
            guard case .literal(.atom(let atom)) = value else { throw unexpected("a function") }
            position += 1
            return .literal(.atom(Atom("\(atom.name).\(part)")))
        case .string(let parts)?:
            guard parts.count == 1, case .text(let text) = parts[0] else { throw unexpected("a function") }
            name = text
        case .key(let text)?:
            throw SyntaxError("a value is expected behind \(text):", at: place, length: text.count + 1)
        case .symbol("(")?: throw SyntaxError("calling a fun is not supported yet", at: place)
        default: throw unexpected("a function")
        }
        position += 1
        if let arguments = try argumentsHere() {
            return .remoteCall(value, .literal(.atom(Atom(name))), arguments, at: place)
        }
        return .access(value, Atom(name), at: place)
    }

    /// Arguments in brackets, or without them behind a blank; nothing if there are none.
    private mutating func argumentsHere() throws(SyntaxError) -> [Expression]? {
        guard position < tokens.count else { return nil }
        let token = tokens[position]
        if token.kind == .symbol("("), !token.hasSpaceBefore {
            position += 1
            return try arguments(until: ")")
        }
        guard token.hasSpaceBefore, startsArgument(token) else { return nil }
        var arguments: [Expression] = []
        while true {
            if case .key? = current {
                arguments.append(.list(try keywords()))
                return arguments
            }
            arguments.append(try expression())
            guard take(",") else { return arguments }
            skipNewlines()
        }
    }

    /// Whether a token behind a blank begins an argument: `f -1` does, `f - 1` does not.
    private func startsArgument(_ token: ElixirToken) -> Bool {
        switch token.kind {
        case .number, .string, .charlist, .atom, .alias, .key, .words: return true
        case .identifier(let word): return !["and", "or", "in", "when", "do", "end", "else", "after"].contains(word)
        case .symbol(let symbol):
            if ["{", "%{", "[", "<<", "%", "&", "^", "!"].contains(symbol) { return true }
            guard symbol == "-", position + 1 < tokens.count else { return false }
            return !tokens[position + 1].hasSpaceBefore
        case .newline: return false
        }
    }

    private mutating func arguments(until close: String) throws(SyntaxError) -> [Expression] {
        var arguments: [Expression] = []
        skipNewlines()
        if take(close) { return [] }
        while true {
            skipNewlines()
            if case .key? = current {
                arguments.append(.list(try keywords()))
                try expect(close)
                return arguments
            }
            arguments.append(try expression())
            skipNewlines()
            if take(close) { return arguments }
            guard take(",") else { throw unexpected("\(close) or a comma") }
        }
    }

    /// `a: 1, b: 2` as pairs.
    private mutating func keywords() throws(SyntaxError) -> [Expression] {
        var pairs: [Expression] = []
        while case .key(let name)? = current {
            position += 1
            skipNewlines()
            pairs.append(.tuple([.literal(.atom(Atom(name))), try expression()]))
            guard current == .symbol(","), let next = nextSignificant(after: position), case .key = next else { break }
            position += 1
            skipNewlines()
        }
        return pairs
    }

    private func nextSignificant(after place: Int) -> ElixirToken.Kind? {
        tokens[(place + 1)...].first { $0.kind != .newline }?.kind
    }

    private mutating func primary() throws(SyntaxError) -> Expression {
        skipNewlines()
        let start = offset
        guard let kind = current else { throw unexpected("an expression") }
        position += 1
        switch kind {
        case .number(let term): return .literal(term)
        case .atom(let name): return .literal(.atom(Atom(name)))
        case .alias(let name): return .literal(.atom(Atom("Elixir.\(name)")))
        case .string(let parts): return try string(parts)
        case .charlist(let parts):
            guard let binary = try string(parts).constant?.asBinary?.text else {
                throw SyntaxError("interpolation in a charlist is not supported yet", at: start)
            }
            return .literal(.charlist(binary))
        case .words(let words, let asAtoms):
            return .literal(.makeList(words.map { asAtoms ? .atom(Atom($0)) : .string($0) }))
        case .identifier(let name): return try identifier(name, start)
        case .symbol("("):
            var expressions: [Expression] = []
            skipSeparators()
            while !take(")") {
                expressions.append(try expression())
                guard takeSeparator() || current == .symbol(")") else { throw unexpected(")") }
                skipSeparators()
            }
            guard let first = expressions.first else { return .literal(.atom(.nil)) }
            return expressions.count == 1 ? first : .block(expressions)
        case .symbol("{"): return .tuple(try arguments(until: "}"))
        case .symbol("["): return try list()
        case .symbol("%{"): return try map(start)
        case .symbol("<<"): return try binary(start)
        case .symbol("%"): throw SyntaxError("structs are not supported yet", at: start)
        case .symbol("@"): throw SyntaxError("module attributes are not supported yet", at: start)
        default:
            position -= 1
            throw unexpected("an expression")
        }
    }

    private mutating func identifier(_ name: String, _ start: Int) throws(SyntaxError) -> Expression {
        switch name {
        case "true", "false", "nil": return .literal(.atom(Atom(name)))
        case _ where ElixirTokenizer.unsupported.contains(name):
            throw SyntaxError("\(name) is not supported yet", at: start, length: name.count)
        case "do", "end", "else", "after", "rescue", "catch", "when":
            position -= 1
            throw unexpected("an expression")
        default: break
        }
        if let arguments = try argumentsHere() { return .localCall(Atom(name), arguments, at: start) }
        return .variable(name, at: start)
    }

    private func string(_ parts: [ElixirToken.Part]) throws(SyntaxError) -> Expression {
        if parts.isEmpty { return .literal(.binary(Binary([]))) }
        if parts.count == 1, case .text(let text) = parts[0] { return .literal(.string(text)) }
        var expressions: [Expression] = []
        for part in parts {
            switch part {
            case .text(let text): expressions.append(.literal(.string(text)))
            case .code(let code, let at):
                var parser = try ElixirParser(code, base: base + at)
                let value = try parser.expression()
                expressions.append(
                    .remoteCall(
                        .literal(.atom("Elixir.String.Chars")), .literal(.atom("to_string")), [value], at: base + at))
            }
        }
        return .binary(expressions)
    }

    private mutating func list() throws(SyntaxError) -> Expression {
        var elements: [Expression] = []
        skipNewlines()
        if take("]") { return .literal(.nil) }
        while true {
            skipNewlines()
            if case .key? = current {
                elements += try keywords()
            } else {
                elements.append(try expression())
            }
            skipNewlines()
            if take("]") { return .list(elements) }
            if take("|") {
                let tail = try expression()
                try expect("]")
                return .list(elements, tail: tail)
            }
            guard take(",") else { throw unexpected("] or a comma") }
            skipNewlines()
            if take("]") { return .list(elements) }
        }
    }

    private mutating func map(_ start: Int) throws(SyntaxError) -> Expression {
        var pairs: [Expression.MapPair] = []
        var updated: Expression?
        skipNewlines()
        if take("}") { return .map([]) }
        while true {
            skipNewlines()
            if case .key(let name)? = current {
                position += 1
                skipNewlines()
                pairs.append(
                    Expression.MapPair(.literal(.atom(Atom(name))), try expression(), mustExist: updated != nil))
            } else {
                let key = try expression()
                skipNewlines()
                if updated == nil, pairs.isEmpty, take("|") {
                    updated = key
                    continue
                }
                guard take("=>") else { throw unexpected("=>") }
                skipNewlines()
                pairs.append(Expression.MapPair(key, try expression(), mustExist: updated != nil))
            }
            skipNewlines()
            if take("}") { break }
            guard take(",") else { throw unexpected("} or a comma") }
        }
        return updated.map { .mapUpdate($0, pairs, at: start) } ?? .map(pairs)
    }

    /// `<<1, 2>>` and `<<"abc">>`.
    private mutating func binary(_ start: Int) throws(SyntaxError) -> Expression {
        var bytes: [UInt8] = []
        while !take(">>") {
            skipNewlines()
            switch current {
            case .number(.integer(let value))?: bytes.append(UInt8(truncatingIfNeeded: value))
            case .string(let parts)?:
                guard let binary = try string(parts).constant?.asBinary else { throw unexpected("a plain string") }
                bytes += binary.bytes
            default: throw unexpected("a string or an integer")
            }
            position += 1
            skipNewlines()
            if current != .symbol(">>"), !take(",") { throw unexpected(">> or a comma") }
        }
        return .literal(.binary(Binary(bytes)))
    }
}

internal import Terms

extension ElixirReader {
    struct Token {
        enum Kind: Equatable {
            case end
            case newline
            case semicolon
            /// `foo`, `foo?`, `foo!`.
            case identifier(String)
            /// One part of an alias: `Foo`.
            case alias(String)
            /// `do end fn true false nil else rescue catch after`.
            case word(String)
            /// Operators, also `and or not in when`, and brackets.
            case symbol(String)
            case atom(String)
            /// `foo:` before a value.
            case key(String)
            case integer(Term)
            case float(Double)
            case character(UInt32)
            /// The text is in `parts`.
            case text(Quoted.TextKind)
            /// `"foo": value`.
            case textKey
            case sigil(String, modifiers: String)
        }

        var kind: Kind
        var offset: Int
        /// Whether a blank stands before it: `foo -1` is a call, `foo - 1` and `foo-1` are not.
        var hasSpaceBefore: Bool
        var parts: [Quoted.Part] = []
    }

    private static let words: Set<String> = [
        "do", "end", "fn", "true", "false", "nil", "else", "rescue", "catch", "after",
    ]
    private static let wordOperators: Set<String> = ["and", "or", "not", "in", "when"]

    private static let symbols: [UInt32: String] = {
        let all = [
            "<<<", ">>>", "|||", "&&&", "^^^", "~~~", "===", "!==", "+++", "---", "...", "<~>", "<<~", "~>>", "<|>",
            "|>", "<>", "++", "--", "==", "!=", "=~", "<=", ">=", "&&", "||", "..", "->", "<-", "=>", "::", "<<", ">>",
            "//", "**", "\\\\", "~>", "<~", "(", ")", "[", "]", "{", "}", ",", ".", "|", "=", "<", ">", "+", "-", "*",
            "/", "!", "^", "&", "@", "%",
        ]
        return Dictionary(uniqueKeysWithValues: all.map { (key(Array($0.unicodeScalars)), $0) })
    }()

    private static func key(_ scalars: [Unicode.Scalar]) -> UInt32 {
        scalars.reversed().reduce(0) { $0 << 8 | $1.value }
    }

    /// Atoms that are operators or containers: `:+`, `:{}`.
    private static let atomSymbols = ["<<>>", "%{}", "{}", "..//", "%"]

    /// The operator or bracket that begins at a distance from the scanner.
    private func symbol(at distance: Int = 0) -> String? {
        guard let first = scanner.peek(distance), first.isASCII else { return nil }
        var found = Self.symbols[first.value]
        guard let second = scanner.peek(distance + 1), second.isASCII else { return found }
        if let two = Self.symbols[first.value | second.value << 8] { found = two }
        if let third = scanner.peek(distance + 2), third.isASCII,
            let three = Self.symbols[first.value | second.value << 8 | third.value << 16]
        {
            found = three
        }
        return found
    }

    /// Skips blanks and comments; returns whether there were any, and where the first line end was.
    private mutating func skipBlanks() -> (space: Bool, newline: Int?) {
        var space = scanner.position == 0
        var newline: Int?
        while let scalar = scanner.current {
            switch scalar {
            case " ", "\t", "\r":
                scanner.position += 1
            case "\u{FEFF}" where scanner.position == 0:
                scanner.position += 1
            case "\n":
                newline = newline ?? scanner.position
                scanner.position += 1
            case "#":
                while let next = scanner.current, next != "\n" { scanner.position += 1 }
            case "\\" where scanner.peek(1) == "\n":
                scanner.position += 2
            case "\\" where scanner.peek(1) == "\r" && scanner.peek(2) == "\n":
                scanner.position += 3
            default: return (space, newline)
            }
            space = true
        }
        return (space, newline)
    }

    /// Whether what begins a line is an operator that continues the line before.
    private var continuesLine: Bool {
        if let symbol = symbol() {
            switch symbol {
            case "+", "-", "!", "^", "&", "@", "%", "~~~", "...", "<<", ">>", "->", "(", ")", "[", "]", "{", "}", ",":
                return false
            default:
                // `|: 1` is a key.
                return !isKeyEnd(at: symbol.unicodeScalars.count)
            }
        }
        var length = 0
        var word = ""
        while let scalar = scanner.peek(length), scalar.isIdentifierPart, length < 5 {
            word.unicodeScalars.append(scalar)
            length += 1
        }
        guard ["and", "or", "in", "when", "not"].contains(word), !isKeyEnd(at: length) else { return false }
        if word != "not" { return true }
        guard scanner.peek(length) == " ", scanner.peek(length + 1) == "i", scanner.peek(length + 2) == "n" else {
            return false
        }
        return scanner.peek(length + 3).map { !$0.isIdentifierPart } ?? true
    }

    /// Whether the colon of a key stands at a distance: one with a blank behind it.
    private func isKeyEnd(at distance: Int) -> Bool {
        guard scanner.peek(distance) == ":" else { return false }
        return scanner.peek(distance + 1).map { $0.isBlank } ?? false
    }

    mutating func lex() throws(SyntaxError) -> Token {
        let (space, newline) = skipBlanks()
        if let newline, !scanner.isAtEnd, !continuesLine {
            return Token(kind: .newline, offset: newline, hasSpaceBefore: space)
        }
        let start = scanner.position
        var token = Token(kind: .end, offset: start, hasSpaceBefore: space)
        guard let scalar = scanner.current else { return token }
        switch scalar {
        case ";":
            scanner.position += 1
            token.kind = .semicolon
        case "0"..."9":
            try number(&token)
        case "\"", "'":
            try quotedText(&token)
        case "?" where scanner.peek(1) != nil:
            try character(&token)
        case ":" where scanner.peek(1) != ":":
            try atom(&token)
        case "~" where scanner.peek(1).map { $0.isAlphanumeric && !$0.isDigit } ?? false:
            try sigil(&token)
        default:
            if scalar == "_" || scalar.isIdentifierStart {
                try word(&token)
            } else if let symbol = symbol() {
                try operatorToken(symbol, &token)
            } else {
                throw SyntaxError(
                    "unexpected token: \(scalar.isASCII ? "\"\(scalar)\"" : "\(scalar)") (column \(place(start).column), "
                        + "code point U+\(String(scalar.value, radix: 16, uppercase: true)))", at: start)
            }
        }
        return token
    }

    private mutating func operatorToken(_ symbol: String, _ token: inout Token) throws(SyntaxError) {
        let length = symbol.unicodeScalars.count
        if isKeyEnd(at: length), !["(", ")", "[", "]", "{", "}", ",", "<<", ">>", "->"].contains(symbol) {
            scanner.position += length + 1
            token.kind = .key(symbol)
            return
        }
        scanner.position += length
        token.kind = .symbol(symbol)
    }

    /// A name from where the scanner stands.
    private mutating func identifier() -> String {
        let start = scanner.position
        while let scalar = scanner.current, scalar.isIdentifierPart { scanner.position += 1 }
        if scanner.current == "?" || scanner.current == "!" { scanner.position += 1 }
        return scanner.text(start..<scanner.position)
    }

    private mutating func word(_ token: inout Token) throws(SyntaxError) {
        let isUpper = scanner.current?.properties.isUppercase ?? false
        let text = identifier()
        guard text.unicodeScalars.count <= 255 else {
            throw SyntaxError("a name has at most 255 characters", at: token.offset, length: text.unicodeScalars.count)
        }
        if isKeyEnd(at: 0) {
            scanner.position += 1
            token.kind = .key(text)
        } else if scanner.current == ":", scanner.peek(1) != ":", scanner.peek(1) != nil, !isAfterDot {
            throw SyntaxError(
                "keyword argument must be followed by space after: \(text):", at: scanner.position)
        } else if scanner.current == ":", scanner.peek(1) == nil {
            throw SyntaxError("expression is incomplete", at: scanner.position, isIncomplete: true)
        } else if isUpper {
            token.kind = .alias(text)
        } else if Self.wordOperators.contains(text), !isAfterDot {
            token.kind = .symbol(text)
        } else if Self.words.contains(text), !isAfterDot {
            token.kind = .word(text)
        } else {
            token.kind = .identifier(text)
        }
    }

    /// The token before the one being read is a dot: any word is a name then.
    private var isAfterDot: Bool { token.kind == .symbol(".") }

    private mutating func number(_ token: inout Token) throws(SyntaxError) {
        switch try scanner.number(erlang: false) {
        case .float(let value): token.kind = .float(value)
        case let value: token.kind = .integer(value)
        }
        if let next = scanner.current, next.isIdentifierStart || next == "_" {
            throw SyntaxError(
                "invalid character \"\(next)\" after number \(scanner.text(token.offset..<scanner.position))",
                at: scanner.position)
        }
    }

    private mutating func character(_ token: inout Token) throws(SyntaxError) {
        scanner.position += 1
        guard let scalar = scanner.current else { return }
        scanner.position += 1
        guard scalar == "\\" else {
            token.kind = .character(scalar.value)
            return
        }
        let text = try scanner.escape(erlang: false)
        token.kind = .character(text.unicodeScalars.first?.value ?? 10)
    }

    private mutating func atom(_ token: inout Token) throws(SyntaxError) {
        scanner.position += 1
        guard let scalar = scanner.current else {
            throw SyntaxError("expression is incomplete", at: token.offset, isIncomplete: true)
        }
        if scalar == "\"" || scalar == "'" {
            scanner.position += 1
            token.parts = try parts(until: scalar, escapes: true, interpolates: true, opened: token.offset)
            token.kind = .text(.atom)
            return
        }
        if scalar == "_" || scalar.isIdentifierStart {
            let start = scanner.position
            while let next = scanner.current, next.isIdentifierPart || next == "@" { scanner.position += 1 }
            if scanner.current == "?" || scanner.current == "!" { scanner.position += 1 }
            let name = scanner.text(start..<scanner.position)
            guard name.unicodeScalars.count <= 255 else {
                throw SyntaxError("atom length must be less than system limit: :\(name.prefix(20))…", at: token.offset)
            }
            token.kind = .atom(name)
            return
        }
        if let name = Self.atomSymbols.first(where: scanner.starts) ?? symbol(),
            !["(", ")", "[", "]", "{", "}", ",", "<<", ">>"].contains(name)
        {
            scanner.position += name.unicodeScalars.count
            token.kind = .atom(name)
            return
        }
        throw SyntaxError("unexpected token: :", at: token.offset)
    }
}

extension Unicode.Scalar {
    fileprivate var isIdentifierStart: Bool {
        isASCII ? isAlphanumeric && !isDigit : properties.isXIDStart
    }

    fileprivate var isIdentifierPart: Bool {
        isASCII ? isAlphanumeric || self == "_" : properties.isXIDContinue
    }
}

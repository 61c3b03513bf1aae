internal import Terms

/// Elixir source to quoted expressions.
///
/// The lexer is asked for one token at a time and the parser looks at one only, so that the text between `#{` and `}` can
/// be read by the same parser in the middle of a string. Reading takes time in proportion to the text, and nesting is
/// limited because whoever walks the result uses the stack of the thread.
public struct ElixirReader {
    /// How deep expressions may nest; a chain of operators counts as nesting to the left.
    static let maximumDepth = 200

    var scanner: Scanner
    var token = ElixirReader.Token(kind: .end, offset: 0, hasSpaceBefore: false)
    var depth = 0
    /// Whether a `do` belongs to the call that is being read, not to a call without parentheses around it.
    var takesDo = true
    /// Whether calls without parentheses may have several arguments here.
    var takesMany = true

    // Up to where lines are counted, for `place(_:)`.
    private var counted = 0
    private var line: Int32 = 1
    private var lineStart = 0

    /// The operand that stands before the text.
    var previous: Quoted?
    /// Where everything is said to stand, for source of ours.
    var fixed: Quoted.Place?

    init(_ text: String) { scanner = Scanner(text) }

    /// The expressions of a text.
    ///
    /// - Parameter previous: What a text that begins with a binary operator goes on with: `|> f()` at a prompt.
    /// - Throws: an error that `isIncomplete` if more text could make it right.
    public static func quoted(_ text: String, after previous: Quoted? = nil) throws(SyntaxError) -> Quoted {
        var reader = ElixirReader(text)
        try reader.advance()
        if case .symbol(let symbol) = reader.token.kind, binaryOperators[symbol] != nil, unaryOperators[symbol] == nil {
            reader.previous = previous
        }
        let block = try reader.expressions(at: reader.place(0))
        guard reader.token.kind == .end else { throw reader.unexpected() }
        return block
    }

    /// The line and column of an offset. Offsets behind the last one asked for are cheap, those before it are not.
    mutating func place(_ offset: Int) -> Quoted.Place {
        if let fixed { return fixed }
        if offset < counted { (counted, line, lineStart) = (0, 1, 0) }
        while counted < offset {
            if scanner.peek(counted - scanner.position) == "\n" {
                line += 1
                lineStart = counted + 1
            }
            counted += 1
        }
        return Quoted.Place(offset: Int32(offset), line: line, column: Int32(offset - lineStart + 1))
    }

    mutating func place() -> Quoted.Place { place(token.offset) }

    // MARK: Tokens

    /// The current token, which becomes the next.
    mutating func advance() throws(SyntaxError) { token = try lex() }

    mutating func take(_ symbol: String) throws(SyntaxError) -> Bool {
        guard token.kind == .symbol(symbol) else { return false }
        try advance()
        return true
    }

    mutating func expect(_ symbol: String, opened place: Quoted.Place) throws(SyntaxError) {
        guard try !take(symbol) else { return }
        throw unclosed(symbol, opened: place)
    }

    func unclosed(_ closing: String, opened place: Quoted.Place) -> SyntaxError {
        guard token.kind == .end else { return unexpected() }
        return SyntaxError(
            "missing terminator: \(closing)", at: Int(place.offset), hint: nil, isIncomplete: true)
    }

    mutating func skipNewlines() throws(SyntaxError) {
        while token.kind == .newline { try advance() }
    }

    mutating func skipSeparators() throws(SyntaxError) {
        while token.kind == .newline || token.kind == .semicolon { try advance() }
    }

    func unexpected() -> SyntaxError {
        switch token.kind {
        case .end:
            return SyntaxError("expression is incomplete", at: token.offset, isIncomplete: true)
        case .word(let word) where ["end", "do", "else", "rescue", "catch", "after"].contains(word):
            return SyntaxError("unexpected reserved word: \(word)", at: token.offset, length: word.count)
        case .symbol(let symbol) where [")", "]", "}", ">>"].contains(symbol):
            return SyntaxError("unexpected token: \(symbol)", at: token.offset, length: symbol.count)
        default:
            let length = max(1, scanner.position - token.offset)
            let text = scanner.text(token.offset..<min(token.offset + min(length, 40), scanner.scalars.count))
            return SyntaxError("syntax error before: \(text)", at: token.offset, length: length)
        }
    }

    // MARK: Depth

    mutating func deeper(by levels: Int = 1) throws(SyntaxError) {
        depth += levels
        guard depth <= Self.maximumDepth else {
            throw SyntaxError("too deeply nested: more than \(Self.maximumDepth) levels", at: token.offset)
        }
    }

    // MARK: Blocks

    /// Expressions up to the token that ends them, as one. Clauses with `->` are not among them.
    mutating func expressions(at place: Quoted.Place) throws(SyntaxError) -> Quoted {
        var expressions: [Quoted] = []
        try skipSeparators()
        while !isAtBlockEnd {
            expressions.append(try expression())
            guard isAtBlockEnd || isAtSeparator else { throw unexpected() }
            try skipSeparators()
        }
        if expressions.count == 1, let only = expressions.first { return only }
        return .block(place, expressions)
    }

    var isAtSeparator: Bool { token.kind == .newline || token.kind == .semicolon }

    var isAtBlockEnd: Bool {
        switch token.kind {
        case .end: true
        case .word(let word): word == "end" || Self.blockWords.contains(word)
        case .symbol(let symbol): symbol == ")" || symbol == "}"
        default: false
        }
    }

    static let blockWords: Set<String> = ["else", "rescue", "catch", "after"]

    /// What stands between brackets, in `do` blocks and after `->`: the outside has no say in it.
    mutating func inside<Result>(
        many: Bool = true, _ read: (inout ElixirReader) throws(SyntaxError) -> Result
    ) throws(SyntaxError) -> Result {
        let outside = (takesDo, takesMany)
        (takesDo, takesMany) = (true, many)
        let result = try read(&self)
        (takesDo, takesMany) = outside
        return result
    }
}

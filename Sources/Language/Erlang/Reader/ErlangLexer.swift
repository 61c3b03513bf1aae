// Erlang text to lexemes: what `erl_scan` of OTP 25 to 27 reads, over UTF-8 bytes, in one pass and linear time. What it
// does not: know the grammar, or expand macros. Errors have `erl_scan`'s words.
//
// Source: Erlang Reference Manual, "Character Set and Source File Encoding", "Data Types"; EEP 64 (triple-quoted
// strings), EEP 66 (sigils).

internal import BigInt
internal import Terms

struct ErlangLexer {
    let bytes: UnsafeBufferPointer<UInt8>
    /// The bytes that count; behind them stand four zeros.
    let count: Int
    var position = 0
    var line: UInt32
    /// Where the line starts, moved on for each byte of a scalar but the first: columns count scalars.
    var lineStart = 0
    /// Quotes before this begin no triple-quoted string.
    var plainQuotes = 0
    var literals: ErlangLiterals
    var lexemes: [ErlangLexeme] = []
    private let words: ErlangReservedWords

    private init(_ bytes: UnsafeBufferPointer<UInt8>, line: Int, literals: ErlangLiterals, withMaybe: Bool) {
        self.bytes = bytes
        count = bytes.count - 4
        self.line = UInt32(clamping: line)
        self.literals = literals
        words = withMaybe ? .all : .withoutMaybe
        lexemes.reserveCapacity(count / 3 + 2)
    }

    /// The lexemes of a text; an `end` stands behind them.
    ///
    /// - Parameters:
    ///   - literals: gets strings and big integers.
    ///   - withMaybe: whether `maybe` and `else` are reserved words.
    static func lexemes(
        _ text: String, line: Int = 1, literals: inout ErlangLiterals, withMaybe: Bool = true
    ) throws(SyntaxError) -> [ErlangLexeme] {
        var bytes = Array(text.utf8)
        guard bytes.count < Int(UInt32.max) else { throw SyntaxError("text of more than four gigabytes", at: 0) }
        bytes += [0, 0, 0, 0]
        let result = bytes.withUnsafeBufferPointer { buffer -> Result<([ErlangLexeme], ErlangLiterals), SyntaxError> in
            var lexer = ErlangLexer(buffer, line: line, literals: literals, withMaybe: withMaybe)
            do throws(SyntaxError) {
                try lexer.run()
                return .success((lexer.lexemes, lexer.literals))
            } catch { return .failure(error) }
        }
        let (lexemes, all) = try result.get()
        literals = all
        return lexemes
    }

    // MARK: Errors

    /// How many scalars stand before a byte.
    func scalars(before offset: Int) -> Int {
        bytes[..<min(max(0, offset), count)].reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
    }

    func error(_ message: String, at offset: Int, hint: String? = nil, isIncomplete: Bool = false) -> SyntaxError {
        let start = scalars(before: offset)
        return SyntaxError(
            message, at: start, length: scalars(before: position) - start, hint: hint, isIncomplete: isIncomplete)
    }

    // MARK: Lexemes

    func column(at offset: Int) -> UInt32 { UInt32(clamping: offset - lineStart + 1) }

    /// Appends what stands from `start` to here.
    @inline(__always)
    mutating func append(
        _ kind: ErlangLexeme.Kind, _ payload: UInt64 = 0, from start: Int, line: UInt32, column: UInt32
    ) {
        lexemes.append(
            ErlangLexeme(
                kind: kind, payload: payload, offset: UInt32(truncatingIfNeeded: start),
                length: UInt32(truncatingIfNeeded: position - start), line: line, column: column))
    }

    private mutating func run() throws(SyntaxError) {
        while position < count {
            let byte = bytes[position]
            switch ErlangLexer.classes[Int(byte)] {
            case .newline: newline()
            case .blank: position += 1
            case .comment: while position < count, bytes[position] != 0x0A { skipScalarByte() }
            case .lowercase: try name(.atom)
            case .uppercase: try name(.variable)
            case .digit: try number()
            case .quote: try quotedAtom()
            case .doubleQuote: try string()
            case .dollar: try character()
            case .tilde: try sigil()
            case .wide: try wide()
            case .symbol: try symbol()
            }
        }
        append(.end, from: position, line: line, column: column(at: position))
    }

    mutating func newline() {
        position += 1
        line += 1
        lineStart = position
    }

    /// Goes over one byte that is no line end.
    @inline(__always)
    mutating func skipScalarByte() {
        if bytes[position] & 0xC0 == 0x80 { lineStart += 1 }
        position += 1
    }

    /// A scalar beyond ASCII: a letter of Latin-1, a blank, or nothing legal.
    private mutating func wide() throws(SyntaxError) {
        let (first, second) = (bytes[position], bytes[position + 1])
        switch (first, second) {
        case (0xC3, 0x80...0x96), (0xC3, 0x98...0x9E): try name(.variable)
        case (0xC3, 0x9F...0xB6), (0xC3, 0xB8...0xBF): try name(.atom)
        case (0xC2, 0x80...0xA0):
            position += 2
            lineStart += 1
        default:
            let start = position
            position += 1
            while position < count, bytes[position] & 0xC0 == 0x80 { position += 1 }
            throw error("illegal character", at: start)
        }
    }

    private mutating func name(_ kind: ErlangLexeme.Kind) throws(SyntaxError) {
        let start = position
        let column = column(at: start)
        var key: UInt64 = 0
        while true {
            let byte = bytes[position]
            if ErlangLexer.isNameByte[Int(byte)] {
                key = key << 8 | UInt64(byte)
                position += 1
            } else if byte == 0xC3, bytes[position + 1] != 0x97, bytes[position + 1] != 0xB7 {
                key = .max
                position += 2
                lineStart += 1
            } else {
                break
            }
        }
        if kind == .atom, position - start <= 8 {
            let word = words.kind(key)
            if word != .atom { return append(word, from: start, line: line, column: column) }
        }
        guard let atom = Atom(utf8: UnsafeBufferPointer(rebasing: bytes[start..<position])) else {
            throw error(
                "illegal \(kind == .atom ? "atom" : "var")", at: start, hint: "a name has at most 255 characters")
        }
        append(kind, UInt64(literals.position(of: atom)), from: start, line: line, column: column)
    }

    // MARK: Numbers

    /// Goes over digits with single underscores between them; `false` if there is none.
    private mutating func digits(_ isDigit: (UInt8) -> Bool) -> Bool {
        guard isDigit(bytes[position]) else { return false }
        position += 1
        while true {
            if isDigit(bytes[position]) {
                position += 1
            } else if bytes[position] == UInt8(ascii: "_"), isDigit(bytes[position + 1]) {
                position += 2
            } else {
                return true
            }
        }
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range].lazy.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
    }

    private static func isDecimal(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    private mutating func number() throws(SyntaxError) {
        let start = position
        let column = column(at: start)
        _ = digits(Self.isDecimal)
        if bytes[position] == UInt8(ascii: "#") { return try based(from: start, column: column) }
        if bytes[position] == UInt8(ascii: "."), Self.isDecimal(bytes[position + 1]) {
            return try float(from: start, column: column)
        }
        try integer(from: start, digits: start..<position, radix: 10, column: column)
    }

    private mutating func integer(
        from start: Int, digits: Range<Int>, radix: Int, column: UInt32
    ) throws(SyntaxError) {
        if digits.count <= 12 {
            var value = 0
            for position in digits where bytes[position] != UInt8(ascii: "_") {
                value = value * radix + Self.digit(bytes[position])
            }
            return append(.integer, UInt64(value), from: start, line: line, column: column)
        }
        guard LongIntegers.mayFit(digits: digits.count, radix: radix),
            let value = LongIntegers.integer(text(digits), radix: radix), LongIntegers.fits(value)
        else {
            throw error("illegal integer", at: start, hint: "an integer has at most \(LongIntegers.bitLimit) bits")
        }
        if let small = Int(exactly: value) {
            return append(.integer, UInt64(small), from: start, line: line, column: column)
        }
        append(.bigInteger, UInt64(literals.integers.count), from: start, line: line, column: column)
        literals.integers.append(.integer(value))
    }

    /// The value of a digit or letter; 36 and more for none.
    private static func digit(_ byte: UInt8) -> Int {
        switch byte {
        case 0x30...0x39: Int(byte) - 0x30
        case 0x41...0x5A: Int(byte) - 0x37
        case 0x61...0x7A: Int(byte) - 0x57
        default: 99
        }
    }

    private mutating func based(from start: Int, column: UInt32) throws(SyntaxError) {
        let written = text(start..<position)
        guard let base = Int(written), (2...36).contains(base) else {
            throw error("illegal base '\(written)'", at: start, hint: "a base is 2 to 36")
        }
        position += 1
        let first = position
        guard digits({ Self.digit($0) < base }) else {
            throw error("illegal integer", at: start, isIncomplete: false)
        }
        try integer(from: start, digits: first..<position, radix: base, column: column)
    }

    private mutating func float(from start: Int, column: UInt32) throws(SyntaxError) {
        position += 1
        _ = digits(Self.isDecimal)
        if bytes[position] | 0x20 == UInt8(ascii: "e") {
            var next = position + 1
            if bytes[next] == UInt8(ascii: "+") || bytes[next] == UInt8(ascii: "-") { next += 1 }
            guard Self.isDecimal(bytes[next]) else {
                // An exponent that is begun; a name may not follow a float directly either.
                if next > position + 1 || !ErlangLexer.isNameByte[Int(bytes[next])] {
                    position = next
                    throw error("illegal float", at: start)
                }
                return try finish(from: start, column: column)
            }
            position = next
            _ = digits(Self.isDecimal)
        }
        try finish(from: start, column: column)
    }

    private mutating func finish(from start: Int, column: UInt32) throws(SyntaxError) {
        guard let value = Double(text(start..<position)), value.isFinite else {
            throw error("illegal float", at: start)
        }
        append(.float, value.bitPattern, from: start, line: line, column: column)
    }

    // MARK: Symbols

    private mutating func symbol() throws(SyntaxError) {
        let start = position
        let (first, second, third) = (bytes[position], bytes[position + 1], bytes[position + 2])
        if first == UInt8(ascii: "."), second != UInt8(ascii: "."), isFullStop(at: position + 1) {
            position += 1
            return append(.dot, from: start, line: line, column: column(at: start))
        }
        guard let (kind, length) = Self.symbol(first, second, third) else {
            position += 1
            throw error("illegal character", at: start)
        }
        position += length
        append(kind, from: start, line: line, column: column(at: start))
    }

    /// A full stop is followed by a blank, a comment or the end.
    private func isFullStop(at offset: Int) -> Bool {
        guard offset < count else { return true }
        switch Self.classes[Int(bytes[offset])] {
        case .blank, .newline, .comment: return true
        case .wide: return bytes[offset] == 0xC2 && bytes[offset + 1] <= 0xA0
        default: return false
        }
    }

    private static func symbol(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> (ErlangLexeme.Kind, Int)? {
        switch (UnicodeScalar(first), UnicodeScalar(second), UnicodeScalar(third)) {
        case ("(", _, _): (.leftParenthesis, 1)
        case (")", _, _): (.rightParenthesis, 1)
        case (",", _, _): (.comma, 1)
        case ("[", _, _): (.leftBracket, 1)
        case ("]", _, _): (.rightBracket, 1)
        case ("{", _, _): (.leftBrace, 1)
        case ("}", _, _): (.rightBrace, 1)
        case (";", _, _): (.semicolon, 1)
        case ("#", _, _): (.hash, 1)
        case ("*", _, _): (.star, 1)
        case ("!", _, _): (.bang, 1)
        case ("-", ">", _): (.arrow, 2)
        case ("-", "-", _): (.minusMinus, 2)
        case ("-", _, _): (.minus, 1)
        case ("+", "+", _): (.plusPlus, 2)
        case ("+", _, _): (.plus, 1)
        case ("=", ":", "="): (.exactlyEqual, 3)
        case ("=", "/", "="): (.exactlyNotEqual, 3)
        case ("=", "=", _): (.equal, 2)
        case ("=", "<", _): (.lessOrEqual, 2)
        case ("=", ">", _): (.rightDoubleArrow, 2)
        case ("=", _, _): (.match, 1)
        case ("<", "<", _): (.leftBinary, 2)
        case ("<", ":", "-"): (.strictLeftArrow, 3)
        case ("<", ":", "="): (.strictLeftDoubleArrow, 3)
        case ("<", "-", _): (.leftArrow, 2)
        case ("<", "=", _): (.leftDoubleArrow, 2)
        case ("<", _, _): (.less, 1)
        case (">", ">", _): (.rightBinary, 2)
        case (">", "=", _): (.greaterOrEqual, 2)
        case (">", _, _): (.greater, 1)
        case ("/", "=", _): (.notEqual, 2)
        case ("/", _, _): (.slash, 1)
        case (":", ":", _): (.doubleColon, 2)
        case (":", "=", _): (.colonEquals, 2)
        case (":", _, _): (.colon, 1)
        case ("|", "|", _): (.doubleBar, 2)
        case ("|", _, _): (.bar, 1)
        case ("&", "&", _): (.doubleAmpersand, 2)
        case (".", ".", "."): (.threePoints, 3)
        case (".", ".", _): (.twoPoints, 2)
        case (".", _, _): (.point, 1)
        case ("?", "=", _): (.questionEquals, 2)
        case ("?", _, _): (.question, 1)
        default: nil
        }
    }
}

extension ErlangLexer {
    enum Class: UInt8 {
        case blank, newline, comment, lowercase, uppercase, digit, quote, doubleQuote, dollar, tilde, wide, symbol
    }

    static let classes: [Class] = (0..<256).map { value in
        switch value {
        case 0x0A: .newline
        case 0...0x20: .blank
        case 0x25: .comment
        case 0x61...0x7A: .lowercase
        case 0x41...0x5A, 0x5F: .uppercase
        case 0x30...0x39: .digit
        case 0x27: .quote
        case 0x22: .doubleQuote
        case 0x24: .dollar
        case 0x7E: .tilde
        case 0x80...: .wide
        default: .symbol
        }
    }

    static let isNameByte: [Bool] = (0..<256).map { value in
        switch value {
        case 0x61...0x7A, 0x41...0x5A, 0x5F, 0x30...0x39, 0x40: true
        default: false
        }
    }
}

extension ErlangLiterals {
    /// Where an atom stands: its index in the table of atoms cannot be turned back into an atom.
    @inline(__always)
    mutating func position(of atom: Atom) -> Int {
        atoms.append(atom)
        return atoms.count - 1
    }
}

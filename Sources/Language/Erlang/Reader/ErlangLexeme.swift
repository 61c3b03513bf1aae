internal import Terms

/// The tokens of Erlang text. Numbers and names stand in the token; strings and big integers in ``ErlangLiterals``.
struct ErlangLexeme: Sendable {
    /// What `erl_scan` calls the category.
    enum Kind: UInt8, Sendable, CaseIterable {
        case end, dot
        case atom, variable, integer, bigInteger, float, char, string
        /// A sigil that is a binary, of OTP 27.
        case binarySigil
        // Reserved words
        case after, begin, `case`, `try`, `catch`, endWord, fun, `if`, of, receive, when, maybe, `else`
        case andalso, orelse, bnot, not, div, rem, band, and, bor, bxor, bsl, bsr, or, xor
        // Symbols
        case leftParenthesis, rightParenthesis, leftBrace, rightBrace, leftBracket, rightBracket
        case leftBinary, rightBinary, comma, semicolon, arrow, colon, doubleColon, bar, doubleBar, hash
        case leftArrow, strictLeftArrow, leftDoubleArrow, strictLeftDoubleArrow, doubleAmpersand
        case point, twoPoints, threePoints, question, questionEquals, rightDoubleArrow, colonEquals
        case star, slash, plus, minus, plusPlus, minusMinus
        case equal, notEqual, lessOrEqual, less, greaterOrEqual, greater, exactlyEqual, exactlyNotEqual
        case bang, match
    }

    static let none = ErlangLexeme(kind: .end, offset: 0, length: 0, line: 0, column: 0)

    var kind: Kind
    /// An atom's index, an integer, the bits of a float, a code point, or a position in ``ErlangLiterals``.
    var payload: UInt64 = 0
    /// Bytes from the start of the text, and how many.
    var offset: UInt32
    var length: UInt32
    var line: UInt32
    var column: UInt32
}

/// What does not fit into a token.
struct ErlangLiterals: Sendable {
    var strings: [[UInt32]] = []
    var integers: [Term] = []
    var atoms: [Atom] = []
}

extension ErlangLexeme.Kind {
    /// Reserved words as they are written; an operator's name in the abstract format too.
    static let words: [(String, ErlangLexeme.Kind)] = [
        ("after", .after), ("begin", .begin), ("case", .case), ("try", .try), ("catch", .catch), ("end", .endWord),
        ("fun", .fun), ("if", .if), ("of", .of), ("receive", .receive), ("when", .when), ("maybe", .maybe),
        ("else", .else), ("andalso", .andalso), ("orelse", .orelse), ("bnot", .bnot), ("not", .not), ("div", .div),
        ("rem", .rem), ("band", .band), ("and", .and), ("bor", .bor), ("bxor", .bxor), ("bsl", .bsl), ("bsr", .bsr),
        ("or", .or), ("xor", .xor),
    ]

    private static let symbols: [(String, ErlangLexeme.Kind)] = [
        ("(", .leftParenthesis), (")", .rightParenthesis), ("{", .leftBrace), ("}", .rightBrace),
        ("[", .leftBracket), ("]", .rightBracket), ("<<", .leftBinary), (">>", .rightBinary), (",", .comma),
        (";", .semicolon), ("->", .arrow), (":", .colon), ("::", .doubleColon), ("|", .bar), ("||", .doubleBar),
        ("#", .hash), ("<-", .leftArrow), ("<:-", .strictLeftArrow), ("<=", .leftDoubleArrow),
        ("<:=", .strictLeftDoubleArrow), ("&&", .doubleAmpersand), (".", .point), ("..", .twoPoints),
        ("...", .threePoints), ("?", .question), ("?=", .questionEquals), ("=>", .rightDoubleArrow),
        (":=", .colonEquals), ("*", .star), ("/", .slash), ("+", .plus), ("-", .minus),
        ("++", .plusPlus), ("--", .minusMinus), ("==", .equal), ("/=", .notEqual), ("=<", .lessOrEqual), ("<", .less),
        (">=", .greaterOrEqual), (">", .greater), ("=:=", .exactlyEqual), ("=/=", .exactlyNotEqual), ("!", .bang),
        ("=", .match), (".", .dot),
    ]

    private static let atoms: [Atom] = {
        var atoms = [Atom](repeating: Atom(""), count: allCases.count)
        for (text, kind) in words + symbols { atoms[Int(kind.rawValue)] = Atom(text) }
        return atoms
    }()

    /// Whether it is a reserved word.
    var isWord: Bool { (Self.after.rawValue...Self.xor.rawValue).contains(rawValue) }

    /// The atom a reserved word or symbol is for; empty for other tokens.
    var atom: Atom { Self.atoms[Int(rawValue)] }
}

/// Reserved words by their bytes, which fit into eight.
struct ErlangReservedWords: Sendable {
    private var keys = [UInt64](repeating: 0, count: 256)
    private var kinds = [ErlangLexeme.Kind](repeating: .atom, count: 256)

    /// With `maybe` and `else`, as in OTP 27, or without.
    static let all = ErlangReservedWords(withMaybe: true)
    static let withoutMaybe = ErlangReservedWords(withMaybe: false)

    private init(withMaybe: Bool) {
        for (word, kind) in ErlangLexeme.Kind.words where withMaybe || (kind != .maybe && kind != .else) {
            let key = word.utf8.reduce(0) { $0 << 8 | UInt64($1) }
            var slot = Self.slot(key)
            while keys[slot] != 0 { slot = (slot + 1) & 255 }
            keys[slot] = key
            kinds[slot] = kind
        }
    }

    private static func slot(_ key: UInt64) -> Int { Int((key &* 0x9E37_79B9_7F4A_7C15) >> 56) }

    /// The kind of a word of at most eight bytes; `atom` if it is not reserved.
    func kind(_ key: UInt64) -> ErlangLexeme.Kind {
        var slot = Self.slot(key)
        while keys[slot] != 0 {
            if keys[slot] == key { return kinds[slot] }
            slot = (slot + 1) & 255
        }
        return .atom
    }
}

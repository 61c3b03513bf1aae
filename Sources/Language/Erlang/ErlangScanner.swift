internal import Terms

/// A token of Erlang source.
struct ErlangToken: Sendable {
    enum Kind: Sendable, Equatable {
        case atom(Atom)
        case variable(String)
        /// An integer, float or character.
        case number(Term)
        case string(String)
        /// Punctuation, operators and reserved words.
        case symbol(String)
        /// The full stop.
        case dot
    }

    let kind: Kind
    let offset: Int
    let length: Int
}

/// Erlang source to tokens. Source: Erlang Reference Manual, "Character Set and Source File Encoding" and the chapters on
/// data types and operators.
enum ErlangScanner {
    static let reserved: Set<String> = [
        "after", "and", "andalso", "band", "begin", "bnot", "bor", "bsl", "bsr", "bxor", "case", "catch", "cond", "div",
        "end", "fun", "if", "let", "maybe", "not", "of", "or", "orelse", "receive", "rem", "try", "when", "xor", "else",
    ]

    private static let symbols = [
        "<<", ">>", "->", "<-", "=>", ":=", "||", "++", "--", "=:=", "=/=", "==", "/=", "=<", ">=", "<=", "...", "..",
        "::",
        "!", "(", ")", "[", "]", "{", "}", ",", ";", ":", "|", "=", "<", ">", "+", "-", "*", "/", "#", "?", "&&",
    ].sorted { $0.count > $1.count }

    static func tokens(_ text: String) throws(SyntaxError) -> [ErlangToken] {
        var scanner = Scanner(text)
        var tokens: [ErlangToken] = []
        while let scalar = scanner.current {
            let start = scanner.position
            if scalar.isBlank {
                scanner.position += 1
                continue
            }
            if scalar == "%" {
                _ = scanner.take { $0 != "\n" }
                continue
            }
            let kind = try token(&scanner, scalar)
            tokens.append(ErlangToken(kind: kind, offset: start, length: scanner.position - start))
        }
        return tokens
    }

    private static func token(_ scanner: inout Scanner, _ scalar: Unicode.Scalar) throws(SyntaxError)
        -> ErlangToken.Kind
    {
        let start = scanner.position
        if scalar.isDigit { return .number(try scanner.number(erlang: true)) }
        if scalar == "_" || scalar.properties.isUppercase { return .variable(scanner.take(while: isNameScalar)) }
        if scalar.properties.isLowercase {
            let name = scanner.take(while: isNameScalar)
            return reserved.contains(name) && name != "maybe" && name != "else" ? .symbol(name) : .atom(Atom(name))
        }
        switch scalar {
        case "'":
            let name = try quoted(&scanner, "'", "atom")
            guard name.unicodeScalars.count <= 255 else {
                throw SyntaxError("an atom of more than 255 characters", at: start)
            }
            return .atom(Atom(name))
        case "\"": return .string(try quoted(&scanner, "\"", "string"))
        case "$":
            scanner.position += 1
            guard let next = scanner.current else {
                throw SyntaxError("unfinished character", at: start, isIncomplete: true)
            }
            scanner.position += 1
            guard next == "\\" else { return .number(.integer(Int(next.value))) }
            let text = try scanner.escape(erlang: true)
            return .number(.integer(Int(text.unicodeScalars.first?.value ?? 0)))
        case ".":
            // A full stop is followed by a blank, a comment or the end.
            if let next = scanner.peek(1), !next.isBlank, next != "%", next != "." {
                throw SyntaxError("a full stop is followed by a blank", at: start)
            }
            if scanner.peek(1) != "." {
                scanner.position += 1
                return .dot
            }
        default: break
        }
        for symbol in symbols where scanner.starts(with: symbol) {
            scanner.position += symbol.unicodeScalars.count
            return .symbol(symbol)
        }
        throw SyntaxError("illegal character \(String(scalar).debugDescription)", at: start)
    }

    static func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isAlphanumeric || scalar == "_" || scalar == "@"
            || (scalar.value >= 0xC0 && scalar.value <= 0xFF && scalar.value != 0xD7 && scalar.value != 0xF7)
    }

    private static func quoted(
        _ scanner: inout Scanner, _ quote: Unicode.Scalar, _ what: String
    ) throws(SyntaxError) -> String {
        let start = scanner.position
        scanner.position += 1
        var text = ""
        while let scalar = scanner.current {
            scanner.position += 1
            if scalar == quote { return text }
            if scalar == "\\" { text += try scanner.escape(erlang: true) } else { text.unicodeScalars.append(scalar) }
        }
        throw SyntaxError("unfinished \(what)", at: start, hint: "close it with \(quote)", isIncomplete: true)
    }
}

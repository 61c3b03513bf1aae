internal import Terms

/// A token of Elixir source.
struct ElixirToken: Sendable {
    enum Kind: Sendable, Equatable {
        /// `foo`, `foo?`, `foo!`.
        case identifier(String)
        /// One part of an alias: `Foo`.
        case alias(String)
        case atom(String)
        /// `foo:` or `"foo":` before a value.
        case key(String)
        case number(Term)
        /// Text with interpolations between its parts.
        case string([Part])
        case charlist([Part])
        /// The words of `~w`.
        case words([String], asAtoms: Bool)
        case symbol(String)
        case newline
    }

    enum Part: Sendable, Equatable {
        case text(String)
        /// The source between `#{` and `}`, and where it starts.
        case code(String, Int)
    }

    let kind: Kind
    let offset: Int
    let length: Int
    /// Whether a blank stands before it: `foo -1` is a call, `foo - 1` is not.
    let hasSpaceBefore: Bool
}

/// Elixir source to tokens. Source: Elixir, "Syntax reference" and "Operators reference".
enum ElixirTokenizer {
    static let words: Set<String> = [
        "and", "or", "not", "in", "when", "do", "end", "fn", "true", "false", "nil", "after", "else", "rescue", "catch",
    ]

    /// Constructs that come with "One core language": named when they are met.
    static let unsupported: Set<String> = [
        "defmodule", "def", "defp", "defmacro", "defmacrop", "defstruct", "defprotocol", "defimpl", "case", "cond",
        "if",
        "unless", "with", "for", "try", "receive", "quote", "unquote", "fn", "alias", "import", "require", "use",
    ]

    private static let symbols = [
        "<<<", ">>>", "|||", "&&&", "^^^", "~~~", "===", "!==", "+++", "---", "...", "<~>", "|>", "<>", "++", "--",
        "==", "!=",
        "=~", "<=", ">=", "&&", "||", "..", "->", "<-", "=>", "::", "<<", ">>", "%{", "//", "**", "\\\\",
        "(", ")", "[", "]", "{", "}", ",", ";", ".", "|", "=", "<", ">", "+", "-", "*", "/", "!", "^", "&", "@", "%",
    ].sorted { $0.count > $1.count }

    /// Atoms like `:+`.
    private static let operatorAtoms =
        symbols.filter { !"()[],;".contains($0) && $0 != "%" && $0 != "%{" && $0 != "{" && $0 != "}" }
        + ["{}", "%{}", "<<>>", "%"]

    static func tokens(_ text: String) throws(SyntaxError) -> [ElixirToken] {
        var scanner = Scanner(text)
        var tokens: [ElixirToken] = []
        var hasSpace = true
        while let scalar = scanner.current {
            let start = scanner.position
            if scalar == "#" {
                _ = scanner.take { $0 != "\n" }
                continue
            }
            if scalar == "\n" {
                scanner.position += 1
                tokens.append(ElixirToken(kind: .newline, offset: start, length: 1, hasSpaceBefore: hasSpace))
                hasSpace = true
                continue
            }
            if scalar.isBlank {
                scanner.position += 1
                hasSpace = true
                continue
            }
            let kind = try token(&scanner, scalar)
            tokens.append(
                ElixirToken(
                    kind: kind, offset: start, length: scanner.position - start, hasSpaceBefore: hasSpace))
            hasSpace = false
        }
        return tokens
    }

    private static func token(_ scanner: inout Scanner, _ scalar: Unicode.Scalar) throws(SyntaxError)
        -> ElixirToken.Kind
    {
        let start = scanner.position
        if scalar.isDigit { return .number(try scanner.number(erlang: false)) }
        if scalar == "_" || scalar.properties.isXIDStart {
            var name = scanner.take { $0 == "_" || $0 == "@" || $0.properties.isXIDContinue }
            if name.contains("@") {
                // An at sign belongs to atoms only: `a@h` alone is a name and an attribute.
                let before = name.prefix { $0 != "@" }
                scanner.position -= name.unicodeScalars.count - before.unicodeScalars.count
                name = String(before)
            }
            if let next = scanner.current, next == "?" || next == "!", scanner.peek(1) != "=" || scanner.peek(2) == "="
            {
                scanner.position += 1
                name.unicodeScalars.append(next)
            }
            if isKeyColon(scanner) {
                scanner.position += 1
                return .key(name)
            }
            if scalar.properties.isUppercase { return .alias(name) }
            return .identifier(name)
        }
        switch scalar {
        case "\"":
            let parts = try quoted(&scanner, "\"", interpolates: true)
            if isKeyColon(scanner), let name = plain(parts) {
                scanner.position += 1
                return .key(name)
            }
            return .string(parts)
        case "'": return .charlist(try quoted(&scanner, "'", interpolates: true))
        case "?":
            guard let next = scanner.peek(1) else { break }
            scanner.position += 2
            guard next == "\\" else { return .number(.integer(Int(next.value))) }
            let text = try scanner.escape(erlang: false)
            return .number(.integer(Int(text.unicodeScalars.first?.value ?? 0)))
        case ":": if let atom = try atom(&scanner) { return .atom(atom) }
        case "~": return try sigil(&scanner)
        default: break
        }
        for symbol in symbols where scanner.starts(with: symbol) {
            scanner.position += symbol.unicodeScalars.count
            return .symbol(symbol)
        }
        throw SyntaxError("illegal character \(String(scalar).debugDescription)", at: start)
    }

    /// A colon that makes a key: a blank or the end follows, and it is not the first of `::`.
    private static func isKeyColon(_ scanner: Scanner) -> Bool {
        guard scanner.current == ":", scanner.peek(1) != ":" else { return false }
        return scanner.peek(1).map { $0.isBlank || $0 == ")" || $0 == "]" } ?? true
    }

    private static func plain(_ parts: [ElixirToken.Part]) -> String? {
        if parts.isEmpty { return "" }
        guard parts.count == 1, case .text(let text) = parts[0] else { return nil }
        return text
    }

    private static func atom(_ scanner: inout Scanner) throws(SyntaxError) -> String? {
        let start = scanner.position
        guard let next = scanner.peek(1) else { return nil }
        if next == "\"" || next == "'" {
            scanner.position += 1
            guard let name = plain(try quoted(&scanner, next, interpolates: true)) else {
                throw SyntaxError("interpolation in an atom is not supported yet", at: start)
            }
            guard name.unicodeScalars.count <= 255 else {
                throw SyntaxError("an atom of more than 255 characters", at: start)
            }
            return name
        }
        if next == "_" || next.properties.isXIDStart {
            scanner.position += 1
            var name = scanner.take { $0 == "_" || $0 == "@" || $0.properties.isXIDContinue }
            if let mark = scanner.current, mark == "?" || mark == "!" {
                scanner.position += 1
                name.unicodeScalars.append(mark)
            }
            return name
        }
        scanner.position += 1
        for name in operatorAtoms.sorted(by: { $0.count > $1.count }) where scanner.starts(with: name) {
            scanner.position += name.unicodeScalars.count
            return name
        }
        scanner.position = start
        return nil
    }

    /// The text between quotes; the scanner stands at the opening one.
    private static func quoted(
        _ scanner: inout Scanner, _ quote: Unicode.Scalar, interpolates: Bool
    ) throws(SyntaxError) -> [ElixirToken.Part] {
        let start = scanner.position
        scanner.position += 1
        var parts: [ElixirToken.Part] = []
        var text = ""
        while let scalar = scanner.current {
            scanner.position += 1
            if scalar == quote {
                if !text.isEmpty { parts.append(.text(text)) }
                return parts
            }
            if scalar == "\\", interpolates || scanner.current == quote {
                text += try scanner.escape(erlang: false)
            } else if interpolates, scalar == "#", scanner.current == "{" {
                if !text.isEmpty { parts.append(.text(text)) }
                text = ""
                scanner.position += 1
                let codeStart = scanner.position
                var depth = 1
                while let next = scanner.current {
                    if next == "{" { depth += 1 }
                    if next == "}" { depth -= 1 }
                    if depth == 0 { break }
                    scanner.position += 1
                }
                guard !scanner.isAtEnd else {
                    throw SyntaxError("unfinished interpolation", at: codeStart - 2, length: 2, isIncomplete: true)
                }
                parts.append(.code(scanner.text(codeStart..<scanner.position), codeStart))
                scanner.position += 1
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        throw SyntaxError("unfinished string", at: start, hint: "close it with \(quote)", isIncomplete: true)
    }

    private static func sigil(_ scanner: inout Scanner) throws(SyntaxError) -> ElixirToken.Kind {
        let start = scanner.position
        guard let kind = scanner.peek(1), let open = scanner.peek(2),
            let close =
                (["(": ")", "[": "]", "{": "}", "<": ">", "/": "/", "|": "|", "\"": "\"", "'": "'"]
                as [Unicode.Scalar: Unicode.Scalar])[open]
        else { throw SyntaxError("no sigil", at: start) }
        scanner.position += 2
        let parts = try quoted(&scanner, close, interpolates: kind.properties.isLowercase)
        let modifiers = scanner.take { $0.isAlphanumeric }
        switch kind {
        case "s", "S": return .string(parts)
        case "c", "C": return .charlist(parts)
        case "w", "W":
            guard let text = plain(parts) else {
                throw SyntaxError("interpolation in ~w is not supported yet", at: start)
            }
            return .words(text.split(separator: " ").map(String.init), asAtoms: modifiers == "a")
        default: throw SyntaxError("the sigil ~\(kind) is not supported yet", at: start, length: 2)
        }
    }
}

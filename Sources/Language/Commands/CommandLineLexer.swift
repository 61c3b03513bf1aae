public import Terms

/// One word of a command line.
public struct CommandWord: Sendable, Hashable {
    /// As it was typed.
    public let text: String
    /// Where it starts, in Unicode scalars.
    public let offset: Int
    public let length: Int
    /// Its value: a bare word is an atom, `Alias` an Elixir atom, `5s` milliseconds, everything else a literal of Erlang or
    /// Elixir.
    public let term: Term
    /// Nanoseconds, if it is a duration: `5s`, `200ms`.
    public let duration: Int64?
    /// `--nodes` or `--backend=ets`: the name, and the value behind `=`.
    public let flag: String?
    public let flagValue: String?
    /// The word was quoted: never a command or a flag.
    public let isQuoted: Bool
}

/// Splits a command line into words with their places. Literals are read by the parsers of the two languages.
public enum CommandLineLexer {
    public static func words(_ line: String) throws(SyntaxError) -> [CommandWord] {
        var scanner = Scanner(line)
        var words: [CommandWord] = []
        while let scalar = scanner.current {
            if scalar.isBlank {
                scanner.position += 1
                continue
            }
            if scalar == "#", scanner.peek(1) != "{" { break }
            let start = scanner.position
            try skipWord(&scanner)
            words.append(try word(scanner.text(start..<scanner.position), start))
        }
        return words
    }

    /// Moves behind a word: to the next blank outside of quotes and brackets.
    private static func skipWord(_ scanner: inout Scanner) throws(SyntaxError) {
        var brackets: [(open: Unicode.Scalar, at: Int)] = []
        while let scalar = scanner.current {
            switch scalar {
            case "\"", "'":
                let start = scanner.position
                // An apostrophe inside a word is part of it.
                if scalar == "'", brackets.isEmpty, let before = scanner.peek(-1), !before.isBlank, before != "=",
                    before != ":"
                {
                    scanner.position += 1
                    continue
                }
                scanner.position += 1
                while let inner = scanner.current, inner != scalar { scanner.position += inner == "\\" ? 2 : 1 }
                guard !scanner.isAtEnd else {
                    throw SyntaxError(
                        "unfinished quote", at: start, hint: "close it with \(scalar)", isIncomplete: true)
                }
                scanner.position += 1
            case "(", "[", "{":
                brackets.append((scalar, scanner.position))
                scanner.position += 1
            case ")", "]", "}":
                let pairs: [Unicode.Scalar: Unicode.Scalar] = [")": "(", "]": "[", "}": "{"]
                guard let last = brackets.popLast(), last.open == pairs[scalar] else {
                    throw SyntaxError("\(scalar) closes nothing", at: scanner.position)
                }
                scanner.position += 1
            case _ where scalar.isBlank && brackets.isEmpty: return
            default: scanner.position += 1
            }
        }
        if let open = brackets.last {
            throw SyntaxError("\(open.open) is not closed", at: open.at, isIncomplete: true)
        }
    }

    private static func word(_ text: String, _ offset: Int) throws(SyntaxError) -> CommandWord {
        if text.isPlainWord {
            return CommandWord(
                text: text, offset: offset, length: text.utf8.count, term: .atom(Atom(text)), duration: nil, flag: nil,
                flagValue: nil, isQuoted: false)
        }
        let length = text.unicodeScalars.count
        func make(_ term: Term, duration: Int64? = nil, isQuoted: Bool = false) -> CommandWord {
            CommandWord(
                text: text, offset: offset, length: length, term: term, duration: duration, flag: nil, flagValue: nil,
                isQuoted: isQuoted)
        }
        if text.hasPrefix("--"), text.count > 2 {
            let body = text.dropFirst(2)
            let parts = body.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            return CommandWord(
                text: text, offset: offset, length: length, term: .atom(Atom(text.prefix255)), duration: nil,
                flag: parts[0], flagValue: parts.count > 1 ? parts[1] : nil, isQuoted: false)
        }
        if let duration = duration(text) {
            return make(.integer(Int(duration / 1_000_000)), duration: duration)
        }
        guard let first = text.unicodeScalars.first else { return make(.atom(.empty)) }
        let isNumber = first.isDigit || (first == "-" && text.unicodeScalars.dropFirst().first?.isDigit == true)
        if isNumber, let term = literal(text) { return make(term) }
        switch first {
        case "\"", "'", "[", "{", "<", "%", "#", ":", "~", "$", "?":
            do {
                return make(try parse(text), isQuoted: first == "\"" || first == "'")
            } catch {
                throw SyntaxError(error.message, at: offset + error.offset, length: error.length, hint: error.hint)
            }
        default: break
        }
        if first.properties.isUppercase, isAlias(text) { return make(.atom(Atom("Elixir.\(text)"))) }
        guard text.unicodeScalars.count <= 255 else {
            throw SyntaxError(
                "a word of more than 255 characters", at: offset, length: length, hint: "quote text: \"…\"")
        }
        return make(.atom(Atom(text)))
    }

    private static func isAlias(_ text: String) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            part.unicodeScalars.first?.properties.isUppercase == true
                && part.unicodeScalars.allSatisfy { $0.isAlphanumeric || $0 == "_" }
        }
    }

    private static func literal(_ text: String) -> Term? {
        (try? elixir(text, bareWords: false)) ?? nil
    }

    /// A literal of either language: `#{…}` and `<<"é"/utf8>>` are Erlang, the rest Elixir, and what Elixir cannot read is
    /// tried as Erlang.
    private static func parse(_ text: String) throws(SyntaxError) -> Term {
        if text.hasPrefix("#{") || text.hasPrefix("$") { return try erlang(text) }
        // In both languages `'abc'` is quoted text; in a command it is an atom, as in Erlang.
        if text.hasPrefix("'") { return try erlang(text) }
        do throws(SyntaxError) {
            guard let term = try elixir(text, bareWords: true) else {
                throw SyntaxError(
                    "only literals can be arguments of a command", at: 0, length: text.unicodeScalars.count)
            }
            return term
        } catch {
            if let term = try? erlang(text) { return term }
            throw error
        }
    }

    private static func erlang(_ text: String) throws(SyntaxError) -> Term {
        guard let term = try ErlangReader.expression(text).constant else {
            throw SyntaxError("only literals can be arguments of a command", at: 0, length: text.unicodeScalars.count)
        }
        return term
    }

    /// A literal of Elixir; nothing for what is none.
    private static func elixir(_ text: String, bareWords: Bool) throws(SyntaxError) -> Term? {
        let quoted = try ElixirReader.quoted(text)
        var lowering = ElixirLowering(ElixirEnvironment(), ElixirResolver(), bound: [:])
        let expressions = try lowering.sequence(bareWords ? atoms(quoted) : quoted)
        return expressions.count == 1 ? expressions[0].constant : nil
    }

    /// Bare words inside a literal are atoms too: `{a, "x"}`.
    private static func atoms(_ quoted: Quoted) -> Quoted {
        switch quoted {
        case .name(let at, let name): .atom(at, Atom(name))
        case .tuple(let at, let elements): .tuple(at, elements.map(atoms))
        case .list(let at, let elements): .list(at, elements.map(atoms))
        case .map(let at, nil, let pairs): .map(at, nil, pairs.map { (key: atoms($0.key), value: atoms($0.value)) })
        default: quoted
        }
    }

    /// `5s`, `200ms`, `1.5s`, `2m`, `1h` in nanoseconds.
    public static func duration(_ text: String) -> Int64? {
        guard let first = text.utf8.first, (48...57).contains(first) else { return nil }
        for (unit, factor) in [("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9)] where text.hasSuffix(unit) {
            let number = text.dropLast(unit.count)
            guard let first = number.utf8.first, (48...57).contains(first), let value = Double(number),
                value >= 0, value * factor < 9e18
            else { continue }
            return Int64(value * factor)
        }
        return nil
    }
}

extension String {
    /// Most words: small letters, digits and underscores.
    fileprivate var isPlainWord: Bool {
        guard let first = utf8.first, (97...122).contains(first), utf8.count <= 255 else { return false }
        return utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
    }

    /// What of a text can be an atom.
    fileprivate var prefix255: String { String(String.UnicodeScalarView(unicodeScalars.prefix(255))) }
}

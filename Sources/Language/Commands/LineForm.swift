/// What a line is: a command, or an expression of one of the two languages (`design.md` 4).
public enum LineForm: Sendable, Hashable {
    case empty
    case command
    case expression(Syntax)

    /// - Parameters:
    ///   - pinned: the only syntax of expressions, if it was set.
    ///   - isCommand: whether a word is the name of a command.
    public static func detect(_ line: String, pinned: Syntax? = nil, isCommand: (String) -> Bool) -> LineForm {
        let text = line.trimmed
        guard !text.isEmpty, !isComment(text) else { return .empty }
        let word = String(text.prefix { !$0.isWhitespace && !"=(.,;".contains($0) })
        let rest = text.dropFirst(word.count).drop { $0 == " " || $0 == "\t" }
        if isCommand(word), rest.first.map({ !"=(.".contains($0) }) ?? true { return .command }
        if let pinned { return .expression(pinned) }
        // A map of Erlang begins like a comment of Elixir: it is one if more rows can complete it.
        let isErlang = endsWithFullStop(text) || (text.hasPrefix("#{") && ErlangReader.isUnfinished(text))
        return .expression(isErlang ? .erlang : .elixir)
    }

    /// A line that holds nothing but a comment: `#` as in Elixir and commands, `%` as in Erlang.
    private static func isComment(_ text: String) -> Bool {
        let bytes = text.utf8
        var isAtStart = true
        var place = bytes.startIndex
        while place < bytes.endIndex {
            let byte = bytes[place]
            bytes.formIndex(after: &place)
            if byte == UInt8(ascii: "\n") {
                isAtStart = true
            } else if isAtStart, byte != UInt8(ascii: " "), byte != UInt8(ascii: "\t") {
                // `#{` and `%{` begin maps.
                guard byte == UInt8(ascii: "#") || byte == UInt8(ascii: "%"),
                    place == bytes.endIndex || bytes[place] != UInt8(ascii: "{")
                else { return false }
                isAtStart = false
            }
        }
        return true
    }

    private static func endsWithFullStop(_ text: String) -> Bool {
        guard text.hasSuffix("."), !text.hasSuffix("..") else {
            // A comment may stand behind the full stop.
            guard let mark = text.utf8.lastIndex(of: UInt8(ascii: "%")),
                !text.utf8[mark...].contains(UInt8(ascii: "\n"))
            else { return false }
            let before = String(text[..<mark]).trimmed
            return before.hasSuffix(".") && !before.hasSuffix("..")
        }
        return true
    }

    /// Whether more rows are needed: an open bracket or quote, an operator at the end.
    public static func isIncomplete(_ text: String, pinned: Syntax? = nil, isCommand: (String) -> Bool) -> Bool {
        switch detect(text, pinned: pinned, isCommand: isCommand) {
        case .empty: return false
        case .command:
            do {
                _ = try CommandLineLexer.words(text)
                return false
            } catch { return error.isIncomplete }
        case .expression(let syntax):
            do {
                if syntax == .erlang {
                    _ = try ErlangReader.expressions(text)
                } else {
                    _ = try ElixirReader.quoted(text)
                }
                return false
            } catch {
                // `#iex:break` gives up.
                if text.trimmed.hasSuffix("#iex:break") { return false }
                // The full stop that tells Erlang comes with the last row.
                return error.isIncomplete || (pinned == nil && ErlangReader.isUnfinished(text))
            }
        }
    }

    /// The text without the prompts that were pasted with it: `iex(a@h)1> `, `(a@h)1> `, `1> `, `...> `, a lone `> `.
    public static func strippingPrompts(_ text: String) -> String {
        // Most lines are one row without a prompt.
        if !text.utf8.contains(10), !mayBeginWithPrompt(text[...].utf8) { return text }
        let rows = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard rows.contains(where: mayBeginWithPrompt) else { return text }
        return rows.map { String(strippingPrompt(Substring($0))) }.joined(separator: "\n")
    }

    private static func mayBeginWithPrompt(_ row: Substring.UTF8View) -> Bool {
        guard let first = row.first(where: { $0 != UInt8(ascii: " ") }) else { return false }
        return first >= 0x80 || "(.i>0123456789".utf8.contains(first)
    }

    private static func strippingPrompt(_ row: Substring) -> Substring {
        var rest = row.drop { $0 == " " }
        if rest.hasPrefix("...(") || rest.hasPrefix("iex(") || rest.hasPrefix("(") {
            let isBare = rest.hasPrefix("(")
            guard let close = rest.firstIndex(of: ")") else { return row }
            let inside = rest[rest.index(after: rest.firstIndex(of: "(") ?? rest.startIndex)..<close]
            guard inside.allSatisfy({ $0.isNumber }) && !isBare || inside.contains("@") else { return row }
            rest = rest[rest.index(after: close)...].drop { $0.isNumber }
        } else if rest.hasPrefix("iex>") {
            rest = rest.dropFirst(3)
        } else if rest.hasPrefix("...>") {
            rest = rest.dropFirst(3)
        } else {
            rest = rest.drop { $0.isNumber }
        }
        guard rest.hasPrefix(">") else { return row }
        rest = rest.dropFirst()
        guard rest.isEmpty || rest.first == " " else { return row }
        return rest.dropFirst()
    }
}

extension String {
    var trimmed: String {
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.isBlank }),
            let last = scalars.lastIndex(where: { !$0.isBlank })
        else { return "" }
        return String(scalars[first...last])
    }
}

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
        let isErlang =
            (endsWithFullStop(text) && !isOpenElixir(text)) || (text.hasPrefix("#{") && ErlangReader.isUnfinished(text))
        return .expression(isErlang ? .erlang : .elixir)
    }

    /// Whether rows that end in a full stop are Elixir that goes on: inside a text of several rows, say.
    private static func isOpenElixir(_ text: String) -> Bool {
        guard text.contains("\n"), (try? ErlangReader.expressions(text)) == nil else { return false }
        do {
            _ = try ElixirReader.quoted(text)
            return false
        } catch { return error.isIncomplete }
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

    private static func isCommentRow(_ row: Substring.UTF8View) -> Bool {
        let row = row.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        guard let first = row.first else { return true }
        guard first == UInt8(ascii: "#") || first == UInt8(ascii: "%") else { return false }
        return row.dropFirst().first != UInt8(ascii: "{")
    }

    /// Whether the last row that is no comment does, whatever comment stands behind it.
    private static func endsWithFullStop(_ text: String) -> Bool {
        let bytes = text.utf8
        var end = bytes.endIndex
        while true {
            let start = bytes[..<end].lastIndex(of: UInt8(ascii: "\n")).map { bytes.index(after: $0) }
            let row = bytes[(start ?? bytes.startIndex)..<end]
            if !isCommentRow(row) { return endsWithFullStop(row: withoutElixirComment(row)) }
            guard let start else { return false }
            end = bytes.index(before: start)
        }
    }

    private static func endsWithFullStop(row: Substring.UTF8View) -> Bool {
        if hasFullStop(row) { return true }
        // A comment of Erlang may stand behind it.
        guard let mark = row.lastIndex(of: UInt8(ascii: "%")) else { return false }
        return hasFullStop(row[..<mark])
    }

    private static func hasFullStop(_ row: Substring.UTF8View) -> Bool {
        var rest = row
        while let last = rest.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\t") || last == 13 {
            rest = rest.dropLast()
        }
        return rest.last == UInt8(ascii: ".") && rest.dropLast().last != UInt8(ascii: ".")
    }

    /// A row without a comment that a `#` begins: outside of quotes, and with a blank on either side, for records and maps of
    /// Erlang have none.
    private static func withoutElixirComment(_ row: Substring.UTF8View) -> Substring.UTF8View {
        guard row.contains(UInt8(ascii: "#")) else { return row }
        var quote: UInt8?
        var before = UInt8(ascii: " ")
        for index in row.indices {
            let byte = row[index]
            if let open = quote {
                if byte == open, before != UInt8(ascii: "\\") { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'"), before != UInt8(ascii: "$"),
                before != UInt8(ascii: "?")
            {
                quote = byte
            } else if byte == UInt8(ascii: "#"), before == UInt8(ascii: " ") || before == UInt8(ascii: "\t"),
                row[row.index(after: index)...].first.map({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "#") })
                    ?? true
            {
                return row[..<index]
            }
            before = byte
        }
        return row
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

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
        return .expression(endsWithFullStop(text) && !isOpenElixir(text) ? .erlang : .elixir)
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
        text.split(separator: "\n").allSatisfy { isCommentRow($0) }
    }

    private static func isCommentRow(_ row: Substring) -> Bool {
        let row = row.drop { $0 == " " || $0 == "\t" }
        return row.isEmpty || (row.first == "#" && !row.hasPrefix("#{"))
            || (row.first == "%" && !row.hasPrefix("%{"))
    }

    /// Whether the last row that is no comment does, whatever comment stands behind it.
    private static func endsWithFullStop(_ text: String) -> Bool {
        guard let last = text.split(separator: "\n").last(where: { !isCommentRow($0) }) else { return false }
        let row = withoutElixirComment(last)
        if row.hasSuffix("."), !row.hasSuffix("..") { return true }
        guard let mark = row.lastIndex(of: "%") else { return false }
        let before = String(row[..<mark]).trimmed
        return before.hasSuffix(".") && !before.hasSuffix("..")
    }

    /// A row without a comment that a `#` begins: outside of quotes, and with a blank on either side, for records and maps of
    /// Erlang have none.
    private static func withoutElixirComment(_ row: Substring) -> String {
        var quote: Character?
        var before: Character = " "
        for index in row.indices {
            let character = row[index]
            if let open = quote {
                if character == open, before != "\\" { quote = nil }
            } else if character == "\"" || character == "'", before != "$", before != "?" {
                quote = character
            } else if character == "#", before == " " || before == "\t",
                row[row.index(after: index)...].first.map({ $0 == " " || $0 == "#" }) ?? true
            {
                return String(row[..<index]).trimmed
            }
            before = character
        }
        return String(row).trimmed
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
                    // A map of Erlang begins like a comment of Elixir.
                    if pinned == nil, text.trimmed.hasPrefix("#{") { return ErlangReader.isUnfinished(text) }
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
        text.split(separator: "\n", omittingEmptySubsequences: false).map { row in
            String(strippingPrompt(row))
        }.joined(separator: "\n")
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

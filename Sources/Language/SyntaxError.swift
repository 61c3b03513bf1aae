// What this module does: what a line may be. The lexers and parsers of Erlang, Elixir and the command language, the
// abstract format that the first two lower to, and an evaluator of it. What it does not: know a function. Calls go through
// the `FunctionResolver` it is given. The abstract format is that of erts, "The Abstract Format".

/// Text that cannot be read: what, where, and one hint.
public struct SyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
    public let message: String
    /// Where it is, in Unicode scalars from the start of the text.
    public let offset: Int
    /// How many scalars are meant, at least one.
    public let length: Int
    public let hint: String?
    /// The text just ends too early: more of it could make it right.
    public let isIncomplete: Bool

    public init(_ message: String, at offset: Int, length: Int = 1, hint: String? = nil, isIncomplete: Bool = false) {
        self.message = message
        self.offset = offset
        self.length = max(1, length)
        self.hint = hint
        self.isIncomplete = isIncomplete
    }

    public var description: String { message }

    /// Line and column, both from 1.
    public func position(in text: String) -> (line: Int, column: Int) {
        var line = 1
        var column = 1
        for scalar in text.unicodeScalars.prefix(offset) {
            if scalar == "\n" {
                line += 1
                column = 1
            } else {
                column += 1
            }
        }
        return (line, column)
    }

    /// The source line, a caret under the place, and the hint.
    ///
    /// - Parameter width: the columns of a terminal's line; of a longer source line that much around the caret is shown.
    public func excerpt(of text: String, width: Int = 80) -> String {
        let (line, column) = position(in: text)
        let after = hint.map { "hint: \($0)" }
        // Rows are told apart by bytes: long text is walked over once.
        let rows = text.utf8.split(separator: 0x0A, maxSplits: line, omittingEmptySubsequences: false)
        guard line <= rows.count else { return after ?? "" }
        let source = Array(Substring(rows[line - 1]).unicodeScalars)
        let shown = Self.window(around: min(column - 1, source.count), of: source.count, width: max(20, width - 2))
        let (cutBefore, cutAfter) = (shown.lowerBound > 0, shown.upperBound < source.count)
        var part = String(String.UnicodeScalarView(source[shown]))
        if cutBefore { part = "…" + part }
        if cutAfter { part += "…" }
        let indent = column - 1 - shown.lowerBound + (cutBefore ? 1 : 0)
        let room = max(1, shown.upperBound - column + 2)
        let caret = String(repeating: " ", count: indent) + String(repeating: "^", count: min(length, room))
        return "  \(part)\n  \(caret)" + (after.map { "\n\($0)" } ?? "")
    }

    /// Which part of a row of `count` scalars is shown, with room for the marks that it is a part.
    private static func window(around place: Int, of count: Int, width: Int) -> Range<Int> {
        guard count > width else { return 0..<count }
        let room = width - 2
        let start = max(0, min(place - room / 2, count - room))
        return start..<min(count, start + room)
    }
}

/// The two syntaxes of expressions.
public enum Syntax: String, Sendable, CaseIterable {
    case elixir
    case erlang
}

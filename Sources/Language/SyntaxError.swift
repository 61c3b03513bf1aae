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
    public func excerpt(of text: String) -> String {
        let (line, column) = position(in: text)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard line <= lines.count else { return hint.map { "hint: \($0)" } ?? "" }
        let source = String(lines[line - 1])
        let room = max(1, source.unicodeScalars.count - column + 2)
        let caret = String(repeating: " ", count: column - 1) + String(repeating: "^", count: min(length, room))
        return "  \(source)\n  \(caret)" + (hint.map { "\nhint: \($0)" } ?? "")
    }
}

/// The two syntaxes of expressions.
public enum Syntax: String, Sendable, CaseIterable {
    case elixir
    case erlang
}

public import Language
public import Terms

/// How results are shown.
public enum OutputFormat: String, Sendable, CaseIterable {
    case text
    case json
    case csv
    case raw
}

/// What a line gave.
public struct LineResult: Sendable {
    public var term: Term
    /// The language the line was in; commands have none.
    public var syntax: Syntax?
    /// Rows to show instead of the term.
    var table: TextTable?
    /// Text to show instead of the term, empty for nothing.
    var text: String?

    public init(_ term: Term, syntax: Syntax? = nil) {
        self.term = term
        self.syntax = syntax
    }

    init(_ term: Term, table: TextTable) {
        self.term = term
        self.table = table
    }

    init(_ term: Term, text: String) {
        self.term = term
        self.text = text
    }
}

/// Rows in columns.
struct TextTable: Sendable {
    var header: [String]
    var rows: [[String]]

    /// Columns side by side, two blanks between them.
    var aligned: String {
        let all = (header.isEmpty ? [] : [header]) + rows
        let columns = all.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in all.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
        return all.map { row in
            row.enumerated().map { column, cell in
                column == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    /// RFC 4180.
    var csv: String {
        ((header.isEmpty ? [] : [header]) + rows).map { row in
            row.map { cell in
                cell.contains(where: { $0 == "," || $0 == "\"" || $0 == "\n" })
                    ? "\"" + cell.replacing("\"", with: "\"\"") + "\"" : cell
            }.joined(separator: ",")
        }.joined(separator: "\n")
    }
}

extension String {
    fileprivate func replacing(_ character: Character, with text: String) -> String {
        map { $0 == character ? text : String($0) }.joined()
    }
}

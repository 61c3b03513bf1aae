/// What stands before the edited line: coloured pieces of text, all on one row.
///
/// Text from elsewhere (node names) is safe here: control characters are shown, never sent. If the text has newlines, the
/// rows above the last are printed before the line is edited.
public struct Prompt: Sendable, Equatable {
    /// The colour of a piece: an SGR parameter list as `1;32`.
    public struct Style: Sendable, Equatable {
        let parameters: String

        /// Digits and semicolons; anything else is dropped.
        public init(_ parameters: String) {
            self.parameters = String(parameters.unicodeScalars.filter { ("0"..."9").contains($0) || $0 == ";" })
        }

        public static let bold = Style("1")
        public static let dim = Style("2")
        public static let red = Style("31")
        public static let green = Style("32")
        public static let yellow = Style("33")
        public static let blue = Style("34")
        public static let cyan = Style("36")
    }

    private struct Piece: Sendable, Equatable {
        var text: String
        var style: Style?
    }

    private var pieces: [Piece] = []

    /// A prompt of plain text, for example `beamsh(1)> `.
    public init(_ text: String = "") { append(text) }

    /// Adds `text` in `style`.
    public mutating func append(_ text: String, style: Style? = nil) {
        let safe = TerminalText.sanitised(text, allowingColour: false)
            .replacing("\t", with: " ")
        if !safe.isEmpty { pieces.append(Piece(text: safe, style: style)) }
    }

    /// The text without colours.
    public var text: String { pieces.map(\.text).joined() }

    /// The prompt as the terminal gets it: the rows to print first, and the last row with each escape sequence between two
    /// characters `mark`, which libedit does not count.
    func rendered(colour: Bool, mark: Unicode.Scalar) -> (above: [String], last: String, columns: Int) {
        var rows: [(plain: String, painted: String)] = [("", "")]
        for piece in pieces {
            for (index, part) in piece.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                if index > 0 { rows.append(("", "")) }
                guard !part.isEmpty else { continue }
                rows[rows.count - 1].plain += part
                guard colour, let style = piece.style else {
                    rows[rows.count - 1].painted += part
                    continue
                }
                rows[rows.count - 1].painted +=
                    "\(mark)\u{1B}[\(style.parameters)m\(mark)\(part)\(mark)\u{1B}[0m\(mark)"
            }
        }
        var last = rows.removeLast()
        // libedit attaches a sequence to the character after it, so the last one needs a character.
        if last.painted.unicodeScalars.last == mark {
            last.plain += " "
            last.painted += " "
        }
        let above = rows.map { row in String(row.painted.unicodeScalars.filter { $0 != mark }) }
        return (above, last.painted, LineGeometry.columns(of: last.plain))
    }
}

// The screen of a terminal, as far as line editors draw on it: an xterm of fixed size that wraps softly and scrolls up.
//
// Understood: printing with wide and combining characters and the pending wrap at the margin, CR LF BS TAB, cursor movement,
// erasing, inserting and deleting of characters and lines, insert mode, ESC 7/8, bracketed-paste mode, resizing with reflow
// (as tmux, VTE and most others do). Colours, titles and other modes are read over. Not: scroll regions, the alternate screen.

/// A terminal screen fed with bytes and read as text.
public struct VirtualScreen: Sendable {
    struct Cell: Sendable, Equatable {
        var text = " "
        /// 0 in the right half of a wide character.
        var width = 1
        static let blank = Cell()
    }

    struct Row: Sendable {
        var cells: [Cell]
        /// Whether the text goes on in the next row because the margin was reached.
        var isWrapped = false

        init(columns: Int) { cells = Array(repeating: .blank, count: columns) }

        var text: String {
            var text = cells.filter { $0.width > 0 }.map(\.text).joined()
            while text.last == " " { text.removeLast() }
            return text
        }
    }

    public internal(set) var columns: Int
    public internal(set) var rows: Int
    /// The cursor, from 0.
    public internal(set) var cursorRow = 0
    public internal(set) var cursorColumn = 0
    /// Whether the program asked for bracketed paste.
    public internal(set) var isBracketedPasteOn = false
    /// Number of bells.
    public internal(set) var bells = 0
    /// Whether any colour or attribute was set so far.
    public internal(set) var hasSeenColour = false
    /// Rows that have left the screen at the top.
    public internal(set) var scrollback: [String] = []

    var grid: [Row]
    var isWrapPending = false
    var isInserting = false
    private var savedCursor = (row: 0, column: 0)
    private var parser = EscapeParser()

    public init(columns: Int = 80, rows: Int = 24) {
        self.columns = columns
        self.rows = rows
        grid = Array(repeating: Row(columns: columns), count: rows)
    }

    /// The rows without the spaces at their ends.
    public var lines: [String] { grid.map(\.text) }

    /// Scrollback and screen up to the last row that is not empty, joined by newlines.
    public var text: String {
        var all = scrollback + lines
        while all.last == "" { all.removeLast() }
        return all.joined(separator: "\n")
    }

    /// As `text`, with rows that wrapped softly joined again (screen only).
    public var unwrappedText: String {
        var text = ""
        for row in grid {
            text += row.isWrapped ? row.cells.filter { $0.width > 0 }.map(\.text).joined() : row.text + "\n"
        }
        while text.last == "\n" { text.removeLast() }
        return text
    }

    /// The row of the cursor.
    public var cursorLine: String { lines[cursorRow] }

    /// Draws what a program has written.
    public mutating func feed(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            if let action = parser.next(byte) { perform(action) }
        }
    }

    private mutating func perform(_ action: EscapeParser.Action) {
        switch action {
        case .print(let scalar): put(scalar)
        case .control(let byte): control(byte)
        case .escape(let byte): escape(byte)
        case .sequence(let final, let prefix, let parameters): sequence(final, prefix, parameters)
        }
    }

    private mutating func put(_ scalar: Unicode.Scalar) {
        let width = Self.width(of: scalar)
        guard width > 0 else {
            let column = max(0, isWrapPending ? cursorColumn : cursorColumn - 1)
            grid[cursorRow].cells[column].text.unicodeScalars.append(scalar)
            return
        }
        if isWrapPending || cursorColumn + width > columns {
            grid[cursorRow].isWrapped = true
            isWrapPending = false
            cursorColumn = 0
            lineFeed()
        }
        if isInserting { insertBlanks(width) }
        grid[cursorRow].cells[cursorColumn] = Cell(text: String(Character(scalar)), width: width)
        if width == 2 { grid[cursorRow].cells[cursorColumn + 1] = Cell(text: "", width: 0) }
        cursorColumn += width
        if cursorColumn >= columns {
            cursorColumn = columns - 1
            isWrapPending = true
        }
        if cursorColumn == columns - 1, !isWrapPending { grid[cursorRow].isWrapped = false }
    }

    private mutating func control(_ byte: UInt8) {
        switch byte {
        case 0x07: bells += 1
        case 0x08: move(toColumn: cursorColumn - 1)
        case 0x09: move(toColumn: (cursorColumn / 8 + 1) * 8)
        case 0x0A, 0x0B, 0x0C:
            isWrapPending = false
            lineFeed()
        case 0x0D: move(toColumn: 0)
        default: break
        }
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "7"): savedCursor = (cursorRow, cursorColumn)
        case UInt8(ascii: "8"):
            move(toRow: savedCursor.row)
            move(toColumn: savedCursor.column)
        case UInt8(ascii: "D"): lineFeed()
        case UInt8(ascii: "E"):
            move(toColumn: 0)
            lineFeed()
        case UInt8(ascii: "M"): if cursorRow > 0 { cursorRow -= 1 } else { insertRows(1) }
        default: break
        }
    }

    mutating func move(toColumn column: Int) {
        cursorColumn = min(max(0, column), columns - 1)
        isWrapPending = false
    }

    mutating func move(toRow row: Int) {
        cursorRow = min(max(0, row), rows - 1)
        isWrapPending = false
    }

    mutating func lineFeed() {
        guard cursorRow == rows - 1 else {
            cursorRow += 1
            return
        }
        scrollback.append(grid.removeFirst().text)
        grid.append(Row(columns: columns))
    }
}

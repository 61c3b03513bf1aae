internal import CLibEdit

/// Where libedit draws what: the screen position of each character of an edited line.
///
/// libedit keeps its cursor to itself, so everything that paints around the edited line (messages above the prompt,
/// completion lists, resizing) computes the position again, by the rules of libedit's refresh: a wide character never
/// straddles the margin, a full row moves on at once, a tab goes to the next multiple of eight, a control character is
/// two columns (`^X`), a combining mark none. Widths are those of `wcwidth`, so the locale must be UTF-8.
public struct LineGeometry: Equatable, Sendable {
    /// Rows below the first row of the prompt.
    public private(set) var row = 0
    /// Columns from the left margin, always less than the width of the terminal.
    public private(set) var column = 0
    private let columns: Int

    /// The position after a prompt of `promptColumns` columns. A width below two counts as 80, as in libedit.
    public init(promptColumns: Int = 0, columns: Int) {
        self.columns = columns < 2 ? 80 : columns
        row = max(0, promptColumns) / self.columns
        column = max(0, promptColumns) % self.columns
    }

    /// Moves past one character of the edited line.
    public mutating func advance(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\n":
            column = 0
            row += 1
        case "\t":
            repeat { put(width: 1) } while column % 8 != 0
        default:
            Self.width(of: scalar).forEachCell { put(width: $0) }
        }
    }

    /// Moves past all of `scalars`.
    public mutating func advance(over scalars: some Sequence<Unicode.Scalar>) {
        for scalar in scalars { advance(scalar) }
    }

    private mutating func put(width: Int) {
        if column + width > columns {
            column = 0
            row += 1
        }
        column += width
        if column >= columns {
            column = 0
            row += 1
        }
    }

    /// How a character is drawn: as one glyph, or as several of one column each.
    private enum Drawn {
        case glyph(Int)
        case spelled(Int)

        func forEachCell(_ body: (Int) -> Void) {
            switch self {
            case .glyph(let width): body(width)
            case .spelled(let count): for _ in 0..<count { body(1) }
            }
        }
    }

    private static func width(of scalar: Unicode.Scalar) -> Drawn {
        if scalar.value < 0x20 || scalar.value == 0x7F { return .spelled(2) }
        if scalar.value < 0x7F { return .glyph(1) }
        let width = cle_width(wchar_t(bitPattern: scalar.value))
        // Not printable in the locale: libedit spells it `\U+xxxx`.
        if width < 0 { return .spelled(scalar.value > 0xFFFF ? 8 : 7) }
        return .glyph(Int(width))
    }

    /// Columns that `text` takes on a row of unlimited width.
    public static func columns(of text: String) -> Int {
        var total = 0
        for scalar in text.unicodeScalars { width(of: scalar).forEachCell { total += $0 } }
        return total
    }
}

/// The row of the cursor below the first row of the prompt.
///
/// - Parameters:
///   - promptColumns: columns that the prompt takes, without its colours.
///   - text: the edited line.
///   - cursor: characters (Unicode scalars) of `text` before the cursor.
///   - columns: width of the terminal.
public func cursorRow(promptColumns: Int, text: String, cursor: Int, columns: Int) -> Int {
    var geometry = LineGeometry(promptColumns: promptColumns, columns: columns)
    geometry.advance(over: text.unicodeScalars.prefix(max(0, cursor)))
    return geometry.row
}

/// Resizing with reflow: rows that wrapped softly are one line, which is wrapped again at the new width.
extension VirtualScreen {
    public mutating func resize(columns newColumns: Int, rows newRows: Int) {
        var rewrapped: [Row] = []
        var cursor = (row: 0, column: 0)
        var line: [Cell] = []
        var cursorOffset: Int?
        let lastUsed = max(cursorRow, grid.lastIndex { $0.text != "" } ?? 0)
        for (index, row) in grid[...lastUsed].enumerated() {
            if index == cursorRow { cursorOffset = line.count + cursorColumn + (isWrapPending ? 1 : 0) }
            line += row.cells
            if row.isWrapped, index < lastUsed { continue }
            let used = (line.lastIndex { $0 != .blank } ?? -1) + 1
            let pieces = Self.wrap(line[..<used], columns: newColumns)
            if let offset = cursorOffset {
                var start = 0
                var piece = 0
                while piece < pieces.count - 1, start + pieces[piece].count <= offset {
                    start += pieces[piece].count
                    piece += 1
                }
                cursor = (rewrapped.count + piece, min(offset - start, newColumns - 1))
                cursorOffset = nil
            }
            for (number, piece) in pieces.enumerated() {
                var row = Row(columns: newColumns)
                row.cells.replaceSubrange(..<piece.count, with: piece)
                row.isWrapped = number < pieces.count - 1
                rewrapped.append(row)
            }
            line = []
        }
        columns = newColumns
        rows = newRows
        let overflow = max(0, rewrapped.count - newRows)
        scrollback += rewrapped.prefix(overflow).map(\.text)
        grid = Array(rewrapped.dropFirst(overflow))
        grid += Array(repeating: Row(columns: columns), count: rows - grid.count)
        isWrapPending = false
        move(toRow: cursor.row - overflow)
        move(toColumn: cursor.column)
    }

    private static func wrap(_ cells: ArraySlice<Cell>, columns: Int) -> [[Cell]] {
        var pieces: [[Cell]] = [[]]
        for cell in cells {
            let needed = cell.width == 2 ? 2 : 1
            if cell.width > 0, (pieces.last?.count ?? 0) + needed > columns { pieces.append([]) }
            if (pieces.last?.count ?? 0) < columns { pieces[pieces.count - 1].append(cell) }
        }
        return pieces
    }
}

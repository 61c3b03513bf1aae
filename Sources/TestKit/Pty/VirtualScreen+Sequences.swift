/// Control sequences (ECMA-48 `CSI`).
extension VirtualScreen {
    mutating func sequence(_ final: UInt8, _ prefix: UInt8?, _ parameters: [Int]) {
        let first = parameters.first ?? 0
        let count = max(1, first)
        if let prefix {
            if prefix == UInt8(ascii: "?"), parameters.contains(2004) {
                isBracketedPasteOn = final == UInt8(ascii: "h")
            }
            return
        }
        switch Character(Unicode.Scalar(final)) {
        case "A": move(toRow: cursorRow - count)
        case "B", "e": move(toRow: cursorRow + count)
        case "C", "a": move(toColumn: cursorColumn + count)
        case "D": move(toColumn: cursorColumn - count)
        case "E":
            move(toRow: cursorRow + count)
            move(toColumn: 0)
        case "F":
            move(toRow: cursorRow - count)
            move(toColumn: 0)
        case "G", "`": move(toColumn: count - 1)
        case "d": move(toRow: count - 1)
        case "H", "f":
            move(toRow: count - 1)
            move(toColumn: max(1, parameters.dropFirst().first ?? 1) - 1)
        case "J": eraseDisplay(first)
        case "K": eraseRow(first)
        case "@": insertBlanks(count)
        case "P": deleteCells(count)
        case "X": for column in cursorColumn..<min(columns, cursorColumn + count) { blank(column) }
        case "L": insertRows(count)
        case "M": deleteRows(count)
        case "h": if parameters.contains(4) { isInserting = true }
        case "l": if parameters.contains(4) { isInserting = false }
        case "m": if parameters.contains(where: { $0 != 0 }) { hasSeenColour = true }
        default: break
        }
    }

    private mutating func blank(_ column: Int) { grid[cursorRow].cells[column] = .blank }

    private mutating func eraseDisplay(_ mode: Int) {
        switch mode {
        case 0:
            eraseRow(0)
            for row in (cursorRow + 1)..<max(rows, cursorRow + 1) { grid[row] = Row(columns: columns) }
        case 1:
            eraseRow(1)
            for row in 0..<cursorRow { grid[row] = Row(columns: columns) }
        default: for row in 0..<rows { grid[row] = Row(columns: columns) }
        }
    }

    private mutating func eraseRow(_ mode: Int) {
        let range = mode == 0 ? cursorColumn..<columns : mode == 1 ? 0..<(cursorColumn + 1) : 0..<columns
        for column in range { blank(column) }
        if mode != 1 { grid[cursorRow].isWrapped = false }
        isWrapPending = false
    }

    mutating func insertBlanks(_ count: Int) {
        let count = min(count, columns - cursorColumn)
        grid[cursorRow].cells.removeLast(count)
        grid[cursorRow].cells.insert(contentsOf: Array(repeating: .blank, count: count), at: cursorColumn)
    }

    private mutating func deleteCells(_ count: Int) {
        let count = min(count, columns - cursorColumn)
        grid[cursorRow].cells.removeSubrange(cursorColumn..<(cursorColumn + count))
        grid[cursorRow].cells.append(contentsOf: Array(repeating: .blank, count: count))
        grid[cursorRow].isWrapped = false
    }

    mutating func insertRows(_ count: Int) {
        let count = min(count, rows - cursorRow)
        grid.removeLast(count)
        grid.insert(contentsOf: Array(repeating: Row(columns: columns), count: count), at: cursorRow)
    }

    private mutating func deleteRows(_ count: Int) {
        let count = min(count, rows - cursorRow)
        grid.removeSubrange(cursorRow..<(cursorRow + count))
        grid.append(contentsOf: Array(repeating: Row(columns: columns), count: count))
    }
}

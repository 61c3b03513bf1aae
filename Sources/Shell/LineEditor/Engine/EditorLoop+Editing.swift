internal import CLibEdit

/// Rows in one buffer, and pasting. Each function is a libedit command and returns a CC_ code.
extension EditorLoop {
    func enter() -> UInt8 {
        let text = snapshot.text
        guard text.contains(where: { !$0.isWhitespace }) else { return submit() }
        switch configuration.completeness(text) {
        case .complete: return submit()
        case .incomplete(let indentation): return startRow(indentation: indentation)
        }
    }

    private func submit() -> UInt8 {
        push(submitKey)
        return UInt8(CC_NORM)
    }

    func startRow(indentation: Int) -> UInt8 {
        let spaces = String(repeating: " ", count: max(0, min(indentation, columns / 2)))
        return insert("\n" + spaces) ? UInt8(CC_REFRESH) : UInt8(CC_ERROR)
    }

    func moveUp() -> UInt8 {
        let snapshot = snapshot
        guard let end = snapshot.scalars[..<snapshot.cursor].lastIndex(of: "\n") else {
            // Without any entry libedit empties the line.
            guard hasHistory else { return UInt8(CC_ERROR) }
            push(PrivateKey.previousEntry)
            return UInt8(CC_NORM)
        }
        let start = Self.rowStart(snapshot.scalars, before: end)
        moveCursor(to: min(start + snapshot.cursor - end - 1, end))
        return UInt8(CC_CURSOR)
    }

    func moveDown() -> UInt8 {
        let snapshot = snapshot
        guard let end = snapshot.scalars[snapshot.cursor...].firstIndex(of: "\n") else {
            guard hasHistory else { return UInt8(CC_ERROR) }
            push(PrivateKey.nextEntry)
            return UInt8(CC_NORM)
        }
        let column = snapshot.cursor - Self.rowStart(snapshot.scalars, before: snapshot.cursor)
        let nextEnd = snapshot.scalars[(end + 1)...].firstIndex(of: "\n") ?? snapshot.scalars.count
        moveCursor(to: min(end + 1 + column, nextEnd))
        return UInt8(CC_CURSOR)
    }

    func moveToRowStart() -> UInt8 {
        let snapshot = snapshot
        let start = Self.rowStart(snapshot.scalars, before: snapshot.cursor)
        moveCursor(to: start == snapshot.cursor ? 0 : start)
        return UInt8(CC_CURSOR)
    }

    func moveToRowEnd() -> UInt8 {
        let snapshot = snapshot
        let end = snapshot.scalars[snapshot.cursor...].firstIndex(of: "\n") ?? snapshot.scalars.count
        moveCursor(to: end == snapshot.cursor ? snapshot.scalars.count : end)
        return UInt8(CC_CURSOR)
    }

    private static func rowStart(_ scalars: [Unicode.Scalar], before position: Int) -> Int {
        scalars[..<position].lastIndex(of: "\n").map { $0 + 1 } ?? 0
    }

    /// Everything up to `ESC [ 201 ~` goes into the buffer: pasted text never runs by itself.
    func paste() -> UInt8 {
        readSize = 4096
        defer { readSize = 1 }
        var pasted = PasteBuffer()
        while !pasted.isComplete {
            guard let scalar = readScalar() else { return UInt8(CC_ERROR) }
            pasted.append(scalar)
        }
        let snapshot = snapshot
        let isAtEnd = snapshot.cursor == snapshot.scalars.count
        return insert(pasted.text(trimmingNewlines: isAtEnd)) ? UInt8(CC_REFRESH) : UInt8(CC_ERROR)
    }
}

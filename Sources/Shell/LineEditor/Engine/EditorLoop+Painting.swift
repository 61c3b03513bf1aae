internal import CLibEdit
internal import Glibc

/// Painting around the edited line. libedit redraws the line from wherever the cursor is; getting there is ours.
extension EditorLoop {
    /// At most about 30 repaints a second, in nanoseconds.
    static let repaintInterval: Int64 = 33_000_000

    func write(_ text: String) {
        guard let editor else { return }
        var text = text
        text.withUTF8 { cle_write(editor, $0.baseAddress, $0.count) }
    }

    func updateWindowSize() {
        var width: Int32 = 0
        var height: Int32 = 0
        guard cle_window_size(&width, &height) == 0 else { return }
        columns = Int(width)
        rows = max(1, Int(height))
    }

    func setBracketedPaste(_ isOn: Bool) {
        guard !isDumb, isEmacs, isEditing else { return }
        write(isOn ? "\u{1B}[?2004h" : "\u{1B}[?2004l")
        cle_terminal_set_bracketed_paste(isOn ? 1 : 0)
    }

    private func geometry(of scalars: some Sequence<Unicode.Scalar>) -> LineGeometry {
        var geometry = LineGeometry(promptColumns: promptColumns, columns: columns)
        geometry.advance(over: scalars)
        return geometry
    }

    /// Goes to the first row of the prompt and clears from there.
    func eraseLine() {
        if isDumb || !isEditing { return write("\r\n") }
        let snapshot = snapshot
        let row = min(geometry(of: snapshot.scalars.prefix(snapshot.cursor)).row, rows - 1)
        write(row > 0 ? "\r\u{1B}[\(row)A\u{1B}[J" : "\r\u{1B}[J")
    }

    /// Draws prompt and line from the cursor on.
    func repaint() {
        if let editor, isEditing { cle_refresh(editor) }
    }

    /// Goes behind the last character of the line and writes `note`, then to a new row.
    func leaveLine(showing note: String) {
        let snapshot = snapshot
        let end = geometry(of: snapshot.scalars)
        let down = min(end.row - geometry(of: snapshot.scalars.prefix(snapshot.cursor)).row, rows - 1)
        // A question has left it already.
        if !isDumb, isEditing, !isAsking {
            if down > 0 { write("\u{1B}[\(down)B") }
            write(end.column > 0 ? "\r\u{1B}[\(end.column)C" : "\r")
        }
        // Without editing the terminal has echoed the key.
        write((isEditing ? note : "") + "\r\n")
        if let editor { cle_flush(editor) }
    }

    /// Goes to an empty row under the line.
    func openSpaceBelow() {
        leaveLine(showing: "")
        if !isDumb { write("\u{1B}[J") }
    }

    /// Writes `rows` from the cursor on and draws the line again under them.
    func list(_ rows: [String]) {
        for row in rows { write(row + "\r\n") }
        repaint()
    }

    /// Prints the waiting messages above the line.
    func showMessages() {
        eraseLine()
        for message in messages { write(message.replacing("\n", with: "\r\n") + "\r\n") }
        messages.removeAll(keepingCapacity: true)
        repaint()
        if let editor { cle_flush(editor) }
        lastPainted = Self.now()
        finishFlushes()
    }

    /// Nanoseconds until waiting messages may be shown; nil if there are none.
    var messageDelay: Int64? {
        guard !messages.isEmpty || !flushes.isEmpty, !isAsking else { return nil }
        return max(0, lastPainted + Self.repaintInterval - Self.now())
    }

    static func now() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
    }
}

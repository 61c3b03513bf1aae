internal import CLibEdit
internal import Glibc

/// The edited text, between libedit's wide characters and Swift.
extension EditorLoop {
    /// The text and the cursor in characters.
    struct Snapshot: Equatable {
        var scalars: [Unicode.Scalar] = []
        var cursor = 0

        var text: String {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars)
            return String(view)
        }
    }

    var snapshot: Snapshot {
        guard let editor, let line = el_wline(editor)?.pointee, let start = line.buffer else { return Snapshot() }
        let count = start.distance(to: line.lastchar)
        let scalars = UnsafeBufferPointer(start: start, count: max(0, count)).map(Self.scalar)
        return Snapshot(scalars: scalars, cursor: min(scalars.count, max(0, start.distance(to: line.cursor))))
    }

    static func scalar(_ character: wchar_t) -> Unicode.Scalar {
        Unicode.Scalar(UInt32(bitPattern: character)) ?? "\u{FFFD}"
    }

    static func string(_ characters: UnsafeBufferPointer<wchar_t>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: characters.lazy.map(scalar))
        return String(view)
    }

    static func withWideCharacters(_ text: String, _ body: (UnsafePointer<wchar_t>) -> Void) {
        var characters = text.unicodeScalars.filter { $0.value != 0 }.map { wchar_t(bitPattern: $0.value) }
        characters.append(0)
        characters.withUnsafeBufferPointer { if let base = $0.baseAddress { body(base) } }
    }

    /// Inserts at the cursor; shows nothing. False if libedit has no room.
    @discardableResult
    func insert(_ text: String) -> Bool {
        guard let editor, !text.isEmpty else { return true }
        var status: Int32 = 0
        Self.withWideCharacters(text) { status = el_winsertstr(editor, $0) }
        return status == 0
    }

    /// Removes `count` characters before the cursor; shows nothing.
    func deleteBackward(_ count: Int) {
        if let editor, count > 0 { el_deletestr(editor, Int32(count)) }
    }

    /// Moves the cursor to `position`; shows nothing.
    func moveCursor(to position: Int) {
        if let editor { el_cursor(editor, Int32(position - snapshot.cursor)) }
    }

    func replaceText(with text: String) {
        guard let editor else { return }
        Self.withWideCharacters(text) { _ = el_wreplacestr(editor, $0) }
        moveCursor(to: snapshot.scalars.count)
    }

    /// Lets libedit read `keys` before the terminal.
    func push(_ keys: String) {
        if let editor { el_push(editor, keys) }
    }
}

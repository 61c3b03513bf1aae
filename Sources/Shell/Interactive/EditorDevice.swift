internal import Glibc
internal import Node
internal import Support

/// The prompt as a device of the I/O protocol: for processes that print and ask, and lent to a remote shell.
final class EditorDevice: RemoteTerminal {
    private struct Partial {
        var text = ""
        var generation = 0
    }

    private let editor: LineEditor
    private let turns: Turns
    private let current: RunningTask
    /// Text without a newline: it may be the beginning of a prompt, or of a line that comes in pieces.
    private let partial = Locked(Partial())

    init(editor: LineEditor, turns: Turns, current: RunningTask) {
        self.editor = editor
        self.turns = turns
        self.current = current
    }

    func print(_ text: String) {
        let (lines, waits): (Substring?, Int?) = partial.withLock { partial in
            partial.text += text
            partial.generation += 1
            var lines: Substring?
            if let end = partial.text.lastIndex(of: "\n") {
                lines = partial.text[..<end]
                partial.text = String(partial.text[partial.text.index(after: end)...])
            }
            return (lines, partial.text.isEmpty ? nil : partial.generation)
        }
        if let lines { editor.post(message: String(lines)) }
        guard let waits else { return }
        Task.detached { [self] in
            try? await Task.sleep(nanoseconds: 100_000_000)
            let rest = partial.withLock { $0.generation == waits ? $0.text : "" }
            if !rest.isEmpty, take() == rest { editor.post(message: rest) }
        }
    }

    private func take() -> String {
        partial.withLock { partial in
            partial.generation += 1
            defer { partial.text = "" }
            return partial.text
        }
    }

    func readLine(prompt: String, isHidden: Bool) async -> IOInput {
        await turns.take()
        defer { turns.give() }
        let prompt = take() + prompt
        // Only the last row of a prompt stands before what is typed.
        let rows = prompt.split(separator: "\n", omittingEmptySubsequences: false)
        if rows.count > 1 { editor.post(message: rows.dropLast().joined(separator: "\n")) }
        let last = String(rows.last ?? "")
        if isHidden {
            await editor.flush()
            return await HiddenInput.read(prompt: last)
        }
        switch await editor.readLine(prompt: Prompt(last)) {
        case .line(let line): return .line(line + "\n")
        case .interrupted:
            if !current.isLent { current.cancel() }
            return .interrupted
        case .endOfFile, .terminated: return .endOfInput
        }
    }

    func onInterrupt(_ handler: (@Sendable () -> Void)?) {
        current.isLent = handler != nil
        editor.setInterruptHandler(handler ?? { [current] in current.cancel() })
    }

    var size: (columns: Int, rows: Int)? {
        var size = winsize()
        guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return (80, 24) }
        return (Int(size.ws_col), Int(size.ws_row))
    }
}

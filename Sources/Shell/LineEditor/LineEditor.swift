// The line editor: libedit on a thread of its own, behind an asynchronous interface.
//
// What it does: reads one entry at a time (of one row or several) with history, completion, bracketed paste and the usual
// keys; prints messages of other threads above the prompt without disturbing what is being typed; reads the terminal's
// signals (Ctrl-C cancels the line, or reaches `setInterruptHandler` while no line is read; Ctrl-Z and fg; resizing; SIGTERM
// and SIGHUP end it); gives the terminal back as it was, however the process ends.
// What it does not: know nodes or languages (closures do), run without a terminal (`PlainLineReader` does), grapheme
// clusters (the cursor moves by code point, combining marks vanish on repaint), more than one step of undo, bracketed paste
// and escape-sequence keys in vi mode (there a lone ESC must act at once).
//
// Between threads: all libedit calls are on the editor's thread (`EditorLoop`), since libedit has no locks. Others put
// messages, read requests and completion answers in `EditorMailbox` and wake it. While a line is read, the thread waits in
// libedit's character reader, polling terminal, signals and mailbox; else it waits for the latter two.
// The program calls `TerminalSignals.blockBeforeThreads()` first thing in main.

internal import CLibEdit
internal import Glibc
internal import Support

/// The interactive prompt of a terminal.
public final class LineEditor: Sendable {
    /// Why there is no editor.
    public enum SetUpError: Error, Equatable, CustomStringConvertible {
        /// Standard input or standard output is not a terminal: read with `PlainLineReader`.
        case notATerminal
        /// The system gave no thread.
        case noThread

        public var description: String {
            switch self {
            case .notATerminal: "standard input and output are not both a terminal"
            case .noThread: "the system has no thread for the line editor"
            }
        }
    }

    private let mailbox = EditorMailbox()

    /// Takes over standard input and output, which must both be terminals. One editor a process.
    public init(_ configuration: Configuration) throws(SetUpError) {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { throw .notATerminal }
        Self.prepareLocale()
        cle_terminal_save()
        let mailbox = mailbox
        let isStarted = DetachedThread.start(named: "editor", stackSize: 8 << 20) {
            let loop = EditorLoop(mailbox: mailbox, configuration: configuration)
            loop.run()
            mailbox.finish()
        }
        guard isStarted else { throw .noThread }
    }

    /// Makes LC_CTYPE a UTF-8 locale: the environment's, else C.UTF-8. libedit drops typed characters without it.
    ///
    /// The editor does it too; call it where widths are computed without an editor. Before there are other threads.
    @discardableResult
    public static func prepareLocale() -> Bool { cle_prepare_locale() != 0 }

    /// Shows `prompt` and reads an entry. One call at a time; cancelling the task gives `.interrupted`.
    ///
    /// The entry goes to the history. Whoever printed before must have ended with a newline.
    public func readLine(prompt: Prompt) async -> LineEvent {
        let id = mailbox.newRequestID()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                mailbox.request(.init(id: id, prompt: prompt, continuation: continuation))
            }
        } onCancel: {
            mailbox.cancelRequest(id)
        }
    }

    /// Prints `message` and a newline: above the prompt while a line is read, else as it comes. From any thread; never waits.
    ///
    /// Control characters other than newline, tab and colours are made visible. Messages keep their order and none is lost;
    /// many at once are printed together, at most about 30 times a second.
    public func post(message: String) {
        let text = TerminalText.sanitised(message, allowingColour: true)
        if !mailbox.post(text) { Self.printPlainly(text) }
    }

    /// Returns when the messages posted so far are on the screen.
    public func flush() async {
        await withCheckedContinuation { mailbox.flush($0) }
    }

    /// Sets what Ctrl-C does while no line is read. Called on the editor's thread: it should only pass the word on.
    public func setInterruptHandler(_ handler: (@Sendable () -> Void)?) { mailbox.setInterruptHandler(handler) }

    /// Sets what SIGTERM and SIGHUP do while no line is read; the next `readLine` returns `.terminated` in any case.
    public func setTerminationHandler(_ handler: (@Sendable (_ signal: Int32) -> Void)?) {
        mailbox.setTerminationHandler(handler)
    }

    /// Ends the editor and restores the terminal; a pending `readLine` returns `.endOfFile`. Messages are printed first.
    public func close() async {
        mailbox.close()
        await withCheckedContinuation { mailbox.waitForFinish($0) }
    }

    private static func printPlainly(_ text: String) {
        var rest = Array((text + "\n").utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0 && errno != EINTR { return }
            rest = rest.dropFirst(max(0, count))
        }
    }
}

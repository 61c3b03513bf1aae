// Drives a program in a pseudo-terminal: keys in, rendered screen out.
//
// A thread reads the terminal into a `VirtualScreen` and wakes whoever waits for something to appear; there is no sleeping.
// The child is leader of its own session with the pty as controlling terminal, so Ctrl-C, Ctrl-Z and resizing work as at a
// desk. Not: several terminals of one child.

internal import Glibc
internal import Support

/// A program in a terminal of its own.
public final class PtyProcess: Sendable {
    /// Something did not happen in time, or could not be started.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// How the program ended.
    public enum Exit: Sendable, Equatable {
        case code(Int32)
        case signal(Int32)
    }

    struct State {
        var screen: VirtualScreen
        var waiters: [Int: Waiter] = [:]
        var nextWaiter = 0
        /// Once the program is gone and all its output is drawn.
        var exit: Exit?
    }

    struct Waiter {
        let isSatisfied: @Sendable (VirtualScreen, Exit?) -> Bool
        let deadline: Int64
        let continuation: CheckedContinuation<Bool, Never>
    }

    public let pid: Int32
    let master: Int32
    let state: Locked<State>
    let wakeUp: (reading: Int32, writing: Int32)

    /// Starts `executable` with `arguments` (not counting its name) and exactly `environment`; TERM is xterm unless given.
    public init(
        _ executable: String, arguments: [String] = [], environment: [String: String] = [:], columns: Int = 80,
        rows: Int = 24
    ) throws(Failure) {
        setlocale(LC_CTYPE, "C.UTF-8")
        let environment = environment.merging(["TERM": "xterm"]) { given, _ in given }
        (master, pid) = try Self.spawn(executable, arguments, environment, columns: columns, rows: rows)
        state = Locked(State(screen: VirtualScreen(columns: columns, rows: rows)))
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Failure(description: "pipe failed") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        wakeUp = (ends[0], ends[1])
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<PtyProcess>.fromOpaque(context).takeRetainedValue().serve() }
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        pthread_detach(thread)
    }

    deinit {
        close(master)
        close(wakeUp.reading)
        close(wakeUp.writing)
    }

    /// The screen as it is now.
    public var screen: VirtualScreen { state.withLock { $0.screen } }

    /// How the program ended, if it has.
    public var exit: Exit? { state.withLock { $0.exit } }

    /// Types `text`; LF is not Enter, CR is (`PtyKey.enter`).
    public func type(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
            if count < 0 && errno != EINTR && errno != EAGAIN { return }
            rest = rest.dropFirst(max(0, count))
        }
    }

    /// Presses `key`, `times` over.
    public func press(_ key: PtyKey, times: Int = 1) { type(String(repeating: key.rawValue, count: times)) }

    /// Types `line` and Enter.
    public func enter(_ line: String) { type(line + PtyKey.enter.rawValue) }

    /// Pastes `text` as terminals do: newlines as CR, in brackets if the program asked for them.
    public func paste(_ text: String) {
        let body = text.replacing("\n", with: "\r")
        type(screen.isBracketedPasteOn ? "\u{1B}[200~\(body)\u{1B}[201~" : body)
    }

    /// Changes the size of the terminal; the program gets SIGWINCH.
    public func resize(columns: Int, rows: Int) {
        state.withLock { $0.screen.resize(columns: columns, rows: rows) }
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    /// Sends `signal` to the program.
    public func send(signal: Int32) { _ = Glibc.kill(pid, signal) }

    /// Whether the terminal echoes, edits lines itself and makes signals: as shells leave it.
    public var isCooked: Bool {
        var modes = termios()
        guard tcgetattr(master, &modes) == 0 else { return false }
        let wanted = tcflag_t(ECHO | ICANON | ISIG)
        return modes.c_lflag & wanted == wanted
    }

    /// Ends the program if it runs, and waits until it is gone.
    public func kill() async {
        if exit == nil { send(signal: SIGKILL) }
        _ = await wait(seconds: 10) { _, exit in exit != nil }
    }
}

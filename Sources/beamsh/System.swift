internal import Glibc
internal import Logging
internal import Shell
internal import Support

/// What the node has to tell: shown above the prompt, on standard error with `--verbose`, else nowhere.
final class Notices: Sendable {
    private let sink: Locked<@Sendable (String) -> Void>

    init(output: StandardOutput, isVerbose: Bool) {
        let silent: @Sendable (String) -> Void = { _ in }
        let verbose: @Sendable (String) -> Void = { output.writeError($0 + "\n") }
        sink = Locked(isVerbose ? verbose : silent)
    }

    func show(_ sink: @escaping @Sendable (String) -> Void) { self.sink.withLock { $0 = sink } }

    func post(_ text: String) {
        let sink = sink.withLock { $0 }
        sink(text)
    }
}

/// Logs to the notices.
struct NoticeHandler: LogHandler {
    let notices: Notices
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    init(notices: Notices) { self.notices = notices }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { notices.post(event.message.description) }
}

/// Signals that end a program without a prompt.
final class Stop: Sendable {
    private struct State {
        var signal: Int32?
        var waiter: CheckedContinuation<Bool, Never>?
        var action: (@Sendable () -> Void)?
    }

    private let state = Locked(State())

    /// Notes a signal; true if it was not the first.
    func signal(_ number: Int32) -> Bool {
        let (isSecond, waiter, action) = state.withLock { state in
            let isSecond = state.signal != nil
            state.signal = number
            let waiter = state.waiter
            state.waiter = nil
            return (isSecond, waiter, state.action)
        }
        waiter?.resume(returning: true)
        action?()
        return isSecond
    }

    /// What the first signal does; at once if it has been.
    func onSignal(_ action: @escaping @Sendable () -> Void) {
        let isLate = state.withLock { state in
            state.action = action
            return state.signal != nil
        }
        if isLate { action() }
    }

    var received: Int32? { state.withLock { $0.signal } }

    /// Waits for a signal.
    func wait() async -> Bool {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.signal != nil { return true }
                state.waiter = continuation
                return false
            }
            if isOver { continuation.resume(returning: true) }
        }
    }
}

/// Blocking reads of a child node, off the cooperative pool.
enum Descriptor {
    /// The first line, read byte by byte so that nothing behind it is taken.
    static func readLine(_ descriptor: Int32) -> String? {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while bytes.count < 1024, read(descriptor, &byte, 1) == 1 {
            if byte == 10 { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        return nil
    }

    /// Returns when the other end of the pipe is closed.
    static func waitForEnd(_ descriptor: Int32) async {
        var reader = PlainLineReader(descriptor: descriptor)
        while true {
            do {
                guard try await reader.next() != nil else { return }
            } catch {
                continue
            }
        }
    }
}

/// The terminal, as far as the executable asks it.
enum Terminal {
    static var width: Int {
        var size = winsize()
        guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    static var timeOfDay: String {
        var now = time(nil)
        var parts = tm()
        localtime_r(&now, &parts)
        let two = { (value: Int32) in value < 10 ? "0\(value)" : "\(value)" }
        return "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    }
}

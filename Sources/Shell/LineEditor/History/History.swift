internal import Glibc
internal import Support

/// What was entered before, in this shell and in others; kept in a file that parallel shells share.
///
/// Each entry is appended when it is entered, so nothing is lost when shells run side by side or crash. An entry is a whole
/// multi-line input. The file is mode 0600. Entries that begin with a space or that carry a cookie stay in memory: they can
/// be recalled in this session and are never written.
public final class History: Sendable {
    private struct State {
        var entries: [String] = []
        var generation = 0
        var lastFailure: Int32?
    }

    private let state = Locked(State())
    private let file: HistoryFile?
    /// How many entries are kept.
    public let limit: Int

    /// The history in the file at `path`, or in memory alone without one. Loads the last `limit` entries.
    ///
    /// No error: a file that cannot be read is an empty history, one that cannot be written is told by `lastFailure`.
    public init(path: String?, limit: Int = 10_000) {
        self.limit = max(1, limit)
        file = path.map(HistoryFile.init)
        let loaded = file?.load(limit: self.limit) ?? []
        state.withLock { $0.entries = loaded }
    }

    /// `$XDG_STATE_HOME/beamsh/history`, by default `~/.local/state/beamsh/history`; nil without a home directory.
    public static var defaultPath: String? {
        func variable(_ name: String) -> String? {
            guard let value = getenv(name), value.pointee == UInt8(ascii: "/") else { return nil }
            return String(cString: value)
        }
        if let state = variable("XDG_STATE_HOME") { return state + "/beamsh/history" }
        return variable("HOME").map { $0 + "/.local/state/beamsh/history" }
    }

    /// The entries from the oldest to the newest.
    public var entries: [String] { state.withLock { $0.entries } }

    /// errno of the last write that failed, if the last one did.
    public var lastFailure: Int32? { state.withLock { $0.lastFailure } }

    /// Changes when entries go away, so that the editor knows that its copy is stale.
    var generation: Int { state.withLock { $0.generation } }

    /// Adds `entry` as the newest. Returns false if it is blank or equals the newest one, which is then left as it is.
    ///
    /// Waits for the file's lock: not for the cooperative pool. The editor calls it on its own thread.
    @discardableResult
    public func append(_ entry: String) -> Bool {
        guard entry.contains(where: { !$0.isWhitespace }) else { return false }
        let limit = limit
        let isNew = state.withLock { state in
            guard state.entries.last != entry else { return false }
            state.entries.append(entry)
            if state.entries.count > limit { state.entries.removeFirst(state.entries.count - limit) }
            return true
        }
        if isNew, let file, !Self.isPrivate(entry) {
            let failure = file.append(entry)
            state.withLock { $0.lastFailure = failure }
        }
        return isNew
    }

    /// Forgets all entries, in memory and in the file.
    public func clear() {
        let failure = file?.clear()
        state.withLock { state in
            state.entries = []
            state.generation += 1
            state.lastFailure = failure
        }
    }

    /// Whether `entry` must not be written: it begins with a space or names a cookie.
    static func isPrivate(_ entry: String) -> Bool {
        if entry.first == " " { return true }
        let words = entry.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return ["--cookie", "setcookie", "set_cookie", "node cookie"].contains { words.contains($0) }
    }
}

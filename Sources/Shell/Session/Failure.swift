/// How a session ends (`design.md` 3). A contract: scripts depend on it.
public enum ExitCode: Int32, Sendable {
    case success = 0
    /// A command or expression failed.
    case failed = 1
    /// Usage or parse error.
    case usage = 2
    case nodeNotStarted = 3
    /// Peer unreachable or cookie refused.
    case unreachable = 4
    case timeout = 5
    case interrupted = 130
    case outputClosed = 141
}

/// A line that failed: one line of what, where in the source, and one hint.
public struct Failure: Error, Sendable {
    public var code: ExitCode
    public var message: String
    /// Where in the line, in Unicode scalars, and how many.
    public var place: (offset: Int, length: Int)?
    public var hint: String?
    /// The message is what `iex` or `erl` would print, and nothing is put before it.
    public var isException = false

    public init(
        _ code: ExitCode, _ message: String, at place: (offset: Int, length: Int)? = nil, hint: String? = nil
    ) {
        self.code = code
        self.message = message
        self.place = place
        self.hint = hint
    }
}

/// How the reading of a line ended.
public enum LineEvent: Sendable, Equatable {
    /// Enter: the whole entry, which may have several rows, without a newline at the end.
    case line(String)
    /// Ctrl-C, or the reading task was cancelled: what was typed is gone.
    case interrupted
    /// Ctrl-D on an empty line, or the terminal is gone.
    case endOfFile
    /// SIGTERM or SIGHUP: the shell should end.
    case terminated(signal: Int32)
}

/// Whether what was typed can be run.
public enum InputCompleteness: Sendable, Equatable {
    case complete
    /// Enter starts another row, indented by so many spaces.
    case incomplete(indentation: Int = 0)
}

/// What a line of input came to.
public enum IOInput: Sendable, Equatable {
    /// With its newline, unless the input ended without one.
    case line(String)
    case endOfInput
    /// The user gave the line up.
    case interrupted
}

/// Where a group leader prints and reads: a terminal, the pipes of a script, another process.
public protocol IODevice: Sendable {
    func print(_ text: String)
    /// Shows the prompt and reads a line. One call at a time for each group leader; several of them may share the device.
    ///
    /// - Parameter isHidden: what is typed is not shown.
    func readLine(prompt: String, isHidden: Bool) async -> IOInput
    /// Columns and rows; nothing if it is no terminal.
    var size: (columns: Int, rows: Int)? { get }
}

/// Prints with a closure, and has nothing to read.
struct OutputDevice: IODevice {
    let output: @Sendable (String) -> Void

    func print(_ text: String) { output(text) }
    func readLine(prompt: String, isHidden: Bool) async -> IOInput { .endOfInput }
    var size: (columns: Int, rows: Int)? { nil }
}

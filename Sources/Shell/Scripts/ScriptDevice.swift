internal import Glibc
public import Node

/// Standard output and input as a device of the I/O protocol, when there is no prompt.
public struct ScriptDevice: IODevice {
    private let output: StandardOutput

    public init(output: StandardOutput) { self.output = output }

    public func print(_ text: String) { output.write(text) }

    public func readLine(prompt: String, isHidden: Bool) async -> IOInput {
        let isTerminal = isatty(0) == 1
        if isHidden, isTerminal { return await HiddenInput.read(prompt: prompt) }
        // Nobody reads the prompts of a pipe.
        if isTerminal { output.write(prompt) }
        guard let line = try? await SharedLineReader.standardInput.next() else { return .endOfInput }
        return .line(line + "\n")
    }

    public var size: (columns: Int, rows: Int)? {
        var size = winsize()
        guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return (Int(size.ws_col), Int(size.ws_row))
    }
}

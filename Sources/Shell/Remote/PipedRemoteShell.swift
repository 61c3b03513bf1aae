internal import Node
public import Terms

/// The shell of another node without a terminal here: its input is standard input, line by line, and no prompt is shown.
public struct PipedRemoteShell {
    let session: Session
    let output: StandardOutput

    public init(session: Session, output: StandardOutput) {
        self.session = session
        self.output = output
    }

    /// Returns when the input or that shell has ended.
    public func run(_ target: Atom) async throws {
        try await RemoteShell(session: session, terminal: Pipes(output: output)).run(target, nil)
    }

    private final class Pipes: RemoteTerminal {
        private let device: ScriptDevice

        init(output: StandardOutput) { device = ScriptDevice(output: output) }

        func readLine(prompt: String, isHidden: Bool) async -> IOInput {
            await device.readLine(prompt: "", isHidden: isHidden)
        }
        func print(_ text: String) { device.print(text) }
        func onInterrupt(_ handler: (@Sendable () -> Void)?) {}
        var size: (columns: Int, rows: Int)? { (80, 24) }
    }
}

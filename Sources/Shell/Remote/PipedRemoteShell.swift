internal import Node
internal import Support
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
        private let reader = LineQueue()
        private let output: StandardOutput

        init(output: StandardOutput) { self.output = output }

        func readLine(prompt: String) async -> LineEvent { await reader.next() }
        func print(_ text: String) { output.write(text) }
        func onInterrupt(_ handler: (@Sendable () -> Void)?) {}
        var columns: Int { 80 }
        var rows: Int { 24 }
    }
}

/// The lines of standard input, one caller after another.
private actor LineQueue {
    private var reader: PlainLineReader? = PlainLineReader(descriptor: 0)

    func next() async -> LineEvent {
        guard var current = reader.take() else { return .endOfFile }
        let line = try? await current.next()
        reader = current
        return line.flatMap { $0 }.map { .line($0) } ?? .endOfFile
    }
}

import Node
import Support

/// A device that keeps what is printed, and has nothing to read.
final class Recorder: IODevice {
    private let text = Locked("")

    func print(_ text: String) { self.text.withLock { $0 += text } }
    func readLine(prompt: String, isHidden: Bool) async -> IOInput { .endOfInput }
    var size: (columns: Int, rows: Int)? { nil }

    /// What was printed since it was asked last.
    func take() -> String {
        text.withLock { text in
            defer { text = "" }
            return text
        }
    }
}

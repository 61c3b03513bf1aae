internal import Glibc
internal import Node
internal import Support

/// A line that is typed without being shown: a password.
enum HiddenInput {
    /// Reads from the terminal of this process, not through the editor; Ctrl-C gives up.
    static func read(prompt: String) async -> IOInput {
        await withCheckedContinuation { continuation in
            let isStarted = DetachedThread.start(named: "password", stackSize: 256 << 10) {
                continuation.resume(returning: readBlocking(prompt))
            }
            if !isStarted { continuation.resume(returning: .endOfInput) }
        }
    }

    private static func readBlocking(_ prompt: String) -> IOInput {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard terminal >= 0 else { return .endOfInput }
        defer { close(terminal) }
        var before = termios()
        guard tcgetattr(terminal, &before) == 0 else { return .endOfInput }
        var silent = before
        // Ctrl-C comes as a character, so that nobody else has to know that a password is being read.
        silent.c_lflag &= ~tcflag_t(ECHO | ISIG | ICANON)
        tcsetattr(terminal, TCSAFLUSH, &silent)
        defer {
            var before = before
            tcsetattr(terminal, TCSADRAIN, &before)
            _ = write(terminal, "\n", 1)
        }
        let bytes = Array(prompt.utf8)
        _ = bytes.withUnsafeBytes { write(terminal, $0.baseAddress, $0.count) }
        var line: [UInt8] = []
        while true {
            var byte: UInt8 = 0
            let count = Glibc.read(terminal, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return .endOfInput }
            switch byte {
            case 3: return .interrupted
            case 4 where line.isEmpty: return .endOfInput
            case 10, 13: return .line(String(decoding: line, as: UTF8.self) + "\n")
            case 8, 127:
                // A whole character goes.
                while let last = line.popLast(), last & 0xC0 == 0x80 {}
            case 21: line = []
            default: line.append(byte)
            }
        }
    }
}

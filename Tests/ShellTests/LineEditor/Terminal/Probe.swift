import Glibc
import TestKit
import Testing

/// An `EditorProbe` in a terminal, with a pipe for messages and a history of its own.
struct Probe {
    let terminal: PtyProcess
    private let messages: Int32

    static var executable: String {
        var path = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &path, path.count - 1)
        let own = String(decoding: path[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return own.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/EditorProbe"
    }

    /// Starts a probe, waits for its prompt, runs `body` and ends it.
    static func run(
        columns: Int = 80, rows: Int = 24, environment: [String: String] = [:], shell: [String]? = nil,
        _ body: (Probe) async throws -> Void
    ) async throws {
        var template = Array("/tmp/probe-XXXXXX".utf8CString)
        let folder = String(cString: mkdtemp(&template))
        let pipe = folder + "/messages"
        mkfifo(pipe, 0o600)
        defer {
            unlink(pipe)
            rmdir(folder)
        }
        let variables = ["LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": folder, "PROBE_MESSAGES": pipe]
            .merging(environment) { _, given in given }
        let terminal =
            if let shell {
                try PtyProcess(
                    shell[0], arguments: Array(shell.dropFirst()), environment: variables, columns: columns, rows: rows)
            } else {
                try PtyProcess(executable, environment: variables, columns: columns, rows: rows)
            }
        let probe = Probe(terminal: terminal, messages: open(pipe, O_RDWR | O_CLOEXEC))
        do {
            if shell == nil { try await probe.ready(1) }
            try await body(probe)
        } catch {
            await terminal.kill()
            throw error
        }
        await terminal.kill()
        close(probe.messages)
    }

    /// Waits for an empty prompt with this counter.
    func ready(_ counter: Int) async throws { try await terminal.waitForCursorLine("probe(\(counter))>") }

    /// Makes the probe post a message for each line of `text`.
    func post(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(messages, $0.baseAddress, $0.count) }
            rest = rest.dropFirst(max(0, count))
        }
    }
}

extension VirtualScreen {
    /// How often `text` is on the screen, over soft line wraps.
    func occurrences(of text: String) -> Int {
        unwrappedText.split(separator: text, omittingEmptySubsequences: false).count - 1
    }
}

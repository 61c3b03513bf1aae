internal import Glibc
internal import Support

/// Runs the lines of a script, one after another.
public struct ScriptRunner: Sendable {
    let session: Session
    let output: StandardOutput
    /// Goes on after an error; the exit code is that of the first one.
    let keepsGoing: Bool

    public init(session: Session, output: StandardOutput, keepsGoing: Bool) {
        self.session = session
        self.output = output
        self.keepsGoing = keepsGoing
    }

    /// Runs one line given on the command line.
    public func run(command: String) async -> ExitCode {
        await run(command, source: nil)
    }

    /// Runs the lines that a descriptor gives.
    ///
    /// - Parameter name: what errors call the source.
    public func run(descriptor: Int32, name: String) async -> ExitCode {
        let reader = descriptor == 0 ? SharedLineReader.standardInput : SharedLineReader(descriptor: descriptor)
        var result = ExitCode.success
        var pending = ""
        var start = 0
        while session.requestedExit == nil {
            let next: String?
            do {
                next = try await reader.next()
            } catch {
                let failure = Failure(.usage, error.description)
                show(failure, "", (name, reader.lineNumber))
                if result == .success { result = .usage }
                if keepsGoing { continue }
                return result
            }
            guard var row = next else { break }
            // The interpreter line of an executable script.
            if reader.lineNumber == 1, row.hasPrefix("#!") { continue }
            if row.hasSuffix("\r") { row.removeLast() }
            if row == "#iex:break" {
                pending = ""
                continue
            }
            if pending.isEmpty { start = reader.lineNumber }
            pending += pending.isEmpty ? row : "\n" + row
            // A row may continue the one before with a pipe; what is complete runs.
            let mayGoOn = pending.utf8.count < 10 << 20
            guard let code = await run(pending, source: (name, start), mayGoOn: mayGoOn) else { continue }
            pending = ""
            if code == .success { continue }
            if result == .success { result = code }
            if !keepsGoing || code == .interrupted { return result }
        }
        if !pending.isEmpty, session.requestedExit == nil {
            let code = await run(pending, source: (name, start))
            if result == .success { result = code }
        }
        return result
    }

    private func run(_ line: String, source: (name: String, line: Int)?) async -> ExitCode {
        await run(line, source: source, mayGoOn: false) ?? .success
    }

    /// Runs a line; nothing, and nothing was done, if it may go on and needs more rows.
    private func run(_ line: String, source: (name: String, line: Int)?, mayGoOn: Bool) async -> ExitCode? {
        do {
            if let result = try await session.run(line), let text = session.render(result) { output.write(text + "\n") }
            return .success
        } catch let failure as Failure {
            // What cannot be read may be the beginning of what can. Asked only then: reading each line twice takes time.
            if mayGoOn, failure.code == .usage, session.isIncomplete(line) {
                session.forgetLine()
                return nil
            }
            show(failure, line, source)
            return failure.code
        } catch {
            show(Failure(.failed, "\(error)"), line, source)
            return .failed
        }
    }

    private func show(_ failure: Failure, _ line: String, _ source: (name: String, line: Int)?) {
        let text = session.render(failure, line: line, source: source)
        // JSON errors are results for a program: they go where results go.
        if session.settings.withLock({ $0.format }) == .json {
            output.write(text + "\n")
        } else {
            output.writeError(text + "\n")
        }
    }
}

/// Standard output and error, one write at a time, in order.
public final class StandardOutput: Sendable {
    private let lock = Locked<Void>(())

    public init() {}

    public func write(_ text: String) { write(text, to: 1) }
    public func writeError(_ text: String) { write(text, to: 2) }

    private func write(_ text: String, to descriptor: Int32) {
        lock.withLock { _ in
            var bytes = Array(text.utf8)[...]
            while !bytes.isEmpty {
                let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if count < 0 {
                    if errno == EINTR { continue }
                    // Nobody reads any more: end quietly.
                    if errno == EPIPE, descriptor == 1 { _exit(ExitCode.outputClosed.rawValue) }
                    return
                }
                bytes = bytes.dropFirst(count)
            }
        }
    }
}

internal import Processes
internal import Terms

extension Execution {
    /// Reductions of one slice.
    static let slice = 4_000

    /// Runs to the end; waits where the code waits.
    ///
    /// - Throws: `ErlangException`, `ProcessEnded`, `CancellationError`.
    func drive() async throws -> Term {
        while true {
            sliceBegins()
            MemoryLimit.shared.begins(&memory)
            switch run(reductions: Self.slice) {
            case .finished(let value): return value
            case .raised(let exception): throw exception
            case .yielded:
                if !process.isAlive { throw ProcessEnded() }
                try Task.checkCancellation()
                if MemoryLimit.shared.isExceeded(by: &memory) {
                    resume(throwing: ErlangException(.error, .atom("system_limit"), detail: MemoryLimit.shared.message))
                } else {
                    await Task.yield()
                }
            case .waiting:
                try await process.waitForMessage(beyond: scanned, deadline: deadline)
            case .paused(let wait):
                await wait()
                if !process.isAlive { throw ProcessEnded() }
            case .host(let body, let arguments):
                do {
                    resume(with: try await body(process, arguments))
                } catch let exception as ErlangException {
                    resume(throwing: calledHost.map { exception.called($0.entry, $0.arguments) } ?? exception)
                }
                calledHost = nil
                if !process.isAlive { throw ProcessEnded() }
            }
        }
    }
}

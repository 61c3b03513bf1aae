internal import Processes
internal import Terms

extension Execution {
    /// Reductions of one slice, at most.
    static let slice = 4_000
    /// Nanoseconds that a slice should take at most: if reductions are slow, there are fewer in it.
    private static let sliceTime: Int64 = 1_000_000

    /// Runs to the end; waits where the code waits.
    ///
    /// - Throws: `ErlangException`, `ProcessEnded`, `CancellationError`.
    func drive() async throws -> Term {
        var budget = Self.slice / 4
        while true {
            sliceBegins()
            MemoryLimit.shared.begins(&memory)
            switch run(reductions: budget) {
            case .finished(let value): return value
            case .raised(let exception): throw exception
            case .yielded:
                let time = sliceTime
                if time > Self.sliceTime {
                    budget = max(100, budget / 2)
                } else if time < Self.sliceTime / 4 {
                    budget = min(Self.slice, budget * 2)
                }
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

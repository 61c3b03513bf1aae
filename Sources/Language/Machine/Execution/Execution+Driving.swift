internal import Processes
internal import Synchronization
internal import Terms

extension Execution {
    /// Runs to the end; waits where the code waits.
    ///
    /// - Throws: `ErlangException`, `ProcessEnded`, `CancellationError`.
    func drive() async throws -> Term {
        let driver = ExecutionDriver(self)
        while true {
            switch await driver.next() {
            case .finished(let value): return value
            case .raised(let exception): throw exception
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
            case .yielded, .waiting, nil:
                if !process.isAlive { throw ProcessEnded() }
                throw CancellationError()
            }
        }
    }
}

/// Runs an execution slice after slice: the first one where its task is; once it has to wait or to give way, on the
/// threads of the schedulers without the task, which goes on when there is something that only a task can do.
final class ExecutionDriver: ScheduledWork, @unchecked Sendable {
    // `@unchecked Sendable`: it runs on one thread at a time, as `ScheduledWork` says.

    private let execution: Execution
    private let process: Process
    /// Reductions of the next slice.
    private var budget = ExecutionDriver.slice / 4
    /// The task.
    private var continuation: UnsafeContinuation<Execution.Outcome?, Never>?
    private let isCancelled = Atomic<Bool>(false)

    /// Reductions of one slice, at most.
    private static let slice = 4_000
    /// Nanoseconds that a slice should take at most: if reductions are slow, there are fewer in it.
    private static let sliceTime: Int64 = 1_000_000

    init(_ execution: Execution) {
        self.execution = execution
        process = execution.process
    }

    /// What the task has to do next; nothing if the process has ended or the task is cancelled.
    func next() async -> Execution.Outcome? {
        let outcome = execution.run(reductions: budget)
        switch outcome {
        case .yielded:
            guard goesOn() else { return nil }
        case .waiting: break
        default: return outcome
        }
        // The task of the process itself ends with the process.
        if process.isOwnTask { return await leave(outcome) }
        if Task.isCancelled { return nil }
        return await withTaskCancellationHandler {
            await leave(outcome)
        } onCancel: {
            isCancelled.store(true, ordering: .releasing)
            process.wake()
        }
    }

    /// Leaves the task, until there is something for it.
    private func leave(_ outcome: Execution.Outcome) async -> Execution.Outcome? {
        await withUnsafeContinuation { continuation in
            self.continuation = continuation
            if case .waiting = outcome {
                guard !park() else { return }
            }
            Schedulers.shared.enqueue(self)
        }
    }

    override func run() {
        while true {
            guard process.isAlive, !isCancelled.load(ordering: .acquiring) else { return give(nil) }
            let outcome = execution.run(reductions: budget)
            switch outcome {
            case .yielded:
                guard goesOn() else { return give(nil) }
                guard Schedulers.shared.mayGoOn(self) else { return }
            case .waiting:
                if park() { return }
            default: return give(outcome)
            }
        }
    }

    /// After this the task may run, and everything be gone.
    private func give(_ outcome: Execution.Outcome?) {
        let waiting = continuation
        continuation = nil
        waiting?.resume(returning: outcome)
    }

    /// Waits for a message; false if there is something to do.
    private func park() -> Bool {
        guard process.park(self, beyond: execution.scanned, execution.deadline) else { return false }
        // Cancelled before it was parked: nobody else wakes it.
        if isCancelled.load(ordering: .acquiring) { process.wake() }
        return true
    }

    /// At the end of a slice: measures it, and looks whether the execution may go on.
    private func goesOn() -> Bool {
        if let time = execution.sliceEnds() {
            if time > Self.sliceTime {
                budget = max(100, budget / 2)
            } else if time < Self.sliceTime / 4 {
                budget = min(Self.slice, budget * 2)
            }
        }
        execution.checkMemory()
        return process.isAlive && !isCancelled.load(ordering: .acquiring)
    }
}

internal import DequeModule
internal import Support
internal import Synchronization
public import Terms

extension Process {
    /// Takes the first message for which `select` gives a result, waiting for one; messages it passes over stay.
    ///
    /// - Parameter timeout: nanoseconds; nothing waits for ever.
    /// - Returns: nothing when the time is up.
    /// - Throws: ``ProcessEnded`` when the process is ended meanwhile, `CancellationError` when the task that waits is
    ///   cancelled, and what `select` throws.
    public func receive<Result>(
        timeout: Int64? = nil, _ select: (Term) throws -> Result?
    ) async throws -> Result? {
        var scanned = 0
        let deadline = timeout.map { ReceiveDeadline(process: self, after: $0) }
        defer { deadline?.cancel() }
        while true {
            let next: Step = state.withLock { state in
                if state.isDead { return .ended }
                return scanned < state.mailbox.count ? .examine(state.mailbox[scanned]) : .wait
            }
            switch next {
            case .ended:
                throw ProcessEnded()
            case .examine(let message):
                if let result = try select(message) {
                    // Only this body removes messages, so the position still is that message.
                    state.withLock { state in
                        if scanned < state.mailbox.count { state.mailbox.remove(at: scanned) }
                        state.taken += 1
                    }
                    return result
                }
                scanned += 1
            case .wait:
                if let deadline, deadline.isOver { return nil }
                guard isOwnTask else {
                    try Task.checkCancellation()
                    await waitForMail(beyond: scanned, deadline: deadline)
                    continue
                }
                await withUnsafeContinuation { park($0, beyond: scanned, deadline) }
            }
        }
    }

    /// Takes the first message, waiting for one.
    public func receiveAny() async throws -> Term {
        while true {
            // As `receive`, without looking at a message before it is taken.
            let (message, isDead): (Term?, Bool) = state.withLock { state in
                if state.isDead { return (nil, true) }
                let message = state.mailbox.popFirst()
                if message != nil { state.taken += 1 }
                return (message, false)
            }
            if let message { return message }
            if isDead { throw ProcessEnded() }
            if isOwnTask {
                await withUnsafeContinuation { park($0, beyond: 0, nil) }
            } else {
                try Task.checkCancellation()
                await waitForMail(beyond: 0, deadline: nil)
            }
        }
    }

    /// Whether this is the task of the process's own body. It ends with the process, which wakes it; only others that
    /// receive for the process have to see that they are cancelled.
    public var isOwnTask: Bool {
        withUnsafeCurrentTask { task in
            task.map { unsafeBitCast($0, to: Int.self) } == ownTask.load(ordering: .relaxed)
        }
    }

    /// Keeps a continuation until there is mail, or resumes it if there is.
    private func park(
        _ continuation: UnsafeContinuation<Void, Never>, beyond scanned: Int, _ deadline: ReceiveDeadline?
    ) {
        let resumesNow = state.withLock { state in
            if state.isDead || state.mailbox.count > scanned || deadline?.isOver == true { return true }
            state.waiter = .task(continuation)
            return false
        }
        if resumesNow { continuation.resume() }
    }

    /// Keeps work until there is mail; false if there is some, or the process or the time is over.
    public func park(_ work: ScheduledWork, beyond scanned: Int, _ deadline: ReceiveDeadline?) -> Bool {
        state.withLock { state in
            if state.isDead || state.mailbox.count > scanned || deadline?.isOver == true { return false }
            state.waiter = .work(.passUnretained(work))
            return true
        }
    }

    /// Takes all messages that are there now.
    public func flush() -> [Term] {
        state.withLock { state in
            let all = Array(state.mailbox)
            state.mailbox.removeAll()
            return all
        }
    }

    // MARK: For code that keeps its own place in the mailbox

    /// The message at a position; nothing if there are not so many.
    public func message(at position: Int) -> Term? {
        state.withLock { position < $0.mailbox.count ? $0.mailbox[position] : nil }
    }

    /// Takes the first message.
    public func takeFirstMessage() -> Term? {
        state.withLock { state in
            let message = state.mailbox.popFirst()
            if message != nil { state.taken += 1 }
            return message
        }
    }

    /// Puts back what was taken first.
    public func putBackFirstMessage(_ message: Term) {
        state.withLock { state in
            guard !state.isDead else { return }
            state.mailbox.prepend(message)
            state.taken -= 1
        }
    }

    /// Takes the message at a position, which the body has looked at.
    public func removeMessage(at position: Int) {
        state.withLock { state in
            guard position < state.mailbox.count else { return }
            state.mailbox.remove(at: position)
            state.taken += 1
        }
    }

    /// Waits until there are more than `scanned` messages, or the time is over.
    ///
    /// - Throws: ``ProcessEnded``, `CancellationError`.
    public func waitForMessage(beyond scanned: Int, deadline: ReceiveDeadline?) async throws {
        if isOwnTask {
            await withUnsafeContinuation { park($0, beyond: scanned, deadline) }
        } else {
            try Task.checkCancellation()
            await waitForMail(beyond: scanned, deadline: deadline)
            try Task.checkCancellation()
        }
        if !isAlive { throw ProcessEnded() }
    }

    private enum Step {
        case ended
        case examine(Term)
        case wait
    }

    private func waitForMail(beyond scanned: Int, deadline: ReceiveDeadline?) async {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                park(continuation, beyond: scanned, deadline)
                // Cancelled before it was parked: nobody else wakes it.
                if Task.isCancelled { wake() }
            }
        } onCancel: {
            wake()
        }
    }

    /// Wakes the body if it waits.
    public func wake() {
        let waiter = state.withLock { state in
            let waiter = state.waiter
            state.waiter = nil
            return waiter
        }
        waiter?.resume()
    }
}

/// The end of a `receive … after`.
public final class ReceiveDeadline: Sendable {
    private let over = Locked(false)
    private let timer = Locked<TimerToken?>(nil)
    private let timers: any TimerService

    /// - Parameter nanoseconds: from now.
    public init(process: Process, after nanoseconds: Int64) {
        timers = process.table.timers
        guard nanoseconds > 0 else {
            over.withLock { $0 = true }
            return
        }
        let token = timers.schedule(after: nanoseconds) { [weak self, weak process] in
            self?.over.withLock { $0 = true }
            process?.wake()
        }
        timer.withLock { $0 = token }
    }

    public var isOver: Bool { over.withLock { $0 } }

    public func cancel() {
        if let token = timer.withLock({ $0 }) { timers.cancel(token) }
    }
}

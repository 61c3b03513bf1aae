internal import Support

/// What other threads ask of the editor's thread. Put in, then wake; the editor takes all of it at once.
final class EditorMailbox: Sendable {
    struct ReadRequest {
        let id: Int
        let prompt: Prompt
        let continuation: CheckedContinuation<LineEvent, Never>
    }

    struct Answer: Sendable {
        let id: Int
        let completions: Completions
    }

    /// Everything that was asked since the last look.
    struct Batch {
        var messages: [String] = []
        var request: ReadRequest?
        var cancelledRequests: Set<Int> = []
        var answers: [Answer] = []
        var flushes: [CheckedContinuation<Void, Never>] = []
        var isClosing = false
    }

    private struct State {
        var batch = Batch()
        var isFinished = false
        var lastRequest = 0
        var interruptHandler: (@Sendable () -> Void)?
        var terminationHandler: (@Sendable (Int32) -> Void)?
        var finishWaiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Locked(State())
    let wakeUp = WakeUp()

    // MARK: Any thread

    /// False when the editor has ended: then the caller prints by itself.
    func post(_ message: String) -> Bool {
        let isTaken = state.withLock { state in
            guard !state.isFinished else { return false }
            state.batch.messages.append(message)
            return true
        }
        if isTaken { wakeUp.signal() }
        return isTaken
    }

    func newRequestID() -> Int {
        state.withLock { state in
            state.lastRequest += 1
            return state.lastRequest
        }
    }

    func request(_ request: ReadRequest) {
        let isTaken = state.withLock { state in
            guard !state.isFinished else { return false }
            precondition(state.batch.request == nil, "one line is read at a time")
            state.batch.request = request
            return true
        }
        if isTaken { wakeUp.signal() } else { request.continuation.resume(returning: .endOfFile) }
    }

    func cancelRequest(_ id: Int) {
        state.withLock { _ = $0.batch.cancelledRequests.insert(id) }
        wakeUp.signal()
    }

    func answer(_ answer: Answer) {
        state.withLock { $0.batch.answers.append(answer) }
        wakeUp.signal()
    }

    func flush(_ continuation: CheckedContinuation<Void, Never>) {
        let isTaken = state.withLock { state in
            guard !state.isFinished else { return false }
            state.batch.flushes.append(continuation)
            return true
        }
        if isTaken { wakeUp.signal() } else { continuation.resume() }
    }

    func close() {
        state.withLock { $0.batch.isClosing = true }
        wakeUp.signal()
    }

    func waitForFinish(_ continuation: CheckedContinuation<Void, Never>) {
        let isFinished = state.withLock { state in
            if !state.isFinished { state.finishWaiters.append(continuation) }
            return state.isFinished
        }
        if isFinished { continuation.resume() }
    }

    func setInterruptHandler(_ handler: (@Sendable () -> Void)?) {
        state.withLock { $0.interruptHandler = handler }
    }

    func setTerminationHandler(_ handler: (@Sendable (Int32) -> Void)?) {
        state.withLock { $0.terminationHandler = handler }
    }

    // MARK: The editor's thread

    func take() -> Batch {
        state.withLock { state in
            let batch = state.batch
            state.batch = Batch()
            // Stays set: a read that begins after it ends at once.
            state.batch.isClosing = batch.isClosing
            return batch
        }
    }

    /// Nothing is taken from now on. What came too late is answered.
    func finish() {
        let (rest, waiters) = state.withLock { state in
            state.isFinished = true
            defer {
                state.batch = Batch()
                state.finishWaiters = []
            }
            return (state.batch, state.finishWaiters)
        }
        rest.request?.continuation.resume(returning: .endOfFile)
        for continuation in rest.flushes + waiters { continuation.resume() }
    }

    func interrupted() {
        state.withLock { $0.interruptHandler }?()
    }

    func terminated(by signal: Int32) {
        state.withLock { $0.terminationHandler }?(signal)
    }
}

internal import Processes
internal import Support
internal import Terms

/// Requests to other nodes that wait for their answer: spawns and the calls that are built on them.
///
/// `erpc:call` asks the other node to spawn `erpc:execute_call/4` under a monitor; the result is the reason the new
/// process ends with (`wire.md` 6.3). The answer is matched by the request's reference and resumes the caller at once,
/// past its mailbox.
final class RemoteCalls: Sendable {
    /// How a spawned `execute_call` ended, or what kept it from running.
    enum Answer: Sendable {
        case spawned(Pid)
        case spawnFailed(Atom)
        case ended(Term)
        case noConnection
        case timedOut
        case cancelled
    }

    private enum Kind {
        /// Wants the pid.
        case spawn
        /// Wants the reason of its end.
        case call
    }

    private struct Pending {
        let kind: Kind
        let node: Atom
        var pid: Pid?
        /// The answer, if it was there before the caller waited.
        var answer: Answer?
        var continuation: UnsafeContinuation<Answer, Never>?
    }

    private let pending = Locked<[Reference: Pending]>([:])

    /// How many requests wait.
    var count: Int { pending.withLock { $0.count } }

    /// Notes a request before it is sent, so that its answer finds it.
    func expectSpawn(_ reference: Reference, on node: Atom) {
        pending.withLock { $0[reference] = Pending(kind: .spawn, node: node) }
    }

    /// Notes a request before it is sent, so that its answer finds it.
    func expectCall(_ reference: Reference, on node: Atom) {
        pending.withLock { $0[reference] = Pending(kind: .call, node: node) }
    }

    /// Waits for the answer to a noted request.
    ///
    /// - Returns: the answer, and the pid of the remote process if it is known.
    func wait(for reference: Reference, timeout: Int64?, timers: any TimerService) async -> (Answer, Pid?) {
        let timer = timeout.map { limit in
            timers.schedule(after: limit) { [weak self] in self?.finish(reference, .timedOut) }
        }
        let answer = await withTaskCancellationHandler {
            await withUnsafeContinuation { (continuation: UnsafeContinuation<Answer, Never>) in
                let early: Answer? = pending.withLock { pending in
                    guard var entry = pending[reference] else { return .noConnection }
                    if let answer = entry.answer { return answer }
                    entry.continuation = continuation
                    pending[reference] = entry
                    return nil
                }
                if let early { continuation.resume(returning: early) }
            }
        } onCancel: {
            finish(reference, .cancelled)
        }
        if let timer { timers.cancel(timer) }
        let pid = pending.withLock { $0.removeValue(forKey: reference)?.pid }
        return (answer, pid)
    }

    /// A SPAWN_REPLY arrived. False if nobody waits for it.
    func spawnReplied(_ reference: Reference, _ result: Result<Pid, SpawnError>) -> Bool {
        let waits = pending.withLock { pending in
            guard let entry = pending[reference] else { return nil as Kind? }
            if case .success(let pid) = result { pending[reference]?.pid = pid }
            return entry.kind
        }
        guard let waits else { return false }
        switch (waits, result) {
        case (_, .failure(let error)): finish(reference, .spawnFailed(error.reason))
        case (.spawn, .success(let pid)): finish(reference, .spawned(pid))
        case (.call, .success): break
        }
        return true
    }

    /// The monitored process ended. False if nobody waits for it.
    func ended(_ reference: Reference, reason: Term) -> Bool {
        guard pending.withLock({ $0[reference]?.kind == .call }) else { return false }
        finish(reference, .ended(reason))
        return true
    }

    /// Every request to `node` is lost.
    func connectionLost(to node: Atom) {
        let lost = pending.withLock { pending in pending.filter { $0.value.node == node }.map(\.key) }
        for reference in lost { finish(reference, .noConnection) }
    }

    private func finish(_ reference: Reference, _ answer: Answer) {
        let continuation: UnsafeContinuation<Answer, Never>? = pending.withLock { pending in
            guard pending[reference] != nil, pending[reference]?.answer == nil else { return nil }
            pending[reference]?.answer = answer
            let continuation = pending[reference]?.continuation
            pending[reference]?.continuation = nil
            return continuation
        }
        continuation?.resume(returning: answer)
    }
}

/// Why another node did not spawn: `notsup`, `badopt`, `system_limit`, `noconnection` or another atom.
struct SpawnError: Error {
    var reason: Atom
}

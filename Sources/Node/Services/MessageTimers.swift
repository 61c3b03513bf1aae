internal import Processes
internal import Support
internal import Terms

/// The timers of `erlang:send_after/3` and `start_timer/3`: each a message for later, named by a reference.
final class MessageTimers: Sendable {
    private struct Entry {
        var token: TimerToken
        var due: Int64
    }

    private let entries = Locked<[Reference: Entry]>([:])

    init() {}

    /// - Parameter wraps: the message becomes `{timeout, Reference, Message}`.
    func start(_ milliseconds: Int, to destination: Destination, _ message: Term, wraps: Bool, on node: Node)
        -> Reference
    {
        let reference = node.processes.makeReference()
        let text: Term = wraps ? .tuple([.atom(.timeout), .reference(reference), message]) : message
        let nanoseconds = Int64(milliseconds) * 1_000_000
        // The entry is there before the timer can fire: both happen under the lock.
        entries.withLock { entries in
            let token = node.processes.timers.schedule(after: nanoseconds) { [weak self, weak node] in
                guard let self, let node, forget(reference) else { return }
                let from = node.userPid ?? Pid(incarnation: node.processes.incarnation, id: 0, serial: 0)
                node.processes.send(.message(from: from, to: destination, text))
            }
            entries[reference] = Entry(token: token, due: node.clock.monotonicNanoseconds() + nanoseconds)
        }
        return reference
    }

    /// False if it was cancelled.
    private func forget(_ reference: Reference) -> Bool {
        entries.withLock { $0.removeValue(forKey: reference) != nil }
    }

    /// Stops a timer; the milliseconds it had left, nothing if it has fired.
    func cancel(_ reference: Reference, on node: Node) -> Int? {
        guard let entry = entries.withLock({ $0.removeValue(forKey: reference) }) else { return nil }
        node.processes.timers.cancel(entry.token)
        return Int(max(0, entry.due - node.clock.monotonicNanoseconds()) / 1_000_000)
    }

    func left(_ reference: Reference, on node: Node) -> Int? {
        entries.withLock { $0[reference] }.map { Int(max(0, $0.due - node.clock.monotonicNanoseconds()) / 1_000_000) }
    }
}

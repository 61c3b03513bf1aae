internal import Support

/// The task of the line that runs, for whoever interrupts it.
final class RunningTask: Sendable {
    private let task = Locked<Task<Void, Never>?>(nil)
    private let lent = Locked(false)

    init() {}

    /// Whether the prompt belongs to a remote shell meanwhile.
    var isLent: Bool {
        get { lent.withLock { $0 } }
        set { lent.withLock { $0 = newValue } }
    }

    func set(_ new: Task<Void, Never>?) { task.withLock { $0 = new } }
    func cancel() { task.withLock { $0 }?.cancel() }
}

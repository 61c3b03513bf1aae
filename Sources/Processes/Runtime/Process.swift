internal import DequeModule
internal import Support
internal import Synchronization
public import Terms

/// A process: a pid, a mailbox, links, monitors and a dictionary. Its body is a Swift async function.
///
/// Everybody may call what is public here; `receive` and the dictionary are for the body only.
public final class Process: Sendable {
    public let pid: Pid
    public let table: ProcessTable
    /// What it was started with, for `process_info(Pid, initial_call)`.
    public let initialCall: (module: Atom, function: Atom, arity: Int)

    let state: Locked<State>
    /// Tells the task of the body from others.
    let ownTask = Atomic<Int>(0)
    /// As `isDead` of the state, for those who only look.
    private let hasEnded = Atomic<Bool>(false)

    struct State: ~Copyable {
        var mailbox = Deque<Term>()
        var waiter: Waiter?
        var links: [Pid: Link] = [:]
        /// Monitors this process holds.
        var monitors: [Reference: Destination] = [:]
        /// Monitors held on this process: who, and what he called us.
        var monitoredBy: [Reference: Watcher] = [:]
        var aliases: Set<Reference> = []
        /// Monitors that are aliases too, and those whose message begins with a tag.
        var monitorAliases: [Reference: MonitorAlias] = [:]
        var monitorTags: [Reference: Term] = [:]
        var dictionary: [Term: Term] = [:]
        var groupLeader: Pid
        var name: Atom?
        var trapsExit = false
        var task: Task<Void, Never>?
        var isDead = false
        var lastUnlink: UInt64 = 0
        /// Accepted and kept; every process is as urgent as the others.
        var priority = Atom.normal
        /// How many messages the body has taken.
        var taken = 0
    }

    /// Who waits for mail.
    enum Waiter {
        case task(UnsafeContinuation<Void, Never>)
        /// Whoever is over it keeps it alive while it waits.
        case work(Unmanaged<ScheduledWork>)

        func resume() {
            switch self {
            case .task(let continuation): continuation.resume()
            case .work(let work): work._withUnsafeGuaranteedRef { Schedulers.shared.enqueue($0) }
            }
        }
    }

    /// One side of a link (`wire.md`, "Link protocol"): a link that was taken down waits for its acknowledgement.
    struct Link {
        var isActive: Bool
        var unlinkID: UInt64 = 0
    }

    struct Watcher {
        var pid: Pid
        var called: Destination
    }

    init(
        pid: Pid, table: ProcessTable, groupLeader: Pid,
        initialCall: (module: Atom, function: Atom, arity: Int)
    ) {
        self.pid = pid
        self.table = table
        self.initialCall = initialCall
        state = Locked(State(groupLeader: groupLeader))
    }

    public var isAlive: Bool { !hasEnded.load(ordering: .acquiring) }

    /// Where its output goes.
    public var groupLeader: Pid {
        get { state.withLock { $0.groupLeader } }
        set { state.withLock { $0.groupLeader = newValue } }
    }

    /// Whether exit signals arrive as messages.
    public var trapsExit: Bool {
        get { state.withLock { $0.trapsExit } }
        set { state.withLock { $0.trapsExit = newValue } }
    }

    /// What `process_flag(priority, Level)` was last given; it changes nothing.
    public var priority: Atom {
        get { state.withLock { $0.priority } }
        set { state.withLock { $0.priority = newValue } }
    }

    /// How many messages the body has taken: what stands in for reductions.
    public var messagesTaken: Int { state.withLock { $0.taken } }
    /// Whether the body waits for a message.
    public var isWaiting: Bool { state.withLock { $0.waiter != nil } }

    public var registeredName: Atom? { state.withLock { $0.name } }
    public var messageQueueLength: Int { state.withLock { $0.mailbox.count } }
    public var messages: [Term] { state.withLock { Array($0.mailbox) } }
    public var links: [Pid] { state.withLock { $0.links.compactMap { $0.value.isActive ? $0.key : nil } } }
    public var monitors: [Destination] { state.withLock { Array($0.monitors.values) } }
    public var monitoredBy: [Pid] { state.withLock { $0.monitoredBy.values.map(\.pid) } }
    public var dictionary: [Term: Term] { state.withLock { $0.dictionary } }

    /// Binds `key` in the process dictionary (removes it for nothing); returns what it was bound to.
    @discardableResult
    public func put(_ key: Term, _ value: Term?) -> Term? {
        state.withLock { state in
            let old = state.dictionary[key]
            state.dictionary[key] = value
            return old
        }
    }

    /// Starts the body. Called once, by the table.
    func run(_ body: sending @escaping @Sendable (Process) async throws -> Void) {
        let task = Task.detached(executorPreference: Schedulers.shared) { [self] in
            withUnsafeCurrentTask { ownTask.store($0.map { unsafeBitCast($0, to: Int.self) } ?? 0, ordering: .relaxed) }
            do {
                try await body(self)
                end(.atom(.normal))
            } catch let exception as ErlangException {
                end(exception.exitReason)
            } catch is ProcessEnded {
                end(.atom(.killed))
            } catch is CancellationError {
                end(.atom(.killed))
            } catch {
                end(.tuple([.atom("swift_error"), .string("\(error)")]))
            }
        }
        let isDead = state.withLock { state in
            if !state.isDead { state.task = task }
            return state.isDead
        }
        if isDead { task.cancel() }
    }

    /// Ends the process: it is dead for everybody at once, and its body is cancelled.
    func end(_ reason: Term) {
        struct Leftovers {
            var waiter: Waiter?
            var task: Task<Void, Never>?
            var links: [Pid]
            var monitors: [Reference: Destination]
            var monitoredBy: [Reference: Watcher]
            var aliases: Set<Reference>
            var name: Atom?
        }
        let leftovers: Leftovers? = state.withLock { state in
            guard !state.isDead else { return nil }
            state.isDead = true
            hasEnded.store(true, ordering: .releasing)
            let leftovers = Leftovers(
                waiter: state.waiter, task: state.task,
                links: state.links.compactMap { $0.value.isActive ? $0.key : nil },
                monitors: state.monitors, monitoredBy: state.monitoredBy, aliases: state.aliases, name: state.name)
            state.waiter = nil
            state.task = nil
            state.links = [:]
            state.monitors = [:]
            state.monitoredBy = [:]
            state.aliases = []
            state.mailbox = []
            state.dictionary = [:]
            return leftovers
        }
        guard let leftovers else { return }
        table.remove(self, name: leftovers.name, aliases: leftovers.aliases)
        for link in leftovers.links { table.send(.linkExit(from: pid, to: link, reason: reason)) }
        for (reference, watcher) in leftovers.monitoredBy {
            table.send(.down(from: watcher.called, to: watcher.pid, reference: reference, reason: reason))
        }
        for (reference, target) in leftovers.monitors {
            table.send(.demonitor(from: pid, to: target, reference: reference))
        }
        leftovers.task?.cancel()
        leftovers.waiter?.resume()
        table.ended(self, reason: reason)
    }
}

extension Process: Hashable {
    public static func == (left: Process, right: Process) -> Bool { left === right }
    public func hash(into hasher: inout Hasher) { hasher.combine(pid) }
}

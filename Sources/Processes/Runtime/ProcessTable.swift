// What this module does: the processes of one node. Spawning, mailboxes with selective receive, links, monitors,
// aliases, registered names, exit signals, timers, and the generic server on top. What it does not: know other nodes.
// A signal for a process elsewhere is given to the `SignalRouter`, and the signals that come in from elsewhere are given
// to `ProcessTable.send(_:)`, which is the same door that local processes use.

internal import Support
internal import Synchronization
public import Terms

/// All processes of one node.
public final class ProcessTable: Sendable {
    /// This node: local pids and references carry it.
    public let incarnation: NodeIncarnation
    public let timers: any TimerService

    private static let shardCount = 16

    private let shards: [Shard]
    private let names = Locked<[Atom: Process]>([:])
    private let aliases = Locked<[Reference: Process]>([:])
    private let nextID = Atomic<UInt64>(1)
    private let nextReference = Atomic<UInt64>(1)
    private let referenceSalt = UInt32.random(in: .min ... .max)
    private let hooks = Locked(Hooks())

    private struct Hooks {
        weak var router: (any SignalRouter)?
        var onExit: (@Sendable (Process, Term) -> Void)?
    }

    private final class Shard: Sendable {
        let processes = Locked<[UInt32: Process]>([:])
    }

    /// - Parameter incarnation: the local node's; its name may change while processes live.
    public init(incarnation: NodeIncarnation, timers: any TimerService) {
        self.incarnation = incarnation
        self.timers = timers
        shards = (0..<Self.shardCount).map { _ in Shard() }
    }

    /// Who takes signals for other nodes (kept weakly), and who is told of each process that ended.
    public func attach(router: any SignalRouter, onExit: @escaping @Sendable (Process, Term) -> Void) {
        hooks.withLock {
            $0.router = router
            $0.onExit = onExit
        }
    }

    // MARK: Spawning

    /// Starts a process that runs `body`.
    ///
    /// - Parameters:
    ///   - groupLeader: where its output goes; its own pid if nothing is given.
    ///   - prepare: runs before the body and before anybody can see the pid do anything: links, monitors, names.
    @discardableResult
    public func spawn(
        _ module: Atom, _ function: Atom, _ arity: Int = 0, groupLeader: Pid? = nil, trapsExit: Bool = false,
        prepare: (Process) -> Void = { _ in },
        _ body: sending @escaping @Sendable (Process) async throws -> Void
    ) -> Process {
        let number = nextID.wrappingAdd(1, ordering: .relaxed).oldValue
        // 28 bits of id and the rest in the serial, as OTP before 24 printed them; small numbers read well.
        let pid = Pid(
            incarnation: incarnation, id: UInt32(number & 0xFFF_FFFF), serial: UInt32(truncatingIfNeeded: number >> 28))
        let process = Process(
            pid: pid, table: self, groupLeader: groupLeader ?? pid, initialCall: (module, function, arity))
        if trapsExit { process.trapsExit = true }
        shard(pid).processes.withLock { $0[pid.id] = process }
        prepare(process)
        process.run(body)
        return process
    }

    func remove(_ process: Process, name: Atom?, aliases gone: Set<Reference>) {
        shard(process.pid).processes.withLock { _ = $0.removeValue(forKey: process.pid.id) }
        if let name { names.withLock { if $0[name] === process { $0[name] = nil } } }
        if !gone.isEmpty { aliases.withLock { for reference in gone { $0[reference] = nil } } }
    }

    func ended(_ process: Process, reason: Term) {
        let onExit = hooks.withLock { $0.onExit }
        onExit?(process, reason)
    }

    private func shard(_ pid: Pid) -> Shard { shards[Int(pid.id) & (Self.shardCount - 1)] }

    // MARK: Looking up

    public func isLocal(_ pid: Pid) -> Bool { pid.incarnation == incarnation }

    /// The living process of that pid.
    public func process(_ pid: Pid) -> Process? {
        guard isLocal(pid) else { return nil }
        guard let process = shard(pid).processes.withLock({ $0[pid.id] }), process.pid == pid else { return nil }
        return process
    }

    /// All living processes, oldest first.
    public var all: [Process] {
        shards.flatMap { shard in shard.processes.withLock { Array($0.values) } }
            .sorted { ($0.pid.serial, $0.pid.id) < ($1.pid.serial, $1.pid.id) }
    }

    public var count: Int { shards.reduce(0) { sum, shard in sum + shard.processes.withLock { $0.count } } }

    /// A reference nobody else has.
    public func makeReference() -> Reference {
        let number = nextReference.wrappingAdd(1, ordering: .relaxed).oldValue
        return Reference(
            incarnation: incarnation,
            // Older releases look at 18 bits of the first word only.
            words: [UInt32(number & 0x3FFFF), UInt32(truncatingIfNeeded: number >> 18), referenceSalt])
    }

    // MARK: Names

    /// The process registered under `name`.
    public func whereis(_ name: Atom) -> Process? { names.withLock { $0[name] } }

    /// Registers a living process; false if the name or the process is taken, or it is dead.
    public func register(_ name: Atom, _ process: Process) -> Bool {
        guard name != .undefined else { return false }
        return names.withLock { names in
            guard names[name] == nil else { return false }
            let accepted = process.state.withLock { state in
                guard !state.isDead, state.name == nil else { return false }
                state.name = name
                return true
            }
            if accepted { names[name] = process }
            return accepted
        }
    }

    /// Takes a name back; false if there was none.
    public func unregister(_ name: Atom) -> Bool {
        guard let process = names.withLock({ $0.removeValue(forKey: name) }) else { return false }
        process.state.withLock { $0.name = nil }
        return true
    }

    public var registeredNames: [Atom] { names.withLock { Array($0.keys) } }

    func aliasMade(_ reference: Reference, for process: Process) { aliases.withLock { $0[reference] = process } }
    func aliasDropped(_ reference: Reference) { aliases.withLock { _ = $0.removeValue(forKey: reference) } }

    // MARK: Signals

    /// Delivers a signal, to a process here or by the router to one elsewhere.
    public func send(_ signal: Signal) {
        switch signal {
        case .message(_, let destination, let message):
            guard let receiver = find(destination) else { return forward(signal, destination.node) }
            receiver.deliver(message)
            if case .alias(let reference) = destination { receiver.aliasUsed(reference) }
        case .link(let from, let to):
            guard isLocal(to) else { return forward(signal, to.node) }
            if let receiver = process(to) {
                receiver.linkReceived(from: from)
            } else {
                send(.linkExit(from: to, to: from, reason: .atom(.noproc)))
            }
        case .unlink(let id, let from, let to):
            guard isLocal(to) else { return forward(signal, to.node) }
            if let receiver = process(to) {
                receiver.unlinkReceived(id: id, from: from)
            } else if !isLocal(from) {
                send(.unlinkAcknowledged(id: id, from: to, to: from))
            }
        case .unlinkAcknowledged(let id, let from, let to):
            guard isLocal(to) else { return forward(signal, to.node) }
            process(to)?.unlinkAcknowledged(id: id, from: from)
        case .linkExit(let from, let to, let reason):
            guard isLocal(to) else { return forward(signal, to.node) }
            process(to)?.linkExitReceived(from: from, reason: reason)
        case .exit(let from, let to, let reason):
            guard isLocal(to) else { return forward(signal, to.node) }
            process(to)?.exitReceived(from: from, reason: reason)
        case .monitor(let from, let destination, let reference):
            guard isHere(destination) else { return forward(signal, destination.node) }
            if let receiver = find(destination) {
                receiver.monitorReceived(from: from, called: destination, reference: reference)
            } else {
                send(.down(from: destination, to: from, reference: reference, reason: .atom(.noproc)))
            }
        case .demonitor(_, let destination, let reference):
            guard isHere(destination) else { return forward(signal, destination.node) }
            find(destination)?.demonitorReceived(reference: reference)
        case .down(let from, let to, let reference, let reason):
            guard isLocal(to) else { return forward(signal, to.node) }
            process(to)?.downReceived(from: from, reference: reference, reason: reason)
        case .groupLeader(_, let to, let leader):
            guard isLocal(to) else { return forward(signal, to.node) }
            process(to)?.groupLeader = leader
        }
    }

    /// Tells every process that the connection to `node` is gone.
    public func connectionLost(to node: Atom) {
        for process in all { process.connectionLost(to: node) }
    }

    private func isHere(_ destination: Destination) -> Bool {
        switch destination {
        case .pid(let pid): isLocal(pid)
        case .name(_, let node): node == incarnation.node
        case .alias(let reference): reference.incarnation == incarnation
        }
    }

    private func find(_ destination: Destination) -> Process? {
        switch destination {
        case .pid(let pid): process(pid)
        case .name(let name, let node): node == incarnation.node ? whereis(name) : nil
        case .alias(let reference): aliases.withLock { $0[reference] }
        }
    }

    /// Hands a signal to the network; one for a former life of this node is as one for a dead process.
    private func forward(_ signal: Signal, _ node: Atom) {
        guard node != incarnation.node else { return unreachable(signal, .noproc) }
        guard let router = hooks.withLock({ $0.router }) else { return unreachable(signal) }
        router.route(signal, toNode: node)
    }

    /// What a signal comes to when its node cannot be reached.
    public func unreachable(_ signal: Signal, _ reason: Atom = .noconnection) {
        switch signal {
        case .link(let from, let to):
            send(.linkExit(from: to, to: from, reason: .atom(reason)))
        case .monitor(let from, let destination, let reference):
            send(.down(from: destination, to: from, reference: reference, reason: .atom(reason)))
        default: break
        }
    }
}

import Processes
import Terms

/// Nodes in memory, with one server each, connected by links that can be cut and healed.
///
/// Signals between two nodes arrive in the order in which they were sent, as with the distribution; which pair is next
/// is up to the generator. A connection that breaks loses what is under way, and each side hears of it when its turn
/// comes. As in a node, what is sent to a node that is not connected connects it first. Time passes only here.
///
/// A failure repeats with its seed; exactly so with `SWIFT_DETERMINISTIC_HASHING=1`, for machines go through dictionaries.
final class SimulatedNetwork {
    enum Event {
        case message(Term)
        case call(GenCall)
        case nodeUp(Atom)
        case nodeDown(Atom)
        case processDown(Pid)
    }

    enum Signal {
        /// To a process, or to the server of the node.
        case event(Event, to: Pid?)
        case reply(Int, Term?)
        case monitor(Monitor)
        case exit(Pid)
        case run(() -> Void)
    }

    struct Monitor: Hashable {
        var watcher: Pid
        var target: Pid
    }

    typealias Pair = Set<Atom>

    private struct Entry {
        var signal: Signal
        /// What a node tells itself of another: no broken connection loses it.
        var isLocal: Bool
    }

    private struct PendingCall {
        var caller: Pid
        var target: Atom
        var completion: (Term?) -> Void
    }

    private struct Timer {
        var time: Int
        var owner: Pid
        var action: () -> Void
    }

    let nodes: [Atom]
    var generator: SeededGenerator
    private(set) var servers: [Atom: Pid] = [:]
    private var handlers: [Pid: (Event) -> Void] = [:]
    private var living: Set<Pid> = []
    private var lastID: UInt32 = 0
    private var places: [Atom: Int] = [:]
    /// What goes from one node to another, or stays: at `from * count + to`.
    private var queues: [[Entry]]
    private var connected: Set<Pair> = []
    private var cut: Set<Pair> = []
    private var monitors: Set<Monitor> = []
    private var watchers: [Pid: Set<Pid>] = [:]
    private var calls: [Int: PendingCall] = [:]
    private var lastCall = 0
    private var timers: [Timer] = []
    private var now = 0

    init(_ nodes: [Atom], seed: UInt64) {
        self.nodes = nodes
        generator = SeededGenerator(seed: seed)
        queues = Array(repeating: [], count: nodes.count * nodes.count)
        for (place, node) in nodes.enumerated() { places[node] = place }
    }

    // MARK: Time

    /// Delivers one signal, or lets time pass; false if nothing is left to do.
    func step() -> Bool {
        if let place = timers.firstIndex(where: { $0.time <= now }) {
            fire(place)
            return true
        }
        guard let place = queues.indices.filter({ !queues[$0].isEmpty }).randomElement(using: &generator) else {
            guard let place = timers.indices.min(by: { timers[$0].time < timers[$1].time }) else { return false }
            now = timers[place].time
            fire(place)
            return true
        }
        now += Int.random(in: 0...1, using: &generator)
        deliver(
            queues[place].removeFirst().signal, from: nodes[place / nodes.count], to: nodes[place % nodes.count])
        return true
    }

    private func fire(_ place: Int) {
        let timer = timers.remove(at: place)
        if isAlive(timer.owner) { timer.action() }
    }

    func after(_ milliseconds: Int, for owner: Pid, _ action: @escaping () -> Void) {
        timers.append(Timer(time: now + milliseconds, owner: owner, action: action))
    }

    private func deliver(_ signal: Signal, from: Atom, to node: Atom) {
        switch signal {
        case .event(.processDown(let pid), let watcher?):
            guard monitors.remove(Monitor(watcher: watcher, target: pid)) != nil else { return }
            handlers[watcher]?(.processDown(pid))
        case .event(let event, let pid):
            if let pid = pid ?? servers[node] { handlers[pid]?(event) }
        case .reply(let tag, let reply):
            if let call = calls.removeValue(forKey: tag), isAlive(call.caller) { call.completion(reply) }
        case .monitor(let monitor):
            if isAlive(monitor.target) {
                watchers[monitor.target, default: []].insert(monitor.watcher)
            } else {
                post(.event(.processDown(monitor.target), to: monitor.watcher), from: node, to: from)
            }
        case .exit(let pid): kill(pid)
        case .run(let action): action()
        }
    }

    // MARK: Processes

    /// Starts a node, or starts it again with another creation.
    func start(_ node: Atom, creation: UInt32, _ handler: @escaping (Event) -> Void) {
        servers[node] = spawn(on: node, creation: creation, handler)
    }

    func spawn(on node: Atom, creation: UInt32? = nil, _ handler: ((Event) -> Void)? = nil) -> Pid {
        lastID += 1
        let creation = creation ?? servers[node]?.creation ?? 1
        let pid = Pid(node: node, id: lastID, serial: 0, creation: creation)
        living.insert(pid)
        handlers[pid] = handler
        return pid
    }

    func isAlive(_ pid: Pid) -> Bool { living.contains(pid) }

    func kill(_ pid: Pid) {
        guard living.remove(pid) != nil else { return }
        handlers[pid] = nil
        calls = calls.filter { $0.value.caller != pid }
        for watcher in watchers.removeValue(forKey: pid) ?? [] {
            post(.event(.processDown(pid), to: watcher), from: pid.node, to: watcher.node, connecting: false)
        }
    }

    // MARK: Signals

    /// False if the other node cannot be reached.
    @discardableResult
    func post(_ signal: Signal, from: Atom, to: Atom, connecting: Bool = true) -> Bool {
        guard from == to || areConnected(from, to) || (connecting && connect(from, to)) else { return false }
        append(signal, from: from, to: to)
        return true
    }

    private func append(_ signal: Signal, from: Atom, to: Atom, isLocal: Bool = false) {
        guard let from = places[from], let to = places[to] else { return }
        queues[from * nodes.count + to].append(Entry(signal: signal, isLocal: isLocal || from == to))
    }

    func monitor(_ target: Pid, by watcher: Pid) {
        let monitor = Monitor(watcher: watcher, target: target)
        monitors.insert(monitor)
        guard !post(.monitor(monitor), from: watcher.node, to: target.node) else { return }
        append(.event(.processDown(target), to: watcher), from: target.node, to: watcher.node, isLocal: true)
    }

    /// A call of the server of a node; its completion gets nothing when that node is gone.
    func call(_ target: Atom, _ request: Term, by caller: Pid, _ completion: @escaping (Term?) -> Void) {
        lastCall += 1
        calls[lastCall] = PendingCall(caller: caller, target: target, completion: completion)
        let message: Term = .tuple([.atom("$gen_call"), .tuple([.pid(caller), .integer(lastCall)]), request])
        // A call on the same node means the server that is there now.
        let server = target == caller.node ? servers[target] : nil
        guard let call = GenCall(message), post(.event(.call(call), to: server), from: caller.node, to: target) else {
            return append(.reply(lastCall, nil), from: target, to: caller.node, isLocal: true)
        }
    }

    func reply(_ reply: Term, to call: GenCall, from node: Atom) {
        if let tag = call.tag.asInteger { post(.reply(tag, reply), from: node, to: call.from.node) }
    }

    // MARK: Connections

    func areConnected(_ one: Atom, _ other: Atom) -> Bool { connected.contains([one, other]) }

    func peers(of node: Atom) -> [Atom] { nodes.filter { areConnected(node, $0) } }

    /// False if the link is cut.
    @discardableResult
    func connect(_ one: Atom, _ other: Atom) -> Bool {
        let pair: Pair = [one, other]
        guard one != other, !cut.contains(pair) else { return false }
        guard connected.insert(pair).inserted else { return true }
        append(.event(.nodeUp(one), to: nil), from: one, to: other, isLocal: true)
        append(.event(.nodeUp(other), to: nil), from: other, to: one, isLocal: true)
        return true
    }

    func cut(_ one: Atom, _ other: Atom) {
        guard one != other else { return }
        cut.insert([one, other])
        disconnect(one, other)
    }

    func heal(_ one: Atom, _ other: Atom) { cut.remove([one, other]) }

    /// - Parameter flushing: the side that closes, whose signals still arrive.
    func disconnect(_ one: Atom, _ other: Atom, flushing: Atom? = nil) {
        guard connected.remove([one, other]) != nil else { return }
        for (gone, node) in [(one, other), (other, one)] {
            if gone != flushing { lose(from: gone, to: node) }
            // In the order of a mailbox: first the processes of the node, then the node.
            for monitor in monitors where monitor.watcher.node == node && monitor.target.node == gone {
                watchers[monitor.target]?.remove(monitor.watcher)
                append(.event(.processDown(monitor.target), to: monitor.watcher), from: gone, to: node, isLocal: true)
            }
            for (tag, call) in calls where call.caller.node == node && call.target == gone {
                append(.reply(tag, nil), from: gone, to: node, isLocal: true)
            }
            append(.event(.nodeDown(gone), to: nil), from: gone, to: node, isLocal: true)
        }
    }

    /// What has arrived waits to be handled; the rest was under way.
    private func lose(from: Atom, to: Atom) {
        guard let from = places[from], let to = places[to] else { return }
        let queue = queues[from * nodes.count + to]
        let arrived = Int.random(in: 0...queue.count, using: &generator)
        queues[from * nodes.count + to] = queue[..<arrived] + queue[arrived...].filter(\.isLocal)
    }

    /// Ends a node with all its processes.
    func stop(_ node: Atom) {
        for peer in peers(of: node) { disconnect(node, peer) }
        for pid in living where pid.node == node {
            living.remove(pid)
            handlers[pid] = nil
            watchers[pid] = nil
        }
        calls = calls.filter { $0.value.caller.node != node }
        monitors = monitors.filter { $0.watcher.node != node }
        for from in nodes.indices { if let to = places[node] { queues[from * nodes.count + to] = [] } }
    }
}

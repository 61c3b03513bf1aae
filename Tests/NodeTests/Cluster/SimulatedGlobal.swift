import Processes
import Terms

@testable import Node

/// `global_name_server` of a simulated node: performs what its machine decides, as ``GlobalServer`` does.
final class SimulatedGlobal {
    let node: Atom
    private let network: SimulatedNetwork
    private(set) var machine: GlobalMachine
    /// Those of meetings, by their lock; a locker is a process that takes a lock and waits until it shall give it back.
    private(set) var lockers: [Term: Locker] = [:]
    private var watched: Set<Pid> = []

    final class Locker {
        let pid: Pid
        var isReleased = false
        init(_ pid: Pid) { self.pid = pid }
    }

    init(_ node: Atom, creation: UInt32, preventsOverlap: Bool, on network: SimulatedNetwork) {
        self.node = node
        self.network = network
        let locker = network.spawn(on: node, creation: creation)
        machine = GlobalMachine(node: node, locker: locker, creation: creation, preventsOverlap: preventsOverlap)
    }

    func handle(_ event: SimulatedNetwork.Event) {
        let actions: [GlobalAction]
        switch event {
        case .message(let message): actions = machine.received(message)
        case .call(let call): actions = machine.called(call)
        case .nodeUp(let peer): actions = machine.nodeUp(peer)
        case .nodeDown(let peer): actions = machine.nodeDown(peer)
        case .processDown(let pid):
            watched.remove(pid)
            actions = machine.down(pid)
        }
        for action in actions { perform(action) }
    }

    private func perform(_ action: GlobalAction) {
        switch action {
        case .cast(let peer, let message):
            network.post(.event(.message(message), to: nil), from: node, to: peer)
        case .info(let peer, let message):
            network.post(.event(.message(message), to: nil), from: node, to: peer, connecting: false)
        case .reply(let call, let reply): network.reply(reply, to: call, from: node)
        case .monitor(let pid):
            if watched.insert(pid).inserted, let server = network.servers[node] { network.monitor(pid, by: server) }
        case .connect(let peer):
            if !network.connect(node, peer) {
                network.post(.event(.nodeDown(peer), to: nil), from: node, to: node)
            }
        case .disconnect(let peer): network.disconnect(node, peer, flushing: node)
        case .kill(let pid): network.post(.exit(pid), from: node, to: pid.node)
        case .send(let pid, let message): network.post(.event(.message(message), to: pid), from: node, to: pid.node)
        case .lock(let peer, let tag, let id, let nodes, let attempt): lock(peer, tag, id, nodes, attempt)
        case .unlock(let id, _):
            if let locker = lockers.removeValue(forKey: id) { release(locker, id) }
        case .log: break
        }
    }

    // MARK: Lockers

    private func lock(_ peer: Atom, _ tag: Term, _ id: Term, _ nodes: [Atom], _ attempt: Int?) {
        let locker = Locker(network.spawn(on: node))
        lockers[id] = locker
        let set = { [self] in
            let isReleased = { locker.isReleased }
            SimulatedLock.set(
                id, on: nodes, retrying: attempt != nil, until: isReleased, by: locker.pid, network
            ) { [self] isSet in
                // To its own server, behind what waits there.
                let done = { [self] in
                    for action in machine.locked(peer, tag: tag, isSet: isSet) { perform(action) }
                }
                network.post(.run(done), from: node, to: node)
                guard isSet else { return network.kill(locker.pid) }
                held[locker.pid] = nodes
                if locker.isReleased { giveBack(locker, id) }
            }
        }
        if let attempt, attempt > 0 {
            network.after(SimulatedLock.pause(attempt, network), for: locker.pid, set)
        } else {
            set()
        }
    }

    private var held: [Pid: [Atom]] = [:]

    private func release(_ locker: Locker, _ id: Term) {
        let released = { [self] in
            locker.isReleased = true
            giveBack(locker, id)
        }
        network.post(.run(released), from: node, to: node)
    }

    private func giveBack(_ locker: Locker, _ id: Term) {
        guard let nodes = held.removeValue(forKey: locker.pid) else { return }
        SimulatedLock.giveBack(id, on: nodes, by: locker.pid, network) { [network] in network.kill(locker.pid) }
    }
}

/// ``GlobalLock``, without waiting.
enum SimulatedLock {
    /// Takes a lock on all nodes or on none; if wanted, again and again until it is held.
    static func set(
        _ id: Term, on nodes: [Atom], retrying: Bool = true, until isReleased: (() -> Bool)? = nil, attempt: Int = 0,
        by pid: Pid, _ network: SimulatedNetwork, _ completion: @escaping (Bool) -> Void
    ) {
        let nodes = Set(nodes).sorted { $0.name > $1.name }
        func ask(_ place: Int) {
            guard place < nodes.count else { return completion(true) }
            let target = nodes[place]
            // Lockers do not dial.
            if isReleased != nil, target != pid.node, !network.areConnected(target, pid.node) { return ask(place + 1) }
            network.call(target, .tuple([.atom("set_lock"), id]), by: pid) { reply in
                // One that is gone no longer matters.
                if reply?.isTrue ?? true { return ask(place + 1) }
                giveBack(id, on: Array(nodes[..<place]), by: pid, network) {
                    guard retrying else { return completion(false) }
                    network.after(pause(attempt, network), for: pid) {
                        if isReleased?() == true { return completion(false) }
                        set(id, on: nodes, until: isReleased, attempt: attempt + 1, by: pid, network, completion)
                    }
                }
            }
        }
        ask(0)
    }

    static func pause(_ attempt: Int, _ network: SimulatedNetwork) -> Int {
        Int.random(in: 5...min(1_000, 60 << min(attempt, 5)), using: &network.generator)
    }

    static func giveBack(
        _ id: Term, on nodes: [Atom], by pid: Pid, _ network: SimulatedNetwork, _ completion: @escaping () -> Void
    ) {
        let connected = nodes.filter { $0 == pid.node || network.areConnected($0, pid.node) }
        each(connected, .tuple([.atom("del_lock"), id]), by: pid, network, completion)
    }

    /// Asks one node after the other, whatever they answer.
    static func each(
        _ nodes: [Atom], _ request: Term, by pid: Pid, _ network: SimulatedNetwork, _ completion: @escaping () -> Void
    ) {
        guard let first = nodes.first else { return completion() }
        network.call(first, request, by: pid) { _ in
            each(Array(nodes.dropFirst()), request, by: pid, network, completion)
        }
    }
}

import Processes
import Terms

@testable import Node

/// The process of a `pg` scope on a simulated node: performs what its machine decides, as ``GroupScopes`` does.
final class SimulatedGroups {
    private let node: Atom
    private let network: SimulatedNetwork
    private(set) var machine: GroupMachine
    private var watched: Set<Pid> = []

    init(_ node: Atom, own: Pid, on network: SimulatedNetwork) {
        self.node = node
        self.network = network
        machine = GroupMachine(own: own)
    }

    func handle(_ event: SimulatedNetwork.Event) {
        let actions: [GroupAction]
        switch event {
        case .message(let message): actions = machine.received(message)
        case .call(let call): actions = machine.called(call)
        case .nodeUp(let peer):
            network.post(.event(.message(machine.discovery), to: nil), from: node, to: peer)
            return
        case .nodeDown: return
        case .processDown(let pid):
            watched.remove(pid)
            actions = machine.down(pid)
        }
        for action in actions {
            switch action {
            case .send(let pid, let message), .cast(let pid, let message):
                network.post(.event(.message(message), to: pid), from: node, to: pid.node)
            case .monitor(let pid): if watched.insert(pid).inserted { network.monitor(pid, by: machine.own) }
            case .reply(let call, let reply): network.reply(reply, to: call, from: node)
            }
        }
    }
}

/// A process that monitors a scope, and keeps its members by what it hears.
final class GroupWatcher {
    private(set) var members: [Term: [Pid]] = [:]
    private(set) var wrong: [String] = []

    func begin(_ groups: Term) {
        for (group, pids) in groups.asMap?.sortedPairs ?? [] {
            members[group] = (pids.properList ?? []).compactMap(\.asPid)
        }
    }

    func received(_ message: Term) {
        guard let tuple = message.asTuple, tuple.count == 4 else { return }
        let pids = (tuple[3].properList ?? []).compactMap(\.asPid)
        if tuple[1] == .atom("join") {
            members[tuple[2], default: []] += pids
        } else {
            for pid in pids {
                guard let place = members[tuple[2]]?.firstIndex(of: pid) else {
                    wrong.append("\(pid.id) of \(pid.node) left without being there")
                    continue
                }
                members[tuple[2]]?.remove(at: place)
            }
        }
    }
}

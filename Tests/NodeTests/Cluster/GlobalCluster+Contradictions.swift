import Processes
import Terms

@testable import Node

extension GlobalCluster {
    /// What is wrong when all is quiet; nothing if nothing is.
    var contradictions: [String] {
        network.nodes.flatMap { node -> [String] in
            guard let server = servers[node] else { return ["\(node) does not run"] }
            let peers = network.peers(of: node)
            let known = server.machine.known.keys.sorted { $0.name < $1.name }
            var wrong: [String] = []
            if known != peers { wrong.append("\(node) is connected to \(peers), but knows \(known)") }
            if !server.machine.meetings.isEmpty { wrong.append("\(node) still meets \(server.machine.meetings)") }
            if !server.lockers.isEmpty { wrong.append("\(node) forgot \(server.lockers.count) lockers") }
            for (resource, lock) in server.machine.locks {
                wrong.append("\(text(lock.requester)) still holds \(text(resource)) on \(node)")
            }
            for (name, entry) in server.machine.names where !network.isAlive(entry.pid) {
                wrong.append("\(node) has \(text(name)) for \(text(.pid(entry.pid))), who is dead")
            }
            return wrong
        }
    }

    /// Nodes that are connected to part of a partition only, and names that connected nodes have for different processes.
    var disagreements: [String] {
        var wrong: [String] = []
        for node in network.nodes {
            let part = Set([node] + network.peers(of: node))
            for peer in network.peers(of: node) {
                if Set([peer] + network.peers(of: peer)) != part {
                    wrong.append("\(node) and \(peer) belong to different partitions")
                }
                if registered(node) != registered(peer) {
                    wrong.append("\(node) has \(registered(node)), \(peer) has \(registered(peer))")
                }
            }
        }
        return wrong
    }

    private func registered(_ node: Atom) -> String {
        let names = servers[node]?.machine.names.map { Term.tuple([$0.key, .pid($0.value.pid)]) } ?? []
        return text(.makeList(names.sorted { Term.compare($0, $1) == .less }))
    }

    private func text(_ term: Term) -> String { ErlangPrinter(width: nil).print(term) }

    var isWhole: Bool { network.nodes.allSatisfy { network.peers(of: $0).count == network.nodes.count - 1 } }
}

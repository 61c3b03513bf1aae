import Processes
import Terms

@testable import Node

/// Some nodes with a `pg` scope and a process that monitors it, and what happens to them.
final class GroupCluster {
    let network: SimulatedNetwork
    private var creation: UInt32 = 0
    private var scopes: [Atom: SimulatedGroups] = [:]
    private var watchers: [Atom: GroupWatcher] = [:]
    /// Who is where by the calls that were made, and how often.
    private var joined: [(pid: Pid, group: Term)] = []
    private let groups: [Term] = [.atom("red"), .atom("green")]

    init(_ count: Int, seed: UInt64) {
        network = SimulatedNetwork((1...count).map { Atom("n\($0)@sim") }, seed: seed)
        for node in network.nodes { start(node) }
    }

    private func start(_ node: Atom) {
        creation += 1
        startScope(node)
    }

    /// The scope of a node ends and starts again; the processes stay, but are in no group.
    private func restartScope(_ node: Atom) {
        if let own = network.servers[node] { network.kill(own) }
        joined.removeAll { $0.pid.node == node }
        startScope(node, creation: network.servers[node]?.creation)
        for peer in network.peers(of: node) { scopes[node]?.handle(.nodeUp(peer)) }
    }

    private func startScope(_ node: Atom, creation: UInt32? = nil) {
        let creation = creation ?? self.creation
        network.start(node, creation: creation) { [unowned self] event in scopes[node]?.handle(event) }
        guard let own = network.servers[node] else { return }
        scopes[node] = SimulatedGroups(node, own: own, on: network)

        let watcher = GroupWatcher()
        watchers[node] = watcher
        let monitor = network.spawn(on: node) { event in
            if case .message(let message) = event { watcher.received(message) }
        }
        let reference: Term = .reference(Reference(node: node, creation: creation, words: [1, 2, 3]))
        network.call(node, .tuple([.atom("monitor"), reference]), by: monitor) { reply in
            if let pair = reply?.asTuple, pair.count == 2 { watcher.begin(pair[1]) }
        }
    }

    // MARK: What happens

    func connectAll() {
        for (place, one) in network.nodes.enumerated() {
            for other in network.nodes[(place + 1)...] {
                network.heal(one, other)
                network.connect(one, other)
                run(Int.random(in: 0...10, using: &network.generator))
            }
        }
    }

    func run(_ steps: Int) { for _ in 0..<steps where !network.step() { return } }

    /// False if something goes on for ever.
    func becomesQuiet() -> Bool {
        for _ in 0..<20_000 where !network.step() { return true }
        return false
    }

    /// Joins, leaves, deaths and faults, with some time in between.
    func happen(_ count: Int) {
        for _ in 0..<count {
            let node = randomNode()
            switch Int.random(in: 0..<15, using: &network.generator) {
            case 0..<4: join(network.spawn(on: node), groups[Int.random(in: 0...1, using: &network.generator)])
            case 4: if let member = randomMember() { join(member.pid, groups[0]) }
            case 5, 6: if let member = randomMember() { leave(member.pid, member.group) }
            case 7: if let member = randomMember() { die(member.pid) }
            case 8, 9: network.cut(node, randomNode())
            case 10, 11:
                let other = randomNode()
                network.heal(node, other)
                network.connect(node, other)
            case 12: restartScope(node)
            case 13:
                network.stop(node)
                joined.removeAll { $0.pid.node == node }
                start(node)
            default: network.disconnect(node, randomNode())
            }
            run(Int.random(in: 0...20, using: &network.generator))
        }
    }

    private func randomNode() -> Atom {
        network.nodes[Int.random(in: 0..<network.nodes.count, using: &network.generator)]
    }

    private func randomMember() -> (pid: Pid, group: Term)? { joined.randomElement(using: &network.generator) }

    func join(_ pid: Pid, _ group: Term) {
        joined.append((pid, group))
        network.call(pid.node, .tuple([.atom("join_local"), group, .pid(pid)]), by: network.spawn(on: pid.node)) { _ in
        }
    }

    func leave(_ pid: Pid, _ group: Term) {
        if let place = joined.firstIndex(where: { $0 == (pid, group) }) { joined.remove(at: place) }
        network.call(pid.node, .tuple([.atom("leave_local"), group, .pid(pid)]), by: network.spawn(on: pid.node)) { _ in
        }
    }

    func die(_ pid: Pid) {
        joined.removeAll { $0.pid == pid }
        network.kill(pid)
    }

    // MARK: What is wrong

    /// What nodes or monitors have other than the members of the nodes that they are connected to.
    var disagreements: [String] {
        network.nodes.flatMap { node -> [String] in
            let part = [node] + network.peers(of: node)
            var wrong = (watchers[node]?.wrong ?? []).map { "\(node) was told that \($0)" }
            for group in groups {
                let expected = joined.filter { $0.group == group && part.contains($0.pid.node) }.map(\.pid)
                let members = scopes[node]?.machine.groups[group]
                let views = [
                    ("has", members?.all ?? []), ("was told", watchers[node]?.members[group] ?? []),
                ]
                for (view, pids) in views where Self.sorted(pids) != Self.sorted(expected) {
                    wrong.append("\(node) \(view) \(Self.sorted(pids)), not \(Self.sorted(expected))")
                }
                let mine = expected.filter { $0.node == node }
                if Self.sorted(members?.local ?? []) != Self.sorted(mine) {
                    wrong.append(
                        "\(node) has \(Self.sorted(members?.local ?? [])) of its own, not \(Self.sorted(mine))")
                }
            }
            return wrong
        }
    }

    private static func sorted(_ pids: [Pid]) -> [UInt32] { pids.map(\.id).sorted() }

    var isWhole: Bool { network.nodes.allSatisfy { network.peers(of: $0).count == network.nodes.count - 1 } }
}

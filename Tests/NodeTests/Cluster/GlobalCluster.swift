import Processes
import Terms

@testable import Node

/// Some nodes with `global`, and what happens to them.
final class GlobalCluster {
    let network: SimulatedNetwork
    private let preventsOverlap: Bool
    private var creation: UInt32 = 0
    private(set) var servers: [Atom: SimulatedGlobal] = [:]
    private let names: [Term] = [.atom("one"), .atom("two"), .atom("three")]

    init(_ count: Int, seed: UInt64, preventsOverlap: Bool = true) {
        network = SimulatedNetwork((1...count).map { Atom("n\($0)@sim") }, seed: seed)
        self.preventsOverlap = preventsOverlap
        for node in network.nodes { start(node) }
    }

    private func start(_ node: Atom) {
        creation += 1
        network.start(node, creation: creation) { [unowned self] event in servers[node]?.handle(event) }
        servers[node] = SimulatedGlobal(node, creation: creation, preventsOverlap: preventsOverlap, on: network)
    }

    // MARK: What happens

    /// Connects every node with every other whose link is whole, a little at a time.
    func connectAll() {
        for (place, one) in network.nodes.enumerated() {
            for other in network.nodes[(place + 1)...].shuffled(using: &network.generator) {
                network.connect(one, other)
                run(Int.random(in: 0...20, using: &network.generator))
            }
        }
    }

    func healAll() {
        for one in network.nodes { for other in network.nodes { network.heal(one, other) } }
    }

    func run(_ steps: Int) { for _ in 0..<steps where !network.step() { return } }

    /// False if something goes on for ever.
    func becomesQuiet() -> Bool {
        for _ in 0..<20_000 where !network.step() { return true }
        return false
    }

    /// Registrations, deaths and, if wanted, faults, with some time in between.
    func happen(_ count: Int, withFaults: Bool = true) {
        for _ in 0..<count {
            let node = randomNode()
            switch Int.random(in: 0..<(withFaults ? 14 : 8), using: &network.generator) {
            case 0..<5: register(names[Int.random(in: 0..<3, using: &network.generator)], on: node)
            case 5: unregister(names[Int.random(in: 0..<3, using: &network.generator)], on: node)
            case 6, 7:
                let owners = (servers[node]?.machine.names.values.map(\.pid) ?? []).filter(network.isAlive)
                if let owner = owners.sorted(by: { $0.id < $1.id }).randomElement(using: &network.generator) {
                    network.kill(owner)
                }
            case 8, 9: network.cut(node, randomNode())
            case 10, 11:
                let other = randomNode()
                network.heal(node, other)
                network.connect(node, other)
            case 12:
                network.stop(node)
                start(node)
                network.connect(node, randomNode())
            default: network.disconnect(node, randomNode())
            }
            run(Int.random(in: 0...60, using: &network.generator))
        }
    }

    private func randomNode() -> Atom {
        network.nodes[Int.random(in: 0..<network.nodes.count, using: &network.generator)]
    }

    // MARK: As `global:register_name/2` and `unregister_name/1` do it

    /// A new process registers itself.
    func register(_ name: Term, on node: Atom) {
        let owner = network.spawn(on: node)
        let method: Term = .fun(.export(ExportFun(module: "global", function: "random_exit_name", arity: 3)))
        locked(by: owner) { [network] nodes, release in
            if self.servers[node]?.machine.names[name] != nil { return release { network.kill(owner) } }
            let request: Term = .tuple([.atom("register"), name, .pid(owner), method])
            SimulatedLock.each(nodes, request, by: owner, network) { release {} }
        }
    }

    func unregister(_ name: Term, on node: Atom) {
        let client = network.spawn(on: node)
        locked(by: client) { [network] nodes, release in
            SimulatedLock.each(nodes, .tuple([.atom("unregister"), name]), by: client, network) {
                release { network.kill(client) }
            }
        }
    }

    private typealias Release = (_ completion: @escaping () -> Void) -> Void

    private func locked(by client: Pid, attempt: Int = 0, _ body: @escaping ([Atom], @escaping Release) -> Void) {
        let id: Term = .tuple([.atom("global"), .pid(client)])
        let nodes = known(client.node)
        SimulatedLock.set(id, on: nodes, by: client, network) { [self] _ in
            let release: Release = { [network] in SimulatedLock.giveBack(id, on: nodes, by: client, network, $0) }
            let known = known(client.node)
            if Set(known).isSubset(of: nodes) { return body(known, release) }
            release { [self] in
                network.after(SimulatedLock.pause(attempt, network), for: client) {
                    self.locked(by: client, attempt: attempt + 1, body)
                }
            }
        }
    }

    private func known(_ node: Atom) -> [Atom] {
        [node] + (servers[node]?.machine.known.keys.sorted { $0.name < $1.name } ?? [])
    }
}

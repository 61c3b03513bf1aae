import Node
import Processes
import Terms
import Testing

/// The function table as other nodes can use it.
@Suite(.timeLimit(.minutes(3))) struct FunctionTableTests {
    private func node() -> Node {
        var configuration = NodeConfiguration()
        // Nobody answers there: the node stays what it is, whoever tells it to start.
        configuration.epmdPort = 1
        let node = Node(configuration: configuration)
        node.boot()
        return node
    }

    @Test func everyFunctionIsNamedOnceAndExplained() {
        let node = node()
        var seen: Set<String> = []
        for module in node.functions.modules {
            for function in node.functions.functions(of: module) {
                let name = "\(module):\(function.name)/\(function.arity)"
                #expect(seen.insert(name).inserted, "\(name) stands twice")
                #expect(function.summary.hasSuffix(".") || function.summary.contains(":"), "\(name)")
                #expect(Set(function.parameters).count == function.arity, "\(name)")
            }
        }
        #expect(seen.count > 250)
    }

    /// Whatever arguments arrive, a function answers, raises or waits; it never ends the node.
    @Test func wrongArgumentsNeverTrap() async {
        let node = node()
        let pid = node.userPid
        let values: [Term] = [
            0, -1, .integer(.max), .integer(.min), .float(1.5), .atom("x"), .atom(.true), .atom("nonode@nohost"),
            .atom("no@such"), .nil, [1, 2], .makeList([1], tail: 2), .charlist("~s~w~p"), .string("text"),
            .tuple([]), .tuple([.atom("x"), .atom("y")]), .tuple([.atom("user"), .atom("nonode@nohost")]), .map(Map()),
            .map(Map([(.atom("a"), 1)])), .bits([128], bitCount: 1), .reference(node.processes.makeReference()),
            .fun(.export(ExportFun(module: "lists", function: "reverse", arity: 1))),
            .makeList([.tuple([.atom("a"), 1]), .tuple([.atom("b"), .atom("c")])]), .atom(.infinity), 5,
            pid.map { .pid($0) } ?? .nil,
        ]
        var random = Numbers(state: 7)
        // These do as they are told: end the node's shell, sleep, or make lists as long as asked for.
        let left: Set<String> = ["exit", "sleep", "seq", "halt", "stop"]
        for module in node.functions.modules {
            for function in node.functions.functions(of: module) where !left.contains(function.name.name) {
                for _ in 0..<60 {
                    let arguments = (0..<function.arity).map { _ in
                        values[Int.random(in: 0..<values.count, using: &random)]
                    }
                    let process = node.processes.spawn(module, function.name, function.arity) { process in
                        _ = try await node.functions.call(module, function.name, arguments, on: node, by: process)
                    }
                    // A moment each; who waits for ever is ended.
                    for _ in 0..<20 where process.isAlive { await Task.yield() }
                    process.exit(process.pid, reason: .atom(.kill))
                }
            }
        }
        let process = node.processes.spawn("test", "after") { _ in }
        #expect(!process.pid.node.name.isEmpty && node.name == "nonode@nohost")
    }
}

/// Random numbers that are the same in each run.
private struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 29
    }
}

import Glibc
import Node
import Processes
import Support
import Terms
import TestKit
import Testing

/// Three nodes, of which one is killed again and again while calls, links and names go on: no call hangs, nothing is left.
///
/// Some seconds in the suite; `BEAMSH_SOAK=3600 swift test --filter Soak` for an hour.
@Suite(.serialized, .enabled(if: OTPPeer.isInstalled)) struct SoakTests {
    private static let seconds = getenv("BEAMSH_SOAK").flatMap { Double(String(cString: $0)) } ?? 8

    private struct Random: RandomNumberGenerator {
        var state: UInt64 = 20_261_121
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    @Test func nodesThatAreKilledLeaveNothingAndNoCallHangs() async throws {
        let cluster = try await Cluster(["soak1", "soak2"], ["soak3"])
        let names: [Atom] = ["soak1@127.0.0.1", "soak2@127.0.0.1", "soak3@127.0.0.1"]
        var random = Random()
        let end = ContinuousClock.now.advanced(by: .seconds(Self.seconds))
        var (calls, kills, rounds) = (0, 0, 0)
        var memory: [Int] = []
        let processes = cluster.ours.map(\.processes.count)
        while ContinuousClock.now < end {
            rounds += 1
            let caller = Int.random(in: 0..<2, using: &random)
            let target = names.randomElement(using: &random) ?? names[2]
            switch Int.random(in: 0..<6, using: &random) {
            case 0:
                kills += 1
                cluster.theirs[0].kill()
                cluster.theirs[0] = try await restart(cluster)
            case 1: _ = try await cluster.call(caller, "erlang", "disconnect_node", [.atom(target)])
            case 2:
                let process = cluster.idle(caller)
                for _ in 0..<20 {
                    let pid = try? await cluster.ours[caller].spawnRemote(
                        names[2], "timer", "sleep", [60_000], by: process)
                    if let pid { process.link(to: pid) }
                }
                process.exit(process.pid, reason: .atom(.kill))
            case 3:
                let holder = cluster.idle(caller)
                let name: Term = .tuple([.atom("soak"), .integer(rounds)])
                _ = try await cluster.call(caller, "global", "register_name", [name, .pid(holder.pid)])
                holder.exit(holder.pid, reason: .atom(.kill))
            default: break
            }
            calls += try await callAll(cluster, caller, target)
            if rounds % 10 == 0 { memory.append(SystemMemory.resident) }
        }
        // What was started has ended, and the connections are good again.
        for (node, before) in zip(cluster.ours, processes) {
            try await eventually("true") { "\(node.processes.count <= before + 2)" }
        }
        try await eventually("'soak3@127.0.0.1'") {
            cluster.print(
                try await cluster.call(0, "rpc", "call", [.atom(names[2]), .atom("erlang"), .atom("node"), .nil]))
        }
        print(
            "soak: \(rounds) rounds, \(calls) calls, \(kills) kills, memory \(memory.first ?? 0) to \(memory.last ?? 0)"
        )
        // How many there were says how fast the machine is, not whether one hung.
        #expect(calls == 10 * rounds && rounds > 0)
        if memory.count > 8 {
            let (early, late) = (memory[memory.count / 4], memory[memory.count - 1])
            #expect(late < early + 64 << 20, "\(memory)")
        }
        await cluster.close()
    }

    /// Ten calls at once; each has an answer within its time, whatever happens to the node.
    private func callAll(_ cluster: Cluster, _ caller: Int, _ target: Atom) async throws -> Int {
        let clock = ContinuousClock.now
        let node = cluster.ours[caller]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<10 {
                group.addTask {
                    let answer = await Self.seq(to: number, on: target, by: node)
                    let expected: Term = .makeList((0..<number).map { .integer($0 + 1) })
                    #expect(answer == expected || answer.asTuple?[0] == .atom(.badrpc), "\(answer)")
                }
            }
            try await group.waitForAll()
        }
        #expect(clock.duration(to: .now) < .seconds(15))
        return 10
    }

    private static func seq(to number: Int, on target: Atom, by node: Node) async -> Term {
        await withCheckedContinuation { continuation in
            node.processes.spawn("test", "caller", groupLeader: node.userPid) { me in
                let arguments: [Term] = [.atom(target), .atom("lists"), .atom("seq"), [1, .integer(number)], 5_000]
                let answer = try? await node.functions.call("rpc", "call", arguments, on: node, by: me)
                continuation.resume(returning: answer ?? .nil)
            }
        }
    }

    /// The name is free when EPMD has noticed the end of the one before.
    private func restart(_ cluster: Cluster) async throws -> OTPPeer {
        for _ in 0..<50 {
            if let peer = try? await OTPPeer("soak3@127.0.0.1", cookie: "interop", epmdPort: cluster.epmd.port) {
                return peer
            }
            try await Task.sleep(nanoseconds: 100_000_000)
        }
        return try await OTPPeer("soak3@127.0.0.1", cookie: "interop", epmdPort: cluster.epmd.port)
    }
}

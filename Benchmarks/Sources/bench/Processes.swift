import Foundation
import Node
import Processes
import Support
import Terms

/// Processes of one node: a message there and back between two, and starting a hundred thousand.
enum ProcessesBenchmark {
    private static let trips = 300_000
    private static let many = 100_000

    static func run() async throws {
        let node = Node()
        node.boot()
        var trip = Int.max
        for _ in 0..<5 { trip = min(trip, try await pingPong(node)) }
        let before = residentBytes()
        var (start, processes) = spawnMany(node)
        try await Task.sleep(nanoseconds: 300_000_000)
        let each = (residentBytes() - before) / many
        for _ in 0..<3 {
            for process in processes { process.exit(process.pid, reason: .atom(.kill)) }
            let (again, others) = spawnMany(node)
            (start, processes) = (min(start, again), others)
        }
        for process in processes { process.exit(process.pid, reason: .atom(.kill)) }
        let theirs = try OTP.run("bench_processes")
        Report.header("processes")
        let report = Report(theirs: theirs)
        report.line("a message there and back", trip)
        report.line("100000 processes, each", start)
        Report.memory("100000 processes", each * many, (theirs["memory"] ?? 0) * many)
    }

    private static func pingPong(_ node: Node) async throws -> Int {
        let clock = SystemTimeSource()
        let pong = node.processes.spawn("bench", "pong") { me in
            while true {
                guard let message = try await me.receiveAny().asTuple, case .pid(let from) = message[0] else { return }
                me.send(message[1], to: from)
            }
        }
        let nanoseconds: Int = try await withCheckedThrowingContinuation { continuation in
            node.processes.spawn("bench", "ping") { me in
                let start = clock.monotonicNanoseconds()
                for number in 0..<trips {
                    me.send(.tuple([.pid(me.pid), .integer(number)]), to: pong.pid)
                    _ = try await me.receive { $0 == .integer(number) ? true : nil }
                }
                continuation.resume(returning: Int(clock.monotonicNanoseconds() - start))
            }
        }
        pong.exit(pong.pid, reason: .atom(.kill))
        return nanoseconds / trips
    }

    private static func spawnMany(_ node: Node) -> (Int, [Processes.Process]) {
        let clock = SystemTimeSource()
        let start = clock.monotonicNanoseconds()
        var processes: [Processes.Process] = []
        processes.reserveCapacity(many)
        for _ in 0..<many {
            processes.append(node.processes.spawn("bench", "wait") { me in _ = try await me.receiveAny() })
        }
        return (Int(clock.monotonicNanoseconds() - start) / many, processes)
    }

    private static func residentBytes() -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4096
    }
}

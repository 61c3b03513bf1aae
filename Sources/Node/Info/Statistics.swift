internal import Distribution
internal import Glibc
internal import Processes
internal import Support
internal import Terms

/// The answers of `erlang:statistics/1`, as far as there is something to count here: processor time stands for the work of
/// the schedulers, messages taken for reductions, and the connections for input and output.
final class Statistics: Sendable {
    /// What the last caller saw of each, since some items tell the difference.
    private let last = Locked<[Atom: Int]>([:])

    init() {}

    func value(_ key: Atom, of node: Node) -> Term? {
        switch key.name {
        case "wall_clock": return pair(key, Int((node.clock.monotonicNanoseconds() - node.startedAt) / 1_000_000))
        case "runtime": return pair(key, Self.processorNanoseconds / 1_000_000)
        case "reductions", "exact_reductions": return pair(key, reductions(of: node))
        case "context_switches": return .tuple([.integer(Self.contextSwitches), 0])
        case "garbage_collection": return .tuple([0, 0, 0])
        case "io":
            let (bytesIn, bytesOut) = traffic(of: node)
            return .tuple([
                .tuple([.atom("input"), .integer(bytesIn)]), .tuple([.atom("output"), .integer(bytesOut)]),
            ])
        case "run_queue", "total_run_queue_lengths", "total_run_queue_lengths_all": return 0
        case "total_active_tasks", "total_active_tasks_all": return .integer(active(of: node))
        case "run_queue_lengths", "run_queue_lengths_all", "active_tasks", "active_tasks_all":
            return .makeList(Array(repeating: 0, count: Self.processors))
        case "scheduler_wall_time", "scheduler_wall_time_all":
            let total = Int(node.clock.monotonicNanoseconds() - node.startedAt)
            let busy = min(total, Self.processorNanoseconds / Self.processors)
            return .makeList((1...Self.processors).map { .tuple([.integer($0), .integer(busy), .integer(total)]) })
        default: return nil
        }
    }

    /// `{Now, SinceTheLastCall}`.
    private func pair(_ key: Atom, _ now: Int) -> Term {
        let before = last.withLock { last in
            defer { last[key] = now }
            return last[key] ?? 0
        }
        return .tuple([.integer(now), .integer(now - before)])
    }

    private func reductions(of node: Node) -> Int { node.processes.all.reduce(0) { $0 + $1.messagesTaken } }

    private func active(of node: Node) -> Int { node.processes.all.filter { !$0.isWaiting }.count }

    private func traffic(of node: Node) -> (Int, Int) {
        let connections = node.state.withLock { Array($0.connections.values) }
        return connections.reduce((0, 0)) { sum, connection in
            let statistics = connection.statistics
            return (sum.0 + statistics.bytesIn, sum.1 + statistics.bytesOut)
        }
    }

    static let processors = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

    private static var usage: rusage {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage
    }

    private static var processorNanoseconds: Int {
        let usage = usage
        let seconds = Int(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        return seconds * 1_000_000_000 + Int(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000
    }

    private static var contextSwitches: Int { Int(usage.ru_nvcsw + usage.ru_nivcsw) }
}

import Dispatch
import Support
import Tables
import Terms

/// ETS: a million integer rows in and out, on one and two threads, against compiled Erlang in the same run.
enum TablesBenchmark {
    private static let rows = 1 << 20
    private static let owner = Pid(node: .nonode, id: 1, serial: 0, creation: 0)

    /// Nanoseconds a row.
    static func run() throws {
        let report = Report(theirs: try OTP.run("bench_ets"))
        Report.header("ets, a row")
        for (type, typeName) in [(TableType.set, "set"), (.orderedSet, "ordered_set")] {
            for order in ["sequential", "random"] {
                for (operation, time) in try measure(type, keys: keys(order)) {
                    report.line("\(typeName) \(operation) \(order)", time)
                }
            }
        }
    }

    private static func keys(_ order: String) -> [Int] {
        (0..<rows).map { index in
            guard order == "random" else { return index }
            let a = (index * 0x9e37_79b1) & 0xf_ffff
            let b = a ^ (a >> 10)
            let c = (b * 0x85eb_ca6b) & 0xf_ffff
            return c ^ (c >> 11)
        }
    }

    private static func measure(_ type: TableType, keys: [Int]) throws -> [(String, Int)] {
        let registry = TableRegistry()
        func make() throws -> Table {
            try registry.create(
                name: "bench", options: TableOptions(type: type, protection: .public), owner: owner,
                incarnation: NodeIncarnation(node: .nonode, creation: 0))
        }
        func onNewTable(_ work: (Table) -> Int) throws -> Int {
            let table = try make()
            defer { try? registry.delete(table.identifier, from: owner) }
            return work(table)
        }
        let half = keys.count / 2
        let insert = try best { try onNewTable { table in time { insertAll(table, keys[...]) } } }
        let insert2 = try best {
            try onNewTable { table in time { parallel { insertAll(table, $0 == 0 ? keys[..<half] : keys[half...]) } } }
        }
        let table = try make()
        insertAll(table, keys[...])
        let lookup = best { time { lookupAll(table, keys[...]) } }
        let lookup2 = best { time { parallel { lookupAll(table, $0 == 0 ? keys[..<half] : keys[half...]) } } }
        let tab2list = best { time { precondition((try? table.tab2list(from: owner)) != nil) } }
        return [
            ("insert", insert), ("insert_2_threads", insert2), ("lookup", lookup), ("lookup_2_threads", lookup2),
            ("tab2list", tab2list),
        ]
    }

    private static func insertAll(_ table: Table, _ keys: ArraySlice<Int>) {
        let caller = owner
        for key in keys { try? table.insert([.integer(key), .integer(key)], from: caller) }
    }

    private static func lookupAll(_ table: Table, _ keys: ArraySlice<Int>) {
        let caller = owner
        var found = 0
        for key in keys where (try? table.lookupFirst(.integer(key), from: caller)) != nil { found += 1 }
        precondition(found == keys.count)
    }

    private static func parallel(_ work: @escaping @Sendable (Int) -> Void) {
        DispatchQueue.concurrentPerform(iterations: 2) { work($0) }
    }

    private static func time(_ work: () -> Void) -> Int {
        let clock = SystemTimeSource()
        let start = clock.monotonicNanoseconds()
        work()
        return Int(clock.monotonicNanoseconds() - start) / rows
    }

    private static func best(_ measure: () throws -> Int) rethrows -> Int {
        try min(measure(), measure(), measure())
    }
}

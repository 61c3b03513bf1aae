import Terms
import Testing

@testable import Tables

/// Random operations, the same on a table and on a dictionary.
@Suite struct TableModelTests {
    let me = Pid(node: "n@h", id: 1, serial: 0, creation: 1)

    struct SplitMix: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
    }

    func table(_ type: TableType) throws -> Table {
        try TableRegistry().create(
            name: "t", options: TableOptions(type: type, protection: .public), owner: me,
            incarnation: NodeIncarnation(node: "n@h", creation: 1))
    }

    func pairs(_ rows: [Tuple]) -> [Int: Int] {
        Dictionary(rows.map { ($0[0].asInteger ?? -1, $0[1].asInteger ?? -1) }) { _, _ in
            Issue.record("a key twice")
            return -1
        }
    }

    func rows(_ table: Table) throws -> [Tuple] {
        try (table.tab2list(from: me).properList ?? []).compactMap(\.asTuple)
    }

    /// Phases that grow, churn and shrink, over key ranges that make one leaf or many.
    @Test(arguments: [TableType.set, .orderedSet], [40, 3_000, 60_000])
    func aTableIsADictionary(type: TableType, keyRange: Int) throws {
        var random = SplitMix(state: UInt64(keyRange))
        let table = try table(type)
        var model: [Int: Int] = [:]
        var isFixed = false
        for (phase, deleteShare) in [10, 50, 90, 30, 97].enumerated() {
            for step in 0..<20_000 {
                let key = Int.random(in: 0..<keyRange, using: &random)
                switch Int.random(in: 0..<100, using: &random) {
                case 0..<deleteShare where step % 2 == 0:
                    try table.delete(.integer(key), from: me)
                    model[key] = nil
                case 0..<deleteShare:
                    let taken = try table.take(.integer(key), from: me)
                    #expect(taken.first?[1].asInteger == model.removeValue(forKey: key))
                case 98:
                    #expect(
                        try table.insertNew(objects: [.tuple([.integer(key), -5])], from: me) == (model[key] == nil))
                    if model[key] == nil { model[key] = -5 }
                case 99 where step % 10 == 0:
                    isFixed.toggle()
                    try table.safeFixtable(isFixed, from: me)
                default:
                    try table.insert([.integer(key), .integer(step)], from: me)
                    model[key] = step
                }
                let probe = Int.random(in: 0..<keyRange, using: &random)
                let found = try table.lookupFirst(.integer(probe), from: me)
                if found?[1].asInteger != model[probe] { Issue.record("lookup of \(probe) in phase \(phase)") }
            }
            #expect(table.count == model.count)
            let rows = try rows(table)
            #expect(rows.count == model.count)
            #expect(pairs(rows) == model)
            if type == .orderedSet { try expectOrder(table, model, &random, keyRange) }
        }
        for key in model.keys { try table.delete(.integer(key), from: me) }
        if isFixed { try table.safeFixtable(false, from: me) }
        #expect(table.count == 0)
        #expect(try table.first(from: me) == nil)
        #expect(try table.last(from: me) == nil)
        try table.insert([1, 2], from: me)
        #expect(try rows(table).count == 1)
    }

    func expectOrder(_ table: Table, _ model: [Int: Int], _ random: inout SplitMix, _ keyRange: Int) throws {
        let sorted = model.keys.sorted()
        #expect(try rows(table).map { $0[0].asInteger } == sorted)
        #expect(try table.first(from: me)?.asInteger == sorted.first)
        #expect(try table.last(from: me)?.asInteger == sorted.last)
        var reversed: [Int] = []
        try table.forEachReversed(from: me) { row in
            reversed.append(row[0].asInteger ?? -1)
            return true
        }
        #expect(reversed == sorted.reversed())
        for _ in 0..<200 {
            let key = Int.random(in: -1...keyRange, using: &random)
            #expect(try table.next(.integer(key), from: me)?.asInteger == sorted.first { $0 > key })
            #expect(try table.previous(.integer(key), from: me)?.asInteger == sorted.last { $0 < key })
        }
    }

    @Test func keysInOrderFromAboveAndFromBelow() throws {
        for keys in [Array(0..<50_000), Array((0..<50_000).reversed())] {
            let table = try table(.orderedSet)
            for key in keys { try table.insert([.integer(key)], from: me) }
            #expect(try rows(table).map { $0[0].asInteger } == Array(0..<50_000))
            // A queue: out at one end, in at the other.
            for key in 50_000..<150_000 {
                let first = try #require(try table.first(from: me))
                try table.delete(first, from: me)
                try table.insert([.integer(key)], from: me)
            }
            #expect(try rows(table).map { $0[0].asInteger } == Array(100_000..<150_000))
        }
    }

    @Test(arguments: [TableType.set, .bag, .orderedSet])
    func aTraversalSeesEachRowOnceWhileKeysComeAndGo(type: TableType) throws {
        let table = try table(type)
        for key in 0..<5_000 { try table.insert([.integer(key)], from: me) }
        try table.safeFixtable(true, from: me)
        var seen: [Int: Int] = [:]
        var next = try table.first(from: me)
        while let key = next {
            let number = try #require(key.asInteger)
            seen[number, default: 0] += 1
            try table.delete(key, from: me)
            if number < 5_000 { try table.insert([.integer(number + 1_000_000)], from: me) }
            next = try table.next(key, from: me)
        }
        try table.safeFixtable(false, from: me)
        for key in 0..<5_000 { #expect(seen[key] == 1) }
        #expect(seen.values.allSatisfy { $0 == 1 })
        var count = 0
        try table.forEach(from: me) { row in
            try table.delete(row[0], from: me)
            count += 1
            return true
        }
        #expect(table.count == 0)
        #expect(count + seen.keys.filter { $0 >= 1_000_000 }.count == 5_000)
    }

    @Test func aTraversalStopsWhenToldAndPassesErrorsOn() throws {
        struct Stop: Error {}
        for type in [TableType.set, .orderedSet, .bag] {
            let table = try table(type)
            for key in 0..<1_000 { try table.insert([.integer(key)], from: me) }
            var seen = 0
            try table.forEach(from: me) { _ in
                seen += 1
                return seen < 300
            }
            #expect(seen == 300)
            #expect(throws: TableTraversalError<Stop>.self) {
                try table.forEach(from: me) { (_) throws(Stop) -> Bool in throw Stop() }
            }
        }
    }
}

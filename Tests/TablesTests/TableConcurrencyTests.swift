import Tables
import Terms
import Testing

@Suite struct TableConcurrencyTests {
    let me = Pid(node: "n@h", id: 1, serial: 0, creation: 1)
    let registry = TableRegistry()

    func table(_ type: TableType) throws -> Table {
        try registry.create(
            name: "t", options: TableOptions(type: type, protection: .public), owner: me,
            incarnation: NodeIncarnation(node: "n@h", creation: 1))
    }

    @Test(arguments: [TableType.set, .orderedSet, .bag, .duplicateBag])
    func writersOfTheirOwnKeysLoseNothing(type: TableType) async throws {
        let table = try table(type)
        let me = me
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    for step in 0..<20_000 {
                        let key = Term.integer(step * 4 + worker)
                        try table.insert([key, .integer(step)], from: me)
                        if step % 2 == 0 { try table.delete(key, from: me) }
                        let found = try table.lookup(key, from: me)
                        if found.count != step % 2 { Issue.record("\(found.count) rows of key \(key)") }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(table.count == 40_000)
        #expect(try table.tab2list(from: me).properList?.count == 40_000)
    }

    @Test(arguments: [TableType.set, .orderedSet])
    func countersOfAllLoseNothing(type: TableType) async throws {
        let table = try table(type)
        let me = me
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for step in 0..<5_000 {
                        _ = try table.updateCounter(.integer(step % 10), 1, default: .tuple([0, 0]), from: me)
                    }
                }
            }
            try await group.waitForAll()
        }
        for key in 0..<10 { #expect(try table.lookupElement(.integer(key), 2, from: me) == 2_000) }
    }

    /// Of many that insert the same two keys as new, one wins both.
    @Test(arguments: [TableType.set, .orderedSet])
    func insertNewOfSeveralRowsIsAtomic(type: TableType) async throws {
        let table = try table(type)
        let me = me
        let wins = try await withThrowingTaskGroup(of: Int.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    var wins = 0
                    for step in 0..<2_000 {
                        let rows: [Tuple] = [
                            [.integer(step), .integer(worker)], [.integer(-step - 1), .integer(worker)],
                        ]
                        if try table.insertNew(contentsOf: worker % 2 == 0 ? rows : rows.reversed(), from: me) {
                            wins += 1
                        }
                    }
                    return wins
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(wins == 2_000)
        for step in 0..<2_000 {
            let winner = try table.lookupElement(.integer(step), 2, from: me)
            #expect(try table.lookupElement(.integer(-step - 1), 2, from: me) == winner)
        }
    }

    @Test(arguments: [TableType.set, .orderedSet, .bag])
    func aBigTableIsReleasedWithoutRecursion(type: TableType) throws {
        let table = try table(type)
        for key in 0..<300_000 { try table.insert([.integer(key), [1, 2]], from: me) }
        var chain = Term.nil
        for key in 0..<300_000 { chain = .list(List(head: .integer(key), tail: chain)) }
        try table.insert([-1, chain], from: me)
        chain = .nil
        #expect(table.count == 300_001)
        try registry.delete(table.identifier, from: me)
        #expect(table.count == 0)
    }
}

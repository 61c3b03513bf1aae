import Support
public import Terms
import Testing

@testable import Tables

@Suite struct TableRegistryTests {
    let registry = TableRegistry()
    let incarnation = NodeIncarnation(node: "n@h", creation: 1)
    let one = Pid(node: "n@h", id: 1, serial: 0, creation: 1)
    let two = Pid(node: "n@h", id: 2, serial: 0, creation: 1)
    let three = Pid(node: "n@h", id: 3, serial: 0, creation: 1)

    func create(_ name: Atom = "t", _ options: TableOptions = TableOptions(), owner: Pid? = nil) throws -> Table {
        try registry.create(name: name, options: options, owner: owner ?? one, incarnation: incarnation)
    }

    @Test func namedTablesAreFoundByNameAndOthersByReference() throws {
        let named = try create("a", TableOptions(isNamed: true))
        let unnamed = try create("a")
        #expect(registry.table("a") === named)
        #expect(registry.table(.reference(named.id)) === named)
        #expect(registry.table(.reference(unnamed.id)) === unnamed)
        #expect(registry.table("b") == nil)
        #expect(registry.table(1) == nil)
        #expect(named.id != unnamed.id)
        #expect(Set(registry.all()) == ["a", .reference(unnamed.id)])
    }

    @Test func aProtectedTableIsWrittenByItsOwnerOnly() throws {
        let table = try create()
        try table.insert([1], from: one)
        #expect(try table.lookup(1, from: two).count == 1)
        #expect(throws: TableError.noAccess) { try table.insert([2], from: two) }
        #expect(throws: TableError.noAccess) { try registry.delete(table.identifier, from: two) }
        try registry.giveAway(table.identifier, to: two, from: one)
        #expect(table.owner == two)
        try table.insert([2], from: two)
        #expect(throws: TableError.noAccess) { try table.insert([3], from: one) }
    }

    @Test func aPrivateTableIsReadByItsOwnerOnly() throws {
        for type in [TableType.set, .orderedSet, .bag] {
            let table = try create("t", TableOptions(type: type, protection: .private))
            try table.insert([1], from: one)
            #expect(throws: TableError.noAccess) { try table.lookup(1, from: two) }
            #expect(throws: TableError.noAccess) { try table.tab2list(from: two) }
            #expect(throws: TableError.noAccess) { try table.first(from: two) }
            #expect(throws: TableError.noAccess) { try table.safeFixtable(true, from: two) }
        }
    }

    @Test func aDeletedTableRefusesEverything() throws {
        for type in [TableType.set, .orderedSet, .duplicateBag] {
            let table = try create("t", TableOptions(type: type, protection: .public, isNamed: true))
            try table.insert([1], from: one)
            try registry.delete("t", from: two)
            #expect(registry.table("t") == nil)
            #expect(throws: TableError.noTable) { try table.insert([1], from: one) }
            #expect(throws: TableError.noTable) { try table.insert(contentsOf: [], from: one) }
            #expect(throws: TableError.noTable) { try table.member(1, from: one) }
            #expect(throws: TableError.noTable) { try registry.delete(.reference(table.id), from: one) }
        }
    }

    @Test func anExitDeletesTablesOrPassesThemToTheHeir() throws {
        let orphan = try create("orphan", TableOptions(isNamed: true))
        let heirless = try create("t", TableOptions(heir: TableHeir(pid: three, data: 1)))
        let inherited = try create("i", TableOptions(isNamed: true, heir: TableHeir(pid: two, data: "data")))
        try inherited.insert([1], from: one)
        let transfers = registry.ownerExited(one, isAlive: { $0 == two })
        #expect(transfers.count == 1)
        #expect(transfers.first?.table === inherited)
        #expect(transfers.first?.heir == two)
        #expect(transfers.first?.formerOwner == one)
        #expect(transfers.first?.data == "data")
        #expect(inherited.owner == two)
        #expect(try inherited.lookup(1, from: two).count == 1)
        #expect(registry.table("orphan") == nil)
        #expect(throws: TableError.noTable) { try orphan.insert([1], from: one) }
        #expect(throws: TableError.noTable) { try heirless.insert([1], from: one) }
        #expect(registry.ownerExited(one).isEmpty)
        #expect(registry.ownerExited(two).isEmpty)
        #expect(registry.all().isEmpty)
    }

    @Test func anExitEndsTheFixationsOfTheProcess() throws {
        let table = try create("t", TableOptions(protection: .public))
        try table.insert([1], from: one)
        try table.safeFixtable(true, from: two)
        try table.safeFixtable(true, from: two)
        try table.delete(1, from: one)
        #expect(try table.next(1, from: one) == nil)
        #expect(table.info("fixed") == .boolean(true))
        _ = registry.ownerExited(two)
        #expect(table.info("fixed") == .boolean(false))
        #expect(throws: TableError.noKey) { try table.next(1, from: one) }
    }

    @Test func infoListsTheItemsOfOTP() throws {
        let options = TableOptions(type: .bag, isNamed: true, keyPosition: 2, heir: TableHeir(pid: two, data: 1))
        let table = try create("t", options)
        try table.insert([1, 2], from: one)
        let items = try #require(table.info().properList)
        #expect(items.count == 15)
        #expect(items.contains(.tuple(["heir", .pid(two)])))
        #expect(items.contains(.tuple(["size", 1])))
        #expect(items.contains(.tuple(["node", "n@h"])))
        #expect(table.info("nosuch") == nil)
        #expect(table.memoryWords > 256)
    }
}

extension Term: ExpressibleByStringLiteral {
    /// An atom.
    public init(stringLiteral value: String) { self = .atom(Atom(value)) }
}

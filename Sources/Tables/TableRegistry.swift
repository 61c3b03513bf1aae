public import Support
public import Terms

/// A table that goes to its heir: `{'ETS-TRANSFER', Identifier, FormerOwner, Data}` is to be sent to `heir`.
public struct TableTransfer: Sendable {
    public let table: Table
    public let heir: Pid
    public let formerOwner: Pid
    public let data: Term
}

/// All tables of a node: found by identifier, by name and by owner.
public final class TableRegistry: Sendable {
    private struct State: Sendable {
        var tables: [Reference: Table] = [:]
        var named: [Atom: Table] = [:]
        /// The table that was asked for last by its own reference: most often it is asked for next.
        var last: Table?
        var owned: [Pid: Set<Reference>] = [:]
        var made: UInt64 = 0
    }

    private let state = Locked(State())
    private let fixationIndex = FixationIndex()
    private let clock: any TimeSource

    public init(clock: any TimeSource = SystemTimeSource()) { self.clock = clock }

    /// Makes a table. `incarnation` is the node's, for the table's reference. `badarg` if a named table has that name.
    public func create(
        name: Atom, options: TableOptions, owner: Pid, incarnation: NodeIncarnation
    ) throws(TableError) -> Table {
        let number = state.withLock { state in
            state.made += 1
            return state.made
        }
        let table = Table(
            id: Self.reference(number, incarnation), name: name, options: options, owner: owner,
            fixationIndex: fixationIndex, clock: clock)
        try state.withLock { (state: inout sending State) throws(TableError) in
            if options.isNamed {
                guard state.named[name] == nil else { throw .nameTaken }
                state.named[name] = table
            }
            state.tables[table.id] = table
            state.owned[owner, default: []].insert(table.id)
        }
        return table
    }

    /// The reference of the table with that number: three words, the first of 18 bits as in OTP, the last one a mark
    /// that keeps it apart from references made by counting up from zero.
    private static func reference(_ number: UInt64, _ incarnation: NodeIncarnation) -> Reference {
        let mark: UInt32 = 0x4554_5300
        return Reference(
            incarnation: incarnation,
            words: [UInt32(number & 0x3ffff), UInt32(truncatingIfNeeded: number >> 18), mark])
    }

    /// The table of an identifier: the name of a named table or a table's reference.
    public func table(_ identifier: Term) -> Table? {
        switch identifier {
        case .atom(let name): state.withLock { $0.named[name] }
        case .reference(let reference):
            state.withLock { state in
                if let last = state.last, last.id === reference { return last }
                guard let table = state.tables[reference] else { return nil }
                state.last = table
                return table
            }
        default: nil
        }
    }

    /// As ``table(_:)``, `badarg` if there is none.
    public func existingTable(_ identifier: Term) throws(TableError) -> Table {
        guard let table = table(identifier) else { throw .noTable }
        return table
    }

    /// The identifiers of all tables, as `ets:all/0`: names of named tables, references of the others.
    public func all() -> [Term] { state.withLock { Array($0.tables.values) }.map(\.identifier) }

    /// Deletes a table, as `ets:delete/1`; `badarg` if it does not exist or the caller may not write it.
    public func delete(_ identifier: Term, from caller: Pid) throws(TableError) {
        let table = try existingTable(identifier)
        guard table.protection == .public || table.owner == caller else { throw .noAccess }
        guard state.withLock({ Self.remove(table, from: &$0) }) else { throw .noTable }
        table.close()
    }

    private static func remove(_ table: Table, from state: inout State) -> Bool {
        guard state.tables.removeValue(forKey: table.id) != nil else { return false }
        if state.last === table { state.last = nil }
        if table.isNamed { state.named[table.name] = nil }
        disown(table.id, table.owner, &state)
        return true
    }

    private static func disown(_ id: Reference, _ owner: Pid, _ state: inout State) {
        state.owned[owner]?.remove(id)
        if state.owned[owner]?.isEmpty == true { state.owned[owner] = nil }
    }

    /// Gives a table a new name and returns its identifier, as `ets:rename/2`. `badarg` if a named table has that name.
    public func rename(_ identifier: Term, to name: Atom, from caller: Pid) throws(TableError) -> Term {
        let table = try existingTable(identifier)
        guard table.protection == .public || table.owner == caller else { throw .noAccess }
        try state.withLock { (state: inout sending State) throws(TableError) in
            guard state.tables[table.id] != nil else { throw .noTable }
            if table.isNamed {
                guard state.named[name] == nil else { throw .nameTaken }
                state.named[table.name] = nil
                state.named[name] = table
            }
            table.attributes.withLock { $0.name = name }
        }
        return table.identifier
    }

    /// Makes another process the owner, as `ets:give_away/3`; the caller must be the owner and sends the message itself.
    public func giveAway(_ identifier: Term, to pid: Pid, from caller: Pid) throws(TableError) {
        let table = try existingTable(identifier)
        try state.withLock { (state: inout sending State) throws(TableError) in
            guard state.tables[table.id] != nil else { throw .noTable }
            guard table.owner == caller else { throw .noAccess }
            guard pid != caller else { throw .badarg("the process is the owner already", "owner") }
            Self.pass(table, to: pid, &state)
        }
    }

    private static func pass(_ table: Table, to pid: Pid, _ state: inout State) {
        disown(table.id, table.owner, &state)
        state.owned[pid, default: []].insert(table.id)
        table.setOwner(pid)
    }

    /// Ends what a process that exited held: its fixations; its tables go to their heirs, if `isAlive` says so of them,
    /// or are deleted. Returns the transfers, whose messages the caller sends. An heir that got a table is its heir no more.
    public func ownerExited(_ pid: Pid, isAlive: (Pid) -> Bool = { _ in true }) -> [TableTransfer] {
        let fixed = fixationIndex.take(pid)
        let (fixedTables, ownedTables): ([Table], [Table]) = state.withLock { state in
            (fixed.compactMap { state.tables[$0] }, (state.owned[pid] ?? []).compactMap { state.tables[$0] })
        }
        for table in fixedTables { table.releaseFixations(of: pid) }
        var transfers: [TableTransfer] = []
        for table in ownedTables {
            let heir = table.heir.flatMap { $0.pid != pid && isAlive($0.pid) ? $0 : nil }
            let isStillOwned = state.withLock { state in
                guard state.tables[table.id] != nil, table.owner == pid else { return false }
                if let heir { Self.pass(table, to: heir.pid, &state) } else { _ = Self.remove(table, from: &state) }
                return true
            }
            guard isStillOwned else { continue }
            if let heir {
                table.attributes.withLock { $0.heir = nil }
                transfers.append(TableTransfer(table: table, heir: heir.pid, formerOwner: pid, data: heir.data))
            } else {
                table.close()
            }
        }
        return transfers
    }
}

internal import Support
public import Terms

extension Table {
    /// Inserts a row; in a set it takes the place of the row with the same key. A tuple without the key's element is
    /// `badarg`.
    public func insert(_ row: Tuple, from caller: Pid) throws(TableError) {
        guard row.count >= keyPosition else { throw Self.tooShort(row, keyPosition) }
        switch storage {
        case .set(let rows): try rows.insert(row, writer(caller))
        case .bag(let rows): try rows.insert(row, writer(caller))
        case .orderedSet(let rows):
            let key = row[keyPosition - 1]
            try rows.write(writer(caller)) { (tree) throws(TableError) in tree.insert(row, key: key) }
        }
    }

    /// Inserts all rows in one step: nobody sees a part of them, and none is inserted if one is too short.
    public func insert(contentsOf rows: [Tuple], from caller: Pid) throws(TableError) {
        _ = try insert(rows, onlyNew: false, caller)
    }

    /// Inserts the row or the list of rows of `ets:insert/2`; anything else is `badarg`.
    public func insert(objects: Term, from caller: Pid) throws(TableError) {
        if case .tuple(let row) = objects { return try insert(row, from: caller) }
        try insert(contentsOf: try Self.rows(of: objects), from: caller)
    }

    /// Inserts the rows if none of their keys exists; false, and nothing inserted, if one does.
    public func insertNew(contentsOf rows: [Tuple], from caller: Pid) throws(TableError) -> Bool {
        try insert(rows, onlyNew: true, caller)
    }

    /// Inserts the row or the list of rows of `ets:insert_new/2` if none of their keys exists.
    public func insertNew(objects: Term, from caller: Pid) throws(TableError) -> Bool {
        if case .tuple(let row) = objects { return try insertNew(contentsOf: [row], from: caller) }
        return try insertNew(contentsOf: try Self.rows(of: objects), from: caller)
    }

    private func insert(_ rows: [Tuple], onlyNew: Bool, _ caller: Pid) throws(TableError) -> Bool {
        for row in rows where row.count < keyPosition { throw Self.tooShort(row, keyPosition) }
        switch storage {
        case .set(let storage): return try storage.insert(rows, onlyNew: onlyNew, writer(caller))
        case .bag(let storage): return try storage.insert(rows, onlyNew: onlyNew, writer(caller))
        case .orderedSet(let storage): return try storage.insert(rows, onlyNew: onlyNew, writer(caller))
        }
    }

    private static func rows(of objects: Term) throws(TableError) -> [Tuple] {
        guard let elements = objects.properList else { throw .badarg("not a tuple or a list of tuples") }
        var rows: [Tuple] = []
        rows.reserveCapacity(elements.count)
        for element in elements {
            guard case .tuple(let row) = element else { throw .badarg("not a tuple or a list of tuples") }
            rows.append(row)
        }
        return rows
    }

    private static func tooShort(_ row: Tuple, _ keyPosition: Int) -> TableError {
        .badarg("a tuple of \(row.count) elements has no key at position \(keyPosition)")
    }

    /// The rows of a key, in the order of their insertion; none for a missing key.
    public func lookup(_ key: Term, from caller: Pid) throws(TableError) -> [Tuple] {
        guard case .bag(let rows) = storage else {
            return try lookupFirst(key, from: caller).map { [$0] } ?? []
        }
        return try rows.entry(key, reader(caller)).map { Array($0.rows) } ?? []
    }

    /// The row of a key, in a bag the oldest one; nothing for a missing key. Costs no allocation.
    public func lookupFirst(_ key: Term, from caller: Pid) throws(TableError) -> Tuple? {
        switch storage {
        case .set(let rows): return try rows.entry(key, reader(caller))
        case .bag(let rows): return try rows.entry(key, reader(caller))?.firstRow
        case .orderedSet(let rows):
            return try rows.read(reader(caller)) { (tree) throws(TableError) in tree.row(key) }
        }
    }

    /// The element at a position that counts from 1 of the row of a key; in a bag the list of those of all its rows.
    /// `badarg` for a missing key and for a row that is shorter.
    public func lookupElement(_ key: Term, _ position: Int, from caller: Pid) throws(TableError) -> Term {
        let rows = try lookup(key, from: caller)
        guard !rows.isEmpty else { throw .noKey }
        guard position > 0, rows.allSatisfy({ $0.count >= position }) else {
            throw .badarg("no element at position \(position)")
        }
        if case .bag = storage { return .makeList(rows.map { $0[position - 1] }) }
        return rows[0][position - 1]
    }

    /// True if there is a row with that key.
    public func member(_ key: Term, from caller: Pid) throws(TableError) -> Bool {
        switch storage {
        case .set(let rows): return try rows.contains(key, reader(caller))
        case .bag(let rows): return try rows.contains(key, reader(caller))
        case .orderedSet(let rows):
            return try rows.read(reader(caller)) { (tree) throws(TableError) in tree.contains(key) }
        }
    }

    /// Deletes all rows of a key; a missing key is no error.
    public func delete(_ key: Term, from caller: Pid) throws(TableError) {
        _ = try removed(key, caller)
    }

    /// Deletes all rows of a key and returns them.
    public func take(_ key: Term, from caller: Pid) throws(TableError) -> [Tuple] {
        try removed(key, caller)
    }

    private func removed(_ key: Term, _ caller: Pid) throws(TableError) -> [Tuple] {
        switch storage {
        case .set(let rows): return try rows.remove(key, writer(caller)).map { [$0] } ?? []
        case .bag(let rows): return try rows.remove(key, writer(caller)).map { Array($0.rows) } ?? []
        case .orderedSet(let rows):
            let row = try rows.write(writer(caller)) { (tree) throws(TableError) in tree.remove(key) }
            return row.map { [$0] } ?? []
        }
    }

    /// Deletes every row `=:=` to `object`, as `ets:delete_object/2`.
    public func deleteObject(_ object: Tuple, from caller: Pid) throws(TableError) {
        guard object.count >= keyPosition else { throw Self.tooShort(object, keyPosition) }
        switch storage {
        case .set(let rows): try rows.remove(object: object, writer(caller))
        case .bag(let rows): try rows.remove(object: object, writer(caller))
        case .orderedSet(let rows):
            let key = object[keyPosition - 1]
            _ = try rows.write(writer(caller)) { (tree) throws(TableError) -> Tuple? in
                tree.row(key) == object ? tree.remove(key) : nil
            }
        }
    }

    /// Deletes all rows.
    public func deleteAll(from caller: Pid) throws(TableError) {
        switch storage {
        case .set(let rows): try rows.removeAll(writer(caller))
        case .bag(let rows): try rows.removeAll(writer(caller))
        case .orderedSet(let rows):
            try rows.write(writer(caller)) { (tree) throws(TableError) in tree.removeAll() }
        }
    }
}

internal import Support
public import Terms

extension Table {
    /// The first key, nothing in an empty table (`'$end_of_table'` in Erlang).
    public func first(from caller: Pid) throws(TableError) -> Term? {
        switch storage {
        case .set(let rows): return try rows.firstKey(reader(caller))
        case .bag(let rows): return try rows.firstKey(reader(caller))
        case .orderedSet(let rows): return try key(of: rows, caller) { $0.firstRow }
        }
    }

    /// The last key; as ``first(from:)`` in a table without order.
    public func last(from caller: Pid) throws(TableError) -> Term? {
        guard case .orderedSet(let rows) = storage else { return try first(from: caller) }
        return try key(of: rows, caller) { $0.lastRow }
    }

    /// The key after `key`, nothing at the end. In an ordered set `key` need not exist; in the others a missing key is
    /// `badarg`, unless it was deleted while the table was fixed.
    public func next(_ key: Term, from caller: Pid) throws(TableError) -> Term? {
        switch storage {
        case .set(let rows): return try rows.nextKey(after: key, reader(caller))
        case .bag(let rows): return try rows.nextKey(after: key, reader(caller))
        case .orderedSet(let rows): return try self.key(of: rows, caller) { $0.row(after: key) }
        }
    }

    /// The key before `key`; as ``next(_:from:)`` in a table without order.
    public func previous(_ key: Term, from caller: Pid) throws(TableError) -> Term? {
        guard case .orderedSet(let rows) = storage else { return try next(key, from: caller) }
        return try self.key(of: rows, caller) { $0.row(before: key) }
    }

    private func key(
        of rows: OrderedStorage, _ caller: Pid, _ find: (borrowing OrderedTree) -> Tuple?
    ) throws(TableError) -> Term? {
        let row = try rows.read(reader(caller)) { (tree) throws(TableError) in find(tree) }
        return row?[keyPosition - 1]
    }

    /// All rows as a list, in the table's order; a list of one segment.
    public func tab2list(from caller: Pid) throws(TableError) -> Term {
        var rows: ContiguousArray<Term> = []
        switch storage {
        case .set(let storage): try storage.appendRows(to: &rows, reader(caller))
        case .bag(let storage): try storage.appendRows(to: &rows, reader(caller))
        case .orderedSet(let storage):
            return try storage.read(reader(caller)) { (tree) throws(TableError) -> Term in
                guard tree.count > 0 else { return .nil }
                let list = List(uninitializedCount: tree.count) { target in
                    var next = target
                    tree.forEachRow(after: nil) {
                        next.initialize(to: .tuple($0))
                        next += 1
                    }
                }
                return .list(list)
            }
        }
        guard !rows.isEmpty else { return .nil }
        let count = rows.count
        let list = rows.withUnsafeMutableBufferPointer { source in
            List(uninitializedCount: count) { target in
                guard let base = source.baseAddress else { return }
                // The elements move over; what stays behind is made trivial for the array to release.
                target.moveInitialize(from: base, count: count)
                base.initialize(repeating: .nil, count: count)
            }
        }
        return .list(list)
    }

    /// Calls `body` with each row in the table's order until it returns false. No lock is held meanwhile: `body` may use
    /// this table too. A row that is there all the time is seen exactly once.
    public func forEach<Failure: Error>(
        from caller: Pid, _ body: (Tuple) throws(Failure) -> Bool
    ) throws(TableTraversalError<Failure>) {
        switch storage {
        case .set(let rows): try forEach(rows, caller, body)
        case .bag(let rows): try forEach(rows, caller, body)
        case .orderedSet(let rows): try forEach(rows, caller, body)
        }
    }

    /// As ``forEach(from:_:)``, from the last row to the first in an ordered set.
    public func forEachReversed<Failure: Error>(
        from caller: Pid, _ body: (Tuple) throws(Failure) -> Bool
    ) throws(TableTraversalError<Failure>) {
        guard case .orderedSet(let rows) = storage else { return try forEach(from: caller, body) }
        try forEach(rows, caller, reversed: true, body)
    }

    /// How many rows are read under one lock.
    private static var batch: Int { 256 }

    private func forEach<Entry: HashEntry, Failure: Error>(
        _ storage: HashStorage<Entry>, _ caller: Pid, _ body: (Tuple) throws(Failure) -> Bool
    ) throws(TableTraversalError<Failure>) {
        storage.fix()
        defer { storage.unfix() }
        var cursor: HashCursor? = HashCursor()
        while let current = cursor {
            let rows: [Tuple]
            do { (rows, cursor) = try storage.rows(from: current, limit: Self.batch, reader(caller)) } catch {
                throw .table(error)
            }
            if try !Self.visit(rows, body) { return }
        }
    }

    private func forEach<Failure: Error>(
        _ storage: OrderedStorage, _ caller: Pid, reversed: Bool = false, _ body: (Tuple) throws(Failure) -> Bool
    ) throws(TableTraversalError<Failure>) {
        var key: Term?
        while true {
            var rows: [Tuple] = []
            do {
                rows = try storage.read(reader(caller)) { (tree) throws(TableError) -> [Tuple] in
                    var rows: [Tuple] = []
                    if reversed {
                        tree.forEachRowReversed(before: key, limit: Self.batch) { rows.append($0) }
                    } else {
                        tree.forEachRow(after: key, limit: Self.batch) { rows.append($0) }
                    }
                    return rows
                }
            } catch { throw .table(error) }
            if try !Self.visit(rows, body) { return }
            guard rows.count == Self.batch, let last = rows.last else { return }
            key = last[keyPosition - 1]
        }
    }

    private static func visit<Failure: Error>(
        _ rows: [Tuple], _ body: (Tuple) throws(Failure) -> Bool
    ) throws(TableTraversalError<Failure>) -> Bool {
        do {
            for row in rows where try !body(row) { return false }
        } catch { throw .body(error) }
        return true
    }
}

/// Why a traversal ended early: the table could not be read, or the caller's own code threw.
public enum TableTraversalError<Body: Error>: Error {
    case table(TableError)
    case body(Body)
}

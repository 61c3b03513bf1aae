internal import Support
internal import Terms

/// The rows of an `ordered_set`: one tree behind one lock that readers share.
final class OrderedStorage: Sendable {
    private let keyIndex: Int
    private let tree: ReadWriteLocked<OrderedTree>

    init(keyIndex: Int, owner: Pid) {
        self.keyIndex = keyIndex
        tree = ReadWriteLocked(OrderedTree(access: TableAccess(owner: owner), keyIndex: keyIndex))
    }

    /// Runs `body` on the tree beside other readers, if the caller may.
    @inline(__always)
    func read<Result>(
        _ caller: TableCaller, _ body: (borrowing OrderedTree) throws(TableError) -> sending Result
    ) throws(TableError) -> sending Result {
        try tree.withReadLock { (tree: borrowing OrderedTree) throws(TableError) -> sending Result in
            try tree.access.admit(caller.pid, ownerOnly: caller.ownerOnly)
            return try body(tree)
        }
    }

    /// Runs `body` on the tree alone, if the caller may.
    @inline(__always)
    func write<Result>(
        _ caller: TableCaller, _ body: (inout OrderedTree) throws(TableError) -> sending Result
    ) throws(TableError) -> sending Result {
        try tree.withWriteLock { (tree: inout sending OrderedTree) throws(TableError) -> sending Result in
            try tree.access.admit(caller.pid, ownerOnly: caller.ownerOnly)
            return try body(&tree)
        }
    }

    func insert(_ rows: [Tuple], onlyNew: Bool, _ caller: TableCaller) throws(TableError) -> Bool {
        try write(caller) { (tree) throws(TableError) in
            if onlyNew {
                for row in rows where tree.contains(row[keyIndex]) { return false }
            }
            for row in rows { tree.insert(row, key: row[keyIndex]) }
            return true
        }
    }

    /// Reads the row of a key and puts back what `transform` makes of it, in one step; see ``HashStorage``.
    func update(
        _ key: Term, _ caller: TableCaller, _ transform: (Tuple?) throws(TableError) -> Tuple?
    ) throws(TableError) {
        try write(caller) { (tree) throws(TableError) in
            guard let row = try transform(tree.row(key)) else { return }
            tree.insert(row, key: row[keyIndex])
        }
    }

    var count: Int { tree.withReadLock { $0.count } }
    var byteCount: Int { tree.withReadLock { $0.byteCount } }

    /// The first of the rows.
    var sample: [Tuple] {
        var rows: [Tuple] = []
        tree.withReadLock { $0.forEachRow(after: nil, limit: 256) { rows.append($0) } }
        return rows
    }

    func setOwner(_ owner: Pid) { tree.withWriteLock { $0.access.owner = owner } }

    /// Marks the table deleted and frees its rows.
    func close() {
        tree.withWriteLock {
            $0.access.isDeleted = true
            $0.removeAll()
        }
    }
}

internal import Support
internal import Terms

/// The rows of an `ordered_set`: one tree behind one lock. A search takes less time than a lock that readers share.
final class OrderedStorage: Sendable {
    private let keyIndex: Int
    private let tree: Locked<OrderedTree>

    init(keyIndex: Int, owner: Pid) {
        self.keyIndex = keyIndex
        tree = Locked(OrderedTree(access: TableAccess(owner: owner), keyIndex: keyIndex))
    }

    /// Runs `body` on the tree under the lock, if the caller may.
    @inline(__always)
    func withTree<Result>(
        _ caller: TableCaller, _ body: (inout OrderedTree) throws(TableError) -> sending Result
    ) throws(TableError) -> sending Result {
        try tree.withLock { (tree: inout sending OrderedTree) throws(TableError) -> sending Result in
            try tree.access.admit(caller.pid, ownerOnly: caller.ownerOnly)
            return try body(&tree)
        }
    }

    func insert(_ rows: [Tuple], onlyNew: Bool, _ caller: TableCaller) throws(TableError) -> Bool {
        try withTree(caller) { (tree) throws(TableError) in
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
        try withTree(caller) { (tree) throws(TableError) in
            guard let row = try transform(tree.row(key)) else { return }
            tree.insert(row, key: row[keyIndex])
        }
    }

    var count: Int { tree.withLock { $0.count } }
    var byteCount: Int { tree.withLock { $0.byteCount } }

    /// The first of the rows.
    var sample: [Tuple] {
        var rows: [Tuple] = []
        tree.withLock { $0.forEachRow(after: nil, limit: 256) { rows.append($0) } }
        return rows
    }

    func setOwner(_ owner: Pid) { tree.withLock { $0.access.owner = owner } }

    /// Marks the table deleted and frees its rows.
    func close() {
        tree.withLock {
            $0.access.isDeleted = true
            $0.removeAll()
        }
    }
}

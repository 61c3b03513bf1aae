internal import Terms

/// What a hash table keeps under one key: a row (`set`) or a group of rows (`bag`, `duplicate_bag`).
protocol HashEntry: Sendable {
    init(_ row: Tuple, keyIndex: Int)
    /// True if this entry stands for `key`.
    func hasKey(_ key: Term, keyIndex: Int) -> Bool
    func key(keyIndex: Int) -> Term
    var rowCount: Int { get }
    var firstRow: Tuple? { get }
    func forEachRow(_ body: (Tuple) -> Void)
    func contains(_ object: Tuple) -> Bool
    /// Takes in a row with the same key.
    mutating func add(_ row: Tuple, allowsDuplicates: Bool)
    /// Takes out every row `=:=` to `object`.
    mutating func remove(_ object: Tuple)
    /// Takes out all rows; the key stays, for a traversal that stands on it.
    mutating func removeRows()
}

/// The entry of a `set`: the row itself.
extension Tuple: HashEntry {
    @inline(__always)
    init(_ row: Tuple, keyIndex: Int) { self = row }

    @inline(__always)
    func hasKey(_ key: Term, keyIndex: Int) -> Bool {
        withElements { isSameKey(key, $0[keyIndex]) }
    }

    @inline(__always)
    func key(keyIndex: Int) -> Term { self[keyIndex] }

    var rowCount: Int { 1 }
    var firstRow: Tuple? { self }
    func forEachRow(_ body: (Tuple) -> Void) { body(self) }
    func contains(_ object: Tuple) -> Bool { self == object }
    mutating func add(_ row: Tuple, allowsDuplicates: Bool) { self = row }
    // A set's only row goes by hiding or freeing its entry.
    mutating func remove(_ object: Tuple) {}
    mutating func removeRows() {}
}

/// The entry of a `bag` or `duplicate_bag`: all rows of one key in the order of their insertion.
struct RowGroup: HashEntry {
    private let key: Term
    private(set) var rows: ContiguousArray<Tuple>

    init(_ row: Tuple, keyIndex: Int) {
        key = row[keyIndex]
        rows = [row]
    }

    func hasKey(_ key: Term, keyIndex: Int) -> Bool { isSameKey(key, self.key) }
    func key(keyIndex: Int) -> Term { key }
    var rowCount: Int { rows.count }
    var firstRow: Tuple? { rows.first }
    func forEachRow(_ body: (Tuple) -> Void) { for row in rows { body(row) } }
    func contains(_ object: Tuple) -> Bool { rows.contains(object) }

    mutating func add(_ row: Tuple, allowsDuplicates: Bool) {
        if allowsDuplicates || !rows.contains(row) { rows.append(row) }
    }

    mutating func remove(_ object: Tuple) { rows.removeAll { $0 == object } }
    mutating func removeRows() { rows.removeAll() }
}

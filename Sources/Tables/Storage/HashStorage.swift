internal import Support
internal import Terms

/// The rows of a `set`, `bag` or `duplicate_bag`: sixteen shards, each behind its own lock, chosen by the key's hash.
///
/// An operation on one key holds one lock. An insert of several rows holds the locks of all their shards, taken in
/// ascending order. Nothing is called out to under a lock.
final class HashStorage<Entry: HashEntry>: Sendable {
    typealias Shard = HashShard<Entry>

    private let keyIndex: Int
    private let allowsDuplicates: Bool
    private let shards: InlineArray<16, Locked<Shard>>

    init(keyIndex: Int, allowsDuplicates: Bool, owner: Pid) {
        self.keyIndex = keyIndex
        self.allowsDuplicates = allowsDuplicates
        shards = InlineArray { _ in Locked(Shard(access: TableAccess(owner: owner))) }
    }

    @inline(__always)
    private static func shardIndex(_ hash: UInt64) -> Int { Int(hash >> 60) }

    /// Runs `body` on the shard of `hash` under its lock, if the caller may.
    @inline(__always)
    private func withShard<Result>(
        _ hash: UInt64, _ caller: TableCaller, _ body: (inout Shard) throws(TableError) -> sending Result
    ) throws(TableError) -> sending Result {
        try shards[Self.shardIndex(hash)].withLock {
            (shard: inout sending Shard) throws(TableError) -> sending Result in
            try shard.access.admit(caller.pid, ownerOnly: caller.ownerOnly)
            return try body(&shard)
        }
    }

    // MARK: One key

    @inline(__always)
    func entry(_ key: Term, _ caller: TableCaller) throws(TableError) -> Entry? {
        let hash = hashKey(key)
        return try withShard(hash, caller) { (shard) throws(TableError) in
            shard.entry(key, hash: hash, keyIndex: keyIndex)
        }
    }

    func contains(_ key: Term, _ caller: TableCaller) throws(TableError) -> Bool {
        let hash = hashKey(key)
        return try withShard(hash, caller) { (shard) throws(TableError) in
            shard.contains(key, hash: hash, keyIndex: keyIndex)
        }
    }

    @inline(__always)
    func insert(_ row: Tuple, _ caller: TableCaller) throws(TableError) {
        let key = row[keyIndex]
        let hash = hashKey(key)
        try withShard(hash, caller) { (shard) throws(TableError) in
            shard.insert(row, key: key, hash: hash, keyIndex: keyIndex, allowsDuplicates: allowsDuplicates)
        }
    }

    func remove(_ key: Term, _ caller: TableCaller) throws(TableError) -> Entry? {
        let hash = hashKey(key)
        return try withShard(hash, caller) { (shard) throws(TableError) in
            shard.remove(key, hash: hash, keyIndex: keyIndex)
        }
    }

    func remove(object: Tuple, _ caller: TableCaller) throws(TableError) {
        let key = object[keyIndex]
        let hash = hashKey(key)
        try withShard(hash, caller) { (shard) throws(TableError) in
            _ = shard.remove(object: object, key: key, hash: hash, keyIndex: keyIndex)
        }
    }

    /// Reads the entry of a key and puts back what `transform` makes of it, in one step; `transform` is pure, gets
    /// nothing for a missing key, and may return nothing to leave the table as it is.
    func update(
        _ key: Term, _ caller: TableCaller, _ transform: (Entry?) throws(TableError) -> Tuple?
    ) throws(TableError) {
        let hash = hashKey(key)
        try withShard(hash, caller) { (shard) throws(TableError) in
            guard let row = try transform(shard.entry(key, hash: hash, keyIndex: keyIndex)) else { return }
            shard.insert(row, key: key, hash: hash, keyIndex: keyIndex, allowsDuplicates: allowsDuplicates)
        }
    }

    // MARK: Several keys

    /// The addresses of the shards that are locked; good for as long as the locks are held.
    private struct Held: Sendable {
        private var addresses = InlineArray<16, UInt>(repeating: 0)

        subscript(hash: UInt64) -> UnsafeMutablePointer<Shard>? {
            UnsafeMutablePointer(bitPattern: addresses[HashStorage.shardIndex(hash)])
        }

        mutating func add(_ address: UInt, at index: Int) { addresses[index] = address }
    }

    /// Inserts all rows, or with `onlyNew` none of them if one of the keys exists; nobody sees a part of it.
    func insert(_ rows: [Tuple], onlyNew: Bool, _ caller: TableCaller) throws(TableError) -> Bool {
        var mask: UInt32 = 0
        let hashes = rows.map { row in
            let hash = hashKey(row[keyIndex])
            mask |= 1 << UInt32(Self.shardIndex(hash))
            return hash
        }
        return try withLocked(mask == 0 ? 1 : mask, from: 0, Held(), caller) { held in
            if onlyNew {
                for (row, hash) in zip(rows, hashes)
                where held[hash]?.pointee.contains(row[keyIndex], hash: hash, keyIndex: keyIndex) == true {
                    return false
                }
            }
            for (row, hash) in zip(rows, hashes) {
                held[hash]?.pointee.insert(
                    row, key: row[keyIndex], hash: hash, keyIndex: keyIndex, allowsDuplicates: allowsDuplicates)
            }
            return true
        }
    }

    /// Locks the shards of `mask` from `index` on, one inside the other, and runs `body` within.
    private func withLocked(
        _ mask: UInt32, from index: Int, _ held: Held, _ caller: TableCaller, _ body: (Held) -> Bool
    ) throws(TableError) -> Bool {
        let rest = mask >> UInt32(index)
        guard rest != 0 else { return body(held) }
        let next = index + rest.trailingZeroBitCount
        return try shards[next].withLock { (shard: inout sending Shard) throws(TableError) -> Bool in
            try shard.access.admit(caller.pid, ownerOnly: caller.ownerOnly)
            var held = held
            held.add(withUnsafeMutablePointer(to: &shard) { UInt(bitPattern: $0) }, at: next)
            return try withLocked(mask, from: next + 1, held, caller, body)
        }
    }

    // MARK: The whole table

    /// Runs `body` on each shard in turn, each under its lock, if the caller may.
    private func forEachShard(
        _ caller: TableCaller, _ body: (inout Shard) -> Void
    ) throws(TableError) {
        for index in shards.indices {
            try shards[index].withLock { (shard: inout sending Shard) throws(TableError) in
                try shard.access.admit(caller.pid, ownerOnly: caller.ownerOnly)
                body(&shard)
            }
        }
    }

    func removeAll(_ caller: TableCaller) throws(TableError) { try forEachShard(caller) { $0.removeAll() } }

    /// Number of rows; without a check of rights.
    var count: Int {
        var count = 0
        for index in shards.indices { shards[index].withLock { count += $0.rowCount } }
        return count
    }

    var byteCount: Int {
        var count = 0
        for index in shards.indices { shards[index].withLock { count += $0.byteCount } }
        return count
    }

    /// Some of the rows, from every shard.
    var sample: [Tuple] {
        var rows: [Tuple] = []
        for index in shards.indices {
            shards[index].withLock { _ = $0.forEachRow(from: 0, limit: 16) { rows.append($0) } }
        }
        return rows
    }

    func appendRows(to rows: inout ContiguousArray<Term>, _ caller: TableCaller) throws(TableError) {
        rows.reserveCapacity(count)
        try forEachShard(caller) { shard in
            _ = shard.forEachRow(from: 0) { rows.append(.tuple($0)) }
        }
    }

    /// Up to `limit` entries' rows from a cursor on, and the cursor to go on from; nothing at the end. The storage is
    /// fixed by the caller.
    func rows(from cursor: HashCursor, limit: Int, _ caller: TableCaller) throws(TableError) -> ([Tuple], HashCursor?) {
        var rows: [Tuple] = []
        var cursor = cursor
        while cursor.shard < shards.count {
            let position = try shards[cursor.shard].withLock {
                (shard: inout sending Shard) throws(TableError) -> Int? in
                try shard.access.admit(caller.pid, ownerOnly: caller.ownerOnly)
                return shard.forEachRow(from: cursor.position, limit: limit) { rows.append($0) }
            }
            cursor =
                position.map { HashCursor(shard: cursor.shard, position: $0) } ?? HashCursor(shard: cursor.shard + 1)
            if rows.count >= limit { return (rows, cursor) }
        }
        return (rows, nil)
    }

    func firstKey(_ caller: TableCaller, fromShard first: Int = 0) throws(TableError) -> Term? {
        for index in first..<shards.count {
            let key = try shards[index].withLock { (shard: inout sending Shard) throws(TableError) -> Term? in
                try shard.access.admit(caller.pid, ownerOnly: caller.ownerOnly)
                return shard.firstKey(keyIndex: keyIndex)
            }
            if let key { return key }
        }
        return nil
    }

    /// The key after `key` in the table's own order.
    func nextKey(after key: Term, _ caller: TableCaller) throws(TableError) -> Term? {
        let hash = hashKey(key)
        let successor = try withShard(hash, caller) { (shard) throws(TableError) in
            shard.successor(of: key, hash: hash, keyIndex: keyIndex)
        }
        switch successor {
        case .key(let next): return next
        case .unknownKey: throw .noKey
        case .endOfShard: return try firstKey(caller, fromShard: Self.shardIndex(hash) + 1)
        }
    }

    func fix() { for index in shards.indices { shards[index].withLock { $0.fix() } } }

    func unfix() { for index in shards.indices { shards[index].withLock { $0.unfix(keyIndex: keyIndex) } } }

    func setOwner(_ owner: Pid) { for index in shards.indices { shards[index].withLock { $0.access.owner = owner } } }

    /// Marks the table deleted and frees its rows.
    func close() {
        for index in shards.indices {
            shards[index].withLock {
                $0.access.isDeleted = true
                $0.close()
            }
        }
    }
}

/// A place in a hash storage's order.
struct HashCursor: Sendable {
    var shard = 0
    var position = 0
}

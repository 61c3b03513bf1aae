internal import Terms

/// A part of a hash table: entries in the order of their insertion, and an index from hash to entry.
///
/// The index is open addressing with linear probing; a slot holds half of the hash and the entry's position, so that
/// growing touches no row and a probe reads a row only when it is most likely the right one. Positions give the table
/// its order: a freed entry leaves a hole, and holes are squeezed out, which keeps the order, when they outnumber the
/// entries. While the table is fixed nothing is squeezed and an erased key is only hidden, so a traversal may stand on it.
struct HashShard<Entry: HashEntry>: ~Copyable {
    var access: TableAccess
    private(set) var rowCount = 0
    private(set) var fixations = 0

    /// 0 for an empty slot, else the tag in the high half and the position plus one in the low half.
    private var slots: UnsafeMutablePointer<UInt64>?
    private var slotMask = 0
    private var entries: UnsafeMutablePointer<Entry?>?
    private var capacity = 0
    /// One past the last position in use.
    private var end = 0
    /// No entry stands before this position.
    private var start = 0
    /// Entries that are not holes.
    private var used = 0
    /// Positions whose keys were erased while the table was fixed.
    private var hidden: Set<Int> = []

    init(access: TableAccess) { self.access = access }

    deinit {
        if let entries {
            entries.deinitialize(count: end)
            entries.deallocate()
        }
        slots?.deallocate()
    }

    // MARK: Finding

    @inline(__always)
    private static func tag(_ hash: UInt64) -> UInt64 { hash & 0xffff_ffff }

    /// The slot and position of a key, hidden or not.
    @inline(__always)
    private func find(_ key: Term, hash: UInt64, keyIndex: Int) -> (slot: Int, position: Int)? {
        guard let slots, let entries else { return nil }
        let tag = Self.tag(hash)
        var slot = Int(tag) & slotMask
        while true {
            let word = slots[slot]
            if word == 0 { return nil }
            if word >> 32 == tag {
                let position = Int(word & 0xffff_ffff) &- 1
                if entries[position].unsafelyUnwrapped.hasKey(key, keyIndex: keyIndex) { return (slot, position) }
            }
            slot = (slot &+ 1) & slotMask
        }
    }

    @inline(__always)
    private func isHidden(_ position: Int) -> Bool { !hidden.isEmpty && hidden.contains(position) }

    @inline(__always)
    private func findVisible(_ key: Term, hash: UInt64, keyIndex: Int) -> Int? {
        guard let found = find(key, hash: hash, keyIndex: keyIndex), !isHidden(found.position) else { return nil }
        return found.position
    }

    func contains(_ key: Term, hash: UInt64, keyIndex: Int) -> Bool {
        findVisible(key, hash: hash, keyIndex: keyIndex) != nil
    }

    @inline(__always)
    func entry(_ key: Term, hash: UInt64, keyIndex: Int) -> Entry? {
        guard let position = findVisible(key, hash: hash, keyIndex: keyIndex), let entries else { return nil }
        return entries[position]
    }

    // MARK: Writing

    @inline(__always)
    mutating func insert(_ row: Tuple, key: Term, hash: UInt64, keyIndex: Int, allowsDuplicates: Bool) {
        if let (_, position) = find(key, hash: hash, keyIndex: keyIndex), let entries {
            if isHidden(position) {
                hidden.remove(position)
                entries[position] = Entry(row, keyIndex: keyIndex)
                rowCount &+= 1
            } else {
                let before = entries[position].unsafelyUnwrapped.rowCount
                entries[position]?.add(row, allowsDuplicates: allowsDuplicates)
                rowCount &+= entries[position].unsafelyUnwrapped.rowCount &- before
            }
            return
        }
        if end == capacity || (used &+ 1) &* 4 > (slotMask &+ 1) &* 3 { makeRoom() }
        guard let entries, let slots else { return }
        (entries + end).initialize(to: Entry(row, keyIndex: keyIndex))
        end &+= 1
        used &+= 1
        rowCount &+= 1
        Self.place(Self.tag(hash) << 32 | UInt64(end), in: slots, mask: slotMask)
    }

    /// Erases a key and returns what stood under it.
    mutating func remove(_ key: Term, hash: UInt64, keyIndex: Int) -> Entry? {
        guard let (slot, position) = find(key, hash: hash, keyIndex: keyIndex), let entries, !isHidden(position)
        else { return nil }
        let entry = entries[position]
        erase(slot: slot, position: position)
        return entry
    }

    /// Erases every row `=:=` to `object` and returns how many there were.
    mutating func remove(object: Tuple, key: Term, hash: UInt64, keyIndex: Int) -> Int {
        guard let (slot, position) = find(key, hash: hash, keyIndex: keyIndex), let entries, !isHidden(position),
            let entry = entries[position], entry.contains(object)
        else { return 0 }
        let before = rowCount
        var rest = entry
        rest.remove(object)
        if Entry.self == Tuple.self || rest.rowCount == 0 {
            erase(slot: slot, position: position)
        } else {
            rowCount -= entry.rowCount - rest.rowCount
            entries[position] = rest
        }
        return before - rowCount
    }

    private mutating func erase(slot: Int, position: Int) {
        guard let entries else { return }
        rowCount -= entries[position].unsafelyUnwrapped.rowCount
        if fixations > 0 {
            hidden.insert(position)
            entries[position]?.removeRows()
            return
        }
        freeSlot(slot)
        freePosition(position)
        if used == 0 {
            end = 0
            start = 0
        } else if end - used > used + 16 {
            rebuild(minimumCapacity: used)
        }
    }

    private mutating func freePosition(_ position: Int) {
        guard let entries else { return }
        entries[position] = nil
        used &-= 1
        if position == end &- 1 { end &-= 1 }
    }

    /// Empties a slot and moves up those behind it that would not be found any more.
    private func freeSlot(_ slot: Int) {
        guard let slots else { return }
        var hole = slot
        var probe = slot
        while true {
            probe = (probe &+ 1) & slotMask
            let word = slots[probe]
            if word == 0 { break }
            let home = Int(word >> 32) & slotMask
            if (probe &- home) & slotMask >= (probe &- hole) & slotMask {
                slots[hole] = word
                hole = probe
            }
        }
        slots[hole] = 0
    }

    /// Erases everything; what a traversal may stand on stays hidden while the table is fixed.
    mutating func removeAll() {
        if fixations > 0, let entries {
            for position in start..<end where entries[position] != nil {
                hidden.insert(position)
                entries[position]?.removeRows()
            }
            rowCount = 0
            return
        }
        if let entries {
            entries.deinitialize(count: end)
            entries.deallocate()
        }
        slots?.deallocate()
        (slots, entries) = (nil, nil)
        (slotMask, capacity, end, start, used, rowCount) = (0, 0, 0, 0, 0, 0)
    }

    /// Erases everything, fixed or not.
    mutating func close() {
        fixations = 0
        hidden = []
        removeAll()
    }

    // MARK: Room

    @inline(__always)
    private static func place(_ word: UInt64, in slots: UnsafeMutablePointer<UInt64>, mask: Int) {
        var slot = Int(word >> 32) & mask
        while slots[slot] != 0 { slot = (slot &+ 1) & mask }
        slots[slot] = word
    }

    @inline(never)
    private mutating func makeRoom() {
        let squeezes = fixations == 0 && end - used > end / 4
        rebuild(minimumCapacity: squeezes ? used + used / 2 : max(used, end) * 2)
    }

    /// Moves to an index and entries of a new size; squeezes out the holes unless the table is fixed.
    private mutating func rebuild(minimumCapacity: Int) {
        let squeezes = fixations == 0 && end > used
        let newCapacity = max(8, minimumCapacity, squeezes ? used : end)
        precondition(newCapacity < Int(UInt32.max), "a shard of more than 2^32 entries")
        if squeezes || newCapacity != capacity {
            let newEntries = UnsafeMutablePointer<Entry?>.allocate(capacity: newCapacity)
            var moved = [UInt32](repeating: 0, count: squeezes ? end : 0)
            if let entries {
                if squeezes {
                    var target = 0
                    for position in 0..<end where entries[position] != nil {
                        (newEntries + target).moveInitialize(from: entries + position, count: 1)
                        target += 1
                        moved[position] = UInt32(target)
                    }
                    end = target
                    start = 0
                } else {
                    newEntries.moveInitialize(from: entries, count: end)
                }
                entries.deallocate()
            }
            entries = newEntries
            capacity = newCapacity
            rebuildIndex(moved: moved)
        } else {
            rebuildIndex(moved: [])
        }
    }

    /// Writes a new index; `moved` maps an old position to its new one plus one, or is empty if none moved.
    private mutating func rebuildIndex(moved: [UInt32]) {
        var slotCount = 16
        while slotCount * 3 < capacity * 4 { slotCount *= 2 }
        if moved.isEmpty, slots != nil, slotCount == slotMask + 1 { return }
        let newSlots = UnsafeMutablePointer<UInt64>.allocate(capacity: slotCount)
        newSlots.initialize(repeating: 0, count: slotCount)
        if let slots {
            for slot in 0...slotMask where slots[slot] != 0 {
                let word = slots[slot]
                let position = moved.isEmpty ? word & 0xffff_ffff : UInt64(moved[Int(word & 0xffff_ffff) - 1])
                Self.place((word >> 32) << 32 | position, in: newSlots, mask: slotCount - 1)
            }
            slots.deallocate()
        }
        slots = newSlots
        slotMask = slotCount - 1
    }

    // MARK: Traversal

    mutating func fix() { fixations += 1 }

    /// Ends a fixation; the last one frees what was hidden. The hash of each hidden key is needed to find its slot.
    mutating func unfix(keyIndex: Int) {
        fixations -= 1
        guard fixations == 0, !hidden.isEmpty, let entries else { return }
        let positions = hidden
        hidden = []
        for position in positions {
            guard let key = entries[position]?.key(keyIndex: keyIndex),
                let found = find(key, hash: hashKey(key), keyIndex: keyIndex)
            else { continue }
            freeSlot(found.slot)
            entries[position] = nil
            used -= 1
        }
        while end > 0, entries[end - 1] == nil { end -= 1 }
        if end - used > used + 16 { rebuild(minimumCapacity: used) }
        start = 0
    }

    /// The key of the first entry; moves `start` up to it.
    mutating func firstKey(keyIndex: Int) -> Term? {
        guard let entries else { return nil }
        while start < end, entries[start] == nil { start += 1 }
        return nextPosition(from: start).flatMap { entries[$0]?.key(keyIndex: keyIndex) }
    }

    private func nextPosition(from first: Int) -> Int? {
        guard let entries else { return nil }
        var position = first
        while position < end {
            if entries[position] != nil, !isHidden(position) { return position }
            position += 1
        }
        return nil
    }

    enum Successor {
        case key(Term)
        case endOfShard
        /// The key to go on from does not exist.
        case unknownKey
    }

    /// What follows `key`, which may be hidden.
    func successor(of key: Term, hash: UInt64, keyIndex: Int) -> Successor {
        guard let (_, position) = find(key, hash: hash, keyIndex: keyIndex), let entries else { return .unknownKey }
        guard let next = nextPosition(from: position + 1), let entry = entries[next] else { return .endOfShard }
        return .key(entry.key(keyIndex: keyIndex))
    }

    /// Calls `body` with the rows of entries from a position on until it has seen `limit` entries; returns the position
    /// to go on from, nothing at the end. Positions hold while the shard is fixed.
    func forEachRow(from first: Int, limit: Int = .max, _ body: (Tuple) -> Void) -> Int? {
        guard let entries else { return nil }
        var position = max(first, start)
        var seen = 0
        while position < end {
            if seen == limit { return position }
            if let entry = entries[position], !isHidden(position) {
                entry.forEachRow(body)
                seen += 1
            }
            position += 1
        }
        return nil
    }

    /// Bytes taken by the index and the entries, rows not included.
    var byteCount: Int {
        (slots == nil ? 0 : (slotMask + 1) * MemoryLayout<UInt64>.stride) + capacity * MemoryLayout<Entry?>.stride
    }
}

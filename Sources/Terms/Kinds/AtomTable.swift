internal import Glibc
internal import Support
internal import Synchronization

/// All atoms of the process: names by index, indices by name. Look-ups take no lock, only making a new atom does.
///
/// Both tables only grow. A full hash table is replaced by one of twice the size and the old one is left in place for
/// readers that still walk it; all old ones together are smaller than the current one.
final class AtomTable: @unchecked Sendable {
    // `@unchecked Sendable`: writers hold `writer`; readers see only fully written entries, because an entry's pointer
    // is published with a releasing store after its contents.
    static let shared = AtomTable()

    /// One atom: its length, hash and index, followed by its bytes.
    private struct Entry {
        let hash: UInt64
        let index: UInt32
        let length: UInt32
        /// The first eight bytes as a number that sorts as they do; zeros fill it up.
        let prefix: UInt64
    }

    private struct HashTable {
        let mask: Int
        let slots: UnsafeMutablePointer<Atomic<UnsafeRawPointer?>>

        init(capacity: Int) {
            mask = capacity - 1
            slots = .allocate(capacity: capacity)
            for position in 0..<capacity { (slots + position).initialize(to: Atomic(nil)) }
        }
    }

    private static let chunkBits = 14
    private static let chunkSize = 1 << chunkBits
    private static let maximumChunks = 4096

    private let table: Atomic<UnsafeRawPointer>
    private let chunks: UnsafeMutablePointer<Atomic<UnsafeMutableRawPointer?>>
    private let used = Atomic<Int>(0)
    private let writer = Locked<Void>(())

    private init() {
        let first = UnsafeMutablePointer<HashTable>.allocate(capacity: 1)
        first.initialize(to: HashTable(capacity: 4096))
        table = Atomic(UnsafeRawPointer(first))
        chunks = .allocate(capacity: Self.maximumChunks)
        for position in 0..<Self.maximumChunks { (chunks + position).initialize(to: Atomic(nil)) }
        for (index, name) in Atom.wellKnown.enumerated() {
            var name = name
            let atom = name.withUTF8 { intern($0) }
            precondition(atom?.index == UInt32(index), "the well-known atom \(name) stands twice")
        }
    }

    var count: Int { used.load(ordering: .acquiring) }

    func bytes(of atom: Atom) -> UnsafeBufferPointer<UInt8> {
        let entry = entry(at: Int(atom.index))
        let length = Int(entry.load(as: Entry.self).length)
        return UnsafeBufferPointer(
            start: (entry + MemoryLayout<Entry>.size).assumingMemoryBound(to: UInt8.self), count: length)
    }

    private func entry(at index: Int) -> UnsafeRawPointer {
        guard let chunk = chunks[index >> Self.chunkBits].load(ordering: .acquiring) else {
            preconditionFailure("no atom has the index \(index)")
        }
        return chunk.load(
            fromByteOffset: (index & (Self.chunkSize - 1)) * MemoryLayout<UnsafeRawPointer>.stride,
            as: UnsafeRawPointer.self)
    }

    /// -1, 0 or 1 as the name of one atom sorts before, is, or sorts behind that of the other. The order of code points
    /// is that of their UTF-8 bytes.
    func order(_ one: Atom, _ two: Atom) -> Int {
        if one == two { return 0 }
        let (left, right) = (entry(at: Int(one.index)), entry(at: Int(two.index)))
        let (first, second) = (left.load(as: Entry.self), right.load(as: Entry.self))
        if first.prefix != second.prefix { return first.prefix < second.prefix ? -1 : 1 }
        let common = min(Int(first.length), Int(second.length))
        let difference = memcmp(left + MemoryLayout<Entry>.size, right + MemoryLayout<Entry>.size, common)
        if difference != 0 { return difference < 0 ? -1 : 1 }
        return first.length < second.length ? -1 : 1
    }

    private static func prefix(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var prefix: UInt64 = 0
        for position in 0..<8 { prefix = prefix << 8 | UInt64(position < bytes.count ? bytes[position] : 0) }
        return prefix
    }

    func find(_ bytes: UnsafeBufferPointer<UInt8>) -> Atom? { find(bytes, hash: Self.hash(bytes)) }

    private func find(_ bytes: UnsafeBufferPointer<UInt8>, hash: UInt64) -> Atom? {
        let table = table.load(ordering: .acquiring).assumingMemoryBound(to: HashTable.self).pointee
        var position = Int(truncatingIfNeeded: hash) & table.mask
        while let raw = table.slots[position].load(ordering: .acquiring) {
            let entry = raw.load(as: Entry.self)
            if entry.hash == hash, Int(entry.length) == bytes.count,
                bytes.isEmpty || memcmp(raw + MemoryLayout<Entry>.size, bytes.baseAddress!, bytes.count) == 0
            {
                return Atom(index: entry.index)
            }
            position = (position + 1) & table.mask
        }
        return nil
    }

    /// The atom of these bytes, made if needed; nothing if they are no valid name or the table is full.
    func intern(_ bytes: UnsafeBufferPointer<UInt8>) -> Atom? {
        let hash = Self.hash(bytes)
        if let atom = find(bytes, hash: hash) { return atom }
        guard Self.isValidName(bytes) else { return nil }
        return writer.withLock { _ in
            if let atom = find(bytes, hash: hash) { return atom }
            return insert(bytes, hash: hash)
        }
    }

    /// Adds an atom; the lock is held.
    private func insert(_ bytes: UnsafeBufferPointer<UInt8>, hash: UInt64) -> Atom? {
        let index = used.load(ordering: .relaxed)
        guard index < Self.chunkSize * Self.maximumChunks else { return nil }
        let entry = UnsafeMutableRawPointer.allocate(
            byteCount: MemoryLayout<Entry>.size + bytes.count, alignment: MemoryLayout<Entry>.alignment)
        entry.storeBytes(
            of: Entry(hash: hash, index: UInt32(index), length: UInt32(bytes.count), prefix: Self.prefix(bytes)),
            as: Entry.self)
        if let base = bytes.baseAddress {
            (entry + MemoryLayout<Entry>.size).copyMemory(from: base, byteCount: bytes.count)
        }

        let chunk: UnsafeMutableRawPointer
        if let existing = chunks[index >> Self.chunkBits].load(ordering: .relaxed) {
            chunk = existing
        } else {
            chunk = .allocate(
                byteCount: Self.chunkSize * MemoryLayout<UnsafeRawPointer>.stride,
                alignment: MemoryLayout<UnsafeRawPointer>.alignment)
        }
        chunk.storeBytes(
            of: UnsafeRawPointer(entry),
            toByteOffset: (index & (Self.chunkSize - 1)) * MemoryLayout<UnsafeRawPointer>.stride,
            as: UnsafeRawPointer.self)
        chunks[index >> Self.chunkBits].store(chunk, ordering: .releasing)
        used.store(index + 1, ordering: .releasing)

        var current = table.load(ordering: .relaxed).assumingMemoryBound(to: HashTable.self).pointee
        if (index + 1) * 2 > current.mask {
            current = grow(current)
        }
        Self.place(UnsafeRawPointer(entry), hash: hash, in: current)
        return Atom(index: UInt32(index))
    }

    private func grow(_ old: HashTable) -> HashTable {
        let new = HashTable(capacity: (old.mask + 1) * 2)
        for position in 0...old.mask {
            guard let entry = old.slots[position].load(ordering: .relaxed) else { continue }
            Self.place(entry, hash: entry.load(as: Entry.self).hash, in: new)
        }
        let published = UnsafeMutablePointer<HashTable>.allocate(capacity: 1)
        published.initialize(to: new)
        table.store(UnsafeRawPointer(published), ordering: .releasing)
        return new
    }

    private static func place(_ entry: UnsafeRawPointer, hash: UInt64, in table: HashTable) {
        var position = Int(truncatingIfNeeded: hash) & table.mask
        while table.slots[position].load(ordering: .relaxed) != nil { position = (position + 1) & table.mask }
        table.slots[position].store(entry, ordering: .releasing)
    }

    /// Eight bytes at a time, multiplied and folded; seeded once per process so that names cannot be made to collide.
    private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        let raw = UnsafeRawBufferPointer(bytes)
        var state = seed &+ UInt64(raw.count)
        var offset = 0
        while offset + 8 <= raw.count {
            state = fold(state ^ raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < raw.count {
            rest = rest << 8 | UInt64(raw[offset])
            offset += 1
        }
        return fold(state ^ rest)
    }

    private static let seed = UInt64.random(in: .min ... .max)

    private static func fold(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }

    private static func isValidName(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count <= 255 * 4 else { return false }
        guard String(validating: bytes, as: UTF8.self) != nil else { return false }
        guard bytes.count > 255 else { return true }
        return bytes.lazy.filter { $0 & 0xC0 != 0x80 }.count <= 255
    }
}

internal import HashTreeCollections
internal import Support
internal import Synchronization

/// A large map that has been updated.
final class MapTree: Sendable {
    let pairs: TreeDictionary<Term, Term>

    init(_ pairs: TreeDictionary<Term, Term>) { self.pairs = pairs }
}

/// The pairs of large rows as a tree, once somebody updates a map that others have too: the next update starts from it.
final class MapShadow: Sendable {
    private let pairs = Locked<TreeDictionary<Term, Term>?>(nil)
    private let isMade = Atomic<Bool>(false)

    func tree(_ make: () -> TreeDictionary<Term, Term>) -> TreeDictionary<Term, Term> {
        if let known = pairs.withLock({ $0 }) { return known }
        let made = make()
        pairs.withLock { $0 = made }
        isMade.store(true, ordering: .releasing)
        return made
    }

    /// For the only one who has the rows.
    func take() -> TreeDictionary<Term, Term>? {
        guard isMade.load(ordering: .acquiring) else { return nil }
        isMade.store(false, ordering: .relaxed)
        return pairs.withLock { $0.take() }
    }
}

@usableFromInline
struct MapHeader {
    /// Pairs in the rows.
    var count: Int
    /// Terms that are filled in.
    var filled: Int
    /// By hash of the key: half of the hash, which says the slot too, and the position of a pair plus one; 0 is free. For
    /// large maps only.
    var index: UnsafeMutablePointer<UInt64>?
    var mask: Int
    /// Beside an index.
    var shadow: MapShadow?
    /// The pairs, instead of rows.
    var tree: MapTree?
}

/// The pairs of a map side by side, key, value, key, value; or a tree of them.
@usableFromInline
final class MapStorage: ManagedBuffer<MapHeader, Term> {
    static func allocate(capacity: Int) -> MapStorage {
        unsafeDowncast(
            MapStorage.create(minimumCapacity: 2 * capacity) { _ in
                MapHeader(count: 0, filled: 0, index: nil, mask: 0, tree: nil)
            }, to: MapStorage.self)
    }

    static func make(_ tree: MapTree) -> MapStorage {
        let storage = allocate(capacity: 0)
        storage.withHeader { $0.pointee.tree = tree }
        return storage
    }

    /// Rows of `count` pairs whose keys differ.
    static func make(_ pairs: some Sequence<(Term, Term)>, count: Int) -> MapStorage {
        let storage = allocate(capacity: count)
        var next = storage.elements
        for (key, value) in pairs.prefix(count) {
            next.initialize(to: key)
            (next + 1).initialize(to: value)
            next += 2
        }
        _ = storage.finish(count: (next - storage.elements) / 2)
        return storage
    }

    /// Fills in the pairs of a large map, without an index: for those who only walk the rows.
    func fill(with tree: MapTree) {
        var next = elements
        for (key, value) in tree.pairs {
            next.initialize(to: key)
            (next + 1).initialize(to: value)
            next += 2
        }
        countRows(tree.pairs.count)
    }

    // Immutable once finished, and empty: shared by all empty maps.
    nonisolated(unsafe) static let emptyMap = MapStorage.allocate(capacity: 0)

    @usableFromInline
    deinit {
        releaseElements(elements, count: withHeader { $0.pointee.filled })
        withHeader { $0.pointee.index?.deallocate() }
        if let pairs = withHeader({ $0.pointee.shadow })?.take() { withHeader { $0.pointee.tree = MapTree(pairs) } }
        if hasTree, let tree = withHeader({ $0.pointer(to: \.tree) }) { releaseTree(tree) }
    }

    /// Not `header`: that costs a dynamic check of exclusive access.
    @inline(__always)
    func withHeader<Result>(_ body: (UnsafeMutablePointer<MapHeader>) -> Result) -> Result {
        withUnsafeMutablePointerToHeader(body)
    }

    @inline(__always)
    var elements: UnsafeMutablePointer<Term> { withUnsafeMutablePointerToElements { $0 } }

    @inline(__always)
    var count: Int { withHeader { $0.pointee.count } }

    @inline(__always)
    var tree: MapTree? { withHeader { $0.pointee.tree } }

    @inline(__always)
    var shadow: MapShadow? { withHeader { $0.pointee.shadow } }

    @inline(__always)
    var hasTree: Bool { withHeader { $0.pointee.tree != nil } }

    /// Says that only the first `filled` terms are there and that the map will never be one.
    func abandon(_ filled: Int) { withHeader { $0.pointee.filled = filled } }

    var filledPairs: Int { withHeader { $0.pointee.filled / 2 } }

    /// Puts `count` pairs, all of which are filled in, in order or builds the index; false if a key stands twice.
    func finish(count: Int) -> Bool {
        withHeader {
            $0.pointee.filled = 2 * count
            $0.pointee.count = count
        }
        return count <= Map.flatLimit ? sort(count) : buildIndex(count)
    }

    /// Insertion sort: most maps arrive in order.
    private func sort(_ count: Int) -> Bool {
        let elements = elements
        for position in stride(from: 1, to: count, by: 1) {
            var place = position
            while place > 0 {
                let order = Comparison.order(elements + 2 * place, elements + 2 * place - 2, .exact)
                guard order <= 0 else { break }
                guard order < 0 else { return false }
                swapPairs(elements + 2 * place, elements + 2 * place - 2)
                place -= 1
            }
        }
        return true
    }

    private func swapPairs(_ one: UnsafeMutablePointer<Term>, _ two: UnsafeMutablePointer<Term>) {
        let (key, value) = (one.move(), (one + 1).move())
        one.moveInitialize(from: two, count: 2)
        two.initialize(to: key)
        (two + 1).initialize(to: value)
    }

    /// - Parameter room: for how many pairs.
    private func buildIndex(_ count: Int, room: Int? = nil) -> Bool {
        var capacity = 64
        while capacity < 2 * (room ?? count) { capacity *= 2 }
        let index = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity)
        index.initialize(repeating: 0, count: capacity)
        withHeader {
            $0.pointee.index = index
            $0.pointee.mask = capacity - 1
            if $0.pointee.shadow == nil { $0.pointee.shadow = MapShadow() }
        }
        let elements = elements
        for position in 0..<count {
            let key = UnsafePointer(elements + 2 * position)
            let mark = TermHash.hash(key) & ~0xFFFF_FFFF
            var slot = Self.slot(mark, capacity - 1)
            while index[slot] != 0 {
                if index[slot] & ~0xFFFF_FFFF == mark,
                    Comparison.isIdentical(elements + 2 * Self.position(index[slot]), key)
                {
                    return false
                }
                slot = (slot + 1) & (capacity - 1)
            }
            index[slot] = mark | UInt64(position + 1)
        }
        return true
    }

    @inline(__always)
    private static func position(_ entry: UInt64) -> Int { Int(entry & 0xFFFF_FFFF) - 1 }

    @inline(__always)
    private static func slot(_ entry: UInt64, _ mask: Int) -> Int { Int(truncatingIfNeeded: entry >> 32) & mask }

    /// The position of the pair with that key.
    func find(_ key: TermPlace) -> Int? {
        let elements = elements
        guard let index = withHeader({ $0.pointee.index }) else {
            for position in 0..<count where Comparison.isIdentical(elements + 2 * position, key) { return position }
            return nil
        }
        return find(key, TermHash.hash(key) & ~0xFFFF_FFFF, index, withHeader { $0.pointee.mask })
    }

    @inline(__always)
    private func find(_ key: TermPlace, _ mark: UInt64, _ index: UnsafeMutablePointer<UInt64>, _ mask: Int) -> Int? {
        let elements = elements
        var slot = Self.slot(mark, mask)
        while true {
            let entry = index[slot]
            if entry == 0 { return nil }
            if entry & ~0xFFFF_FFFF == mark, Comparison.isIdentical(elements + 2 * Self.position(entry), key) {
                return Self.position(entry)
            }
            slot = (slot + 1) & mask
        }
    }

    /// A copy with `key` bound to `value`, of rows in order that stay so.
    func updating(_ key: Term, to value: Term) -> MapStorage {
        let elements = elements
        let count = count
        let (place, isKnown) = withUnsafePointer(to: key) { key in
            var place = count
            // From the end: keys that come in order need one look.
            while place > 0 {
                let order = Comparison.order(elements + 2 * place - 2, key, .exact)
                if order == 0 { return (place - 1, true) }
                if order < 0 { break }
                place -= 1
            }
            return (place, false)
        }
        let storage = MapStorage.allocate(capacity: isKnown ? count : count + 1)
        let target = storage.elements
        let rest = isKnown ? place + 1 : place
        target.initialize(from: elements, count: 2 * place)
        (target + 2 * place).initialize(to: isKnown ? elements[2 * place] : key)
        (target + 2 * place + 1).initialize(to: value)
        (target + 2 * place + 2).initialize(from: elements + 2 * rest, count: 2 * (count - rest))
        storage.countRows(isKnown ? count : count + 1)
        return storage
    }

    /// Binds `key` to `value` in these rows, which nobody else has.
    ///
    /// - Returns: the rows that take their place if there is no room.
    func update(_ key: Term, to value: Term) -> MapStorage? {
        if let position = withUnsafePointer(to: key, { find($0) }) {
            _ = shadow?.take()
            (elements + 2 * position + 1).pointee = value
            return nil
        }
        return insert(key, value)
    }

    /// Puts a pair with a key that is not there into these rows, which nobody else has.
    ///
    /// - Returns: the rows that take their place if there is no room.
    func insert(_ key: Term, _ value: Term) -> MapStorage? {
        let count = count
        let elements = elements
        guard count < Map.flatLimit, withHeader({ $0.pointee.index }) == nil else {
            _ = shadow?.take()
            return append(key, value, withUnsafePointer(to: key) { TermHash.hash($0) & ~0xFFFF_FFFF })
        }
        var place = count
        withUnsafePointer(to: key) { key in
            while place > 0, Comparison.order(elements + 2 * place - 2, key, .exact) > 0 { place -= 1 }
        }
        let target = 2 * count < capacity - 1 ? self : grown(count < 4 ? 4 : 2 * count)
        let row = target.elements + 2 * place
        (row + 2).moveInitialize(from: row, count: 2 * (count - place))
        row.initialize(to: key)
        (row + 1).initialize(to: value)
        target.countRows(count + 1)
        return target === self ? nil : target
    }

    /// Rows with more room and all pairs of these, which are empty then. Without an index.
    private func grown(_ room: Int) -> MapStorage {
        let target = MapStorage.allocate(capacity: room)
        let count = count
        target.elements.moveInitialize(from: elements, count: 2 * count)
        countRows(0)
        target.countRows(count)
        return target
    }

    /// Puts a pair with a new key behind the others, of rows behind an index.
    private func append(_ key: Term, _ value: Term, _ mark: UInt64) -> MapStorage? {
        let count = count
        let target = 2 * count < capacity - 1 ? self : grown(2 * count)
        let row = target.elements + 2 * count
        row.initialize(to: key)
        (row + 1).initialize(to: value)
        target.countRows(count + 1)
        if target !== self {
            // The index goes along.
            let header = withHeader { $0 }
            target.withHeader {
                ($0.pointee.index, $0.pointee.mask) = (header.pointee.index, header.pointee.mask)
                $0.pointee.shadow = header.pointee.shadow
            }
            header.pointee.index = nil
        }
        target.index(mark | UInt64(count + 1), of: count + 1)
        return target === self ? nil : target
    }

    /// Puts an entry into the index, which grows if it has to.
    private func index(_ entry: UInt64, of count: Int) {
        let (old, mask) = withHeader { ($0.pointee.index, $0.pointee.mask) }
        guard let index = old else { return _ = buildIndex(count, room: 2 * count) }
        guard 2 * count > mask + 1 else { return Self.put(entry, index, mask) }
        let capacity = 2 * (mask + 1)
        let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity)
        larger.initialize(repeating: 0, count: capacity)
        for slot in 0...mask where index[slot] != 0 { Self.put(index[slot], larger, capacity - 1) }
        Self.put(entry, larger, capacity - 1)
        index.deallocate()
        withHeader { ($0.pointee.index, $0.pointee.mask) = (larger, capacity - 1) }
    }

    @inline(__always)
    private static func put(_ entry: UInt64, _ index: UnsafeMutablePointer<UInt64>, _ mask: Int) {
        var slot = slot(entry, mask)
        while index[slot] != 0 { slot = (slot + 1) & mask }
        index[slot] = entry
    }

    /// A copy without one pair, of rows in order.
    func removing(at position: Int) -> MapStorage {
        let storage = MapStorage.allocate(capacity: count - 1)
        storage.elements.initialize(from: elements, count: 2 * position)
        (storage.elements + 2 * position).initialize(
            from: elements + 2 * position + 2, count: 2 * (count - position - 1))
        storage.countRows(count - 1)
        return storage
    }

    private func countRows(_ count: Int) {
        withHeader {
            $0.pointee.filled = 2 * count
            $0.pointee.count = count
        }
    }
}

@usableFromInline
struct MapHeader {
    /// Pairs.
    var count: Int
    /// Terms that are filled in.
    var filled: Int
    /// Positions of pairs plus one, by hash of the key; 0 is free. Only for large maps.
    var index: UnsafeMutablePointer<UInt32>?
    var mask: Int
}

/// The pairs of a map side by side: key, value, key, value.
@usableFromInline
final class MapRows: ManagedBuffer<MapHeader, Term> {
    static func allocate(capacity: Int) -> MapRows {
        unsafeDowncast(
            MapRows.create(minimumCapacity: 2 * capacity) { _ in MapHeader(count: 0, filled: 0, index: nil, mask: 0) },
            to: MapRows.self)
    }

    // Immutable once finished, and empty: shared by all empty maps.
    nonisolated(unsafe) static let emptyRows = MapRows.allocate(capacity: 0)

    deinit {
        withUnsafeMutablePointers { header, elements in
            releaseElements(elements, count: header.pointee.filled)
            header.pointee.index?.deallocate()
        }
    }

    var elements: UnsafeMutablePointer<Term> { withUnsafeMutablePointerToElements { $0 } }

    /// Says that only the first `filled` terms are there and that the map will never be one.
    func abandon(_ filled: Int) { header.filled = filled }

    /// Puts the pairs in order, or builds the index; false if a key stands twice.
    func finish(count: Int) -> Bool {
        header.filled = 2 * count
        header.count = count
        return count <= Map.flatLimit ? sort(count) : buildIndex(count)
    }

    /// Insertion sort: most maps arrive in order.
    private func sort(_ count: Int) -> Bool {
        let elements = elements
        for position in stride(from: 1, to: count, by: 1) {
            var place = position
            while place > 0 {
                switch Term.compareExact(elements[2 * place], elements[2 * place - 2]) {
                case .greater: break
                case .equal: return false
                case .less:
                    swap(&elements[2 * place], &elements[2 * place - 2])
                    swap(&elements[2 * place + 1], &elements[2 * place - 1])
                    place -= 1
                    continue
                }
                break
            }
        }
        return true
    }

    private func buildIndex(_ count: Int) -> Bool {
        var capacity = 64
        while capacity < 2 * count { capacity *= 2 }
        let index = UnsafeMutablePointer<UInt32>.allocate(capacity: capacity)
        index.initialize(repeating: 0, count: capacity)
        header.index = index
        header.mask = capacity - 1
        let elements = elements
        for position in 0..<count {
            var slot = Int(truncatingIfNeeded: elements[2 * position].fastHash) & (capacity - 1)
            while index[slot] != 0 {
                if elements[2 * Int(index[slot] - 1)] == elements[2 * position] { return false }
                slot = (slot + 1) & (capacity - 1)
            }
            index[slot] = UInt32(truncatingIfNeeded: position + 1)
        }
        return true
    }

    /// The position of the pair with that key.
    func find(_ key: Term) -> Int? {
        let elements = elements
        guard let index = header.index else {
            for position in 0..<header.count where elements[2 * position] == key { return position }
            return nil
        }
        var slot = Int(truncatingIfNeeded: key.fastHash) & header.mask
        while index[slot] != 0 {
            let position = Int(index[slot] - 1)
            if elements[2 * position] == key { return position }
            slot = (slot + 1) & header.mask
        }
        return nil
    }

    /// Rows of `count` pairs whose keys differ.
    static func make(_ pairs: some Sequence<(Term, Term)>, count: Int) -> MapRows {
        let rows = allocate(capacity: count)
        var next = rows.elements
        for (key, value) in pairs.prefix(count) {
            next.initialize(to: key)
            (next + 1).initialize(to: value)
            next += 2
        }
        _ = rows.finish(count: (next - rows.elements) / 2)
        return rows
    }

    /// A copy with `key` bound to `value`.
    func updating(_ key: Term, to value: Term) -> MapRows {
        let known = find(key)
        let pairs = (0..<header.count).lazy.map { [self] position in
            (elements[2 * position], position == known ? value : elements[2 * position + 1])
        }
        guard known == nil else { return MapRows.make(pairs, count: header.count) }
        return MapRows.make(Array(pairs) + [(key, value)], count: header.count + 1)
    }
}

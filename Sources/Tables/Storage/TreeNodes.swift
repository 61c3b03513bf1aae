internal import Terms

/// A leaf of an ordered tree: up to ``capacity`` rows in key order, and the leaves beside it.
///
/// Keys stand side by side, apart from the rows, so that a search reads nothing else. They are bitwise copies of the
/// terms inside the rows and borrow the rows' reference counts: they are never released, and a row that is replaced
/// brings its own key.
struct TreeLeaf: Equatable {
    static let capacity = 64

    private struct Header {
        var count: Int
        var next: TreeLeaf?
        var previous: TreeLeaf?
    }

    let raw: UnsafeMutableRawPointer

    init(_ raw: UnsafeMutableRawPointer) { self.raw = raw }

    private static var keysOffset: Int { 32 }
    private static var rowsOffset: Int { keysOffset + capacity * MemoryLayout<Term>.stride }
    static var byteCount: Int { rowsOffset + capacity * MemoryLayout<Tuple>.stride }

    static func allocate() -> TreeLeaf {
        let raw = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 16)
        raw.initializeMemory(as: Header.self, to: Header(count: 0, next: nil, previous: nil))
        return TreeLeaf(raw)
    }

    @inline(__always)
    private var header: UnsafeMutablePointer<Header> { raw.assumingMemoryBound(to: Header.self) }

    @inline(__always)
    var count: Int {
        get { header.pointee.count }
        nonmutating set { header.pointee.count = newValue }
    }
    var next: TreeLeaf? {
        get { header.pointee.next }
        nonmutating set { header.pointee.next = newValue }
    }
    var previous: TreeLeaf? {
        get { header.pointee.previous }
        nonmutating set { header.pointee.previous = newValue }
    }
    @inline(__always)
    var keys: UnsafeMutablePointer<Term> { (raw + Self.keysOffset).assumingMemoryBound(to: Term.self) }
    @inline(__always)
    var rows: UnsafeMutablePointer<Tuple> { (raw + Self.rowsOffset).assumingMemoryBound(to: Tuple.self) }

    /// Copies the key of the row at a position to the row of keys.
    @inline(__always)
    private func borrowKey(at position: Int, keyIndex: Int) {
        rows[position].withElements { elements in
            UnsafeMutableRawPointer(keys + position)
                .copyMemory(
                    from: UnsafeRawPointer(elements.baseAddress! + keyIndex), byteCount: MemoryLayout<Term>.size)
        }
    }

    private static func moveKeys(
        from source: UnsafeMutablePointer<Term>, to target: UnsafeMutablePointer<Term>, count: Int
    ) {
        UnsafeMutableRawPointer(target)
            .copyMemory(from: UnsafeRawPointer(source), byteCount: count * MemoryLayout<Term>.stride)
    }

    @inline(__always)
    func insert(_ row: Tuple, at position: Int, keyIndex: Int) {
        let behind = count &- position
        if behind > 0 {
            Self.moveKeys(from: keys + position, to: keys + position + 1, count: behind)
            (rows + position + 1).moveInitialize(from: rows + position, count: behind)
        }
        (rows + position).initialize(to: row)
        borrowKey(at: position, keyIndex: keyIndex)
        count &+= 1
    }

    func replace(_ row: Tuple, at position: Int, keyIndex: Int) {
        let old = rows[position]
        rows[position] = row
        borrowKey(at: position, keyIndex: keyIndex)
        _ = consume old
    }

    func remove(at position: Int) -> Tuple {
        let row = (rows + position).move()
        let behind = count - position - 1
        Self.moveKeys(from: keys + position + 1, to: keys + position, count: behind)
        (rows + position).moveInitialize(from: rows + position + 1, count: behind)
        count -= 1
        return row
    }

    /// Moves the rows from a position on to the end of another leaf.
    func moveRows(from position: Int, to target: TreeLeaf) {
        let moved = count - position
        Self.moveKeys(from: keys + position, to: target.keys + target.count, count: moved)
        (target.rows + target.count).moveInitialize(from: rows + position, count: moved)
        target.count += moved
        count = position
    }

    /// Puts `leaf` behind this one in the chain of leaves.
    func link(_ leaf: TreeLeaf) {
        leaf.next = next
        leaf.previous = self
        next?.previous = leaf
        next = leaf
    }

    /// Takes this leaf out of the chain of leaves.
    func unlink() {
        previous?.next = next
        next?.previous = previous
    }

    /// Releases the rows and the leaf.
    func free() {
        rows.deinitialize(count: count)
        raw.deallocate()
    }
}

/// An inner node of an ordered tree: children with a separator between each two. Keys below a separator stand to its
/// left, the others to its right. Separators own their terms: a row they came from may be gone.
struct TreeBranch {
    static let capacity = 64

    let raw: UnsafeMutableRawPointer

    init(_ raw: UnsafeMutableRawPointer) { self.raw = raw }

    private static var separatorsOffset: Int { 16 }
    private static var childrenOffset: Int { separatorsOffset + capacity * MemoryLayout<Term>.stride }
    static var byteCount: Int { childrenOffset + capacity * MemoryLayout<UnsafeMutableRawPointer>.stride }

    static func allocate(first child: UnsafeMutableRawPointer) -> TreeBranch {
        let raw = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 16)
        raw.initializeMemory(as: Int.self, to: 1)
        let branch = TreeBranch(raw)
        branch.children.initialize(to: child)
        return branch
    }

    /// Number of children, one more than separators.
    @inline(__always)
    var count: Int {
        get { raw.assumingMemoryBound(to: Int.self).pointee }
        nonmutating set { raw.assumingMemoryBound(to: Int.self).pointee = newValue }
    }
    @inline(__always)
    var separators: UnsafeMutablePointer<Term> { (raw + Self.separatorsOffset).assumingMemoryBound(to: Term.self) }
    @inline(__always)
    var children: UnsafeMutablePointer<UnsafeMutableRawPointer> {
        (raw + Self.childrenOffset).assumingMemoryBound(to: UnsafeMutableRawPointer.self)
    }

    /// Puts a child to the right of the child at `position`, with the separator between the two.
    func insert(_ child: UnsafeMutableRawPointer, separator: Term, after position: Int) {
        let behind = count - position - 1
        (separators + position + 1).moveInitialize(from: separators + position, count: behind)
        (separators + position).initialize(to: separator)
        (children + position + 2).moveInitialize(from: children + position + 1, count: behind)
        (children + position + 1).initialize(to: child)
        count += 1
    }

    /// Takes out a child and the separator on its left (the first child: on its right); returns that separator.
    @discardableResult
    func remove(at position: Int) -> Term? {
        let behind = count - position - 1
        (children + position).moveInitialize(from: children + position + 1, count: behind)
        count -= 1
        guard count > 0 else { return nil }
        let index = max(position - 1, 0)
        let separator = (separators + index).move()
        (separators + index).moveInitialize(from: separators + index + 1, count: count - 1 - index)
        return separator
    }

    /// Moves the right half to a new branch; returns it and the separator between the two.
    func split() -> (right: TreeBranch, separator: Term) {
        let middle = count / 2
        let right = TreeBranch.allocate(first: children[middle])
        let moved = count - middle
        right.children.moveInitialize(from: children + middle, count: moved)
        right.separators.moveInitialize(from: separators + middle, count: moved - 1)
        right.count = moved
        count = middle
        return (right, (separators + middle - 1).move())
    }

    /// Takes over all children of the branch to the right, and frees it.
    func absorb(_ right: TreeBranch, separator: Term) {
        (separators + count - 1).initialize(to: separator)
        (separators + count).moveInitialize(from: right.separators, count: right.count - 1)
        (children + count).moveInitialize(from: right.children, count: right.count)
        count += right.count
        right.raw.deallocate()
    }

    /// Releases the separators and the node, not the children.
    func free() {
        if count > 1 { separators.deinitialize(count: count - 1) }
        raw.deallocate()
    }
}

internal import Terms

/// The rows of an `ordered_set`: a B+ tree whose keys are ordered by Erlang's term order (`1` and `1.0` are one key).
///
/// Nodes are plain memory of 64 entries; a search compares integers in line and reads one row of keys per level.
/// A full leaf is split in halves, or, when the new row goes to its end, left full (keys that come in order fill their
/// leaves). A leaf that gets small is merged with a neighbour if both fit in one, and freed when empty.
struct OrderedTree: ~Copyable {
    var access: TableAccess
    private(set) var count = 0
    private let keyIndex: Int
    /// A leaf at height 0, a branch above.
    private var root: UnsafeMutableRawPointer
    private var height = 0
    private var firstLeaf: TreeLeaf
    private var lastLeaf: TreeLeaf
    private var leafCount = 1
    /// The branches of the last descent and the child taken in each, from the root down.
    private let path: UnsafeMutablePointer<(branch: TreeBranch, child: Int)>
    private static let maximumHeight = 48

    init(access: TableAccess, keyIndex: Int) {
        self.access = access
        self.keyIndex = keyIndex
        firstLeaf = .allocate()
        lastLeaf = firstLeaf
        root = firstLeaf.raw
        path = .allocate(capacity: Self.maximumHeight)
    }

    deinit {
        Self.free(root, height: height)
        path.deallocate()
    }

    private static func free(_ node: UnsafeMutableRawPointer, height: Int) {
        guard height > 0 else { return TreeLeaf(node).free() }
        let branch = TreeBranch(node)
        for position in 0..<branch.count { free(branch.children[position], height: height - 1) }
        branch.free()
    }

    // MARK: Finding

    /// How many of the keys are less than `key`, or not greater with `orEqual`.
    @inline(__always)
    private static func rank(_ key: Term, in keys: UnsafeMutablePointer<Term>, _ count: Int, orEqual: Bool) -> Int {
        var low = 0
        var length = count
        if case .integer(let wanted) = key {
            while length > 0 {
                let half = length >> 1
                let middle = low &+ half
                let goesRight: Bool
                if case .integer(let value) = keys[middle] {
                    goesRight = orEqual ? value <= wanted : value < wanted
                } else {
                    let order = Term.compare(keys[middle], key)
                    goesRight = order == .less || (orEqual && order == .equal)
                }
                low = goesRight ? middle &+ 1 : low
                length = goesRight ? length &- half &- 1 : half
            }
            return low
        }
        while length > 0 {
            let half = length >> 1
            let middle = low &+ half
            let order = compareKeys(keys[middle], key)
            let goesRight = order == .less || (orEqual && order == .equal)
            low = goesRight ? middle &+ 1 : low
            length = goesRight ? length &- half &- 1 : half
        }
        return low
    }

    /// The leaf where `key` is or would be.
    @inline(__always)
    private func leaf(for key: Term) -> TreeLeaf {
        var node = root
        var level = height
        while level > 0 {
            let branch = TreeBranch(node)
            node = branch.children[Self.rank(key, in: branch.separators, branch.count &- 1, orEqual: true)]
            level &-= 1
        }
        return TreeLeaf(node)
    }

    /// As ``leaf(for:)``, and writes down the way.
    @inline(__always)
    private func leafAndPath(for key: Term) -> TreeLeaf {
        var node = root
        var level = height
        var depth = 0
        while level > 0 {
            let branch = TreeBranch(node)
            let child = Self.rank(key, in: branch.separators, branch.count &- 1, orEqual: true)
            path[depth] = (branch, child)
            node = branch.children[child]
            level &-= 1
            depth &+= 1
        }
        return TreeLeaf(node)
    }

    /// The place of `key` in its leaf, and whether it is there.
    @inline(__always)
    private static func place(of key: Term, in leaf: TreeLeaf) -> (position: Int, isFound: Bool) {
        let position = rank(key, in: leaf.keys, leaf.count, orEqual: false)
        return (position, position < leaf.count && compareKeys(leaf.keys[position], key) == .equal)
    }

    @inline(__always)
    func row(_ key: Term) -> Tuple? {
        let leaf = leaf(for: key)
        let (position, isFound) = Self.place(of: key, in: leaf)
        return isFound ? leaf.rows[position] : nil
    }

    func contains(_ key: Term) -> Bool { Self.place(of: key, in: leaf(for: key)).isFound }

    // MARK: Writing

    /// Inserts a row; a row with the same key is replaced.
    @inline(__always)
    mutating func insert(_ row: Tuple, key: Term) {
        let leaf = leafAndPath(for: key)
        let (position, isFound) = Self.place(of: key, in: leaf)
        if isFound { return leaf.replace(row, at: position, keyIndex: keyIndex) }
        count &+= 1
        if leaf.count < TreeLeaf.capacity {
            leaf.insert(row, at: position, keyIndex: keyIndex)
        } else {
            split(leaf, inserting: row, at: position)
        }
    }

    @inline(never)
    private mutating func split(_ leaf: TreeLeaf, inserting row: Tuple, at position: Int) {
        let right = TreeLeaf.allocate()
        leafCount += 1
        leaf.link(right)
        if leaf == lastLeaf { lastLeaf = right }
        if position == leaf.count {
            right.insert(row, at: 0, keyIndex: keyIndex)
        } else {
            let middle = leaf.count / 2
            leaf.moveRows(from: middle, to: right)
            if position <= middle {
                leaf.insert(row, at: position, keyIndex: keyIndex)
            } else {
                right.insert(row, at: position - middle, keyIndex: keyIndex)
            }
        }
        addChild(right.raw, separator: right.keys[0])
    }

    /// Adds a child to the right of the end of the path, and splits what is full on the way up.
    private mutating func addChild(_ child: UnsafeMutableRawPointer, separator: Term) {
        var child = child
        var separator = separator
        var depth = height - 1
        while depth >= 0 {
            let (branch, position) = path[depth]
            if branch.count < TreeBranch.capacity { return branch.insert(child, separator: separator, after: position) }
            let (right, middle) = branch.split()
            if position < branch.count {
                branch.insert(child, separator: separator, after: position)
            } else {
                right.insert(child, separator: separator, after: position - branch.count)
            }
            (child, separator) = (right.raw, middle)
            depth -= 1
        }
        let newRoot = TreeBranch.allocate(first: root)
        newRoot.insert(child, separator: separator, after: 0)
        root = newRoot.raw
        height += 1
        precondition(height < Self.maximumHeight, "an ordered tree higher than its path")
    }

    /// Erases a key and returns its row.
    mutating func remove(_ key: Term) -> Tuple? {
        let leaf = leafAndPath(for: key)
        let (position, isFound) = Self.place(of: key, in: leaf)
        guard isFound else { return nil }
        let row = leaf.remove(at: position)
        count -= 1
        if leaf.count < TreeLeaf.capacity / 4, height > 0 { shrink(leaf) }
        return row
    }

    /// Merges a small leaf with a neighbour under the same branch, or frees it when it is empty.
    private mutating func shrink(_ leaf: TreeLeaf) {
        let (branch, position) = path[height - 1]
        if leaf.count == 0 {
            if leaf == firstLeaf, let next = leaf.next { firstLeaf = next }
            if leaf == lastLeaf, let previous = leaf.previous { lastLeaf = previous }
            leaf.unlink()
            leaf.free()
            leafCount -= 1
            removeChild(at: position)
        } else if position + 1 < branch.count {
            merge(leaf, TreeLeaf(branch.children[position + 1]), rightPosition: position + 1)
        } else if position > 0 {
            merge(TreeLeaf(branch.children[position - 1]), leaf, rightPosition: position)
        }
    }

    private mutating func merge(_ left: TreeLeaf, _ right: TreeLeaf, rightPosition: Int) {
        guard left.count + right.count <= TreeLeaf.capacity * 3 / 4 else { return }
        right.moveRows(from: 0, to: left)
        if right == lastLeaf { lastLeaf = left }
        right.unlink()
        right.free()
        leafCount -= 1
        removeChild(at: rightPosition)
    }

    /// Takes a child out of the lowest branch of the path; merges or frees branches that get small on the way up.
    private mutating func removeChild(at position: Int) {
        var position = position
        var depth = height - 1
        while depth >= 0 {
            let branch = path[depth].branch
            branch.remove(at: position)
            if depth == 0 { break }
            let (parent, place) = path[depth - 1]
            if branch.count == 0 {
                branch.free()
                position = place
            } else if let merged = mergeBranch(branch, in: parent, at: place) {
                position = merged
            } else {
                return
            }
            depth -= 1
        }
        while height > 0, TreeBranch(root).count == 1 {
            let branch = TreeBranch(root)
            root = branch.children[0]
            branch.free()
            height -= 1
        }
    }

    /// Merges a small branch with a neighbour; returns the position of the child its parent loses. The separator
    /// between the two moves down, the parent keeps its copy until it removes that child.
    private func mergeBranch(_ branch: TreeBranch, in parent: TreeBranch, at position: Int) -> Int? {
        guard branch.count < TreeBranch.capacity / 4 else { return nil }
        let rightPosition: Int
        if position + 1 < parent.count {
            rightPosition = position + 1
        } else if position > 0 {
            rightPosition = position
        } else {
            return nil
        }
        let left = TreeBranch(parent.children[rightPosition - 1])
        let right = TreeBranch(parent.children[rightPosition])
        guard left.count + right.count <= TreeBranch.capacity * 3 / 4 else { return nil }
        left.absorb(right, separator: parent.separators[rightPosition - 1])
        return rightPosition
    }

    mutating func removeAll() {
        Self.free(root, height: height)
        firstLeaf = .allocate()
        lastLeaf = firstLeaf
        root = firstLeaf.raw
        (height, count, leafCount) = (0, 0, 1)
    }

    // MARK: Traversal

    var firstRow: Tuple? { firstLeaf.count > 0 ? firstLeaf.rows[0] : nil }
    var lastRow: Tuple? { lastLeaf.count > 0 ? lastLeaf.rows[lastLeaf.count - 1] : nil }

    /// The row of the least key greater than `key`.
    func row(after key: Term) -> Tuple? {
        guard let (leaf, position) = place(after: key) else { return nil }
        return leaf.rows[position]
    }

    private func place(after key: Term) -> (leaf: TreeLeaf, position: Int)? {
        let leaf = leaf(for: key)
        let position = Self.rank(key, in: leaf.keys, leaf.count, orEqual: true)
        if position < leaf.count { return (leaf, position) }
        return leaf.next.map { ($0, 0) }
    }

    /// The row of the greatest key less than `key`.
    func row(before key: Term) -> Tuple? {
        let leaf = leaf(for: key)
        let position = Self.rank(key, in: leaf.keys, leaf.count, orEqual: false)
        if position > 0 { return leaf.rows[position - 1] }
        return leaf.previous.map { $0.rows[$0.count - 1] }
    }

    /// Calls `body` with up to `limit` rows in order, from the first one or from the one after `key`.
    func forEachRow(after key: Term?, limit: Int = .max, _ body: (Tuple) -> Void) {
        var leaf: TreeLeaf? = firstLeaf
        var position = 0
        if let key {
            guard let place = place(after: key) else { return }
            (leaf, position) = place
        }
        var rest = limit
        while let current = leaf, rest > 0 {
            while position < current.count, rest > 0 {
                body(current.rows[position])
                position += 1
                rest -= 1
            }
            leaf = current.next
            position = 0
        }
    }

    /// As ``forEachRow(after:limit:_:)``, from the last row or the one before `key` down.
    func forEachRowReversed(before key: Term?, limit: Int = .max, _ body: (Tuple) -> Void) {
        var leaf: TreeLeaf? = lastLeaf
        var position = lastLeaf.count
        if let key {
            let found = self.leaf(for: key)
            leaf = found
            position = Self.rank(key, in: found.keys, found.count, orEqual: false)
        }
        var rest = limit
        while let current = leaf, rest > 0 {
            while position > 0, rest > 0 {
                position -= 1
                body(current.rows[position])
                rest -= 1
            }
            leaf = current.previous
            position = leaf?.count ?? 0
        }
    }

    /// Bytes taken by the leaves, and by the branches as if they were as full; rows not included.
    var byteCount: Int { leafCount * TreeLeaf.byteCount * (TreeBranch.capacity + 1) / TreeBranch.capacity }
}

/// One comparison of two terms.
///
/// It recurses to a limited depth. What lies deeper is put off and compared afterwards in the order in which it was met:
/// the first difference decides, so a difference that was found behind something put off waits for that. Nesting costs
/// memory, never thread stack. One exception: maps of more than ``Map/flatLimit`` pairs inside the keys of such maps, and
/// so on; the decoder limits these.
struct Comparison {
    enum Mode {
        /// `==` and `<`.
        case value
        /// The order of map keys: integers before floats, and only what is `=:=` is equal.
        case exact
        /// `=:=`: 0 or not; maps need no order.
        case identity
    }

    private enum Work {
        case pair(TermPlace, TermPlace, Mode)
        case verdict(Int)
    }

    private static let maximumDepth = 64

    /// What few comparisons need: one word, so that the others pay nothing for it.
    private final class Rest {
        /// Pairs that lie too deep, in the order in which they were met.
        var putOff: [Work] = []
        /// Rows that were made for this comparison.
        var keepers: [Tuple] = []
    }

    private var rest: Rest?

    private mutating func makeRest() -> Rest {
        if let rest { return rest }
        let made = Rest()
        rest = made
        return made
    }

    /// Negative, 0 or positive as the first term is less, equal or greater.
    static func order(_ one: TermPlace, _ two: TermPlace, _ mode: Mode) -> Int {
        var comparison = Comparison()
        let order = comparison.order(one, two, mode, 0)
        guard let rest = comparison.rest else { return order }
        return comparison.settle(order, rest)
    }

    /// `=:=`, with the kinds in line that most keys are of.
    @inline(__always)
    static func isIdentical(_ one: TermPlace, _ two: TermPlace) -> Bool {
        let kind = one.kind
        guard kind == two.kind else { return false }
        switch kind {
        case .integer: return one.integer == two.integer
        case .atom: return one.atom == two.atom
        default: return order(one, two, .identity) == 0
        }
    }

    /// Compares what was put off before `first` was found.
    @inline(never)
    private mutating func settle(_ first: Int, _ rest: Rest) -> Int {
        var work: [Work] = []
        var verdict = first
        while true {
            if verdict != 0 {
                if rest.putOff.isEmpty { return verdict }
                // What lies behind a difference does not matter any more.
                work = [.verdict(verdict)]
            }
            work.append(contentsOf: rest.putOff.reversed())
            rest.putOff.removeAll(keepingCapacity: true)
            switch work.popLast() {
            case nil: return 0
            case .verdict(let order): return order
            case .pair(let one, let two, let mode): verdict = order(one, two, mode, 0)
            }
        }
    }

    private mutating func order(_ one: TermPlace, _ two: TermPlace, _ mode: Mode, _ depth: Int) -> Int {
        let kind = one.kind
        guard kind == two.kind else { return mode == .identity ? 1 : Self.unlike(one, two, mode) }
        switch kind {
        case .integer: return Self.sign(one.integer, two.integer)
        case .atom:
            if one.atom == two.atom { return 0 }
            return mode == .identity ? 1 : AtomTable.shared.order(one.atom, two.atom)
        case .nil: return 0
        case .binary:
            if one.object == two.object { return 0 }
            let (left, right) = (one.binaryBytes, two.binaryBytes)
            if mode == .identity, left.count != right.count { return 1 }
            return Self.bytes(left, right)
        case .float: return Self.floats(one.float, two.float, mode)
        case .tuple:
            guard one.object != two.object else { return 0 }
            guard depth < Self.maximumDepth else { return postpone(one, two, mode) }
            let (left, right) = (one.tupleElements, two.tupleElements)
            if left.count != right.count { return Self.sign(left.count, right.count) }
            return rows(left, right, mode, depth + 1)
        case .list:
            guard depth < Self.maximumDepth else { return postpone(one, two, mode) }
            return lists(one, two, mode, depth + 1)
        case .map:
            guard one.object != two.object else { return 0 }
            guard depth < Self.maximumDepth else { return postpone(one, two, mode) }
            return maps(one, two, mode, depth + 1)
        case .fun, .record:
            guard depth < Self.maximumDepth else { return postpone(one, two, mode) }
            return headsAndValues(one, two, mode, depth + 1)
        case .pid: return Self.pids(one.pid, two.pid)
        case .port: return Self.ports(one.port, two.port)
        case .reference, .bigInteger, .bitString, .local: return Self.others(one.pointee, two.pointee, mode)
        }
    }

    @inline(never)
    private mutating func postpone(_ one: TermPlace, _ two: TermPlace, _ mode: Mode) -> Int {
        makeRest().putOff.append(.pair(one, two, mode))
        return 0
    }

    @inline(never)
    private mutating func headsAndValues(_ one: TermPlace, _ two: TermPlace, _ mode: Mode, _ depth: Int) -> Int {
        let (order, values) = Self.heads(one.pointee, two.pointee)
        guard order == 0, let values else { return order }
        return rows(values.0, values.1, mode, depth)
    }

    /// Rows of the same length.
    @inline(__always)
    private mutating func rows(
        _ left: UnsafeBufferPointer<Term>, _ right: UnsafeBufferPointer<Term>, _ mode: Mode, _ depth: Int
    ) -> Int {
        guard let one = left.baseAddress, let two = right.baseAddress else { return 0 }
        return terms(one, two, count: left.count, stride: 1, mode, depth)
    }

    /// As many terms from `one` and from `two`, each so many places behind the last.
    @inline(__always)
    private mutating func terms(
        _ one: TermPlace, _ two: TermPlace, count: Int, stride: Int, _ mode: Mode, _ depth: Int
    ) -> Int {
        var (one, two) = (one, two)
        for _ in 0..<count {
            defer {
                one += stride
                two += stride
            }
            // What most rows consist of needs no call.
            switch (one.kind, two.kind) {
            case (.integer, .integer) where one.integer == two.integer: continue
            case (.atom, .atom) where one.atom == two.atom: continue
            case (.nil, .nil): continue
            case (.float, .float) where one.integer == two.integer: continue
            default:
                let order = order(one, two, mode, depth)
                if order != 0 { return order }
            }
        }
        return 0
    }

    private mutating func lists(_ one: TermPlace, _ two: TermPlace, _ mode: Mode, _ depth: Int) -> Int {
        var (left, leftTail) = one.listRun
        var (right, rightTail) = two.listRun
        while true {
            if left.baseAddress == right.baseAddress { return 0 }
            let common = min(left.count, right.count)
            let order = rows(
                UnsafeBufferPointer(start: left.baseAddress, count: common),
                UnsafeBufferPointer(start: right.baseAddress, count: common), mode, depth)
            if order != 0 { return order }
            // A list goes on in its run or, behind it, in the list that is its tail.
            let isLeftDone = left.count == common
            let isRightDone = right.count == common
            if isLeftDone, isRightDone, leftTail.kind != .list || rightTail.kind != .list {
                return self.order(leftTail, rightTail, mode, depth)
            }
            if isLeftDone {
                guard leftTail.kind == .list else { return Self.sign(Self.rank(leftTail.kind), Self.rank(.list)) }
                (left, leftTail) = leftTail.listRun
            } else {
                left = UnsafeBufferPointer(rebasing: left[common...])
            }
            if isRightDone {
                guard rightTail.kind == .list else { return Self.sign(Self.rank(.list), Self.rank(rightTail.kind)) }
                (right, rightTail) = rightTail.listRun
            } else {
                right = UnsafeBufferPointer(rebasing: right[common...])
            }
        }
    }

    private mutating func maps(_ one: TermPlace, _ two: TermPlace, _ mode: Mode, _ depth: Int) -> Int {
        guard let left = one.mapRows, let right = two.mapRows, left.count <= 2 * Map.flatLimit else {
            return largeMaps(
                Map(storage: one.mapStorage.takeUnretainedValue()), Map(storage: two.mapStorage.takeUnretainedValue()),
                mode, depth)
        }
        if left.count != right.count { return Self.sign(left.count, right.count) }
        if mode == .identity { return rows(left, right, mode, depth) }
        guard let one = left.baseAddress, let two = right.baseAddress else { return 0 }
        // All keys, in key order, then all values.
        let order = terms(one, two, count: left.count / 2, stride: 2, .exact, depth)
        if order != 0 { return order }
        return terms(one + 1, two + 1, count: left.count / 2, stride: 2, mode, depth)
    }

    @inline(never)
    private mutating func largeMaps(_ one: Map, _ two: Map, _ mode: Mode, _ depth: Int) -> Int {
        let count = one.count
        if count != two.count { return Self.sign(count, two.count) }
        if mode == .identity { return identity(one, two, depth) }
        let (left, right) = (one.sortedPairs, two.sortedPairs)
        let order = rows(kept(left.map(\.key)), kept(right.map(\.key)), .exact, depth)
        if order != 0 { return order }
        return rows(kept(left.map(\.value)), kept(right.map(\.value)), mode, depth)
    }

    /// `=:=` of large maps with the same number of pairs.
    private mutating func identity(_ one: Map, _ two: Map, _ depth: Int) -> Int {
        if one.storage.tree == nil, two.storage.tree == nil {
            let (left, right) = (UnsafePointer(one.storage.elements), UnsafePointer(two.storage.elements))
            for position in 0..<one.count {
                // Maps with the same history have their pairs in the same order.
                let key = left + 2 * position
                let isSamePlace = Self.isIdentical(key, right + 2 * position)
                guard let other = isSamePlace ? position : two.storage.find(key) else { return 1 }
                let order = order(key + 1, right + 2 * other + 1, .identity, depth)
                if order != 0 { return order }
            }
            return 0
        }
        var values: (left: [Term], right: [Term]) = ([], [])
        one.forEach { key, value in
            guard let other = two[key] else { return }
            values.left.append(value)
            values.right.append(other)
        }
        guard values.left.count == one.count else { return 1 }
        return rows(kept(values.left), kept(values.right), .identity, depth)
    }

    private mutating func kept(_ terms: [Term]) -> UnsafeBufferPointer<Term> {
        let tuple = Tuple(terms)
        makeRest().keepers.append(tuple)
        return UnsafeBufferPointer(start: tuple.storage.elements, count: terms.count)
    }
}

internal import BigInt

/// One comparison of two terms. It keeps a stack of its own for what is still to be compared: nesting costs memory,
/// never thread stack.
struct Comparison {
    enum Mode {
        /// `==` and `<`.
        case value
        /// The order of map keys.
        case exact
        /// `=:=`: only equal or not matters, and maps need no order.
        case identity
    }

    /// Terms side by side on both sides.
    private struct Pair {
        var left: UnsafePointer<Term>
        var right: UnsafePointer<Term>
        var remaining: Int
        let mode: Mode
        /// Keeps rows alive that were made for this comparison.
        var keeper: (Tuple, Tuple)?
    }

    /// What a step comes to.
    private enum Step {
        case decided(TermOrder)
        case elements(Pair)
        /// Lists: the next cells.
        case lists(List, List)
    }

    private let mode: Mode

    init(_ mode: Mode) { self.mode = mode }

    func order(_ left: Term, _ right: Term) -> TermOrder {
        var stack: [Pair] = []
        var (left, right) = (left, right)
        var mode = mode
        while true {
            switch step(left, right, mode, &stack) {
            case .decided(.equal): break
            case .decided(let order): return order
            case .elements(let pair): stack.append(pair)
            case .lists(let one, let two):
                // Heads first; what follows is compared when they are equal.
                var (one, two) = (one, two)
                heads: while true {
                    if one.segment === two.segment, one.position == two.position { break heads }
                    switch step(one.head, two.head, mode, &stack) {
                    case .decided(.equal): break
                    case .decided(let order): return order
                    case let inner:
                        // The tails wait behind the heads' own elements.
                        let tails = (Tuple([one.tail]), Tuple([two.tail]))
                        stack.append(
                            Pair(
                                left: UnsafePointer(tails.0.storage.elements),
                                right: UnsafePointer(tails.1.storage.elements), remaining: 1, mode: mode, keeper: tails)
                        )
                        if case .elements(let pair) = inner { stack.append(pair) }
                        if case .lists(let innerOne, let innerTwo) = inner {
                            (one, two) = (innerOne, innerTwo)
                            continue heads
                        }
                        break heads
                    }
                    guard case .list(let nextOne) = one.tail, case .list(let nextTwo) = two.tail else {
                        (left, right) = (one.tail, two.tail)
                        switch step(left, right, mode, &stack) {
                        case .decided(.equal): break heads
                        case .decided(let order): return order
                        case .elements(let pair): stack.append(pair)
                        case .lists: break
                        }
                        break heads
                    }
                    (one, two) = (nextOne, nextTwo)
                }
            }
            // The next two terms that wait.
            while let last = stack.indices.last, stack[last].remaining == 0 { stack.removeLast() }
            guard let last = stack.indices.last else { return .equal }
            left = stack[last].left.pointee
            right = stack[last].right.pointee
            mode = stack[last].mode
            stack[last].left += 1
            stack[last].right += 1
            stack[last].remaining -= 1
        }
    }

    private func step(_ left: Term, _ right: Term, _ mode: Mode, _ stack: inout [Pair]) -> Step {
        switch (left, right) {
        case (.integer(let one), .integer(let two)): return .decided(TermOrder(one, two))
        case (.atom(let one), .atom(let two)):
            return .decided(one == two ? .equal : TermOrder(bytes: one.utf8, two.utf8))
        case (.nil, .nil): return .decided(.equal)
        case (.tuple(let one), .tuple(let two)):
            if Tuple.isIdentical(one, two) { return .decided(.equal) }
            guard one.count == two.count else { return .decided(TermOrder(one.count, two.count)) }
            guard one.count > 0 else { return .decided(.equal) }
            return .elements(
                Pair(
                    left: UnsafePointer(one.storage.elements), right: UnsafePointer(two.storage.elements),
                    remaining: one.count, mode: mode, keeper: (one, two)))
        case (.list(let one), .list(let two)): return .lists(one, two)
        case (.binary(let one), .binary(let two)):
            return .decided(one.withBytes { one in two.withBytes { TermOrder(bytes: one, $0) } })
        case (.binary, .bitString), (.bitString, .binary), (.bitString, .bitString):
            return .decided(Self.bits(left, right))
        case (.map(let one), .map(let two)): return maps(one, two, mode)
        case (.pid(let one), .pid(let two)): return .decided(Self.pids(one, two))
        case (.reference(let one), .reference(let two)): return .decided(Self.references(one, two))
        case (.port(let one), .port(let two)):
            let (a, b) = (one.incarnation.nodeAndCreation, two.incarnation.nodeAndCreation)
            return .decided(
                TermOrder(bytes: a.node.utf8, b.node.utf8).or(TermOrder(a.creation, b.creation))
                    .or(TermOrder(one.id, two.id)))
        case (.fun(let one), .fun(let two)): return funs(one, two, mode)
        case (.record(let one), .record(let two)): return records(one, two, mode)
        case (.local(let one), .local(let two)):
            return .decided(one.payload.withBytes { one in two.payload.withBytes { TermOrder(bytes: one, $0) } })
        default:
            let (one, two) = (Self.rank(left), Self.rank(right))
            guard one == two else { return .decided(TermOrder(one, two)) }
            return .decided(Self.numbers(left, right, mode))
        }
    }

    private static func rank(_ term: Term) -> Int {
        switch term {
        case .integer, .float, .bigInteger: 0
        case .atom: 1
        case .reference: 2
        case .fun: 3
        case .port: 4
        case .pid: 5
        case .tuple: 6
        case .record: 7
        case .map: 8
        case .nil: 9
        case .list: 10
        case .binary, .bitString: 11
        case .local: 12
        }
    }

    // MARK: Kinds

    /// Numbers of which at least one is a float or big.
    private static func numbers(_ left: Term, _ right: Term, _ mode: Mode) -> TermOrder {
        switch (left, right) {
        case (.float(let one), .float(let two)):
            guard mode == .value, one == two else { return floats(one, two, mode) }
            return .equal
        case (.float(let one), _):
            return mode == .value ? floatToInteger(one, right) : .greater
        case (_, .float(let two)):
            guard mode == .value else { return .less }
            switch floatToInteger(two, left) {
            case .less: return .greater
            case .equal: return .equal
            case .greater: return .less
            }
        default:
            guard let one = left.asBigInt, let two = right.asBigInt else { return .equal }
            return TermOrder(one, two)
        }
    }

    private static func floats(_ one: Double, _ two: Double, _ mode: Mode) -> TermOrder {
        guard one == two else { return one < two ? .less : .greater }
        // -0.0 before 0.0, where they differ at all.
        return mode == .value || one.sign == two.sign ? .equal : one.sign == .minus ? .less : .greater
    }

    /// Compares exactly: no integer is rounded to a float.
    private static func floatToInteger(_ value: Double, _ integer: Term) -> TermOrder {
        if case .integer(let small) = integer, small.magnitude <= 1 << 53 { return TermOrder(value, Double(small)) }
        guard let exact = integer.asBigInt else { return .equal }
        let whole = BigInt(value.rounded(.down))
        guard whole == exact else { return whole < exact ? .less : .greater }
        return value > value.rounded(.down) ? .greater : .equal
    }

    private static func pids(_ one: Pid, _ two: Pid) -> TermOrder {
        if one == two { return .equal }
        let (a, b) = (one.incarnation.nodeAndCreation, two.incarnation.nodeAndCreation)
        return TermOrder(one.serial, two.serial).or(TermOrder(one.id, two.id))
            .or(TermOrder(bytes: a.node.utf8, b.node.utf8)).or(TermOrder(a.creation, b.creation))
            .or(TermOrder(one.incarnation.index, two.incarnation.index))
    }

    private static func references(_ one: Reference, _ two: Reference) -> TermOrder {
        let (a, b) = (one.incarnation.nodeAndCreation, two.incarnation.nodeAndCreation)
        var order = TermOrder(bytes: a.node.utf8, b.node.utf8).or(TermOrder(a.creation, b.creation))
        for position in (0..<5).reversed() { order = order.or(TermOrder(one.word(position), two.word(position))) }
        return order.or(TermOrder(one.wordCount, two.wordCount))
            .or(TermOrder(one.incarnation.index, two.incarnation.index))
    }

    private static func bits(_ left: Term, _ right: Term) -> TermOrder {
        func parts(_ term: Term) -> (Binary, Int) {
            switch term {
            case .binary(let binary): (binary, binary.count * 8)
            case .bitString(let bits): (bits.bytes, bits.bitCount)
            default: (Binary([]), 0)
            }
        }
        let ((one, oneBits), (two, twoBits)) = (parts(left), parts(right))
        // Unused bits are 0, so bytes decide unless all common bits are equal.
        let common = min(oneBits, twoBits)
        return one.withBytes { one in
            two.withBytes { two in
                let whole = common / 8
                let order = TermOrder(
                    bytes: UnsafeRawBufferPointer(rebasing: one[..<whole]),
                    UnsafeRawBufferPointer(rebasing: two[..<whole]))
                let rest = common % 8
                guard order == .equal, rest > 0 else { return order.or(TermOrder(oneBits, twoBits)) }
                let mask = ~(UInt8(0xFF) >> UInt8(rest))
                return TermOrder(one[whole] & mask, two[whole] & mask).or(TermOrder(oneBits, twoBits))
            }
        }
    }

    private func maps(_ one: Map, _ two: Map, _ mode: Mode) -> Step {
        guard one.count == two.count else { return .decided(TermOrder(one.count, two.count)) }
        guard !one.isEmpty else { return .decided(.equal) }
        if mode == .identity {
            // Pair by pair, without an order.
            var left: [Term] = []
            var right: [Term] = []
            var isMissing = false
            one.forEach { key, value in
                guard let other = two[key] else {
                    isMissing = true
                    return
                }
                left.append(value)
                right.append(other)
            }
            return isMissing ? .decided(.less) : rows(left, right, mode)
        }
        let (left, right) = (one.sortedPairs, two.sortedPairs)
        for position in left.indices {
            // Keys among themselves, always in key order.
            let order = Comparison(.exact).order(left[position].key, right[position].key)
            guard order == .equal else { return .decided(order) }
        }
        return rows(left.map(\.value), right.map(\.value), mode)
    }

    private func rows(_ left: [Term], _ right: [Term], _ mode: Mode) -> Step {
        let (one, two) = (Tuple(left), Tuple(right))
        return .elements(
            Pair(
                left: UnsafePointer(one.storage.elements), right: UnsafePointer(two.storage.elements),
                remaining: one.count, mode: mode, keeper: (one, two)))
    }

    private func funs(_ one: Fun, _ two: Fun, _ mode: Mode) -> Step {
        switch (one, two) {
        case (.closure, .export): return .decided(.less)
        case (.export, .closure): return .decided(.greater)
        case (.export(let one), .export(let two)):
            return .decided(
                TermOrder(bytes: one.module.utf8, two.module.utf8)
                    .or(TermOrder(bytes: one.function.utf8, two.function.utf8)).or(TermOrder(one.arity, two.arity)))
        case (.closure(let one), .closure(let two)):
            let order = TermOrder(bytes: one.module.utf8, two.module.utf8).or(TermOrder(one.index, two.index))
                .or(TermOrder(one.oldUniq, two.oldUniq))
                .or(one.uniq.withBytes { one in two.uniq.withBytes { TermOrder(bytes: one, $0) } })
                .or(TermOrder(one.freeVariables.count, two.freeVariables.count)).or(TermOrder(one.arity, two.arity))
            guard order == .equal, !one.freeVariables.isEmpty else { return .decided(order) }
            return rows(one.freeVariables, two.freeVariables, mode)
        }
    }

    private func records(_ one: NativeRecord, _ two: NativeRecord, _ mode: Mode) -> Step {
        var order = TermOrder(bytes: one.module.utf8, two.module.utf8)
            .or(TermOrder(bytes: one.name.utf8, two.name.utf8)).or(TermOrder(one.fields.count, two.fields.count))
        if order == .equal {
            for (left, right) in zip(one.fields, two.fields) {
                order = order.or(TermOrder(bytes: left.name.utf8, right.name.utf8))
            }
        }
        guard order == .equal, !one.fields.isEmpty else { return .decided(order) }
        return rows(one.fields.map(\.value), two.fields.map(\.value), mode)
    }
}

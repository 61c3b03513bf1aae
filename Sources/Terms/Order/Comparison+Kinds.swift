internal import BigInt
internal import Glibc

// The kinds without elements: -1, 0 or 1.
extension Comparison {
    @inline(__always)
    static func sign<Value: Comparable>(_ one: Value, _ two: Value) -> Int { one < two ? -1 : one == two ? 0 : 1 }

    /// Byte by byte; a prefix is less.
    @inline(__always)
    static func bytes(_ one: UnsafeRawBufferPointer, _ two: UnsafeRawBufferPointer) -> Int {
        let common = min(one.count, two.count)
        if common > 0, let left = one.baseAddress, let right = two.baseAddress {
            let difference = memcmp(left, right, common)
            if difference != 0 { return difference < 0 ? -1 : 1 }
        }
        return sign(one.count, two.count)
    }

    /// Where a kind stands among the others.
    static func rank(_ kind: TermKind) -> Int {
        switch kind {
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

    /// Terms of different kinds.
    @inline(never)
    static func unlike(_ one: TermPlace, _ two: TermPlace, _ mode: Mode) -> Int {
        let (left, right) = (rank(one.kind), rank(two.kind))
        if left != right { return sign(left, right) }
        return left == 0 ? numbers(one.pointee, two.pointee, mode) : bits(one.pointee, two.pointee)
    }

    @inline(never)
    static func others(_ one: Term, _ two: Term, _ mode: Mode) -> Int {
        switch (one, two) {
        case (.reference(let one), .reference(let two)): references(one, two)
        case (.local(let one), .local(let two)):
            one.payload.withBytes { one in two.payload.withBytes { bytes(one, $0) } }
        case (.bitString, .bitString): bits(one, two)
        default: numbers(one, two, mode)
        }
    }

    // MARK: Numbers

    static func floats(_ one: Double, _ two: Double, _ mode: Mode) -> Int {
        guard one == two else { return one < two ? -1 : 1 }
        // -0.0 before 0.0, where they differ at all.
        return mode == .value || one.sign == two.sign ? 0 : one.sign == .minus ? -1 : 1
    }

    static func numbers(_ one: Term, _ two: Term, _ mode: Mode) -> Int {
        switch (one, two) {
        case (.float(let value), _): return mode == .value ? float(value, two) : 1
        case (_, .float(let value)): return mode == .value ? -float(value, one) : -1
        default:
            guard let left = one.asBigInt, let right = two.asBigInt else { return 0 }
            return sign(left, right)
        }
    }

    /// A float and an integer, exactly: no integer is rounded to a float.
    private static func float(_ value: Double, _ integer: Term) -> Int {
        if case .integer(let small) = integer, small.magnitude <= 1 << 53 { return sign(value, Double(small)) }
        guard let exact = integer.asBigInt else { return 0 }
        let floor = value.rounded(.down)
        let whole = BigInt(floor)
        return whole == exact ? sign(value, floor) : sign(whole, exact)
    }

    // MARK: Identifiers

    private static func lives(_ one: NodeIncarnation, _ two: NodeIncarnation) -> Int {
        guard one != two else { return 0 }
        let (left, right) = (one.nodeAndCreation, two.nodeAndCreation)
        let order = AtomTable.shared.order(left.node, right.node)
        if order != 0 { return order }
        if left.creation != right.creation { return sign(left.creation, right.creation) }
        return sign(one.index, two.index)
    }

    @inline(never)
    static func pids(_ one: Pid, _ two: Pid) -> Int {
        if one.serial != two.serial { return sign(one.serial, two.serial) }
        if one.id != two.id { return sign(one.id, two.id) }
        return lives(one.incarnation, two.incarnation)
    }

    @inline(never)
    static func ports(_ one: Port, _ two: Port) -> Int {
        let order = lives(one.incarnation, two.incarnation)
        return order != 0 ? order : sign(one.id, two.id)
    }

    /// The words are one number, the last the most significant.
    static func references(_ one: Reference, _ two: Reference) -> Int {
        var order = lives(one.incarnation, two.incarnation)
        for position in (0..<5).reversed() where order == 0 { order = sign(one.word(position), two.word(position)) }
        return order != 0 ? order : sign(one.wordCount, two.wordCount)
    }

    // MARK: Bit strings

    static func bits(_ one: Term, _ two: Term) -> Int {
        func parts(_ term: Term) -> (Binary, Int)? {
            switch term {
            case .binary(let binary): (binary, binary.count * 8)
            case .bitString(let bits): (bits.bytes, bits.bitCount)
            default: nil
            }
        }
        guard let (left, leftBits) = parts(one), let (right, rightBits) = parts(two) else { return 0 }
        let common = min(leftBits, rightBits)
        return left.withBytes { left in
            right.withBytes { right in
                let whole = common / 8
                let order = bytes(
                    UnsafeRawBufferPointer(rebasing: left[..<whole]), UnsafeRawBufferPointer(rebasing: right[..<whole]))
                if order != 0 { return order }
                if common % 8 > 0 {
                    let mask = ~(UInt8(0xFF) >> UInt8(common % 8))
                    let order = sign(left[whole] & mask, right[whole] & mask)
                    if order != 0 { return order }
                }
                return sign(leftBits, rightBits)
            }
        }
    }

    // MARK: Funs and records

    /// Compares all but the values of two funs or two records; the values, where nothing before them decides.
    static func heads(
        _ one: Term, _ two: Term
    ) -> (Int, (UnsafeBufferPointer<Term>, UnsafeBufferPointer<Term>)?) {
        switch (one, two) {
        case (.fun(.closure(let one)), .fun(.closure(let two))):
            let order = first(
                AtomTable.shared.order(one.module, two.module), sign(one.index, two.index),
                sign(one.oldUniq, two.oldUniq), one.uniq.withBytes { one in two.uniq.withBytes { bytes(one, $0) } },
                sign(one.environment.count, two.environment.count), sign(one.arity, two.arity))
            return (order, order == 0 ? (one.environment.place, two.environment.place) : nil)
        case (.fun(.export(let one)), .fun(.export(let two))):
            let order = first(
                AtomTable.shared.order(one.module, two.module), AtomTable.shared.order(one.function, two.function),
                sign(one.arity, two.arity))
            return (order, nil)
        case (.fun(.closure), .fun(.export)): return (-1, nil)
        case (.fun(.export), .fun(.closure)): return (1, nil)
        case (.record(let one), .record(let two)):
            var order = first(
                AtomTable.shared.order(one.module, two.module), AtomTable.shared.order(one.name, two.name),
                sign(one.fieldNames.count, two.fieldNames.count), sign(one.isExported ? 1 : 0, two.isExported ? 1 : 0))
            for (left, right) in zip(one.fieldNames, two.fieldNames) where order == 0 {
                order = AtomTable.shared.order(left, right)
            }
            return (order, order == 0 ? (one.values.place, two.values.place) : nil)
        default: return (0, nil)
        }
    }

    private static func first(_ orders: Int...) -> Int { orders.first { $0 != 0 } ?? 0 }
}

extension Tuple {
    /// The elements; they live as long as the tuple.
    var place: UnsafeBufferPointer<Term> { UnsafeBufferPointer(start: storage.elements, count: count) }
}

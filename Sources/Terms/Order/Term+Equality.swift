/// `=:=`.
extension Term: Hashable {
    public static func == (left: Term, right: Term) -> Bool {
        switch (left, right) {
        case (.integer(let one), .integer(let two)): return one == two
        case (.atom(let one), .atom(let two)): return one == two
        case (.float(let one), .float(let two)): return one.bitPattern == two.bitPattern
        case (.nil, .nil): return true
        case (.tuple(let one), .tuple(let two)): return one == two
        case (.list(let one), .list(let two)): return one == two
        case (.map(let one), .map(let two)): return one == two
        case (.binary(let one), .binary(let two)): return one == two
        case (.bitString(let one), .bitString(let two)): return one == two
        case (.pid(let one), .pid(let two)): return one == two
        case (.port(let one), .port(let two)): return one == two
        case (.reference(let one), .reference(let two)): return one == two
        case (.fun(let one), .fun(let two)): return one == two
        case (.bigInteger(let one), .bigInteger(let two)): return one == two
        case (.record(let one), .record(let two)): return one == two
        case (.local(let one), .local(let two)): return one == two
        default: return false
        }
    }

    public func hash(into hasher: inout Hasher) {
        switch self {
        case .integer(let value): hasher.combine(value)
        case .atom(let value): hasher.combine(value)
        case .float(let value): hasher.combine(value.bitPattern)
        case .nil: hasher.combine(0 as UInt8)
        case .tuple(let value): hasher.combine(value)
        case .list(let value): hasher.combine(value)
        case .map(let value): hasher.combine(value)
        case .binary(let value): hasher.combine(value)
        case .bitString(let value): hasher.combine(value)
        case .pid(let value): hasher.combine(value)
        case .port(let value): hasher.combine(value)
        case .reference(let value): hasher.combine(value)
        case .fun(let value): hasher.combine(value)
        case .bigInteger(let value): hasher.combine(value)
        case .record(let value): hasher.combine(value)
        case .local(let value): hasher.combine(value)
        }
    }
}

extension Tuple: Hashable {
    public static func == (left: Tuple, right: Tuple) -> Bool {
        if isIdentical(left, right) { return true }
        guard left.count == right.count else { return false }
        for position in 0..<left.count where left[position] != right[position] { return false }
        return true
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        withElements { for element in $0 { hasher.combine(element) } }
    }
}

extension List: Hashable {
    public static func == (left: List, right: List) -> Bool {
        var (left, right) = (left, right)
        while true {
            if left.segment === right.segment, left.position == right.position { return true }
            guard left.head == right.head else { return false }
            guard case .list(let nextLeft) = left.tail, case .list(let nextRight) = right.tail else {
                return left.tail == right.tail
            }
            (left, right) = (nextLeft, nextRight)
        }
    }

    public func hash(into hasher: inout Hasher) {
        let end = forEachRun { for element in $0 { hasher.combine(element) } }
        hasher.combine(end)
    }
}

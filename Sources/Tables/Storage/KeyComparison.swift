internal import Terms

/// `=:=` of two keys, with the common kinds in line.
@inline(__always)
func isSameKey(_ left: Term, _ right: Term) -> Bool {
    switch left {
    case .integer(let one):
        if case .integer(let two) = right { return one == two }
        return false
    case .atom(let one):
        if case .atom(let two) = right { return one == two }
        return false
    default: return left == right
    }
}

/// The term order of two keys, with the common kinds in line.
@inline(__always)
func compareKeys(_ left: Term, _ right: Term) -> TermOrder {
    if case .integer(let one) = left, case .integer(let two) = right {
        return one < two ? .less : one == two ? .equal : .greater
    }
    if case .atom(let one) = left, case .atom(let two) = right, one == two { return .equal }
    return Term.compare(left, right)
}

/// The hash of a key: shards take its high bits, slots its low half.
@inline(__always)
func hashKey(_ key: Term) -> UInt64 {
    switch key {
    case .integer(let value): return mix(UInt64(bitPattern: Int64(value)))
    case .atom(let atom): return mix(UInt64(atom.index) | 1 << 63)
    default: return mix(key.fastHash)
    }
}

@inline(__always)
private func mix(_ value: UInt64) -> UInt64 {
    let product = (value ^ 0x9e37_79b9_7f4a_7c15).multipliedFullWidth(by: 0xd6e8_feb8_6659_fd93)
    return product.high ^ product.low
}

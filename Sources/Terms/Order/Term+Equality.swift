/// `=:=`.
extension Term: Hashable {
    public static func == (left: Term, right: Term) -> Bool {
        switch (left, right) {
        case (.integer(let one), .integer(let two)): return one == two
        case (.atom(let one), .atom(let two)): return one == two
        case (.nil, .nil): return true
        case (.binary(let one), .binary(let two)): return one == two
        case (.pid(let one), .pid(let two)): return one == two
        case (.reference(let one), .reference(let two)): return one == two
        case (.float(let one), .float(let two)): return one.bitPattern == two.bitPattern
        case (.tuple(let one), .tuple(let two)):
            if Tuple.isIdentical(one, two) { return true }
            guard one.count == two.count else { return false }
            return Comparison(.identity).order(left, right) == .equal
        case (.list, .list), (.map, .map), (.record, .record), (.fun, .fun):
            return Comparison(.identity).order(left, right) == .equal
        case (.bitString(let one), .bitString(let two)): return one == two
        case (.port(let one), .port(let two)): return one == two
        case (.bigInteger(let one), .bigInteger(let two)): return one == two
        case (.local(let one), .local(let two)): return one == two
        default: return false
        }
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(fastHash) }
}

extension Tuple: Hashable {
    public static func == (left: Tuple, right: Tuple) -> Bool { Term.tuple(left) == .tuple(right) }
    public func hash(into hasher: inout Hasher) { hasher.combine(Term.tuple(self).fastHash) }
}

extension List: Hashable {
    public static func == (left: List, right: List) -> Bool { Term.list(left) == .list(right) }
    public func hash(into hasher: inout Hasher) { hasher.combine(Term.list(self).fastHash) }
}

extension Map: Hashable {
    public static func == (left: Map, right: Map) -> Bool { Term.map(left) == .map(right) }
    public func hash(into hasher: inout Hasher) { hasher.combine(Term.map(self).fastHash) }
}

/// `=:=`.
extension Term: Hashable {
    @inlinable
    public static func == (left: Term, right: Term) -> Bool {
        switch (left, right) {
        case (.integer(let one), .integer(let two)): one == two
        case (.atom(let one), .atom(let two)): one == two
        default: isIdentical(left, right)
        }
    }

    @usableFromInline
    static func isIdentical(_ left: Term, _ right: Term) -> Bool {
        withUnsafePointer(to: left) { left in withUnsafePointer(to: right) { Comparison.isIdentical(left, $0) } }
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

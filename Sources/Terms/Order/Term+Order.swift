/// The outcome of comparing two terms.
@frozen
public enum TermOrder: Sendable {
    case less
    case equal
    case greater
}

extension Term {
    /// Erlang's term order: `==`, `<` and `lists:sort/1`. Integers and floats compare by value.
    ///
    /// number < atom < reference < fun < port < pid < tuple < record < map < nil < list < bit string.
    @inlinable
    public static func compare(_ left: Term, _ right: Term) -> TermOrder {
        if case .integer(let one) = left, case .integer(let two) = right {
            return one < two ? .less : one == two ? .equal : .greater
        }
        return compareAnyKinds(left, right)
    }

    /// The order of map keys: as ``compare(_:_:)``, but every integer is less than every float, and only terms that
    /// are `=:=` are equal.
    @inlinable
    public static func compareExact(_ left: Term, _ right: Term) -> TermOrder {
        if case .integer(let one) = left, case .integer(let two) = right {
            return one < two ? .less : one == two ? .equal : .greater
        }
        return compareExactAnyKinds(left, right)
    }

    @usableFromInline
    static func compareAnyKinds(_ left: Term, _ right: Term) -> TermOrder { order(left, right, .value) }

    @usableFromInline
    static func compareExactAnyKinds(_ left: Term, _ right: Term) -> TermOrder { order(left, right, .exact) }

    @inline(__always)
    private static func order(_ left: Term, _ right: Term, _ mode: Comparison.Mode) -> TermOrder {
        let order = withUnsafePointer(to: left) { left in
            withUnsafePointer(to: right) { Comparison.order(left, $0, mode) }
        }
        return order < 0 ? .less : order == 0 ? .equal : .greater
    }
}

internal import Glibc

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
    public static func compare(_ left: Term, _ right: Term) -> TermOrder {
        switch (left, right) {
        case (.integer(let one), .integer(let two)): TermOrder(one, two)
        case (.atom(let one), .atom(let two)): one == two ? .equal : TermOrder(bytes: one.utf8, two.utf8)
        default: Comparison(.value).order(left, right)
        }
    }

    /// The order of map keys: as ``compare(_:_:)``, but every integer is less than every float, and only terms that
    /// are `=:=` are equal.
    public static func compareExact(_ left: Term, _ right: Term) -> TermOrder {
        switch (left, right) {
        case (.integer(let one), .integer(let two)): TermOrder(one, two)
        case (.atom(let one), .atom(let two)): one == two ? .equal : TermOrder(bytes: one.utf8, two.utf8)
        default: Comparison(.exact).order(left, right)
        }
    }
}

extension TermOrder {
    @inline(__always)
    init<Value: Comparable>(_ left: Value, _ right: Value) {
        self = left < right ? .less : left == right ? .equal : .greater
    }

    init(bytes left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) {
        self.init(bytes: UnsafeRawBufferPointer(left), UnsafeRawBufferPointer(right))
    }

    /// Byte by byte; a prefix is less.
    init(bytes left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) {
        let common = min(left.count, right.count)
        if common > 0, let one = left.baseAddress, let two = right.baseAddress {
            let difference = memcmp(one, two, common)
            if difference != 0 {
                self = difference < 0 ? .less : .greater
                return
            }
        }
        self.init(left.count, right.count)
    }

    /// This order if it decides, else what `next` says.
    @inline(__always)
    func or(_ next: @autoclosure () -> TermOrder) -> TermOrder { self == .equal ? next() : self }
}

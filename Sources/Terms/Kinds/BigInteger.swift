public import BigInt

/// An integer outside the range of `Int`.
public final class BigInteger: Sendable, Hashable {
    public let value: BigInt

    init(_ value: BigInt) { self.value = value }

    public static func == (left: BigInteger, right: BigInteger) -> Bool { left.value == right.value }
    public func hash(into hasher: inout Hasher) { hasher.combine(value) }
}

extension Term {
    /// The integer term of any size: inline when it fits in `Int`.
    public static func integer(_ value: BigInt) -> Term {
        if let small = Int(exactly: value) { return .integer(small) }
        return .bigInteger(BigInteger(value))
    }

    /// The value of an integer term of any size.
    public var asBigInt: BigInt? {
        switch self {
        case .integer(let value): BigInt(value)
        case .bigInteger(let value): value.value
        default: nil
        }
    }
}

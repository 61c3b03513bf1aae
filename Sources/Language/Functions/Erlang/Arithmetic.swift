internal import BigInt
internal import Glibc
internal import Processes
internal import Terms

/// The arithmetic of Erlang on terms: small integers first, then integers of any size, then floats.
///
/// Everything throws `badarith` for other operands, and `system_limit` for an integer of more than 2^26 bits.
enum Arithmetic {
    private static let maximumBits = 1 << 26

    static func add(_ one: Term, _ two: Term) throws -> Term {
        if case .integer(let left) = one, case .integer(let right) = two {
            let (value, overflow) = left.addingReportingOverflow(right)
            return overflow ? .integer(BigInt(left) + BigInt(right)) : .integer(value)
        }
        if let left = one.asBigInt, let right = two.asBigInt { return .integer(left + right) }
        return try float(try number(one) + number(two))
    }

    static func subtract(_ one: Term, _ two: Term) throws -> Term {
        if case .integer(let left) = one, case .integer(let right) = two {
            let (value, overflow) = left.subtractingReportingOverflow(right)
            return overflow ? .integer(BigInt(left) - BigInt(right)) : .integer(value)
        }
        if let left = one.asBigInt, let right = two.asBigInt { return .integer(left - right) }
        return try float(try number(one) - number(two))
    }

    static func multiply(_ one: Term, _ two: Term) throws -> Term {
        if case .integer(let left) = one, case .integer(let right) = two {
            let (value, overflow) = left.multipliedReportingOverflow(by: right)
            return overflow ? .integer(BigInt(left) * BigInt(right)) : .integer(value)
        }
        if let left = one.asBigInt, let right = two.asBigInt {
            guard left.bitWidth + right.bitWidth < maximumBits else { throw ErlangException.systemLimit }
            return .integer(left * right)
        }
        return try float(try number(one) * number(two))
    }

    /// `/`.
    static func divide(_ one: Term, _ two: Term) throws -> Term {
        let (left, right) = (try number(one), try number(two))
        guard right != 0 else { throw ErlangException.badarith }
        return try float(left / right)
    }

    static func quotient(_ one: Term, _ two: Term) throws -> Term {
        if case .integer(let left) = one, case .integer(let right) = two, right != 0, right != -1 {
            return .integer(left / right)
        }
        let (left, right) = (try integer(one), try integer(two))
        guard right != 0 else { throw ErlangException.badarith }
        return .integer(left / right)
    }

    static func remainder(_ one: Term, _ two: Term) throws -> Term {
        if case .integer(let left) = one, case .integer(let right) = two, right != 0, right != -1 {
            return .integer(left % right)
        }
        let (left, right) = (try integer(one), try integer(two))
        guard right != 0 else { throw ErlangException.badarith }
        return .integer(left % right)
    }

    static func and(_ one: Term, _ two: Term) throws -> Term {
        if case .integer(let left) = one, case .integer(let right) = two { return .integer(left & right) }
        return .integer(try integer(one) & integer(two))
    }

    static func or(_ one: Term, _ two: Term) throws -> Term {
        if case .integer(let left) = one, case .integer(let right) = two { return .integer(left | right) }
        return .integer(try integer(one) | integer(two))
    }

    static func xor(_ one: Term, _ two: Term) throws -> Term {
        if case .integer(let left) = one, case .integer(let right) = two { return .integer(left ^ right) }
        return .integer(try integer(one) ^ integer(two))
    }

    static func not(_ operand: Term) throws -> Term {
        if case .integer(let value) = operand { return .integer(~value) }
        return .integer(-(try integer(operand)) - 1)
    }

    static func shiftLeft(_ value: Term, _ count: Term) throws -> Term {
        let (value, count) = (try integer(value), try integer(count))
        if value == 0 { return .integer(0) }
        guard let count = Int(exactly: count) else {
            guard count < 0 else { throw ErlangException.systemLimit }
            return .integer(value < 0 ? -1 : 0)
        }
        if count < 0 {
            guard count > -maximumBits else { return .integer(value < 0 ? -1 : 0) }
            // Rounded down, where BigInt's shift rounds towards zero.
            return .integer(value < 0 ? -((-value - 1) >> -count) - 1 : value >> -count)
        }
        guard count < maximumBits, value.bitWidth + count < maximumBits else { throw ErlangException.systemLimit }
        return .integer(value << count)
    }

    static func shiftRight(_ value: Term, _ count: Term) throws -> Term {
        if case .integer(let left) = value, case .integer(let right) = count, right >= 0 {
            return .integer(left >> min(right, 63))
        }
        return try shiftLeft(value, .integer(-(try integer(count))))
    }

    static func negate(_ operand: Term) throws -> Term {
        if case .float(let value) = operand { return .float(-value) }
        return .integer(-(try integer(operand)))
    }

    private static func integer(_ term: Term) throws -> BigInt {
        guard let value = term.asBigInt else { throw ErlangException.badarith }
        return value
    }

    private static func number(_ term: Term) throws -> Double {
        guard let value = term.asDouble, value.isFinite else { throw ErlangException.badarith }
        return value
    }

    static func float(_ value: Double) throws -> Term {
        guard value.isFinite else { throw ErlangException.badarith }
        return .float(value)
    }
}

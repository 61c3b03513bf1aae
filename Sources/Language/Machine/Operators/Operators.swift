internal import BigInt
internal import Glibc
internal import Processes
internal import Terms

/// The operators of terms, as instructions of the machine.
enum Operators {
    /// Operators of two operands, besides comparisons, `andalso` and `orelse`.
    enum Infix: UInt16, CaseIterable {
        case add, subtract, multiply, divide, div, rem, band, bor, bxor, bsl, bsr, append, remove, and, or, xor

        static let named: [Atom: Infix] = [
            "+": .add, "-": .subtract, "*": .multiply, "/": .divide, "div": .div, "rem": .rem, "band": .band,
            "bor": .bor, "bxor": .bxor, "bsl": .bsl, "bsr": .bsr, "++": .append, "--": .remove, "and": .and, "or": .or,
            "xor": .xor,
        ]

        static let names: [Atom] = allCases.map { kind in named.first { $0.value == kind }?.key ?? "+" }
        var name: Atom { Self.names[Int(rawValue)] }
    }

    enum Prefix: UInt16, CaseIterable {
        case minus, plus, not, bnot

        static let named: [Atom: Prefix] = ["-": .minus, "+": .plus, "not": .not, "bnot": .bnot]
        var name: Atom {
            switch self {
            case .minus: "-"
            case .plus: "+"
            case .not: "not"
            case .bnot: "bnot"
            }
        }
    }

    /// The value of an operator; nothing for operands it is not for.
    static func apply(_ operation: Infix, _ left: Term, _ right: Term) throws -> Term {
        if case .integer(let one) = left, case .integer(let two) = right, let value = small(operation, one, two) {
            return .integer(value)
        }
        switch operation {
        case .append: return try append(left, right)
        case .remove: return try remove(left, right)
        case .and, .or, .xor:
            guard let one = left.asBool, let two = right.asBool else { throw ErlangException(.error, .atom(.badarg)) }
            return .boolean(operation == .and ? one && two : operation == .or ? one || two : one != two)
        default: return try arithmetic(operation, left, right)
        }
    }

    static func apply(_ operation: Prefix, _ operand: Term) throws -> Term {
        switch (operation, operand) {
        case (.minus, .integer(let value)) where value != .min: return .integer(-value)
        case (.minus, .float(let value)): return .float(-value)
        case (.minus, _): if let value = operand.asBigInt { return .integer(-value) }
        case (.plus, .float), (.plus, .integer), (.plus, .bigInteger): return operand
        case (.plus, _): break
        case (.not, _):
            guard let value = operand.asBool else { throw ErlangException(.error, .atom(.badarg)) }
            return .boolean(!value)
        case (.bnot, .integer(let value)): return .integer(~value)
        case (.bnot, _): if let value = operand.asBigInt { return .integer(-value - 1) }
        }
        throw ErlangException(.error, .atom(.badarith))
    }

    /// Of two small integers; nothing when it overflows, or is no operation on integers.
    @inline(__always)
    static func small(_ operation: Infix, _ one: Int, _ two: Int) -> Int? {
        let (value, overflow): (Int, Bool)
        switch operation {
        case .add: (value, overflow) = one.addingReportingOverflow(two)
        case .subtract: (value, overflow) = one.subtractingReportingOverflow(two)
        case .multiply: (value, overflow) = one.multipliedReportingOverflow(by: two)
        case .div: (value, overflow) = one.dividedReportingOverflow(by: two)
        case .rem: (value, overflow) = one.remainderReportingOverflow(dividingBy: two)
        case .band: (value, overflow) = (one & two, false)
        case .bor: (value, overflow) = (one | two, false)
        case .bxor: (value, overflow) = (one ^ two, false)
        case .bsr where (0..<64).contains(two): (value, overflow) = (one >> two, false)
        case .bsl where (0..<64).contains(two) && (one << two) >> two == one: (value, overflow) = (one << two, false)
        default: return nil
        }
        return overflow ? nil : value
    }

    private static func append(_ left: Term, _ right: Term) throws -> Term {
        try LanguageLibrary.appended(left, right)
    }

    /// `--`: removes for each element on the right the first one on the left that is the same.
    private static func remove(_ left: Term, _ right: Term) throws -> Term {
        guard let elements = left.properList, let removed = right.properList else {
            throw ErlangException(.error, .atom(.badarg))
        }
        var counts: [Term: Int] = [:]
        for element in removed { counts[element, default: 0] += 1 }
        return .makeList(
            elements.filter { element in
                guard let count = counts[element], count > 0 else { return true }
                counts[element] = count - 1
                return false
            })
    }

    private static func arithmetic(_ operation: Infix, _ left: Term, _ right: Term) throws -> Term {
        if let one = left.asBigInt, let two = right.asBigInt { return try integers(operation, one, two) }
        guard let one = left.asDouble, let two = right.asDouble else { throw ErlangException(.error, .atom(.badarith)) }
        let value: Double
        switch operation {
        case .add: value = one + two
        case .subtract: value = one - two
        case .multiply: value = one * two
        case .divide where two != 0: value = one / two
        default: throw ErlangException(.error, .atom(.badarith))
        }
        guard value.isFinite else { throw ErlangException(.error, .atom(.badarith)) }
        return .float(value)
    }

    /// What is too long is refused, as in OTP.
    private static func checked(_ value: BigInt) throws -> Term {
        guard LongIntegers.fits(value) else { throw ErlangException(.error, .atom("system_limit")) }
        return .integer(value)
    }

    private static func integers(_ operation: Infix, _ one: BigInt, _ two: BigInt) throws -> Term {
        switch operation {
        case .add: return try checked(one + two)
        case .subtract: return try checked(one - two)
        case .multiply:
            guard one.magnitude.bitWidth + two.magnitude.bitWidth <= LongIntegers.bitLimit + 1 else {
                throw ErlangException(.error, .atom("system_limit"))
            }
            return try checked(LongIntegers.product(one, two))
        case .divide where two != 0:
            let value = Double(one) / Double(two)
            guard value.isFinite else { throw ErlangException(.error, .atom(.badarith)) }
            return .float(value)
        case .div where two != 0: return .integer(LongIntegers.quotientAndRemainder(one, two).quotient)
        case .rem where two != 0: return .integer(LongIntegers.quotientAndRemainder(one, two).remainder)
        case .band: return .integer(one & two)
        case .bor: return .integer(one | two)
        case .bxor: return .integer(one ^ two)
        case .bsl, .bsr:
            guard let count = Int(exactly: two) else {
                return try shiftedFar(one, left: (two > 0) == (operation == .bsl))
            }
            let shift = operation == .bsl ? count : count == .min ? .max : -count
            if shift < 0 { return .integer(floorShift(one, right: -shift)) }
            if one == 0 { return 0 }
            guard shift <= LongIntegers.bitLimit - one.magnitude.bitWidth else {
                throw ErlangException(.error, .atom("system_limit"))
            }
            return .integer(one << shift)
        default: throw ErlangException(.error, .atom(.badarith))
        }
    }

    /// Rounds down, where the library's `>>` cuts off.
    private static func floorShift(_ value: BigInt, right count: Int) -> BigInt {
        value >= 0 ? value >> count : -((-value - 1) >> count) - 1
    }

    private static func shiftedFar(_ value: BigInt, left: Bool) throws -> Term {
        guard left, value != 0 else { return .integer(value < 0 ? -1 : 0) }
        throw ErlangException(.error, .atom("system_limit"))
    }
}

extension Term {
    /// Elixir's truth: all but `nil` and `false`.
    var isTruthy: Bool { self != .atom(.nil) && self != .atom(.false) }

    var asBool: Bool? {
        switch self {
        case .atom(.true): true
        case .atom(.false): false
        default: nil
        }
    }

    var asDouble: Double? {
        switch self {
        case .float(let value): value
        case .integer(let value): Double(value)
        case .bigInteger(let value): Double(value.value)
        default: nil
        }
    }
}

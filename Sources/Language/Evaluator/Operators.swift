internal import BigInt
internal import Glibc
internal import Processes
internal import Terms

/// The operators of both languages on terms.
enum Operators {
    static func apply(_ name: Atom, _ operand: Term) throws -> Term {
        switch (name.name, operand) {
        case ("-", .float(let value)): return .float(-value)
        case ("-", _): if let value = operand.asBigInt { return .integer(-value) }
        case ("+", .float), ("+", .integer), ("+", .bigInteger): return operand
        case ("not", .atom(.true)): return .boolean(false)
        case ("not", .atom(.false)): return .boolean(true)
        case ("not", _): throw ErlangException(.error, .atom(.badarg))
        case ("!", _): return .boolean(!operand.isTruthy)
        case ("bnot", _): if let value = operand.asBigInt { return .integer(-value - 1) }
        default: break
        }
        throw ErlangException(.error, .atom(.badarith))
    }

    static func apply(_ name: Atom, _ left: Term, _ right: Term) throws -> Term {
        switch name.name {
        case "==": return .boolean(Term.compare(left, right) == .equal)
        case "/=": return .boolean(Term.compare(left, right) != .equal)
        case "=:=": return .boolean(left == right)
        case "=/=": return .boolean(left != right)
        case "<": return .boolean(Term.compare(left, right) == .less)
        case ">": return .boolean(Term.compare(left, right) == .greater)
        case "=<": return .boolean(Term.compare(left, right) != .greater)
        case ">=": return .boolean(Term.compare(left, right) != .less)
        case "++":
            guard let elements = left.properList else { throw ErlangException(.error, .atom(.badarg)) }
            return .makeList(elements, tail: right)
        case "--":
            guard var elements = left.properList, let removed = right.properList else {
                throw ErlangException(.error, .atom(.badarg))
            }
            for element in removed {
                if let place = elements.firstIndex(of: element) { elements.remove(at: place) }
            }
            return .makeList(elements)
        case "<>":
            guard let one = left.asBinary, let two = right.asBinary else {
                throw ErlangException(.error, .atom(.badarg))
            }
            return .binary(Binary(one.bytes + two.bytes))
        case "in": return .boolean(try isMember(left, of: right))
        case "**": return try power(left, right)
        case "and", "or", "xor":
            guard let one = left.asBool, let two = right.asBool else { throw ErlangException(.error, .atom(.badarg)) }
            return .boolean(name == "and" ? one && two : name == "or" ? one || two : one != two)
        default: return try arithmetic(name.name, left, right)
        }
    }

    /// Elixir's `in`: a member of a list, or an integer within a range.
    private static func isMember(_ value: Term, of collection: Term) throws -> Bool {
        if let elements = collection.properList { return elements.contains(value) }
        guard let range = collection.asMap, range[.atom("__struct__")] == .atom("Elixir.Range"),
            let first = range[.atom("first")]?.asInteger, let last = range[.atom("last")]?.asInteger,
            let step = range[.atom("step")]?.asInteger, step != 0
        else { throw ErlangException(.error, .tuple([.atom("badarg"), collection])) }
        guard case .integer(let number) = value, step > 0 ? first <= number : number <= first else { return false }
        return (step > 0 ? number <= last : last <= number) && (number - first) % step == 0
    }

    /// Elixir's `**`: exact for integers with an exponent that is not negative.
    private static func power(_ base: Term, _ exponent: Term) throws -> Term {
        if let value = base.asBigInt, case .integer(let count) = exponent, count >= 0 {
            guard count == 0 || value.bitWidth.multipliedReportingOverflow(by: count).partialValue < 1 << 26,
                count < 1 << 26
            else { throw ErlangException(.error, .atom("system_limit")) }
            return .integer(value.power(count))
        }
        guard let one = base.asDouble, let two = exponent.asDouble else {
            throw ErlangException(.error, .atom(.badarith))
        }
        let value = pow(one, two)
        guard value.isFinite else { throw ErlangException(.error, .atom(.badarith)) }
        return .float(value)
    }

    private static func arithmetic(_ name: String, _ left: Term, _ right: Term) throws -> Term {
        if case .integer(let one) = left, case .integer(let two) = right {
            let (value, overflow): (Int, Bool)
            switch name {
            case "+": (value, overflow) = one.addingReportingOverflow(two)
            case "-": (value, overflow) = one.subtractingReportingOverflow(two)
            case "*": (value, overflow) = one.multipliedReportingOverflow(by: two)
            default: (value, overflow) = (0, true)
            }
            if !overflow { return .integer(value) }
        }
        if let one = left.asBigInt, let two = right.asBigInt { return try integers(name, one, two) }
        guard let one = left.asDouble, let two = right.asDouble else { throw ErlangException(.error, .atom(.badarith)) }
        let value: Double
        switch name {
        case "+": value = one + two
        case "-": value = one - two
        case "*": value = one * two
        case "/": value = one / two
        default: throw ErlangException(.error, .atom(.badarith))
        }
        guard value.isFinite else { throw ErlangException(.error, .atom(.badarith)) }
        return .float(value)
    }

    private static func integers(_ name: String, _ one: BigInt, _ two: BigInt) throws -> Term {
        switch name {
        case "+": return .integer(one + two)
        case "-": return .integer(one - two)
        case "*":
            guard one.bitWidth + two.bitWidth < 1 << 26 else { throw ErlangException(.error, .atom("system_limit")) }
            return .integer(one * two)
        case "/" where two != 0:
            let value = Double(one) / Double(two)
            guard value.isFinite else { throw ErlangException(.error, .atom(.badarith)) }
            return .float(value)
        case "div" where two != 0: return .integer(one / two)
        case "rem" where two != 0: return .integer(one % two)
        case "band": return .integer(one & two)
        case "bor": return .integer(one | two)
        case "bxor": return .integer(one ^ two)
        case "bsl", "bsr":
            guard let count = Int(exactly: two), count.magnitude < 1 << 26 else {
                throw ErlangException(.error, .atom("system_limit"))
            }
            let shift = name == "bsl" ? count : -count
            return .integer(shift >= 0 ? one << shift : one >> -shift)
        default: throw ErlangException(.error, .atom(.badarith))
        }
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

internal import BigInt
internal import Processes
internal import Terms

extension ElixirLibrary {
    private static let integer = ElixirModule("Integer")

    /// The module `Integer`.
    static let integerFunctions: [NativeFunction] = [
        integer("digits", "integer", "The decimal digits.") { try digits(try $0.anyInteger(0), 10) },
        integer("digits", "integer base", "The digits in a base.") {
            try digits(try $0.anyInteger(0), try base($0, 1))
        },
        integer("undigits", "digits", "The integer of decimal digits.") { try undigits($0, 10) },
        integer("undigits", "digits base", "The integer of digits in a base.") { try undigits($0, try base($0, 1)) },
        integer("parse", "string", "{Integer, Rest} of the start of a string, or :error.") { try parse($0, 10) },
        integer("parse", "string base", "{Integer, Rest} in a base of the start of a string, or :error.") { call in
            guard let base = call[1].asInteger, (2...36).contains(base) else {
                throw ElixirError.argument("invalid base \(call[1].inspected)")
            }
            return try parse(call, base)
        },
        integer("to_string", "integer", "The decimal text.") { .string(try text($0, 10)) },
        integer("to_string", "integer base", "The text in a base.") { .string(try text($0, try radix($0))) },
        integer("to_charlist", "integer", "The decimal text as a charlist.") { .charlist(try text($0, 10)) },
        integer("to_charlist", "integer base", "The text in a base as a charlist.") {
            .charlist(try text($0, try radix($0)))
        },
        integer("gcd", "one two", "The greatest common divisor.") { call in
            .integer((try call.anyInteger(0)).greatestCommonDivisor(with: try call.anyInteger(1)))
        },
        integer("extended_gcd", "one two", "{Gcd, M, N} with Gcd = M * One + N * Two.") { call in
            var (rest, nextRest) = (try call.anyInteger(0), try call.anyInteger(1))
            var (m, nextM) = (BigInt(1), BigInt(0))
            var (n, nextN) = (BigInt(0), BigInt(1))
            if rest == 0, nextRest == 0 { return .tuple([0, 0, 0]) }
            if rest == 0 { return .tuple([.integer(abs(nextRest)), 0, .integer(BigInt(nextRest.signum()))]) }
            if nextRest == 0 { return .tuple([.integer(abs(rest)), .integer(BigInt(rest.signum())), 0]) }
            while nextRest != 0 {
                let quotient = rest / nextRest
                (rest, nextRest) = (nextRest, rest - quotient * nextRest)
                (m, nextM) = (nextM, m - quotient * nextM)
                (n, nextN) = (nextN, n - quotient * nextN)
            }
            if rest < 0 { (rest, m, n) = (-rest, -m, -n) }
            return .tuple([.integer(rest), .integer(m), .integer(n)])
        },
        integer("pow", "base exponent", "The power of integers.") { call in
            guard let base = call[0].asBigInt, let exponent = call[1].asBigInt else { throw call.functionClause() }
            guard exponent >= 0 else { throw ElixirError.badarith }
            if exponent == 0 { return 1 }
            if base.magnitude <= 1 { return .integer(exponent % 2 == 0 ? base * base : base) }
            guard let power = LongIntegers.power(base, exponent) else { throw ErlangException.systemLimit }
            return .integer(power)
        },
        integer("mod", "dividend divisor", "The remainder with the sign of the divisor.") { call in
            let (dividend, divisor) = (try number(call, 0), try number(call, 1))
            guard divisor != 0 else { throw ElixirError.badarith }
            let rest = dividend % divisor
            return .integer(rest != 0 && (rest < 0) != (divisor < 0) ? rest + divisor : rest)
        },
        integer("floor_div", "dividend divisor", "The quotient rounded down.") { call in
            let (dividend, divisor) = (try number(call, 0), try number(call, 1))
            guard divisor != 0 else { throw ElixirError.badarith }
            let (quotient, rest) = dividend.quotientAndRemainder(dividingBy: divisor)
            return .integer(rest != 0 && (rest < 0) != (divisor < 0) ? quotient - 1 : quotient)
        },
        integer("is_odd", "integer", "Whether the integer is odd.") { .boolean(try number($0, 0) % 2 != 0) },
        integer("is_even", "integer", "Whether the integer is even.") { .boolean(try number($0, 0) % 2 == 0) },
    ]

    private static func number(_ call: borrowing NativeCall, _ position: Int) throws -> BigInt {
        guard let value = call[position].asBigInt else { throw ElixirError.badarith }
        return value
    }

    private static func base(_ call: borrowing NativeCall, _ position: Int) throws -> BigInt {
        let base = try call.anyInteger(position)
        guard base >= 2 else { throw call.functionClause() }
        return base
    }

    private static func radix(_ call: borrowing NativeCall) throws -> Int {
        guard let base = call[1].asInteger, (2...36).contains(base) else { throw call.badarg() }
        return base
    }

    private static func text(_ call: borrowing NativeCall, _ base: Int) throws -> String {
        guard let value = call[0].asBigInt else { throw call.badarg() }
        return LongIntegers.text(value, radix: base, uppercase: true)
    }

    private static func digits(_ value: BigInt, _ base: BigInt) throws -> Term {
        if value == 0 { return [0] }
        if let radix = Int(exactly: base), radix <= 36 {
            // One conversion of all digits: a division for each is quadratic.
            let sign = value < 0 ? -1 : 1
            let text = LongIntegers.text(BigInt(value.magnitude), radix: radix).utf8
            return .makeList(text.map { .integer(sign * (ElixirNumber.digit($0) ?? 0)) })
        }
        var (rest, digits) = (value, [Term]())
        while rest != 0 {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: base)
            digits.append(.integer(digit))
            rest = quotient
        }
        return .makeList(digits.reversed())
    }

    private static func undigits(_ call: borrowing NativeCall, _ base: BigInt) throws -> Term {
        guard let digits = call[0].properList else { throw call.functionClause() }
        var value = BigInt(0)
        for digit in digits {
            guard let number = digit.asBigInt else { throw ElixirError.badarith }
            if number >= base {
                throw ElixirError.argument(
                    "invalid digit \(number) in base \(base)")
            }
            value = value * base + number
        }
        return .integer(value)
    }

    private static func parse(_ call: borrowing NativeCall, _ base: Int) throws -> Term {
        let bytes = try call.string(0).bytes
        guard let length = ElixirNumber.integerLength(bytes[...], base: base),
            let value = ElixirNumber.integer(digits: bytes[..<length], base: base)
        else { return .atom(.error) }
        return .tuple([.integer(value), .bytes(bytes[length...])])
    }
}

internal import BigInt
internal import Glibc
internal import Processes
internal import Terms

extension ElixirLibrary {
    private static let float = ElixirModule("Float")

    /// The module `Float`.
    static let floatFunctions: [NativeFunction] = [
        float("ceil", "number", "The least float without fraction that is not less.") { try rounded($0, .up) },
        float("ceil", "number precision", "Rounds up to so many decimals.") { try rounded($0, .up) },
        float("floor", "number", "The greatest float without fraction that is not greater.") { try rounded($0, .down) },
        float("floor", "number precision", "Rounds down to so many decimals.") { try rounded($0, .down) },
        float("round", "float", "Rounds half away from zero.") { try rounded($0, .toNearestOrAwayFromZero) },
        float("round", "float precision", "Rounds to so many decimals.") { try rounded($0, .toNearestOrAwayFromZero) },
        float("ratio", "float", "{Numerator, Denominator} of exactly that float.") { call in
            guard case .float(let value) = call[0] else { throw call.functionClause() }
            let (numerator, denominator) = fraction(value)
            return .tuple([.integer(numerator), .integer(denominator)])
        },
        float("parse", "string", "{Float, Rest} of the start of a string, or :error.") { call in
            guard let (value, rest) = ElixirNumber.float(try call.string(0).bytes) else { return .atom(.error) }
            guard value.isFinite else { throw call.badarg() }
            return .tuple([.float(value), .bytes(rest)])
        },
        float("to_string", "float", "The shortest text that is that float.") { .string(try text($0)) },
        float("to_charlist", "float", "The shortest text that is that float, as a charlist.") {
            .charlist(try text($0))
        },
        float("pow", "base exponent", "The power as a float.") { call in
            guard let base = real(call[0]), let exponent = real(call[1]) else { throw call.functionClause() }
            let power = pow(base, exponent)
            guard power.isFinite else { throw ElixirError.badarith }
            return .float(power)
        },
        float("max_finite", "", "The greatest float.") { _ in .float(.greatestFiniteMagnitude) },
        float("min_finite", "", "The least float.") { _ in .float(-.greatestFiniteMagnitude) },
    ]

    private static func real(_ term: Term) -> Double? {
        switch term {
        case .integer(let value): Double(value)
        case .float(let value): value
        default: nil
        }
    }

    private static func text(_ call: borrowing NativeCall) throws -> String {
        guard case .float(let value) = call[0] else { throw call.functionClause() }
        return FloatText.shortest(value)
    }

    /// The float as a fraction in lowest terms.
    private static func fraction(_ value: Double) -> (numerator: BigInt, denominator: BigInt) {
        if value == 0 { return (0, 1) }
        let significand = BigInt(value.significandBitPattern) + (value.isNormal ? BigInt(1) << 52 : 0)
        var exponent = (value.isNormal ? Int(value.exponent) : -1022) - 52
        var numerator = significand
        let zeros = min(numerator.trailingZeroBitCount, max(0, -exponent))
        numerator >>= zeros
        exponent += zeros
        if value < 0 { numerator = -numerator }
        return exponent >= 0 ? (numerator << exponent, 1) : (numerator, BigInt(1) << -exponent)
    }

    /// Rounds the exact value of the float, not its text.
    private static func rounded(_ call: borrowing NativeCall, _ rule: FloatingPointRoundingRule) throws -> Term {
        var precision = 0
        if call.arguments.count == 2 {
            guard let value = call[1].asInteger, (0...15).contains(value) else {
                throw ElixirError.argument("precision \(call[1].inspected) is out of valid range of 0..15")
            }
            precision = value
        }
        guard case .float(let value) = call[0] else {
            throw call.functionClause()
        }
        if precision == 0 {
            let whole = value.rounded(rule)
            // Rounding gives no -0.0.
            return .float(whole == 0 && rule == .toNearestOrAwayFromZero ? 0 : whole)
        }
        if value == 0 { return call[0] }
        let (numerator, denominator) = fraction(value)
        let scale = BigInt(10).power(precision)
        let (quotient, rest) = (numerator.magnitude * scale.magnitude).quotientAndRemainder(
            dividingBy: denominator.magnitude)
        let addsOne: Bool
        switch rule {
        case .up: addsOne = value > 0 && rest > 0
        case .down: addsOne = value < 0 && rest > 0
        default: addsOne = rest * 2 >= denominator.magnitude
        }
        let decimals = String(addsOne ? quotient + 1 : quotient)
        guard let magnitude = Double("\(decimals)e-\(precision)") else { throw call.badarg() }
        return .float(value < 0 && magnitude > 0 ? -magnitude : magnitude)
    }
}

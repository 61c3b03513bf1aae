internal import BigInt
internal import Processes
internal import Terms

/// Integers as text and back, in any base.
enum IntegerText {
    /// Digits with a sign or without.
    static func parse(_ text: some Collection<UInt8>, base: Int = 10) throws -> Term {
        guard (2...36).contains(base) else { throw ErlangException.badarg() }
        var digits = text[...]
        var isNegative = false
        if let first = digits.first, first == 43 || first == 45 {
            isNegative = first == 45
            digits.removeFirst()
        }
        guard !digits.isEmpty else { throw ErlangException.badarg() }
        var value = 0
        var overflows = false
        for byte in digits {
            guard let digit = digit(byte), digit < base else { throw ErlangException.badarg() }
            guard !overflows else { continue }
            let (product, one) = value.multipliedReportingOverflow(by: base)
            let (next, two) = product.subtractingReportingOverflow(digit)
            if one || two { overflows = true } else { value = next }
        }
        // The value is kept below zero, where there is room for one more.
        if !overflows, isNegative || value != .min { return .integer(isNegative ? value : -value) }
        guard LongIntegers.mayFit(digits: digits.count, radix: base) else { throw ErlangException.systemLimit }
        guard let magnitude = LongIntegers.integer(String(decoding: digits, as: UTF8.self), radix: base) else {
            throw ErlangException.badarg()
        }
        guard LongIntegers.fits(magnitude) else { throw ErlangException.systemLimit }
        return .integer(isNegative ? -magnitude : magnitude)
    }

    static func digit(_ byte: UInt8) -> Int? {
        switch byte {
        case 48...57: Int(byte) - 48
        case 65...90: Int(byte) - 55
        case 97...122: Int(byte) - 87
        default: nil
        }
    }

    static func text(_ term: Term, base: Int = 10) throws -> String {
        guard (2...36).contains(base) else { throw ErlangException.badarg() }
        switch term {
        case .integer(let value): return String(value, radix: base, uppercase: true)
        case .bigInteger(let value):
            guard LongIntegers.fits(value.value) else { throw ErlangException.systemLimit }
            return LongIntegers.text(value.value, radix: base, uppercase: true)
        default: throw ErlangException.badarg()
        }
    }
}

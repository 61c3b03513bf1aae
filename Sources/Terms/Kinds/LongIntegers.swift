// What this file does: the arithmetic of integers of thousands of words, as fast as a call that cannot be interrupted has to
// be: multiplication after Karatsuba, division word by word, and digits by halves. What it does not: short integers, which
// the library of big integers is good at.
//
// Source: Knuth, The Art of Computer Programming, volume 2, 4.3.1 (algorithm D), 4.3.3, 4.4.

package import BigInt

/// Arithmetic of long integers.
package enum LongIntegers {
    /// Bits of the longest integer, as in newer OTP: longer ones are `system_limit`. Products of this size take about a second;
    /// quotients and decimal digits are quadratic, and take several.
    package static let bitLimit = 4_194_304

    package static func fits(_ value: BigInt) -> Bool { value.magnitude.bitWidth <= bitLimit }

    /// Whether an integer of so many digits may fit.
    package static func mayFit(digits: Int, radix: Int) -> Bool {
        digits <= bitLimit && digits * (Int.bitWidth - (radix - 1).leadingZeroBitCount - 1) <= bitLimit
    }

    /// Shorter operands are left to the library.
    private static let shortest = 48

    typealias Words = UnsafeMutablePointer<UInt>

    // MARK: Products

    package static func product(_ one: BigInt, _ two: BigInt) -> BigInt {
        BigInt(sign: one.sign == two.sign ? .plus : .minus, magnitude: product(one.magnitude, two.magnitude))
    }

    package static func product(_ one: BigUInt, _ two: BigUInt) -> BigUInt {
        let (long, short) = one.words.count >= two.words.count ? (one, two) : (two, one)
        guard short.words.count > shortest else { return one * two }
        var a = Array(long.words)
        var b = Array(short.words)
        let width = b.count
        // The longer one in pieces as long as the shorter one.
        let pieces = (a.count + width - 1) / width
        a += Array(repeating: 0, count: pieces * width - a.count)
        var result = [UInt](repeating: 0, count: (pieces + 1) * width)
        var piece = [UInt](repeating: 0, count: 2 * width)
        var scratch = [UInt](repeating: 0, count: 14 * width + 256)
        a.withUnsafeMutableBufferPointer { a in
            b.withUnsafeMutableBufferPointer { b in
                result.withUnsafeMutableBufferPointer { result in
                    piece.withUnsafeMutableBufferPointer { piece in
                        scratch.withUnsafeMutableBufferPointer { scratch in
                            guard let a = a.baseAddress, let b = b.baseAddress, let result = result.baseAddress,
                                let piece = piece.baseAddress, let scratch = scratch.baseAddress
                            else { return }
                            for position in 0..<pieces {
                                multiply(piece, a + position * width, b, width, scratch)
                                add(result + position * width, piece, 2 * width)
                            }
                        }
                    }
                }
            }
        }
        return BigUInt(words: result)
    }

    /// `result` becomes the product of `a` and `b` of `count` words each, twice as long.
    private static func multiply(_ result: Words, _ a: Words, _ b: Words, _ count: Int, _ scratch: Words) {
        guard count > shortest else {
            result.update(repeating: 0, count: 2 * count)
            for position in 0..<count {
                result[position + count] = addMultiple(result + position, b, count, a[position])
            }
            return
        }
        // a = high, low; the products of the halves, and of their differences.
        let low = (count + 1) / 2
        let high = count - low
        multiply(result, a, b, low, scratch)
        multiply(result + 2 * low, a + low, b + low, high, scratch)
        let (differences, product, middle, rest) = (
            scratch, scratch + 2 * low, scratch + 4 * low, scratch + 6 * low + 2
        )
        let isNegative =
            difference(differences, a, low, a + low, high) != difference(differences + low, b, low, b + low, high)
        multiply(product, differences, differences + low, low, rest)
        middle.update(from: result, count: 2 * low)
        middle[2 * low] = 0
        middle[2 * low + 1] = 0
        add(middle, result + 2 * low, 2 * high)
        if isNegative { add(middle, product, 2 * low) } else { subtract(middle, product, 2 * low) }
        // What is beyond the result is 0.
        add(result + low, middle, min(2 * low + 1, 2 * count - low))
    }

    /// The absolute difference of two parts, the second one of which is not longer; whether it would be negative.
    private static func difference(_ result: Words, _ a: Words, _ count: Int, _ b: Words, _ other: Int) -> Bool {
        result.update(from: a, count: count)
        var isLess = false
        if count == other || a[count - 1] == 0 {
            for position in (0..<other).reversed() where a[position] != b[position] {
                isLess = a[position] < b[position]
                break
            }
        }
        if isLess {
            result.update(from: b, count: other)
            if other < count { result[other] = 0 }
            subtract(result, a, other)
        } else {
            subtract(result, b, other)
        }
        return isLess
    }

    /// Adds in place; the carry goes on beyond `count` words.
    private static func add(_ target: Words, _ other: Words, _ count: Int) {
        var carry: UInt = 0
        for position in 0..<count {
            let (one, first) = target[position].addingReportingOverflow(other[position])
            let (two, second) = one.addingReportingOverflow(carry)
            target[position] = two
            carry = first || second ? 1 : 0
        }
        var position = count
        while carry != 0 {
            let (sum, overflow) = target[position].addingReportingOverflow(1)
            target[position] = sum
            carry = overflow ? 1 : 0
            position += 1
        }
    }

    /// Subtracts in place from what is not less.
    private static func subtract(_ target: Words, _ other: Words, _ count: Int) {
        var borrow: UInt = 0
        for position in 0..<count {
            let (one, first) = target[position].subtractingReportingOverflow(other[position])
            let (two, second) = one.subtractingReportingOverflow(borrow)
            target[position] = two
            borrow = first || second ? 1 : 0
        }
        var position = count
        while borrow != 0 {
            let (rest, overflow) = target[position].subtractingReportingOverflow(1)
            target[position] = rest
            borrow = overflow ? 1 : 0
            position += 1
        }
    }

    /// Adds a multiple in place; returns the carry.
    private static func addMultiple(_ target: Words, _ other: Words, _ count: Int, _ factor: UInt) -> UInt {
        var carry: UInt = 0
        for position in 0..<count {
            let (high, low) = other[position].multipliedFullWidth(by: factor)
            let (one, first) = target[position].addingReportingOverflow(low)
            let (two, second) = one.addingReportingOverflow(carry)
            target[position] = two
            carry = high &+ (first ? 1 : 0) &+ (second ? 1 : 0)
        }
        return carry
    }

    /// A power whose base is not 0, 1 or -1; nothing if it is too long.
    package static func power(_ base: BigInt, _ exponent: BigInt) -> BigInt? {
        guard let count = Int(exactly: exponent), count <= bitLimit,
            (base.magnitude.bitWidth - 1) * count < bitLimit
        else { return nil }
        var result = BigInt(1)
        for bit in (0..<(Int.bitWidth - count.leadingZeroBitCount)).reversed() {
            result = product(result, result)
            if count >> bit & 1 == 1 { result = product(result, base) }
        }
        return fits(result) ? result : nil
    }

    // MARK: Quotients

    /// Rounded towards zero; the divisor is not 0.
    package static func quotientAndRemainder(_ one: BigInt, _ two: BigInt) -> (quotient: BigInt, remainder: BigInt) {
        let (quotient, remainder) = quotientAndRemainder(one.magnitude, two.magnitude)
        return (
            BigInt(sign: one.sign == two.sign ? .plus : .minus, magnitude: quotient),
            BigInt(sign: one.sign, magnitude: remainder)
        )
    }

    static func quotientAndRemainder(_ one: BigUInt, _ two: BigUInt) -> (quotient: BigUInt, remainder: BigUInt) {
        let width = two.words.count
        guard width > 1, one.words.count > shortest else { return one.quotientAndRemainder(dividingBy: two) }
        guard one >= two else { return (0, one) }
        let shift = two.leadingZeroBitCount
        var divisor = Array((two << shift).words)
        var rest = Array((one << shift).words)
        rest += Array(repeating: 0, count: one.words.count + 1 - rest.count)
        let steps = rest.count - width
        var quotient = [UInt](repeating: 0, count: steps)
        divisor.withUnsafeMutableBufferPointer { divisor in
            rest.withUnsafeMutableBufferPointer { rest in
                guard let divisor = divisor.baseAddress, let rest = rest.baseAddress else { return }
                for position in (0..<steps).reversed() {
                    quotient[position] = digit(rest + position, divisor, width)
                }
            }
        }
        return (BigUInt(words: quotient), BigUInt(words: Array(rest[..<width])) >> shift)
    }

    /// One digit of a quotient: `rest`, one word longer than the divisor, becomes the remainder.
    private static func digit(_ rest: Words, _ divisor: Words, _ width: Int) -> UInt {
        let (first, second) = (divisor[width - 1], divisor[width - 2])
        let (top, next) = (rest[width], rest[width - 1])
        var guess: UInt
        var left: UInt
        var isExact = true
        if top >= first {
            guess = .max
            (left, isExact) = next.addingReportingOverflow(first)
            isExact = !isExact
        } else {
            (guess, left) = first.dividingFullWidth((top, next))
        }
        while isExact {
            let (high, low) = guess.multipliedFullWidth(by: second)
            guard high > left || (high == left && low > rest[width - 2]) else { break }
            guess &-= 1
            let (sum, overflow) = left.addingReportingOverflow(first)
            left = sum
            isExact = !overflow
        }
        var carry: UInt = 0
        for position in 0..<width {
            let (high, low) = divisor[position].multipliedFullWidth(by: guess)
            let (product, overflow) = low.addingReportingOverflow(carry)
            let (difference, borrow) = rest[position].subtractingReportingOverflow(product)
            rest[position] = difference
            carry = high &+ (overflow ? 1 : 0) &+ (borrow ? 1 : 0)
        }
        let (difference, isTooMuch) = rest[width].subtractingReportingOverflow(carry)
        rest[width] = difference
        guard isTooMuch else { return guess }
        // Once too often, which is rare.
        var over: UInt = 0
        for position in 0..<width {
            let (one, first) = rest[position].addingReportingOverflow(divisor[position])
            let (two, second) = one.addingReportingOverflow(over)
            rest[position] = two
            over = first || second ? 1 : 0
        }
        rest[width] = rest[width] &+ over
        return guess &- 1
    }
}

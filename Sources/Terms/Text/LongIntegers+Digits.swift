package import BigInt

// Digits of long integers, by halves.
extension LongIntegers {
    /// Digits of one part at the bottom, in words.
    private static let partWords = 24

    /// An integer in a base of 2 to 36, with small letters and its sign.
    package static func text(_ value: BigInt, radix: Int = 10, uppercase: Bool = false) -> String {
        guard value.magnitude.words.count > partWords else {
            return String(value, radix: radix, uppercase: uppercase)
        }
        let unit = Unit(radix)
        var powers = [unit.power(unit.digits * partWords)]
        while let last = powers.last, 2 * last.bitWidth < value.magnitude.bitWidth + 2 {
            powers.append(product(last, last))
        }
        var digits: [UInt8] = []
        append(value.magnitude, powers[...], unit, unit.digits * partWords << powers.count, to: &digits)
        let first = digits.firstIndex { $0 != 0 } ?? digits.count - 1
        let letter: UInt8 = uppercase ? 55 : 87
        return String(unsafeUninitializedCapacity: digits.count - first + 1) { room in
            var count = 0
            if value.sign == .minus {
                room[0] = UInt8(ascii: "-")
                count = 1
            }
            for digit in digits[first...] {
                room[count] = digit < 10 ? 48 + digit : letter + digit
                count += 1
            }
            return count
        }
    }

    /// Appends exactly `count` digits.
    private static func append(
        _ value: BigUInt, _ powers: ArraySlice<BigUInt>, _ unit: Unit, _ count: Int, to digits: inout [UInt8]
    ) {
        guard !value.isZero else {
            digits.append(contentsOf: repeatElement(0, count: count))
            return
        }
        guard let power = powers.last else { return unit.append(value, count, to: &digits) }
        let (high, low) = quotientAndRemainder(value, power)
        append(high, powers.dropLast(), unit, count / 2, to: &digits)
        append(low, powers.dropLast(), unit, count / 2, to: &digits)
    }

    /// The integer of digits in a base; nothing for what is no digit, or for none.
    package static func integer(_ text: some StringProtocol, radix: Int = 10) -> BigInt? {
        var bytes = Array(text.utf8)[...]
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative || bytes.first == UInt8(ascii: "+") { bytes = bytes.dropFirst() }
        guard !bytes.isEmpty else { return nil }
        var digits: [UInt8] = []
        digits.reserveCapacity(bytes.count)
        for byte in bytes {
            let digit: UInt8
            switch byte {
            case 48...57: digit = byte - 48
            case 65...90: digit = byte - 55
            case 97...122: digit = byte - 87
            default: return nil
            }
            guard digit < radix else { return nil }
            digits.append(digit)
        }
        let unit = Unit(radix)
        // Parts from the end, then pairs of them, pairs of pairs, and so on.
        var size = unit.digits
        var parts: [BigUInt] = []
        var end = digits.count
        while end > 0 {
            let start = max(0, end - size)
            parts.append(BigUInt(digits[start..<end].reduce(UInt(0)) { $0 &* UInt(radix) &+ UInt($1) }))
            end = start
        }
        var power = unit.power(size)
        while parts.count > 1 {
            var pairs: [BigUInt] = []
            pairs.reserveCapacity((parts.count + 1) / 2)
            for position in stride(from: 0, to: parts.count, by: 2) {
                guard position + 1 < parts.count else {
                    pairs.append(parts[position])
                    break
                }
                pairs.append(product(parts[position + 1], power) + parts[position])
            }
            parts = pairs
            size *= 2
            if parts.count > 1 { power = product(power, power) }
        }
        return BigInt(sign: isNegative ? .minus : .plus, magnitude: parts[0])
    }

    /// As many digits of a base as a word holds.
    private struct Unit {
        let radix: UInt
        var digits = 0
        var value: UInt = 1

        init(_ radix: Int) {
            self.radix = UInt(radix)
            while case (let product, false) = value.multipliedReportingOverflow(by: self.radix) {
                value = product
                digits += 1
            }
        }

        /// The base to the power of a multiple of `digits`.
        func power(_ count: Int) -> BigUInt { BigUInt(value).power(count / digits) }

        /// Appends `count` digits of a short value.
        func append(_ value: BigUInt, _ count: Int, to result: inout [UInt8]) {
            let start = result.count
            result.append(contentsOf: repeatElement(0, count: count))
            var words = Array(value.words)
            var end = start + count
            while !words.isEmpty {
                var rest: UInt = 0
                for position in words.indices.reversed() {
                    (words[position], rest) = self.value.dividingFullWidth((rest, words[position]))
                }
                while words.last == 0 { words.removeLast() }
                var place = end - 1
                while rest > 0 {
                    let (quotient, digit) = rest.quotientAndRemainder(dividingBy: radix)
                    result[place] = UInt8(digit)
                    rest = quotient
                    place -= 1
                }
                end -= digits
            }
        }
    }
}

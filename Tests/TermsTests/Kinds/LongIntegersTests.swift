import BigInt
import Terms
import Testing

/// Long integers against the library's, which is slow but right.
@Suite struct LongIntegersTests {
    private struct Generator: RandomNumberGenerator {
        var state: UInt64 = 7
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    /// Random words, or ones and zeros in a row, where carries run far.
    private static func value(_ words: Int, _ generator: inout Generator) -> BigInt {
        let kind = generator.next() % 4
        let magnitude = BigUInt(
            words: (0..<words).map { _ -> UInt in
                switch kind {
                case 0: .max
                case 1: generator.next() % 8 == 0 ? UInt(generator.next()) : .max
                case 2: generator.next() % 8 == 0 ? UInt(generator.next()) : 0
                default: UInt(generator.next())
                }
            })
        return BigInt(sign: generator.next() % 2 == 0 ? .plus : .minus, magnitude: magnitude)
    }

    @Test func productsAndQuotients() {
        var generator = Generator()
        let sizes = [1, 2, 47, 48, 49, 50, 63, 97, 98, 99, 131, 200, 301]
        for one in sizes {
            for two in sizes {
                let (a, b) = (Self.value(one, &generator), Self.value(two, &generator))
                #expect(LongIntegers.product(a, b) == a * b, "\(one) \(two)")
                guard b != 0 else { continue }
                let (quotient, rest) = LongIntegers.quotientAndRemainder(a, b)
                #expect(quotient * b + rest == a && rest.magnitude < b.magnitude, "\(one) \(two)")
                #expect(rest == 0 || rest.sign == a.sign)
                let whole = LongIntegers.quotientAndRemainder(a * b, b)
                #expect(whole.quotient == a && whole.remainder == 0, "\(one) \(two)")
            }
        }
    }

    @Test func digits() {
        var generator = Generator()
        for words in [1, 24, 25, 26, 60, 120] {
            for radix in [2, 3, 10, 16, 35] {
                let value = Self.value(words, &generator)
                let text = LongIntegers.text(value, radix: radix)
                #expect(text == String(value, radix: radix), "\(words) \(radix)")
                #expect(LongIntegers.integer(text, radix: radix) == value, "\(words) \(radix)")
                #expect(LongIntegers.integer(text.uppercased(), radix: radix) == value)
            }
            let value = Self.value(words, &generator)
            #expect(LongIntegers.integer(LongIntegers.text(value, radix: 36), radix: 36) == value)
        }
        #expect(LongIntegers.text(BigInt(10).power(5000)) == "1" + String(repeating: "0", count: 5000))
        #expect(LongIntegers.text(-BigInt(16).power(500), radix: 16) == "-1" + String(repeating: "0", count: 500))
        for text in ["", "-", "12a", "1 2", "٣", "--1"] { #expect(LongIntegers.integer(text) == nil) }
        #expect(LongIntegers.integer("+0017") == 17)
    }

    @Test func powers() {
        #expect(LongIntegers.power(-3, 1001) == BigInt(-3).power(1001))
        #expect(LongIntegers.power(2, 100_003) == BigInt(1) << 100_003)
        #expect(LongIntegers.power(2, BigInt(LongIntegers.bitLimit)) == nil)
        #expect(LongIntegers.power(10, BigInt(1) << 70) == nil)
    }
}

internal import BigInt
internal import Terms

/// Numbers in text, as Elixir reads them.
enum ElixirNumber {
    static func digit(_ byte: UInt8) -> Int? {
        switch byte {
        case 48...57: Int(byte) - 48
        case 65...90: Int(byte) - 55
        case 97...122: Int(byte) - 87
        default: nil
        }
    }

    /// How many bytes at the start are an integer in a base, sign included; nothing if there is no digit.
    static func integerLength(_ bytes: ArraySlice<UInt8>, base: Int) -> Int? {
        let sign = bytes.first == 43 || bytes.first == 45 ? 1 : 0
        let digits = bytes.dropFirst(sign).prefix { digit($0).map { $0 < base } ?? false }
        return digits.isEmpty ? nil : sign + digits.count
    }

    /// The integer that all of the bytes show.
    static func integer(_ bytes: [UInt8], base: Int) -> BigInt? {
        guard integerLength(bytes[...], base: base) == bytes.count else { return nil }
        return integer(digits: bytes[...], base: base)
    }

    static func integer(digits bytes: ArraySlice<UInt8>, base: Int) -> BigInt? {
        let text = String(decoding: bytes.first == 43 ? bytes.dropFirst() : bytes, as: UTF8.self)
        if let small = Int(text, radix: base) { return BigInt(small) }
        guard LongIntegers.mayFit(digits: text.utf8.count, radix: base) else { return nil }
        return LongIntegers.integer(text, radix: base)
    }

    /// The float at the start, and the bytes behind it. An integer counts as one; a point needs digits behind it.
    static func float(_ bytes: [UInt8]) -> (value: Double, rest: ArraySlice<UInt8>)? {
        guard var length = integerLength(bytes[...], base: 10) else { return nil }
        func isDigit(_ place: Int) -> Bool { place < bytes.count && (48...57).contains(bytes[place]) }
        if length < bytes.count, bytes[length] == 46, isDigit(length + 1) {
            length += 1
            while isDigit(length) { length += 1 }
        }
        if length < bytes.count, bytes[length] == 101 || bytes[length] == 69 {
            var place = length + 1
            if place < bytes.count, bytes[place] == 43 || bytes[place] == 45 { place += 1 }
            if isDigit(place) {
                while isDigit(place) { place += 1 }
                length = place
            }
        }
        guard let value = Double(String(decoding: bytes[..<length], as: UTF8.self)) else { return nil }
        return (value, bytes[length...])
    }
}

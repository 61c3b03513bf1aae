internal import Terms

/// The bytes of a string cut into graphemes or code points. A byte that is no part of valid UTF-8 is one of its own, as
/// in Elixir.
struct ElixirText {
    let bytes: [UInt8]

    init(_ binary: Binary) { bytes = binary.bytes }
    init(bytes: [UInt8]) { self.bytes = bytes }

    /// The code point at an offset and how many bytes it takes; nothing if the bytes there are not valid.
    func scalar(at offset: Int) -> (scalar: Unicode.Scalar, length: Int)? {
        let first = bytes[offset]
        if first < 0x80 { return (Unicode.Scalar(first), 1) }
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard first >= 0xC2, first < 0xF5, offset + length <= bytes.count else { return nil }
        var value = UInt32(first) & (0x7F >> UInt32(length))
        for position in offset + 1..<offset + length {
            guard bytes[position] & 0xC0 == 0x80 else { return nil }
            value = value << 6 | UInt32(bytes[position] & 0x3F)
        }
        guard length == 2 || value >= (length == 3 ? 0x800 : 0x10000), let scalar = Unicode.Scalar(value) else {
            return nil
        }
        return (scalar, length)
    }

    var isValid: Bool {
        var offset = 0
        while offset < bytes.count {
            guard let length = scalar(at: offset)?.length else { return false }
            offset += length
        }
        return true
    }

    var codepoints: [Range<Int>] {
        var ranges: [Range<Int>] = []
        ranges.reserveCapacity(bytes.count)
        var offset = 0
        while offset < bytes.count {
            let length = scalar(at: offset)?.length ?? 1
            ranges.append(offset..<offset + length)
            offset += length
        }
        return ranges
    }

    /// The scalars; nothing stands for a byte that is not valid.
    var scalars: [(scalar: Unicode.Scalar?, range: Range<Int>)] {
        codepoints.map { (scalar(at: $0.lowerBound)?.scalar, $0) }
    }

    var graphemes: [Range<Int>] {
        var ranges: [Range<Int>] = []
        ranges.reserveCapacity(bytes.count)
        if bytes.allSatisfy({ $0 < 0x80 && $0 != 0x0D }) {
            for offset in bytes.indices { ranges.append(offset..<offset + 1) }
            return ranges
        }
        var (start, offset) = (0, 0)
        while offset < bytes.count {
            if let length = scalar(at: offset)?.length {
                offset += length
                continue
            }
            appendCharacters(start..<offset, to: &ranges)
            ranges.append(offset..<offset + 1)
            offset += 1
            start = offset
        }
        appendCharacters(start..<offset, to: &ranges)
        return ranges
    }

    private func appendCharacters(_ run: Range<Int>, to ranges: inout [Range<Int>]) {
        var offset = run.lowerBound
        for character in String(decoding: bytes[run], as: UTF8.self) {
            let length = character.utf8.count
            ranges.append(offset..<offset + length)
            offset += length
        }
    }

    func term(_ range: Range<Int>) -> Term { .bytes(bytes[range]) }

    /// The bytes of some pieces that stand side by side.
    func term(_ pieces: ArraySlice<Range<Int>>) -> Term {
        guard let first = pieces.first, let last = pieces.last else { return .bytes([]) }
        return term(first.lowerBound..<last.upperBound)
    }

    /// Every code point through a mapping; bytes that are not valid stay.
    func mapping(_ transform: (Unicode.Scalar) -> String) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        for (scalar, range) in scalars {
            if let scalar {
                result.append(contentsOf: transform(scalar).utf8)
            } else {
                result.append(contentsOf: bytes[range])
            }
        }
        return result
    }

    /// Where `pattern` first stands at or behind `start`.
    func find(_ pattern: [UInt8], from start: Int = 0) -> Int? {
        guard let first = pattern.first, pattern.count <= bytes.count else { return nil }
        var offset = start
        while offset + pattern.count <= bytes.count {
            guard let next = bytes[offset...(bytes.count - pattern.count)].firstIndex(of: first) else { return nil }
            if bytes[next..<next + pattern.count].elementsEqual(pattern) { return next }
            offset = next + 1
        }
        return nil
    }
}

internal import BigInt
internal import Processes
internal import Terms

/// Building and taking apart bit strings.
///
/// Source: Erlang Reference Manual, "Bit Syntax Expressions".
enum BitStrings {
    static func bitCount(of term: Term) -> Int {
        switch term {
        case .binary(let binary): binary.count * 8
        case .bitString(let bits): bits.bitCount
        default: 0
        }
    }

    private static func bytes(of term: Term) -> Binary? {
        switch term {
        case .binary(let binary): binary
        case .bitString(let bits): bits.bytes
        default: nil
        }
    }

    // MARK: Building

    /// A bit string of values side by side.
    static func build(
        _ layout: BitLayout, _ values: UnsafeMutablePointer<Term>, _ operand: (Int32) -> Term
    ) throws -> Term {
        if let term = extended(layout, values) { return term }
        var buffer = BitBuffer()
        // A binary in front that nobody else extends is extended in place.
        var first = 0
        if let segment = layout.segments.first, segment.kind == .binary, segment.size == nil,
            case .binary(let start) = values[0], layout.segments.count > 1
        {
            buffer = BitBuffer(extending: start)
            first = 1
        }
        for position in first..<layout.segments.count {
            let segment = layout.segments[position]
            do throws(BitStringFailure) {
                try append(values[position], segment, segment.size.map(operand), to: &buffer)
            } catch {
                var failure = error
                failure.position = position + 1
                failure.kind = segment.kind
                throw failure
            }
        }
        return buffer.finish()
    }

    /// A binary with some whole bytes behind it, which is how loops build them; nothing for all else.
    private static func extended(_ layout: BitLayout, _ values: UnsafeMutablePointer<Term>) -> Term? {
        let count = layout.segments.count
        guard count > 1, count <= 9, let first = layout.segments.first, first.kind == .binary, first.size == nil,
            UnsafePointer(values).kind == .binary
        else { return nil }
        return withUnsafeTemporaryAllocation(byteCount: 64, alignment: 8) { room -> Term? in
            var used = 0
            for position in 1..<count {
                let segment = layout.segments[position]
                let value = UnsafePointer(values + position)
                guard segment.kind == .integer, value.kind == .integer, let bits = segment.bits, bits & 7 == 0,
                    bits <= 64
                else { return nil }
                let bytes = bits >> 3
                for byte in 0..<bytes {
                    let shift = 8 * (segment.isLittle ? byte : bytes - 1 - byte)
                    room[used + byte] = UInt8(truncatingIfNeeded: value.integer >> shift)
                }
                used += bytes
            }
            let more = UnsafeRawBufferPointer(rebasing: room[..<used])
            if values.appendInPlace(more) { return Registers.take(values) }
            guard case .binary(let start) = values[0] else { return nil }
            return .binary(start.appending(more))
        }
    }

    private static func append(
        _ value: Term, _ segment: BitSegment, _ size: Term?, to buffer: inout BitBuffer
    ) throws(BitStringFailure) {
        switch segment.kind {
        case .integer:
            let bits = try bitCount(size, segment.unit)
            try checkRoom(bits)
            switch value {
            case .integer(let number): buffer.append(number, bits: bits, isLittle: segment.isLittle)
            case .bigInteger(let number): buffer.append(number.value, bits: bits, isLittle: segment.isLittle)
            default: throw BitStringFailure(.type, value)
            }
        case .float:
            let bits = try bitCount(size, segment.unit)
            guard let number = value.asDouble, number.isFinite else { throw BitStringFailure(.type, value) }
            let pattern: UInt64
            switch bits {
            case 64: pattern = number.bitPattern
            case 32:
                guard Float(number).isFinite else { throw BitStringFailure(.type, value) }
                pattern = UInt64(Float(number).bitPattern)
            case 16: pattern = UInt64(HalfFloat.bits(of: number))
            default: throw BitStringFailure(.invalid, .integer(bits))
            }
            buffer.append(Int(bitPattern: UInt(pattern)), bits: bits, isLittle: segment.isLittle)
        case .binary:
            guard let bytes = bytes(of: value) else { throw BitStringFailure(.type, value) }
            let all = bitCount(of: value)
            var count = all
            if let size {
                let bits = try bitCount(size, segment.unit)
                guard bits <= all else { throw BitStringFailure(.short, value) }
                count = bits
            } else if all % segment.unit != 0 {
                throw BitStringFailure(.unit, value)
            }
            try checkRoom(count)
            buffer.append(bytes, from: 0, bits: count)
        case .utf8, .utf16, .utf32:
            guard case .integer(let code) = value, let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init)
            else { throw BitStringFailure(.type, value) }
            switch segment.kind {
            case .utf8: for unit in String(scalar).utf8 { buffer.append(Int(unit), bits: 8, isLittle: false) }
            case .utf16:
                for unit in String(scalar).utf16 { buffer.append(Int(unit), bits: 16, isLittle: segment.isLittle) }
            default: buffer.append(code, bits: 32, isLittle: segment.isLittle)
            }
        }
    }

    private static func checkRoom(_ bits: Int) throws(BitStringFailure) {
        do { try MemoryLimit.shared.checkRoom(for: bits >> 3) } catch {
            throw BitStringFailure(.size, .integer(bits), reason: "system_limit")
        }
    }

    private static func bitCount(_ size: Term?, _ unit: Int) throws(BitStringFailure) -> Int {
        guard let size, let wanted = size.asBigInt, wanted >= 0 else {
            throw BitStringFailure(.size, size ?? .atom("all"))
        }
        guard let count = Int(exactly: wanted) else { throw BitStringFailure(.size, size, reason: "system_limit") }
        let (bits, overflow) = count.multipliedReportingOverflow(by: unit)
        guard !overflow, bits < 1 << 34 else { throw BitStringFailure(.size, size, reason: "system_limit") }
        return bits
    }

    // MARK: Taking apart

    /// What a segment finds at a position, which moves on; nothing if it does not match.
    static func take(
        _ segment: BitSegment, _ size: Term?, from term: Term, at position: inout Int
    ) -> Term? {
        guard let bytes = bytes(of: term) else { return nil }
        let end = bitCount(of: term)
        switch segment.kind {
        case .integer, .float:
            guard case .integer(let count)? = size, count >= 0 else { return nil }
            let (bits, overflow) = count.multipliedReportingOverflow(by: segment.unit)
            guard !overflow, bits <= end - position else { return nil }
            if segment.kind == .float {
                guard bits == 64 || bits == 32 || bits == 16 else { return nil }
                let pattern = UInt(
                    bitPattern: small(bytes, position, bits, isLittle: segment.isLittle, isSigned: false))
                let number =
                    bits == 64
                    ? Double(bitPattern: UInt64(pattern))
                    : bits == 32
                        ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: pattern)))
                        : HalfFloat.value(of: UInt16(truncatingIfNeeded: pattern))
                guard number.isFinite else { return nil }
                position += bits
                return .float(number)
            }
            guard bits <= LongIntegers.bitLimit else { return nil }
            let value: Term =
                bits < 64 || (bits == 64 && segment.isSigned)
                ? .integer(small(bytes, position, bits, isLittle: segment.isLittle, isSigned: segment.isSigned))
                : large(bytes, position, bits, isLittle: segment.isLittle, isSigned: segment.isSigned)
            position += bits
            return value
        case .binary:
            var bits = end - position
            if let size {
                guard case .integer(let count) = size, count >= 0 else { return nil }
                let (wanted, overflow) = count.multipliedReportingOverflow(by: segment.unit)
                guard !overflow, wanted <= bits else { return nil }
                bits = wanted
            } else if bits % segment.unit != 0 {
                return nil
            }
            let value = slice(bytes, position, bits)
            position += bits
            return value
        case .utf8: return utf8(bytes, end, &position)
        case .utf16:
            guard position + 16 <= end else { return nil }
            let first = small(bytes, position, 16, isLittle: segment.isLittle, isSigned: false)
            guard (0xD800...0xDFFF).contains(first) else {
                position += 16
                return .integer(first)
            }
            guard first < 0xDC00, position + 32 <= end else { return nil }
            let second = small(bytes, position + 16, 16, isLittle: segment.isLittle, isSigned: false)
            guard (0xDC00...0xDFFF).contains(second) else { return nil }
            position += 32
            return .integer(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
        case .utf32:
            guard position + 32 <= end else { return nil }
            let code = small(bytes, position, 32, isLittle: segment.isLittle, isSigned: false)
            guard UInt32(exactly: code).flatMap(Unicode.Scalar.init) != nil else { return nil }
            position += 32
            return .integer(code)
        }
    }

    private static func utf8(_ bytes: Binary, _ end: Int, _ position: inout Int) -> Term? {
        guard position + 8 <= end else { return nil }
        let first = small(bytes, position, 8, isLittle: false, isSigned: false)
        let (length, start): (Int, Int)
        switch first {
        case 0..<0x80: (length, start) = (1, first)
        case 0xC2..<0xE0: (length, start) = (2, first & 0x1F)
        case 0xE0..<0xF0: (length, start) = (3, first & 0x0F)
        case 0xF0..<0xF5: (length, start) = (4, first & 0x07)
        default: return nil
        }
        guard position + 8 * length <= end else { return nil }
        var code = start
        for number in 1..<max(1, length) {
            let next = small(bytes, position + 8 * number, 8, isLittle: false, isSigned: false)
            guard next & 0xC0 == 0x80 else { return nil }
            code = code << 6 | (next & 0x3F)
        }
        let least = [0, 0, 0x80, 0x800, 0x10000][length]
        guard code >= least, UInt32(exactly: code).flatMap(Unicode.Scalar.init) != nil else { return nil }
        position += 8 * length
        return .integer(code)
    }

    /// Up to 64 bits as an integer.
    private static func small(
        _ bytes: Binary, _ position: Int, _ bits: Int, isLittle: Bool, isSigned: Bool
    ) -> Int {
        guard bits > 0 else { return 0 }
        var value: UInt64 = 0
        bytes.withBytes { raw in
            if isLittle {
                // Whole bytes from the least on; what is left are the highest bits.
                var done = 0
                while done < bits {
                    let count = min(8, bits - done)
                    value |= UInt64(read(raw, position + done, count)) << UInt64(done)
                    done += count
                }
            } else {
                var done = 0
                while done < bits {
                    let count = min(8, bits - done)
                    value = value << UInt64(count) | UInt64(read(raw, position + done, count))
                    done += count
                }
            }
        }
        if isSigned, bits < 64, value & (1 << UInt64(bits - 1)) != 0 { value |= ~0 << UInt64(bits) }
        return Int(bitPattern: UInt(value))
    }

    /// Up to 8 bits from any position.
    @inline(__always)
    private static func read(_ raw: UnsafeRawBufferPointer, _ position: Int, _ count: Int) -> UInt8 {
        let (byte, offset) = (position >> 3, position & 7)
        guard byte < raw.count else { return 0 }
        if offset == 0, count == 8 { return raw[byte] }
        let pair = UInt16(raw[byte]) << 8 | (byte + 1 < raw.count ? UInt16(raw[byte + 1]) : 0)
        return UInt8(truncatingIfNeeded: (pair << UInt16(offset)) >> UInt16(16 - count))
    }

    private static func large(
        _ bytes: Binary, _ position: Int, _ bits: Int, isLittle: Bool, isSigned: Bool
    ) -> Term {
        let (whole, rest) = (bits >> 3, bits & 7)
        var words = [UInt](repeating: 0, count: bits >> 6 + 1)
        bytes.withBytes { raw in
            // From the lowest byte on; the highest one has the bits that are left.
            for byte in 0..<(whole + (rest > 0 ? 1 : 0)) {
                let count = byte < whole ? 8 : rest
                let place = isLittle ? 8 * byte : max(0, bits - 8 * (byte + 1))
                words[byte >> 3] |= UInt(read(raw, position + place, count)) << UInt(8 * (byte & 7))
            }
        }
        var value = BigInt(BigUInt(words: words))
        if isSigned, bits > 0, (value >> (bits - 1)) & 1 == 1 { value -= BigInt(1) << bits }
        return .integer(value)
    }

    /// Bits of a bit string; a binary shares its bytes if it starts at a byte.
    static func slice(_ bytes: Binary, _ position: Int, _ bits: Int) -> Term {
        if position & 7 == 0, bits & 7 == 0 {
            return .binary(bytes.slice(from: position >> 3, count: bits >> 3))
        }
        var buffer = BitBuffer()
        buffer.append(bytes, from: position, bits: bits)
        return buffer.finish()
    }

    /// `binary_part/3`.
    static func part(_ term: Term, _ start: Int, _ length: Int) -> Term? {
        guard case .binary(let binary) = term else { return nil }
        let (from, count) = length < 0 ? (start &+ length, 0 &- length) : (start, length)
        guard from >= 0, count >= 0, from <= binary.count, count <= binary.count - from else { return nil }
        return .binary(binary.slice(from: from, count: count))
    }
}

/// Bits that are put side by side.
struct BitBuffer {
    private var bytes: [UInt8] = []
    private var bitCount = 0
    /// The binary that stands in front, untouched.
    private var start: Binary?

    init() {}

    init(extending start: Binary) { self.start = start }

    mutating func append(_ value: Int, bits: Int, isLittle: Bool) {
        if bitCount & 7 == 0, bits == 8 {
            bytes.append(UInt8(truncatingIfNeeded: value))
            bitCount += 8
            return
        }
        guard bits <= 64 else { return append(BigInt(value), bits: bits, isLittle: isLittle) }
        var left = bits
        if isLittle {
            var rest = value
            while left > 0 {
                let count = min(8, left)
                append(byte: UInt8(truncatingIfNeeded: rest), count)
                rest >>= 8
                left -= count
            }
        } else {
            while left > 0 {
                let count = left & 7 == 0 ? 8 : left & 7
                left -= count
                append(byte: UInt8(truncatingIfNeeded: value >> left), count)
            }
        }
    }

    mutating func append(_ value: BigInt, bits: Int, isLittle: Bool) {
        // Two's complement, the lowest word first, and its sign beyond.
        let words = Array(value.words)
        let sign: UInt = value < 0 ? .max : 0
        let (whole, rest) = (bits >> 3, bits & 7)
        func byte(_ position: Int) -> UInt8 {
            let word = position >> 3 < words.count ? words[position >> 3] : sign
            return UInt8(truncatingIfNeeded: word >> UInt(8 * (position & 7)))
        }
        if isLittle {
            let known = min(whole, 8 * words.count)
            for position in 0..<known { append(byte: byte(position), 8) }
            append(UInt8(truncatingIfNeeded: sign), times: whole - known)
            if rest > 0 { append(byte: byte(whole), rest) }
        } else {
            if rest > 0 { append(byte: byte(whole), rest) }
            let known = min(whole, 8 * words.count)
            append(UInt8(truncatingIfNeeded: sign), times: whole - known)
            for position in (0..<known).reversed() { append(byte: byte(position), 8) }
        }
    }

    private mutating func append(_ byte: UInt8, times count: Int) {
        guard bitCount & 7 == 0 else {
            for _ in 0..<count { append(byte: byte, 8) }
            return
        }
        bytes += [UInt8](unsafeUninitializedCapacity: count) { room, used in
            room.baseAddress?.update(repeating: byte, count: count)
            used = count
        }
        bitCount += 8 * count
    }

    /// The low bits of a byte.
    private mutating func append(byte: UInt8, _ count: Int) {
        let value = count == 8 ? byte : byte & ((1 << UInt8(count)) - 1)
        let used = bitCount & 7
        if used == 0 {
            bytes.append(value << UInt8(8 - count))
        } else {
            let room = 8 - used
            if count <= room {
                bytes[bytes.count - 1] |= value << UInt8(room - count)
            } else {
                bytes[bytes.count - 1] |= value >> UInt8(count - room)
                bytes.append(value << UInt8(8 - (count - room)))
            }
        }
        bitCount += count
    }

    mutating func append(_ source: Binary, from position: Int, bits: Int) {
        if bitCount & 7 == 0, position & 7 == 0 {
            source.withBytes { raw in
                let whole = bits >> 3
                let from = position >> 3
                bytes.append(contentsOf: raw[from..<(from + whole)])
                bitCount += 8 * whole
                if bits & 7 != 0 { append(byte: raw[from + whole] >> UInt8(8 - bits & 7), bits & 7) }
            }
            return
        }
        source.withBytes { raw in
            var done = 0
            while done < bits {
                let count = min(8, bits - done)
                let (byte, offset) = ((position + done) >> 3, (position + done) & 7)
                let pair = UInt16(raw[byte]) << 8 | (byte + 1 < raw.count ? UInt16(raw[byte + 1]) : 0)
                append(byte: UInt8(truncatingIfNeeded: (pair << UInt16(offset)) >> UInt16(16 - count)), count)
                done += count
            }
        }
    }

    /// Adds a bit string; false for any other term.
    mutating func append(_ term: Term) -> Bool {
        switch term {
        case .binary(let binary): append(binary, from: 0, bits: binary.count * 8)
        case .bitString(let bits): append(bits.bytes, from: 0, bits: bits.bitCount)
        default: return false
        }
        return true
    }

    func finish() -> Term {
        guard let start else { return .bits(bytes, bitCount: bitCount) }
        guard bitCount & 7 != 0 else { return .binary(start.appending(bytes)) }
        return .bits(start.bytes + bytes, bitCount: start.count * 8 + bitCount)
    }
}

/// IEEE 754 half precision.
enum HalfFloat {
    static func value(of bits: UInt16) -> Double {
        let sign: Double = bits & 0x8000 == 0 ? 1 : -1
        let exponent = Int(bits >> 10 & 0x1F)
        let fraction = Double(bits & 0x3FF)
        switch exponent {
        case 0: return sign * fraction * 0x1p-24
        case 31: return fraction == 0 ? sign * .infinity : .nan
        default: return sign * (1 + fraction / 1024) * Double(sign: .plus, exponent: exponent - 15, significand: 1)
        }
    }

    static func bits(of value: Double) -> UInt16 {
        let sign: UInt16 = value.sign == .minus ? 0x8000 : 0
        let size = Swift.abs(value)
        if size == 0 { return sign }
        if size >= 65520 { return sign | 0x7C00 }
        if size < 0x1p-14 { return sign | UInt16((size * 0x1p24).rounded(.toNearestOrEven)) }
        let exponent = Int(size.exponent)
        let fraction = ((size / Double(sign: .plus, exponent: exponent, significand: 1) - 1) * 1024).rounded(
            .toNearestOrEven)
        return sign | UInt16((exponent + 15) << 10 + Int(fraction))
    }
}

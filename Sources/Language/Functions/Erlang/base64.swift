internal import Processes
internal import Terms

extension LanguageLibrary {
    private static let base64 = NativeModule("base64")

    /// The module `base64`. Source: RFC 4648, section 4.
    static let base64Functions: [NativeFunction] = [
        base64("encode", "Data", "The data as base64, a binary.") { .binary(Binary(Base64.encode(try data($0)))) },
        base64("encode_to_string", "Data", "The data as base64, a list.") { call in
            .makeList(Base64.encode(try data(call)).map { .integer(Int($0)) })
        },
        base64("decode", "Base64", "The data of base64, a binary.") {
            .binary(Binary(try decoded($0, isStrict: true)))
        },
        base64("decode_to_string", "Base64", "The data of base64, a list.") { call in
            .makeList(try decoded(call, isStrict: true).map { .integer(Int($0)) })
        },
        base64("mime_decode", "Base64", "As decode/1; skips what is no base64.") { call in
            .binary(Binary(try decoded(call, isStrict: false)))
        },
        base64("mime_decode_to_string", "Base64", "As decode_to_string/1; skips what is no base64.") { call in
            .makeList(try decoded(call, isStrict: false).map { .integer(Int($0)) })
        },
    ]

    private static func data(_ call: borrowing NativeCall) throws -> [UInt8] {
        switch call[0] {
        case .binary(let binary): return binary.bytes
        case .list, .nil:
            return try Iodata.latin1(call[0])
        default: throw call.functionClause()
        }
    }

    private static func decoded(_ call: borrowing NativeCall, isStrict: Bool) throws -> [UInt8] {
        guard let bytes = Base64.decode(try data(call), isStrict: isStrict) else {
            throw call.functionClause()
        }
        return bytes
    }
}

enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let part = bytes[start..<min(start + 3, bytes.count)]
            let bits = part.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - part.count))
            for place in 0..<4 {
                text.append(place <= part.count ? alphabet[Int(bits >> UInt32(18 - 6 * place) & 63)] : 61)
            }
        }
        return text
    }

    /// The bytes of base64; nothing where a padding is missing or a character is none of it. Blanks are skipped; when
    /// not strict, everything else is too.
    static func decode(_ text: [UInt8], isStrict: Bool) -> [UInt8]? {
        var bytes: [UInt8] = []
        var (bits, count, padding): (UInt32, Int, Int) = (0, 0, 0)
        for character in text {
            let value = values[Int(character)]
            if value < 64 {
                if padding > 0 {
                    guard !isStrict else { return nil }
                    padding = 0
                }
                bits = bits << 6 | UInt32(value)
                count += 1
                if count == 4 {
                    bytes += [UInt8(bits >> 16 & 255), UInt8(bits >> 8 & 255), UInt8(bits & 255)]
                    (bits, count) = (0, 0)
                }
            } else if character == 61 {
                padding += 1
            } else if isStrict, ![9, 10, 13, 32].contains(character) {
                return nil
            }
        }
        switch count {
        case 0: return padding == 0 || !isStrict ? bytes : nil
        case 2: return padding == 2 || !isStrict && padding > 1 ? bytes + [UInt8(bits >> 4 & 255)] : nil
        case 3:
            return padding == 1 || !isStrict && padding > 0
                ? bytes + [UInt8(bits >> 10 & 255), UInt8(bits >> 2 & 255)] : nil
        default: return nil
        }
    }
}

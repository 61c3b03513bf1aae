@_spi(_Unicode) internal import Swift
internal import Processes
internal import Terms

extension LanguageLibrary {
    private static let unicode = NativeModule("unicode")

    /// The module `unicode`.
    static let unicodeFunctions: [NativeFunction] = [
        unicode("characters_to_binary", "Data", "Characters as UTF-8.") { call in
            try binary(call[0], .utf8, .utf8)
        },
        unicode("characters_to_binary", "Data InEncoding", "Characters as UTF-8; In is the encoding of binaries.") {
            call in
            try binary(call[0], try encoding(call[1]), .utf8)
        },
        unicode("characters_to_binary", "Data InEncoding OutEncoding", "Characters in another encoding.") { call in
            try binary(call[0], try encoding(call[1]), try encoding(call[2]))
        },
        unicode("characters_to_list", "Data", "Characters as a list of code points.") { try list($0[0], .utf8) },
        unicode("characters_to_list", "Data InEncoding", "Characters as a list; In is the encoding of binaries.") {
            call in
            try list(call[0], try encoding(call[1]))
        },
        unicode("characters_to_nfc_list", "Data", "Characters in canonical composition, a list.") { call in
            try normal(call[0], asList: true) { $0._nfc.map { $0 } }
        },
        unicode("characters_to_nfc_binary", "Data", "Characters in canonical composition, a binary.") { call in
            try normal(call[0], asList: false) { $0._nfc.map { $0 } }
        },
        unicode("characters_to_nfd_list", "Data", "Characters in canonical decomposition, a list.") { call in
            try normal(call[0], asList: true) { $0._nfd.map { $0 } }
        },
        unicode("characters_to_nfd_binary", "Data", "Characters in canonical decomposition, a binary.") { call in
            try normal(call[0], asList: false) { $0._nfd.map { $0 } }
        },
        unicode("bom_to_encoding", "Binary", "{Encoding, Length} of a byte order mark.") { call in
            guard case .binary(let binary) = call[0] else { throw call.functionClause() }
            let bytes = binary.bytes
            let marks: [([UInt8], Term)] = [
                ([0xef, 0xbb, 0xbf], .atom("utf8")), ([0, 0, 0xfe, 0xff], .tuple(.atom("utf32"), .atom("big"))),
                ([0xff, 0xfe, 0, 0], .tuple(.atom("utf32"), .atom("little"))),
                ([0xfe, 0xff], .tuple(.atom("utf16"), .atom("big"))),
                ([0xff, 0xfe], .tuple(.atom("utf16"), .atom("little"))),
            ]
            guard let (mark, encoding) = marks.first(where: { bytes.starts(with: $0.0) }) else {
                return .tuple(.atom("latin1"), 0)
            }
            return .tuple(encoding, .integer(mark.count))
        },
        unicode("encoding_to_bom", "Encoding", "The byte order mark of an encoding.") { call in
            guard let encoding = try? encoding(call[0]) else { throw call.functionClause() }
            switch encoding {
            case .latin1: return .emptyBinary
            default: return .binary(Binary(encoding.bytes("\u{feff}") ?? []))
            }
        },
    ]

    private enum Encoding {
        case latin1
        case utf8
        case utf16(isLittle: Bool)
        case utf32(isLittle: Bool)

        func bytes(_ scalar: Unicode.Scalar) -> [UInt8]? {
            func split(_ value: UInt32, _ width: Int, _ isLittle: Bool) -> [UInt8] {
                let bytes = (0..<width).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }
                return isLittle ? bytes : bytes.reversed()
            }
            return switch self {
            case .latin1: UInt8(exactly: scalar.value).map { [$0] }
            case .utf8: Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            case .utf16(let isLittle): String(scalar).utf16.flatMap { split(UInt32($0), 2, isLittle) }
            case .utf32(let isLittle): split(scalar.value, 4, isLittle)
            }
        }

        /// The scalars at the front of bytes, and what follows: nothing, something wrong, or too few bytes.
        func decode(_ bytes: [UInt8]) -> (scalars: [Unicode.Scalar], used: Int, isIncomplete: Bool) {
            var scalars: [Unicode.Scalar] = []
            var place = 0
            func unit(_ offset: Int, _ width: Int, _ isLittle: Bool) -> UInt32? {
                guard offset + width <= bytes.count else { return nil }
                let part = bytes[offset..<(offset + width)]
                return (isLittle ? Array(part.reversed()) : Array(part)).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            }
            while place < bytes.count {
                switch self {
                case .latin1:
                    scalars.append(Unicode.Scalar(bytes[place]))
                    place += 1
                case .utf8:
                    let first = bytes[place]
                    let width =
                        first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0
                    guard width > 0 else { return (scalars, place, false) }
                    let part = bytes[place..<min(place + width, bytes.count)]
                    guard part.dropFirst().allSatisfy({ $0 & 0xc0 == 0x80 }) else { return (scalars, place, false) }
                    guard part.count == width else { return (scalars, place, true) }
                    let bits = part.dropFirst().reduce(UInt32(first) & (width == 1 ? 0x7f : 0xff >> UInt32(width + 1)))
                    {
                        $0 << 6 | UInt32($1 & 0x3f)
                    }
                    guard let scalar = Unicode.Scalar(bits), width < 3 || bits >= (width == 3 ? 0x800 : 0x10000) else {
                        return (scalars, place, false)
                    }
                    scalars.append(scalar)
                    place += width
                case .utf16(let isLittle):
                    guard let one = unit(place, 2, isLittle) else { return (scalars, place, true) }
                    if (0xd800..<0xdc00).contains(one) {
                        guard let two = unit(place + 2, 2, isLittle) else { return (scalars, place, true) }
                        guard (0xdc00..<0xe000).contains(two),
                            let scalar = Unicode.Scalar(0x10000 + (one - 0xd800) << 10 + (two - 0xdc00))
                        else { return (scalars, place, false) }
                        scalars.append(scalar)
                        place += 4
                    } else {
                        guard let scalar = Unicode.Scalar(one) else { return (scalars, place, false) }
                        scalars.append(scalar)
                        place += 2
                    }
                case .utf32(let isLittle):
                    guard let one = unit(place, 4, isLittle) else { return (scalars, place, true) }
                    guard let scalar = Unicode.Scalar(one) else { return (scalars, place, false) }
                    scalars.append(scalar)
                    place += 4
                }
            }
            return (scalars, place, false)
        }
    }

    /// What was read, and the rest that could not be.
    private struct Decoded {
        var scalars: [Unicode.Scalar] = []
        var failure: (kind: Atom, rest: Term)?
    }

    private static func encoding(_ term: Term) throws -> Encoding {
        switch term {
        case .atom("latin1"): return .latin1
        case .atom("utf8"), .atom("unicode"): return .utf8
        case .atom("utf16"): return .utf16(isLittle: false)
        case .atom("utf32"): return .utf32(isLittle: false)
        case .tuple(let pair) where pair.count == 2 && (pair[1] == .atom("big") || pair[1] == .atom("little")):
            let isLittle = pair[1] == .atom("little")
            if pair[0] == .atom("utf16") { return .utf16(isLittle: isLittle) }
            if pair[0] == .atom("utf32") { return .utf32(isLittle: isLittle) }
        default: break
        }
        throw ErlangException.badarg()
    }

    private static func decode(_ data: Term, _ encoding: Encoding) throws -> Decoded {
        var result = Decoded()
        var rest: [Term] = []
        try Iodata.walk(data) { element in
            guard result.failure == nil else {
                rest.append(element)
                return
            }
            switch element {
            case .integer(let value):
                guard let code = UInt32(exactly: value), code < 0x110000 || value < 0 else {
                    guard value >= 0 else { throw ErlangException.badarg() }
                    result.failure = (.error, .nil)
                    rest.append(element)
                    return
                }
                guard let scalar = Unicode.Scalar(code) else {
                    result.failure = (.error, .nil)
                    rest.append(element)
                    return
                }
                result.scalars.append(scalar)
            case .binary(let binary):
                let bytes = binary.bytes
                let (scalars, used, isIncomplete) = encoding.decode(bytes)
                result.scalars += scalars
                guard used < bytes.count else { return }
                result.failure = (isIncomplete ? "incomplete" : .error, .nil)
                rest.append(.binary(Binary(bytes[used...])))
            default: throw ErlangException.badarg()
            }
        }
        if let failure = result.failure {
            if case .binary = data, let only = rest.first { result.failure = (failure.kind, only) }
            if data.isList {
                let isLone = failure.kind == "incomplete" && rest.count == 1
                result.failure = (failure.kind, isLone ? rest[0] : .makeList(rest))
                if !isLone, failure.kind == "incomplete" { result.failure = (.error, .makeList(rest)) }
            }
        }
        return result
    }

    private static func binary(_ data: Term, _ input: Encoding, _ output: Encoding) throws -> Term {
        if case .utf8 = input, case .utf8 = output, case .binary(let whole) = data, whole.text != nil { return data }
        let decoded = try decode(data, input)
        var bytes: [UInt8] = []
        for (place, scalar) in decoded.scalars.enumerated() {
            guard let part = output.bytes(scalar) else {
                return .tuple(
                    .atom(.error), .binary(Binary(bytes)),
                    .makeList(decoded.scalars[place...].map { .integer(Int($0.value)) }))
            }
            bytes += part
        }
        guard let failure = decoded.failure else { return .binary(Binary(bytes)) }
        return .tuple(.atom(failure.kind), .binary(Binary(bytes)), failure.rest)
    }

    private static func list(_ data: Term, _ input: Encoding) throws -> Term {
        let decoded = try decode(data, input)
        let list: Term = .makeList(decoded.scalars.map { .integer(Int($0.value)) })
        guard let failure = decoded.failure else { return list }
        return .tuple(.atom(failure.kind), list, failure.rest)
    }

    private static func normal(_ data: Term, asList: Bool, _ convert: (String) -> [Unicode.Scalar]) throws -> Term {
        let decoded = try decode(data, .utf8)
        let scalars = convert(String(String.UnicodeScalarView(decoded.scalars)))
        let result: Term =
            asList
            ? .makeList(scalars.map { .integer(Int($0.value)) }) : .string(String(String.UnicodeScalarView(scalars)))
        guard let failure = decoded.failure else { return result }
        return .tuple(.atom(failure.kind), result, failure.rest)
    }
}

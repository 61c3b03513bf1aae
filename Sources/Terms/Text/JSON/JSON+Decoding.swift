internal import BigInt

extension JSON {
    /// The term of what ``encode(_:style:context:)`` wrote in the style `tagged`.
    ///
    /// - Throws: ``TermReadError`` with the offset in bytes.
    public static func decodeTagged(
        _ text: String, maximumDepth: Int = 10_000, limits: DecodingLimits = .standard
    ) throws(TermReadError) -> Term {
        var decoder = JSONDecoder(text, maximumDepth: maximumDepth, limits: limits)
        let term = try decoder.value()
        decoder.skipBlanks()
        guard decoder.isAtEnd else { throw decoder.error("the value ends here, but the text goes on") }
        return term
    }
}

/// Reads JSON (RFC 8259) whose objects each name a kind of term.
private struct JSONDecoder {
    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0
    private let maximumDepth: Int
    private let limits: DecodingLimits

    init(_ text: String, maximumDepth: Int, limits: DecodingLimits) {
        bytes = Array(text.utf8)
        self.maximumDepth = maximumDepth
        self.limits = limits
    }

    var isAtEnd: Bool { position >= bytes.count }
    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    func error(_ message: String) -> TermReadError { TermReadError(message: message, offset: position) }

    mutating func skipBlanks() {
        while let byte = current, byte == 32 || byte == 10 || byte == 13 || byte == 9 { position += 1 }
    }

    private mutating func take(_ text: String) -> Bool {
        guard bytes[position...].starts(with: text.utf8) else { return false }
        position += text.utf8.count
        return true
    }

    private mutating func expect(_ text: String) throws(TermReadError) {
        skipBlanks()
        guard take(text) else { throw error("\(text) is expected") }
    }

    mutating func value() throws(TermReadError) -> Term {
        skipBlanks()
        depth += 1
        defer { depth -= 1 }
        guard depth <= maximumDepth else { throw error("nested more than \(maximumDepth) deep") }
        switch current {
        case UInt8(ascii: "\"")?: return .binary(Binary(try string()))
        case UInt8(ascii: "[")?: return .makeList(try array())
        case UInt8(ascii: "{")?: return try tagged()
        case let byte? where byte == UInt8(ascii: "-") || (48...57).contains(byte): return try number()
        default:
            if take("true") { return .atom(.true) }
            if take("false") { return .atom(.false) }
            if take("null") { return .atom(.nil) }
            throw error("a value is expected")
        }
    }

    private mutating func array() throws(TermReadError) -> [Term] {
        try expect("[")
        skipBlanks()
        if take("]") { return [] }
        var terms: [Term] = []
        repeat {
            terms.append(try value())
            skipBlanks()
        } while take(",")
        try expect("]")
        return terms
    }

    private mutating func number() throws(TermReadError) -> Term {
        let start = position
        while let byte = current, "+-.eE0123456789".utf8.contains(byte) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if let value = Int(text) { return .integer(value) }
        if text.utf8.allSatisfy({ $0 == 45 || (48...57).contains($0) }),
            LongIntegers.mayFit(digits: text.utf8.count, radix: 10),
            let value = LongIntegers.integer(text)
        {
            return .integer(value)
        }
        guard let value = Double(text), value.isFinite else {
            position = start
            throw error("no number")
        }
        return .float(value)
    }

    private mutating func string() throws(TermReadError) -> String {
        try expect("\"")
        var text: [UInt8] = []
        while let byte = current {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text += Array(String(try escape()).utf8)
            default: text.append(byte)
            }
        }
        throw error("unfinished string")
    }

    private mutating func escape() throws(TermReadError) -> Unicode.Scalar {
        guard let byte = current else { throw error("unfinished escape") }
        position += 1
        switch byte {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "u"):
            var code = try hex()
            if (0xD800..<0xDC00).contains(code), take("\\u") {
                code = 0x10000 + (code - 0xD800) << 10 + (try hex() & 0x3FF)
            }
            guard let scalar = Unicode.Scalar(code) else { throw error("no character has this number") }
            return scalar
        default: return Unicode.Scalar(byte)
        }
    }

    private mutating func hex() throws(TermReadError) -> UInt32 {
        let end = min(position + 4, bytes.count)
        guard let code = UInt32(String(decoding: bytes[position..<end], as: UTF8.self), radix: 16) else {
            throw error("four hexadecimal digits are expected")
        }
        position = end
        return code
    }

    /// An object, whose first key names the kind.
    private mutating func tagged() throws(TermReadError) -> Term {
        let start = position
        try expect("{")
        skipBlanks()
        let kind = try string()
        try expect(":")
        skipBlanks()
        let term: Term
        switch kind {
        case "atom":
            let name = try string()
            guard name.unicodeScalars.count <= 255 else { throw error("an atom of more than 255 characters") }
            term = .atom(Atom(name))
        case "tuple": term = .tuple(Tuple(try array()))
        case "map":
            var pairs: [(key: Term, value: Term)] = []
            for pair in try array() {
                guard let list = pair.properList, list.count == 2 else { throw error("a pair is a list of two") }
                pairs.append((list[0], list[1]))
            }
            term = .map(Map(pairs))
        case "list":
            let heads = try array()
            try expect(",")
            try expect("\"tail\"")
            try expect(":")
            term = .makeList(heads, tail: try value())
        case "base64":
            let bytes = try base64()
            skipBlanks()
            guard take(",") else {
                term = .binary(Binary(bytes))
                break
            }
            try expect("\"bits\"")
            try expect(":")
            guard case .integer(let count) = try value(), count >= 0, (count + 7) / 8 == bytes.count else {
                throw error("no count of bits")
            }
            term = .bits(bytes, bitCount: count)
        case "etf":
            let bytes = try base64()
            do {
                term = try Term(etf: bytes, limits: limits)
            } catch { throw TermReadError(message: "\(error)", offset: start) }
        default: throw TermReadError(message: "no kind of term is called \(kind)", offset: start)
        }
        try expect("}")
        return term
    }

    private mutating func base64() throws(TermReadError) -> [UInt8] {
        let text = try string()
        var output: [UInt8] = []
        var word: UInt32 = 0
        var bits = 0
        for byte in text.utf8 where byte != UInt8(ascii: "=") {
            guard let digit = base64Alphabet.firstIndex(of: byte) else { throw error("no base64") }
            word = word << 6 | UInt32(digit)
            bits += 6
            if bits >= 8 {
                bits -= 8
                output.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
            }
        }
        return output
    }
}

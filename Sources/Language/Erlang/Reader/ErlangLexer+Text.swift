internal import Terms

// Quoted text: strings, quoted atoms, characters, triple-quoted strings and sigils.

extension ErlangLexer {
    mutating func quotedAtom() throws(SyntaxError) {
        let start = position
        let (line, column) = (line, column(at: start))
        let scalars = try quoted(UInt8(ascii: "'"), "atom", isVerbatim: false)
        let name = String(String.UnicodeScalarView(scalars.compactMap { Unicode.Scalar($0) }))
        guard scalars.count <= 255 else {
            throw error("illegal atom", at: start, hint: "an atom has at most 255 characters")
        }
        append(.atom, UInt64(literals.position(of: Atom(name))), from: start, line: line, column: column)
    }

    mutating func string() throws(SyntaxError) {
        let start = position
        let (line, column) = (line, column(at: start))
        var scalars = try triple(isVerbatim: true)
        if scalars == nil { scalars = try quoted(UInt8(ascii: "\""), "string", isVerbatim: false) }
        appendString(.string, scalars, from: start, line: line, column: column)
    }

    private mutating func appendString(
        _ kind: ErlangLexeme.Kind, _ scalars: [UInt32]?, from start: Int, line: UInt32, column: UInt32
    ) {
        append(kind, UInt64(literals.strings.count), from: start, line: line, column: column)
        literals.strings.append(scalars ?? [])
    }

    mutating func character() throws(SyntaxError) {
        let start = position
        let (line, column) = (line, column(at: start))
        position += 1
        guard position < count else { throw error("unterminated character", at: start, isIncomplete: true) }
        let value: UInt32
        if bytes[position] == UInt8(ascii: "\\") {
            guard position + 1 < count else {
                position += 1
                throw error("unterminated character", at: start, isIncomplete: true)
            }
            value = try escape()
        } else {
            value = scalar()
        }
        append(.char, UInt64(value), from: start, line: line, column: column)
    }

    /// The scalar here, and on to the next.
    private mutating func scalar() -> UInt32 {
        let first = bytes[position]
        if first < 0x80 {
            if first == 0x0A { newline() } else { position += 1 }
            return UInt32(first)
        }
        // The text was a string, so it is well-formed.
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        var value = UInt32(first) & (0xFF >> UInt32(length + 1))
        for distance in 1..<length { value = value << 6 | UInt32(bytes[position + distance] & 0x3F) }
        position += length
        lineStart += length - 1
        return value
    }

    /// Text up to a quote; the lexer stands at the opening one.
    private mutating func quoted(
        _ quote: UInt8, _ what: String, isVerbatim: Bool
    ) throws(SyntaxError) -> [UInt32] {
        let start = position
        position += 1
        var scalars: [UInt32] = []
        while position < count {
            let byte = bytes[position]
            if byte == quote {
                position += 1
                return scalars
            }
            scalars.append(byte == UInt8(ascii: "\\") && !isVerbatim ? try escape() : scalar())
        }
        let beginning = String(String.UnicodeScalarView(scalars.prefix(20).compactMap { Unicode.Scalar($0) }))
        let shown = quote == UInt8(ascii: "'") ? "'\(beginning)'" : beginning.debugDescription
        throw error(
            "unterminated \(what) starting with \(shown)", at: start,
            hint: "close it with \(Unicode.Scalar(quote))", isIncomplete: true)
    }

    /// An escape sequence; the lexer stands at the backslash.
    private mutating func escape() throws(SyntaxError) -> UInt32 {
        let start = position
        position += 1
        guard position < count else { throw error("unterminated character", at: start, isIncomplete: true) }
        let byte = bytes[position]
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            var value: UInt32 = 0
            var digits = 0
            while digits < 3, (0x30...0x37).contains(bytes[position]) {
                value = value * 8 + UInt32(bytes[position] - 0x30)
                position += 1
                digits += 1
            }
            return value
        case UInt8(ascii: "x"):
            position += 1
            return try hexadecimal(from: start)
        case UInt8(ascii: "^"):
            position += 1
            guard position < count else { throw error("unterminated character", at: start, isIncomplete: true) }
            let control = bytes[position]
            guard (0x3F...0x5F).contains(control) || (0x61...0x7A).contains(control) else {
                throw error("illegal character", at: start)
            }
            position += 1
            return UInt32(control & 31)
        case UInt8(ascii: "n"): return escaped(0x0A)
        case UInt8(ascii: "r"): return escaped(0x0D)
        case UInt8(ascii: "t"): return escaped(0x09)
        case UInt8(ascii: "v"): return escaped(0x0B)
        case UInt8(ascii: "b"): return escaped(0x08)
        case UInt8(ascii: "f"): return escaped(0x0C)
        case UInt8(ascii: "e"): return escaped(0x1B)
        case UInt8(ascii: "s"): return escaped(0x20)
        case UInt8(ascii: "d"): return escaped(0x7F)
        default: return scalar()
        }
    }

    private mutating func escaped(_ value: UInt32) -> UInt32 {
        position += 1
        return value
    }

    private mutating func hexadecimal(from start: Int) throws(SyntaxError) -> UInt32 {
        let hasBraces = bytes[position] == UInt8(ascii: "{")
        if hasBraces { position += 1 }
        var value: UInt32 = 0
        var digits = 0
        while hasBraces || digits < 2, let digit = Self.hexadecimal(bytes[position]) {
            value = min(value * 16 + digit, 0x11_0000)
            digits += 1
            position += 1
        }
        let isAtEnd = position >= count
        if hasBraces {
            guard digits > 0, bytes[position] == UInt8(ascii: "}") else {
                throw error("illegal character", at: start, isIncomplete: isAtEnd)
            }
            position += 1
        } else if digits < 2 {
            throw error("illegal character", at: start, isIncomplete: isAtEnd)
        }
        guard Unicode.Scalar(value) != nil else { throw error("illegal character", at: start) }
        return value
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x30...0x39: UInt32(byte) - 0x30
        case 0x41...0x46: UInt32(byte) - 0x37
        case 0x61...0x66: UInt32(byte) - 0x57
        default: nil
        }
    }

    // MARK: Triple-quoted strings

    /// A string between three or more quotes, if one starts here: then the rest of the line is blank. Before OTP 27 such
    /// quotes were empty strings beside another, and where the line goes on they still are.
    private mutating func triple(isVerbatim: Bool) throws(SyntaxError) -> [UInt32]? {
        guard position >= plainQuotes else { return nil }
        let start = position
        var quotes = 0
        while bytes[position + quotes] == UInt8(ascii: "\"") { quotes += 1 }
        // Where this row of quotes is none of these, its rest is none either.
        plainQuotes = position + quotes
        guard quotes >= 3 else { return nil }
        var place = position + quotes
        while place < count, bytes[place] != 0x0A {
            guard Self.classes[Int(bytes[place])] == .blank else { return nil }
            place += 1
        }
        guard place < count else { return nil }
        position = place
        newline()
        // The lines up to one that holds only the closing quotes.
        var lines: [Range<Int>] = []
        let (firstLine, firstStart, body) = (line, lineStart, position)
        while true {
            let lineBegin = position
            while position < count, bytes[position] != 0x0A { position += 1 }
            let range = lineBegin..<position
            let indentation = range.prefix { Self.classes[Int(bytes[$0])] == .blank }.count
            let close = lineBegin + indentation
            let length = (close..<range.upperBound).prefix { bytes[$0] == UInt8(ascii: "\"") }.count
            if length >= quotes {
                return try dedented(
                    lines, indentation: lineBegin..<close, body: body, firstLine, firstStart, isVerbatim
                ) {
                    $0.position = close + quotes
                    $0.line = firstLine + UInt32(lines.count)
                    $0.lineStart = lineBegin
                }
            }
            guard position < count else {
                throw error(
                    "unterminated triple-quoted string", at: start, hint: "close it with three quotes on a line",
                    isIncomplete: true)
            }
            lines.append(range)
            position += 1
        }
    }

    private mutating func dedented(
        _ lines: [Range<Int>], indentation: Range<Int>, body: Int, _ firstLine: UInt32, _ firstStart: Int,
        _ isVerbatim: Bool, _ leave: (inout ErlangLexer) -> Void
    ) throws(SyntaxError) -> [UInt32] {
        var scalars: [UInt32] = []
        line = firstLine
        lineStart = firstStart
        for (number, range) in lines.enumerated() {
            if number > 0 { scalars.append(0x0A) }
            position = range.lowerBound
            var rest = range
            // A blank line need not be indented.
            let isBlank = range.allSatisfy { Self.classes[Int(bytes[$0])] == .blank }
            if range.count >= indentation.count,
                zip(range, indentation).allSatisfy({ bytes[$0] == bytes[$1] })
            {
                rest = range.dropFirst(indentation.count)
            } else if isBlank {
                rest = range.upperBound..<range.upperBound
            } else {
                throw error("bad indentation in triple-quoted string", at: range.lowerBound)
            }
            // A carriage return belongs to the end of the last line.
            if number == lines.count - 1, rest.last.map({ bytes[$0] }) == 0x0D { rest = rest.dropLast() }
            position = rest.lowerBound
            while position < rest.upperBound {
                scalars.append(bytes[position] == UInt8(ascii: "\\") && !isVerbatim ? try escape() : scalar())
            }
            line += 1
        }
        leave(&self)
        return scalars
    }

    // MARK: Sigils

    mutating func sigil() throws(SyntaxError) {
        let start = position
        let (line, column) = (line, column(at: start))
        position += 1
        let nameStart = position
        while Self.isNameByte[Int(bytes[position])] { position += 1 }
        let name = String(decoding: bytes[nameStart..<position], as: UTF8.self)
        guard ["", "s", "S", "b", "B"].contains(name) else {
            throw error("illegal sigil prefix '~\(name)'", at: start, hint: "the sigils are ~s ~S ~b ~B and ~")
        }
        let open = bytes[position]
        let closing: [UInt8: String.UTF8View.Element] = [
            0x28: 0x29, 0x5B: 0x5D, 0x7B: 0x7D, 0x3C: 0x3E, 0x2F: 0x2F, 0x7C: 0x7C, 0x27: 0x27, 0x22: 0x22, 0x60: 0x60,
            0x23: 0x23,
        ]
        guard position < count, let close = closing[open] else {
            throw error("illegal sigil prefix '~\(name)'", at: start, isIncomplete: position >= count)
        }
        let isUpper = name == "S" || name == "B"
        let scalars: [UInt32]
        if open == UInt8(ascii: "\""), let text = try triple(isVerbatim: name.isEmpty || isUpper) {
            scalars = text
        } else {
            scalars = try quoted(close, "sigil", isVerbatim: isUpper)
        }
        guard !Self.isNameByte[Int(bytes[position])] else { throw error("illegal sigil suffix", at: start) }
        let kind: ErlangLexeme.Kind = name == "s" || name == "S" ? .string : .binarySigil
        appendString(kind, scalars, from: start, line: line, column: column)
    }
}

internal import Terms

/// Strings, charlists, heredocs and sigils.
extension ElixirReader {
    mutating func quotedText(_ token: inout Token) throws(SyntaxError) {
        guard let quote = scanner.current else { return }
        let kind: Quoted.TextKind = quote == "\"" ? .string : .charlist
        if scanner.peek(1) == quote, scanner.peek(2) == quote {
            token.parts = try heredoc(quote, escapes: true, interpolates: true)
            token.kind = .text(kind)
            return
        }
        scanner.position += 1
        token.parts = try parts(until: quote, escapes: true, interpolates: true, opened: token.offset)
        token.kind = .text(kind)
        if scanner.current == ":", scanner.peek(1).map({ $0.isBlank }) ?? false {
            scanner.position += 1
            token.kind = .textKey
        }
    }

    mutating func sigil(_ token: inout Token) throws(SyntaxError) {
        scanner.position += 1
        let name = scanner.take { $0.isAlphanumeric && !$0.isDigit }
        guard let first = name.unicodeScalars.first, name.unicodeScalars.count == 1 else {
            throw SyntaxError("invalid sigil name: it has one letter", at: token.offset, length: name.count + 1)
        }
        guard let opening = scanner.current else {
            throw SyntaxError("unfinished sigil", at: token.offset, isIncomplete: true)
        }
        let isRaw = first.properties.isUppercase
        if opening == "\"" || opening == "'", scanner.peek(1) == opening, scanner.peek(2) == opening {
            token.parts = try heredoc(opening, escapes: !isRaw && first != "r", interpolates: !isRaw)
        } else {
            let closings: [Unicode.Scalar: Unicode.Scalar] = [
                "/": "/", "|": "|", "\"": "\"", "'": "'", "(": ")", "[": "]", "{": "}", "<": ">",
            ]
            guard let closing = closings[opening] else {
                throw SyntaxError("invalid sigil delimiter: \"\(opening)\"", at: scanner.position)
            }
            scanner.position += 1
            token.parts = try parts(
                until: closing, escapes: !isRaw && first != "r", interpolates: !isRaw, opened: token.offset)
        }
        token.kind = .sigil(name, modifiers: scanner.take { $0.isAlphanumeric })
    }

    /// Text up to a closing mark, which is taken.
    ///
    /// Without escapes a backslash stands for itself, but not before the closing mark.
    mutating func parts(
        until closing: Unicode.Scalar, escapes: Bool, interpolates: Bool, opened: Int
    ) throws(SyntaxError) -> [Quoted.Part] {
        var parts: [Quoted.Part] = []
        var text: [UInt8] = []
        while let scalar = scanner.current {
            if scalar == closing {
                scanner.position += 1
                if !text.isEmpty || parts.isEmpty { parts.append(.text(text)) }
                return parts
            }
            try piece(scalar, closing: closing, escapes, interpolates, &text, &parts)
        }
        throw SyntaxError("missing terminator: \(closing)", at: opened, isIncomplete: true)
    }

    /// One scalar, escape or interpolation.
    private mutating func piece(
        _ scalar: Unicode.Scalar, closing: Unicode.Scalar?, _ escapes: Bool, _ interpolates: Bool,
        _ text: inout [UInt8], _ parts: inout [Quoted.Part]
    ) throws(SyntaxError) {
        if scalar == "\\" {
            if let closing, scanner.peek(1) == closing {
                scanner.position += 2
                text.append(closing)
            } else if escapes {
                scanner.position += 1
                try escape(&text)
            } else if interpolates, scanner.peek(1) == "\n" {
                scanner.position += 2
            } else if interpolates, let next = scanner.peek(1) {
                text.append("\\")
                text.append(next)
                scanner.position += 2
            } else {
                text.append("\\")
                scanner.position += 1
            }
        } else if interpolates, scalar == "#", scanner.peek(1) == "{" {
            if !text.isEmpty { parts.append(.text(text)) }
            text = []
            parts.append(.code(try interpolation()))
        } else {
            text.append(scalar)
            scanner.position += 1
        }
    }

    private mutating func interpolation() throws(SyntaxError) -> Quoted {
        let outer = token
        let start = scanner.position
        scanner.position += 2
        let opened = place(start)
        // The first token of the code may be text with code in it: that is read before any expression is.
        try deeper()
        let code = try inside { (reader) throws(SyntaxError) in
            try reader.advance()
            let code = try reader.expressions(at: opened)
            guard reader.token.kind == .symbol("}") else { throw reader.unclosed("}", opened: opened) }
            return code
        }
        depth -= 1
        token = outer
        return code
    }

    /// One escape, whose backslash has been taken. `\xNN` is a byte, not a code point.
    private mutating func escape(_ text: inout [UInt8]) throws(SyntaxError) {
        guard scanner.current == "x", scanner.peek(1) != "{" else {
            text.append(contentsOf: try scanner.escape(erlang: false).utf8)
            return
        }
        let start = scanner.position - 1
        scanner.position += 1
        var digits = ""
        while digits.utf8.count < 2, let next = scanner.current, next.isAlphanumeric {
            digits.unicodeScalars.append(next)
            scanner.position += 1
        }
        guard let byte = UInt8(digits, radix: 16) else {
            throw SyntaxError(
                "invalid hex escape character, expected \\xHH where H is a hexadecimal digit", at: start,
                length: scanner.position - start)
        }
        text.append(byte)
    }

    /// `"""` and lines up to a line that begins with `"""`; the blanks before that are taken from all lines.
    private mutating func heredoc(
        _ quote: Unicode.Scalar, escapes: Bool, interpolates: Bool
    ) throws(SyntaxError) -> [Quoted.Part] {
        let opened = scanner.position
        scanner.position += 3
        while scanner.current == " " || scanner.current == "\t" || scanner.current == "\r" { scanner.position += 1 }
        guard scanner.current == "\n" else {
            throw SyntaxError(
                scanner.isAtEnd
                    ? "missing terminator: \(quote)\(quote)\(quote)"
                    : "heredoc allows only zero or more whitespace characters followed by a new line after \(quote)"
                        + "\(quote)\(quote)", at: opened, isIncomplete: scanner.isAtEnd)
        }
        scanner.position += 1
        let indent = try indentation(quote, opened)
        var parts: [Quoted.Part] = []
        var text: [UInt8] = []
        var isLineStart = true
        while let scalar = scanner.current {
            if isLineStart {
                isLineStart = false
                if let width = closingWidth(quote) {
                    scanner.position += width + 3
                    if !text.isEmpty || parts.isEmpty { parts.append(.text(text)) }
                    return parts
                }
                var skipped = 0
                while skipped < indent, scanner.current == " " || scanner.current == "\t" {
                    scanner.position += 1
                    skipped += 1
                }
                continue
            }
            if scalar == "\n" {
                text.append(10)
                scanner.position += 1
                isLineStart = true
            } else if scalar == "\\", scanner.peek(1) == "\n", escapes || interpolates {
                scanner.position += 2
                isLineStart = true
            } else {
                try piece(scalar, closing: nil, escapes, interpolates, &text, &parts)
            }
        }
        throw SyntaxError("missing terminator: \(quote)\(quote)\(quote)", at: opened, isIncomplete: true)
    }

    /// How far the heredoc that begins here is indented: as far as its closing mark.
    private func indentation(_ quote: Unicode.Scalar, _ opened: Int) throws(SyntaxError) -> Int {
        var place = scanner.position
        while place < scanner.scalars.count {
            if let width = closingWidth(quote, from: place) { return width }
            while place < scanner.scalars.count, scanner.scalars[place] != "\n" { place += 1 }
            place += 1
        }
        throw SyntaxError("missing terminator: \(quote)\(quote)\(quote)", at: opened, isIncomplete: true)
    }

    /// How many blanks stand before the closing mark on this line, nothing if there is none.
    private func closingWidth(_ quote: Unicode.Scalar, from place: Int? = nil) -> Int? {
        let start = (place ?? scanner.position) - scanner.position
        var width = 0
        while let scalar = scanner.peek(start + width), scalar == " " || scalar == "\t" { width += 1 }
        for distance in 0..<3 where scanner.peek(start + width + distance) != quote { return nil }
        return width
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ scalar: Unicode.Scalar) {
        if scalar.isASCII {
            append(UInt8(truncatingIfNeeded: scalar.value))
        } else {
            append(contentsOf: String(scalar).utf8)
        }
    }
}

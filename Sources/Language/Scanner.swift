internal import BigInt
internal import Terms

/// What the lexers of all three languages share: scalars, numbers, quoted text.
struct Scanner {
    let scalars: [Unicode.Scalar]
    var position = 0

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    var isAtEnd: Bool { position >= scalars.count }
    var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    func peek(_ distance: Int) -> Unicode.Scalar? {
        let place = position + distance
        return place >= 0 && place < scalars.count ? scalars[place] : nil
    }

    func starts(with text: String) -> Bool {
        var place = position
        for scalar in text.unicodeScalars {
            guard place < scalars.count, scalars[place] == scalar else { return false }
            place += 1
        }
        return true
    }

    mutating func take(while condition: (Unicode.Scalar) -> Bool) -> String {
        let start = position
        while let scalar = current, condition(scalar) { position += 1 }
        return text(start..<position)
    }

    func text(_ range: Range<Int>) -> String {
        guard scalars[range].allSatisfy({ $0.isASCII }) else { return String(String.UnicodeScalarView(scalars[range])) }
        return String(unsafeUninitializedCapacity: range.count) { bytes in
            for (place, scalar) in scalars[range].enumerated() {
                bytes[place] = UInt8(truncatingIfNeeded: scalar.value)
            }
            return range.count
        }
    }

    /// An integer or float; the scanner stands at its first digit. `radixMark` is `#` in Erlang; Elixir writes 0x, 0o, 0b.
    mutating func number(erlang: Bool) throws(SyntaxError) -> Term {
        let start = position
        if !erlang, current == "0", let mark = peek(1), let radix = ["x": 16, "o": 8, "b": 2][mark] {
            position += 2
            let digits = take { $0.isAlphanumeric || $0 == "_" }.filter { $0 != "_" }
            guard LongIntegers.mayFit(digits: digits.utf8.count, radix: radix),
                let value = LongIntegers.integer(digits, radix: radix)
            else {
                throw SyntaxError("no number of base \(radix)", at: start)
            }
            return .integer(value)
        }
        let digits = take { $0.isDigit || $0 == "_" }.filter { $0 != "_" }
        if erlang, current == "#" {
            guard let radix = Int(digits), (2...36).contains(radix) else {
                throw SyntaxError("a base is 2 to 36", at: start, length: position - start)
            }
            position += 1
            let rest = take { $0.isAlphanumeric || $0 == "_" }.filter { $0 != "_" }
            guard LongIntegers.mayFit(digits: rest.utf8.count, radix: radix),
                let value = LongIntegers.integer(rest, radix: radix)
            else {
                throw SyntaxError("no number of base \(radix)", at: start, length: position - start)
            }
            return .integer(value)
        }
        if current == ".", let next = peek(1), next.isDigit {
            position += 1
            var text = digits + "." + take { $0.isDigit || $0 == "_" }.filter { $0 != "_" }
            if current == "e" || current == "E", let next = peek(1),
                next.isDigit || ((next == "-" || next == "+") && peek(2)?.isDigit == true)
            {
                position += 2
                text += "e" + self.text((position - 1)..<position) + take { $0.isDigit }
            }
            guard let value = Double(text), value.isFinite else {
                throw SyntaxError("no float: \(text)", at: start, length: position - start)
            }
            return .float(value)
        }
        if digits.utf8.count <= 18, let value = Int(digits) { return .integer(value) }
        guard LongIntegers.mayFit(digits: digits.utf8.count, radix: 10), let value = LongIntegers.integer(digits) else {
            throw SyntaxError("no number", at: start, length: position - start)
        }
        return .integer(value)
    }

    /// One escape after a backslash, which has been taken. Erlang's and Elixir's sets, which agree where they overlap.
    mutating func escape(erlang: Bool) throws(SyntaxError) -> String {
        let start = position - 1
        guard let scalar = current else { throw SyntaxError("unfinished escape", at: start, isIncomplete: true) }
        position += 1
        switch scalar {
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "s": return " "
        case "b": return "\u{8}"
        case "d": return "\u{7F}"
        case "e": return "\u{1B}"
        case "f": return "\u{C}"
        case "v": return "\u{B}"
        case "a" where !erlang: return "\u{7}"
        case "0"..."7" where erlang:
            var digits = String(scalar)
            while digits.count < 3, let next = current, ("0"..."7").contains(next) {
                digits.unicodeScalars.append(next)
                position += 1
            }
            return UInt32(digits, radix: 8).flatMap(Unicode.Scalar.init).map { String($0) } ?? ""
        case "0" where !erlang: return "\0"
        case "x", "u":
            var digits = ""
            if current == "{" {
                position += 1
                digits = take { $0.isAlphanumeric }
                guard current == "}" else { throw SyntaxError("unfinished escape", at: start, isIncomplete: isAtEnd) }
                position += 1
            } else {
                let count = scalar == "x" ? 2 : 4
                while digits.count < count, let next = current, next.isAlphanumeric {
                    digits.unicodeScalars.append(next)
                    position += 1
                }
            }
            guard let value = UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init) else {
                throw SyntaxError("no character: \\\(scalar)\(digits)", at: start, length: position - start)
            }
            return String(value)
        case "\n": return erlang ? "\n" : ""
        default: return String(scalar)
        }
    }
}

extension Unicode.Scalar {
    var isDigit: Bool { ("0"..."9").contains(self) }
    var isAlphanumeric: Bool { isDigit || ("a"..."z").contains(self) || ("A"..."Z").contains(self) }
    var isBlank: Bool { self == " " || self == "\t" || self == "\n" || self == "\r" || self == "\u{A0}" }
}

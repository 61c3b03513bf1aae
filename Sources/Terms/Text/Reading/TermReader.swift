internal import BigInt

/// Text that is no term: what is wrong, and where.
public struct TermReadError: Error, Sendable, Hashable, CustomStringConvertible {
    public let message: String
    /// In Unicode scalars from the start of the text.
    public let offset: Int

    public var description: String { "\(message) at \(offset)" }
}

/// Reads the terms that ``ErlangPrinter`` and ``ElixirPrinter`` print, and what people write in the same syntax: data
/// only, no variables, no calls.
///
/// Printing then reading gives the same term, but for funs with an environment and for Elixir's structs of which
/// `inspect/2` shows something else (these print as `#Name<…>`, and are refused here).
public struct TermReader: Sendable {
    public enum Syntax: Sendable { case erlang, elixir }

    let syntax: Syntax
    let maximumDepth: Int
    let incarnation: @Sendable (Int) -> NodeIncarnation?

    /// - Parameters:
    ///   - maximumDepth: how deep terms may be nested.
    ///   - incarnation: the node that the first number of a printed pid, port or reference stands for; without it they
    ///     are refused.
    public init(
        _ syntax: Syntax, maximumDepth: Int = 1_000,
        incarnation: @escaping @Sendable (Int) -> NodeIncarnation? = { _ in nil }
    ) {
        self.syntax = syntax
        self.maximumDepth = maximumDepth
        self.incarnation = incarnation
    }

    /// The term of a text; a full stop may end an Erlang one.
    ///
    /// - Throws: ``TermReadError`` with the offset.
    public func read(_ text: String) throws(TermReadError) -> Term {
        var state = ReadState(text, self)
        let term = try state.term()
        state.skipBlanks()
        if syntax == .erlang, state.take(".") { state.skipBlanks() }
        guard state.isAtEnd else { throw state.error("the term ends here, but the text goes on") }
        return term
    }
}

/// The place in the text. What the two syntaxes share stands here; where they part, in the extensions.
struct ReadState {
    let reader: TermReader
    private let scalars: [Unicode.Scalar]
    private(set) var position = 0
    private var depth = 0

    init(_ text: String, _ reader: TermReader) {
        scalars = Array(text.unicodeScalars)
        self.reader = reader
    }

    // MARK: Scalars

    var isAtEnd: Bool { position >= scalars.count }
    var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    func peek(_ distance: Int) -> Unicode.Scalar? {
        position + distance < scalars.count ? scalars[position + distance] : nil
    }

    func error(_ message: String) -> TermReadError { TermReadError(message: message, offset: position) }

    mutating func advance() { position += 1 }

    func starts(with text: String) -> Bool {
        var place = position
        for scalar in text.unicodeScalars {
            guard place < scalars.count, scalars[place] == scalar else { return false }
            place += 1
        }
        return true
    }

    mutating func take(_ text: String) -> Bool {
        guard starts(with: text) else { return false }
        position += text.unicodeScalars.count
        return true
    }

    mutating func expect(_ text: String) throws(TermReadError) {
        skipBlanks()
        guard take(text) else { throw error("\(text) is expected") }
    }

    mutating func take(while condition: (Unicode.Scalar) -> Bool) -> String {
        let start = position
        while let scalar = current, condition(scalar) { position += 1 }
        return String(String.UnicodeScalarView(scalars[start..<position]))
    }

    mutating func skipBlanks() {
        let comment: Unicode.Scalar = reader.syntax == .erlang ? "%" : "#"
        while let scalar = current {
            if scalar == " " || scalar == "\n" || scalar == "\t" || scalar == "\r" {
                position += 1
            } else if scalar == comment, comment == "%" || peek(1).map({ $0 == " " || $0 == "\n" }) ?? true {
                _ = take { $0 != "\n" }
            } else {
                return
            }
        }
    }

    // MARK: Terms

    mutating func term() throws(TermReadError) -> Term {
        skipBlanks()
        depth += 1
        defer { depth -= 1 }
        guard depth <= reader.maximumDepth else { throw error("nested more than \(reader.maximumDepth) deep") }
        guard let scalar = current else { throw error("a term is expected") }
        switch scalar {
        case "{":
            advance()
            return .tuple(Tuple(try sequence(until: "}")))
        case "[": return try list()
        case "0"..."9": return try range(from: try number(isNegative: false))
        case "-" where peek(1).map { ("0"..."9").contains($0) } == true:
            advance()
            return try range(from: try number(isNegative: true))
        case "<" where starts(with: "<<"): return try bits()
        case "#" where starts(with: "#Port<"):
            let numbers = try numbers(behind: "#Port<", count: 2...2)
            return .port(Port(incarnation: try node(numbers[0]), id: numbers[1]))
        default: return try reader.syntax == .erlang ? erlang(scalar) : elixir(scalar)
        }
    }

    /// Terms between commas; the closing bracket is taken.
    mutating func sequence(until close: String) throws(TermReadError) -> [Term] {
        skipBlanks()
        if take(close) { return [] }
        var terms: [Term] = []
        repeat { terms.append(try term()) } while try takesComma(close)
        return terms
    }

    /// Takes a comma, or the closing bracket.
    mutating func takesComma(_ close: String) throws(TermReadError) -> Bool {
        skipBlanks()
        if take(",") { return true }
        guard take(close) else { throw error("a comma or \(close) is expected") }
        return false
    }

    private mutating func list() throws(TermReadError) -> Term {
        advance()
        skipBlanks()
        if take("]") { return .nil }
        var heads: [Term] = []
        while true {
            if reader.syntax == .elixir, let pair = try keyword() {
                heads.append(pair)
            } else {
                heads.append(try term())
            }
            skipBlanks()
            if take("|") {
                let tail = try term()
                try expect("]")
                return .makeList(heads, tail: tail)
            }
            guard try takesComma("]") else { return .makeList(heads) }
            skipBlanks()
        }
    }

    // MARK: Numbers

    /// Elixir's `1..10` and `1..10//2`, if that follows.
    private mutating func range(from first: Term) throws(TermReadError) -> Term {
        guard reader.syntax == .elixir, case .integer = first, take("..") else { return first }
        var terms = [first, try number(isNegative: take("-"))]
        terms.append(
            take("//") ? try number(isNegative: take("-")) : Term.compare(terms[0], terms[1]) == .greater ? -1 : 1)
        return .map(
            Map([
                (.atom("__struct__"), .atom("Elixir.Range")), (.atom("first"), terms[0]), (.atom("last"), terms[1]),
                (.atom("step"), terms[2]),
            ]))
    }

    mutating func number(isNegative: Bool) throws(TermReadError) -> Term {
        let start = position
        if reader.syntax == .elixir, current == "0", let letter = peek(1),
            let radix = (["x": 16, "o": 8, "b": 2] as [Unicode.Scalar: Int])[letter]
        {
            position += 2
            return try integer(radix, isNegative)
        }
        var digits = take { ("0"..."9").contains($0) || $0 == "_" }
        if reader.syntax == .erlang, current == "#", let radix = Int(digits), (2...36).contains(radix) {
            advance()
            return try integer(radix, isNegative)
        }
        if current == ".", peek(1).map({ ("0"..."9").contains($0) }) == true {
            advance()
            digits += "." + take { ("0"..."9").contains($0) || $0 == "_" }
            if current == "e" || current == "E" {
                advance()
                digits += "e"
                if current == "-" || current == "+" { digits += String(current ?? "+"); advance() }
                digits += take { ("0"..."9").contains($0) }
            }
            guard let value = Double(digits.filter { $0 != "_" }), value.isFinite else {
                position = start
                throw error("no float")
            }
            return .float(isNegative ? -value : value)
        }
        position = start
        return try integer(10, isNegative)
    }

    private mutating func integer(_ radix: Int, _ isNegative: Bool) throws(TermReadError) -> Term {
        let start = position
        let digits = take {
            $0 == "_" || Character($0).isHexDigit || ("a"..."z").contains($0) || ("A"..."Z").contains($0)
        }
        .filter { $0 != "_" }
        if let value = Int((isNegative ? "-" : "") + digits, radix: radix) { return .integer(value) }
        guard LongIntegers.mayFit(digits: digits.utf8.count, radix: radix),
            let value = LongIntegers.integer((isNegative ? "-" : "") + digits, radix: radix), LongIntegers.fits(value)
        else {
            position = start
            throw error("no integer of base \(radix)")
        }
        return .integer(value)
    }

    // MARK: Identifiers

    /// The numbers of `<0.1.2>`, with what stands before them.
    mutating func numbers(behind open: String, count: ClosedRange<Int>) throws(TermReadError) -> [UInt64] {
        let start = position
        _ = take(open)
        var numbers: [UInt64] = []
        repeat {
            guard let number = UInt64(take { ("0"..."9").contains($0) }) else { break }
            numbers.append(number)
        } while take(".")
        guard count.contains(numbers.count), take(">") else {
            position = start
            throw error("this cannot be read back")
        }
        return numbers
    }

    func node(_ number: UInt64) throws(TermReadError) -> NodeIncarnation {
        guard let node = Int(exactly: number).flatMap(reader.incarnation) else {
            throw error("no node has the number \(number)")
        }
        return node
    }

    mutating func pid(behind open: String) throws(TermReadError) -> Term {
        let numbers = try numbers(behind: open, count: 3...3)
        guard let id = UInt32(exactly: numbers[1]), let serial = UInt32(exactly: numbers[2]) else {
            throw error("no pid")
        }
        return .pid(Pid(incarnation: try node(numbers[0]), id: id, serial: serial))
    }

    mutating func reference(behind open: String) throws(TermReadError) -> Term {
        let numbers = try numbers(behind: open, count: 2...6)
        let words = numbers.dropFirst().reversed().compactMap { UInt32(exactly: $0) }
        guard words.count == numbers.count - 1 else { throw error("no reference") }
        return .reference(Reference(incarnation: try node(numbers[0]), words: words))
    }

    // MARK: Text

    /// The text between quotes; the scanner stands at the opening one.
    mutating func quoted() throws(TermReadError) -> String {
        let start = position
        let quote = current
        advance()
        var text = String.UnicodeScalarView()
        while let scalar = current {
            advance()
            if scalar == quote { return String(text) }
            if scalar == "\\" { try escape(into: &text) } else { text.append(scalar) }
        }
        position = start
        throw error("unfinished quote")
    }

    mutating func escape(into text: inout String.UnicodeScalarView) throws(TermReadError) {
        guard let scalar = current else { throw error("unfinished escape") }
        let plain: [Unicode.Scalar: Unicode.Scalar] = [
            "n": "\n", "t": "\t", "r": "\r", "e": "\u{1B}", "s": " ", "b": "\u{8}", "f": "\u{C}", "v": "\u{B}",
            "d": "\u{7F}", "a": "\u{7}",
        ]
        switch scalar {
        case "x", "u":
            advance()
            let digits: String
            if take("{") {
                digits = take { Character($0).isHexDigit }
                guard take("}") else { throw error("} is expected") }
            } else {
                var left = scalar == "x" ? 2 : 4
                digits = take { scalar in
                    left -= 1
                    return left >= 0 && Character(scalar).isHexDigit
                }
            }
            guard let code = UInt32(digits, radix: 16), let value = Unicode.Scalar(code) else {
                throw error("no character has this number")
            }
            text.append(value)
        case "0"..."7" where reader.syntax == .erlang:
            var left = 3
            let digits = take { scalar in
                left -= 1
                return left >= 0 && ("0"..."7").contains(scalar)
            }
            if let value = UInt32(digits, radix: 8).flatMap(Unicode.Scalar.init) { text.append(value) }
        case "0" where reader.syntax == .elixir:
            advance()
            text.append("\0")
        default:
            advance()
            // Any other character stands for itself; Erlang has no `\a`.
            let isKnown = scalar != "a" || reader.syntax == .elixir
            text.append(isKnown ? plain[scalar] ?? scalar : scalar)
        }
    }

    func atom(_ name: String) throws(TermReadError) -> Atom {
        guard name.unicodeScalars.count <= 255 else { throw error("an atom of more than 255 characters") }
        return Atom(name)
    }

    // MARK: Bits

    /// `<<"text", 1, 2, 3:4>>`, `<<"text"/utf8>>`, `<<1, 2, 3::size(4)>>`.
    private mutating func bits() throws(TermReadError) -> Term {
        position += 2
        var writer = BitCollector()
        skipBlanks()
        if take(">>") { return .binary(Binary([])) }
        repeat {
            skipBlanks()
            if current == "\"" {
                let text = try quoted()
                let isUTF8 = take("/utf8") || reader.syntax == .elixir
                if isUTF8 {
                    for byte in text.utf8 { writer.append(Int(byte), 8) }
                } else {
                    for scalar in text.unicodeScalars { writer.append(Int(scalar.value & 0xFF), 8) }
                }
                continue
            }
            guard case .integer(let value) = try term() else { throw error("bytes are integers") }
            var size = 8
            skipBlanks()
            if take("::") {
                let hasName = take("size(")
                size = Int(take { ("0"..."9").contains($0) }) ?? -1
                if hasName, !take(")") { throw error(") is expected") }
            } else if take(":") {
                size = Int(take { ("0"..."9").contains($0) }) ?? -1
            }
            guard (0...65_536).contains(size) else { throw error("no size") }
            writer.append(value, size)
        } while try takesComma(">>")
        return writer.term
    }
}

/// Bits that become a binary or a bit string.
private struct BitCollector {
    private var bytes: [UInt8] = []
    private var count = 0

    mutating func append(_ value: Int, _ size: Int) {
        for shift in stride(from: size - 1, through: 0, by: -1) {
            if count % 8 == 0 { bytes.append(0) }
            let bit = shift < 64 ? value >> shift & 1 : (value < 0 ? 1 : 0)
            bytes[count / 8] |= UInt8(bit) << UInt8(7 - count % 8)
            count += 1
        }
    }

    var term: Term { .bits(bytes, bitCount: count) }
}

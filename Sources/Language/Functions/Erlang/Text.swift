internal import Processes
internal import Terms

/// A string of Erlang: its UTF-8 bytes, and whether it came as a binary. What is made of it has the same kind.
struct Text {
    var bytes: [UInt8]
    let isBinary: Bool

    /// - Throws: `refusal`, if the term is no chardata.
    init(_ term: Term, or refusal: @autoclosure () -> ErlangException) throws {
        switch term {
        case .binary(let binary):
            guard binary.text != nil else { throw ErlangException.error(.tuple(.atom(.badarg), term)) }
            bytes = binary.bytes
            isBinary = true
        case .nil, .list:
            var bytes: [UInt8] = []
            do {
                try Iodata.walk(term) { element in
                    switch element {
                    case .integer(let value):
                        guard let scalar = UInt32(exactly: value).flatMap(Unicode.Scalar.init) else {
                            throw ErlangException.badarg()
                        }
                        bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
                    case .binary(let binary): binary.withBytes { bytes.append(contentsOf: $0) }
                    default: throw ErlangException.badarg()
                    }
                }
            } catch {
                throw refusal()
            }
            guard String(validating: bytes, as: UTF8.self) != nil else {
                throw ErlangException.error(.tuple(.atom(.badarg), term))
            }
            self.bytes = bytes
            isBinary = false
        default: throw refusal()
        }
    }

    private init(bytes: [UInt8], isBinary: Bool) {
        self.bytes = bytes
        self.isBinary = isBinary
    }

    var string: String { String(decoding: bytes, as: UTF8.self) }
    var term: Term { term(bytes[...]) }

    /// A part of it, or another text of the same kind, as a term.
    func term(_ bytes: some Collection<UInt8>) -> Term {
        isBinary ? .binary(Binary(bytes)) : .charlist(String(decoding: bytes, as: UTF8.self))
    }

    func term(_ text: some StringProtocol) -> Term { term(Array(text.utf8)) }

    /// Whether each byte is a grapheme cluster.
    var isSimple: Bool { bytes.allSatisfy { $0 < 128 && $0 != 13 } }

    /// The offset of the first or last occurrence of a pattern.
    func find(_ pattern: [UInt8], last: Bool = false, from start: Int = 0) -> Int? {
        Search.find(pattern, in: bytes, from: start, last: last)
    }

    /// A grapheme cluster: a code point, or a list of several.
    static func cluster(_ character: Character) -> Term {
        let scalars = character.unicodeScalars
        if scalars.count == 1, let only = scalars.first { return .integer(Int(only.value)) }
        return .charlist(String(character))
    }

    /// The grapheme clusters of a list of them, as `trim/3` takes.
    static func clusters(_ term: Term) throws -> Set<Character> {
        guard let elements = term.properList else { throw ErlangException.functionClause }
        var clusters: Set<Character> = []
        for element in elements {
            let text = try Text(element.isList ? element : [element], or: .functionClause).string
            if let character = text.first, text.count == 1 { clusters.insert(character) }
        }
        return clusters
    }

    /// What `trim/1` takes away.
    static let blanks: Set<Character> = [
        "\t", "\n", "\u{b}", "\u{c}", "\r", "\r\n", " ", "\u{85}", "\u{200e}", "\u{200f}", "\u{2028}", "\u{2029}",
    ]
}

/// Bytes within bytes.
enum Search {
    static func find(_ pattern: [UInt8], in bytes: [UInt8], from start: Int = 0, last: Bool = false) -> Int? {
        bytes.withUnsafeBytes { bytes in
            pattern.withUnsafeBytes { find($0, in: bytes, range: start..<bytes.count, last: last) }
        }
    }

    static func find(
        _ pattern: UnsafeRawBufferPointer, in bytes: UnsafeRawBufferPointer, range: Range<Int>, last: Bool = false
    ) -> Int? {
        guard let first = pattern.first, pattern.count <= range.count else { return nil }
        let lastStart = range.upperBound - pattern.count
        func matches(_ place: Int) -> Bool {
            bytes[place] == first
                && UnsafeRawBufferPointer(rebasing: bytes[place..<(place + pattern.count)]).elementsEqual(pattern)
        }
        if last { return (range.lowerBound...lastStart).last(where: matches) }
        var place = range.lowerBound
        while place <= lastStart {
            if matches(place) { return place }
            place += 1
        }
        return nil
    }
}

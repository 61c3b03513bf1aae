internal import Processes
internal import Terms

extension ElixirLibrary {
    private static let string = ElixirModule("String")

    /// The module `String`: case, white space, padding, and replacing at the ends.
    static let stringEdgeFunctions: [NativeFunction] = [
        string("upcase", "string", "The string in upper case.") { .bytes(try cased($0, "default", up: true)) },
        string("upcase", "string mode", "The string in upper case: default, ascii, greek or turkic.") {
            .bytes(try cased($0, mode($0), up: true))
        },
        string("downcase", "string", "The string in lower case.") { .bytes(try cased($0, "default", up: false)) },
        string("downcase", "string mode", "The string in lower case: default, ascii, greek or turkic.") {
            .bytes(try cased($0, mode($0), up: false))
        },
        string("capitalize", "string", "The first character in title case, the others in lower case.") {
            try capitalized($0, "default")
        },
        string("capitalize", "string mode", "The first character in title case, the others in lower case.") {
            try capitalized($0, mode($0))
        },
        string("trim", "string", "The string without white space at its ends.") {
            trimmed(ElixirText(try $0.string(0)), leading: true, trailing: true)
        },
        string("trim_leading", "string", "The string without white space at its start.") {
            trimmed(ElixirText(try $0.string(0)), leading: true, trailing: false)
        },
        string("trim_trailing", "string", "The string without white space at its end.") {
            trimmed(ElixirText(try $0.string(0)), leading: false, trailing: true)
        },
        string("trim", "string to_trim", "The string without repetitions of another at its ends.") { call in
            let pattern = try match(call)
            return .bytes(trailing(leading(try call.string(0).bytes[...], pattern).rest, pattern).rest)
        },
        string("trim_leading", "string to_trim", "The string without repetitions of another at its start.") { call in
            .bytes(leading(try call.string(0).bytes[...], try match(call)).rest)
        },
        string("trim_trailing", "string to_trim", "The string without repetitions of another at its end.") { call in
            .bytes(trailing(try call.string(0).bytes[...], try match(call)).rest)
        },
        string("replace_leading", "string match replacement", "Replaces all repetitions at the start.") { call in
            let found = leading(try call.string(0).bytes[...], try match(call))
            return .bytes(repeatElement(try call.string(2).bytes, count: found.count).flatMap { $0 } + found.rest)
        },
        string("replace_trailing", "string match replacement", "Replaces all repetitions at the end.") { call in
            let found = trailing(try call.string(0).bytes[...], try match(call))
            return .bytes(found.rest + repeatElement(try call.string(2).bytes, count: found.count).flatMap { $0 })
        },
        string("replace_prefix", "string match replacement", "Replaces what the string starts with.") { call in
            let (bytes, pattern) = (try call.string(0).bytes, try call.string(1).bytes)
            guard bytes.starts(with: pattern) else { return call[0] }
            return .bytes(try call.string(2).bytes + bytes.dropFirst(pattern.count))
        },
        string("replace_suffix", "string match replacement", "Replaces what the string ends with.") { call in
            let (bytes, pattern) = (try call.string(0).bytes, try call.string(1).bytes)
            guard bytes.suffix(pattern.count).elementsEqual(pattern) else { return call[0] }
            return .bytes(bytes.dropLast(pattern.count) + (try call.string(2).bytes))
        },
        string("pad_leading", "string count", "The string with blanks in front up to a length.") {
            try padded($0, leading: true)
        },
        string("pad_leading", "string count padding", "The string with a padding in front up to a length.") {
            try padded($0, leading: true)
        },
        string("pad_trailing", "string count", "The string with blanks behind it up to a length.") {
            try padded($0, leading: false)
        },
        string("pad_trailing", "string count padding", "The string with a padding behind it up to a length.") {
            try padded($0, leading: false)
        },
        string("split", "string", "The words between white space.") { call in
            guard let binary = call[0].asBinary else { throw call.badarg() }
            let text = ElixirText(binary)
            var words: [Term] = []
            var start: Int?
            for (scalar, range) in text.scalars {
                if let scalar, isBreak(scalar) {
                    if let start { words.append(text.term(start..<range.lowerBound)) }
                    start = nil
                } else if start == nil {
                    start = range.lowerBound
                }
            }
            if let start { words.append(text.term(start..<text.bytes.count)) }
            return .makeList(words)
        },
    ]

    // MARK: Case

    private static func mode(_ call: borrowing NativeCall) throws -> Atom {
        guard let mode = call[1].asAtom, ["default", "ascii", "greek", "turkic"].contains(mode) else {
            throw call.functionClause()
        }
        return mode
    }

    private static func cased(_ call: borrowing NativeCall, _ mode: Atom, up: Bool) throws -> [UInt8] {
        cased(ElixirText(try call.string(0)), mode, up: up)
    }

    private static func cased(_ text: ElixirText, _ mode: Atom, up: Bool) -> [UInt8] {
        if mode == "ascii" {
            let letters: ClosedRange<UInt8> = up ? 97...122 : 65...90
            return text.bytes.map { letters.contains($0) ? $0 ^ 32 : $0 }
        }
        if mode == "turkic" {
            return text.mapping { scalar in
                switch scalar {
                case "i" where up: "\u{130}"
                case "\u{131}" where up: "I"
                case "I" where !up: "\u{131}"
                case "\u{130}" where !up: "i"
                default: up ? scalar.properties.uppercaseMapping : scalar.properties.lowercaseMapping
                }
            }
        }
        if mode == "greek", !up {
            // A sigma at the end of a word has a form of its own.
            let scalars = text.scalars
            var result: [UInt8] = []
            for (position, (scalar, range)) in scalars.enumerated() {
                guard let scalar else {
                    result.append(contentsOf: text.bytes[range])
                    continue
                }
                let isLetter = { (place: Int) -> Bool in
                    scalars.indices.contains(place) && scalars[place].scalar?.properties.isAlphabetic == true
                }
                if scalar == "\u{3A3}", isLetter(position - 1), !isLetter(position + 1) {
                    result.append(contentsOf: "\u{3C2}".utf8)
                } else {
                    result.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
                }
            }
            return result
        }
        return text.mapping { up ? $0.properties.uppercaseMapping : $0.properties.lowercaseMapping }
    }

    private static func capitalized(_ call: borrowing NativeCall, _ mode: Atom) throws -> Term {
        let text = ElixirText(try call.string(0))
        guard let first = text.scalars.first else { return .bytes([]) }
        let head = ElixirText(bytes: Array(text.bytes[first.range]))
        let rest = ElixirText(bytes: Array(text.bytes[first.range.upperBound...]))
        var start = cased(head, mode, up: true)
        if mode == "default" || mode == "greek", let scalar = first.scalar {
            start = Array(scalar.properties.titlecaseMapping.utf8)
        }
        return .bytes(start + cased(rest, mode, up: false))
    }

    // MARK: White space

    /// White space at which a string breaks: not the spaces that join words.
    private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace && ![0xA0, 0x2007, 0x202F].contains(scalar.value)
    }

    private static func trimmed(_ text: ElixirText, leading: Bool, trailing: Bool) -> Term {
        var scalars = text.scalars[...]
        if leading { scalars = scalars.drop { $0.scalar?.properties.isWhitespace == true } }
        while trailing, scalars.last?.scalar?.properties.isWhitespace == true { scalars.removeLast() }
        guard let first = scalars.first, let last = scalars.last else { return .bytes([]) }
        return text.term(first.range.lowerBound..<last.range.upperBound)
    }

    // MARK: Ends

    private static func match(_ call: borrowing NativeCall) throws -> [UInt8] {
        let pattern = try call.string(1).bytes
        guard !pattern.isEmpty else {
            throw ElixirError.argument("cannot use an empty string as the match to replace")
        }
        return pattern
    }

    private static func leading(_ bytes: ArraySlice<UInt8>, _ pattern: [UInt8]) -> (count: Int, rest: ArraySlice<UInt8>)
    {
        var (count, rest) = (0, bytes)
        while rest.starts(with: pattern) {
            rest = rest.dropFirst(pattern.count)
            count += 1
        }
        return (count, rest)
    }

    private static func trailing(
        _ bytes: ArraySlice<UInt8>, _ pattern: [UInt8]
    ) -> (count: Int, rest: ArraySlice<UInt8>) {
        var (count, rest) = (0, bytes)
        while rest.suffix(pattern.count).elementsEqual(pattern) {
            rest = rest.dropLast(pattern.count)
            count += 1
        }
        return (count, rest)
    }

    private static func padded(_ call: borrowing NativeCall, leading: Bool) throws -> Term {
        let (bytes, count) = (try call.string(0).bytes, try call.whole(1))
        var padding: [[UInt8]] = [[32]]
        if call.arguments.count == 3 {
            if let binary = call[2].asBinary {
                let text = ElixirText(binary)
                padding = text.graphemes.map { Array(text.bytes[$0]) }
            } else {
                guard let list = call[2].properList else { throw call.functionClause() }
                padding = []
                for element in list {
                    guard let binary = element.asBinary else {
                        throw ElixirError.argument("expected a string padding element, got: \(element.inspected)")
                    }
                    padding.append(binary.bytes)
                }
            }
        }
        guard count >= 0, !padding.isEmpty else { throw call.functionClause() }
        let missing = count - ElixirText(bytes: bytes).graphemes.count
        guard missing > 0 else { return call[0] }
        guard missing < 1 << 28 else { throw ErlangException(.error, .atom("system_limit")) }
        let filler = (0..<missing).flatMap { padding[$0 % padding.count] }
        return .bytes(leading ? filler + bytes : bytes + filler)
    }
}

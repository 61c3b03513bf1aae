internal import Processes
internal import Terms

extension LanguageLibrary {
    private static let string = NativeModule("string")

    /// The module `string`. Grapheme clusters are Swift's characters. A list that holds binaries gives flat lists.
    static let stringFunctions: [NativeFunction] = [
        string("length", "String", "How many grapheme clusters it has.") { call in
            let text = try text(call, 0)
            return .integer(text.isSimple ? text.bytes.count : text.string.count)
        },
        string("is_empty", "String", "Whether it has no characters.") { .boolean(try text($0, 0).bytes.isEmpty) },
        string("to_graphemes", "String", "The list of its grapheme clusters.") { call in
            .makeList(try text(call, 0).string.map(Text.cluster))
        },
        string("reverse", "String", "The grapheme clusters in reverse order.") { call in
            .makeList(try text(call, 0).string.reversed().map(Text.cluster))
        },
        string("equal", "A B", "Whether both have the same code points.") { call in
            .boolean(try text(call, 0).bytes == text(call, 1).bytes)
        },
        string("equal", "A B IgnoreCase", "As equal/2, in any case of letters if so wanted.") { call in
            let (one, two) = (try text(call, 0), try text(call, 1))
            guard let ignores = call[2].asBool else { throw call.functionClause() }
            return .boolean(ignores ? folded(one.string) == folded(two.string) : one.bytes == two.bytes)
        },
        string("uppercase", "String", "In upper case.") { call in
            let text = try casedText(call)
            return text.term(text.string.uppercased())
        },
        string("lowercase", "String", "In lower case.") { call in
            let text = try casedText(call)
            return text.term(text.string.unicodeScalars.map(\.properties.lowercaseMapping).joined())
        },
        string("titlecase", "String", "With the first code point in title case.") { call in
            let text = try text(call, 0)
            let scalars = text.string.unicodeScalars
            guard let first = scalars.first else { return text.term }
            return text.term(first.properties.titlecaseMapping + String(scalars.dropFirst()))
        },
        string("casefold", "String", "In a form that is the same for all cases of letters.") { call in
            let text = try casedText(call)
            return text.term(folded(text.string))
        },
        string("slice", "String Start", "From a grapheme cluster on that counts from 0.") { call in
            let text = try text(call, 0)
            return text.term(text.string.dropFirst(try call.count(1)))
        },
        string("slice", "String Start Length", "As many grapheme clusters as Length, from one that counts from 0.") {
            call in
            let text = try text(call, 0)
            let start = try call.count(1)
            if call[2] == .atom(.infinity) { return text.term(text.string.dropFirst(start)) }
            return text.term(text.string.dropFirst(start).prefix(try call.count(2)))
        },
        string("trim", "String", "Without blanks at both ends.") { try trimmed($0, .atom("both"), Text.blanks) },
        string("trim", "String Direction", "Without blanks: leading, trailing or both.") { call in
            try trimmed(call, call[1], Text.blanks)
        },
        string("trim", "String Direction Characters", "Without some characters: leading, trailing or both.") { call in
            try trimmed(call, call[1], Text.clusters(call[2]))
        },
        string("chomp", "String", "Without the line ends at its end.") { call in
            let text = try text(call, 0)
            var string = text.string[...]
            while string.last == "\n" || string.last == "\r\n" { string.removeLast() }
            return text.term(string)
        },
        string("pad", "String Length", "Filled up with blanks at its end.") { call in
            try padded(call, .atom("trailing"), .integer(32))
        },
        string("pad", "String Length Direction", "Filled up with blanks: leading, trailing or both.") { call in
            try padded(call, call[2], .integer(32))
        },
        string("pad", "String Length Direction Character", "Filled up with a character: leading, trailing or both.") {
            call in
            try padded(call, call[2], call[3])
        },
        string("take", "String Characters", "The leading characters that are among some, and the rest.") { call in
            try taken(call, false, .atom("leading"))
        },
        string("take", "String Characters Complement", "As take/2; those that are not among them if Complement.") {
            call in
            guard let complement = call[2].asBool else { throw call.functionClause() }
            return try taken(call, complement, .atom("leading"))
        },
        string("take", "String Characters Complement Direction", "As take/3: leading or trailing.") { call in
            guard let complement = call[2].asBool else { throw call.functionClause() }
            return try taken(call, complement, call[3])
        },
        string("find", "String Pattern", "From the first occurrence on, or nomatch.") {
            try found($0, .atom("leading"))
        },
        string("find", "String Pattern Direction", "From the first (leading) or last (trailing) occurrence on.") {
            call in
            try found(call, call[2])
        },
        string("prefix", "String Prefix", "What follows the prefix, or nomatch.") { call in
            let prefix = try pattern(call)
            let text = try text(call, 0)
            guard text.bytes.starts(with: prefix) else { return .atom("nomatch") }
            return text.term(text.bytes[prefix.count...])
        },
        string("split", "String Pattern", "What is in front of the first occurrence and what is behind.") { call in
            try split(call, .atom("leading"))
        },
        string("split", "String Pattern Where", "The parts around the first, the last or all occurrences.") { call in
            try split(call, call[2])
        },
        string("replace", "String Pattern Replacement", "With the first occurrence replaced; a deep list.") { call in
            try replaced(call, .atom("leading"))
        },
        string("replace", "String Pattern Replacement Where", "With the first, the last or all occurrences replaced.") {
            call in
            try replaced(call, call[3])
        },
        string("lexemes", "String Separators", "The parts between separator characters, none of them empty.") { call in
            let text = try text(call, 0)
            return .makeList(lexemes(text, try Text.clusters(call[1])).map { text.term($0) })
        },
        string("nth_lexeme", "String N Separators", "The part at a position that counts from 1.") { call in
            let text = try text(call, 0)
            let number = try call.count(1, from: 1)
            let parts = lexemes(text, try Text.clusters(call[2]))
            return number <= parts.count ? text.term(parts[number - 1]) : text.term([])
        },
        string("next_codepoint", "String", "[CodePoint | Rest], or [].") { call in
            let text = try text(call, 0)
            let scalars = text.string.unicodeScalars
            guard let first = scalars.first else { return .nil }
            let rest = text.term(String(scalars.dropFirst()))
            return .makeList([.integer(Int(first.value))], tail: rest)
        },
        string("next_grapheme", "String", "[GraphemeCluster | Rest], or [].") { call in
            let text = try text(call, 0)
            guard let first = text.string.first else { return .nil }
            return .makeList([Text.cluster(first)], tail: text.term(text.string.dropFirst()))
        },
        string("to_integer", "String", "{Integer, Rest}, or {error, Reason}.") { call in
            guard let text = try? text(call, 0) else { return .tuple(.atom(.error), .atom(.badarg)) }
            var length = text.bytes.prefix(1).allSatisfy { $0 == 43 || $0 == 45 } ? min(1, text.bytes.count) : 0
            let sign = length
            while length < text.bytes.count, (48...57).contains(text.bytes[length]) { length += 1 }
            guard length > sign else { return .tuple(.atom(.error), .atom("no_integer")) }
            return .tuple(try IntegerText.parse(text.bytes[..<length]), text.term(text.bytes[length...]))
        },
        string("to_float", "String", "{Float, Rest}, or {error, Reason}.") { call in
            guard let text = try? text(call, 0) else { return .tuple(.atom(.error), .atom(.badarg)) }
            guard let length = FloatText.floatLength(text.bytes[...]),
                let value = FloatText.parse(text.bytes[..<length])
            else { return .tuple(.atom(.error), .atom("no_float")) }
            return .tuple(.float(value), text.term(text.bytes[length...]))
        },
    ]

    private static func text(_ call: borrowing NativeCall, _ position: Int) throws -> Text {
        try Text(call[position], or: .functionClause)
    }

    /// What is looked for: `badarg` if it is no text.
    private static func pattern(_ call: borrowing NativeCall) throws -> [UInt8] {
        try Text(call[1], or: call.badarg()).bytes
    }

    private static func casedText(_ call: borrowing NativeCall) throws -> Text {
        let term = call[0]
        return try Text(term, or: .error(.tuple(.atom(.badarg), term)))
    }

    private static func folded(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "ß", "ẞ": result += "ss"
            case "ς": result += "σ"
            default: result += scalar.properties.lowercaseMapping
            }
        }
        return result
    }

    private static func trimmed(
        _ call: borrowing NativeCall, _ direction: Term, _ characters: Set<Character>
    ) throws -> Term {
        let text = try text(call, 0)
        var string = text.string[...]
        switch direction {
        case .atom("leading"): string = string.drop { characters.contains($0) }
        case .atom("trailing"): while let last = string.last, characters.contains(last) { string.removeLast() }
        case .atom("both"):
            string = string.drop { characters.contains($0) }
            while let last = string.last, characters.contains(last) { string.removeLast() }
        default: throw call.functionClause()
        }
        return text.term(string)
    }

    private static func padded(_ call: borrowing NativeCall, _ direction: Term, _ character: Term) throws -> Term {
        let text = try text(call, 0)
        guard let length = call[1].asInteger else { throw call.functionClause() }
        guard length < 1 << 28 else { throw ErlangException.systemLimit }
        // A length below 0 is as good as none.
        let missing = max(0, max(0, length) - text.string.count)
        func padding(_ count: Int) -> Term { .makeList(Array(repeating: character, count: count)) }
        switch direction {
        case .atom("leading"): return .makeList([padding(missing), call[0]])
        case .atom("trailing"): return missing > 0 ? .makeList([call[0]], tail: padding(missing)) : [call[0]]
        case .atom("both"):
            return .makeList(
                [padding(missing / 2), call[0], padding(missing / 2)], tail: missing % 2 == 1 ? [character] : .nil)
        default: throw call.functionClause()
        }
    }

    private static func taken(_ call: borrowing NativeCall, _ complement: Bool, _ direction: Term) throws -> Term {
        let text = try text(call, 0)
        let characters = try Text.clusters(call[1])
        let string = text.string
        var place: String.Index
        switch direction {
        case .atom("leading"):
            place = string.firstIndex { characters.contains($0) == complement } ?? string.endIndex
        case .atom("trailing"):
            place =
                string.lastIndex { characters.contains($0) == complement }.map { string.index(after: $0) }
                ?? string.startIndex
        default: throw call.functionClause()
        }
        return .tuple(text.term(string[..<place]), text.term(string[place...]))
    }

    private static func found(_ call: borrowing NativeCall, _ direction: Term) throws -> Term {
        let pattern = try pattern(call)
        if pattern.isEmpty { return call[0] }
        let text = try text(call, 0)
        guard direction == .atom("leading") || direction == .atom("trailing") else { throw call.functionClause() }
        guard let place = text.find(pattern, last: direction == .atom("trailing")) else {
            return .atom("nomatch")
        }
        return text.term(text.bytes[place...])
    }

    private static func parts(_ text: Text, _ pattern: [UInt8], _ place: Term) throws -> [Term] {
        guard !pattern.isEmpty else { return [text.term] }
        switch place {
        case .atom("all"):
            var (parts, start): ([Term], Int) = ([], 0)
            while let found = text.find(pattern, from: start) {
                parts.append(text.term(text.bytes[start..<found]))
                start = found + pattern.count
            }
            return parts + [text.term(text.bytes[start...])]
        case .atom("leading"), .atom("trailing"):
            guard let found = text.find(pattern, last: place == .atom("trailing")) else { return [text.term] }
            return [text.term(text.bytes[..<found]), text.term(text.bytes[(found + pattern.count)...])]
        default: throw ErlangException.functionClause
        }
    }

    private static func split(_ call: borrowing NativeCall, _ place: Term) throws -> Term {
        let pattern = try pattern(call)
        return .makeList(try parts(try text(call, 0), pattern, place))
    }

    private static func replaced(_ call: borrowing NativeCall, _ place: Term) throws -> Term {
        var result: [Term] = []
        let pattern = try pattern(call)
        for part in try parts(try text(call, 0), pattern, place) {
            if !result.isEmpty { result.append(call[2]) }
            result.append(part)
        }
        return .makeList(result)
    }

    private static func lexemes(_ text: Text, _ separators: Set<Character>) -> [[UInt8]] {
        text.string.split(whereSeparator: separators.contains).map { Array($0.utf8) }
    }
}

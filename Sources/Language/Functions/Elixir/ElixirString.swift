internal import BigInt
internal import Processes
internal import Terms

extension ElixirLibrary {
    private static let string = ElixirModule("String")

    /// The module `String`: parts, tests and conversions. `split/2,3`, `replace/3,4` and what takes a regular expression
    /// are bundled source.
    static let stringFunctions: [NativeFunction] = [
        string("length", "string", "How many graphemes the string has.") {
            .integer(ElixirText(try $0.string(0)).graphemes.count)
        },
        string("graphemes", "string", "The graphemes as a list.") { call in
            let text = ElixirText(try call.string(0))
            return .makeList(text.graphemes.map(text.term))
        },
        string("codepoints", "string", "The code points as a list of strings.") { call in
            let text = ElixirText(try call.string(0))
            return .makeList(text.codepoints.map(text.term))
        },
        string("next_grapheme", "string", "{Grapheme, Rest}, or nil at the end.") { call in
            let text = ElixirText(try call.string(0))
            return next(text, text.graphemes.first)
        },
        string("next_codepoint", "string", "{CodePoint, Rest}, or nil at the end.") { call in
            let text = ElixirText(try call.string(0))
            return next(text, text.bytes.isEmpty ? nil : 0..<(text.scalar(at: 0)?.length ?? 1))
        },
        string("at", "string position", "The grapheme at a position, from the end when negative; or nil.") { call in
            let text = ElixirText(try call.string(0))
            let graphemes = text.graphemes
            let position = try call.whole(1)
            let place = position < 0 ? position + graphemes.count : position
            return graphemes.indices.contains(place) ? text.term(graphemes[place]) : .atom(.nil)
        },
        string("first", "string", "The first grapheme, or nil.") { call in
            let text = ElixirText(try call.string(0))
            return text.graphemes.first.map(text.term) ?? .atom(.nil)
        },
        string("last", "string", "The last grapheme, or nil.") { call in
            let text = ElixirText(try call.string(0))
            return text.graphemes.last.map(text.term) ?? .atom(.nil)
        },
        string("slice", "string start length", "So many graphemes from a start on.") { call in
            let (text, start, length) = (ElixirText(try call.string(0)), try call.whole(1), try call.whole(2))
            guard length >= 0 else { throw call.functionClause() }
            let graphemes = text.graphemes
            let from = start < 0 ? max(0, start + graphemes.count) : start
            guard from < graphemes.count else { return .bytes([]) }
            return text.term(graphemes[from..<from + min(length, graphemes.count - from)])
        },
        string("slice", "string range", "The graphemes whose positions are in the range.") { try slice($0) },
        string("split_at", "string position", "{Before, After} a position, from the end when negative.") { call in
            let (text, position) = (ElixirText(try call.string(0)), try call.whole(1))
            let graphemes = text.graphemes
            let place = min(max(0, position < 0 ? position + graphemes.count : position), graphemes.count)
            return .tuple([text.term(graphemes[..<place]), text.term(graphemes[place...])])
        },
        string("reverse", "string", "The graphemes back to front.") { call in
            let text = ElixirText(try call.string(0))
            return .bytes(text.graphemes.reversed().flatMap { text.bytes[$0] })
        },
        string("duplicate", "string count", "The string so many times.") { call in
            let (bytes, count) = (try call.string(0).bytes, try call.whole(1))
            guard count >= 0 else { throw call.badarg() }
            guard bytes.count.multipliedReportingOverflow(by: count).partialValue < 1 << 31, count < 1 << 31 else {
                throw ErlangException(.error, .atom("system_limit"))
            }
            return .bytes(repeatElement(bytes, count: count).flatMap { $0 })
        },
        string("contains?", "string contents", "Whether the string has one of the contents in it.") { call in
            let text = ElixirText(try call.string(0))
            return .boolean(try patterns(call, 1).contains { $0.isEmpty || text.find($0) != nil })
        },
        string("starts_with?", "string prefix", "Whether the string starts with one of the prefixes.") { call in
            let bytes = try call.string(0).bytes
            return .boolean(try patterns(call, 1).contains { bytes.starts(with: $0) })
        },
        string("ends_with?", "string suffix", "Whether the string ends with one of the suffixes.") { call in
            let bytes = try call.string(0).bytes
            return .boolean(try patterns(call, 1).contains { bytes.suffix($0.count).elementsEqual($0) })
        },
        string("valid?", "string", "Whether the string is valid UTF-8.") {
            .boolean($0[0].asBinary.map { ElixirText($0).isValid } ?? false)
        },
        string("valid_character?", "string", "Deprecated: whether the string is one valid code point.") { call in
            let text = ElixirText(try call.string(0))
            return .boolean(!text.bytes.isEmpty && text.scalar(at: 0)?.length == text.bytes.count)
        },
        string("printable?", "string", "Whether all characters can be printed.") {
            .boolean(isPrintable(ElixirText(try $0.string(0)), limit: nil))
        },
        string("printable?", "string limit", "Whether the first characters can be printed.") { call in
            let text = ElixirText(try call.string(0))
            if call[1].asAtom == .infinity { return .boolean(isPrintable(text, limit: nil)) }
            let limit = try call.whole(1)
            guard limit >= 0 else { throw call.functionClause() }
            return .boolean(isPrintable(text, limit: limit))
        },
        string("chunk", "string trait", "Pieces that all are valid (or printable) or all are not.") { try chunk($0) },
        string("equivalent?", "one two", "Whether two strings have the same canonical form.") { call in
            let (one, two) = (try call.string(0), try call.string(1))
            guard let left = one.text, let right = two.text else { return .boolean(one == two) }
            // Swift compares strings by their canonical form.
            return .boolean(left == right)
        },
        string("to_atom", "string", "The atom of that name.") { call in
            guard let binary = call[0].asBinary else { throw call.badarg() }
            return .atom(
                try atom(binary) { bytes in
                    if Atom.isTableFull, Atom(existingUTF8: bytes) == nil { throw ErlangException.systemLimit }
                    return Atom(utf8: bytes)
                })
        },
        string("to_existing_atom", "string", "The atom of that name, which must exist.") { call in
            guard let binary = call[0].asBinary else { throw call.badarg() }
            return .atom(try atom(binary) { Atom(existingUTF8: $0) })
        },
        string("to_charlist", "string", "The code points as integers.") { call in
            let text = ElixirText(try call.string(0))
            return .makeList(
                try text.scalars.map { scalar, range in
                    guard let scalar else { throw unicodeError(text, at: range.lowerBound) }
                    return .integer(Int(scalar.value))
                })
        },
        string("to_integer", "string", "The integer that the string shows.") { call in
            guard let binary = call[0].asBinary, let value = ElixirNumber.integer(binary.bytes, base: 10) else {
                throw call.badarg()
            }
            return .integer(value)
        },
        string("to_integer", "string base", "The integer that the string shows in a base.") { call in
            guard let binary = call[0].asBinary, let base = call[1].asInteger, (2...36).contains(base),
                let value = ElixirNumber.integer(binary.bytes, base: base)
            else { throw call.badarg() }
            return .integer(value)
        },
        string("to_float", "string", "The float that the string shows.") { call in
            guard let binary = call[0].asBinary, let (value, rest) = ElixirNumber.float(binary.bytes), rest.isEmpty,
                binary.bytes.contains(UInt8(ascii: "."))
            else { throw call.badarg() }
            return .float(value)
        },
    ]

    private static func next(_ text: ElixirText, _ range: Range<Int>?) -> Term {
        guard let range else { return .atom(.nil) }
        return .tuple([text.term(range), text.term(range.upperBound..<text.bytes.count)])
    }

    private static func slice(_ call: borrowing NativeCall) throws -> Term {
        let text = ElixirText(try call.string(0))
        guard let range = call[1].asMap, range[ElixirError.structKey]?.asAtom == "Elixir.Range",
            let first = range[.atom("first")]?.asInteger, let last = range[.atom("last")]?.asInteger
        else { throw call.functionClause() }
        var step = range[.atom("step")]?.asInteger ?? (first <= last ? 1 : -1)
        if step == -1, first > last { step = 1 }
        guard step > 0 else {
            throw ElixirError.argument(
                "String.slice/2 does not accept ranges with negative steps, got: \(call[1].inspected)")
        }
        let graphemes = text.graphemes
        let from = first < 0 ? max(0, first + graphemes.count) : first
        let through = min(last < 0 ? last + graphemes.count : last, graphemes.count - 1)
        guard from <= through else { return .bytes([]) }
        if step == 1 { return text.term(graphemes[from...through]) }
        return .bytes(stride(from: from, through: through, by: step).flatMap { text.bytes[graphemes[$0]] })
    }

    /// A string or a list of strings.
    static func patterns(_ call: borrowing NativeCall, _ position: Int) throws -> [[UInt8]] {
        if let binary = call[position].asBinary { return [binary.bytes] }
        guard let list = call[position].properList else { throw call.badarg() }
        var patterns: [[UInt8]] = []
        for element in list {
            guard let binary = element.asBinary else { throw call.badarg() }
            patterns.append(binary.bytes)
        }
        return patterns
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 7...13, 27, 32...127, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    private static func isPrintable(_ text: ElixirText, limit: Int?) -> Bool {
        var (offset, seen) = (0, 0)
        while offset < text.bytes.count, limit.map({ seen < $0 }) ?? true {
            guard let (scalar, length) = text.scalar(at: offset), isPrintable(scalar) else { return false }
            offset += length
            seen += 1
        }
        return true
    }

    private static func chunk(_ call: borrowing NativeCall) throws -> Term {
        let text = ElixirText(try call.string(0))
        let needsPrintable: Bool
        switch call[1].asAtom {
        case "valid": needsPrintable = false
        case "printable": needsPrintable = true
        default: throw call.functionClause()
        }
        var chunks: [Range<Int>] = []
        var previous: Bool?
        for (scalar, range) in text.scalars {
            let has = scalar.map { !needsPrintable || isPrintable($0) } ?? false
            if has == previous, let last = chunks.last {
                chunks[chunks.count - 1] = last.lowerBound..<range.upperBound
            } else {
                chunks.append(range)
            }
            previous = has
        }
        return .makeList(chunks.map(text.term))
    }

    private static func atom(_ binary: Binary, _ make: (UnsafeBufferPointer<UInt8>) throws -> Atom?) throws -> Atom {
        let found = try binary.withBytes { raw in try raw.withMemoryRebound(to: UInt8.self) { try make($0) } }
        guard let found else {
            let isLong = (binary.text?.unicodeScalars.count ?? 0) > 255
            throw ErlangException(.error, isLong ? .atom("system_limit") : .atom(.badarg))
        }
        return found
    }

    private static func unicodeError(_ text: ElixirText, at offset: Int) -> ErlangException {
        ElixirError.raise(
            "UnicodeConversionError",
            [
                ("encoded", .charlist(String(decoding: text.bytes[..<offset], as: UTF8.self))),
                ("message", .string("invalid encoding starting at \(text.term(offset..<text.bytes.count).inspected)")),
            ])
    }
}

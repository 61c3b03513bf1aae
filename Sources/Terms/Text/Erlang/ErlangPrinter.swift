internal import BigInt

/// Terms as Erlang prints them with `~tp`: readable strings, broken into lines that fit the width.
public struct ErlangPrinter: Sendable {
    let width: Int?
    let context: PrintContext
    let unicode: Bool
    let strings: Bool
    /// What is deeper is not broken into lines.
    private static let maximumDepth = 100

    /// - Parameters:
    ///   - width: columns; nothing means one line, as `~0p`.
    ///   - unicode: whether characters beyond Latin-1 count as printable (`~tp`, `+pc unicode`).
    public init(width: Int? = 80, context: PrintContext = PrintContext(), unicode: Bool = true) {
        self.init(width: width, context: context, unicode: unicode, strings: true)
    }

    private init(width: Int?, context: PrintContext, unicode: Bool, strings: Bool) {
        self.width = width
        self.context = context
        self.unicode = unicode
        self.strings = strings
    }

    /// - Parameter offset: columns before it, which the width does not count.
    public func print(_ term: Term, behind offset: Int = 0) -> String {
        width == nil ? line(term) : layout(term, 0).render(width: width, behind: offset)
    }

    /// As `~w`: lists of characters are lists of integers, and nothing breaks.
    public func write(_ term: Term) -> String {
        ErlangPrinter(width: nil, context: context, unicode: unicode, strings: false).print(term)
    }

    func layout(_ term: Term, _ depth: Int) -> ErlangLayout {
        guard depth < Self.maximumDepth else { return .leaf(line(term)) }
        switch term {
        case .integer(let value): return .leaf(String(value))
        case .bigInteger(let value): return .leaf(LongIntegers.text(value.value))
        case .float(let value): return .leaf(shortestText(value))
        case .atom(let atom): return .leaf(Self.quoted(atom, unicode: unicode))
        case .nil: return .leaf("[]")
        case .list(let list): return layout(list, depth)
        case .tuple(let tuple):
            let isTagged = tuple.count > 1 && tuple[0].asAtom != nil
            return .group("{", tuple.map { layout($0, depth + 1) }, "}", isTagged ? .taggedTuple : .tuple)
        case .map(let map):
            let items = map.sortedPairs.map {
                ErlangLayout.pair(layout($0.key, depth + 1), " => ", layout($0.value, depth + 1))
            }
            return .group("#{", items, "}", .map)
        case .binary(let binary):
            if let text = text(binary) { return .leaf(text) }
            return .bytes(binary.bytes.map { String($0) })
        case .bitString(let bits):
            var parts = bits.bytes.bytes.map { String($0) }
            if let last = bits.bytes.bytes.last {
                parts[parts.count - 1] = "\(last >> UInt8(8 - bits.bitsInLastByte)):\(bits.bitsInLastByte)"
            }
            return .bytes(parts)
        case .pid(let pid): return .leaf("<\(context.numbers(pid))>")
        case .port(let port): return .leaf("#Port<\(context.numbers(port))>")
        case .reference(let reference): return .leaf("#Ref<\(context.numbers(reference))>")
        case .fun(.export(let fun)):
            return .leaf("fun \(Self.quoted(fun.module)):\(Self.quoted(fun.function))/\(fun.arity)")
        case .fun(.closure(let fun)):
            return .leaf("#Fun<\(Self.quoted(fun.module)).\(fun.index).\(fun.oldUniq)>")
        case .record(let record):
            let items = record.fields.map {
                ErlangLayout.pair(.leaf(Self.quoted($0.name)), " = ", layout($0.value, depth + 1))
            }
            return .group("#\(Self.quoted(record.module)):\(Self.quoted(record.name)){", items, "}", .map)
        case .local(let local): return .leaf("#Local<\(local.payload.count) bytes>")
        }
    }

    private func layout(_ list: List, _ depth: Int) -> ErlangLayout {
        if strings, let text = printable(list) { return .leaf(Self.string(text)) }
        var items: [ErlangLayout] = []
        let end = list.forEachRun { run in
            for element in run { items.append(layout(element, depth + 1)) }
        }
        if case .nil = end { return .group("[", items, "]", .list) }
        return .group("[", items, tail: layout(end, depth + 1), "]", .list)
    }

    /// The text of a list of printable characters.
    func printable(_ list: List) -> String? {
        var text = String.UnicodeScalarView()
        var isText = true
        let end = list.forEachRun { run in
            guard isText else { return }
            for element in run {
                guard case .integer(let value) = element,
                    let scalar = UInt32(exactly: value).flatMap(Unicode.Scalar.init),
                    isPrintable(scalar)
                else {
                    isText = false
                    return
                }
                text.append(scalar)
            }
        }
        guard isText, case .nil = end else { return nil }
        return String(text)
    }

    private func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 8...13, 27: true
        case 256...: unicode && scalar.isPrintableText
        default: scalar.isPrintableText
        }
    }

    /// The text of a binary of printable characters.
    private func text(_ binary: Binary) -> String? {
        if binary.count == 0 { return "<<>>" }
        if strings {
            if unicode, let text = binary.text, text.unicodeScalars.allSatisfy(isPrintable) {
                let isLatin1 = text.utf8.allSatisfy { $0 < 128 }
                return "<<" + Self.string(text) + (isLatin1 ? "" : "/utf8") + ">>"
            }
            let scalars = binary.bytes.map { Unicode.Scalar($0) }
            if scalars.allSatisfy(isPrintable) {
                return "<<" + Self.string(String(String.UnicodeScalarView(scalars))) + ">>"
            }
        }
        return nil
    }

    static func string(_ text: String) -> String { "\"" + escaped(text, quote: "\"") + "\"" }

    static func escaped(_ text: String, quote: Unicode.Scalar) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case quote, "\\": result.append(contentsOf: ["\\", scalar])
            case "\n": result.append(contentsOf: "\\n".unicodeScalars)
            case "\r": result.append(contentsOf: "\\r".unicodeScalars)
            case "\t": result.append(contentsOf: "\\t".unicodeScalars)
            case "\u{8}": result.append(contentsOf: "\\b".unicodeScalars)
            case "\u{B}": result.append(contentsOf: "\\v".unicodeScalars)
            case "\u{C}": result.append(contentsOf: "\\f".unicodeScalars)
            case "\u{1B}": result.append(contentsOf: "\\e".unicodeScalars)
            case "\u{7F}": result.append(contentsOf: "\\d".unicodeScalars)
            default:
                if scalar.value < 32 {
                    let octal = String(scalar.value, radix: 8)
                    result.append(
                        contentsOf: ("\\" + String(repeating: "0", count: 3 - octal.count) + octal).unicodeScalars)
                } else if scalar.isPrintableText {
                    result.append(scalar)
                } else {
                    result.append(contentsOf: "\\x{\(String(scalar.value, radix: 16, uppercase: true))}".unicodeScalars)
                }
            }
        }
        return String(result)
    }

    private static let reserved: Set<String> = [
        "after", "and", "andalso", "band", "begin", "bnot", "bor", "bsl", "bsr", "bxor", "case", "catch", "cond", "div",
        "end", "fun", "if", "let", "maybe", "not", "of", "or", "orelse", "receive", "rem", "try", "when", "xor",
    ]

    /// An atom as Erlang reads it back.
    public static func quoted(_ atom: Atom, unicode: Bool = true) -> String {
        let name = atom.name
        if let first = name.unicodeScalars.first, isLower(first), name.unicodeScalars.allSatisfy(isNameCharacter),
            !reserved.contains(name)
        {
            return name
        }
        return "'" + escaped(name, quote: "'") + "'"
    }

    private static func isLower(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 97...122, 0xDF...0xF6, 0xF8...0xFF: true
        default: false
        }
    }

    private static func isNameCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 48...57, 65...90, 97...122, 95, 64, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0xFF: true
        default: false
        }
    }
}

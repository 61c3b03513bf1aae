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

    public func print(_ term: Term) -> String {
        width == nil ? line(term) : document(term, 0).render(width: width)
    }

    /// As `~w`: lists of characters are lists of integers, and nothing breaks.
    public func write(_ term: Term) -> String {
        ErlangPrinter(width: nil, context: context, unicode: unicode, strings: false).print(term)
    }

    func document(_ term: Term, _ depth: Int) -> Document {
        guard depth < Self.maximumDepth else { return Document(line(term)) }
        switch term {
        case .integer(let value): return Document(String(value))
        case .bigInteger(let value): return Document(LongIntegers.text(value.value))
        case .float(let value): return Document(shortestText(value))
        case .atom(let atom): return Document(Self.quoted(atom, unicode: unicode))
        case .nil: return Document("[]")
        case .list(let list): return document(list, depth)
        case .tuple(let tuple):
            return .group(
                Document.Group(
                    open: "{", items: tuple.map { document($0, depth + 1) }, close: "}", separator: ",", style: .aligned
                ))
        case .map(let map):
            let items = map.sortedPairs.map {
                Document.pair(document($0.key, depth + 1), " => ", document($0.value, depth + 1))
            }
            return .group(Document.Group(open: "#{", items: items, close: "}", separator: ",", style: .aligned))
        case .binary(let binary): return Document(text(binary))
        case .bitString(let bits):
            var parts = bits.bytes.bytes.map { String($0) }
            if let last = bits.bytes.bytes.last {
                parts[parts.count - 1] = "\(last >> UInt8(8 - bits.bitsInLastByte)):\(bits.bitsInLastByte)"
            }
            return Document("<<" + parts.joined(separator: ",") + ">>")
        case .pid(let pid): return Document("<\(context.numbers(pid))>")
        case .port(let port): return Document("#Port<\(context.numbers(port))>")
        case .reference(let reference): return Document("#Ref<\(context.numbers(reference))>")
        case .fun(.export(let fun)):
            return Document("fun \(Self.quoted(fun.module)):\(Self.quoted(fun.function))/\(fun.arity)")
        case .fun(.closure(let fun)):
            return Document("#Fun<\(Self.quoted(fun.module)).\(fun.index).\(fun.oldUniq)>")
        case .record(let record):
            let items = record.fields.map {
                Document.pair(Document(Self.quoted($0.name)), " = ", document($0.value, depth + 1))
            }
            return .group(
                Document.Group(
                    open: "#\(Self.quoted(record.module)):\(Self.quoted(record.name)){", items: items, close: "}",
                    separator: ",", style: .aligned))
        case .local(let local): return Document("#Local<\(local.payload.count) bytes>")
        }
    }

    private func document(_ list: List, _ depth: Int) -> Document {
        if strings, let text = printable(list) { return Document(Self.string(text)) }
        var items: [Document] = []
        var isSimple = true
        let end = list.forEachRun { run in
            for element in run {
                switch element {
                case .tuple, .list, .map, .record: isSimple = false
                default: break
                }
                items.append(document(element, depth + 1))
            }
        }
        var lastSeparator: String?
        if case .nil = end {
        } else {
            items.append(document(end, depth + 1))
            lastSeparator = "|"
        }
        return .group(
            Document.Group(
                open: "[", items: items, close: "]", separator: ",", style: isSimple ? .filled : .aligned,
                lastSeparator: lastSeparator))
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

    private func text(_ binary: Binary) -> String {
        if strings, binary.count > 0 {
            if unicode, let text = binary.text, text.unicodeScalars.allSatisfy(isPrintable) {
                let isLatin1 = text.utf8.allSatisfy { $0 < 128 }
                return "<<" + Self.string(text) + (isLatin1 ? "" : "/utf8") + ">>"
            }
            let scalars = binary.bytes.map { Unicode.Scalar($0) }
            if scalars.allSatisfy(isPrintable) {
                return "<<" + Self.string(String(String.UnicodeScalarView(scalars))) + ">>"
            }
        }
        return "<<" + binary.bytes.map { String($0) }.joined(separator: ",") + ">>"
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

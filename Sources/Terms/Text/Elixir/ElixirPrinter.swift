internal import BigInt

/// Terms as Elixir's `inspect/2` prints them, broken into lines that fit the width.
public struct ElixirPrinter: Sendable {
    let width: Int?
    let limit: Int?
    let context: PrintContext
    let charlists: Charlists
    /// Each level takes stack of a thread that has half a megabyte, and much more of it without optimization.
    #if DEBUG
    private static let maximumDepth = 80
    #else
    private static let maximumDepth = 1_000
    #endif

    /// How lists of printable characters are shown.
    public enum Charlists: Sendable {
        case infer
        case asLists
        case asCharlists
    }

    /// How binaries are shown.
    public enum Binaries: Sendable {
        case infer
        case asStrings
        case asBinaries
    }

    public var binaries = Binaries.infer
    /// The base of integers: 10, or 2, 8 or 16 with their prefix.
    public var base = 10

    /// - Parameters:
    ///   - width: columns; nothing means one line.
    ///   - limit: how many elements of a container are shown; nothing means all.
    public init(
        width: Int? = 80, limit: Int? = 50, context: PrintContext = PrintContext(), charlists: Charlists = .infer
    ) {
        self.width = width
        self.limit = limit
        self.context = context
        self.charlists = charlists
    }

    public func inspect(_ term: Term) -> String { document(term, 0).render(width: width) }

    func document(_ term: Term, _ depth: Int) -> Document {
        guard depth < Self.maximumDepth else { return Document("...") }
        switch term {
        case .integer(let value): return Document(digits(String(value.magnitude, radix: base).uppercased(), value < 0))
        case .bigInteger(let value):
            return Document(
                digits(LongIntegers.text(BigInt(value.value.magnitude), radix: base, uppercase: true), value.value < 0))
        case .float(let value): return Document(shortestText(value, isExact: false))
        case .atom(let atom): return Document(Self.atom(atom))
        case .nil: return Document("[]")
        case .list(let list): return document(list, depth)
        case .tuple(let tuple):
            return .group(group("{", tuple.map { $0 }, "}", depth))
        case .map(let map): return document(map, depth)
        case .binary(let binary): return document(binary)
        case .bitString(let bits):
            var parts = bits.bytes.bytes.map { String($0) }
            if let last = bits.bytes.bytes.last {
                let value = last >> UInt8(8 - bits.bitsInLastByte)
                parts[parts.count - 1] = "\(value)::size(\(bits.bitsInLastByte))"
            }
            return bytes(parts)
        case .pid(let pid): return Document("#PID<\(context.numbers(pid))>")
        case .port(let port): return Document("#Port<\(context.numbers(port))>")
        case .reference(let reference): return Document("#Reference<\(context.numbers(reference))>")
        case .fun(.export(let fun)):
            let name = Self.key(fun.function).map { String($0.dropLast()) } ?? Self.escaped(fun.function.name, "\"")
            return Document("&\(Self.atom(fun.module)).\(name)/\(fun.arity)")
        case .fun(.closure(let fun)):
            return Document("#Function<\(fun.index).\(fun.oldUniq)/\(fun.arity) in \(Self.atom(fun.module))>")
        case .record(let record):
            let items = record.fields.map {
                Document.pair(Document("\($0.name):"), " ", document($0.value, depth + 1))
            }
            let open = "#\(record.module):\(record.name){"
            return .group(Document.Group(open: open, items: items, close: "}", separator: ", ", style: .block))
        case .local(let local): return Document("#Local<\(local.payload.count) bytes>")
        }
    }

    private func group(_ open: String, _ elements: [Term], _ close: String, _ depth: Int) -> Document.Group {
        var items = shown(elements).map { document($0, depth + 1) }
        if items.count < elements.count { items.append(Document("...")) }
        let isFlex = open == "{" || items.allSatisfy(\.isSimple)
        return Document.Group(
            open: open, items: items, close: close, separator: ", ", style: isFlex ? .flex : .block)
    }

    private func shown(_ elements: [Term]) -> ArraySlice<Term> { elements.prefix(limit ?? elements.count) }

    private func document(_ list: List, _ depth: Int) -> Document {
        guard let elements = list.properElements else {
            var items: [Document] = []
            let end = list.forEachRun { run in for element in run { items.append(document(element, depth + 1)) } }
            items.append(document(end, depth + 1))
            let style: Document.Style = items.allSatisfy(\.isSimple) ? .flex : .block
            return .group(
                Document.Group(
                    open: "[", items: items, close: "]", separator: ", ", style: style, lastSeparator: " | "))
        }
        if charlists != .asLists, let text = charlist(elements) {
            return Document("'" + Self.escaped(text, "'", interpolates: true) + "'")
        }
        if let pairs = Self.keywords(elements) {
            var items = pairs.prefix(limit ?? pairs.count).map {
                Document.pair(Document($0.key), " ", document($0.value, depth + 1))
            }
            if items.count < pairs.count { items.append(Document("...")) }
            return .group(Document.Group(open: "[", items: items, close: "]", separator: ", ", style: .block))
        }
        return .group(group("[", elements, "]", depth))
    }

    private func charlist(_ elements: [Term]) -> String? {
        var text = String.UnicodeScalarView()
        if charlists == .asCharlists {
            for element in elements {
                guard let scalar = element.asInteger.flatMap(UInt32.init(exactly:)).flatMap(Unicode.Scalar.init) else {
                    return nil
                }
                text.append(scalar)
            }
            return String(text)
        }
        for element in elements {
            guard case .integer(let value) = element,
                (7...13).contains(value) || value == 27 || (32...126).contains(value),
                let scalar = Unicode.Scalar(UInt32(value))
            else { return nil }
            text.append(scalar)
        }
        return String(text)
    }

    /// The pairs of a keyword list.
    private static func keywords(_ elements: [Term]) -> [(key: String, value: Term)]? {
        var pairs: [(key: String, value: Term)] = []
        for element in elements {
            guard let tuple = element.asTuple, tuple.count == 2, let atom = tuple[0].asAtom, let key = key(atom),
                !atom.name.hasPrefix("Elixir.")
            else { return nil }
            pairs.append((key, tuple[1]))
        }
        return pairs
    }

    private func document(_ map: Map, _ depth: Int) -> Document {
        var pairs = map.sortedPairs
        var open = "%{"
        if let name = map[.atom("__struct__")]?.asAtom {
            pairs.removeAll { $0.key == .atom("__struct__") || $0.key == .atom("__exception__") }
            if let orders = StructOrder.orders(of: name) {
                guard let shown = orders.lazy.compactMap({ [pairs] in Self.ordered(pairs, $0) }).first else {
                    return plain(map, depth)
                }
                pairs = shown
            } else if let order = Self.orders[name] {
                pairs = Self.ordered(pairs, order) ?? pairs
            }
            if name == "Elixir.URI" { pairs.removeAll { $0.key == .atom("authority") && $0.value == .atom(.nil) } }
            open = "%\(Self.atom(name)){"
            if name == "Elixir.Range", let first = map[.atom("first")], let last = map[.atom("last")] {
                let step = map[.atom("step")] ?? 1
                let range = "\(inspect(first))..\(inspect(last))"
                return Document(
                    step == 1 && Term.compare(first, last) != .greater ? range : "\(range)//\(inspect(step))")
            }
            if let shown = known(name, map, depth) { return shown }
        }
        return document(pairs, open, depth)
    }

    /// A map with `__struct__` as any other key: it does not have the fields of the struct.
    private func plain(_ map: Map, _ depth: Int) -> Document { document(map.sortedPairs, "%{", depth) }

    private func document(_ pairs: [(key: Term, value: Term)], _ open: String, _ depth: Int) -> Document {
        let usesKeywords = pairs.allSatisfy { pair in pair.key.asAtom.map { !$0.name.hasPrefix("Elixir.") } ?? false }
        var items: [Document] = pairs.prefix(limit ?? pairs.count).map { pair in
            let value = document(pair.value, depth + 1)
            if usesKeywords, let atom = pair.key.asAtom, let key = Self.key(atom) {
                return .pair(Document(key), " ", value)
            }
            return .pair(document(pair.key, depth + 1), " => ", value)
        }
        if items.count < pairs.count { items.append(Document("...")) }
        return .group(Document.Group(open: open, items: items, close: "}", separator: ", ", style: .block))
    }

    private func digits(_ digits: String, _ isNegative: Bool) -> String {
        let prefix = base == 16 ? "0x" : base == 8 ? "0o" : base == 2 ? "0b" : ""
        return (isNegative ? "-" : "") + prefix + digits
    }

    private func document(_ binary: Binary) -> Document {
        if binaries == .asStrings || (binaries == .infer && base == 10), let text = binary.text,
            binaries == .asStrings
                || text.unicodeScalars.allSatisfy({
                    $0.isPrintableText || (7...13).contains($0.value) || [27, 127].contains($0.value)
                })
        {
            return Document("\"" + Self.escaped(text, "\"", interpolates: true) + "\"")
        }
        let bytes = binary.bytes
        let shown = bytes.prefix(limit ?? bytes.count).map { digits(String($0, radix: base).uppercased(), false) }
        return self.bytes(shown + (shown.count < bytes.count ? ["..."] : []))
    }

    private func bytes(_ parts: [String]) -> Document {
        .group(
            Document.Group(
                open: "<<", items: parts.map { Document($0) }, close: ">>", separator: ", ", style: .flex))
    }

    static func escaped(_ text: String, _ quote: Unicode.Scalar, interpolates: Bool = false) -> String {
        var result = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            switch scalar {
            case quote, "\\": result.append(contentsOf: ["\\", scalar])
            case "\n": result.append(contentsOf: "\\n".unicodeScalars)
            case "\r": result.append(contentsOf: "\\r".unicodeScalars)
            case "\t": result.append(contentsOf: "\\t".unicodeScalars)
            case "\u{7}": result.append(contentsOf: "\\a".unicodeScalars)
            case "\u{8}": result.append(contentsOf: "\\b".unicodeScalars)
            case "\u{B}": result.append(contentsOf: "\\v".unicodeScalars)
            case "\u{C}": result.append(contentsOf: "\\f".unicodeScalars)
            case "\u{7F}": result.append(contentsOf: "\\d".unicodeScalars)
            case "\u{1B}": result.append(contentsOf: "\\e".unicodeScalars)
            case "{" where interpolates && previous == "#":
                result.removeLast()
                result.append(contentsOf: "\\#{".unicodeScalars)
            case _ where scalar.value < 32:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result.append(contentsOf: "\\x\(digits.count < 2 ? "0" : "")\(digits)".unicodeScalars)
            default: result.append(scalar)
            }
            previous = scalar
        }
        return String(result)
    }

    /// An atom as Elixir reads it back: `true`, `Foo.Bar`, `:ok`, `:"a@h"`.
    public static func atom(_ atom: Atom) -> String {
        let name = atom.name
        switch name {
        case "true", "false", "nil", "Elixir": return name
        default: break
        }
        if name.hasPrefix("Elixir."),
            name.dropFirst(7).split(separator: ".", omittingEmptySubsequences: false)
                .allSatisfy({ part in
                    part.unicodeScalars.first.map { (65...90).contains($0.value) } == true
                        && part.unicodeScalars.allSatisfy { isNameScalar($0) && $0 != "@" }
                })
        {
            return String(name.dropFirst(7))
        }
        if isPlain(name) || operators.contains(name) { return ":" + name }
        return ":\"" + escaped(name, "\"", interpolates: true) + "\""
    }

    /// An atom as a key of a keyword list, with its colon.
    private static func key(_ atom: Atom) -> String? {
        let name = atom.name
        if isPlain(name), name != "Elixir" { return name + ":" }
        if operators.contains(name) { return name + ":" }
        return "\"" + escaped(name, "\"", interpolates: true) + "\":"
    }

    private static let operators: Set<String> = [
        "+", "-", "*", "/", "++", "--", "<>", "|>", "==", "!=", "===", "!==", "<", ">", "<=", ">=", "&&", "||", "!",
        "&",
        "=", "=~", "..", "|", "^", "^^^", "&&&", "|||", "<<<", ">>>", "~~~", "<-", "::", "@", ".", "{}", "%{}", "<<>>",
        "%", "**", "->", "+++", "---",
    ]

    private static func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar == "@" || scalar.properties.isXIDContinue
    }

    private static func isPlain(_ name: String) -> Bool {
        var scalars = Array(name.unicodeScalars)
        guard let first = scalars.first, first == "_" || first.properties.isXIDStart else { return false }
        if scalars.last == "?" || scalars.last == "!" { scalars.removeLast() }
        // `a@h` is an atom without quotes to Elixir's reader, and printed with them only if it must be.
        return scalars.allSatisfy(isNameScalar)
    }
}

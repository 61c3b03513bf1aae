/// Terms as JSON.
///
/// `simple`, for people and `jq`: atoms and UTF-8 binaries are strings, `true`, `false`, `nil`, `null` and `undefined` what
/// they are in JSON, lists and tuples arrays, a keyword list (atom keys, each once) an object, maps objects (keys that are
/// no text are printed), other bytes `{"base64": …}`, an improper list `{"list": […], "tail": …}`, pids, references,
/// ports and funs their printed form.
///
/// `tagged`, reversible: what JSON does not tell apart is an object with one key that names the kind.
public enum JSON {
    public enum Style: Sendable {
        case simple
        case tagged
    }

    public static func encode(_ term: Term, style: Style = .simple, context: PrintContext = PrintContext()) -> String {
        var encoder = JSONEncoder(style: style, context: context)
        encoder.write(term, 0)
        return encoder.output
    }

    /// `text` as a JSON string, with its quotes.
    public static func quote(_ text: String) -> String {
        var output = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\r": output += "\\r"
            case "\t": output += "\\t"
            default:
                if scalar.value < 32 || scalar.value == 127 {
                    let digits = String(scalar.value, radix: 16)
                    output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    output.unicodeScalars.append(scalar)
                }
            }
        }
        return output + "\""
    }
}

struct JSONEncoder {
    let style: JSON.Style
    let context: PrintContext
    var output = ""
    private static let maximumDepth = 2_000

    init(style: JSON.Style, context: PrintContext) {
        self.style = style
        self.context = context
    }

    mutating func write(_ term: Term, _ depth: Int) {
        guard depth < Self.maximumDepth else {
            if style == .tagged { writeOpaque(term) } else { output += "\"...\"" }
            return
        }
        switch term {
        case .integer(let value): output += String(value)
        case .bigInteger(let value): output += LongIntegers.text(value.value)
        case .float(let value): output += shortestText(value)
        case .atom(let atom): write(atom)
        case .nil: output += "[]"
        case .list(let list): write(list, depth)
        case .tuple(let tuple):
            if style == .tagged { output += "{\"tuple\":" }
            writeArray(tuple, depth)
            if style == .tagged { output += "}" }
        case .map(let map): write(map, depth)
        case .binary(let binary):
            if let text = binary.text {
                output += JSON.quote(text)
            } else {
                output += "{\"base64\":\"\(base64(binary.bytes))\"}"
            }
        case .bitString(let bits):
            output += "{\"base64\":\"\(base64(bits.bytes.bytes))\",\"bits\":\(bits.bitCount)}"
        default: writeOpaque(term)
        }
    }

    private mutating func write(_ atom: Atom) {
        switch (atom.name, style) {
        case ("true", _), ("false", _): output += atom.name
        case ("nil", .simple), ("undefined", .simple), ("null", .simple): output += "null"
        case ("nil", .tagged): output += "null"
        case (let name, .simple): output += JSON.quote(name)
        case (let name, .tagged): output += "{\"atom\":\(JSON.quote(name))}"
        }
    }

    private mutating func writeArray(_ elements: some Sequence<Term>, _ depth: Int) {
        output += "["
        for (position, element) in elements.enumerated() {
            if position > 0 { output += "," }
            write(element, depth + 1)
        }
        output += "]"
    }

    private mutating func write(_ list: List, _ depth: Int) {
        guard let elements = list.properElements else {
            output += "{\"list\":"
            writeArray(list, depth)
            output += ",\"tail\":"
            write(list.countAndEnd.end, depth + 1)
            output += "}"
            return
        }
        guard style == .simple, let pairs = keywords(elements) else { return writeArray(elements, depth) }
        writeObject(pairs, depth)
    }

    private func keywords(_ elements: [Term]) -> [(key: String, value: Term)]? {
        var seen = Set<Atom>()
        var pairs: [(key: String, value: Term)] = []
        for element in elements {
            guard let tuple = element.asTuple, tuple.count == 2, let key = tuple[0].asAtom, seen.insert(key).inserted
            else { return nil }
            pairs.append((key.name, tuple[1]))
        }
        return pairs
    }

    private mutating func writeObject(_ pairs: [(key: String, value: Term)], _ depth: Int) {
        output += "{"
        for (position, pair) in pairs.enumerated() {
            if position > 0 { output += "," }
            output += JSON.quote(pair.key) + ":"
            write(pair.value, depth + 1)
        }
        output += "}"
    }

    private mutating func write(_ map: Map, _ depth: Int) {
        let pairs = map.sortedPairs
        guard style == .tagged else {
            return writeObject(pairs.map { (key: text(of: $0.key), value: $0.value) }, depth)
        }
        output += "{\"map\":["
        for (position, pair) in pairs.enumerated() {
            if position > 0 { output += "," }
            writeArray([pair.key, pair.value], depth + 1)
        }
        output += "]}"
    }

    private func text(of key: Term) -> String {
        switch key {
        case .atom(let atom): atom.name
        case .binary(let binary): binary.text ?? ElixirPrinter(width: nil, context: context).inspect(key)
        default: ElixirPrinter(width: nil, context: context).inspect(key)
        }
    }

    /// Pids and the like: printed, or in full as external terms.
    private mutating func writeOpaque(_ term: Term) {
        switch style {
        case .simple: output += JSON.quote(ErlangPrinter(width: nil, context: context).print(term))
        case .tagged: output += "{\"etf\":\"\(base64(term.etf()))\"}"
        }
    }
}

let base64Alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

func base64(_ bytes: [UInt8]) -> String {
    var output: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        let word = group.enumerated().reduce(0) { $0 | Int($1.element) << (16 - 8 * $1.offset) }
        for position in 0..<4 {
            output.append(position <= group.count ? base64Alphabet[word >> (18 - 6 * position) & 63] : 61)
        }
    }
    return String(decoding: output, as: UTF8.self)
}

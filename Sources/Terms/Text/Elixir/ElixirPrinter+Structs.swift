/// Structs that have a way of their own to be written.
extension ElixirPrinter {
    /// The fields of structs of the library in the order of their definition. Others are shown by name.
    static let orders: [Atom: [Atom]] = [
        "Elixir.BadBooleanError": ["term", "operator"],
        "Elixir.KeyError": ["key", "term", "message"],
        "Elixir.BadArityError": ["function", "args"],
        "Elixir.FunctionClauseError": ["module", "function", "arity", "kind", "args", "clauses"],
        "Elixir.UndefinedFunctionError": ["module", "function", "arity", "reason", "message"],
        "Elixir.ErlangError": ["original", "reason"],
        "Elixir.Protocol.UndefinedError": ["protocol", "value", "description"],
        "Elixir.URI": ["scheme", "authority", "userinfo", "host", "port", "path", "query", "fragment"],
    ]

    /// The pairs of a struct in the order of its fields; nothing if it has others.
    static func ordered(
        _ pairs: [(key: Term, value: Term)], _ order: [Atom]
    ) -> [(key: Term, value: Term)]? {
        guard order.count == pairs.count else { return nil }
        let places = Dictionary(order.enumerated().map { ($1, $0) }) { first, _ in first }
        var result: [(key: Term, value: Term)?] = Array(repeating: nil, count: order.count)
        for pair in pairs {
            guard let name = pair.key.asAtom, let place = places[name] else { return nil }
            result[place] = pair
        }
        return result.compactMap { $0 }
    }

    /// A struct of Elixir's library as its implementation of Inspect writes it; nothing for any other.
    func known(_ name: Atom, _ map: Map, _ depth: Int) -> Document? {
        let field = { (name: Atom) -> Term in map[.atom(name)] ?? .atom(.nil) }
        switch name {
        case "Elixir.Stream":
            let fields: Term = [
                .tuple([.atom("enum"), field("enum")]), .tuple([.atom("funs"), field("funs")]),
            ]
            return .group(
                Document.Group(
                    open: "#Stream<", items: [document(fields, depth + 1)], close: ">", separator: "", style: .flex))
        case "Elixir.MapSet":
            guard let elements = field("map").asMap else { return nil }
            let list = Term.makeList(elements.sortedPairs.map(\.key))
            let printer = ElixirPrinter(width: width, limit: limit, context: context, charlists: .asLists)
            return .group(
                Document.Group(
                    open: "MapSet.new(", items: [printer.document(list, depth + 1)], close: ")", separator: "",
                    style: .flex))
        case "Elixir.Date": return date(map).map { Document("~D[\($0)]") }
        case "Elixir.Time": return time(map).map { Document("~T[\($0)]") }
        case "Elixir.NaiveDateTime":
            guard let date = date(map), let time = time(map) else { return nil }
            return Document("~N[\(date) \(time)]")
        case "Elixir.DateTime":
            guard let date = date(map), let time = time(map), field("utc_offset") == 0, field("std_offset") == 0,
                field("time_zone") == .string("Etc/UTC")
            else { return nil }
            return Document("~U[\(date) \(time)Z]")
        case "Elixir.Regex":
            guard let source = field("source").asBinary?.text, let options = field("opts").asBinary?.text else {
                return nil
            }
            var escaped = ""
            var isEscaped = false
            for character in source {
                if character == "/", !isEscaped { escaped += "\\" }
                escaped.append(character)
                isEscaped = character == "\\" && !isEscaped
            }
            return Document("~r/\(escaped)/\(options)")
        default: return nil
        }
    }

    private func date(_ map: Map) -> String? {
        guard map[.atom("calendar")]?.asAtom == "Elixir.Calendar.ISO", let year = map[.atom("year")]?.asInteger,
            let month = map[.atom("month")]?.asInteger, let day = map[.atom("day")]?.asInteger
        else { return nil }
        return "\(year < 0 ? "-" : "")\(padded(abs(year), 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    private func time(_ map: Map) -> String? {
        guard map[.atom("calendar")]?.asAtom == "Elixir.Calendar.ISO", let hour = map[.atom("hour")]?.asInteger,
            let minute = map[.atom("minute")]?.asInteger, let second = map[.atom("second")]?.asInteger,
            let micro = map[.atom("microsecond")]?.asTuple, micro.count == 2, let value = micro[0].asInteger,
            let precision = micro[1].asInteger, (0...6).contains(precision)
        else { return nil }
        let text = "\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second, 2))"
        return precision == 0 ? text : "\(text).\(padded(value, 6).prefix(precision))"
    }

    private func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

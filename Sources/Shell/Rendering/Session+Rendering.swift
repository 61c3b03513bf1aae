internal import Language
internal import Support
internal import Terms

extension Session {
    /// What is printed for a result; nothing for an empty text.
    public func render(_ result: LineResult) -> String? {
        // What helpers of iex answer when they have printed what there is to say.
        if result.term == .atom("do not show this result in output") { return nil }
        let settings = settings.withLock { $0 }
        switch settings.format {
        case .json:
            return "{\"result\":\(JSON.encode(result.term, context: printContext))}"
        case .csv:
            if let table = result.table { return table.csv }
            return TextTable(header: [], rows: Self.rows(of: result.term).map { $0.map(plain) }).csv
        case .raw:
            return plain(result.term)
        case .text:
            if let text = result.text { return text.isEmpty ? nil : text }
            if let table = result.table { return table.rows.isEmpty ? nil : table.aligned }
            return print(result.term, result.syntax ?? settings.syntax ?? .elixir)
        }
    }

    /// A value in the language it was asked in.
    func print(_ term: Term, _ syntax: Syntax) -> String {
        let settings = settings.withLock { $0 }
        switch syntax {
        case .elixir:
            return ElixirPrinter(width: settings.width, limit: settings.limit, context: printContext).inspect(term)
        case .erlang: return ErlangPrinter(width: settings.width, context: printContext).print(term)
        }
    }

    /// Text without quotes where a term is text, else one line.
    func plain(_ term: Term) -> String {
        switch term {
        case .atom(let atom): atom.name
        case .binary(let binary): binary.text ?? ErlangPrinter(width: nil, context: printContext).print(term)
        default: ElixirPrinter(width: nil, limit: nil, context: printContext).inspect(term)
        }
    }

    /// The rows of a list of tuples; everything else is one cell a row.
    private static func rows(of term: Term) -> [[Term]] {
        (term.properList ?? [term]).map { row in row.asTuple.map(Array.init) ?? [row] }
    }

    /// What is printed for a failure: one line, or with the source, a caret and a hint; one object with `--json`.
    ///
    /// - Parameter source: where the line came from, for scripts.
    public func render(_ failure: Failure, line: String, source: (name: String, line: Int)?) -> String {
        let place = failure.place.map { SyntaxError("", at: $0.offset, length: $0.length).position(in: line) }
        let lineNumber = source.map { $0.line + (place?.line ?? 1) - 1 }
        if settings.withLock({ $0.format }) == .json {
            var object = "{\"error\":\(JSON.quote(failure.message)),\"code\":\(failure.code.rawValue)"
            if let source, let lineNumber { object += ",\"file\":\(JSON.quote(source.name)),\"line\":\(lineNumber)" }
            if let place { object += ",\"column\":\(place.column)" }
            if let hint = failure.hint { object += ",\"hint\":\(JSON.quote(hint))" }
            return object + "}"
        }
        let mark = failure.isException ? "" : "error: "
        var head = mark
        if let source, let lineNumber {
            head = "\(source.name):\(lineNumber):" + (place.map { "\($0.column):" } ?? "") + " \(mark)"
        }
        var text = head + failure.message
        if let place = failure.place {
            let excerpt = SyntaxError("", at: place.offset, length: place.length, hint: failure.hint)
                .excerpt(of: line, width: settings.withLock { $0.width } ?? 80)
            if !excerpt.isEmpty { text += "\n" + excerpt }
        } else if let hint = failure.hint {
            text += "\nhint: \(hint)"
        }
        return text
    }
}

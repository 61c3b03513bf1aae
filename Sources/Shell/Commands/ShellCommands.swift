internal import Language
internal import Node
internal import Support
internal import Terms

extension CommandTable {
    /// Commands about the shell itself.
    static let shellCommands: [Command] = [
        Command(
            "help", "[COMMAND|MODULE[:FUNCTION]]", "Commands, one command, or the functions of a module.",
            parameters: [.rest], example: "help node ping"
        ) { call in
            LineResult(.atom(.ok), text: try help(call))
        },
        Command(
            "set", "[KEY VALUE]", "Shows or changes settings: syntax, format, timeout, limit, width, timing.",
            parameters: [.optionalOneOf(["syntax", "format", "timeout", "limit", "width", "timing"]), .optionalWord],
            example: "set syntax erlang"
        ) { call in
            try set(call)
        },
        Command("vars", "", "The variables of this session.") { call in
            let bindings = call.session.settings.withLock { $0.bindings }
            let syntax = call.session.settings.withLock { $0.syntax } ?? .elixir
            let rows = bindings.names.map { [$0, call.session.print(bindings[$0] ?? .nil, syntax)] }
            let term = Term.makeList(bindings.names.map { .tuple([.string($0), bindings[$0] ?? .nil]) })
            return LineResult(term, table: TextTable(header: [], rows: rows))
        },
        Command("forget", "[NAME]", "Forgets a variable, or all.", parameters: [.optionalWord]) { call in
            let name = call.count > 0 ? call.words[0].text : nil
            call.session.settings.withLock { $0.bindings.forget(name) }
            return LineResult(.atom(.ok), text: "")
        },
        Command("exit", "[CODE]", "Leaves this shell. Other nodes go on.", parameters: [.optionalTerm]) { call in
            try leave(call)
        },
        Command("quit", "[CODE]", "Leaves this shell. Other nodes go on.", parameters: [.optionalTerm]) { call in
            try leave(call)
        },
    ]

    private static func leave(_ call: CommandCall) throws -> LineResult {
        var code = 0
        if call.count > 0 {
            guard let value = call.term(0).asInteger, (0...255).contains(value) else {
                throw call.bad(0, "an exit code is 0 to 255")
            }
            code = value
        }
        call.session.requestExit(Int32(code))
        return LineResult(.atom(.ok), text: "")
    }

    // MARK: Settings

    private static func set(_ call: CommandCall) throws -> LineResult {
        guard call.count > 0 else {
            let settings = call.session.settings.withLock { $0 }
            return call.session.pairs([
                .tuple([.atom("syntax"), .string(settings.syntax?.rawValue ?? "auto")]),
                .tuple([.atom("format"), .string(settings.format.rawValue)]),
                .tuple([.atom("timeout"), .string("\(settings.timeout / 1_000_000)ms")]),
                .tuple([.atom("limit"), .string(settings.limit.map { String($0) } ?? "none")]),
                .tuple([.atom("width"), .string(settings.width.map { String($0) } ?? "none")]),
                .tuple([.atom("timing"), .string(settings.showsTime ? "on" : "off")]),
            ])
        }
        guard call.count > 1 else {
            throw Failure(
                .usage, "set \(call.words[0].text) needs a value", at: (call.words[0].offset + call.words[0].length, 1),
                hint: "usage: set KEY VALUE")
        }
        let value = call.words[1].text
        let problem: String? = call.session.settings.withLock { settings in
            switch call.words[0].text {
            case "syntax":
                guard value == "auto" || Syntax(rawValue: value) != nil else {
                    return "the syntaxes are auto, elixir and erlang"
                }
                settings.syntax = Syntax(rawValue: value)
            case "format":
                guard let format = OutputFormat(rawValue: value) else {
                    return "the formats are text, json, csv and raw"
                }
                settings.format = format
            case "timeout":
                let seconds = Double(value).flatMap { $0 > 0 && $0 < 1e6 ? Int64($0 * 1e9) : nil }
                guard let duration = call.words[1].duration ?? seconds, duration > 0 else {
                    return "a duration is expected: 5s, 200ms"
                }
                settings.timeout = duration
            case "limit", "width":
                let number = Int(value)
                guard value == "none" || (number ?? 0) > 0 else { return "a number or none is expected" }
                if call.words[0].text == "limit" { settings.limit = number } else { settings.width = number }
            default:
                guard value == "on" || value == "off" else { return "on or off is expected" }
                settings.showsTime = value == "on"
            }
            return nil
        }
        if let problem { throw call.bad(1, problem) }
        return LineResult(.atom(.ok), text: "")
    }

    // MARK: Help

    private static func help(_ call: CommandCall) throws -> String {
        let words = call.words.map(\.text)
        let width = call.session.settings.withLock { $0.width } ?? 80
        guard let first = words.first else { return overview(width) }
        let exact = commands.filter { $0.path == words }
        if exact.count == 1, let command = exact.first { return help(for: command) }
        let family = commands.filter { $0.path.starts(with: words) }
        if !family.isEmpty {
            return entries(family.map { ($0.synopsis, $0.summary) }, width)
        }
        let names = first.split(separator: ":").map(String.init)
        let module = Atom(names[0].first?.isUppercase == true ? "Elixir.\(names[0])" : names[0])
        let functions = call.session.node.functions.functions(of: module)
            .filter { names.count < 2 || $0.name.name == names[1] }
        guard functions.isEmpty else {
            return entries(
                functions.map { ("\(names[0]):\($0.name)(\($0.parameters.joined(separator: ", ")))", $0.summary) },
                width)
        }
        let word = call.words[0]
        let near = Suggestion.nearest(first, among: commands.map { $0.path[0] })
        throw Failure(
            .usage, "no help for \(words.joined(separator: " "))", at: (word.offset, word.length),
            hint: near.map { "did you mean \($0)?" } ?? "help lists the commands")
    }

    private static func help(for command: Command) -> String {
        command.synopsis + "\n  " + command.summary + (command.example.map { "\n  example: \($0)" } ?? "")
    }

    private static func overview(_ width: Int) -> String {
        entries(commands.map { ($0.synopsis, $0.summary) }, width) + """


            Elixir and Erlang lines work too: Node.list()   nodes().   x = 1
            An Erlang line ends with a full stop. help MODULE lists functions, Ctrl-C cancels, Ctrl-D leaves.
            """
    }

    /// Names and what they do in two columns that keep within the width; a long name stands on a line of its own.
    private static func entries(_ entries: [(name: String, text: String)], _ width: Int) -> String {
        let column = min(entries.map(\.name.count).max() ?? 0, 34) + 2
        let room = max(20, width - column - 1)
        return entries.map { name, text in
            var lines = [""]
            for word in text.split(separator: " ") {
                let line = lines[lines.count - 1]
                if !line.isEmpty, line.count + 1 + word.count > room {
                    lines.append(String(word))
                } else {
                    lines[lines.count - 1] += (line.isEmpty ? "" : " ") + word
                }
            }
            let blanks = String(repeating: " ", count: column)
            let isLong = name.count > column - 2
            let first = isLong ? name + "\n" + blanks : name + String(repeating: " ", count: column - name.count)
            return first + lines.joined(separator: "\n" + blanks)
        }.joined(separator: "\n")
    }
}

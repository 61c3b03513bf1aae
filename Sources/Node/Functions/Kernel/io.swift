internal import Processes
internal import Terms

extension Node {
    /// The modules `io` and `IO`: what is asked of group leaders, here or anywhere.
    static let ioFunctions: [FunctionEntry] =
        [
            FunctionEntry("io", "format", ["Format"], "Prints text.", safe: true) { call in
                try await call.format(call[0], [], to: nil)
            }
        ]
        + bothWays("format", ["Format", "Arguments"], "Prints text made of a format and its arguments.") {
            call, device in
            guard let arguments = call.last(1).properList else { throw call.badarg("the arguments are a list") }
            return try await call.format(call.last(2), arguments, to: device)
        }
        + [
            FunctionEntry("io", "fwrite", ["Format"], "Prints text.", safe: true) { call in
                try await call.format(call[0], [], to: nil)
            }
        ]
        + bothWays("fwrite", ["Format", "Arguments"], "Prints text made of a format and its arguments.") {
            call, device in
            guard let arguments = call.last(1).properList else { throw call.badarg("the arguments are a list") }
            return try await call.format(call.last(2), arguments, to: device)
        }
        + bothWays("put_chars", ["Characters"], "Prints text as it is.") { call, device in
            try await call.put(call.last(1), to: device)
        }
        + bothWays("nl", [], "Ends the line.") { call, device in
            try await call.process.print("\n", to: device)
            return .atom(.ok)
        }
        + bothWays("write", ["Term"], "Prints a term.") { call, device in
            try await call.process.print(ErlangPrinter(width: nil).print(call.last(1)), to: device)
            return .atom(.ok)
        }
        + bothWays("get_line", ["Prompt"], "Asks for a line; eof at the end of the input.") { call, device in
            try await call.get("get_line", [.atom("unicode"), call.last(1)], from: device)
        }
        + bothWays("get_chars", ["Prompt", "Count"], "Asks for so many characters.") { call, device in
            guard let count = call.last(1).asInteger, count >= 0 else { throw call.badarg("not a count") }
            return try await call.get("get_chars", [.atom("unicode"), call.last(2), .integer(count)], from: device)
        }
        + bothWays("get_password", [], "Asks for a line that is not shown.") { call, device in
            try await call.get("get_password", [.atom("unicode")], from: device)
        }
        + bothWays("getopts", [], "The options of a device.") { call, device in
            try await call.process.ioRequest(.atom("getopts"), to: device)
        }
        + bothWays("setopts", ["Options"], "Sets options of a device: binary, list, {echo, Flag}.") { call, device in
            try await call.get("setopts", [call.last(1)], from: device)
        }
        + bothWays("columns", [], "How wide a device is.") { call, device in
            try await call.geometry("columns", of: device)
        }
        + bothWays("rows", [], "How high a device is.") { call, device in
            try await call.geometry("rows", of: device)
        }
        + elixirIO

    private static let elixirIO: [FunctionEntry] = [
        FunctionEntry("Elixir.IO", "puts", ["Text"], "Prints text and ends the line.", safe: true) { call in
            try await call.process.print(elixirText(call[0]) + "\n")
            return .atom(.ok)
        },
        FunctionEntry("Elixir.IO", "puts", ["Device", "Text"], "Prints text on a device and ends the line.") { call in
            try await call.process.print(elixirText(call[1]) + "\n", to: try call.device(0))
            return .atom(.ok)
        },
        FunctionEntry("Elixir.IO", "write", ["Text"], "Prints text.", safe: true) { call in
            try await call.process.print(elixirText(call[0]))
            return .atom(.ok)
        },
        FunctionEntry("Elixir.IO", "write", ["Device", "Text"], "Prints text on a device.") { call in
            try await call.process.print(elixirText(call[1]), to: try call.device(0))
            return .atom(.ok)
        },
        FunctionEntry("Elixir.IO", "binwrite", ["Text"], "Prints bytes.", safe: true) { call in
            try await call.process.print(elixirText(call[0]))
            return .atom(.ok)
        },
        FunctionEntry("Elixir.IO", "inspect", ["Value"], "Prints a value and gives it back.", safe: true) { call in
            try await call.inspect(call[0], .nil, to: nil)
        },
        FunctionEntry(
            "Elixir.IO", "inspect", ["Value", "Options"],
            "Prints a value and gives it back: label:, limit:, width:, charlists:.", safe: true
        ) { call in
            try await call.inspect(call[0], call[1], to: nil)
        },
        FunctionEntry(
            "Elixir.IO", "inspect", ["Device", "Value", "Options"], "Prints a value on a device and gives it back."
        ) { call in
            try await call.inspect(call[1], call[2], to: try call.device(0))
        },
        FunctionEntry("Elixir.IO", "iodata_to_binary", ["Data"], "The bytes of iodata.", safe: true) { call in
            try await call.call("erlang", "iolist_to_binary", call.arguments)
        },
        FunctionEntry("Elixir.IO", "iodata_length", ["Data"], "How many bytes iodata has.", safe: true) { call in
            try await call.call("erlang", "iolist_size", call.arguments)
        },
        FunctionEntry("Elixir.IO", "chardata_to_string", ["Data"], "The text of chardata.", safe: true) { call in
            guard let text = chardataToString(call[0]) else { throw call.badarg("not text") }
            return .string(text)
        },
        FunctionEntry("Elixir.IO", "warn", ["Text"], "Prints a warning.", safe: true) { call in
            try await call.process.print("warning: " + elixirText(call[0]) + "\n")
            return .atom(.ok)
        },
        FunctionEntry("Elixir.IO", "read", ["Count"], "Reads a line, or :eof for all.") { call in
            try await call.readElixir(call[0], from: nil)
        },
        FunctionEntry("Elixir.IO", "read", ["Device", "Count"], "Reads a line, or :eof for all, from a device.") {
            call in
            try await call.readElixir(call[1], from: try call.device(0))
        },
        FunctionEntry("Elixir.IO", "getn", ["Prompt"], "Asks for one character.") { call in
            elixirInput(
                try await call.get("get_chars", [.atom("unicode"), .string(elixirText(call[0])), 1], from: nil))
        },
        FunctionEntry("Elixir.IO", "getn", ["Prompt", "Count"], "Asks for so many characters.") { call in
            elixirInput(
                try await call.get("get_chars", [.atom("unicode"), .string(elixirText(call[0])), call[1]], from: nil))
        },
        FunctionEntry("Elixir.IO", "gets", ["Prompt"], "Asks for a line; :eof at the end of the input.") { call in
            elixirInput(try await call.get("get_line", [.atom("unicode"), .string(elixirText(call[0]))], from: nil))
        },
        FunctionEntry("Elixir.IO", "gets", ["Device", "Prompt"], "Asks a device for a line.") { call in
            elixirInput(
                try await call.get(
                    "get_line", [.atom("unicode"), .string(elixirText(call[1]))], from: try call.device(0)))
        },
    ]

    /// A function of `io` for the own group leader, and with a device before the other arguments.
    private static func bothWays(
        _ name: Atom, _ parameters: [String], _ summary: String,
        _ body: @escaping @Sendable (FunctionCall, Destination?) async throws -> Term
    ) -> [FunctionEntry] {
        [
            FunctionEntry("io", name, parameters, summary, safe: true) { call in try await body(call, nil) },
            FunctionEntry("io", name, ["Device"] + parameters, summary) { call in
                do {
                    return try await body(call, try call.device(0))
                } catch let exception as ErlangException where exception.reason == .atom("terminated") {
                    throw call.badarg("there is no such device", cause: "arguments")
                }
            },
        ]
    }

    /// What `to_string/1` gives for what can be text, else what `inspect/1` gives.
    private static func elixirText(_ term: Term) -> String {
        if term.asInteger == nil, let text = chardataToString(term) { return text }
        if case .atom(let atom) = term { return atom == .nil ? "" : atom.name }
        return ElixirPrinter(width: nil).inspect(term)
    }

    /// Lines are binaries in Elixir, whatever the device gives.
    fileprivate static func elixirInput(_ answer: Term) -> Term {
        answer.asAtom == nil ? chardataToString(answer).map { .string($0) } ?? answer : answer
    }
}

extension FunctionCall {
    /// An argument counted from the end: 1 is the last.
    fileprivate func last(_ position: Int) -> Term { arguments[arguments.count - position] }

    /// A device: a pid, a name, `standard_io` or `:stdio` for the own group leader.
    fileprivate func device(_ position: Int) throws -> Destination? {
        switch arguments[position].asAtom?.name {
        case "standard_io", "stdio": nil
        case "standard_error", "stderr": .name("user", node: node.name)
        default: try destination(position)
        }
    }

    /// `IO.inspect`: the label stands before the value; what is too long for a row is broken.
    fileprivate func inspect(_ value: Term, _ options: Term, to device: Destination?) async throws -> Term {
        var rest = options.properList ?? []
        let label = option("label", in: options)
        rest.removeAll { ["label", "pretty"].contains($0.asTuple?.first?.asAtom?.name) }
        let pretty: Term = .tuple([.atom("pretty"), .boolean(true)])
        let shown = try await call("Elixir.Kernel", "inspect", [value, .makeList([pretty] + rest)])
        var text = chardataToString(shown) ?? ""
        if let label {
            text =
                (chardataToString(label) ?? label.asAtom?.name ?? ElixirPrinter(width: nil).inspect(label)) + ": "
                + text
        }
        try await process.print(text + "\n", to: device)
        return value
    }

    /// `IO.read`: one line, or all that is left with `:eof` and `:all`.
    fileprivate func readElixir(_ count: Term, from device: Destination?) async throws -> Term {
        if let count = count.asInteger {
            let request: [Term] = [.atom("unicode"), .string(""), .integer(count)]
            return Node.elixirInput(try await get("get_chars", request, from: device))
        }
        var text = ""
        while true {
            let line = Node.elixirInput(try await get("get_line", [.atom("unicode"), .string("")], from: device))
            if count == .atom("line") { return line }
            guard let row = line.asBinary?.text else { return text.isEmpty ? line : .string(text) }
            text += row
        }
    }

    /// `io:format`: makes the text here and prints it.
    fileprivate func format(_ control: Term, _ arguments: [Term], to device: Destination?) async throws -> Term {
        let text: String
        do {
            text = try TermFormat.format(control, arguments)
        } catch {
            throw badarg("the format and its arguments do not fit")
        }
        try await process.print(text, to: device)
        return .atom(.ok)
    }

    fileprivate func put(_ characters: Term, to device: Destination?) async throws -> Term {
        guard let text = chardataToString(characters) else { throw badarg("not text") }
        try await process.print(text, to: device)
        return .atom(.ok)
    }

    fileprivate func get(_ name: Atom, _ arguments: [Term], from device: Destination?) async throws -> Term {
        try await process.ioRequest(.tuple(Tuple([.atom(name)] + arguments)), to: device)
    }

    fileprivate func geometry(_ what: Atom, of device: Destination?) async throws -> Term {
        let answer = try await process.ioRequest(.tuple([.atom("get_geometry"), .atom(what)]), to: device)
        return answer.asInteger == nil ? answer : .tuple([.atom(.ok), answer])
    }
}

internal import Language
internal import Node
internal import Processes
internal import Support
internal import Terms

// The helpers of both shells that look at the session: `v`, `b`, `i`, `h`, `exports`, `import_file`.
extension Session {
    func helperFunctions() -> [FunctionEntry] {
        [
            own("v", [], "The value of the last line.") { session, _ in
                session.settings.withLock { $0.results.last?.value } ?? .atom(.nil)
            },
            own("v", ["Number"], "The value of a line by its number; a negative one counts back.") { session, call in
                let number = try call.integer(0)
                let results = session.settings.withLock { $0.results }
                let value =
                    number < 0
                    ? results.dropLast(-number - 1).last?.value : results.last { $0.number == number }?.value
                guard let value else { throw call.badarg("there is no value of line \(number)") }
                return value
            },
            own("b", [], "Shows the variables.") { session, call in
                let bindings = session.settings.withLock { $0.bindings }
                var text = ""
                for name in bindings.names {
                    guard let value = bindings[name] else { continue }
                    let isErlang = bindings.variables[Atom(name)] != nil
                    text += "\(name) = \(session.print(value, isErlang ? .erlang : .elixir))\n"
                }
                try await call.process.print(text)
                return .atom(.ok)
            },
            own("i", ["Term"], "Tells what a term is.") { session, call in
                try await call.process.print(
                    TermDescription.text(of: call[0], on: session.node, session.print(call[0], .elixir)))
                return .atom("do not show this result in output")
            },
            own("i", [], "Tells what the last value is.") { session, call in
                let value = session.settings.withLock { $0.results.last?.value } ?? .atom(.nil)
                try await call.process.print(
                    TermDescription.text(of: value, on: session.node, session.print(value, .elixir)))
                return .atom("do not show this result in output")
            },
            own("h", [], "Shows what can be asked for.") { _, call in
                try await call.process.print(
                    "h(Module), h(&Module.function/arity): what a module has.  help: the commands.\n")
                return .atom("do not show this result in output")
            },
            own("h", ["What"], "Documentation of a module or of a function.") { session, call in
                try await call.process.print(session.documentation(of: call[0]))
                return .atom("do not show this result in output")
            },
            own("h", ["Module", "Function"], "Documentation of a function.") { session, call in
                try await call.process.print(session.documentation(try call.atom(0), try call.atom(1), nil))
                return .atom(.ok)
            },
            own("h", ["Module", "Function", "Arity"], "Documentation of a function.") { session, call in
                try await call.process.print(
                    session.documentation(try call.atom(0), try call.atom(1), try call.integer(2)))
                return .atom(.ok)
            },
            own("exports", ["Module"], "Shows the functions of a module.") { session, call in
                let names = session.node.functions.functions(of: try call.atom(0)).map { "\($0.name.name)/\($0.arity)" }
                try await call.process.print(
                    TextColumns.text(names, width: session.settings.withLock { $0.width } ?? 80))
                return .atom("do not show this result in output")
            },
            own("import_file", ["Path"], "Runs the lines of a file as if they were typed here.") { session, call in
                guard let path = call[0].asBinary?.text ?? call[0].text, let text = SourceFile.read(path) else {
                    throw call.badarg("there is no such file")
                }
                let value = try await session.evaluate(text, path.hasSuffix(".erl") ? .erlang : .elixir)
                return value
            },
            own("pid", ["Text"], "A pid from its text: pid(\"0.21.3\").") { session, call in
                guard let text = call[0].asBinary?.text ?? call[0].text else { throw call.badarg("pid takes a text") }
                let bare = text.hasPrefix("<") ? text : "<\(text)>"
                return try await call.call(.erlang, "list_to_pid", [.charlist(bare)])
            },
            own("pid", ["X", "Y", "Z"], "A pid from its three numbers.") { session, call in
                let numbers = try (0..<3).map { try call.integer($0) }.map(String.init).joined(separator: ".")
                return try await call.call(.erlang, "list_to_pid", [.charlist("<\(numbers)>")])
            },
        ]
    }

    /// A helper of this session. A session that others opened here has its own of the same names.
    private func own(
        _ name: Atom, _ parameters: [String], _ summary: String,
        _ body: @escaping @Sendable (Session, FunctionCall) async throws -> Term
    ) -> FunctionEntry {
        FunctionEntry("c", name, parameters, summary) { [weak self] call in
            guard let session = Sessions.of(call.process) ?? self else { return .atom(.ok) }
            return try await body(session, call)
        }
    }

    // MARK: Documentation

    private func documentation(of what: Term) -> String {
        switch what {
        case .atom(let module): return documentation(module, nil, nil)
        case .fun(.export(let fun)): return documentation(fun.module, fun.function, fun.arity)
        default: return "h takes a module or a function: h(&Enum.map/2), h(lists, map)\n"
        }
    }

    private func documentation(_ module: Atom, _ name: Atom?, _ arity: Int?) -> String {
        let functions = node.functions.functions(of: module).filter { entry in
            (name.map { $0 == entry.name } ?? true) && (arity.map { $0 == entry.arity } ?? true)
        }
        let title = module.name.hasPrefix("Elixir.") ? ElixirPrinter.atom(module) : ErlangPrinter.quoted(module)
        guard !functions.isEmpty else {
            return name.map { "No documentation for \(title).\($0.name) was found\n" }
                ?? "Could not load module \(title), got: nofile\n"
        }
        let separator = module.name.hasPrefix("Elixir.") ? "." : ":"
        return functions.map { entry in
            "\(title)\(separator)\(entry.name.name)(\(entry.parameters.joined(separator: ", ")))\n    \(entry.summary)\n"
        }.joined()
    }
}

/// Words in columns.
enum TextColumns {
    static func text(_ words: [String], width: Int) -> String {
        let room = (words.map(\.count).max() ?? 0) + 2
        let columns = max(1, width / max(1, room))
        var text = ""
        for (position, word) in words.enumerated() {
            let isLast = position % columns == columns - 1 || position == words.count - 1
            text += isLast ? word + "\n" : word + String(repeating: " ", count: room - word.count)
        }
        return text
    }
}

extension Term {
    /// The text of a charlist.
    fileprivate var text: String? {
        guard let codes = properList else { return nil }
        var text = String.UnicodeScalarView()
        for code in codes {
            guard let value = code.asInteger, let scalar = UInt32(exactly: value).flatMap(Unicode.Scalar.init) else {
                return nil
            }
            text.append(scalar)
        }
        return String(text)
    }
}

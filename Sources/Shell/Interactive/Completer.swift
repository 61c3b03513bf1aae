internal import EPMD
internal import Language
internal import Node
internal import Support
internal import Tables
internal import Terms

/// What TAB offers: commands and their words, node names, table names, modules and functions.
struct Completer: Sendable {
    let session: Session

    func completions(_ text: String, _ cursor: Int) async -> Completions {
        let scalars = Array(text.unicodeScalars)
        let before = String(String.UnicodeScalarView(scalars.prefix(cursor)))
        let start =
            before.unicodeScalars.lastIndex { $0 == " " || $0 == "," || $0 == "(" || $0 == "[" || $0 == "{" }
            .map { before.unicodeScalars.distance(from: before.unicodeScalars.startIndex, to: $0) + 1 } ?? 0
        let word = String(String.UnicodeScalarView(scalars[start..<min(cursor, scalars.count)]))
        let words = String(String.UnicodeScalarView(scalars[0..<start])).split(separator: " ").map(String.init)
        var items: [Completion]
        if words.isEmpty || CommandTable.isCommand(words[0]) {
            items = commandWords(words)
            items += await arguments(words)
        } else {
            items = []
        }
        if items.isEmpty || words.isEmpty { items += expressionItems(word) }
        var seen = Set<String>()
        let fitting = items.filter { $0.text.hasPrefix(word) && seen.insert($0.text).inserted }
        return Completions(start: start, items: fitting.sorted { $0.text < $1.text })
    }

    /// The next word of the commands that begin with these.
    private func commandWords(_ words: [String]) -> [Completion] {
        var items: [String: Completion] = [:]
        for command in CommandTable.commands where command.path.starts(with: words) && command.path.count > words.count
        {
            let next = command.path[words.count]
            let isWhole = command.path.count == words.count + 1
            items[next] = Completion(next, detail: isWhole ? command.summary : "")
        }
        return Array(items.values)
    }

    /// Values for the parameter at the cursor.
    private func arguments(_ words: [String]) async -> [Completion] {
        let matching = CommandTable.commands.filter { words.starts(with: $0.path) }
        guard let command = matching.max(by: { $0.path.count < $1.path.count }) else { return [] }
        let flags = command.flags.map { Completion("--\($0)") }
        let position = words.count - command.path.count
        if words.last == "--on" || words.last == "--nodes" { return await nodeNames() }
        let index = min(position, command.parameters.count - 1)
        guard index >= 0, position < command.parameters.count || command.parameters.last?.takesMany == true else {
            return flags
        }
        switch command.parameters[index] {
        case .node, .optionalNode, .nodes: return await nodeNames()
        case .oneOf(let names), .optionalOneOf(let names): return names.map { Completion($0) }
        case .table:
            return session.node.tables.all().compactMap { $0.asAtom }.map { Completion($0.name) }
        case .word where command.path[0] == "rpc":
            return functionWords(words, moduleAt: command.path == ["rpc", "multicall"] ? 2 : 3)
        default: return command.path == ["help"] ? commandWords(Array(words.dropFirst())) : flags
        }
    }

    private func functionWords(_ words: [String], moduleAt place: Int) -> [Completion] {
        if words.count <= place {
            return session.node.functions.modules.map { Completion($0.name) }
        }
        return session.node.functions.functions(of: Atom(words[place])).map {
            Completion($0.name.name, detail: $0.summary)
        }
    }

    /// Connected nodes, and those that epmd on this host knows.
    private func nodeNames() async -> [Completion] {
        var names = Set((session.node.connectedNodes(hidden: true)).map(\.name))
        if let host = session.node.name.name.split(separator: "@").last, session.node.isAlive,
            let registered = try? await session.node.epmdNames(host: "127.0.0.1")
        {
            for entry in registered { names.insert("\(entry.name)@\(host)") }
        }
        names.remove(session.node.name.name)
        return names.map { Completion($0) }
    }

    /// `Node.li`, `:rpc.ca`, `rpc:ca`: functions of modules; and modules themselves.
    private func expressionItems(_ word: String) -> [Completion] {
        var items: [Completion] = []
        for module in session.node.functions.modules {
            let name = module.name
            let isElixir = name.hasPrefix("Elixir.")
            let prefixes = isElixir ? [String(name.dropFirst(7)) + "."] : [":\(name).", "\(name):"]
            for prefix in prefixes {
                if word.hasPrefix(prefix) {
                    items += session.node.functions.functions(of: module).map {
                        Completion("\(prefix)\($0.name)(", detail: $0.summary, suffix: "")
                    }
                } else if prefix.hasPrefix(word), !word.isEmpty {
                    items.append(Completion(prefix, suffix: ""))
                }
            }
        }
        return items
    }
}

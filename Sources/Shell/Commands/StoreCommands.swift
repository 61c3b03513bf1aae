internal import Language
internal import Support
internal import Terms

extension CommandTable {
    /// `store …`
    static let storeCommands: [Command] = [
        Command(
            "store new", "T [set|ordered_set|bag|duplicate_bag] [--backend ets] [--on N]", "Makes a store.",
            parameters: [.word, .optionalOneOf(["set", "ordered_set", "bag", "duplicate_bag"])],
            flags: ["backend", "on"], example: "store new t ordered_set"
        ) { call in
            if let backend = call.flagTexts["backend"], backend != "ets" {
                throw Failure(.usage, "no backend \(backend) yet", hint: "the backend is ets")
            }
            let name = try call.atom(0, "the name of a store")
            let type: Term = call.count > 1 ? call.term(1) : .atom("set")
            let made = try await call.store("new", [.atom(name), type])
            return LineResult(made, text: "")
        },
        Command(
            "store put", "T K V [--on N]", "Binds a key to a value.", parameters: [.table, .term, .term], flags: ["on"],
            example: "store put t 1 \"x\""
        ) { call in
            LineResult(try await call.store("put", call.terms(from: 0)), text: "")
        },
        Command(
            "store get", "T K [--on N]", "The value of a key; nil if there is none.", parameters: [.table, .term],
            flags: ["on"]
        ) {
            call in
            let value = try await call.store("get", call.terms(from: 0))
            let isErlang = call.session.settings.withLock { $0.syntax } == .erlang
            return LineResult(value == .atom(.undefined) && !isErlang ? .atom(.nil) : value)
        },
        Command("store delete", "T K [--on N]", "Removes a key.", parameters: [.table, .term], flags: ["on"]) { call in
            LineResult(try await call.store("delete", call.terms(from: 0)), text: "")
        },
        Command("store tab2list", "T [--on N]", "All rows of a store.", parameters: [.table], flags: ["on"]) { call in
            LineResult(try await call.store("tab2list", call.terms(from: 0)))
        },
        Command("store list", "[--on N]", "The stores.", flags: ["on"]) { call in
            let stores = try await call.store("list", [])
            let rows = (stores.properList ?? []).compactMap { $0.asTuple }.map { $0.map(call.session.plain) }
            return LineResult(stores, table: TextTable(header: ["NAME", "TYPE", "SIZE", "BACKEND"], rows: rows))
        },
        Command("store info", "T [--on N]", "What is known of a store.", parameters: [.table], flags: ["on"]) { call in
            call.session.pairs(try await call.store("info", call.terms(from: 0)))
        },
        Command("store drop", "T [--on N]", "Deletes a store with all it holds.", parameters: [.table], flags: ["on"]) {
            call in
            LineResult(try await call.store("drop", call.terms(from: 0)), text: "")
        },
    ]
}

extension CommandCall {
    /// Calls a function of the module `store`, here or on the node that `--on` names.
    fileprivate func store(_ function: Atom, _ arguments: [Term]) async throws -> Term {
        guard let name = flagValues["on"]?.asAtom else { return try await call("store", function, arguments) }
        guard let node = try CommandCall.nodeName(name, session) else {
            throw Failure(.usage, "\(name) is not a node name", hint: "usage: \(command.synopsis)")
        }
        let value = try await call(
            "rpc", "call", [.atom(node), .atom("store"), .atom(function), .makeList(arguments), timeout])
        if let failure = session.badrpc(value, node) { throw failure }
        return value
    }
}

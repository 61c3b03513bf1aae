internal import Processes
internal import Terms

extension Node {
    /// What a caller tries first: `lists`, `timer`, and the questions that tools ask before they come in.
    static let probeFunctions: [FunctionEntry] = [
        FunctionEntry("lists", "reverse", ["List"], "The list backwards.", safe: true) { call in
            .makeList(try call.properList(0).reversed())
        },
        FunctionEntry("lists", "seq", ["From", "To"], "The integers between two.", safe: true) { call in
            let (from, to) = (try call.number(0), try call.number(1))
            guard to >= from - 1, to - from < 50_000_000 else { throw call.functionClause() }
            return from > to ? .nil : .makeList((from...to).map { .integer($0) })
        },
        FunctionEntry("timer", "sleep", ["Time"], "Waits so many milliseconds.", safe: true) { call in
            let limit = try call.timeout(0)
            _ = try await call.process.receive(timeout: limit) { (_: Term) -> Term? in nil }
            return .atom(.ok)
        },
        FunctionEntry(
            "io_lib", "format", ["Format", "Arguments"], "Text made of a format and its arguments.", safe: true
        ) {
            call in
            do {
                return .charlist(try TermFormat.format(call[0], try call.list(1)))
            } catch {
                throw call.badarg("the format and its arguments do not fit")
            }
        },
        FunctionEntry("code", "ensure_loaded", ["Module"], "Whether a module can be used.", safe: true) { call in
            let module = try call.atom(0)
            guard !call.node.functions.functions(of: module).isEmpty else {
                return .tuple([.atom(.error), .atom("nofile")])
            }
            return .tuple([.atom("module"), .atom(module)])
        },
        FunctionEntry(
            "erlang", "function_exported", ["Module", "Function", "Arity"], "Whether there is such a function.",
            safe: true
        ) { call in
            .boolean(call.node.functions.find(try call.atom(0), try call.atom(1), try call.integer(2)) != nil)
        },
    ]
}

extension FunctionCall {
    fileprivate func properList(_ position: Int) throws -> [Term] {
        guard let list = arguments[position].properList else { throw functionClause() }
        return list
    }

    fileprivate func number(_ position: Int) throws -> Int {
        guard let value = arguments[position].asInteger else { throw functionClause() }
        return value
    }
}

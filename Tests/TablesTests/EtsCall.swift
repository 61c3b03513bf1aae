import BigInt
import Tables
import Terms

/// One call of the `ets` module, run by our tables and written as Erlang source for a real `erl`.
struct EtsCall {
    var function: String
    var arguments: [Term]
    /// The result is a list whose order is the table's own: compare it sorted.
    var isUnordered = false

    var erlang: String {
        let call = "ets:\(function)(\(arguments.map(erlangText).joined(separator: ", ")))"
        return isUnordered ? "sorted(\(call))" : call
    }
}

/// Runs calls against one registry, all from one process.
struct EtsRunner {
    let registry = TableRegistry()
    let me = Pid(node: .nonode, id: 1, serial: 0, creation: 0)

    /// The printed result, `badarg` for an error.
    func run(_ call: EtsCall) -> String {
        do {
            let result = try result(call)
            guard call.isUnordered else { return erlangText(result) }
            return (result.properList ?? []).map(erlangText).sorted().joined(separator: ";")
        } catch { return error.reason.name }
    }

    private func result(_ call: EtsCall) throws(TableError) -> Term {
        let arguments = call.arguments
        if call.function == "new" {
            guard let name = arguments[0].asAtom else { throw TableError(reason: .badarg, detail: "no atom") }
            let options = try TableOptions(arguments[1])
            return try registry.create(
                name: name, options: options, owner: me,
                incarnation: NodeIncarnation(node: .nonode, creation: 0)
            ).identifier
        }
        if call.function == "info" {
            guard let table = registry.table(arguments[0]) else { return .atom(.undefined) }
            guard let item = arguments[1].asAtom, let value = table.info(item) else {
                throw TableError(reason: .badarg, detail: "no item")
            }
            return value
        }
        let table = try registry.existingTable(arguments[0])
        let rest = Array(arguments.dropFirst())
        return try result(call.function, table, rest)
    }

    private func result(_ function: String, _ table: Table, _ arguments: [Term]) throws(TableError) -> Term {
        func tuples(_ rows: [Tuple]) -> Term { .makeList(rows.map { .tuple($0) }) }
        func key(_ key: Term?) -> Term { key ?? .atom("$end_of_table") }
        switch (function, arguments.count) {
        case ("insert", 1): try table.insert(objects: arguments[0], from: me)
        case ("insert_new", 1): return .boolean(try table.insertNew(objects: arguments[0], from: me))
        case ("lookup", 1): return tuples(try table.lookup(arguments[0], from: me))
        case ("lookup_element", 2):
            guard let position = arguments[1].asInteger else { throw TableError(reason: .badarg, detail: "") }
            return try table.lookupElement(arguments[0], position, from: me)
        case ("member", 1): return .boolean(try table.member(arguments[0], from: me))
        case ("delete", 0): try registry.delete(table.identifier, from: me)
        case ("delete", 1): try table.delete(arguments[0], from: me)
        case ("delete_object", 1):
            guard let object = arguments[0].asTuple else { throw TableError(reason: .badarg, detail: "") }
            try table.deleteObject(object, from: me)
        case ("delete_all_objects", 0): try table.deleteAll(from: me)
        case ("take", 1): return tuples(try table.take(arguments[0], from: me))
        case ("tab2list", 0): return try table.tab2list(from: me)
        case ("first", 0): return key(try table.first(from: me))
        case ("last", 0): return key(try table.last(from: me))
        case ("next", 1): return key(try table.next(arguments[0], from: me))
        case ("prev", 1): return key(try table.previous(arguments[0], from: me))
        case ("update_counter", 2): return try table.updateCounter(arguments[0], arguments[1], from: me)
        case ("update_counter", 3):
            return try table.updateCounter(arguments[0], arguments[1], default: arguments[2], from: me)
        case ("update_element", 2): return .boolean(try table.updateElement(arguments[0], arguments[1], from: me))
        case ("rename", 1):
            guard let name = arguments[0].asAtom else { throw TableError(reason: .badarg, detail: "") }
            return try registry.rename(table.identifier, to: name, from: me)
        case ("safe_fixtable", 1): try table.safeFixtable(arguments[0].isTrue, from: me)
        default: preconditionFailure("no call ets:\(function)/\(arguments.count + 1)")
        }
        return .boolean(true)
    }
}

/// A term as `io:format("~w")` writes it; of the kinds the calls use.
func erlangText(_ term: Term) -> String {
    switch term {
    case .integer(let value): return "\(value)"
    case .bigInteger(let value): return "\(value.value)"
    case .float(let value): return "\(value)"
    case .atom(let atom):
        let isPlain =
            atom.name.first?.isLowercase == true
            && atom.name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "@" }
        return isPlain ? atom.name : "'\(atom.name)'"
    case .nil: return "[]"
    case .list(let list):
        let (_, end) = list.countAndEnd
        let tail = if case .nil = end { "" } else { "|" + erlangText(end) }
        return "[" + list.map(erlangText).joined(separator: ",") + tail + "]"
    case .tuple(let tuple): return "{" + tuple.map(erlangText).joined(separator: ",") + "}"
    case .binary: return "<<>>"
    default: preconditionFailure("a term no call uses: \(term)")
    }
}

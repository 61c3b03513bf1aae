internal import Processes
internal import Tables
internal import Terms

extension Node {
    /// The module `ets`.
    static let etsFunctions: [FunctionEntry] = [
        .immediate("ets", "new", ["Name", "Options"], "Makes a table that ends with the calling process.") { call in
            try call.ets { caller in
                let options = try TableOptions(call[1])
                let table = try call.tables.create(
                    name: try call.atom(0), options: options, owner: caller, incarnation: call.node.incarnation)
                return table.identifier
            }
        },
        .immediate("ets", "insert", ["Table", "Objects"], "Inserts a tuple, or a list of tuples at once.") { call in
            try call.ets { caller in
                try call.table().insert(objects: call[1], from: caller)
                return .boolean(true)
            }
        },
        .immediate("ets", "insert_new", ["Table", "Objects"], "Inserts only if no key is there yet.") { call in
            try call.ets { .boolean(try call.table().insertNew(objects: call[1], from: $0)) }
        },
        .immediate("ets", "lookup", ["Table", "Key"], "The tuples with a key.", safe: true) { call in
            try call.ets { .makeList(try call.table().lookup(call[1], from: $0).map { .tuple($0) }) }
        },
        .immediate(
            "ets", "lookup_element", ["Table", "Key", "Position"], "One element of the tuple with a key.", safe: true
        ) { call in
            try call.ets { try call.table().lookupElement(call[1], try call.integer(2), from: $0) }
        },
        .immediate("ets", "member", ["Table", "Key"], "Whether a key is there.", safe: true) { call in
            try call.ets { .boolean(try call.table().member(call[1], from: $0)) }
        },
        .immediate("ets", "delete", ["Table"], "Deletes a table.") { call in
            try call.ets {
                try call.tables.delete(call[0], from: $0)
                return .boolean(true)
            }
        },
        .immediate("ets", "delete", ["Table", "Key"], "Deletes the tuples with a key.") { call in
            try call.ets {
                try call.table().delete(call[1], from: $0)
                return .boolean(true)
            }
        },
        .immediate("ets", "delete_object", ["Table", "Object"], "Deletes one tuple.") { call in
            try call.ets {
                guard let object = call[1].asTuple else { throw call.badarg("argument 2 is not a tuple") }
                try call.table().deleteObject(object, from: $0)
                return .boolean(true)
            }
        },
        .immediate("ets", "delete_all_objects", ["Table"], "Deletes all tuples.") { call in
            try call.ets {
                try call.table().deleteAll(from: $0)
                return .boolean(true)
            }
        },
        .immediate("ets", "take", ["Table", "Key"], "Removes and gives the tuples with a key.") { call in
            try call.ets { .makeList(try call.table().take(call[1], from: $0).map { .tuple($0) }) }
        },
        .immediate("ets", "tab2list", ["Table"], "All tuples.", safe: true) { call in
            try call.ets { try call.table().tab2list(from: $0) }
        },
        .immediate("ets", "first", ["Table"], "The first key.", safe: true) { call in
            try call.ets { try call.table().first(from: $0) ?? endOfTable }
        },
        .immediate("ets", "last", ["Table"], "The last key.", safe: true) { call in
            try call.ets { try call.table().last(from: $0) ?? endOfTable }
        },
        .immediate("ets", "next", ["Table", "Key"], "The key after another.", safe: true) { call in
            try call.ets { try call.table().next(call[1], from: $0) ?? endOfTable }
        },
        .immediate("ets", "prev", ["Table", "Key"], "The key before another.", safe: true) { call in
            try call.ets { try call.table().previous(call[1], from: $0) ?? endOfTable }
        },
        .immediate("ets", "update_counter", ["Table", "Key", "Update"], "Adds to an element and gives it.") { call in
            try call.ets { try call.table().updateCounter(call[1], call[2], from: $0) }
        },
        .immediate(
            "ets", "update_counter", ["Table", "Key", "Update", "Default"],
            "As update_counter/3; a row that is missing is made of Default."
        ) { call in
            try call.ets { try call.table().updateCounter(call[1], call[2], default: call[3], from: $0) }
        },
        .immediate(
            "ets", "lookup_element", ["Table", "Key", "Position", "Default"],
            "One element of the tuple with a key, or Default.", safe: true
        ) { call in
            try call.ets { caller in
                try call.table().member(call[1], from: caller)
                    ? try call.table().lookupElement(call[1], try call.integer(2), from: caller) : call[3]
            }
        },
        .immediate(
            "ets", "safe_fixtable", ["Table", "Fixes"], "Keeps a traversal of a table safe while rows are deleted."
        ) { call in
            try call.ets { caller in
                guard case .atom(let flag) = call[1], flag == .true || flag == .false else {
                    throw call.badarg("argument 2 is not a boolean")
                }
                try call.table().safeFixtable(flag == .true, from: caller)
                return .boolean(true)
            }
        },
        .immediate("ets", "update_element", ["Table", "Key", "Changes"], "Replaces elements of a tuple.") { call in
            try call.ets { .boolean(try call.table().updateElement(call[1], call[2], from: $0)) }
        },
        .immediate("ets", "info", ["Table"], "What is known of a table.", safe: true) { call in
            guard call.namesTable else { throw call.badarg("not a table identifier") }
            return call.tables.table(call[0])?.info() ?? .atom(.undefined)
        },
        .immediate("ets", "info", ["Table", "Item"], "One thing that is known of a table.", safe: true) { call in
            guard call.namesTable else { throw call.badarg("not a table identifier") }
            guard let table = call.tables.table(call[0]) else { return .atom(.undefined) }
            guard let value = table.info(try call.atom(1)) else { throw call.badarg("no such item") }
            return value
        },
        .immediate("ets", "all", [], "All tables.", safe: true) { .makeList($0.node.tables.all()) },
        .immediate("ets", "whereis", ["Name"], "The identifier of a named table.", safe: true) { call in
            call.tables.table(.atom(try call.atom(0))).map { .reference($0.id) } ?? .atom(.undefined)
        },
        .immediate("ets", "rename", ["Table", "Name"], "Renames a table.") { call in
            try call.ets { try call.tables.rename(call[0], to: try call.atom(1), from: $0) }
        },
        .immediate("ets", "give_away", ["Table", "Pid", "Data"], "Gives a table to another process.") { call in
            try call.ets { caller in
                let pid = try call.pid(1)
                guard let receiver = call.node.processes.process(pid) else {
                    throw call.badarg("the receiver is not a living local process")
                }
                try call.tables.giveAway(call[0], to: pid, from: caller)
                receiver.deliver(.tuple([.atom("ETS-TRANSFER"), call[0], .pid(caller), call[2]]))
                return .boolean(true)
            }
        },
    ]
}

private let endOfTable = Term.atom("$end_of_table")

extension ImmediateCall {
    /// Whether the first argument may be a table at all.
    fileprivate var namesTable: Bool { arguments[0].asAtom != nil || arguments[0].asReference != nil }

    func table() throws -> Table { try tables.existingTable(arguments[0]) }

    /// Runs a table operation for the calling process; its failures become `badarg` of this call.
    func ets(_ body: (Pid) throws -> Term) throws -> Term {
        do {
            return try body(caller)
        } catch let error as TableError {
            throw ErlangException(
                .error, .atom(error.reason),
                stack: [kept.entry(.atom(error.reason), cause: error.cause)], detail: error.detail)
        }
    }
}

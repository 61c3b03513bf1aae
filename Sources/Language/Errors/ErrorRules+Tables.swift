internal import Processes
internal import Terms

// The module ets. Whether a table is there, and what it holds, only the call knew: its cause says so.
extension ErrorRules {
    private static let row = ArgumentCheck { term in
        guard let tuple = term.asTuple else { return "not a tuple" }
        return tuple.isEmpty ? "is an empty tuple" : nil
    }
    private static let rows = ArgumentCheck { term in
        guard term.isList else { return row.problem(term) }
        let isGood = term.properList?.allSatisfy { $0.asTuple.map { !$0.isEmpty } ?? false } ?? false
        return isGood ? nil : "not a non-empty tuple or a list of non-empty tuples"
    }
    private static let counter = ArgumentCheck("not a valid update operation") { term in
        if term.isInteger || isCounter(term) { return true }
        return term.properList?.allSatisfy(isCounter) ?? false
    }
    private static let element = ArgumentCheck("is not a valid element specification") { term in
        isElement(term) || (term.properList?.allSatisfy(isElement) ?? false)
    }
    private static let tableName = ArgumentCheck("invalid table name (must be an atom)") { $0.asAtom != nil }

    /// The rule of a function whose first argument is a table.
    private static func table(_ others: ArgumentCheck..., rest: CallRule.Remainder? = nil) -> CallRule {
        CallRule([]).rest { call in
            var details = ErrorDetails()
            details[1] = tableProblem(call)
            for (position, check) in others.enumerated() where call.arguments.indices.contains(position + 1) {
                details[position + 2] = check.problem(call.arguments[position + 1])
            }
            return details.isEmpty ? rest?(call) ?? details : details
        }
    }

    private static func tableProblem(_ call: FailedCall) -> String? {
        let table = call.arguments[0]
        if table.asAtom == nil, table.asReference == nil { return "not an atom or a table identifier" }
        switch call.cause?.asAtom {
        case "id": return "the table identifier does not refer to an existing ETS table"
        case "access": return "the table identifier refers to an ETS table with insufficient access rights"
        default: return nil
        }
    }

    private static func isPair(_ term: Term, _ counts: ClosedRange<Int>) -> Bool {
        guard let tuple = term.asTuple, counts.contains(tuple.count) else { return false }
        return tuple[0].isInteger
    }
    private static func isCounter(_ term: Term) -> Bool {
        guard let tuple = term.asTuple, tuple.count == 2 || tuple.count == 4 else { return false }
        return tuple.allSatisfy(\.isInteger)
    }
    private static func isElement(_ term: Term) -> Bool {
        guard let tuple = term.asTuple, tuple.count == 2, let position = tuple[0].asInteger else { return false }
        return position > 0
    }

    private static let key = "not a key that exists in the table"
    private static let isKey = "the position is the same as the key position"

    static let ets: [String: CallRule] = [
        "new/2": .of(.atom, .list).rest { call in
            call.cause == .atom("already_exists") ? .at(1, "table name already exists") : .at(2, "invalid options")
        },
        "whereis/1": .of(tableName),
        "rename/2": table(tableName) { _ in .at(2, "table name already exists") },
        "insert/2": table(rows), "insert_new/2": table(rows),
        "lookup/2": table(), "member/2": table(), "delete/1": table(), "delete/2": table(), "take/2": table(),
        "first/1": table(), "last/1": table(), "info/1": table(), "tab2list/1": table(),
        "delete_all_objects/1": table(), "match_object/2": table(), "match/2": table(), "match_delete/2": table(),
        "delete_object/2": table(row),
        "next/2": table { _ in .at(2, key) }, "prev/2": table { _ in .at(2, key) },
        "info/2": table { _ in .at(2, "not a valid info item") },
        "lookup_element/3": table(.any, .integer(from: 1)) { call in
            switch call.cause?.asAtom {
            case "badkey": .at(2, key)
            default: .at(3, "position is greater than the size of the object")
            }
        },
        "update_counter/3": table(.any, counter) { badCounter($0) },
        "update_counter/4": table(.any, counter, .tuple) { badCounter($0) },
        "update_element/3": table(.any, element) { call in
            switch call.cause?.asAtom {
            case "keypos": .at(3, isKey)
            default: .at(3, "out of range")
            }
        },
        "give_away/3": table(.pid) { call in
            switch call.cause?.asAtom {
            case "owner": .at(2, "the process is already the owner of the table")
            default: .at(2, "the pid refers to a terminated process")
            }
        },
    ]

    private static func badCounter(_ call: FailedCall) -> ErrorDetails {
        switch call.cause?.asAtom {
        case "keypos": .at(3, isKey)
        case "position": .at(3, "the position in the update operation is out of range")
        case "not_supported":
            .at(1, "the table identifier refers to an ETS table of a type not supported by this operation")
        case "badkey": .at(2, key)
        default: .at(3, "the value in the given position, in the object, is not an integer")
        }
    }
}

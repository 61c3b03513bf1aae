internal import Processes
internal import Terms

extension LanguageLibrary {
    private static let lists = NativeModule("lists")

    /// The functions of `lists` on lists of tuples: a key is the element at a position that counts from 1, and keys
    /// compare with `==`.
    static let listsKeyFunctions: [NativeFunction] = [
        lists("keyfind", "Key N TupleList", "The first tuple whose element N equals Key, or false.") { call in
            try keySearch(call) ?? .boolean(false)
        },
        lists("keymember", "Key N TupleList", "Whether a tuple's element N equals Key.") { call in
            .boolean(try keySearch(call) != nil)
        },
        lists(
            "keysearch", "Key N TupleList", "{value, Tuple} for the first tuple whose element N equals Key, or false."
        ) {
            call in
            guard let found = try keySearch(call) else { return .boolean(false) }
            return .tuple(.atom("value"), found)
        },
        lists("keydelete", "Key N TupleList", "The list without the first tuple whose element N equals Key.") { call in
            let (elements, place) = try keyPlace(call, list: 2)
            guard let place else { return call[2] }
            return .makeList(elements[..<place], tail: .makeList(elements[(place + 1)...]))
        },
        lists(
            "keyreplace", "Key N TupleList NewTuple",
            "The list with NewTuple for the first tuple whose element N is Key."
        ) {
            call in
            guard case .tuple = call[3] else { throw call.functionClause() }
            var (elements, place) = try keyPlace(call, list: 2)
            guard let place else { return call[2] }
            elements[place] = call[3]
            return .makeList(elements)
        },
        lists("keystore", "Key N TupleList NewTuple", "As keyreplace/4; appends NewTuple if no tuple has the key.") {
            call in
            guard case .tuple = call[3] else { throw call.functionClause() }
            var (elements, place) = try keyPlace(call, list: 2)
            if let place { elements[place] = call[3] } else { elements.append(call[3]) }
            return .makeList(elements)
        },
        lists("keytake", "Key N TupleList", "{value, Tuple, Rest} for the first tuple with the key, or false.") {
            call in
            let (elements, place) = try keyPlace(call, list: 2)
            guard let place else { return .boolean(false) }
            return .tuple(
                .atom("value"), elements[place],
                .makeList(elements[..<place], tail: .makeList(elements[(place + 1)...])))
        },
        lists("keysort", "N TupleList", "The tuples sorted by element N; equal ones keep their order.") { call in
            let keyed = try keyed(call, 1, position: 0)
            return .makeList(sortedStably(keyed).map(\.element))
        },
        lists("ukeysort", "N TupleList", "As keysort/2, without all but the first of tuples with equal keys.") { call in
            var result: [Keyed] = []
            for entry in sortedStably(try keyed(call, 1, position: 0))
            where result.last.map({ Term.compare($0.key, entry.key) != .equal }) ?? true { result.append(entry) }
            return .makeList(result.map(\.element))
        },
        lists("keymerge", "N TupleList1 TupleList2", "Two lists sorted by element N as one.") { call in
            try keyMerge(call, isUnique: false)
        },
        lists("ukeymerge", "N TupleList1 TupleList2", "As keymerge/3; of tuples with equal keys the one of TupleList1.")
        { call in
            try keyMerge(call, isUnique: true)
        },
    ]

    private struct Keyed {
        let key: Term
        let element: Term
    }

    private static func keySearch(_ call: borrowing NativeCall) throws -> Term? {
        guard case .integer(let position) = call[1], position >= 1 else { throw call.badarg() }
        guard case .list(let list) = call[2] else {
            guard case .nil = call[2] else { throw call.badarg() }
            return nil
        }
        let key = call[0]
        let (found, end) = list.search { element in
            guard case .tuple(let tuple) = element, position <= tuple.count else { return false }
            return Term.compare(tuple[position - 1], key) == .equal
        }
        if let found { return found }
        guard case .nil = end else { throw call.badarg() }
        return nil
    }

    private static func keyPlace(_ call: borrowing NativeCall, list: Int) throws -> (elements: [Term], place: Int?) {
        guard case .integer(let position) = call[1], position >= 1 else { throw call.functionClause() }
        let key = call[0]
        let elements = try call.elements(list)
        return (elements, elements.firstIndex { $0.field(position).map { $0.equals(key) } ?? false })
    }

    private static func keyed(_ call: borrowing NativeCall, _ list: Int, position: Int) throws -> [Keyed] {
        guard case .integer(let place) = call[position], place >= 1 else { throw call.functionClause() }
        guard call[list].isList else { throw ErlangException.error(.tuple(.atom("case_clause"), call[list])) }
        let elements = try call.elements(list)
        if elements.count == 1 { return [Keyed(key: .nil, element: elements[0])] }
        return try elements.map { element in
            guard let key = element.field(place) else { throw ErlangException.badarg() }
            return Keyed(key: key, element: element)
        }
    }

    /// Swift's sort keeps the order of equal elements, though it does not promise to: the tests watch it.
    private static func sortedStably(_ entries: [Keyed]) -> [Keyed] {
        entries.sorted { Term.compare($0.key, $1.key) == .less }
    }

    private static func keyMerge(_ call: borrowing NativeCall, isUnique: Bool) throws -> Term {
        guard case .integer(let position) = call[0], position >= 1 else { throw call.functionClause() }
        let (one, two) = (try call.elements(1), try call.elements(2))
        return .makeList(
            try merged(one, two, isUnique: isUnique) { left, right in
                guard let left = left.field(position), let right = right.field(position) else {
                    throw ErlangException.badarg()
                }
                return Term.compare(left, right)
            })
    }
}

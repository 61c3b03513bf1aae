internal import BigInt
internal import Processes
internal import Terms

extension LanguageLibrary {
    private static let lists = NativeModule("lists")

    /// The module `lists`: what takes no fun. Keys and sorting stand in files of their own.
    static let listsFunctions: [NativeFunction] = [
        lists("reverse", "List", "The list with its elements in reverse order.") { call in
            try reversed(call[0], before: .nil, improper: call.functionClause())
        },
        lists("reverse", "List Tail", "The elements of List in reverse order in front of Tail.") { call in
            try reversed(call[0], before: call[1], improper: call.badarg())
        },
        lists("member", "Element List", "Whether an element matches.") { call in
            let element = call[0]
            switch call[1] {
            case .nil: return .boolean(false)
            case .list(let list):
                let (found, end) = list.search { $0 == element }
                if found != nil { return .boolean(true) }
                guard case .nil = end else { throw call.badarg() }
                return .boolean(false)
            default: throw call.badarg()
            }
        },
        lists("append", "ListOfLists", "All the lists of a list, joined.") { call in
            guard case .list = call[0] else {
                guard case .nil = call[0] else { throw call.functionClause() }
                return .nil
            }
            let parts = try call.elements(0)
            // The last one may be any term.
            var result = parts.last ?? .nil
            for part in parts.dropLast().reversed() { result = try appended(part, result) }
            return result
        },
        lists("append", "List1 List2", "List1 in front of List2.") { call in try appended(call[0], call[1]) },
        lists("subtract", "List1 List2", "List1 without the first occurrence of each element of List2.") { call in
            try subtracted(call[0], call[1])
        },
        lists("concat", "Things", "The texts of atoms, numbers and strings, joined.") { call in
            var texts: [Term] = []
            for thing in try call.elements(0) {
                switch thing {
                case .atom(let atom): texts.append(.charlist(atom.name))
                case .integer, .bigInteger, .float: texts.append(.charlist(FloatText.plain(thing)))
                case .list, .nil: texts.append(thing)
                default: throw call.functionClause()
                }
            }
            var result = texts.last ?? .nil
            for text in texts.dropLast().reversed() { result = try appended(text, result) }
            return result
        },
        lists("flatten", "DeepList", "The elements of a list of lists of any depth.") { call in
            .makeList(try flattened(call[0]))
        },
        lists("flatten", "DeepList Tail", "The elements of a deep list in front of Tail.") { call in
            guard call[1].isList else { throw call.functionClause() }
            return .makeList(try flattened(call[0]), tail: call[1])
        },
        lists("flatlength", "DeepList", "How many elements flatten/1 would give.") { call in
            .integer(try flattened(call[0]).count)
        },
        lists("seq", "From To", "The integers from From to To.") { call in
            guard case .integer(let from) = call[0], case .integer(let to) = call[1], from <= to || from - 1 <= to
            else {
                throw call.functionClause()
            }
            return try sequence(from, to, 1)
        },
        lists("seq", "From To Increment", "The integers from From to To in steps.") { call in
            guard case .integer(let from) = call[0], case .integer(let to) = call[1], case .integer(let step) = call[2]
            else { throw call.badarg() }
            let (before, isFar) = from.subtractingReportingOverflow(step)
            if step > 0 ? !isFar && before > to : step < 0 ? !isFar && before < to : from != to { throw call.badarg() }
            return try sequence(from, to, step)
        },
        lists("sum", "List", "The sum of numbers.") { call in
            try call.elements(0).reduce(.integer(0)) { try Arithmetic.add($0, $1) }
        },
        lists("max", "List", "The greatest element.") { call in
            guard let first = try call.elements(0).first else { throw call.functionClause() }
            return try call.elements(0).dropFirst().reduce(first) { Term.compare($1, $0) == .greater ? $1 : $0 }
        },
        lists("min", "List", "The least element.") { call in
            guard let first = try call.elements(0).first else { throw call.functionClause() }
            return try call.elements(0).dropFirst().reduce(first) { Term.compare($1, $0) == .less ? $1 : $0 }
        },
        lists("nth", "N List", "The element at a position that counts from 1.") { call in
            guard case .list(let list) = call[1] else { throw call.functionClause() }
            guard call[0].isNumber else { throw ErlangException.badarith }
            guard case .list(let rest)? = list.dropping(try call.count(0, from: 1) - 1) else {
                throw call.functionClause()
            }
            return rest.head
        },
        lists("nthtail", "N List", "What follows the first N elements.") { call in
            if case .list = call[1], !call[0].isNumber { throw ErlangException.badarith }
            let count = try call.count(0)
            switch call[1] {
            case .nil where count == 0: return .nil
            case .list(let list):
                guard let rest = list.dropping(count), rest.isList || count > 0 else { throw call.functionClause() }
                return rest
            default: throw call.functionClause()
            }
        },
        lists("last", "List", "The last element.") { call in
            guard let last = try call.elements(0).last else { throw call.functionClause() }
            return last
        },
        lists("droplast", "List", "The list without its last element.") { call in
            let elements = try call.elements(0)
            guard !elements.isEmpty else { throw call.functionClause() }
            return .makeList(elements.dropLast())
        },
        lists("sublist", "List Length", "The first elements, as many as Length.") { call in
            guard call[0].isList else { throw call.functionClause() }
            return .makeList(try prefix(call[0], try call.count(1)))
        },
        lists("sublist", "List Start Length", "As many elements as Length, from a position that counts from 1.") {
            call in
            let start = try call.count(1, from: 1)
            let length = try call.count(2)
            guard case .list(let list) = call[0] else {
                guard case .nil = call[0] else { throw call.functionClause() }
                return .nil
            }
            return .makeList(try prefix(list.dropping(start - 1) ?? .nil, length))
        },
        lists("split", "N List", "The first N elements, and the rest.") { call in
            guard let count = call[0].asInteger, count >= 0, call[1].isList else { throw call.badarg() }
            guard case .list(let list) = call[1] else {
                guard count == 0 else { throw call.badarg() }
                return .tuple(.nil, .nil)
            }
            guard let rest = list.dropping(count), count == 0 || rest.isList else { throw call.badarg() }
            return .tuple(.makeList(try prefix(call[1], count)), rest)
        },
        lists("zip", "List1 List2", "Pairs of the elements that stand at the same place.") { call in
            let (one, two) = (try call.elements(0), try call.elements(1))
            guard one.count == two.count else { throw call.functionClause() }
            return .makeList(zip(one, two).map { .tuple($0, $1) })
        },
        lists("zip3", "List1 List2 List3", "Triples of the elements that stand at the same place.") { call in
            let (one, two, three) = (try call.elements(0), try call.elements(1), try call.elements(2))
            guard one.count == two.count, two.count == three.count else { throw call.functionClause() }
            return .makeList(one.indices.map { .tuple(one[$0], two[$0], three[$0]) })
        },
        lists("unzip", "Pairs", "The first elements of pairs, and the second ones.") { call in
            let columns = try columns(of: try call.elements(0), count: 2)
            return .tuple(columns[0], columns[1])
        },
        lists("unzip3", "Triples", "The first elements of triples, the second and the third ones.") { call in
            let columns = try columns(of: try call.elements(0), count: 3)
            return .tuple(columns[0], columns[1], columns[2])
        },
        lists("duplicate", "N Element", "A list of N times the element.") { call in
            let count = try call.count(0)
            guard count <= maximumLength else { throw ErlangException.systemLimit }
            try MemoryLimit.shared.checkRoom(for: count * MemoryLayout<Term>.stride)
            return .makeList(Array(repeating: call[1], count: count))
        },
        lists("delete", "Element List", "The list without the first element that matches.") { call in
            let elements = try call.elements(1)
            guard let place = elements.firstIndex(of: call[0]) else { return call[1] }
            return .makeList(elements[..<place], tail: .makeList(elements[(place + 1)...]))
        },
        lists("prefix", "List1 List2", "Whether List2 begins with List1.") { call in
            guard call[0].isList, call[1].isList else { throw call.functionClause() }
            var (one, two) = (call[0], call[1])
            while case .list(let left) = one, case .list(let right) = two {
                guard left.head == right.head else { return .boolean(false) }
                (one, two) = (left.tail, right.tail)
            }
            guard one.isList, two.isList else { throw call.functionClause() }
            if case .nil = one { return .boolean(true) }
            return .boolean(false)
        },
        lists("suffix", "List1 List2", "Whether List2 ends with List1.") { call in
            let (one, two) = (try call.list(0), try call.list(1))
            return .boolean(two.count >= one.count && two.suffix(one.count).elementsEqual(one))
        },
        lists("join", "Separator List", "The list with Separator between each two elements.") { call in
            let elements = try call.elements(1)
            guard !elements.isEmpty else { return .nil }
            let separator = call[0]
            return .list(
                List(uninitializedCount: 2 * elements.count - 1) { target in
                    for (position, element) in elements.enumerated() {
                        if position > 0 { (target + 2 * position - 1).initialize(to: separator) }
                        (target + 2 * position).initialize(to: element)
                    }
                })
        },
        lists("enumerate", "List", "Pairs of a position that counts from 1 and the element.") { call in
            .makeList(try call.elements(0).enumerated().map { .tuple(.integer($0 + 1), $1) })
        },
        lists("enumerate", "Start List", "Pairs of a position that counts from Start and the element.") { call in
            guard call[0].isInteger else { throw call.functionClause() }
            let elements = try call.elements(1)
            guard case .integer(let start) = call[0], !start.addingReportingOverflow(elements.count).overflow else {
                let start = try call.bigInteger(0)
                return .makeList(elements.enumerated().map { .tuple(.integer(start + BigInt($0)), $1) })
            }
            return .makeList(elements.enumerated().map { .tuple(.integer(start + $0), $1) })
        },
        lists("uniq", "List", "The list without the repetitions of an element.") { call in
            var seen: Set<Term> = []
            return .makeList(try call.elements(0).filter { seen.insert($0).inserted })
        },
    ]

    /// Longer lists than anybody has memory for.
    private static let maximumLength = 1 << 28

    private static func sequence(_ from: Int, _ to: Int, _ step: Int) throws -> Term {
        if step == 0 { return .makeList([.integer(from)]) }
        let (span, overflow) = to.subtractingReportingOverflow(from)
        let (steps, isHuge) = span.dividedReportingOverflow(by: step)
        guard !overflow, !isHuge, steps < maximumLength else { throw ErlangException.systemLimit }
        let count = span.signum() == -step.signum() ? 0 : steps + 1
        guard count > 0 else { return .nil }
        try MemoryLimit.shared.checkRoom(for: count * MemoryLayout<Term>.stride)
        return .list(
            List(uninitializedCount: count) { target in
                for position in 0..<count { (target + position).initialize(to: .integer(from + position * step)) }
            })
    }

    static func reversed(_ list: Term, before tail: Term, improper: ErlangException) throws -> Term {
        guard case .list(let list) = list else {
            guard case .nil = list else { throw improper }
            return tail
        }
        let (count, end) = list.countAndEnd
        guard case .nil = end else { throw improper }
        return .list(
            List(uninitializedCount: count, tail: tail) { target in
                var place = target + count
                list.forEachRun { run in
                    for element in run {
                        place -= 1
                        place.initialize(to: element)
                    }
                }
            })
    }

    /// `List1 ++ List2`.
    static func appended(_ one: Term, _ two: Term) throws -> Term {
        guard case .list(let list) = one else {
            guard case .nil = one else { throw ErlangException.badarg() }
            return two
        }
        let (count, end) = list.countAndEnd
        guard case .nil = end else { throw ErlangException.badarg() }
        if case .nil = two { return one }
        try MemoryLimit.shared.checkRoom(for: count * MemoryLayout<Term>.stride)
        return .list(
            List(uninitializedCount: count, tail: two) { target in
                var place = target
                list.forEachRun { run in
                    guard let base = run.baseAddress else { return }
                    place.initialize(from: base, count: run.count)
                    place += run.count
                }
            })
    }

    /// `List1 -- List2`.
    static func subtracted(_ one: Term, _ two: Term) throws -> Term {
        guard let elements = one.properList, let removed = two.properList else { throw ErlangException.badarg() }
        guard !removed.isEmpty, !elements.isEmpty else { return one }
        if removed.count == 1 {
            guard let place = elements.firstIndex(of: removed[0]) else { return one }
            return .makeList(elements[..<place] + elements[(place + 1)...])
        }
        var counts: [Term: Int] = [:]
        for element in removed { counts[element, default: 0] += 1 }
        return .makeList(
            elements.filter { element in
                guard let count = counts[element], count > 0 else { return true }
                counts[element] = count - 1
                return false
            })
    }

    /// Lists nest as deep as somebody built them: a stack of our own.
    private static func flattened(_ deep: Term) throws -> [Term] {
        guard deep.isList else { throw ErlangException.functionClause }
        var elements: [Term] = []
        var rest: [Term] = []
        var current = deep
        while true {
            switch current {
            case .list(let list):
                let (head, tail) = (list.head, list.tail)
                if case .list = head {
                    rest.append(tail)
                    current = head
                } else {
                    if case .nil = head {} else { elements.append(head) }
                    current = tail
                }
            case .nil:
                guard let next = rest.popLast() else { return elements }
                current = next
            default: throw ErlangException.functionClause
            }
        }
    }

    /// The first elements, fewer if the list is shorter; an improper end is refused when it is reached.
    private static func prefix(_ list: Term, _ count: Int) throws -> [Term] {
        var elements: [Term] = []
        var rest = list
        while elements.count < count {
            guard case .list(let list) = rest else {
                guard case .nil = rest else { throw ErlangException.functionClause }
                break
            }
            elements.append(list.head)
            rest = list.tail
        }
        return elements
    }

    private static func columns(of rows: [Term], count: Int) throws -> [Term] {
        var columns = [[Term]](repeating: [], count: count)
        for row in rows {
            guard case .tuple(let tuple) = row, tuple.count == count else { throw ErlangException.functionClause }
            for column in 0..<count { columns[column].append(tuple[column]) }
        }
        return columns.map { .makeList($0) }
    }
}

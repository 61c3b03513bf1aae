internal import Processes
internal import Terms

extension LanguageLibrary {
    private static let lists = NativeModule("lists")

    /// Sorting and merging by value in `lists`.
    static let listsSortingFunctions: [NativeFunction] = [
        lists("sort", "List", "The list in the order of terms.") { call in
            .makeList(sorted(try call.elements(0)))
        },
        lists("usort", "List", "The sorted list without all but the first of equal elements.") { call in
            .makeList(unique(sorted(try call.elements(0))))
        },
        lists("merge", "ListOfLists", "All the sorted lists of a list as one.") { call in
            try mergedAll(try call.elements(0), isUnique: false)
        },
        lists("merge", "List1 List2", "Two sorted lists as one; of equal elements those of List1 come first.") { call in
            .makeList(try merged(try call.elements(0), try call.elements(1), isUnique: false, by: Term.compare))
        },
        lists("merge3", "List1 List2 List3", "Three sorted lists as one.") { call in
            try mergedAll([call[0], call[1], call[2]], isUnique: false)
        },
        lists("umerge", "ListOfLists", "All the sorted lists of a list as one, without repetitions.") { call in
            try mergedAll(try call.elements(0), isUnique: true)
        },
        lists("umerge", "List1 List2", "Two sorted lists as one; of equal elements the one of List1.") { call in
            .makeList(try merged(try call.elements(0), try call.elements(1), isUnique: true, by: Term.compare))
        },
        lists("umerge3", "List1 List2 List3", "Three sorted lists as one, without repetitions.") { call in
            try mergedAll([call[0], call[1], call[2]], isUnique: true)
        },
    ]

    /// In the order of terms; equal elements keep their order.
    static func sorted(_ elements: [Term]) -> [Term] {
        var numbers: [Int] = []
        numbers.reserveCapacity(elements.count)
        for element in elements {
            guard case .integer(let value) = element else {
                // Swift's sort keeps the order of equal elements, though it does not promise to: the tests watch it.
                return elements.sorted { Term.compare($0, $1) == .less }
            }
            numbers.append(value)
        }
        numbers.sort()
        return numbers.map { .integer($0) }
    }

    static func unique(_ sorted: [Term]) -> [Term] {
        var result: [Term] = []
        result.reserveCapacity(sorted.count)
        for element in sorted where result.last.map({ !$0.equals(element) }) ?? true { result.append(element) }
        return result
    }

    static func merged(
        _ one: [Term], _ two: [Term], isUnique: Bool, by compare: (Term, Term) throws -> TermOrder
    ) throws -> [Term] {
        var result: [Term] = []
        result.reserveCapacity(one.count + two.count)
        var (left, right) = (0, 0)
        while left < one.count, right < two.count {
            switch try compare(one[left], two[right]) {
            case .less:
                result.append(one[left])
                left += 1
            case .equal:
                result.append(one[left])
                left += 1
                if isUnique { right += 1 }
            case .greater:
                result.append(two[right])
                right += 1
            }
        }
        result.append(contentsOf: one[left...])
        result.append(contentsOf: two[right...])
        return result
    }

    private static func mergedAll(_ lists: [Term], isUnique: Bool) throws -> Term {
        var rows = try lists.map { list in
            guard let elements = list.properList else { throw ErlangException.functionClause }
            return elements
        }
        // Neighbours in pairs, so that each element is moved as often as the logarithm of how many lists there are.
        while rows.count > 1 {
            var next: [[Term]] = []
            for position in stride(from: 0, to: rows.count, by: 2) {
                guard position + 1 < rows.count else {
                    next.append(rows[position])
                    continue
                }
                next.append(try merged(rows[position], rows[position + 1], isUnique: isUnique, by: Term.compare))
            }
            rows = next
        }
        return .makeList(rows.first ?? [])
    }
}

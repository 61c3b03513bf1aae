internal import Terms

/// The head of a match specification: what a row has to look like, and what its variables stand for.
///
/// Variables are written `'$0'`, `'$1'`, …; `'_'` is anything. A map in a pattern matches maps that have its keys and more.
struct MatchPattern: Sendable {
    private indirect enum Part: Sendable {
        case anything
        /// A variable that comes for the first time: its slot.
        case bind(Int)
        /// One that came before.
        case same(Int)
        /// A term without variables.
        case term(Term)
        case tuple([Part])
        case cons(Part, Part)
        case map([(key: Term, value: Part)])

        var isTerm: Bool { if case .term = self { true } else { false } }
    }

    private let root: Part
    /// The number of the variable in each slot.
    let numbers: [Int]

    /// Nesting of a pattern, at most.
    private static let maximumDepth = 500

    /// - Throws: `badarg` for a variable as the key of a map, and for a pattern that is nested too deep.
    init(_ term: Term) throws(TableError) {
        var numbers: [Int] = []
        root = try Self.part(term, &numbers, 0)
        self.numbers = numbers
    }

    private static func part(_ term: Term, _ numbers: inout [Int], _ depth: Int) throws(TableError) -> Part {
        guard depth < maximumDepth else { throw .badarg("a match pattern that is nested too deep") }
        switch term {
        case .atom("_"): return .anything
        case .atom(let atom):
            guard let number = variableNumber(atom) else { return .term(term) }
            if let slot = numbers.firstIndex(of: number) { return .same(slot) }
            numbers.append(number)
            return .bind(numbers.count - 1)
        case .tuple(let tuple):
            var parts: [Part] = []
            for element in tuple { parts.append(try part(element, &numbers, depth + 1)) }
            return parts.allSatisfy(\.isTerm) ? .term(term) : .tuple(parts)
        case .list(let list):
            // In a loop: a list may be long.
            var heads: [Part] = []
            var rest = Term.list(list)
            while case .list(let cell) = rest {
                heads.append(try part(cell.head, &numbers, depth + 1))
                rest = cell.tail
            }
            let tail = try part(rest, &numbers, depth + 1)
            if tail.isTerm, heads.allSatisfy(\.isTerm) { return .term(term) }
            guard heads.count < maximumDepth else { throw .badarg("a list of too many elements in a match pattern") }
            return heads.reversed().reduce(tail) { .cons($1, $0) }
        case .map(let map):
            var pairs: [(key: Term, value: Part)] = []
            for (key, value) in map.sortedPairs {
                // The key has to be known.
                guard try part(key, &numbers, depth + 1).isTerm else {
                    throw .badarg("a variable as the key of a map")
                }
                pairs.append((key, try part(value, &numbers, depth + 1)))
            }
            return .map(pairs)
        default: return .term(term)
        }
    }

    /// The number of a variable; nothing for another atom.
    static func variableNumber(_ atom: Atom) -> Int? {
        let name = atom.name.utf8
        guard name.first == UInt8(ascii: "$"), (2...9).contains(name.count) else { return nil }
        return name.dropFirst().allSatisfy { (48...57).contains($0) } ? Int(atom.name.dropFirst()) : nil
    }

    /// What the variables stand for, by slot; nothing if `row` does not match.
    func match(_ row: Tuple) -> [Term]? {
        var values = [Term](repeating: .nil, count: numbers.count)
        return Self.match(root, .tuple(row), &values) ? values : nil
    }

    private static func match(_ part: Part, _ term: Term, _ values: inout [Term]) -> Bool {
        switch part {
        case .anything: return true
        case .bind(let slot):
            values[slot] = term
            return true
        case .same(let slot): return values[slot] == term
        case .term(let other): return other == term
        case .tuple(let parts):
            guard case .tuple(let tuple) = term, tuple.count == parts.count else { return false }
            for (position, part) in parts.enumerated() where !match(part, tuple[position], &values) { return false }
            return true
        case .cons(let head, let tail):
            guard case .list(let list) = term else { return false }
            return match(head, list.head, &values) && match(tail, list.tail, &values)
        case .map(let pairs):
            guard case .map(let map) = term else { return false }
            for (key, part) in pairs {
                guard let value = map[key], match(part, value, &values) else { return false }
            }
            return true
        }
    }

    /// The key of all rows that match, if it is known: the element at `index` of a tuple without variables.
    func key(at index: Int) -> Term? {
        switch root {
        case .term(.tuple(let tuple)): return index < tuple.count ? tuple[index] : nil
        case .tuple(let parts):
            guard index < parts.count, case .term(let key) = parts[index] else { return nil }
            return key
        default: return nil
        }
    }

    /// Slots in the order of the numbers of their variables.
    var order: [Int] { numbers.indices.sorted { numbers[$0] < numbers[$1] } }
}

public import Terms

/// What a match specification needs to run: who runs it, and the functions of guards.
public struct MatchEnvironment {
    /// The value of a function of guards, as `{element, 2, …}`; nothing if it fails.
    public let call: (_ name: Atom, _ arguments: [Term]) -> Term?
    public let caller: Pid

    public init(caller: Pid, call: @escaping (_ name: Atom, _ arguments: [Term]) -> Term?) {
        self.caller = caller
        self.call = call
    }
}

/// A guard or a body of a match specification.
indirect enum MatchExpression: Sendable {
    case constant(Term)
    case variable(Int)
    /// `'$_'`
    case row
    /// `'$$'`
    case variables
    case tuple([MatchExpression])
    case cons(MatchExpression, MatchExpression)
    case map([(key: MatchExpression, value: MatchExpression)])
    case call(Atom, [MatchExpression])
    case and([MatchExpression], isLazy: Bool)
    case or([MatchExpression], isLazy: Bool)
    case caller

    private static let maximumDepth = 500

    /// - Parameter slots: where the variables of the head stand, by number.
    init(_ term: Term, slots: [Int: Int], depth: Int = 0) throws(TableError) {
        guard depth < Self.maximumDepth else { throw .badarg("a match specification that is nested too deep") }
        func expression(_ term: Term) throws(TableError) -> MatchExpression {
            try MatchExpression(term, slots: slots, depth: depth + 1)
        }
        func all(_ terms: some Sequence<Term>) throws(TableError) -> [MatchExpression] {
            var expressions: [MatchExpression] = []
            for term in terms { expressions.append(try expression(term)) }
            return expressions
        }
        switch term {
        case .atom("$_"): self = .row
        case .atom("$$"): self = .variables
        case .atom(let atom):
            guard let number = MatchPattern.variableNumber(atom) else {
                self = .constant(term)
                return
            }
            guard let slot = slots[number] else { throw .badarg("\(atom.name) is not bound in the head") }
            self = .variable(slot)
        case .list(let list):
            var heads: [MatchExpression] = []
            var rest = Term.list(list)
            while case .list(let cell) = rest {
                heads.append(try expression(cell.head))
                rest = cell.tail
            }
            guard heads.count < Self.maximumDepth else { throw .badarg("a list of too many elements") }
            self = heads.reversed().reduce(try expression(rest)) { .cons($1, $0) }
        case .map(let map):
            var pairs: [(key: MatchExpression, value: MatchExpression)] = []
            for (key, value) in map.sortedPairs { pairs.append((try expression(key), try expression(value))) }
            self = .map(pairs)
        case .tuple(let tuple):
            if tuple.count == 1, case .tuple(let inner) = tuple[0] {
                self = .tuple(try all(inner))
                return
            }
            guard case .atom(let name)? = tuple.first else { throw .badarg("a tuple that is no call") }
            if name == "const", tuple.count == 2 {
                self = .constant(tuple[1])
                return
            }
            let arguments = try all(tuple.dropFirst())
            switch (name.name, arguments.count) {
            case ("and", 2...): self = .and(arguments, isLazy: false)
            case ("andalso", 2...): self = .and(arguments, isLazy: true)
            case ("or", 2...): self = .or(arguments, isLazy: false)
            case ("orelse", 2...): self = .or(arguments, isLazy: true)
            case ("self", 0): self = .caller
            default:
                guard Self.functions[name.name]?.contains(arguments.count) == true else {
                    throw .badarg("\(name.name)/\(arguments.count) is no function of match specifications")
                }
                self = .call(name, arguments)
            }
        default: self = .constant(term)
        }
    }

    /// The functions of guards, with the numbers of their arguments.
    private static let functions: [String: ClosedRange<Int>] = [
        "is_atom": 1...1, "is_float": 1...1, "is_integer": 1...1, "is_list": 1...1, "is_number": 1...1, "is_pid": 1...1,
        "is_port": 1...1, "is_reference": 1...1, "is_tuple": 1...1, "is_map": 1...1, "is_map_key": 2...2,
        "is_binary": 1...1, "is_function": 1...1, "is_record": 2...3, "not": 1...1, "xor": 2...2, "abs": 1...1,
        "element": 2...2, "hd": 1...1, "length": 1...1, "map_get": 2...2, "map_size": 1...1, "node": 0...1,
        "float": 1...1, "round": 1...1, "floor": 1...1, "ceil": 1...1, "size": 1...1, "bit_size": 1...1,
        "byte_size": 1...1, "binary_part": 2...3, "tl": 1...1, "trunc": 1...1, "tuple_size": 1...1, "+": 1...2,
        "-": 1...2, "*": 2...2, "/": 2...2, "div": 2...2, "rem": 2...2, "band": 2...2, "bor": 2...2, "bxor": 2...2,
        "bnot": 1...1, "bsl": 2...2, "bsr": 2...2, ">": 2...2, ">=": 2...2, "<": 2...2, "=<": 2...2, "=:=": 2...2,
        "==": 2...2, "=/=": 2...2, "/=": 2...2, "max": 2...2, "min": 2...2,
    ]

    /// The value; nothing if it fails.
    func value(_ match: borrowing MatchedRow, _ environment: MatchEnvironment) -> Term? {
        switch self {
        case .constant(let term): return term
        case .variable(let slot): return match.values[slot]
        case .row: return .tuple(match.row)
        case .variables: return match.variables
        case .caller: return .pid(environment.caller)
        case .tuple(let elements):
            var values: [Term] = []
            for element in elements {
                guard let value = element.value(match, environment) else { return nil }
                values.append(value)
            }
            return .tuple(Tuple(values))
        case .cons(let head, let tail):
            guard let one = head.value(match, environment), let two = tail.value(match, environment) else { return nil }
            return .list(List(head: one, tail: two))
        case .map(let pairs):
            var rows: [(key: Term, value: Term)] = []
            for pair in pairs {
                guard let key = pair.key.value(match, environment), let value = pair.value.value(match, environment)
                else { return nil }
                rows.append((key, value))
            }
            return .map(Map(rows))
        case .and(let parts, let isLazy):
            return Self.combine(parts, until: .false, isLazy, match, environment)
        case .or(let parts, let isLazy):
            return Self.combine(parts, until: .true, isLazy, match, environment)
        case .call(let name, let arguments):
            var values: [Term] = []
            for argument in arguments {
                guard let value = argument.value(match, environment) else { return nil }
                values.append(value)
            }
            return Self.quick(name, values) ?? environment.call(name, values)
        }
    }

    /// `and` and `or`: the lazy ones stop at the value that decides.
    private static func combine(
        _ parts: [MatchExpression], until decisive: Atom, _ isLazy: Bool, _ match: borrowing MatchedRow,
        _ environment: MatchEnvironment
    ) -> Term? {
        var isDecided = false
        for part in parts {
            guard case .atom(let value)? = part.value(match, environment), value == .true || value == .false else {
                return nil
            }
            if value == decisive {
                if isLazy { return .atom(decisive) }
                isDecided = true
            }
        }
        return .boolean(isDecided == (decisive == .true))
    }

    /// The comparisons of small integers, which most guards are.
    private static func quick(_ name: Atom, _ values: [Term]) -> Term? {
        guard values.count == 2, case .integer(let one) = values[0], case .integer(let two) = values[1] else {
            return nil
        }
        switch name {
        case ">": return .boolean(one > two)
        case "<": return .boolean(one < two)
        case ">=": return .boolean(one >= two)
        case "=<": return .boolean(one <= two)
        case "==", "=:=": return .boolean(one == two)
        default: return nil
        }
    }
}

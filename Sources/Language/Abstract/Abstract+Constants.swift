internal import BigInt
internal import Terms

extension Abstract.Expression {
    /// The value of an expression that computes nothing: literals, and tuples, lists, maps and strings of literals.
    var constant: Term? {
        switch self {
        case .atom(_, let atom): return .atom(atom)
        case .char(_, let code): return .integer(Int(code))
        case .integer(_, let value): return value
        case .float(_, let value): return .float(value)
        case .string(_, let codes): return .makeList(codes.map { .integer(Int($0)) })
        case .nil: return .nil
        case .value(_, let term): return term
        case .tuple(_, let elements):
            guard let terms = Self.constants(elements) else { return nil }
            return .tuple(Tuple(terms))
        case .cons:
            var heads: [Term] = []
            var rest = self
            while case .cons(_, let head, let tail) = rest {
                guard let term = head.constant else { return nil }
                heads.append(term)
                rest = tail
            }
            return rest.constant.map { .makeList(heads, tail: $0) }
        case .map(_, let fields):
            var pairs: [(key: Term, value: Term)] = []
            for field in fields {
                guard let key = field.key.constant, let value = field.value.constant else { return nil }
                pairs.append((key, value))
            }
            return .map(Map(pairs))
        case .binary(_, let elements):
            var bytes: [UInt8] = []
            for element in elements {
                guard case .string(_, let codes) = element.value, element.size == nil, element.specifiers == nil else {
                    return nil
                }
                for code in codes { bytes.append(UInt8(truncatingIfNeeded: code)) }
            }
            return .binary(Binary(bytes))
        case .unary(_, "-", let operand):
            // Not of an expression that was negated already: only signed literals.
            switch operand {
            case .integer(_, let value): return value.asBigInt.map { .integer(-$0) }
            case .float(_, let value): return .float(-value)
            default: return nil
            }
        default: return nil
        }
    }

    private static func constants(_ expressions: [Abstract.Expression]) -> [Term]? {
        var terms: [Term] = []
        for expression in expressions {
            guard let term = expression.constant else { return nil }
            terms.append(term)
        }
        return terms
    }
}

internal import BigInt
public import Terms

extension Abstract.Expression {
    /// The term that a literal stands for, as `erl_parse:normalise/1` has it; nothing for what must be evaluated.
    public var constant: Term? {
        switch self {
        case .atom(_, let atom): return .atom(atom)
        case .char(_, let value): return .integer(Int(value))
        case .integer(_, let value), .value(_, let value): return value
        case .float(_, let value): return .float(value)
        case .string(_, let scalars): return .makeList(scalars.map { .integer(Int($0)) })
        case .nil: return .nil
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
                guard !field.isExact, let key = field.key.constant, let value = field.value.constant else { return nil }
                pairs.append((key, value))
            }
            return .map(Map(pairs))
        case .binary(_, let elements): return Self.bytes(elements).map { .binary(Binary($0)) }
        case .unary(_, "+", let operand):
            guard case .char(_, let value) = operand else { return operand.number }
            return .integer(Int(value))
        case .unary(_, "-", let operand):
            if case .char(_, let value) = operand { return .integer(-Int(value)) }
            switch operand.number {
            case .float(let value)?: return .float(-value)
            case let integer?: return integer.asBigInt.map { .integer(-$0) }
            case nil: return nil
            }
        case .externalFun(_, .atom(_, let module), .atom(_, let name), .integer(_, .integer(let arity))):
            guard (0...255).contains(arity) else { return nil }
            return .fun(.export(ExportFun(module: module, function: name, arity: arity)))
        default: return nil
        }
    }

    private var number: Term? {
        switch self {
        case .integer(_, let value): value
        case .float(_, let value): .float(value)
        default: nil
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

    /// Whole bytes: strings and integers without a size, or strings with `utf8`.
    private static func bytes(_ elements: [Abstract.BinaryElement]) -> [UInt8]? {
        var bytes: [UInt8] = []
        for element in elements {
            guard element.size == nil else { return nil }
            switch (element.value, element.specifiers) {
            case (.string(_, let scalars), nil):
                bytes += scalars.map { UInt8(truncatingIfNeeded: $0) }
            case (.string(_, let scalars), [.name("utf8")]?):
                let text = String(String.UnicodeScalarView(scalars.compactMap { Unicode.Scalar($0) }))
                bytes += Array(text.utf8)
            case (.integer(_, .integer(let value)), nil): bytes.append(UInt8(truncatingIfNeeded: value))
            case (.char(_, let value), nil): bytes.append(UInt8(truncatingIfNeeded: value))
            default: return nil
            }
        }
        return bytes
    }
}

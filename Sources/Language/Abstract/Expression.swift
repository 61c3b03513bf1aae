internal import BigInt
public import Terms

/// An expression in Erlang's abstract format, as far as the prompt needs it. Both parsers make it, the evaluator runs it.
///
/// Source: erts, "The Abstract Format", Expressions and Patterns. An annotation is an offset into the text.
public indirect enum Expression: Sendable, Hashable {
    /// A literal of any kind: the `{atom, …}`, `{integer, …}`, `{float, …}`, `{string, …}`, `{bin, …}` forms.
    case literal(Term)
    /// `{var, Anno, Name}`; `_` matches anything.
    case variable(String, at: Int)
    /// A pinned variable of Elixir: its value, also in a pattern.
    case pinned(String, at: Int)
    case match(Expression, Expression, at: Int)
    case tuple([Expression])
    case cons(Expression, Expression)
    case map([MapPair])
    case mapUpdate(Expression, [MapPair], at: Int)
    /// A binary made of strings and interpolated values.
    case binary([Expression])
    /// `{call, Anno, {remote, Anno, Module, Function}, Arguments}`.
    case remoteCall(Expression, Expression, [Expression], at: Int)
    case localCall(Atom, [Expression], at: Int)
    /// `{op, Anno, Operator, Left, Right}`.
    case binaryOperator(Atom, Expression, Expression, at: Int)
    case unaryOperator(Atom, Expression, at: Int)
    /// `fun Module:Function/Arity`.
    case externalFun(Expression, Expression, Int)
    /// Expressions in order; the value is the last one's.
    case block([Expression])
    /// Elixir's `value.key`: a map's value, or a call without arguments when the value is an atom.
    case access(Expression, Atom, at: Int)

    public struct MapPair: Sendable, Hashable {
        public let key: Expression
        public let value: Expression
        /// `:=` instead of `=>`: the key must be there.
        public let mustExist: Bool

        public init(_ key: Expression, _ value: Expression, mustExist: Bool = false) {
            self.key = key
            self.value = value
            self.mustExist = mustExist
        }
    }

    /// The value of an expression that holds no variable and no call.
    public var constant: Term? {
        switch self {
        case .literal(let term): return term
        case .tuple(let elements):
            var terms: [Term] = []
            for element in elements {
                guard let term = element.constant else { return nil }
                terms.append(term)
            }
            return .tuple(Tuple(terms))
        case .cons:
            var heads: [Term] = []
            var rest = self
            while case .cons(let head, let tail) = rest {
                guard let term = head.constant else { return nil }
                heads.append(term)
                rest = tail
            }
            return rest.constant.map { .makeList(heads, tail: $0) }
        case .map(let pairs):
            var terms: [(key: Term, value: Term)] = []
            for pair in pairs {
                guard let key = pair.key.constant, let value = pair.value.constant else { return nil }
                terms.append((key, value))
            }
            return .map(Map(terms))
        case .binary(let parts):
            var bytes: [UInt8] = []
            for part in parts {
                guard let binary = part.constant?.asBinary else { return nil }
                bytes += binary.bytes
            }
            return .binary(Binary(bytes))
        case .unaryOperator("-", let operand, _):
            switch operand.constant {
            case .integer(let value)?: return value == .min ? nil : .integer(-value)
            case .float(let value)?: return .float(-value)
            case .bigInteger(let value)?: return .integer(-value.value)
            default: return nil
            }
        case .externalFun(let module, let function, let arity):
            guard let module = module.constant?.asAtom, let function = function.constant?.asAtom else { return nil }
            return .fun(.export(ExportFun(module: module, function: function, arity: arity)))
        default: return nil
        }
    }

    static func list(_ elements: [Expression], tail: Expression = .literal(.nil)) -> Expression {
        elements.reversed().reduce(tail) { .cons($1, $0) }
    }
}

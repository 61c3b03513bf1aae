internal import Terms

/// Evaluates the condition of `-if`.
struct ErlangCondition {
    let isDefined: (Atom) -> Bool

    init(_ isDefined: @escaping (Atom) -> Bool) { self.isDefined = isDefined }

    /// Nothing for what is not known here, which counts as false.
    func evaluate(_ expression: Abstract.Expression) -> Term? {
        switch expression {
        case .call(_, .atom(_, "defined"), let arguments):
            guard arguments.count == 1, case .atom(_, let name) = arguments[0] else { return nil }
            return .boolean(isDefined(name))
        case .unary(_, "not", let operand):
            guard let value = boolean(operand) else { return nil }
            return .boolean(!value)
        case .operation(_, let name, let left, let right): return operation(name.name, left, right)
        default: return expression.constant
        }
    }

    private func boolean(_ expression: Abstract.Expression) -> Bool? {
        switch evaluate(expression)?.asAtom {
        case .true?: true
        case .false?: false
        default: nil
        }
    }

    private func operation(_ name: String, _ left: Abstract.Expression, _ right: Abstract.Expression) -> Term? {
        switch name {
        case "andalso", "and":
            guard let first = boolean(left) else { return nil }
            if !first, name == "andalso" { return .boolean(false) }
            return boolean(right).map { .boolean(first && $0) }
        case "orelse", "or":
            guard let first = boolean(left) else { return nil }
            if first, name == "orelse" { return .boolean(true) }
            return boolean(right).map { .boolean(first || $0) }
        default: break
        }
        guard let first = evaluate(left), let second = evaluate(right) else { return nil }
        switch name {
        case "==": return .boolean(Term.compare(first, second) == .equal)
        case "/=": return .boolean(Term.compare(first, second) != .equal)
        case "<": return .boolean(Term.compare(first, second) == .less)
        case "=<": return .boolean(Term.compare(first, second) != .greater)
        case ">": return .boolean(Term.compare(first, second) == .greater)
        case ">=": return .boolean(Term.compare(first, second) != .less)
        case "=:=": return .boolean(first == second)
        case "=/=": return .boolean(first != second)
        default: break
        }
        guard let one = first.asInteger, let two = second.asInteger else { return nil }
        let (value, hasOverflow): (Int, Bool)
        switch name {
        case "+": (value, hasOverflow) = one.addingReportingOverflow(two)
        case "-": (value, hasOverflow) = one.subtractingReportingOverflow(two)
        case "*": (value, hasOverflow) = one.multipliedReportingOverflow(by: two)
        case "div": (value, hasOverflow) = two == 0 ? (0, true) : one.dividedReportingOverflow(by: two)
        case "rem": (value, hasOverflow) = two == 0 ? (0, true) : one.remainderReportingOverflow(dividingBy: two)
        case "band": (value, hasOverflow) = (one & two, false)
        case "bor": (value, hasOverflow) = (one | two, false)
        default: return nil
        }
        return hasOverflow ? nil : .integer(value)
    }
}

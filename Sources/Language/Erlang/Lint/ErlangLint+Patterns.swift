internal import Terms

// Patterns and guards.

extension ErlangLint {
    mutating func pattern(_ pattern: Abstract.Expression, _ variables: Variables) -> Variables {
        patterns([pattern], variables)
    }

    /// The variables that patterns bind.
    ///
    /// - Parameter isNew: whether all their variables are new, as those of a fun's parameters.
    mutating func patterns(
        _ patterns: [Abstract.Expression], _ variables: Variables, isNew: Bool = false
    ) -> Variables {
        var walk = PatternWalk(outside: variables, isNew: isNew)
        for pattern in patterns { self.pattern(pattern, &walk) }
        return walk.new
    }

    /// A pattern on its way.
    private struct PatternWalk {
        /// The variables that sizes and keys may read.
        var outside: Variables
        let isNew: Bool
        var new: Variables = [:]
    }

    private mutating func pattern(_ pattern: Abstract.Expression, _ walk: inout PatternWalk) {
        switch pattern {
        case .atom, .char, .integer, .float, .string, .nil, .value: return
        case .variable(let at, let name):
            guard name != "_" else { return }
            if !walk.isNew, walk.new[name] == nil, walk.outside[name] != nil {
                walk.new.add(use(name, at, walk.outside))
            } else {
                walk.new[name] = .bound
            }
        case .match(_, let left, let right):
            self.pattern(left, &walk)
            self.pattern(right, &walk)
        case .tuple(_, let elements): for element in elements { self.pattern(element, &walk) }
        case .cons:
            var rest = pattern
            while case .cons(_, let head, let tail) = rest {
                self.pattern(head, &walk)
                rest = tail
            }
            self.pattern(rest, &walk)
        case .map(_, let fields):
            for field in fields {
                guard field.isExact else {
                    report("illegal pattern", field.location)
                    continue
                }
                if let illegal = Self.illegalInGuard(field.key) {
                    report("illegal guard expression", illegal.location)
                } else {
                    walk.outside.add(expression(field.key, walk.outside))
                }
                self.pattern(field.value, &walk)
            }
        case .binary(_, let elements): binary(elements, &walk)
        case .record(let at, let name, let list):
            guard let fields = record(name, at) else { return }
            for field in list {
                if let field = field.name, !check(field, of: name, fields, list[0].location) { continue }
                self.pattern(field.value, &walk)
            }
        case .recordIndex(let at, let name, let fieldAt, let field):
            if let fields = record(name, at) { _ = check(field, of: name, fields, fieldAt) }
        case .operation(_, "++", let left, let right) where Self.isText(left): self.pattern(right, &walk)
        case .operation, .unary:
            if !Self.isArithmetic(pattern) { report("illegal pattern", pattern.location) }
        default: report("illegal pattern", pattern.location)
        }
    }

    private mutating func binary(_ elements: [Abstract.BinaryElement], _ walk: inout PatternWalk) {
        // A size may read what stands before it in the same binary.
        let outside = walk.outside
        for (position, element) in elements.enumerated() {
            if let size = element.size {
                if let illegal = Self.illegalInGuard(size) {
                    report("illegal bit size", illegal.location)
                } else {
                    walk.new.add(expression(size, walk.outside))
                }
            } else if position < elements.count - 1, Self.isRest(element) {
                report(
                    "a binary field without size is only allowed at the end of a binary pattern", element.location)
            }
            specifiers(element)
            switch element.value {
            case .variable(_, let name):
                pattern(element.value, &walk)
                walk.outside[name] = .bound
            case .integer, .char, .float, .string: break
            default:
                if !Self.isArithmetic(element.value) { report("illegal pattern", element.location) }
            }
        }
        walk.outside = outside
    }

    /// Whether a segment takes all that is left.
    private static func isRest(_ element: Abstract.BinaryElement) -> Bool {
        (element.specifiers ?? []).contains {
            guard case .name(let name) = $0 else { return false }
            return ["binary", "bytes", "bitstring", "bits"].contains(name.name)
        }
    }

    /// The left side of `++` in a pattern: a string, or a list of characters.
    private static func isText(_ expression: Abstract.Expression) -> Bool {
        var rest = expression
        while case .cons(_, let head, let tail) = rest {
            guard isArithmetic(head) else { return false }
            rest = tail
        }
        switch rest {
        case .string, .nil: return true
        case .operation(_, "++", let left, let right): return isText(left) && isText(right)
        default: return false
        }
    }

    /// Whether it is a number, or calculates one from literals.
    private static func isArithmetic(_ expression: Abstract.Expression) -> Bool {
        switch expression {
        case .char, .integer, .float: true
        case .unary(_, let name, let operand): ["+", "-", "bnot"].contains(name.name) && isArithmetic(operand)
        case .operation(_, let name, let left, let right):
            ["+", "-", "*", "/", "div", "rem", "band", "bor", "bxor", "bsl", "bsr"].contains(name.name)
                && isArithmetic(left) && isArithmetic(right)
        default: false
        }
    }

    // MARK: Guards

    /// Returns the variables that were reported, so that each is reported once.
    mutating func guards(_ guards: [[Abstract.Expression]], _ variables: Variables) -> Variables {
        var new: Variables = [:]
        for test in guards.joined() {
            if let illegal = Self.illegalInGuard(test) {
                report("illegal guard expression", illegal.location)
            } else {
                new.add(expression(test, variables.adding(new)))
            }
        }
        return new
    }

    /// Whether an expression may stand in a guard. A filter of a comprehension that may is one: its errors are `false`.
    public static func isGuardTest(_ expression: Abstract.Expression) -> Bool { illegalInGuard(expression) == nil }

    /// The first part of an expression that no guard may have.
    static func illegalInGuard(_ expression: Abstract.Expression) -> Abstract.Expression? {
        switch expression {
        case .atom, .char, .integer, .float, .string, .nil, .value, .variable, .recordIndex: return nil
        case .tuple(_, let elements): return first(elements)
        case .cons:
            var rest = expression
            while case .cons(_, let head, let tail) = rest {
                if let illegal = illegalInGuard(head) { return illegal }
                rest = tail
            }
            return illegalInGuard(rest)
        case .map(_, let fields): return first(fields.flatMap { [$0.key, $0.value] })
        case .mapUpdate(_, let base, let fields): return first([base] + fields.flatMap { [$0.key, $0.value] })
        case .record(_, _, let fields): return first(fields.map(\.value))
        case .recordField(_, let base, _, _, _): return illegalInGuard(base)
        case .binary(_, let elements): return first(elements.flatMap { [$0.value] + ($0.size.map { [$0] } ?? []) })
        case .unary(_, _, let operand): return illegalInGuard(operand)
        case .operation(_, let name, let left, let right):
            guard !["++", "--", "!"].contains(name.name) else { return expression }
            return illegalInGuard(left) ?? illegalInGuard(right)
        case .call(_, .atom(_, let name), let arguments):
            guard ErlangBuiltIns.isGuard(name, arguments.count) else { return expression }
            return first(arguments)
        case .call(_, .remote(_, .atom(_, .erlang), .atom(_, let name)), let arguments):
            guard
                ErlangBuiltIns.isGuard(name, arguments.count)
                    || ErlangBuiltIns.isGuardOperator(name, arguments.count)
            else { return expression }
            return first(arguments)
        default: return expression
        }
    }

    private static func first(_ expressions: [Abstract.Expression]) -> Abstract.Expression? {
        for expression in expressions {
            if let illegal = illegalInGuard(expression) { return illegal }
        }
        return nil
    }
}

extension Atom {
    /// Whether a guard test reads the variable of this name.
    func isMentioned(in expression: Abstract.Expression) -> Bool {
        switch expression {
        case .variable(_, let other): other == self
        case .tuple(_, let elements): elements.contains { isMentioned(in: $0) }
        case .cons(_, let head, let tail): isMentioned(in: head) || isMentioned(in: tail)
        case .unary(_, _, let operand), .recordField(_, let operand, _, _, _): isMentioned(in: operand)
        case .operation(_, _, let left, let right): isMentioned(in: left) || isMentioned(in: right)
        case .call(_, _, let arguments): arguments.contains { isMentioned(in: $0) }
        case .map(_, let fields): fields.contains { isMentioned(in: $0.key) || isMentioned(in: $0.value) }
        default: false
        }
    }
}

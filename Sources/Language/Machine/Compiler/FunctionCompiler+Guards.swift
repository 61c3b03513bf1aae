internal import Terms

extension FunctionCompiler {
    /// Alternatives of tests; goes to `fail` if none holds.
    mutating func guards(_ alternatives: [[Abstract.Expression]], _ fail: Int32) throws(CompileError) {
        guard !alternatives.isEmpty else { return }
        let success = newLabel()
        for (number, tests) in alternatives.enumerated() {
            let isLast = number == alternatives.count - 1
            let next = isLast ? fail : newLabel()
            for test in tests { try guardTest(test, next) }
            if !isLast {
                emit(Instruction(.jump), to: success)
                place(next)
            }
        }
        place(success)
    }

    /// One test; goes to `fail` if it is not true, or fails.
    mutating func guardTest(_ test: Abstract.Expression, _ fail: Int32) throws(CompileError) {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.depthLimit else { throw CompileError("nested too deep", test.location) }
        let saved = top
        defer { top = saved }
        switch test {
        case .atom(_, .true): return
        case .operation(_, "andalso", let left, let right), .operation(_, ",", let left, let right):
            try guardTest(left, fail)
            try guardTest(right, fail)
        case .operation(_, "orelse", let left, let right):
            // The left one must be a boolean.
            let (other, success) = (newLabel(), newLabel())
            let value = try guardValue(left, fail)
            emit(Instruction(.testSame, b: value, c: literal(.atom(.true))), to: other)
            emit(Instruction(.jump), to: success)
            place(other)
            emit(Instruction(.testSame, b: value, c: literal(.atom(.false))), to: fail)
            try guardTest(right, fail)
            place(success)
        case .operation(_, let name, let left, let right) where Self.comparisons[name] != nil:
            let (left, right) = (try guardValue(left, fail), try guardValue(right, fail))
            emitTest(Self.comparisons[name] ?? .equal, left, right, fail)
        case .call(_, .atom(_, let name), let arguments),
            .call(_, .remote(_, .atom(_, .erlang), .atom(_, let name)), let arguments):
            if arguments.count == 1, let kind = Self.kindTests[name] {
                let value = try guardValue(arguments[0], fail)
                emit(Instruction(.testKind, n: kind.rawValue, b: value), to: fail)
            } else if name == "is_function", arguments.count == 2 {
                let (value, arity) = (try guardValue(arguments[0], fail), try guardValue(arguments[1], fail))
                emit(
                    Instruction(.testKind, n: KindTest.functionOfArity.rawValue, b: value, c: arity), to: fail)
            } else {
                let value = try guardValue(test, fail)
                emit(Instruction(.testSame, b: value, c: literal(.atom(.true))), to: fail)
            }
        default:
            let value = try guardValue(test, fail)
            emit(Instruction(.testSame, b: value, c: literal(.atom(.true))), to: fail)
        }
    }

    mutating func emitTest(_ kind: ComparisonKind, _ left: Int32, _ right: Int32, _ fail: Int32) {
        switch kind {
        case .less: emit(Instruction(.testLess, b: left, c: right), to: fail)
        case .greater: emit(Instruction(.testLess, b: right, c: left), to: fail)
        case .greaterOrEqual: emit(Instruction(.testNotLess, b: left, c: right), to: fail)
        case .lessOrEqual: emit(Instruction(.testNotLess, b: right, c: left), to: fail)
        default: emit(Instruction(.test, n: kind.rawValue, b: left, c: right), to: fail)
        }
    }

    /// The value of a guard expression; an exception goes to `fail`.
    mutating func guardValue(_ expression: Abstract.Expression, _ fail: Int32) throws(CompileError) -> Int32 {
        if let term = expression.constant { return literal(term) }
        if case .variable(let at, let name) = expression { return try register(of: name, at) }
        let register = newTemporary()
        try guardValue(expression, fail, into: register)
        return register
    }

    mutating func guardValue(
        _ expression: Abstract.Expression, _ fail: Int32, into target: Int32
    ) throws(CompileError) {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.depthLimit else { throw CompileError("nested too deep", expression.location) }
        let saved = top
        defer { top = saved }
        if let term = expression.constant { return emit(Instruction(.move, a: target, b: literal(term))) }
        switch expression {
        case .variable(let at, let name):
            emit(Instruction(.move, a: target, b: try register(of: name, at)))
        case .tuple(_, let elements):
            let first = newTemporary(Int32(elements.count))
            for (position, element) in elements.enumerated() {
                try guardValue(element, fail, into: first + Int32(position))
            }
            emit(Instruction(.tuple, a: target, b: first, c: Int32(elements.count)))
        case .cons(_, let head, let tail):
            let (head, tail) = (try guardValue(head, fail), try guardValue(tail, fail))
            emit(Instruction(.cons, a: target, b: head, c: tail))
        case .map(_, let fields):
            let first = newTemporary(Int32(2 * fields.count))
            for (position, field) in fields.enumerated() {
                try guardValue(field.key, fail, into: first + Int32(2 * position))
                try guardValue(field.value, fail, into: first + Int32(2 * position + 1))
            }
            emit(Instruction(.map, a: target, b: first, c: Int32(fields.count)))
        case .binary(_, let elements): try binary(elements, into: target, fail: fail)
        case .unary(let at, let name, let value):
            try unary(name, try guardValue(value, fail), into: target, fail: fail, at)
        case .operation(_, let name, let left, let right) where name == "andalso" || name == "orelse":
            // In a guard both sides are evaluated to booleans.
            let end = newLabel()
            try guardValue(left, fail, into: target)
            let other = newLabel()
            emit(Instruction(.testSame, b: target, c: literal(.boolean(name == "andalso"))), to: other)
            try guardValue(right, fail, into: target)
            emit(Instruction(.jump), to: end)
            place(other)
            emit(Instruction(.testKind, n: KindTest.boolean.rawValue, b: target), to: fail)
            place(end)
        case .operation(let at, let name, let left, let right):
            let (left, right) = (try guardValue(left, fail), try guardValue(right, fail))
            try binaryOperator(at, name, left, right, into: target, fail: fail)
        case .call(let at, .atom(_, let name), let arguments),
            .call(let at, .remote(_, .atom(_, .erlang), .atom(_, let name)), let arguments):
            guard arguments.count <= 3, let function = GuardFunction.find(name, arguments.count) else {
                if let comparison = Self.comparisons[name] ?? nil, arguments.count == 2 {
                    let (left, right) = (try guardValue(arguments[0], fail), try guardValue(arguments[1], fail))
                    return emit(Instruction(.compare, n: comparison.rawValue, a: target, b: left, c: right))
                }
                if arguments.count == 2, Operators.Infix.named[name] != nil {
                    let (left, right) = (try guardValue(arguments[0], fail), try guardValue(arguments[1], fail))
                    return try binaryOperator(at, name, left, right, into: target, fail: fail)
                }
                let isTest = arguments.count == 1 && Self.kindTests[name] != nil
                if isTest || (name == "is_function" && arguments.count == 2) {
                    return try guardFlag(expression, into: target)
                }
                if arguments.count == 1, Operators.Prefix.named[name] != nil {
                    return try unary(name, try guardValue(arguments[0], fail), into: target, fail: fail, at)
                }
                throw CompileError(
                    "call to local/imported function \(name.name)/\(arguments.count) is illegal in guard", at)
            }
            let first = newTemporary(Int32(max(1, arguments.count)))
            for (position, argument) in arguments.enumerated() {
                try guardValue(argument, fail, into: first + Int32(position))
            }
            emit(Instruction(.function, n: function.rawValue, a: target, b: first, c: Int32(arguments.count)), to: fail)
        case .match(let at, _, _): throw CompileError("illegal guard expression", at)
        default: throw CompileError("illegal guard expression", expression.location)
        }
    }

    /// Whether a type test holds, as a value.
    private mutating func guardFlag(_ test: Abstract.Expression, into target: Int32) throws(CompileError) {
        let (other, end) = (newLabel(), newLabel())
        try guardTest(test, other)
        emit(Instruction(.move, a: target, b: literal(.atom(.true))))
        emit(Instruction(.jump), to: end)
        place(other)
        emit(Instruction(.move, a: target, b: literal(.atom(.false))))
        place(end)
    }

    static let comparisons: [Atom: ComparisonKind] = [
        "=:=": .exactlyEqual, "=/=": .exactlyUnequal, "==": .equal, "/=": .unequal, "<": .less, "=<": .lessOrEqual,
        ">": .greater, ">=": .greaterOrEqual,
    ]

    static let kindTests: [Atom: KindTest] = [
        "is_atom": .atom, "is_binary": .binary, "is_bitstring": .bitstring, "is_boolean": .boolean,
        "is_float": .float, "is_function": .function, "is_integer": .integer, "is_list": .list, "is_map": .map,
        "is_number": .number, "is_pid": .pid, "is_port": .port, "is_reference": .reference, "is_tuple": .tuple,
        // As OTP named them once.
        "atom": .atom, "binary": .binary, "float": .float, "integer": .integer, "list": .list, "pid": .pid,
        "tuple": .tuple,
    ]

    /// Whether an expression may stand in a guard: such a filter of a comprehension fails instead of raising.
    static func isGuard(_ expression: Abstract.Expression) -> Bool {
        switch expression {
        case .call(_, .atom(_, let name), let arguments),
            .call(_, .remote(_, .atom(_, .erlang), .atom(_, let name)), let arguments):
            let isKnown =
                (arguments.count == 1 && kindTests[name] != nil && name.name.hasPrefix("is_"))
                || GuardFunction.find(name, arguments.count) != nil || (name == "is_function" && arguments.count == 2)
                || (arguments.count == 2 && (comparisons[name] != nil || Operators.Infix.named[name] != nil))
            return isKnown && arguments.allSatisfy(isGuard)
        case .variable, .atom, .char, .integer, .float, .string, .nil, .value: return true
        case .tuple, .cons, .map, .unary, .binary: return expression.children.allSatisfy(isGuard)
        case .operation(_, let name, let left, let right):
            return name != "!" && name != "++" && name != "--" && isGuard(left) && isGuard(right)
        default: return false
        }
    }
}

internal import Terms

extension FunctionCompiler {
    /// Expressions nested deeper than this are refused: the compiler walks them by recursion.
    static let depthLimit = 2_000

    // MARK: Four ways to compile an expression

    /// Its value as an operand: a register, or a literal.
    mutating func operand(_ expression: Abstract.Expression) throws(CompileError) -> Int32 {
        if let term = expression.constant { return literal(term) }
        if case .variable(let at, let name) = expression { return try register(of: name, at) }
        let register = newTemporary()
        try into(register, expression)
        return register
    }

    /// Its value, dropped.
    mutating func effect(_ expression: Abstract.Expression) throws(CompileError) {
        if expression.constant != nil { return }
        // The value of a match is the variable it binds.
        if case .match(let at, .variable(_, let name), let value) = expression, name != "_", bound[name] == nil {
            self.at(at)
            return try bind(name, to: value)
        }
        let saved = top
        _ = try operand(expression)
        top = saved
    }

    /// Its value is what the function returns.
    mutating func bodyInTail(_ body: [Abstract.Expression]) throws(CompileError) {
        guard let last = body.last else { throw CompileError("no expression", .none) }
        for expression in body.dropLast() { try effect(expression) }
        try tail(last)
    }

    mutating func body(_ body: [Abstract.Expression], into register: Int32) throws(CompileError) {
        guard let last = body.last else { throw CompileError("no expression", .none) }
        for expression in body.dropLast() { try effect(expression) }
        try into(register, last)
    }

    mutating func tail(_ expression: Abstract.Expression) throws(CompileError) {
        let saved = top
        defer { top = saved }
        switch expression {
        case .call(let at, let function, let arguments):
            self.at(at)
            try call(function, arguments, into: nil, at)
        case .block(_, let body): try bodyInTail(body)
        case .case(_, let value, let clauses):
            let value = try operand(value)
            try self.clauses(clauses, value, .caseClause, result: nil)
        case .if(_, let clauses): try self.clauses(clauses, nil, .ifClause, result: nil)
        case .receive(let at, let clauses): try receive(at, clauses, timeout: nil, [], result: nil)
        case .receiveAfter(let at, let clauses, let timeout, let body):
            try receive(at, clauses, timeout: timeout, body, result: nil)
        default:
            let value = try operand(expression)
            emit(Instruction(.return, b: value))
        }
    }

    func register(of name: Atom, _ at: Abstract.Location) throws(CompileError) -> Int32 {
        guard let register = bound[name] else { throw CompileError("variable '\(name.name)' is unbound", at) }
        return register
    }

    /// `Name = Value` for a variable that is not bound.
    mutating func bind(_ name: Atom, to value: Abstract.Expression) throws(CompileError) {
        let register = slot(name)
        try into(register, value)
        bound[name] = register
    }

    /// Computes a value into a register, which nothing in the expression reads.
    mutating func into(_ target: Int32, _ expression: Abstract.Expression) throws(CompileError) {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.depthLimit else { throw CompileError("nested too deep", expression.location) }
        let saved = top
        defer { top = saved }
        if let term = expression.constant { return emit(Instruction(.move, a: target, b: literal(term))) }
        if expression.location.line > 0 { at(expression.location) }
        switch expression {
        case .atom, .char, .integer, .float, .string, .nil, .value:
            throw CompileError("no literal", expression.location)
        case .variable(let at, let name):
            emit(Instruction(.move, a: target, b: try register(of: name, at)))
        case .match(let at, .variable(_, let name), let value) where name != "_" && bound[name] == nil:
            self.at(at)
            try bind(name, to: value)
            emit(Instruction(.move, a: target, b: slot(name)))
        case .match(let at, let pattern, let value):
            try into(target, value)
            self.at(at)
            let (fail, end) = (newLabel(), newLabel())
            try match(pattern, target, fail)
            emit(Instruction(.jump), to: end)
            place(fail)
            emit(Instruction(.fail, n: FailureKind.badmatch.rawValue, b: target))
            place(end)
        case .tuple(_, let elements):
            let first = try consecutive(elements)
            emit(Instruction(.tuple, a: target, b: first, c: Int32(elements.count)))
        case .cons:
            try list(expression, into: target)
        case .binary(_, let elements): try binary(elements, into: target, fail: nil)
        case .map(let at, let fields):
            guard !fields.contains(where: \.isExact) else {
                throw CompileError("only '=>' is allowed in a map that is built", at)
            }
            let first = try consecutive(fields.flatMap { [$0.key, $0.value] })
            emit(Instruction(.map, a: target, b: first, c: Int32(fields.count)))
        case .mapUpdate(_, let base, let fields): try mapUpdate(base, fields, into: target, fail: nil)
        case .record(let at, _, _), .recordUpdate(let at, _, _, _), .recordField(let at, _, _, _, _),
            .recordIndex(let at, _, _, _):
            throw CompileError("undefined record", at)
        case .unary(let at, let name, let value):
            let value = try operand(value)
            self.at(at)
            try unary(name, value, into: target, fail: nil, at)
        case .operation(let at, let name, let left, let right):
            try operation(at, name, left, right, into: target)
        case .call(let at, let function, let arguments):
            self.at(at)
            try call(function, arguments, into: target, at)
        case .remote(let at, _, _): throw CompileError("illegal expression", at)
        case .catch(_, let value):
            let trace = newTemporary(3)
            let (handler, end) = (newLabel(), newLabel())
            emit(Instruction(.push, a: trace), to: handler)
            try scoped { compiler throws(CompileError) in try compiler.into(target, value) }
            emit(Instruction(.pop))
            emit(Instruction(.jump), to: end)
            place(handler)
            emit(Instruction(.caught, a: target, b: trace))
            place(end)
        case .fun(let at, let clauses): try fun(at, nil, clauses, into: target)
        case .namedFun(let at, let name, let clauses): try fun(at, name, clauses, into: target)
        case .localFun(let at, let name, let arity):
            if let position = unit.positions[NameAndArity(name: name, arity: arity)] {
                emit(Instruction(.localFun, n: UInt16(clamping: arity), a: target, b: Int32(position)))
            } else {
                guard let module = autoImport(name, arity) else {
                    throw CompileError("function \(name.name)/\(arity) undefined", at)
                }
                let export = ExportFun(module: module, function: name, arity: arity)
                emit(Instruction(.move, a: target, b: literal(.fun(.export(export)))))
            }
        case .externalFun(_, let module, let name, let arity):
            let (module, name, arity) = (try operand(module), try operand(name), try operand(arity))
            emit(Instruction(.externalFun, a: target, b: module, c: name, d: arity))
        case .block(_, let expressions): try body(expressions, into: target)
        case .if(_, let clauses): try self.clauses(clauses, nil, .ifClause, result: target)
        case .case(_, let value, let clauses):
            let value = try operand(value)
            try self.clauses(clauses, value, .caseClause, result: target)
        case .receive(let at, let clauses): try receive(at, clauses, timeout: nil, [], result: target)
        case .receiveAfter(let at, let clauses, let timeout, let body):
            try receive(at, clauses, timeout: timeout, body, result: target)
        case .try(_, let body, let of, let catching, let after):
            try self.try(body, of, catching, after, into: target)
        case .maybe(_, let expressions): try maybe(expressions, nil, into: target)
        case .maybeElse(_, let expressions, _, let clauses): try maybe(expressions, clauses, into: target)
        case .maybeMatch(let at, let pattern, let value):
            guard let maybe else { throw CompileError("?= outside of maybe", at) }
            try into(target, value)
            let (fail, end) = (newLabel(), newLabel())
            try match(pattern, target, fail)
            emit(Instruction(.jump), to: end)
            place(fail)
            emit(Instruction(.move, a: maybe.value, b: target))
            emit(Instruction(.jump), to: maybe.label)
            place(end)
        case .listComprehension(_, let value, let qualifiers):
            try comprehension(qualifiers, kind: 0, into: target) { compiler throws(CompileError) in
                let value = try compiler.operand(value)
                compiler.emit(Instruction(.builderAdd, b: value))
            }
        case .binaryComprehension(_, let value, let qualifiers):
            try comprehension(qualifiers, kind: 2, into: target) { compiler throws(CompileError) in
                let value = try compiler.operand(value)
                compiler.emit(Instruction(.builderAdd, b: value))
            }
        case .mapComprehension(_, let field, let qualifiers):
            try comprehension(qualifiers, kind: 1, into: target) { compiler throws(CompileError) in
                let (key, value) = (try compiler.operand(field.key), try compiler.operand(field.value))
                compiler.emit(Instruction(.builderAdd, b: key))
                compiler.emit(Instruction(.builderAdd, b: value))
            }
        }
    }

    /// Runs `body` with what is bound now, and forgets what it binds.
    mutating func scoped(_ body: (inout FunctionCompiler) throws(CompileError) -> Void) throws(CompileError) {
        let saved = bound
        try body(&self)
        bound = saved
    }

    /// Values in registers side by side; returns the first.
    mutating func consecutive(_ expressions: [Abstract.Expression]) throws(CompileError) -> Int32 {
        let first = newTemporary(Int32(expressions.count))
        for (position, expression) in expressions.enumerated() { try into(first + Int32(position), expression) }
        return first
    }

    /// `[A, B | C]`: the whole chain at once.
    private mutating func list(_ expression: Abstract.Expression, into target: Int32) throws(CompileError) {
        var heads: [Abstract.Expression] = []
        var rest = expression
        while case .cons(_, let head, let tail) = rest {
            heads.append(head)
            rest = tail
        }
        if heads.count == 1 {
            let (head, tail) = (try operand(heads[0]), try operand(rest))
            return emit(Instruction(.cons, a: target, b: head, c: tail))
        }
        let first = try consecutive(heads)
        let tail = try operand(rest)
        emit(Instruction(.list, a: target, b: first, c: tail, d: Int32(heads.count)))
    }

    mutating func mapUpdate(
        _ base: Abstract.Expression, _ fields: [Abstract.MapField], into target: Int32, fail: Int32?
    ) throws(CompileError) {
        var map = try operand(base)
        // `M#{}` checks that M is a map.
        if fields.isEmpty {
            return emit(Instruction(.mapUpdate, a: target, b: map, c: top, d: 0))
        }
        var rest = fields[...]
        while let kind = rest.first?.isExact {
            let run = rest.prefix { $0.isExact == kind }
            if run.count == 1, let field = run.first {
                let (key, value) = (try operand(field.key), try operand(field.value))
                emit(Instruction(.mapPut, n: kind ? 1 : 0, a: target, b: map, c: key, d: value))
                rest = rest.dropFirst()
                map = target
                continue
            }
            let first = try consecutive(run.flatMap { [$0.key, $0.value] })
            emit(Instruction(.mapUpdate, n: kind ? 1 : 0, a: target, b: map, c: first, d: Int32(run.count)))
            rest = rest.dropFirst(run.count)
            map = target
        }
    }

    // MARK: Funs

    private mutating func fun(
        _ at: Abstract.Location, _ name: Atom?, _ clauses: [Abstract.Clause], into target: Int32
    ) throws(CompileError) {
        guard let arity = clauses.first?.patterns.count else { throw CompileError("a fun without clauses", at) }
        var used: Set<Atom> = []
        for clause in clauses { for child in clause.children { child.addVariables(to: &used) } }
        if let name { used.remove(name) }
        let captured = bound.keys.filter { used.contains($0) }.sorted { $0.name < $1.name }
        guard captured.count <= UInt16.max else { throw CompileError("too many variables", at) }
        let code = try Self.compile(
            clauses, name: "-fun-", arity: arity, captured: captured, selfName: name, like: self)
        let first = newTemporary(Int32(captured.count))
        for (position, name) in captured.enumerated() {
            emit(Instruction(.move, a: first + Int32(position), b: try register(of: name, at)))
        }
        let position = addNested(code)
        emit(
            Instruction(.closure, n: UInt16(clamping: captured.count), a: target, b: first, c: position))
    }

    // MARK: Choosing

    /// The clauses of `case` and `if`. Without a result register they return from the function.
    mutating func clauses(
        _ clauses: [Abstract.Clause], _ value: Int32?, _ failure: FailureKind, result: Int32?
    ) throws(CompileError) {
        let before = bound
        var after: [[Atom: Int32]] = []
        let end = newLabel()
        let saved = top
        for clause in clauses {
            bound = before
            top = saved
            let next = newLabel()
            if let value {
                guard let pattern = clause.patterns.first else { throw CompileError("no pattern", clause.location) }
                try match(pattern, value, next)
            }
            try guards(clause.guards, next)
            if let result {
                try body(clause.body, into: result)
                emit(Instruction(.jump), to: end)
            } else {
                try bodyInTail(clause.body)
            }
            after.append(bound)
            place(next)
        }
        at(clauses.first?.location ?? .none)
        emit(Instruction(.fail, n: failure.rawValue, b: value ?? 0))
        place(end)
        bound = Self.common(after, before)
    }

    /// What is bound whichever way was taken.
    static func common(_ ways: [[Atom: Int32]], _ before: [Atom: Int32]) -> [Atom: Int32] {
        guard let first = ways.first else { return before }
        if ways.allSatisfy({ $0.count == before.count }) { return before }
        return first.filter { name, _ in ways.allSatisfy { $0[name] != nil } }
    }
}

internal import Terms

// Exceptions, receive, maybe and comprehensions.
extension FunctionCompiler {
    mutating func `try`(
        _ body: [Abstract.Expression], _ of: [Abstract.Clause], _ catching: [Abstract.Clause],
        _ after: [Abstract.Expression], into target: Int32
    ) throws(CompileError) {
        guard !after.isEmpty else { return try tryCatch(body, of, catching, into: target) }
        let saved = bound
        let trace = newTemporary(3)
        let (handler, end) = (newLabel(), newLabel())
        emit(Instruction(.push, a: trace), to: handler)
        if of.isEmpty, catching.isEmpty {
            try self.body(body, into: target)
        } else {
            try tryCatch(body, of, catching, into: target)
        }
        emit(Instruction(.pop))
        bound = saved
        try scopedEffects(after)
        emit(Instruction(.jump), to: end)
        place(handler)
        try scopedEffects(after)
        emit(Instruction(.reraise, a: trace))
        place(end)
        bound = saved
    }

    private mutating func scopedEffects(_ body: [Abstract.Expression]) throws(CompileError) {
        try scoped { compiler throws(CompileError) in
            for expression in body { try compiler.effect(expression) }
        }
    }

    private mutating func tryCatch(
        _ body: [Abstract.Expression], _ of: [Abstract.Clause], _ catching: [Abstract.Clause], into target: Int32
    ) throws(CompileError) {
        let saved = bound
        let trace = newTemporary(3)
        let (handler, end) = (newLabel(), newLabel())
        emit(Instruction(.push, a: trace), to: handler)
        try self.body(body, into: target)
        emit(Instruction(.pop))
        if !of.isEmpty {
            let value = newTemporary()
            emit(Instruction(.move, a: value, b: target))
            try clauses(of, value, .tryClause, result: target)
        }
        emit(Instruction(.jump), to: end)
        place(handler)
        for clause in catching {
            bound = saved
            let next = newLabel()
            guard case .tuple(_, let parts)? = clause.patterns.first, parts.count == 3 else {
                throw CompileError("illegal catch pattern", clause.location)
            }
            for (position, part) in parts.enumerated() { try match(part, trace + Int32(position), next) }
            try guards(clause.guards, next)
            try self.body(clause.body, into: target)
            emit(Instruction(.jump), to: end)
            place(next)
        }
        emit(Instruction(.reraise, a: trace))
        place(end)
        bound = saved
    }

    // MARK: Receive

    mutating func receive(
        _ location: Abstract.Location, _ clauses: [Abstract.Clause], timeout: Abstract.Expression?,
        _ after: [Abstract.Expression], result: Int32?
    ) throws(CompileError) {
        let before = bound
        let saved = top
        let message = newTemporary()
        var limit = literal(.atom(.infinity))
        if let timeout {
            limit = newTemporary()
            try into(limit, timeout)
        }
        let (loop, wait, end) = (newLabel(), newLabel(), newLabel())
        emit(Instruction(.receiveStart))
        if timeout != nil { emit(Instruction(.receiveTimeout, b: limit)) }
        place(loop)
        emit(Instruction(.receiveNext, a: message), to: wait)
        var ways: [[Atom: Int32]] = []
        let base = top
        for clause in clauses {
            bound = before
            top = base
            let next = newLabel()
            guard let pattern = clause.patterns.first else { throw CompileError("no pattern", clause.location) }
            try match(pattern, message, next)
            try guards(clause.guards, next)
            emit(Instruction(.receiveTake))
            if let result {
                try body(clause.body, into: result)
                emit(Instruction(.jump), to: end)
            } else {
                try bodyInTail(clause.body)
            }
            ways.append(bound)
            place(next)
        }
        emit(Instruction(.jump), to: loop)
        place(wait)
        at(location)
        emit(Instruction(.receiveWait), to: loop)
        bound = before
        top = base
        if after.isEmpty {
            // Nobody comes here: the timeout is `infinity`.
            emit(Instruction(.jump), to: loop)
        } else if let result {
            try body(after, into: result)
            ways.append(bound)
        } else {
            try bodyInTail(after)
            ways.append(bound)
        }
        place(end)
        top = saved
        bound = Self.common(ways, before)
    }

    // MARK: maybe

    mutating func maybe(
        _ body: [Abstract.Expression], _ otherwise: [Abstract.Clause]?, into target: Int32
    ) throws(CompileError) {
        let saved = (bound, maybe)
        let (label, end) = (newLabel(), newLabel())
        let value = newTemporary()
        maybe = (label, value)
        try self.body(body, into: target)
        maybe = saved.1
        bound = saved.0
        emit(Instruction(.jump), to: end)
        place(label)
        if let otherwise {
            try clauses(otherwise, value, .elseClause, result: target)
        } else {
            emit(Instruction(.move, a: target, b: value))
        }
        bound = saved.0
        place(end)
    }

    // MARK: Comprehensions

    mutating func comprehension(
        _ qualifiers: [Abstract.Qualifier], kind: UInt16, into target: Int32,
        _ add: (inout FunctionCompiler) throws(CompileError) -> Void
    ) throws(CompileError) {
        let saved = (bound, slots)
        emit(Instruction(.builderStart))
        try loops(qualifiers[...], add)
        emit(Instruction(.builderFinish, n: kind, a: target))
        (bound, slots) = saved
    }

    private mutating func loops(
        _ qualifiers: ArraySlice<Abstract.Qualifier>, _ add: (inout FunctionCompiler) throws(CompileError) -> Void
    ) throws(CompileError) {
        let saved = (top, bound, slots)
        defer { (top, bound, slots) = saved }
        guard let first = qualifiers.first else { return try add(&self) }
        let rest = qualifiers.dropFirst()
        switch first {
        case .filter(let test):
            let skip = newLabel()
            if Self.isGuard(test) {
                try guardTest(test, skip)
            } else {
                let value = try operand(test)
                emit(Instruction(.filter, b: value))
                emit(Instruction(.testSame, b: value, c: literal(.atom(.true))), to: skip)
            }
            try loops(rest, add)
            place(skip)
        case .generate(let at, let pattern, let source, let isStrict):
            let list = newTemporary()
            try into(list, source)
            try loop(at, over: list, pattern, isStrict, rest, add)
        case .mapGenerate(let at, let field, let source, let isStrict):
            let list = newTemporary()
            try into(list, source)
            self.at(at)
            emit(Instruction(.mapPairs, a: list, b: list))
            try loop(at, over: list, .tuple(at, [field.key, field.value]), isStrict, rest, add)
        case .binaryGenerate(let at, let pattern, let source, let isStrict):
            try binaryLoop(at, pattern, source, isStrict, rest, add)
        case .zip(let at, let generators):
            try zipLoop(at, generators, rest, add)
        }
    }

    private mutating func loop(
        _ location: Abstract.Location, over list: Int32, _ pattern: Abstract.Expression, _ isStrict: Bool,
        _ rest: ArraySlice<Abstract.Qualifier>, _ add: (inout FunctionCompiler) throws(CompileError) -> Void
    ) throws(CompileError) {
        let (again, end, mismatch) = (newLabel(), newLabel(), newLabel())
        place(again)
        at(location)
        emit(Instruction(.tick))
        let head = newTemporary()
        emit(Instruction(.listNext, a: head, c: list), to: end)
        try freshMatch(pattern, head, isStrict ? mismatch : again)
        try loops(rest, add)
        emit(Instruction(.jump), to: again)
        place(mismatch)
        if isStrict { emit(Instruction(.fail, n: FailureKind.badmatch.rawValue, b: head)) }
        place(end)
    }

    /// Matches a pattern whose variables hide those outside.
    private mutating func freshMatch(
        _ pattern: Abstract.Expression, _ value: Int32, _ fail: Int32
    ) throws(CompileError) {
        slots = [:]
        var own: [Atom: Int32] = [:]
        try match(pattern, value, fail, &own)
        bound.merge(own) { $1 }
    }

    private mutating func zipLoop(
        _ location: Abstract.Location, _ generators: [Abstract.Qualifier], _ rest: ArraySlice<Abstract.Qualifier>,
        _ add: (inout FunctionCompiler) throws(CompileError) -> Void
    ) throws(CompileError) {
        var lists: [(register: Int32, pattern: Abstract.Expression, isStrict: Bool)] = []
        for generator in generators {
            let register = newTemporary()
            switch generator {
            case .generate(_, let pattern, let source, let isStrict):
                try into(register, source)
                lists.append((register, pattern, isStrict))
            case .mapGenerate(let at, let field, let source, let isStrict):
                try into(register, source)
                emit(Instruction(.mapPairs, a: register, b: register))
                lists.append((register, .tuple(at, [field.key, field.value]), isStrict))
            default: throw CompileError("binary generators are not supported in a zip generator", location)
            }
        }
        let (again, end) = (newLabel(), newLabel())
        place(again)
        emit(Instruction(.tick))
        let heads = newTemporary(Int32(lists.count))
        for (position, list) in lists.enumerated() {
            // Lists of different lengths end together with the shortest; OTP raises `bad_generators`.
            emit(Instruction(.listNext, a: heads + Int32(position), c: list.register), to: end)
        }
        slots = [:]
        var own: [Atom: Int32] = [:]
        for (position, list) in lists.enumerated() { try match(list.pattern, heads + Int32(position), again, &own) }
        bound.merge(own) { $1 }
        try loops(rest, add)
        emit(Instruction(.jump), to: again)
        place(end)
    }

    /// `<<P1, P2>> <= B`: what is too short ends the loop, what does not match is skipped.
    private mutating func binaryLoop(
        _ location: Abstract.Location, _ pattern: Abstract.Expression, _ source: Abstract.Expression, _ isStrict: Bool,
        _ rest: ArraySlice<Abstract.Qualifier>, _ add: (inout FunctionCompiler) throws(CompileError) -> Void
    ) throws(CompileError) {
        let (value, position) = (newTemporary(), newTemporary())
        try into(value, source)
        at(location)
        let (bad, again, end, done) = (newLabel(), newLabel(), newLabel(), newLabel())
        emit(Instruction(.bitsStart, a: position, b: value), to: bad)
        place(again)
        emit(Instruction(.tick))
        guard case .binary(_, let elements) = pattern else { throw CompileError("illegal pattern", location) }
        slots = [:]
        var own: [Atom: Int32] = [:]
        var checks: [(Abstract.Expression, Int32)] = []
        for element in elements.flatMap(\.perCharacter) {
            let segment = try withOwn(own) { compiler throws(CompileError) in
                try compiler.segment(element, isLast: false)
            }
            guard let index = UInt16(exactly: segments.count) else {
                throw CompileError("too many segments", element.location)
            }
            segments.append(segment)
            let part: Int32
            if case .variable(_, let name) = element.value, name != "_", own[name] == nil {
                part = slot(name)
                own[name] = part
            } else {
                part = newTemporary()
                checks.append((element.value, part))
            }
            emit(Instruction(.bitsGet, n: index, a: part, b: value, c: position), to: end)
        }
        let mismatch = newLabel()
        for (pattern, part) in checks { try match(pattern, part, isStrict ? mismatch : again, &own) }
        bound.merge(own) { $1 }
        try loops(rest, add)
        emit(Instruction(.jump), to: again)
        place(bad)
        emit(Instruction(.fail, n: FailureKind.badgenerator.rawValue, b: value))
        place(mismatch)
        if isStrict { emit(Instruction(.fail, n: FailureKind.badmatch.rawValue, b: value)) }
        place(end)
        place(done)
    }
}

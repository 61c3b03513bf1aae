internal import Terms

// Expressions with reserved words, and their clauses.

extension ErlangFormParser {
    mutating func control() throws(SyntaxError) -> Abstract.Expression {
        let lexeme = current
        let start = place(lexeme)
        switch lexeme.kind {
        case .begin:
            advance()
            let body = try sequence()
            try expect(.endWord)
            return .block(start, body)
        case .if:
            advance()
            var clauses: [Abstract.Clause] = []
            repeat {
                let guards = try guards()
                let at = guards.first?.first?.start ?? start
                clauses.append(Abstract.Clause(at, [], guards, try body()))
            } while take(.semicolon)
            try expect(.endWord)
            return .if(start, clauses)
        case .case:
            advance()
            let subject = try expression()
            try expect(.of)
            let clauses = try clauses()
            try expect(.endWord)
            return .case(start, subject, clauses)
        case .receive: return try receive()
        case .try: return try tryExpression()
        case .maybe: return try maybe()
        case .fun: return try fun()
        default: throw unexpected()
        }
    }

    // MARK: Clauses

    /// `-> E1, …, En`.
    mutating func body() throws(SyntaxError) -> [Abstract.Expression] {
        try expect(.arrow)
        return try sequence()
    }

    /// Alternatives of conjunctions.
    private mutating func guards() throws(SyntaxError) -> [[Abstract.Expression]] {
        var guards = [try sequence()]
        while take(.semicolon) { guards.append(try sequence()) }
        return guards
    }

    /// `when …`, if it is there.
    mutating func optionalGuards() throws(SyntaxError) -> [[Abstract.Expression]] {
        take(.when) ? try guards() : []
    }

    /// `Pattern when Guard -> Body; …`.
    private mutating func clauses() throws(SyntaxError) -> [Abstract.Clause] {
        var clauses: [Abstract.Clause] = []
        repeat {
            let pattern = try expression()
            let guards = try optionalGuards()
            clauses.append(Abstract.Clause(pattern.start, [pattern], guards, try body()))
        } while take(.semicolon)
        return clauses
    }

    private mutating func receive() throws(SyntaxError) -> Abstract.Expression {
        let start = place(next())
        let clauses = kind == .after ? [] : try clauses()
        guard take(.after) else {
            try expect(.endWord)
            return .receive(start, clauses)
        }
        let timeout = try expression()
        let body = try body()
        try expect(.endWord)
        return .receiveAfter(start, clauses, timeout: timeout, body)
    }

    private mutating func tryExpression() throws(SyntaxError) -> Abstract.Expression {
        let start = place(next())
        let body = try sequence()
        let of = take(.of) ? try clauses() : []
        var catching: [Abstract.Clause] = []
        var after: [Abstract.Expression] = []
        guard kind == .catch || kind == .after else { throw unexpected() }
        if take(.catch) {
            repeat { catching.append(try catchClause()) } while take(.semicolon)
        }
        if take(.after) { after = try sequence() }
        try expect(.endWord)
        return .try(start, body, of: of, catching: catching, after: after)
    }

    /// `Class:Pattern:Stacktrace when Guard -> Body`.
    private mutating func catchClause() throws(SyntaxError) -> Abstract.Clause {
        let first = current
        let hasClass = (first.kind == .atom || first.kind == .variable) && peek(1).kind == .colon
        let parts: [Abstract.Expression]
        let start: Abstract.Location
        if hasClass {
            advance()
            advance()
            start = place(first)
            let kind: Abstract.Expression =
                first.kind == .atom ? .atom(start, atom(first)) : .variable(start, atom(first))
            let pattern = try pattern()
            let (at, stack) = take(.colon) ? try expectVariable() : (pattern.latest, "_")
            parts = [kind, pattern, .variable(at, stack)]
        } else {
            let pattern = try pattern()
            start = pattern.start
            parts = [.atom(start, .throw), pattern, .variable(pattern.latest, "_")]
        }
        let guards = try optionalGuards()
        return Abstract.Clause(start, [.tuple(start, parts)], guards, try body())
    }

    private mutating func maybe() throws(SyntaxError) -> Abstract.Expression {
        let start = place(next())
        var body: [Abstract.Expression] = []
        repeat {
            let left = try expression()
            guard kind == .questionEquals else {
                body.append(left)
                continue
            }
            let sign = place(next())
            body.append(.maybeMatch(sign, left, try expression()))
        } while take(.comma)
        guard kind == .else else {
            try expect(.endWord)
            return .maybe(start, body)
        }
        let other = place(next())
        let clauses = try clauses()
        try expect(.endWord)
        return .maybeElse(start, body, other, clauses)
    }

    // MARK: Funs

    private mutating func fun() throws(SyntaxError) -> Abstract.Expression {
        let start = place(next())
        let first = current
        switch (first.kind, peek(1).kind) {
        case (.leftParenthesis, _): return try funClauses(start, name: nil)
        case (.variable, .leftParenthesis): return try funClauses(start, name: first)
        case (.atom, .slash):
            advance()
            advance()
            guard kind == .integer else { throw unexpected() }
            let arity = current
            advance()
            guard arity.payload <= 255 else { throw error("bad arity", at: arity) }
            return .localFun(start, atom(first), Int(arity.payload))
        case (.atom, .colon), (.variable, .colon):
            let module = atomOrVariable()
            advance()
            guard kind == .atom || kind == .variable else { throw unexpected() }
            let name = atomOrVariable()
            try expect(.slash)
            let arity = current
            switch arity.kind {
            case .integer:
                return .externalFun(start, module, name, .integer(place(next()), .integer(Int(arity.payload))))
            case .variable: return .externalFun(start, module, name, atomOrVariable())
            default: throw unexpected()
            }
        default:
            if first.kind == .atom || first.kind == .variable { advance() }
            throw unexpected()
        }
    }

    private mutating func atomOrVariable() -> Abstract.Expression {
        let lexeme = next()
        return lexeme.kind == .atom
            ? .atom(place(lexeme), atom(lexeme)) : .variable(place(lexeme), atom(lexeme))
    }

    private mutating func funClauses(
        _ start: Abstract.Location, name: ErlangLexeme?
    ) throws(SyntaxError) -> Abstract.Expression {
        let name = name.map { atom($0) }
        var clauses: [Abstract.Clause] = []
        repeat {
            let first = current
            if let name {
                guard first.kind == .variable || first.kind == .leftParenthesis else { throw unexpected() }
                guard first.kind == .variable, atom(first) == name else { throw error("head mismatch", at: first) }
                advance()
            }
            guard kind == .leftParenthesis else { throw unexpected() }
            let patterns = try arguments()
            if let head = clauses.first, head.patterns.count != patterns.count {
                throw error("head mismatch", at: first, hint: "all clauses have the same number of arguments")
            }
            let guards = try optionalGuards()
            clauses.append(Abstract.Clause(place(first), patterns, guards, try body()))
        } while take(.semicolon)
        try expect(.endWord)
        return name.map { .namedFun(start, $0, clauses) } ?? .fun(start, clauses)
    }
}

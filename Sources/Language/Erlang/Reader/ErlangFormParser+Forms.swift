internal import Terms

// Functions and attributes.

extension ErlangFormParser {
    /// A function or an attribute, and its full stop.
    mutating func form() throws(SyntaxError) -> Abstract.Form {
        let form = kind == .minus ? try attribute() : try function()
        try expect(.dot)
        return form
    }

    private mutating func function() throws(SyntaxError) -> Abstract.Form {
        let head = current
        guard head.kind == .atom else { throw unexpected() }
        let name = atom(head)
        var clauses: [Abstract.Clause] = []
        repeat {
            let first = current
            let (at, other) = try expectAtom()
            guard kind == .leftParenthesis else { throw unexpected() }
            let patterns = try arguments()
            let guards = try optionalGuards()
            clauses.append(Abstract.Clause(at, patterns, guards, try body()))
            guard other == name, patterns.count == clauses[0].patterns.count else {
                throw error(
                    "head mismatch", at: first,
                    hint: "clauses of \(name.name)/\(clauses[0].patterns.count) end with a full stop")
            }
        } while take(.semicolon)
        guard kind == .dot else { throw unexpected() }
        guard clauses[0].patterns.count <= 255 else { throw error("too many arguments", at: head) }
        return .function(place(head), name, clauses[0].patterns.count, clauses)
    }

    // MARK: Attributes

    private mutating func attribute() throws(SyntaxError) -> Abstract.Form {
        advance()
        let lexeme = current
        let (at, name) = try expectAtom()
        switch name.name {
        case "spec", "callback": return .attribute(at, name, try specification(lexeme))
        case "type", "opaque", "nominal": return .attribute(at, name, try typeDefinition(lexeme))
        case "record": return try recordDefinition(lexeme)
        default: return .attribute(at, name, try attributeValue(lexeme))
        }
    }

    private func badDeclaration(_ attribute: ErlangLexeme) -> SyntaxError {
        error("bad \(atom(attribute).name) declaration", at: attribute)
    }

    /// The value of an attribute without types.
    private mutating func attributeValue(_ attribute: ErlangLexeme) throws(SyntaxError) -> Term {
        let start = current
        var values: [Abstract.Expression]
        if take(.leftParenthesis) {
            values = try sequence()
            try expect(.rightParenthesis)
            guard kind == .dot else { throw unexpected() }
        } else {
            values = try sequence()
        }
        switch (atom(attribute).name, values.count) {
        case ("module", 1):
            guard case .atom(_, let name) = values[0] else { throw badDeclaration(attribute) }
            return .atom(name)
        case ("module", 2):
            guard case .atom(_, let name) = values[0] else { throw badDeclaration(attribute) }
            return .tuple([.atom(name), try variables(values[1], at: start)])
        case ("export", 1): return try arities(values[0], at: start)
        case ("import", 1):
            guard case .atom(_, let name) = values[0] else { throw badDeclaration(attribute) }
            return .atom(name)
        case ("import", 2):
            guard case .atom(_, let name) = values[0] else { throw badDeclaration(attribute) }
            return .tuple([.atom(name), try arities(values[1], at: start)])
        case ("file", 2):
            guard case .string(_, let name) = values[0], case .integer(_, let line) = values[1] else {
                throw badDeclaration(attribute)
            }
            return .tuple([.makeList(name.map { .integer(Int($0)) }), line])
        case ("module", _), ("export", _), ("import", _), ("file", _): throw badDeclaration(attribute)
        case (_, 1):
            guard let value = values[0].withArities.constant else { throw error("bad attribute", at: attribute) }
            return value
        default: throw error("bad attribute", at: attribute)
        }
    }

    /// `[f/1, …]`.
    private func arities(_ list: Abstract.Expression, at lexeme: ErlangLexeme) throws(SyntaxError) -> Term {
        var pairs: [Term] = []
        var rest = list
        while case .cons(_, let head, let tail) = rest {
            guard case .operation(_, let slash, .atom(_, let name), .integer(_, let arity)) = head, slash == "/" else {
                throw error("bad Name/Arity", at: lexeme)
            }
            pairs.append(.tuple([.atom(name), arity]))
            rest = tail
        }
        guard case .nil = rest else { throw error("bad Name/Arity", at: lexeme) }
        return .makeList(pairs)
    }

    private func variables(_ list: Abstract.Expression, at lexeme: ErlangLexeme) throws(SyntaxError) -> Term {
        var names: [Term] = []
        var rest = list
        while case .cons(_, .variable(_, let name), let tail) = rest {
            names.append(.atom(name))
            rest = tail
        }
        guard case .nil = rest else { throw error("bad variable list", at: lexeme) }
        return .makeList(names)
    }

    // MARK: Records

    /// `-record(name, {field, field = Default, field = Default :: type()}).`
    private mutating func recordDefinition(_ attribute: ErlangLexeme) throws(SyntaxError) -> Abstract.Form {
        let hasParentheses = take(.leftParenthesis)
        guard kind == .atom else { throw badDeclaration(attribute) }
        let (_, name) = try expectAtom()
        guard take(.comma) else {
            if kind == .rightParenthesis { throw badDeclaration(attribute) }
            throw unexpected()
        }
        guard kind == .leftBrace else { throw error("bad record declaration", at: current) }
        advance()
        var fields: [Abstract.RecordDefinitionField] = []
        if !take(.rightBrace) {
            repeat {
                let lexeme = current
                guard lexeme.kind == .atom else { throw error("bad record field", at: lexeme) }
                let (at, field) = try expectAtom()
                let initial = take(.match) ? try expression() : nil
                let type = take(.doubleColon) ? try topType() : nil
                guard kind == .comma || kind == .rightBrace else { throw unexpected() }
                fields.append(Abstract.RecordDefinitionField(at, at, field, initial: initial, type: type))
            } while take(.comma)
            try expect(.rightBrace)
        }
        if hasParentheses { try expect(.rightParenthesis) }
        return .record(place(attribute), name, fields)
    }

    // MARK: Types

    /// `name(A, B) :: type()`, as `{Name, Type, Arguments}`.
    private mutating func typeDefinition(_ attribute: ErlangLexeme) throws(SyntaxError) -> Term {
        let hasParentheses = take(.leftParenthesis)
        guard kind == .atom else { throw badDeclaration(attribute) }
        let (_, name) = try expectAtom()
        guard kind == .leftParenthesis else { throw badDeclaration(attribute) }
        var parameters: [Term] = []
        for argument in try arguments() {
            guard case .variable = argument else { throw error("bad type variable", at: attribute) }
            parameters.append(argument.term)
        }
        try expect(.doubleColon)
        let type = try topType()
        if hasParentheses { try expect(.rightParenthesis) }
        return .tuple([.atom(name), type, .makeList(parameters)])
    }

    /// `name(A, B) -> C when …; …`, as `{{Name, Arity}, Types}`.
    private mutating func specification(_ attribute: ErlangLexeme) throws(SyntaxError) -> Term {
        let hasParentheses = take(.leftParenthesis)
        let (_, first) = try expectAtom()
        var name: [Term] = [.atom(first)]
        if take(.colon) { name.append(.atom(try expectAtom().1)) }
        var types: [Term] = []
        var arity: Int?
        repeat {
            let (type, count) = try functionType()
            arity = arity ?? count
            guard take(.when) else {
                types.append(type)
                continue
            }
            let start = type.asTuple?[1] ?? .nil
            var constraints: [Term] = []
            repeat { constraints.append(try constraint()) } while take(.comma)
            types.append(
                .tuple([
                    .atom("type"), start, .atom("bounded_fun"), .makeList([type, .makeList(constraints)]),
                ]))
        } while take(.semicolon)
        if hasParentheses { try expect(.rightParenthesis) }
        return .tuple([.tuple(Tuple(name + [.integer(arity ?? 0)])), .makeList(types)])
    }

    /// `V :: type()` or `is_subtype(V, type())` behind `when`.
    private mutating func constraint() throws(SyntaxError) -> Term {
        let isOld = kind == .atom
        if isOld {
            let name = try expectAtom().1
            guard name == "is_subtype" else { throw error("unsupported constraint '\(name.name)'", at: current) }
            try expect(.leftParenthesis)
        }
        // Both forms have the location of the variable.
        let (at, variable) = try expectVariable()
        try expect(isOld ? .comma : .doubleColon)
        let types = [Abstract.Expression.variable(at, variable).term, try topType()]
        if isOld { try expect(.rightParenthesis) }
        let name = Abstract.Expression.atom(at, "is_subtype").term
        return .tuple([.atom("type"), at.term, .atom("constraint"), .makeList([name, .makeList(types)])])
    }
}

extension Abstract.Expression {
    /// `f/1` in lists and tuples as `{f, 1}`.
    var withArities: Abstract.Expression {
        switch self {
        case .cons:
            var heads: [(Abstract.Location, Abstract.Expression)] = []
            var rest = self
            while case .cons(let at, let head, let tail) = rest {
                heads.append((at, head.withArities))
                rest = tail
            }
            var result = rest.withArities
            while let (at, head) = heads.popLast() { result = .cons(at, head, result) }
            return result
        case .tuple(let at, let elements): return .tuple(at, elements.map(\.withArities))
        case .operation(let at, "/", let name, let arity):
            guard case .atom = name, case .integer = arity else { return self }
            return .tuple(at, [name, arity])
        default: return self
        }
    }
}

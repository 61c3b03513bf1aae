internal import Terms

// Types. They are kept as the terms `erl_parse` has for them: nobody here looks into them.

extension ErlangFormParser {
    private func type(_ at: Term, _ name: String, _ arguments: [Term]) -> Term {
        .tuple([.atom("type"), at, .atom(Atom(name)), .makeList(arguments)])
    }

    private func location(of type: Term) -> Term { type.asTuple?[1] ?? .nil }

    /// `V :: type()`, or types with `|` between them.
    mutating func topType() throws(SyntaxError) -> Term {
        let outer = try enter()
        defer { leave(outer) }
        if kind == .variable, peek(1).kind == .doubleColon {
            let lexeme = next()
            advance()
            let at = place(lexeme).term
            let variable = Abstract.Expression.variable(place(lexeme), atom(lexeme)).term
            return .tuple([.atom("ann_type"), at, .makeList([variable, try topType()])])
        }
        let first = try rangeType()
        guard take(.bar) else { return first }
        let rest = try topType()
        let at = location(of: first)
        if let union = rest.asTuple, union.count == 4, union[0].asAtom == "type", union[2].asAtom == "union",
            let types = union[3].properList
        {
            return type(at, "union", [first] + types)
        }
        return type(at, "union", [first, rest])
    }

    private mutating func topTypes() throws(SyntaxError) -> [Term] {
        var types = [try topType()]
        while take(.comma) { types.append(try topType()) }
        return types
    }

    private mutating func rangeType() throws(SyntaxError) -> Term {
        let first = try sumType(400)
        guard take(.twoPoints) else { return first }
        return type(location(of: first), "range", [first, try sumType(400)])
    }

    /// Sums and products of integers.
    private mutating func sumType(_ level: Int) throws(SyntaxError) -> Term {
        var left = level == 400 ? try sumType(500) : try signedType()
        while true {
            let lexeme = current
            switch (level, lexeme.kind) {
            case (400, .plus), (400, .minus), (400, .bor), (400, .bxor), (400, .bsl), (400, .bsr), (400, .or),
                (400, .xor),
                (500, .star), (500, .slash), (500, .div), (500, .rem), (500, .band), (500, .and):
                advance()
                try wrap()
                let right = level == 400 ? try sumType(500) : try signedType()
                left = .tuple([.atom("op"), place(lexeme).term, .atom(lexeme.kind.atom), left, right])
            default: return left
            }
        }
    }

    private mutating func signedType() throws(SyntaxError) -> Term {
        let lexeme = current
        switch lexeme.kind {
        case .plus, .minus, .bnot, .not:
            advance()
            let outer = try enter()
            defer { leave(outer) }
            return .tuple([.atom("op"), place(lexeme).term, .atom(lexeme.kind.atom), try signedType()])
        default: return try plainType()
        }
    }

    private mutating func plainType() throws(SyntaxError) -> Term {
        let lexeme = current
        let at = place(lexeme).term
        switch lexeme.kind {
        case .leftParenthesis:
            advance()
            let inner = try topType()
            try expect(.rightParenthesis)
            return inner
        case .variable:
            advance()
            return Abstract.Expression.variable(place(lexeme), atom(lexeme)).term
        case .integer, .bigInteger, .char: return try primary().term
        case .atom: return try namedType()
        case .leftBracket:
            advance()
            if take(.rightBracket) { return type(at, "nil", []) }
            let element = try topType()
            let isNonempty = take(.comma)
            if isNonempty { try expect(.threePoints) }
            try expect(.rightBracket)
            return type(at, isNonempty ? "nonempty_list" : "list", [element])
        case .leftBrace:
            advance()
            if take(.rightBrace) { return type(at, "tuple", []) }
            let elements = try topTypes()
            try expect(.rightBrace)
            return type(at, "tuple", elements)
        case .hash: return try mapOrRecordType()
        case .leftBinary: return try binaryType()
        case .fun:
            advance()
            try expect(.leftParenthesis)
            if take(.rightParenthesis) { return type(at, "fun", []) }
            let inner: Term
            if kind == .leftParenthesis, peek(1).kind == .threePoints {
                let open = place(next()).term
                advance()
                try expect(.rightParenthesis)
                try expect(.arrow)
                let any = Term.tuple([.atom("type"), open, .atom("any")])
                inner = type(open, "fun", [any, try topType()])
            } else {
                inner = try functionType().type
            }
            try expect(.rightParenthesis)
            return inner
        default: throw unexpected()
        }
    }

    /// `(A, B) -> C`.
    mutating func functionType() throws(SyntaxError) -> (type: Term, arity: Int) {
        let at = place(current).term
        try expect(.leftParenthesis)
        let arguments = kind == .rightParenthesis ? [] : try topTypes()
        try expect(.rightParenthesis)
        try expect(.arrow)
        let result = try topType()
        return (type(at, "fun", [type(at, "product", arguments), result]), arguments.count)
    }

    private mutating func namedType() throws(SyntaxError) -> Term {
        let lexeme = next()
        let at = place(lexeme).term
        let name = atom(lexeme)
        let atomTerm = Abstract.Expression.atom(place(lexeme), name).term
        if take(.colon) {
            let (otherAt, other) = try expectAtom()
            try expect(.leftParenthesis)
            let arguments = kind == .rightParenthesis ? [] : try topTypes()
            try expect(.rightParenthesis)
            let otherTerm = Abstract.Expression.atom(otherAt, other).term
            return .tuple([.atom("remote_type"), at, .makeList([atomTerm, otherTerm, .makeList(arguments)])])
        }
        guard take(.leftParenthesis) else { return atomTerm }
        if take(.rightParenthesis) {
            let value: Term = name == "tuple" || name == "map" ? .atom("any") : .nil
            return .tuple([Self.tag(name, 0), at, .atom(name), value])
        }
        let arguments = try topTypes()
        try expect(.rightParenthesis)
        return .tuple([Self.tag(name, arguments.count), at, .atom(name), .makeList(arguments)])
    }

    private mutating func mapOrRecordType() throws(SyntaxError) -> Term {
        let at = place(next()).term
        if take(.leftBrace) {
            var pairs: [Term] = []
            if !take(.rightBrace) {
                repeat {
                    let key = try topType()
                    let sign = current
                    guard sign.kind == .rightDoubleArrow || sign.kind == .colonEquals else { throw unexpected() }
                    advance()
                    let tag = sign.kind == .colonEquals ? "map_field_exact" : "map_field_assoc"
                    pairs.append(type(place(sign).term, tag, [key, try topType()]))
                } while take(.comma)
                try expect(.rightBrace)
            }
            return type(at, "map", pairs)
        }
        let (nameAt, name) = try expectAtom()
        try expect(.leftBrace)
        var parts = [Abstract.Expression.atom(nameAt, name).term]
        if !take(.rightBrace) {
            repeat {
                let (fieldAt, field) = try expectAtom()
                try expect(.doubleColon)
                let name = Abstract.Expression.atom(fieldAt, field).term
                parts.append(type(fieldAt.term, "field_type", [name, try topType()]))
            } while take(.comma)
            try expect(.rightBrace)
        }
        return type(at, "record", parts)
    }

    /// `<<>>`, `<<_:B>>`, `<<_:_*U>>` or `<<_:B, _:_*U>>`.
    private mutating func binaryType() throws(SyntaxError) -> Term {
        let start = place(next())
        // A part that is not written has a line only.
        var base = Abstract.Expression.integer(Abstract.Location(line: start.line), 0).term
        var unit = base
        while kind != .rightBinary {
            try expectWildcard()
            try expect(.colon)
            if kind == .variable, peek(1).kind == .star {
                try expectWildcard()
                advance()
                unit = try sumType(400)
                break
            }
            base = try sumType(400)
            guard take(.comma) else { break }
        }
        try expect(.rightBinary)
        return type(start.term, "binary", [base, unit])
    }

    private mutating func expectWildcard() throws(SyntaxError) {
        let lexeme = current
        let (_, name) = try expectVariable()
        guard name == "_" else { throw error("Bad binary type", at: lexeme) }
    }

    /// The types that are built in, with the numbers of their parameters.
    private static let builtIn: Set<String> = [
        "any/0", "arity/0", "atom/0", "binary/0", "bitstring/0", "bool/0", "boolean/0", "byte/0", "char/0", "dynamic/0",
        "float/0", "function/0", "identifier/0", "integer/0", "iodata/0", "iolist/0", "list/0", "list/1", "map/0",
        "maybe_improper_list/0", "maybe_improper_list/2", "mfa/0", "module/0", "neg_integer/0", "nil/0", "no_return/0",
        "node/0", "non_neg_integer/0", "none/0", "nonempty_binary/0", "nonempty_bitstring/0",
        "nonempty_improper_list/2", "nonempty_list/0", "nonempty_list/1", "nonempty_maybe_improper_list/0",
        "nonempty_maybe_improper_list/2", "nonempty_string/0", "number/0", "pid/0", "port/0", "pos_integer/0",
        "reference/0", "string/0", "term/0", "timeout/0", "tuple/0",
    ]

    private static func tag(_ name: Atom, _ arity: Int) -> Term {
        .atom(builtIn.contains("\(name.name)/\(arity)") ? "type" : "user_type")
    }
}

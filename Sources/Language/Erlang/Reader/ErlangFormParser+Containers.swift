internal import Terms

// Lists, binaries, maps, records and comprehensions.

extension ErlangFormParser {
    mutating func list() throws(SyntaxError) -> Abstract.Expression {
        let open = next()
        let start = place(open)
        if take(.rightBracket) { return .nil(start) }
        let first = try expression()
        if take(.doubleBar) {
            let qualifiers = try qualifiers()
            try expect(.rightBracket)
            return .listComprehension(start, first, qualifiers)
        }
        var elements = ListElements()
        elements.append(first)
        try addCell(&elements)
        while take(.comma) {
            elements.append(try expression())
            try addCell(&elements)
        }
        let result: Abstract.Expression
        if take(.bar) {
            result = try expression()
            try expect(.rightBracket)
        } else {
            let close = current
            try expect(.rightBracket)
            result = .nil(place(close))
        }
        releaseCells(elements.headCount)
        return elements.list(at: start, tail: result)
    }

    // MARK: Comprehensions

    mutating func qualifiers() throws(SyntaxError) -> [Abstract.Qualifier] {
        var qualifiers: [Abstract.Qualifier] = []
        repeat {
            let first = try qualifier()
            guard kind == .doubleAmpersand else {
                qualifiers.append(first)
                continue
            }
            let place = place(current)
            var group = [first]
            while take(.doubleAmpersand) { group.append(try qualifier()) }
            qualifiers.append(.zip(place, group))
        } while take(.comma)
        return qualifiers
    }

    private mutating func qualifier() throws(SyntaxError) -> Abstract.Qualifier {
        let pattern = try expression()
        let lexeme = current
        switch lexeme.kind {
        case .leftArrow, .strictLeftArrow:
            advance()
            return .generate(place(lexeme), pattern, try expression(), isStrict: lexeme.kind == .strictLeftArrow)
        case .leftDoubleArrow, .strictLeftDoubleArrow:
            advance()
            return .binaryGenerate(
                place(lexeme), pattern, try expression(), isStrict: lexeme.kind == .strictLeftDoubleArrow)
        case .colonEquals:
            advance()
            let field = Abstract.MapField(place(lexeme), isExact: true, pattern, try expression())
            let arrow = current
            guard arrow.kind == .leftArrow || arrow.kind == .strictLeftArrow else { throw unexpected() }
            advance()
            return .mapGenerate(place(arrow), field, try expression(), isStrict: arrow.kind == .strictLeftArrow)
        default: return .filter(pattern)
        }
    }

    // MARK: Binaries

    mutating func binary() throws(SyntaxError) -> Abstract.Expression {
        let outer = try enter()
        let start = place(next())
        if take(.rightBinary) {
            leave(outer)
            return .binary(start, [])
        }
        let first = try segment()
        if kind == .doubleBar, first.size == nil, first.specifiers == nil {
            advance()
            let qualifiers = try qualifiers()
            try expect(.rightBinary)
            leave(outer)
            return .binaryComprehension(start, first.value, qualifiers)
        }
        var elements = [first]
        while take(.comma) { elements.append(try segment()) }
        try expect(.rightBinary)
        leave(outer)
        return .binary(start, elements)
    }

    /// `Value:Size/Specifier-…`.
    private mutating func segment() throws(SyntaxError) -> Abstract.BinaryElement {
        let start = current
        let value: Abstract.Expression
        switch kind {
        case .plus, .minus, .bnot, .not:
            advance()
            value = .unary(place(start), start.kind.atom, try primary())
        default: value = try primary()
        }
        let size = take(.colon) ? try primary() : nil
        guard take(.slash) else { return Abstract.BinaryElement(value.start, value, size: size) }
        var specifiers: [Abstract.Specifier] = []
        repeat {
            let lexeme = current
            let (_, name) = try expectAtom()
            guard take(.colon) else {
                specifiers.append(.name(name))
                continue
            }
            guard kind == .integer else { throw unexpected() }
            guard name == "unit" else {
                throw error("undefined bit type: \(name.name)", at: lexeme, hint: "only unit has a number")
            }
            specifiers.append(.unit(Int(next().payload)))
        } while take(.minus)
        return Abstract.BinaryElement(value.start, value, size: size, specifiers)
    }

    // MARK: Maps and records

    /// `#{…}`, `#name{…}` or `#name.field`, with what stands before it.
    mutating func mapOrRecord(of base: Abstract.Expression?) throws(SyntaxError) -> Abstract.Expression {
        let start = place(next())
        if take(.leftBrace) { return try map(start, base) }
        let (_, name) = try expectAtom()
        if take(.point) {
            let (at, field) = try expectAtom()
            return base.map { .recordField(start, $0, name, at, field) } ?? .recordIndex(start, name, at, field)
        }
        // A full stop where a field is being typed.
        guard take(.leftBrace) else { throw unexpected() }
        var fields: [Abstract.RecordField] = []
        if !take(.rightBrace) {
            repeat { fields.append(try recordField()) } while take(.comma)
            try expect(.rightBrace)
        }
        return base.map { .recordUpdate(start, $0, name, fields) } ?? .record(start, name, fields)
    }

    private mutating func recordField() throws(SyntaxError) -> Abstract.RecordField {
        let lexeme = current
        guard lexeme.kind == .atom || lexeme.kind == .variable else { throw unexpected() }
        advance()
        let name = atom(lexeme)
        guard lexeme.kind == .atom || name == "_" else {
            throw error(
                "field '\(name.name)' is not an atom or _ in record", at: lexeme,
                hint: "a field has an atom as its name")
        }
        try expect(.match)
        let value = try expression()
        return Abstract.RecordField(place(lexeme), place(lexeme), lexeme.kind == .atom ? name : nil, value)
    }

    private mutating func map(
        _ start: Abstract.Location, _ base: Abstract.Expression?
    ) throws(SyntaxError) -> Abstract.Expression {
        var fields: [Abstract.MapField] = []
        if !take(.rightBrace) {
            let first = try mapField()
            if base == nil, !first.isExact, take(.doubleBar) {
                let qualifiers = try qualifiers()
                try expect(.rightBrace)
                return .mapComprehension(start, first, qualifiers)
            }
            fields.append(first)
            while take(.comma) { fields.append(try mapField()) }
            try expect(.rightBrace)
        }
        return base.map { .mapUpdate(start, $0, fields) } ?? .map(start, fields)
    }

    private mutating func mapField() throws(SyntaxError) -> Abstract.MapField {
        let key = try expression()
        guard kind == .rightDoubleArrow || kind == .colonEquals else { throw unexpected() }
        let sign = next()
        return Abstract.MapField(place(sign), isExact: sign.kind == .colonEquals, key, try expression())
    }
}

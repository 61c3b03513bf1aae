internal import Terms

/// Terms to the abstract format; see `Abstract+Terms.swift`.
struct AbstractTermReader {
    private var depth = 0
    private var cells = 0
    /// The last location that was read, for errors.
    var location = Abstract.Location.none

    func invalid(_ message: String) -> InvalidAbstractFormat { InvalidAbstractFormat(message, at: location) }

    /// The elements of a tuple with one of these sizes.
    func tuple(_ term: Term, _ sizes: ClosedRange<Int>, _ what: String) throws(InvalidAbstractFormat) -> Tuple {
        guard let tuple = term.asTuple, sizes.contains(tuple.count) else { throw invalid("\(what) is expected") }
        return tuple
    }

    func list(_ term: Term, _ what: String) throws(InvalidAbstractFormat) -> [Term] {
        guard let list = term.properList else { throw invalid("a list of \(what) is expected") }
        return list
    }

    func atom(_ term: Term, _ what: String) throws(InvalidAbstractFormat) -> Atom {
        guard let atom = term.asAtom else { throw invalid("\(what) must be an atom") }
        return atom
    }

    mutating func annotation(_ term: Term) throws(InvalidAbstractFormat) -> Abstract.Location {
        guard let location = Abstract.Location(annotation: term) else { throw invalid("an annotation is expected") }
        self.location = location
        return location
    }

    mutating func expressions(_ term: Term) throws(InvalidAbstractFormat) -> [Abstract.Expression] {
        var expressions: [Abstract.Expression] = []
        for element in try list(term, "expressions") { expressions.append(try expression(element)) }
        return expressions
    }

    mutating func clauses(_ term: Term) throws(InvalidAbstractFormat) -> [Abstract.Clause] {
        var clauses: [Abstract.Clause] = []
        for element in try list(term, "clauses") { clauses.append(try clause(element)) }
        return clauses
    }

    mutating func clause(_ term: Term) throws(InvalidAbstractFormat) -> Abstract.Clause {
        let clause = try tuple(term, 5...5, "a clause")
        guard Abstract.Tag(clause[0]) == .clause else { throw invalid("a clause is expected") }
        let place = try annotation(clause[1])
        let patterns = try expressions(clause[2])
        var guards: [[Abstract.Expression]] = []
        for alternative in try list(clause[3], "guards") { guards.append(try expressions(alternative)) }
        return Abstract.Clause(place, patterns, guards, try expressions(clause[4]))
    }

    mutating func expression(_ term: Term) throws(InvalidAbstractFormat) -> Abstract.Expression {
        guard let tuple = term.asTuple, tuple.count >= 2, let tag = Abstract.Tag(tuple[0]) else {
            throw invalid("an expression is expected")
        }
        let place = try annotation(tuple[1])
        depth += 1
        defer { depth -= 1 }
        guard depth <= Abstract.maximumDepth else { throw invalid("expressions are nested too deep") }
        switch tuple.count {
        case 2:
            guard tag == .nil else { break }
            return .nil(place)
        case 3:
            if let literal = try literal(tag, place, tuple[2]) { return literal }
            if let expression = try threes(tag, place, tuple[2]) { return expression }
        case 4:
            if tag == .cons { return try cons(tuple) }
            if let expression = try fours(tag, place, tuple[2], tuple[3]) { return expression }
        case 5:
            if let expression = try fives(tag, place, tuple) { return expression }
        case 6:
            guard tag == .try else { break }
            return .try(
                place, try expressions(tuple[2]), of: try clauses(tuple[3]), catching: try clauses(tuple[4]),
                after: try expressions(tuple[5]))
        default: break
        }
        throw invalid("no expression is a \(tag.name) of \(tuple.count) elements")
    }

    private func literal(
        _ tag: Abstract.Tag, _ place: Abstract.Location, _ value: Term
    ) throws(InvalidAbstractFormat) -> Abstract.Expression? {
        switch tag {
        case .atom: return .atom(place, try atom(value, "the value of an atom"))
        case .var: return .variable(place, try atom(value, "the name of a variable"))
        case .value: return .value(place, value)
        case .char: return .char(place, try codePoint(value))
        case .integer:
            switch value {
            case .integer, .bigInteger: return .integer(place, value)
            default: throw invalid("the value of an integer must be an integer")
            }
        case .float:
            guard case .float(let double) = value else { throw invalid("the value of a float must be a float") }
            return .float(place, double)
        case .string:
            var scalars: [UInt32] = []
            for element in try list(value, "characters") { scalars.append(try codePoint(element)) }
            return .string(place, scalars)
        default: return nil
        }
    }

    private func codePoint(_ term: Term) throws(InvalidAbstractFormat) -> UInt32 {
        guard let value = term.asInteger, (0...0x10_FFFF).contains(value) else {
            throw invalid("a character is expected")
        }
        return UInt32(value)
    }

    /// `{Tag, Anno, X}`.
    private mutating func threes(
        _ tag: Abstract.Tag, _ place: Abstract.Location, _ value: Term
    ) throws(InvalidAbstractFormat) -> Abstract.Expression? {
        switch tag {
        case .tuple: .tuple(place, try expressions(value))
        case .bin: .binary(place, try binaryElements(value))
        case .map: .map(place, try mapFields(value))
        case .catch: .catch(place, try expression(value))
        case .fun: try fun(place, value)
        case .block: .block(place, try expressions(value))
        case .if: .if(place, try clauses(value))
        case .receive: .receive(place, try clauses(value))
        case .maybe: .maybe(place, try expressions(value))
        default: nil
        }
    }

    /// `{Tag, Anno, X, Y}`.
    private mutating func fours(
        _ tag: Abstract.Tag, _ place: Abstract.Location, _ first: Term, _ second: Term
    ) throws(InvalidAbstractFormat) -> Abstract.Expression? {
        switch tag {
        case .match: return .match(place, try expression(first), try expression(second))
        case .map: return .mapUpdate(place, try expression(first), try mapFields(second))
        case .record: return .record(place, try atom(first, "the name of a record"), try recordFields(second))
        case .record_index:
            let (at, field) = try fieldName(second)
            return .recordIndex(place, try atom(first, "the name of a record"), at, field)
        case .op: return .unary(place, try atom(first, "an operator"), try expression(second))
        case .call: return .call(place, try expression(first), try expressions(second))
        case .remote: return .remote(place, try expression(first), try expression(second))
        case .named_fun: return .namedFun(place, try atom(first, "the name of a fun"), try clauses(second))
        case .case: return .case(place, try expression(first), try clauses(second))
        case .maybe:
            let body = try expressions(first)
            let other = try tuple(second, 3...3, "an else")
            guard Abstract.Tag(other[0]) == .else else { throw invalid("an else is expected") }
            return .maybeElse(place, body, try annotation(other[1]), try clauses(other[2]))
        case .maybe_match: return .maybeMatch(place, try expression(first), try expression(second))
        case .lc: return .listComprehension(place, try expression(first), try qualifiers(second))
        case .bc: return .binaryComprehension(place, try expression(first), try qualifiers(second))
        case .mc: return .mapComprehension(place, try mapField(first), try qualifiers(second))
        default: return nil
        }
    }

    /// `{Tag, Anno, X, Y, Z}`.
    private mutating func fives(
        _ tag: Abstract.Tag, _ place: Abstract.Location, _ tuple: Tuple
    ) throws(InvalidAbstractFormat) -> Abstract.Expression? {
        switch tag {
        case .op:
            let name = try atom(tuple[2], "an operator")
            return .operation(place, name, try expression(tuple[3]), try expression(tuple[4]))
        case .record:
            let base = try expression(tuple[2])
            return .recordUpdate(place, base, try atom(tuple[3], "the name of a record"), try recordFields(tuple[4]))
        case .record_field:
            let base = try expression(tuple[2])
            let (at, field) = try fieldName(tuple[4])
            return .recordField(place, base, try atom(tuple[3], "the name of a record"), at, field)
        case .receive:
            return .receiveAfter(
                place, try clauses(tuple[2]), timeout: try expression(tuple[3]), try expressions(tuple[4]))
        default: return nil
        }
    }

    /// A list: its cells one after another, not inside one another.
    private mutating func cons(_ first: Tuple) throws(InvalidAbstractFormat) -> Abstract.Expression {
        var heads: [(Abstract.Location, Abstract.Expression)] = []
        var cell = first
        let before = cells
        defer { cells = before }
        while true {
            cells += 1
            guard cells <= Abstract.maximumCells else { throw invalid("a list is too long") }
            heads.append((try annotation(cell[1]), try expression(cell[2])))
            guard let next = cell[3].asTuple, next.count == 4, Abstract.Tag(next[0]) == .cons else { break }
            cell = next
        }
        var result = try expression(cell[3])
        while let (place, head) = heads.popLast() { result = .cons(place, head, result) }
        return result
    }

    private mutating func fun(
        _ place: Abstract.Location, _ term: Term
    ) throws(InvalidAbstractFormat) -> Abstract.Expression {
        let body = try tuple(term, 2...4, "the body of a fun")
        switch (Abstract.Tag(body[0]), body.count) {
        case (.clauses?, 2): return .fun(place, try clauses(body[1]))
        case (.function?, 3):
            guard let arity = body[2].asInteger, (0...255).contains(arity) else {
                throw invalid("an arity is expected")
            }
            return .localFun(place, try atom(body[1], "the name of a function"), arity)
        case (.function?, 4):
            // Before OTP R15 module, function and arity stood there as they are.
            if let module = body[1].asAtom, let name = body[2].asAtom, case .integer = body[3] {
                return .externalFun(place, .atom(place, module), .atom(place, name), .integer(place, body[3]))
            }
            return .externalFun(place, try expression(body[1]), try expression(body[2]), try expression(body[3]))
        default: throw invalid("the body of a fun is expected")
        }
    }
}

// MARK: Parts

extension AbstractTermReader {
    private mutating func binaryElements(_ term: Term) throws(InvalidAbstractFormat) -> [Abstract.BinaryElement] {
        var elements: [Abstract.BinaryElement] = []
        for element in try list(term, "segments") {
            let element = try tuple(element, 5...5, "a segment of a binary")
            guard Abstract.Tag(element[0]) == .bin_element else { throw invalid("a segment of a binary is expected") }
            let place = try annotation(element[1])
            let value = try expression(element[2])
            let size = Abstract.Tag(element[3]) == .default ? nil : try expression(element[3])
            elements.append(Abstract.BinaryElement(place, value, size: size, try specifiers(element[4])))
        }
        return elements
    }

    private func specifiers(_ term: Term) throws(InvalidAbstractFormat) -> [Abstract.Specifier]? {
        guard Abstract.Tag(term) != .default else { return nil }
        var specifiers: [Abstract.Specifier] = []
        for element in try list(term, "specifiers") {
            if let name = element.asAtom {
                specifiers.append(.name(name))
            } else if let pair = element.asTuple, pair.count == 2, Abstract.Tag(pair[0]) == .unit,
                let unit = pair[1].asInteger
            {
                specifiers.append(.unit(unit))
            } else {
                throw invalid("a specifier of a segment is expected")
            }
        }
        return specifiers
    }

    private mutating func mapFields(_ term: Term) throws(InvalidAbstractFormat) -> [Abstract.MapField] {
        var fields: [Abstract.MapField] = []
        for element in try list(term, "associations") { fields.append(try mapField(element)) }
        return fields
    }

    private mutating func mapField(_ term: Term) throws(InvalidAbstractFormat) -> Abstract.MapField {
        let field = try tuple(term, 4...4, "an association")
        let tag = Abstract.Tag(field[0])
        guard tag == .map_field_assoc || tag == .map_field_exact else { throw invalid("an association is expected") }
        let place = try annotation(field[1])
        return Abstract.MapField(
            place, isExact: tag == .map_field_exact, try expression(field[2]), try expression(field[3]))
    }

    private mutating func recordFields(_ term: Term) throws(InvalidAbstractFormat) -> [Abstract.RecordField] {
        var fields: [Abstract.RecordField] = []
        for element in try list(term, "record fields") {
            let field = try tuple(element, 4...4, "a record field")
            guard Abstract.Tag(field[0]) == .record_field else { throw invalid("a record field is expected") }
            let place = try annotation(field[1])
            switch try expression(field[2]) {
            case .atom(let at, let name):
                fields.append(Abstract.RecordField(place, at, name, try expression(field[3])))
            case .variable(let at, let name) where Abstract.Tag(name) == .underscore:
                fields.append(Abstract.RecordField(place, at, nil, try expression(field[3])))
            default: throw invalid("a record field has an atom or _ as its name")
            }
        }
        return fields
    }

    private mutating func fieldName(_ term: Term) throws(InvalidAbstractFormat) -> (Abstract.Location, Atom) {
        guard case .atom(let place, let name) = try expression(term) else {
            throw invalid("the name of a record field is expected")
        }
        return (place, name)
    }

    private mutating func qualifiers(_ term: Term) throws(InvalidAbstractFormat) -> [Abstract.Qualifier] {
        var qualifiers: [Abstract.Qualifier] = []
        for element in try list(term, "qualifiers") { qualifiers.append(try qualifier(element)) }
        return qualifiers
    }

    private mutating func qualifier(_ term: Term) throws(InvalidAbstractFormat) -> Abstract.Qualifier {
        guard let tuple = term.asTuple, tuple.count >= 3, let tag = Abstract.Tag(tuple[0]) else {
            return .filter(try expression(term))
        }
        switch (tag, tuple.count) {
        case (.generate, 4), (.generate_strict, 4):
            return .generate(
                try annotation(tuple[1]), try expression(tuple[2]), try expression(tuple[3]),
                isStrict: tag == .generate_strict)
        case (.b_generate, 4), (.b_generate_strict, 4):
            return .binaryGenerate(
                try annotation(tuple[1]), try expression(tuple[2]), try expression(tuple[3]),
                isStrict: tag == .b_generate_strict)
        case (.m_generate, 4), (.m_generate_strict, 4):
            return .mapGenerate(
                try annotation(tuple[1]), try mapField(tuple[2]), try expression(tuple[3]),
                isStrict: tag == .m_generate_strict)
        case (.zip, 3):
            let place = try annotation(tuple[1])
            depth += 1
            defer { depth -= 1 }
            guard depth <= Abstract.maximumDepth else { throw invalid("expressions are nested too deep") }
            return .zip(place, try qualifiers(tuple[2]))
        default: return .filter(try expression(term))
        }
    }
}

// MARK: Forms

extension AbstractTermReader {
    mutating func form(_ term: Term) throws(InvalidAbstractFormat) -> Abstract.Form {
        let form = try tuple(term, 2...5, "a form")
        guard let tag = Abstract.Tag(form[0]) else { throw invalid("a form is expected") }
        let place = try annotation(form[1])
        switch (tag, form.count) {
        case (.eof, 2): return .endOfFile(place)
        case (.attribute, 4):
            let name = try atom(form[2], "the name of an attribute")
            if Abstract.Tag(name) == .record { return try record(place, form[3]) }
            return .attribute(place, name, form[3])
        case (.function, 5):
            guard let arity = form[3].asInteger, (0...255).contains(arity) else {
                throw invalid("an arity is expected")
            }
            return .function(place, try atom(form[2], "the name of a function"), arity, try clauses(form[4]))
        default: throw invalid("no form is a \(tag.name) of \(form.count) elements")
        }
    }

    private mutating func record(
        _ place: Abstract.Location, _ term: Term
    ) throws(InvalidAbstractFormat) -> Abstract.Form {
        let definition = try tuple(term, 2...2, "a record definition")
        let name = try atom(definition[0], "the name of a record")
        var fields: [Abstract.RecordDefinitionField] = []
        for element in try list(definition[1], "record fields") {
            var field = try tuple(element, 3...4, "a record field")
            var type: Term?
            if Abstract.Tag(field[0]) == .typed_record_field, field.count == 3 {
                type = field[2]
                field = try tuple(field[1], 3...4, "a record field")
            }
            guard Abstract.Tag(field[0]) == .record_field else { throw invalid("a record field is expected") }
            let at = try annotation(field[1])
            let (nameAt, fieldName) = try fieldName(field[2])
            let initial = field.count == 4 ? try expression(field[3]) : nil
            fields.append(Abstract.RecordDefinitionField(at, nameAt, fieldName, initial: initial, type: type))
        }
        return .record(place, name, fields)
    }
}

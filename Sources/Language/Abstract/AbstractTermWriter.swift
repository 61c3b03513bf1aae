internal import Terms

/// The abstract format to terms; see `Abstract+Terms.swift`.
enum AbstractTermWriter {
    private typealias Tag = Abstract.Tag

    private static func make(_ tag: Tag, _ place: Abstract.Location, _ rest: Term...) -> Term {
        .tuple(Tuple([tag.term, place.term] + rest))
    }

    static func expressions(_ expressions: [Abstract.Expression]) -> Term {
        .makeList(expressions.map { expression($0) })
    }

    static func clauses(_ clauses: [Abstract.Clause]) -> Term { .makeList(clauses.map { clause($0) }) }

    static func clause(_ clause: Abstract.Clause) -> Term {
        make(
            .clause, clause.location, expressions(clause.patterns), .makeList(clause.guards.map { expressions($0) }),
            expressions(clause.body))
    }

    static func expression(_ expression: Abstract.Expression) -> Term {
        // Three small functions: together they would need a large frame for each level.
        simple(expression) ?? compound(expression) ?? control(expression) ?? .nil
    }

    private static func simple(_ expression: Abstract.Expression) -> Term? {
        switch expression {
        case .atom(let place, let atom): make(.atom, place, .atom(atom))
        case .char(let place, let value): make(.char, place, .integer(Int(value)))
        case .integer(let place, let value): make(.integer, place, value)
        case .float(let place, let value): make(.float, place, .float(value))
        case .string(let place, let scalars):
            make(.string, place, .makeList(scalars.map { .integer(Int($0)) }))
        case .nil(let place): make(.nil, place)
        case .value(let place, let value): make(.value, place, value)
        case .variable(let place, let name): make(.var, place, .atom(name))
        case .localFun(let place, let name, let arity):
            make(.fun, place, .tuple([Tag.function.term, .atom(name), .integer(arity)]))
        case .recordIndex(let place, let record, let at, let field):
            make(.record_index, place, .atom(record), make(.atom, at, .atom(field)))
        default: nil
        }
    }

    private static func compound(_ value: Abstract.Expression) -> Term? {
        switch value {
        case .match(let place, let left, let right): make(.match, place, expression(left), expression(right))
        case .tuple(let place, let elements): make(.tuple, place, expressions(elements))
        case .cons: cons(value)
        case .binary(let place, let elements): make(.bin, place, .makeList(elements.map { binaryElement($0) }))
        case .map(let place, let fields): make(.map, place, .makeList(fields.map { mapField($0) }))
        case .mapUpdate(let place, let base, let fields):
            make(.map, place, expression(base), .makeList(fields.map { mapField($0) }))
        case .record(let place, let name, let fields):
            make(.record, place, .atom(name), .makeList(fields.map { recordField($0) }))
        case .recordUpdate(let place, let base, let name, let fields):
            make(.record, place, expression(base), .atom(name), .makeList(fields.map { recordField($0) }))
        case .recordField(let place, let base, let name, let at, let field):
            make(.record_field, place, expression(base), .atom(name), make(.atom, at, .atom(field)))
        case .unary(let place, let name, let operand): make(.op, place, .atom(name), expression(operand))
        case .operation(let place, let name, let left, let right):
            make(.op, place, .atom(name), expression(left), expression(right))
        case .call(let place, let function, let arguments):
            make(.call, place, expression(function), expressions(arguments))
        case .remote(let place, let module, let function):
            make(.remote, place, expression(module), expression(function))
        case .catch(let place, let body): make(.catch, place, expression(body))
        default: nil
        }
    }

    private static func control(_ value: Abstract.Expression) -> Term? {
        switch value {
        case .fun(let place, let list): make(.fun, place, .tuple([Tag.clauses.term, clauses(list)]))
        case .namedFun(let place, let name, let list): make(.named_fun, place, .atom(name), clauses(list))
        case .externalFun(let place, let module, let name, let arity):
            make(
                .fun, place,
                .tuple([Tag.function.term, expression(module), expression(name), expression(arity)]))
        case .block(let place, let body): make(.block, place, expressions(body))
        case .if(let place, let list): make(.if, place, clauses(list))
        case .case(let place, let subject, let list): make(.case, place, expression(subject), clauses(list))
        case .receive(let place, let list): make(.receive, place, clauses(list))
        case .receiveAfter(let place, let list, let timeout, let body):
            make(.receive, place, clauses(list), expression(timeout), expressions(body))
        case .try(let place, let body, let of, let catching, let after):
            make(.try, place, expressions(body), clauses(of), clauses(catching), expressions(after))
        case .maybe(let place, let body): make(.maybe, place, expressions(body))
        case .maybeElse(let place, let body, let at, let list):
            make(.maybe, place, expressions(body), make(.else, at, clauses(list)))
        case .maybeMatch(let place, let left, let right):
            make(.maybe_match, place, expression(left), expression(right))
        case .listComprehension(let place, let template, let list):
            make(.lc, place, expression(template), .makeList(list.map { qualifier($0) }))
        case .binaryComprehension(let place, let template, let list):
            make(.bc, place, expression(template), .makeList(list.map { qualifier($0) }))
        case .mapComprehension(let place, let template, let list):
            make(.mc, place, mapField(template), .makeList(list.map { qualifier($0) }))
        default: nil
        }
    }

    private static func cons(_ first: Abstract.Expression) -> Term {
        var heads: [(Abstract.Location, Term)] = []
        var rest = first
        while case .cons(let place, let head, let tail) = rest {
            heads.append((place, expression(head)))
            rest = tail
        }
        var result = expression(rest)
        while let (place, head) = heads.popLast() { result = make(.cons, place, head, result) }
        return result
    }

    private static func binaryElement(_ element: Abstract.BinaryElement) -> Term {
        let specifiers: Term? = element.specifiers.map { specifiers in
            .makeList(
                specifiers.map { specifier -> Term in
                    switch specifier {
                    case .name(let name): .atom(name)
                    case .unit(let unit): .tuple([Tag.unit.term, .integer(unit)])
                    }
                })
        }
        return make(
            .bin_element, element.location, expression(element.value),
            element.size.map { expression($0) } ?? Tag.default.term, specifiers ?? Tag.default.term)
    }

    private static func mapField(_ field: Abstract.MapField) -> Term {
        make(
            field.isExact ? .map_field_exact : .map_field_assoc, field.location, expression(field.key),
            expression(field.value))
    }

    private static func recordField(_ field: Abstract.RecordField) -> Term {
        let name =
            field.name.map { make(.atom, field.nameLocation, .atom($0)) }
            ?? make(.var, field.nameLocation, Tag.underscore.term)
        return make(.record_field, field.location, name, expression(field.value))
    }

    private static func qualifier(_ value: Abstract.Qualifier) -> Term {
        switch value {
        case .generate(let place, let pattern, let source, let isStrict):
            make(isStrict ? .generate_strict : .generate, place, expression(pattern), expression(source))
        case .binaryGenerate(let place, let pattern, let source, let isStrict):
            make(isStrict ? .b_generate_strict : .b_generate, place, expression(pattern), expression(source))
        case .mapGenerate(let place, let pattern, let source, let isStrict):
            make(isStrict ? .m_generate_strict : .m_generate, place, mapField(pattern), expression(source))
        case .zip(let place, let list): make(.zip, place, .makeList(list.map { qualifier($0) }))
        case .filter(let test): expression(test)
        }
    }

    static func form(_ form: Abstract.Form) -> Term {
        switch form {
        case .attribute(let place, let name, let value): return make(.attribute, place, .atom(name), value)
        case .record(let place, let name, let fields):
            return make(
                .attribute, place, Tag.record.term,
                .tuple([.atom(name), .makeList(fields.map { recordDefinitionField($0) })]))
        case .function(let place, let name, let arity, let list):
            return make(.function, place, .atom(name), .integer(arity), clauses(list))
        case .endOfFile(let place): return make(.eof, place)
        }
    }

    private static func recordDefinitionField(_ field: Abstract.RecordDefinitionField) -> Term {
        let name = make(.atom, field.nameLocation, .atom(field.name))
        let bare =
            field.initial.map { make(.record_field, field.location, name, expression($0)) }
            ?? make(.record_field, field.location, name)
        guard let type = field.type else { return bare }
        return .tuple([Tag.typed_record_field.term, bare, type])
    }
}

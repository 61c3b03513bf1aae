internal import Terms

extension Abstract.Expression {
    /// The same expression with its parts rewritten; nothing else changes.
    func mapChildren(_ change: (Abstract.Expression) -> Abstract.Expression) -> Abstract.Expression {
        func all(_ expressions: [Abstract.Expression]) -> [Abstract.Expression] { expressions.map(change) }
        func clauses(_ clauses: [Abstract.Clause]) -> [Abstract.Clause] { clauses.map { $0.mapChildren(change) } }
        func fields(_ fields: [Abstract.MapField]) -> [Abstract.MapField] {
            fields.map { Abstract.MapField($0.location, isExact: $0.isExact, change($0.key), change($0.value)) }
        }
        func fields(_ fields: [Abstract.RecordField]) -> [Abstract.RecordField] {
            fields.map { Abstract.RecordField($0.location, $0.nameLocation, $0.name, change($0.value)) }
        }
        func qualifiers(_ qualifiers: [Abstract.Qualifier]) -> [Abstract.Qualifier] {
            qualifiers.map { $0.mapChildren(change) }
        }
        switch self {
        case .atom, .char, .integer, .float, .string, .nil, .value, .variable, .localFun, .recordIndex: return self
        case .match(let at, let one, let two): return .match(at, change(one), change(two))
        case .tuple(let at, let elements): return .tuple(at, all(elements))
        case .cons(let at, let head, let tail): return .cons(at, change(head), change(tail))
        case .binary(let at, let elements):
            return .binary(
                at,
                elements.map {
                    Abstract.BinaryElement($0.location, change($0.value), size: $0.size.map(change), $0.specifiers)
                })
        case .map(let at, let parts): return .map(at, fields(parts))
        case .mapUpdate(let at, let base, let parts): return .mapUpdate(at, change(base), fields(parts))
        case .record(let at, let name, let parts): return .record(at, name, fields(parts))
        case .recordUpdate(let at, let base, let name, let parts):
            return .recordUpdate(at, change(base), name, fields(parts))
        case .recordField(let at, let base, let name, let place, let field):
            return .recordField(at, change(base), name, place, field)
        case .unary(let at, let name, let operand): return .unary(at, name, change(operand))
        case .operation(let at, let name, let one, let two): return .operation(at, name, change(one), change(two))
        case .call(let at, let function, let arguments): return .call(at, change(function), all(arguments))
        case .remote(let at, let module, let name): return .remote(at, change(module), change(name))
        case .catch(let at, let body): return .catch(at, change(body))
        case .fun(let at, let parts): return .fun(at, clauses(parts))
        case .namedFun(let at, let name, let parts): return .namedFun(at, name, clauses(parts))
        case .externalFun(let at, let module, let name, let arity):
            return .externalFun(at, change(module), change(name), change(arity))
        case .block(let at, let body): return .block(at, all(body))
        case .if(let at, let parts): return .if(at, clauses(parts))
        case .case(let at, let value, let parts): return .case(at, change(value), clauses(parts))
        case .receive(let at, let parts): return .receive(at, clauses(parts))
        case .receiveAfter(let at, let parts, let timeout, let body):
            return .receiveAfter(at, clauses(parts), timeout: change(timeout), all(body))
        case .try(let at, let body, let of, let catching, let after):
            return .try(at, all(body), of: clauses(of), catching: clauses(catching), after: all(after))
        case .maybe(let at, let body): return .maybe(at, all(body))
        case .maybeElse(let at, let body, let place, let parts):
            return .maybeElse(at, all(body), place, clauses(parts))
        case .maybeMatch(let at, let pattern, let value): return .maybeMatch(at, change(pattern), change(value))
        case .listComprehension(let at, let value, let parts):
            return .listComprehension(at, change(value), qualifiers(parts))
        case .binaryComprehension(let at, let value, let parts):
            return .binaryComprehension(at, change(value), qualifiers(parts))
        case .mapComprehension(let at, let field, let parts):
            return .mapComprehension(at, fields([field])[0], qualifiers(parts))
        }
    }

    /// Calls of functions of a module written with its name, as a fun of it needs them on another node.
    func qualifyingCalls(in unit: CompiledUnit) -> Abstract.Expression {
        switch self {
        case .call(let at, .atom(let place, let name), let arguments)
        where unit.positions[NameAndArity(name: name, arity: arguments.count)] != nil:
            return .call(
                at, .remote(place, .atom(place, unit.module), .atom(place, name)),
                arguments.map { $0.qualifyingCalls(in: unit) })
        case .localFun(let at, let name, let arity)
        where unit.positions[NameAndArity(name: name, arity: arity)] != nil:
            return .externalFun(at, .atom(at, unit.module), .atom(at, name), .integer(at, .integer(arity)))
        default: return mapChildren { $0.qualifyingCalls(in: unit) }
        }
    }
}

extension Abstract.Clause {
    func mapChildren(_ change: (Abstract.Expression) -> Abstract.Expression) -> Abstract.Clause {
        Abstract.Clause(location, patterns.map(change), guards.map { $0.map(change) }, body.map(change))
    }

    func qualifyingCalls(in unit: CompiledUnit) -> Abstract.Clause {
        mapChildren { $0.qualifyingCalls(in: unit) }
    }
}

extension Abstract.Qualifier {
    func mapChildren(_ change: (Abstract.Expression) -> Abstract.Expression) -> Abstract.Qualifier {
        switch self {
        case .generate(let at, let pattern, let source, let isStrict):
            .generate(at, change(pattern), change(source), isStrict: isStrict)
        case .binaryGenerate(let at, let pattern, let source, let isStrict):
            .binaryGenerate(at, change(pattern), change(source), isStrict: isStrict)
        case .mapGenerate(let at, let field, let source, let isStrict):
            .mapGenerate(
                at, Abstract.MapField(field.location, isExact: field.isExact, change(field.key), change(field.value)),
                change(source), isStrict: isStrict)
        case .zip(let at, let generators): .zip(at, generators.map { $0.mapChildren(change) })
        case .filter(let test): .filter(change(test))
        }
    }
}

extension CompiledUnit {
    /// Whether a fun inside calls a function of this module without the module's name.
    var hasFunsThatCallLocally: Bool {
        forms.contains { form in
            guard case .function(_, _, _, let clauses) = form else { return false }
            return clauses.contains { $0.children.contains { callsLocally($0, isInFun: false) } }
        }
    }

    private func callsLocally(_ expression: Abstract.Expression, isInFun: Bool) -> Bool {
        switch expression {
        case .call(_, .atom(_, let name), let arguments)
        where isInFun && positions[NameAndArity(name: name, arity: arguments.count)] != nil:
            return true
        case .localFun(_, let name, let arity) where positions[NameAndArity(name: name, arity: arity)] != nil:
            return true
        case .fun, .namedFun: return expression.children.contains { callsLocally($0, isInFun: true) }
        default: return expression.children.contains { callsLocally($0, isInFun: isInFun) }
        }
    }
}

internal import Terms

// Variables through expressions. Each function returns the variables that an expression binds, and does not change those
// it is given: the parts of a tuple or call do not see each other's.

extension ErlangLint {
    mutating func sequence(_ expressions: [Abstract.Expression], _ variables: Variables) -> Variables {
        var seen = variables
        var new: Variables = [:]
        for expression in expressions {
            let more = self.expression(expression, seen)
            seen.add(more)
            new.add(more)
        }
        return new
    }

    /// Parts in no order.
    mutating func all(_ expressions: [Abstract.Expression], _ variables: Variables) -> Variables {
        var new: Variables = [:]
        for expression in expressions { new.join(self.expression(expression, variables)) }
        return new
    }

    mutating func expression(_ expression: Abstract.Expression, _ variables: Variables) -> Variables {
        switch expression {
        case .atom, .char, .integer, .float, .string, .nil, .value: return [:]
        case .variable(let at, let name): return use(name, at, variables)
        case .tuple(_, let elements): return all(elements, variables)
        case .cons: return list(expression, variables)
        case .record, .recordUpdate, .recordField, .recordIndex: return record(expression, variables)
        case .match(_, let left, let right):
            var new = self.expression(right, variables)
            new.add(pattern(left, variables.adding(new)))
            return new
        case .operation(let at, let name, let left, let right):
            var new = self.expression(left, variables)
            guard name == "andalso" || name == "orelse" else {
                new.join(self.expression(right, variables))
                return new
            }
            let second = self.expression(right, variables.adding(new))
            new.add(second.unsafe(in: name.name, at))
            return new
        case .unary(_, _, let operand): return self.expression(operand, variables)
        case .catch(let at, let body): return self.expression(body, variables).unsafe(in: "catch", at)
        case .map, .mapUpdate, .binary: return container(expression, variables)
        case .call, .remote, .localFun, .externalFun, .fun, .namedFun: return functional(expression, variables)
        default: return control(expression, variables)
        }
    }

    private mutating func list(_ first: Abstract.Expression, _ variables: Variables) -> Variables {
        var new: Variables = [:]
        var rest = first
        while case .cons(_, let head, let tail) = rest {
            new.join(expression(head, variables))
            rest = tail
        }
        new.join(expression(rest, variables))
        return new
    }

    private mutating func container(_ expression: Abstract.Expression, _ variables: Variables) -> Variables {
        var new: Variables = [:]
        switch expression {
        case .map(_, let fields):
            for field in fields { new.join(self.field(field, variables)) }
        case .mapUpdate(_, let base, let fields):
            new = self.expression(base, variables)
            for field in fields { new.join(self.field(field, variables)) }
        case .binary(_, let elements):
            for element in elements {
                new.join(self.expression(element.value, variables))
                if let size = element.size { new.join(self.expression(size, variables)) }
                specifiers(element)
            }
        default: break
        }
        return new
    }

    private mutating func field(_ field: Abstract.MapField, _ variables: Variables) -> Variables {
        var new = expression(field.key, variables)
        new.join(expression(field.value, variables))
        return new
    }

    mutating func specifiers(_ element: Abstract.BinaryElement) {
        for case .name(let name) in element.specifiers ?? [] where !ErlangBuiltIns.specifiers.contains(name.name) {
            report("bit type \(show(name)) undefined", element.location)
        }
    }

    private mutating func record(_ expression: Abstract.Expression, _ variables: Variables) -> Variables {
        switch expression {
        case .record(let at, let name, let list):
            guard let fields = record(name, at) else { return [:] }
            return recordFields(list, of: name, fields, variables)
        case .recordUpdate(let at, let base, let name, let list):
            guard let fields = record(name, at) else { return self.expression(base, variables) }
            if list.contains(where: { $0.name == nil }) {
                report("meaningless use of _ in update of record \(show(name))", at)
            }
            var new = self.expression(base, variables)
            new.join(recordFields(list, of: name, fields, variables))
            return new
        case .recordField(let at, let base, let name, let fieldAt, let field):
            if let fields = record(name, at) { _ = check(field, of: name, fields, fieldAt) }
            return self.expression(base, variables)
        case .recordIndex(let at, let name, let fieldAt, let field):
            if let fields = record(name, at) { _ = check(field, of: name, fields, fieldAt) }
            return [:]
        default: return [:]
        }
    }

    private mutating func recordFields(
        _ list: [Abstract.RecordField], of record: Atom, _ fields: [Atom], _ variables: Variables
    ) -> Variables {
        var new: Variables = [:]
        var seen: Set<Atom> = []
        for field in list {
            if let name = field.name {
                if !seen.insert(name).inserted {
                    report("field \(show(name)) already defined in record \(show(record))", field.location)
                } else {
                    _ = check(name, of: record, fields, field.location)
                }
            }
            new.join(expression(field.value, variables))
        }
        return new
    }

    // MARK: Functions

    private mutating func functional(_ expression: Abstract.Expression, _ variables: Variables) -> Variables {
        switch expression {
        case .call(let at, let function, let arguments):
            return call(at, function, arguments, variables)
        case .remote(_, let module, let name): return all([module, name], variables)
        case .localFun(let at, let name, let arity):
            call(name, arity, at)
            return [:]
        case .externalFun(_, let module, let name, let arity): return all([module, name, arity], variables)
        case .fun(_, let clauses):
            for clause in clauses { _ = function(clause, variables) }
            return [:]
        case .namedFun(_, let name, let clauses):
            var inside = variables
            if name != "_" { inside[name] = .bound }
            for clause in clauses { _ = function(clause, inside) }
            return [:]
        default: return [:]
        }
    }

    private mutating func call(
        _ at: Abstract.Location, _ function: Abstract.Expression, _ arguments: [Abstract.Expression],
        _ variables: Variables
    ) -> Variables {
        switch function {
        case .atom(_, "is_record") where arguments.count == 2,
            .remote(_, .atom(_, .erlang), .atom(_, "is_record")) where arguments.count == 2:
            if case .atom(let place, let name) = arguments[1] { _ = record(name, place) }
            return expression(arguments[0], variables)
        case .atom(_, "record_info") where arguments.count == 2:
            guard case .atom(_, let what) = arguments[0], what == "fields" || what == "size",
                case .atom(let place, let name) = arguments[1]
            else {
                report("illegal record info", at)
                return [:]
            }
            _ = record(name, place)
            return [:]
        case .atom(_, let name):
            call(name, arguments.count, at)
            return all(arguments, variables)
        default: return all([function] + arguments, variables)
        }
    }

    /// A clause of a function or fun: its parameters hide variables outside.
    mutating func function(_ clause: Abstract.Clause, _ variables: Variables) -> Variables {
        let parameters = patterns(clause.patterns, variables, isNew: true)
        var inside = variables.adding(parameters)
        inside.add(guards(clause.guards, inside))
        return sequence(clause.body, inside)
    }

    // MARK: Control

    /// A clause that sees the variables around it; what it binds.
    private mutating func clause(_ clause: Abstract.Clause, _ variables: Variables) -> Variables {
        var new = patterns(clause.patterns, variables)
        new.add(guards(clause.guards, variables.adding(new)))
        new.add(sequence(clause.body, variables.adding(new)))
        return new
    }

    private mutating func clauses(_ list: [Abstract.Clause], _ variables: Variables) -> [Variables] {
        var branches: [Variables] = []
        for clause in list { branches.append(self.clause(clause, variables)) }
        return branches
    }

    private mutating func control(_ expression: Abstract.Expression, _ variables: Variables) -> Variables {
        switch expression {
        case .block(_, let body): return sequence(body, variables)
        case .if(let at, let list): return .merged(clauses(list, variables), "if", at)
        case .case(let at, let subject, let list):
            var new = self.expression(subject, variables)
            new.add(.merged(clauses(list, variables.adding(new)), "case", at))
            return new
        case .receive(let at, let list): return .merged(clauses(list, variables), "receive", at)
        case .receiveAfter(let at, let list, let timeout, let body):
            let new = self.expression(timeout, variables)
            var branches = clauses(list, variables)
            branches.append(sequence(body, variables.adding(new)))
            return new.adding(.merged(branches, "receive", at))
        case .try(let at, let body, let of, let catching, let after):
            return tryExpression(at, body, of, catching, after, variables)
        case .maybe(let at, let body): return sequence(body, variables).unsafe(in: "maybe", at)
        case .maybeElse(let at, let body, _, let list):
            let inside = sequence(body, variables).unsafe(in: "maybe", at)
            var new = inside
            for branch in clauses(list, variables.adding(inside)) { new.join(branch.unsafe(in: "maybe", at)) }
            return new
        case .maybeMatch(_, let left, let right):
            var new = self.expression(right, variables)
            new.add(pattern(left, variables.adding(new)))
            return new
        case .listComprehension(_, let template, let list), .binaryComprehension(_, let template, let list):
            _ = self.expression(template, qualifiers(list, variables))
            return [:]
        case .mapComprehension(_, let template, let list):
            _ = field(template, qualifiers(list, variables))
            return [:]
        default: return [:]
        }
    }

    private mutating func tryExpression(
        _ at: Abstract.Location, _ body: [Abstract.Expression], _ of: [Abstract.Clause], _ catching: [Abstract.Clause],
        _ after: [Abstract.Expression], _ variables: Variables
    ) -> Variables {
        let inside = sequence(body, variables)
        var new = inside.unsafe(in: "try", at)
        let outside = variables.adding(new)
        for branch in clauses(of, variables.adding(inside)) { new.join(branch.unsafe(in: "try", at)) }
        for clause in catching {
            stacktrace(clause, outside)
            new.join(self.clause(clause, outside).unsafe(in: "try", at))
        }
        new.join(sequence(after, variables.adding(new)).unsafe(in: "try", at))
        return new
    }

    /// The variable of the stack is new, and no guard reads it.
    private mutating func stacktrace(_ clause: Abstract.Clause, _ variables: Variables) {
        guard case .tuple(_, let parts)? = clause.patterns.first, parts.count == 3,
            case .variable(let at, let name) = parts[2], name != "_"
        else { return }
        let before = problems.count
        let others = patterns(Array(parts.prefix(2)), variables)
        problems.removeLast(problems.count - before)
        if variables[name] != nil || others[name] != nil {
            report("stacktrace variable '\(name.name)' must not be previously bound", at)
        } else if clause.guards.joined().contains(where: { name.isMentioned(in: $0) }) {
            report("stacktrace variable '\(name.name)' must not be used in a guard", at)
        }
    }

    /// The variables inside a comprehension.
    private mutating func qualifiers(_ list: [Abstract.Qualifier], _ variables: Variables) -> Variables {
        var inside = variables
        for qualifier in list {
            switch qualifier {
            case .generate(_, let left, let source, _), .binaryGenerate(_, let left, let source, _):
                _ = expression(source, inside)
                inside.add(patterns([left], inside, isNew: true))
            case .mapGenerate(_, let field, let source, _):
                _ = expression(source, inside)
                inside.add(patterns([field.key, field.value], inside, isNew: true))
            case .zip(_, let group): inside = qualifiers(group, inside)
            case .filter(let test): inside.add(expression(test, inside))
            }
        }
        return inside
    }
}

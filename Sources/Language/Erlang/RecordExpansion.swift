// Records to tuples, as `erl_expand_records` does it: what the machine runs knows no records. What it does not: check
// variables and functions (`ErlangLint`).
//
// New variables are `rec0`, `rec1` …: no variable of a program begins with a small letter, so whoever shows bindings can
// leave them out.
//
// Source: Erlang Reference Manual, "Records"; measured against OTP 25.

public import Terms

/// Something that is wrong with a program, in OTP's words.
public struct ErlangProblem: Error, Sendable, Hashable, CustomStringConvertible {
    public let message: String
    public let location: Abstract.Location

    public init(_ message: String, at location: Abstract.Location) {
        self.message = message
        self.location = location
    }

    public var description: String { message }

    /// The same with its place in the text that was read.
    public func syntaxError(in text: String) -> SyntaxError {
        var line = 1
        var offset = 0
        var length = 1
        var scalars = text.unicodeScalars[...]
        while line < location.line, let scalar = scalars.popFirst() {
            offset += 1
            if scalar == "\n" { line += 1 }
        }
        let rest = scalars.prefix { $0 != "\n" }
        if location.column > 0 {
            let behind = rest.dropFirst(location.column - 1)
            offset += min(location.column - 1, rest.count)
            length = behind.prefix { $0 == "_" || $0 == "@" || $0.properties.isAlphabetic || $0.isDigit }.count
        } else {
            let indentation = rest.prefix { $0 == " " || $0 == "\t" }.count
            offset += indentation
            length = rest.count - indentation
        }
        return SyntaxError(message, at: offset, length: length)
    }
}

/// Rewrites record expressions, patterns and tests.
public struct RecordExpansion: Sendable {
    /// A record's fields; their defaults hold no records any more.
    struct Definition: Sendable {
        var fields: [Atom]
        var defaults: [Abstract.Expression?]

        func position(of field: Atom) -> Int? { fields.firstIndex(of: field) }
    }

    private(set) var definitions: [Atom: Definition] = [:]
    private var counter = 0

    /// In a guard: the tests for the records whose fields are read.
    private var tests: [Abstract.Expression]?

    public init() {}

    /// The names of the records that are defined.
    public var names: [Atom] { Array(definitions.keys) }

    /// The fields of a record, in order.
    public func fields(of record: Atom) -> [Atom]? { definitions[record]?.fields }

    /// Defines a record or defines it anew, as `rd/2` at the prompt does.
    public mutating func define(
        _ name: Atom, _ fields: [Abstract.RecordDefinitionField]
    ) throws(ErlangProblem) {
        var definition = Definition(fields: [], defaults: [])
        for field in fields {
            guard !definition.fields.contains(field.name) else {
                throw ErlangProblem(
                    "field \(quoted(field.name)) already defined in record \(quoted(name))", at: field.location)
            }
            definition.fields.append(field.name)
            definition.defaults.append(nil)
        }
        for (position, field) in fields.enumerated() {
            if let initial = field.initial { definition.defaults[position] = try body(initial) }
        }
        definitions[name] = definition
    }

    /// Forgets a record, as `rf/1` at the prompt does.
    public mutating func forget(_ name: Atom) { definitions[name] = nil }

    /// The expressions of a prompt.
    public mutating func expand(
        _ expressions: [Abstract.Expression]
    ) throws(ErlangProblem) -> [Abstract.Expression] {
        try bodies(expressions)
    }

    /// The forms of a module; its `-record` attributes define records, and stay.
    public mutating func expand(forms: [Abstract.Form]) throws(ErlangProblem) -> [Abstract.Form] {
        var result: [Abstract.Form] = []
        result.reserveCapacity(forms.count)
        for form in forms {
            switch form {
            case .record(let place, let name, let fields):
                guard definitions[name] == nil else {
                    throw ErlangProblem("record \(quoted(name)) already defined", at: place)
                }
                try define(name, fields)
                result.append(form)
            case .function(let place, let name, let arity, let list):
                result.append(.function(place, name, arity, try clauses(list)))
            case .attribute, .endOfFile: result.append(form)
            }
        }
        return result
    }

    // MARK: Parts

    private func quoted(_ name: Atom) -> String { ErlangPrinter(width: nil).print(.atom(name)) }

    private func definition(_ name: Atom, at place: Abstract.Location) throws(ErlangProblem) -> Definition {
        guard let definition = definitions[name] else {
            throw ErlangProblem("record \(quoted(name)) undefined", at: place)
        }
        return definition
    }

    private func position(
        of field: Atom, in definition: Definition, _ record: Atom, at place: Abstract.Location
    ) throws(ErlangProblem) -> Int {
        guard let position = definition.position(of: field) else {
            throw ErlangProblem("field \(quoted(field)) undefined in record \(quoted(record))", at: place)
        }
        return position
    }

    private mutating func variable(_ place: Abstract.Location) -> Abstract.Expression {
        defer { counter += 1 }
        return .variable(place, Atom("rec\(counter)"))
    }

    mutating func bodies(_ expressions: [Abstract.Expression]) throws(ErlangProblem) -> [Abstract.Expression] {
        var result: [Abstract.Expression] = []
        result.reserveCapacity(expressions.count)
        for expression in expressions { result.append(try body(expression)) }
        return result
    }

    mutating func patterns(_ expressions: [Abstract.Expression]) throws(ErlangProblem) -> [Abstract.Expression] {
        var result: [Abstract.Expression] = []
        result.reserveCapacity(expressions.count)
        for expression in expressions { result.append(try pattern(expression)) }
        return result
    }

    mutating func clauses(_ list: [Abstract.Clause]) throws(ErlangProblem) -> [Abstract.Clause] {
        var result: [Abstract.Clause] = []
        result.reserveCapacity(list.count)
        for clause in list {
            let patterns = try patterns(clause.patterns)
            var guards: [[Abstract.Expression]] = []
            for alternative in clause.guards { guards.append(try self.alternative(alternative)) }
            result.append(Abstract.Clause(clause.location, patterns, guards, try bodies(clause.body)))
        }
        return result
    }

    // MARK: Guards

    /// One alternative of a guard: tests that its records are records come first.
    private mutating func alternative(
        _ list: [Abstract.Expression]
    ) throws(ErlangProblem) -> [Abstract.Expression] {
        var result: [Abstract.Expression] = []
        for test in list {
            let (test, records) = try collecting(test)
            result += records + [test]
        }
        return result
    }

    private mutating func collecting(
        _ test: Abstract.Expression
    ) throws(ErlangProblem) -> (Abstract.Expression, [Abstract.Expression]) {
        let outer = tests
        tests = []
        let result = try body(test)
        var collected: [Abstract.Expression] = []
        for test in tests ?? [] where !collected.contains(test) { collected.append(test) }
        tests = outer
        return (result, collected)
    }

    /// The right side of `andalso` and `orelse` in a guard: a record that is none fails the whole guard, if it is asked.
    private mutating func rightSide(_ test: Abstract.Expression) throws(ErlangProblem) -> Abstract.Expression {
        guard tests != nil else { return try body(test) }
        let (result, records) = try collecting(test)
        return records.reduce(result) { Self.both($1, $0) }
    }

    /// A test of a record and what follows, which fails if the record is none.
    private static func both(
        _ record: Abstract.Expression, _ rest: Abstract.Expression
    ) -> Abstract.Expression {
        let place = record.location
        return .operation(place, "and", .operation(place, "orelse", record, .atom(place, "fail")), rest)
    }

    private func isRecord(
        _ value: Abstract.Expression, _ name: Atom, _ definition: Definition, _ place: Abstract.Location
    ) -> Abstract.Expression {
        .call(
            place, .remote(place, .atom(place, .erlang), .atom(place, "is_record")),
            [value, .atom(place, name), .integer(place, .integer(definition.fields.count + 1))])
    }

    // MARK: Patterns

    private mutating func pattern(_ expression: Abstract.Expression) throws(ErlangProblem) -> Abstract.Expression {
        switch expression {
        case .record(let place, let name, let fields):
            let definition = try definition(name, at: place)
            var elements = [Abstract.Expression](
                repeating: .variable(place, "_"), count: definition.fields.count)
            for field in fields where field.name == nil {
                elements = .init(repeating: try pattern(field.value), count: elements.count)
            }
            for field in fields {
                guard let fieldName = field.name else { continue }
                let position = try position(of: fieldName, in: definition, name, at: field.location)
                elements[position] = try pattern(field.value)
            }
            return .tuple(place, [.atom(place, name)] + elements)
        case .recordIndex: return try record(expression)
        case .match(let place, let left, let right): return .match(place, try pattern(left), try pattern(right))
        case .tuple(let place, let elements): return .tuple(place, try patterns(elements))
        case .cons: return try cons(expression, isPattern: true)
        case .map(let place, let fields):
            var result: [Abstract.MapField] = []
            for field in fields {
                result.append(
                    Abstract.MapField(
                        field.location, isExact: field.isExact, try body(field.key), try pattern(field.value)))
            }
            return .map(place, result)
        case .binary(let place, let elements):
            var result: [Abstract.BinaryElement] = []
            for element in elements {
                let size = try element.size.map { (size) throws(ErlangProblem) in try body(size) }
                result.append(
                    Abstract.BinaryElement(
                        element.location, try pattern(element.value), size: size, element.specifiers))
            }
            return .binary(place, result)
        case .operation(let place, let name, let left, let right):
            return .operation(place, name, try pattern(left), try pattern(right))
        case .unary(let place, let name, let operand): return .unary(place, name, try pattern(operand))
        default: return expression
        }
    }

    private mutating func cons(
        _ first: Abstract.Expression, isPattern: Bool
    ) throws(ErlangProblem) -> Abstract.Expression {
        var heads: [(Abstract.Location, Abstract.Expression)] = []
        var rest = first
        while case .cons(let place, let head, let tail) = rest {
            heads.append((place, isPattern ? try pattern(head) : try body(head)))
            rest = tail
        }
        var result = isPattern ? try pattern(rest) : try body(rest)
        while let (place, head) = heads.popLast() { result = .cons(place, head, result) }
        return result
    }

    // MARK: Expressions and guard tests

    mutating func body(_ expression: Abstract.Expression) throws(ErlangProblem) -> Abstract.Expression {
        switch expression {
        case .atom, .char, .integer, .float, .string, .nil, .value, .variable, .localFun, .externalFun:
            return expression
        case .record, .recordUpdate, .recordField, .recordIndex: return try record(expression)
        case .cons: return try cons(expression, isPattern: false)
        case .match, .tuple, .binary, .map, .mapUpdate, .unary, .operation, .call, .remote, .catch:
            return try compound(expression)
        default: return try control(expression)
        }
    }

    private mutating func compound(_ expression: Abstract.Expression) throws(ErlangProblem) -> Abstract.Expression {
        switch expression {
        case .match(let place, let left, let right): return .match(place, try pattern(left), try body(right))
        case .tuple(let place, let elements): return .tuple(place, try bodies(elements))
        case .binary(let place, let elements):
            var result: [Abstract.BinaryElement] = []
            for element in elements {
                let size = try element.size.map { (size) throws(ErlangProblem) in try body(size) }
                result.append(
                    Abstract.BinaryElement(element.location, try body(element.value), size: size, element.specifiers))
            }
            return .binary(place, result)
        case .map(let place, let list): return .map(place, try mapFields(list))
        case .mapUpdate(let place, let base, let list): return .mapUpdate(place, try body(base), try mapFields(list))
        case .unary(let place, let name, let operand): return .unary(place, name, try body(operand))
        case .operation(let place, let name, let left, let right):
            let first = try body(left)
            let isLazy = name == "andalso" || name == "orelse"
            return .operation(place, name, first, isLazy ? try rightSide(right) : try body(right))
        case .call(let place, let function, let arguments):
            if let test = try recordTest(place, function, arguments) { return test }
            if let info = try recordInfo(place, function, arguments) { return info }
            return .call(place, try body(function), try bodies(arguments))
        case .remote(let place, let module, let function):
            return .remote(place, try body(module), try body(function))
        case .catch(let place, let value): return .catch(place, try body(value))
        default: return expression
        }
    }

    /// `record_info(fields, name)` and `record_info(size, name)`, which are no calls of a function.
    private func recordInfo(
        _ place: Abstract.Location, _ function: Abstract.Expression, _ arguments: [Abstract.Expression]
    ) throws(ErlangProblem) -> Abstract.Expression? {
        guard case .atom(_, "record_info") = function, arguments.count == 2, case .atom(_, let item) = arguments[0],
            item == "fields" || item == "size", case .atom(let at, let record) = arguments[1]
        else { return nil }
        let fields = try definition(record, at: at).fields
        guard item == "fields" else { return .integer(place, .integer(fields.count + 1)) }
        return fields.reversed().reduce(.nil(place)) { .cons(place, .atom(place, $1), $0) }
    }

    /// `is_record(X, name)`, whose size is known.
    private mutating func recordTest(
        _ place: Abstract.Location, _ function: Abstract.Expression, _ arguments: [Abstract.Expression]
    ) throws(ErlangProblem) -> Abstract.Expression? {
        guard arguments.count == 2, case .atom(_, let record) = arguments[1] else { return nil }
        switch function {
        case .atom(_, "is_record"), .remote(_, .atom(_, .erlang), .atom(_, "is_record")): break
        default: return nil
        }
        guard let definition = definitions[record] else {
            guard tests != nil else { return nil }
            throw ErlangProblem("record \(quoted(record)) undefined", at: place)
        }
        return isRecord(try body(arguments[0]), record, definition, place)
    }

    private mutating func mapFields(_ list: [Abstract.MapField]) throws(ErlangProblem) -> [Abstract.MapField] {
        var result: [Abstract.MapField] = []
        for field in list { result.append(try mapField(field)) }
        return result
    }

    private mutating func mapField(_ field: Abstract.MapField) throws(ErlangProblem) -> Abstract.MapField {
        Abstract.MapField(field.location, isExact: field.isExact, try body(field.key), try body(field.value))
    }

    private mutating func control(_ expression: Abstract.Expression) throws(ErlangProblem) -> Abstract.Expression {
        switch expression {
        case .fun(let place, let list): .fun(place, try clauses(list))
        case .namedFun(let place, let name, let list): .namedFun(place, name, try clauses(list))
        case .block(let place, let list): .block(place, try bodies(list))
        case .if(let place, let list): .if(place, try clauses(list))
        case .case(let place, let subject, let list): .case(place, try body(subject), try clauses(list))
        case .receive(let place, let list): .receive(place, try clauses(list))
        case .receiveAfter(let place, let list, let timeout, let after):
            .receiveAfter(place, try clauses(list), timeout: try body(timeout), try bodies(after))
        case .try(let place, let list, let of, let catching, let after):
            .try(
                place, try bodies(list), of: try clauses(of), catching: try clauses(catching), after: try bodies(after))
        case .maybe(let place, let list): .maybe(place, try bodies(list))
        case .maybeElse(let place, let list, let at, let other):
            .maybeElse(place, try bodies(list), at, try clauses(other))
        case .maybeMatch(let place, let left, let right): .maybeMatch(place, try pattern(left), try body(right))
        case .listComprehension(let place, let template, let list):
            .listComprehension(place, try body(template), try qualifiers(list))
        case .binaryComprehension(let place, let template, let list):
            .binaryComprehension(place, try body(template), try qualifiers(list))
        case .mapComprehension(let place, let template, let list):
            .mapComprehension(place, try mapField(template), try qualifiers(list))
        default: expression
        }
    }

    private mutating func qualifiers(_ list: [Abstract.Qualifier]) throws(ErlangProblem) -> [Abstract.Qualifier] {
        var result: [Abstract.Qualifier] = []
        for qualifier in list {
            switch qualifier {
            case .generate(let place, let left, let right, let isStrict):
                result.append(.generate(place, try pattern(left), try body(right), isStrict: isStrict))
            case .binaryGenerate(let place, let left, let right, let isStrict):
                result.append(.binaryGenerate(place, try pattern(left), try body(right), isStrict: isStrict))
            case .mapGenerate(let place, let field, let right, let isStrict):
                let left = Abstract.MapField(
                    field.location, isExact: field.isExact, try pattern(field.key), try pattern(field.value))
                result.append(.mapGenerate(place, left, try body(right), isStrict: isStrict))
            case .zip(let place, let group): result.append(.zip(place, try qualifiers(group)))
            case .filter(let test):
                // A filter that could be a guard is one: a record that is none makes it false.
                guard ErlangLint.isGuardTest(test) else {
                    result.append(.filter(try body(test)))
                    continue
                }
                let (filter, records) = try collecting(test)
                result.append(.filter(records.reduce(filter) { Self.both($1, $0) }))
            }
        }
        return result
    }

    // MARK: Records

    private mutating func record(_ expression: Abstract.Expression) throws(ErlangProblem) -> Abstract.Expression {
        switch expression {
        case .recordIndex(let place, let name, let at, let field):
            let definition = try definition(name, at: place)
            return .integer(place, .integer(try position(of: field, in: definition, name, at: at) + 2))
        case .record(let place, let name, let fields): return try construction(place, name, fields)
        case .recordField(let place, let base, let name, let at, let field):
            return try access(place, base, name, at, field)
        case .recordUpdate(let place, let base, let name, let fields): return try update(place, base, name, fields)
        default: return expression
        }
    }

    private mutating func construction(
        _ place: Abstract.Location, _ name: Atom, _ fields: [Abstract.RecordField]
    ) throws(ErlangProblem) -> Abstract.Expression {
        let definition = try definition(name, at: place)
        let others = try fields.first { $0.name == nil }.map { (field) throws(ErlangProblem) in try body(field.value) }
        var elements: [Abstract.Expression] = definition.defaults.map {
            others ?? $0 ?? .atom(place, .undefined)
        }
        for (position, value) in try values(fields, in: definition, name) { elements[position] = value }
        return .tuple(place, [.atom(place, name)] + elements)
    }

    /// The values of fields that are named, each at its position.
    private mutating func values(
        _ fields: [Abstract.RecordField], in definition: Definition, _ name: Atom
    ) throws(ErlangProblem) -> [(Int, Abstract.Expression)] {
        var result: [(Int, Abstract.Expression)] = []
        for field in fields {
            guard let fieldName = field.name else { continue }
            let position = try position(of: fieldName, in: definition, name, at: field.location)
            guard !result.contains(where: { $0.0 == position }) else {
                throw ErlangProblem(
                    "field \(quoted(fieldName)) already defined in record \(quoted(name))", at: field.location)
            }
            result.append((position, try body(field.value)))
        }
        return result
    }

    private mutating func access(
        _ place: Abstract.Location, _ base: Abstract.Expression, _ name: Atom, _ at: Abstract.Location, _ field: Atom
    ) throws(ErlangProblem) -> Abstract.Expression {
        let definition = try definition(name, at: place)
        let position = try position(of: field, in: definition, name, at: at)
        let value = try body(base)
        if tests != nil {
            let test = isRecord(value, name, definition, place)
            tests?.append(test)
            return .call(
                place, .remote(place, .atom(place, .erlang), .atom(place, "element")),
                [.integer(place, .integer(position + 2)), value])
        }
        let result = variable(place)
        var elements = [Abstract.Expression](repeating: .variable(place, "_"), count: definition.fields.count)
        elements[position] = result
        return .case(
            place, value,
            [
                Abstract.Clause(place, [.tuple(place, [.atom(place, name)] + elements)], [], [result]),
                badRecord(place),
            ])
    }

    private mutating func update(
        _ place: Abstract.Location, _ base: Abstract.Expression, _ name: Atom, _ fields: [Abstract.RecordField]
    ) throws(ErlangProblem) -> Abstract.Expression {
        let definition = try definition(name, at: place)
        guard !fields.contains(where: { $0.name == nil }) else {
            throw ErlangProblem("meaningless use of _ in update of record \(quoted(name))", at: place)
        }
        let value = try body(base)
        var old: [Abstract.Expression] = []
        for _ in definition.fields { old.append(variable(place)) }
        var new = old
        for (position, value) in try values(fields, in: definition, name) {
            new[position] = value
            // Nobody reads the old value.
            old[position] = .variable(place, "_")
        }
        let tag = Abstract.Expression.atom(place, name)
        let (before, after) = (
            Abstract.Expression.tuple(place, [tag] + old), Abstract.Expression.tuple(place, [tag] + new)
        )
        if fields.allSatisfy({ Self.bindsNothing($0.value) }) {
            return .case(place, value, [Abstract.Clause(place, [before], [], [after]), badRecord(place)])
        }
        // A variable that a new value binds is bound behind the update too, so it must not be inside of a clause.
        let whole = variable(place)
        let any = Abstract.Expression.tuple(
            place, [tag] + Array(repeating: .variable(place, "_"), count: definition.fields.count))
        let checked = Abstract.Clause(place, [.match(place, any, whole)], [], [whole])
        return .block(
            place, [.match(place, before, .case(place, value, [checked, badRecord(place)])), after])
    }

    /// Whether an expression surely binds no variable.
    private static func bindsNothing(_ expression: Abstract.Expression) -> Bool {
        switch expression {
        case .atom, .char, .integer, .float, .string, .nil, .value, .variable, .localFun, .externalFun, .fun, .namedFun,
            .listComprehension, .binaryComprehension, .mapComprehension, .recordIndex:
            return true
        case .tuple(_, let elements): return elements.allSatisfy { bindsNothing($0) }
        case .cons:
            var rest = expression
            while case .cons(_, let head, let tail) = rest {
                guard bindsNothing(head) else { return false }
                rest = tail
            }
            return bindsNothing(rest)
        case .map(_, let fields): return fields.allSatisfy { bindsNothing($0.key) && bindsNothing($0.value) }
        case .record(_, _, let fields): return fields.allSatisfy { bindsNothing($0.value) }
        case .recordField(_, let base, _, _, _), .unary(_, _, let base): return bindsNothing(base)
        case .operation(_, _, let left, let right), .remote(_, let left, let right):
            return bindsNothing(left) && bindsNothing(right)
        case .call(_, let function, let arguments):
            return bindsNothing(function) && arguments.allSatisfy { bindsNothing($0) }
        default: return false
        }
    }

    /// `Other -> erlang:error({badrecord, Other})`.
    private mutating func badRecord(_ place: Abstract.Location) -> Abstract.Clause {
        let other = variable(place)
        return Abstract.Clause(
            place, [other], [],
            [
                .call(
                    place, .remote(place, .atom(place, .erlang), .atom(place, .error)),
                    [.tuple(place, [.atom(place, "badrecord"), other])])
            ])
    }
}

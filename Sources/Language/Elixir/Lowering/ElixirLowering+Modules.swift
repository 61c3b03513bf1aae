internal import Terms

/// `defmodule` and what stands in it.
extension ElixirLowering {
    private typealias FunctionName = ElixirEnvironment.FunctionName

    mutating func defmodule(_ at: Place, _ arguments: [Quoted]) throws(SyntaxError) -> Expression {
        guard let body = arguments[1].keywords?.first(where: { $0.key == "do" })?.value else {
            throw fail(at, "missing :do option in \"defmodule\"", length: 9)
        }
        let name = try moduleName(arguments[0])
        let outer = definition
        var own = ModuleDefinition(name, at)
        if let outer, case .alias(_, nil, let parts) = arguments[0], let first = parts.first {
            // The name of a nested module is an alias from here on.
            environment.aliases[first] = Atom(outer.name.name + "." + first)
        }
        let statements: [Quoted]
        if case .block(_, let several) = body { statements = several } else { statements = [body] }
        let (outerNames, outerCounters, outerStack) = (names, counters, stacktrace)
        let (aliases, imports) = (environment.aliases, environment.imports)
        for statement in statements { try find(statement, &own) }
        definition = own
        var expressions: [Expression] = []
        for statement in statements { expressions.append(try expression(statement)) }
        try inherit()
        var forms: [Abstract.Form] = []
        if let finished = definition { forms = try self.forms(finished) }
        definition = outer
        (names, stacktrace) = (outerNames, outerStack)
        counters = counters.merging(outerCounters) { max($0, $1) }
        (environment.aliases, environment.imports) = (aliases, imports)
        modules.append(ElixirUnit.Module(name: name, forms: forms))
        let index = integer(at, modules.count - 1)
        let last = temporary(at)
        let value = expressions.popLast() ?? atom(at, .nil)
        // What stands in the body besides definitions is evaluated before the module exists.
        let effects = expressions.filter { !isConstant($0) }
        let define = remote(at, "beamsh_elixir", "define", [index, last])
        return .block(location(at), effects + [.match(location(at), last, value), define])
    }

    private func isConstant(_ expression: Expression) -> Bool {
        switch expression {
        case .atom, .integer, .nil, .string, .char, .float: true
        case .tuple(_, let elements): elements.allSatisfy(isConstant)
        default: false
        }
    }

    private func moduleName(_ quoted: Quoted) throws(SyntaxError) -> Atom {
        switch quoted {
        case .alias(_, nil, let parts):
            if let definition, parts.first != "Elixir" {
                return Atom(([definition.name.name] + parts).joined(separator: "."))
            }
            if parts.first == "Elixir" { return environment.module(parts) }
            return environment.module(parts)
        default:
            guard let name = try knownModule(quoted) else {
                throw fail(quoted.place, "invalid module name: it must be an alias or an atom")
            }
            return name
        }
    }

    // MARK: What a module defines

    /// The name, the parameters and the guard of `name(parameters) when guard`.
    func head(_ quoted: Quoted) throws(SyntaxError) -> (
        name: String, place: Place, parameters: [Quoted], condition: Quoted?
    ) {
        var (quoted, condition): (Quoted, Quoted?) = (quoted, nil)
        if case .call(_, "when", let pair) = quoted, pair.count == 2 { (quoted, condition) = (pair[0], pair[1]) }
        switch quoted {
        case .name(let at, let name): return (name, at, [], condition)
        case .call(let at, "unquote", _): throw unsupported(at, "unquote")
        case .call(let at, let name, let parameters): return (name, at, parameters, condition)
        default: throw fail(quoted.place, "invalid syntax in def")
        }
    }

    /// Notes which functions a statement defines.
    private func find(_ quoted: Quoted, _ into: inout ModuleDefinition) throws(SyntaxError) {
        guard case .call(_, let macro, let arguments) = quoted, let first = arguments.first else { return }
        switch macro {
        case "def", "defp":
            let (name, _, parameters, _) = try head(first)
            let optional = parameters.count { if case .call(_, "\\\\", _) = $0 { true } else { false } }
            for arity in (parameters.count - optional)...parameters.count {
                into.functions.insert(FunctionName(name: name, arity: arity))
            }
        case "defdelegate":
            for head in delegated(first) {
                let (name, _, parameters, _) = try self.head(head)
                into.functions.insert(FunctionName(name: name, arity: parameters.count))
            }
        case "defstruct", "defexception":
            into.functions.formUnion([
                FunctionName(name: "__struct__", arity: 0), FunctionName(name: "__struct__", arity: 1),
            ])
            if macro == "defexception" {
                into.functions.formUnion([
                    FunctionName(name: "exception", arity: 1), FunctionName(name: "message", arity: 1),
                ])
            }
        case "use":
            guard let module = try knownModule(first), let source = ElixirBehaviours.functions(module) else { return }
            if case .block(_, let statements) = try inherited(quoted.place, source, []) {
                for statement in statements { try find(statement, &into) }
            }
        default: break
        }
    }

    private func delegated(_ quoted: Quoted) -> [Quoted] {
        if case .list(_, let heads) = quoted { return heads }
        return [quoted]
    }

    // MARK: The macros of Kernel that define

    mutating func definitionMacro(
        _ at: Place, _ name: String, _ arguments: [Quoted]
    ) throws(SyntaxError) -> Expression? {
        let macros = ["def", "defp", "defstruct", "defexception", "defdelegate", "defguard", "defguardp"]
        guard macros.contains(name), !arguments.isEmpty else { return nil }
        guard definition != nil else {
            throw fail(at, "cannot invoke \(name)/\(arguments.count) outside module", length: name.count)
        }
        switch (name, arguments.count) {
        case ("def", 1...2), ("defp", 1...2): return try def(at, arguments, isPrivate: name == "defp")
        case ("defstruct", 1): return try defstruct(at, arguments[0], isException: false)
        case ("defexception", 1): return try defexception(at, arguments[0])
        case ("defdelegate", 2): return try defdelegate(at, arguments)
        case ("defguard", 1), ("defguardp", 1): return try defguard(at, arguments[0], isPrivate: name == "defguardp")
        default: return nil
        }
    }

    private mutating func def(_ at: Place, _ arguments: [Quoted], isPrivate: Bool) throws(SyntaxError) -> Expression {
        let (name, place, quoted, condition) = try head(arguments[0])
        let function = FunctionName(name: name, arity: quoted.count)
        var entry =
            definition?.made[function] ?? ModuleDefinition.Function(name: function, place: place, isPrivate: isPrivate)
        if definition?.made[function] == nil { definition?.order.append(function) }
        guard entry.isPrivate == isPrivate || entry.clauses.isEmpty else {
            throw fail(
                at,
                "\(isPrivate ? "defp" : "def") \(name)/\(quoted.count) already defined as"
                    + " \(isPrivate ? "def" : "defp")", length: 3)
        }
        var parameters: [Quoted] = []
        for (index, parameter) in quoted.enumerated() {
            if case .call(_, "\\\\", let pair) = parameter, pair.count == 2 {
                guard entry.defaults[index] == nil else {
                    throw fail(
                        parameter.place, "def \(name)/\(quoted.count) has default values defined in multiple clauses")
                }
                entry.defaults[index] = pair[1]
                parameters.append(pair[0])
            } else {
                parameters.append(parameter)
            }
        }
        definition?.made[function] = entry
        let tuple = Expression.tuple(location(at), [atom(at, Atom(name)), integer(at, quoted.count)])
        guard arguments.count == 2 else { return tuple }
        guard let keywords = arguments[1].keywords, let body = keywords.first(where: { $0.key == "do" })?.value else {
            throw fail(at, "missing :do option in \"\(isPrivate ? "defp" : "def")\"", length: 3)
        }
        let outer = (names, counters, stacktrace)
        (names, counters, stacktrace) = ([:], [:], nil)
        let clause: Clause
        if keywords.count > 1 {
            clause = try scoped { (lowering) throws(SyntaxError) in
                let (patterns, tests) = try lowering.patterns(parameters)
                let guards = try lowering.guards(condition, tests: tests)
                return Clause(
                    lowering.location(place), patterns, guards, [try lowering.tryExpression(at, keywords)])
            }
        } else {
            clause = try self.clause(place, parameters, condition, body)
        }
        (names, counters, stacktrace) = outer
        definition?.made[function]?.clauses.append(clause)
        return tuple
    }

    private mutating func defdelegate(_ at: Place, _ arguments: [Quoted]) throws(SyntaxError) -> Expression {
        let options = arguments[1].keywords ?? []
        guard let target = options.first(where: { $0.key == "to" })?.value else {
            throw fail(at, "expected to: to be given as argument", length: 11)
        }
        var last = atom(at, .nil)
        for head in delegated(arguments[0]) {
            let (name, place, parameters, _) = try self.head(head)
            var called = name
            if case .atom(_, let other)? = options.first(where: { $0.key == "as" })?.value { called = other.name }
            let passed = parameters.map { (parameter) -> Quoted in
                if case .call(_, "\\\\", let pair) = parameter { return pair[0] }
                return parameter
            }
            let call = Quoted.remote(place, target, called, passed, hasParentheses: true)
            last = try def(
                at, [head, .list(at, [.tuple(at, [.atom(at, "do"), call])])], isPrivate: false)
        }
        return last
    }

    private mutating func defguard(_ at: Place, _ quoted: Quoted, isPrivate: Bool) throws(SyntaxError) -> Expression {
        let (name, place, parameters, condition) = try head(quoted)
        guard let condition else {
            throw fail(at, "invalid syntax in defguard \(name): it needs a when", length: 8)
        }
        var variables: [String] = []
        for parameter in parameters {
            guard case .name(_, let variable) = parameter else {
                throw fail(parameter.place, "invalid syntax in defguard \(name): parameters are variables")
            }
            variables.append(variable)
        }
        let function = FunctionName(name: name, arity: parameters.count)
        guard let module = definition?.name else { return atom(at, .nil) }
        environment.guards[module, default: [:]][function] = ElixirEnvironment.Guard(
            parameters: variables, body: condition, isPrivate: isPrivate)
        return .tuple(location(place), [atom(place, Atom(name)), integer(place, parameters.count)])
    }

    // MARK: Structs

    private mutating func defstruct(
        _ at: Place, _ quoted: Quoted, isException: Bool
    ) throws(SyntaxError) -> Expression {
        guard let definition else { return atom(at, .nil) }
        var fields: [(name: Atom, initial: Quoted)] = []
        var given = quoted
        if case .call(_, "@", let inner) = given, case .name(_, let name)? = inner.first,
            let value = definition.attributes[name]
        {
            given = value.quoted
        }
        if case .sigil(_, _, let parts, _) = given, case .text(let bytes)? = parts.first {
            let words = bytes.split { $0 == 32 || (9...13).contains($0) }
            given = .list(at, words.map { .atom(at, Atom(String(decoding: $0, as: UTF8.self))) })
        }
        guard case .list(_, let elements) = given else {
            throw fail(quoted.place, "struct fields definition must be a literal list")
        }
        for element in elements {
            switch element {
            case .atom(_, let name): fields.append((name, .atom(element.place, .nil)))
            case .tuple(_, let pair):
                guard pair.count == 2, case .atom(_, let name) = pair[0] else {
                    throw fail(element.place, "struct field names must be atoms")
                }
                fields.append((name, pair[1]))
            default: throw fail(element.place, "struct field names must be atoms")
            }
        }
        if isException { fields.append(("__exception__", .atom(at, .true))) }
        var structure = ElixirEnvironment.Structure(fields: fields)
        if case .list(_, let keys)? = definition.attributes["enforce_keys"]?.quoted {
            for case .atom(_, let key) in keys { structure.enforced.append(key) }
        }
        environment.structures[definition.name] = structure
        self.definition?.isStructure = true
        let location = location(at)
        var pairs = [field(at, "__struct__", atom(at, definition.name))]
        for (name, initial) in fields { pairs.append(field(at, name, try constant(initial))) }
        let map = Expression.map(location, pairs)
        add("__struct__", at, [Clause(location, [], [], [map])])
        add("__struct__", at, [structureFrom(at, map, structure.enforced, definition.name)])
        return map
    }

    private mutating func add(_ name: String, _ at: Place, _ clauses: [Clause]) {
        let function = FunctionName(name: name, arity: clauses.first?.patterns.count ?? 0)
        if definition?.made[function] == nil { definition?.order.append(function) }
        definition?.made[function] = ModuleDefinition.Function(
            name: function, place: at, isPrivate: false, clauses: clauses)
    }

    /// `__struct__/1`: the fields given, in place of the defaults.
    private func structureFrom(_ at: Place, _ map: Expression, _ enforced: [Atom], _ name: Atom) -> Clause {
        let location = location(at)
        func variable(_ name: Atom) -> Expression { .variable(location, name) }
        let step = Expression.fun(
            location,
            [
                Clause(
                    location, [.tuple(location, [variable("_key"), variable("_value")]), variable("_map")], [],
                    [
                        .mapUpdate(
                            location, variable("_map"),
                            [Abstract.MapField(location, isExact: true, variable("_key"), variable("_value"))])
                    ])
            ])
        let made = remote(at, "Elixir.Enum", "reduce", [variable("_fields"), map, step])
        guard !enforced.isEmpty else { return Clause(location, [variable("_fields")], [], [made]) }
        // Which of the enforced keys are missing.
        let keys = list(at, enforced.map { atom(at, $0) })
        let given = remote(at, "maps", "keys", [remote(at, "maps", "from_list", [variable("_fields")])])
        let missing = Expression.operation(location, "--", keys, given)
        let text = binary(
            at, Array("the following keys must also be given when building struct \(display(name.name)): ".utf8))
        let message = Expression.binary(
            location,
            [
                Abstract.BinaryElement(location, text, [.name("binary")]),
                Abstract.BinaryElement(
                    location, remote(at, "Elixir.Kernel", "inspect", [variable("_missing")]), [.name("binary")]),
            ])
        let error = erlang(at, "error", remote(at, "Elixir.ArgumentError", "exception", [message]))
        return Clause(
            location, [variable("_fields")], [],
            [
                .case(
                    location, missing,
                    [
                        Clause(location, [.nil(location)], [], [made]),
                        Clause(location, [variable("_missing")], [], [error]),
                    ])
            ])
    }

    private mutating func defexception(_ at: Place, _ quoted: Quoted) throws(SyntaxError) -> Expression {
        let result = try defstruct(at, quoted, isException: true)
        guard let definition, let structure = environment.structures[definition.name] else { return result }
        self.definition?.behaviours.append("Elixir.Exception")
        let source = ElixirBehaviours.exception(hasMessage: structure.has("message"))
        if case .block(_, let statements) = try inherited(at, source, []) { self.definition?.inherited += statements }
        return result
    }

    // MARK: use

    /// The source of the functions of a behaviour, placed where it is used.
    private func inherited(
        _ at: Place, _ source: String, _ options: [Quoted]
    ) throws(SyntaxError) -> Quoted {
        var reader = ElixirReader(source)
        reader.fixed = at
        try reader.advance()
        let quoted = try reader.expressions(at: at)
        return quoted.replacing(["use_options": options.first ?? .list(at, [])]).asBlock
    }

    mutating func use(_ at: Place, _ arguments: [Quoted]) throws(SyntaxError) -> Expression {
        guard let module = try knownModule(arguments[0]) else { throw unsupported(at, "use") }
        switch module.name {
        case "Elixir.Bitwise", "Elixir.Logger":
            return try specialForm(at, "import", module == "Elixir.Bitwise" ? [arguments[0]] : [arguments[0]])
                ?? atom(at, .nil)
        default: break
        }
        guard let source = ElixirBehaviours.functions(module) else {
            throw unsupported(at, "use \(display(module.name))")
        }
        guard definition != nil else { throw fail(at, "cannot invoke use outside module", length: 3) }
        definition?.behaviours += ElixirBehaviours.behaviours(module)
        if module == "Elixir.Supervisor" || module == "Elixir.DynamicSupervisor" {
            // Supervisors import nothing; their options are those of the child.
        }
        if case .block(_, let statements) = try inherited(at, source, Array(arguments.dropFirst())) {
            definition?.inherited += statements
        }
        return atom(at, module)
    }

    /// Adds what `use` brought and the module did not define itself.
    private mutating func inherit() throws(SyntaxError) {
        let own = Set(definition?.made.keys.map { $0 } ?? [])
        for statement in definition?.inherited ?? [] {
            guard case .call(_, "def", let arguments) = statement, let first = arguments.first else { continue }
            let (name, _, parameters, _) = try head(first)
            if own.contains(FunctionName(name: name, arity: parameters.count)) { continue }
            _ = try expression(statement)
        }
    }

    // MARK: Attributes

    /// `@name value` and `@name`.
    mutating func attribute(_ at: Place, _ quoted: Quoted) throws(SyntaxError) -> Expression {
        guard definition != nil else { throw fail(at, "cannot invoke @/1 outside module") }
        switch quoted {
        case .name(_, let name): return try read(at, name)
        case .call(_, let name, let arguments) where arguments.count == 1:
            return try set(at, name, arguments[0])
        default: throw fail(at, "expected 0 or 1 argument for @")
        }
    }

    private mutating func read(_ at: Place, _ name: String) throws(SyntaxError) -> Expression {
        guard let attribute = definition?.attributes[name] else {
            // A warning in Elixir, and nil.
            return atom(at, .nil)
        }
        return try constant(attribute.quoted)
    }

    private mutating func set(_ at: Place, _ name: String, _ value: Quoted) throws(SyntaxError) -> Expression {
        switch name {
        case "moduledoc", "doc", "typedoc", "spec", "type", "typep", "opaque", "callback", "macrocallback", "impl",
            "since", "deprecated", "dialyzer", "compile", "optional_callbacks", "on_load", "before_compile",
            "after_compile", "external_resource", "derive", "fallback_to_any":
            return atom(at, .ok)
        case "behaviour":
            if let module = try knownModule(value) { definition?.behaviours.append(module) }
            return atom(at, .ok)
        default:
            let value = resolved(value)
            definition?.attributes[name] = ModuleDefinition.Attribute(quoted: value)
            return atom(at, .ok)
        }
    }

    /// With the values of other attributes in place of their names, since they may be set anew later.
    private func resolved(_ quoted: Quoted) -> Quoted {
        switch quoted {
        case .call(_, "@", let inner):
            guard inner.count == 1, case .name(_, let name) = inner[0], let known = definition?.attributes[name] else {
                return quoted
            }
            return known.quoted
        case .call(let at, let name, let arguments): return .call(at, name, arguments.map(resolved))
        case .list(let at, let elements): return .list(at, elements.map(resolved))
        case .tuple(let at, let elements): return .tuple(at, elements.map(resolved))
        case .remote(let at, let target, let name, let arguments, let hasParentheses):
            return .remote(at, resolved(target), name, arguments.map(resolved), hasParentheses: hasParentheses)
        case .map(let at, let base, let pairs):
            return .map(at, base.map(resolved), pairs.map { (resolved($0.key), resolved($0.value)) })
        case .fn(let at, let clauses):
            return .fn(
                at,
                clauses.map {
                    var clause = $0
                    clause.body = resolved($0.body)
                    return clause
                })
        case .block(let at, let elements): return .block(at, elements.map(resolved))
        case .apply(let at, let function, let arguments):
            return .apply(at, resolved(function), arguments.map(resolved))
        default: return quoted
        }
    }

    // MARK: Forms

    private func forms(_ module: ModuleDefinition) throws(SyntaxError) -> [Abstract.Form] {
        let at = location(module.place)
        var exports: [FunctionName] = []
        var functions: [Abstract.Form] = []
        for name in module.order {
            guard let function = module.made[name] else { continue }
            guard !function.clauses.isEmpty else {
                if function.defaults.isEmpty { continue }
                throw fail(function.place, "implementation not provided for predefined def \(name.name)/\(name.arity)")
            }
            if !function.isPrivate { exports.append(name) }
            functions.append(.function(location(function.place), Atom(name.name), name.arity, function.clauses))
            for (shorter, clause) in try defaults(function) {
                if module.made[shorter] != nil {
                    throw fail(
                        function.place,
                        "def \(name.name)/\(name.arity) defaults conflicts with"
                            + " \(name.name)/\(shorter.arity)")
                }
                if !function.isPrivate { exports.append(shorter) }
                functions.append(.function(location(function.place), Atom(name.name), shorter.arity, [clause]))
            }
        }
        let publics = exports.sorted { ($0.name, $0.arity) < ($1.name, $1.arity) }
        let info = FunctionName(name: "__info__", arity: 1)
        var forms: [Abstract.Form] = [
            .attribute(at, "module", .atom(module.name)),
            .attribute(
                at, "export",
                .makeList(
                    (publics + [info]).map { .tuple(Tuple([.atom(Atom($0.name)), .integer($0.arity)])) })),
        ]
        var seen: Set<Atom> = []
        for behaviour in module.behaviours where seen.insert(behaviour).inserted {
            forms.append(.attribute(at, "behaviour", .atom(behaviour)))
        }
        forms.append(.function(at, "__info__", 1, self.info(module, publics)))
        return forms + functions + [.endOfFile(at)]
    }

    /// The functions with fewer parameters that `\\` makes.
    private func defaults(
        _ function: ModuleDefinition.Function
    ) throws(SyntaxError) -> [(FunctionName, Clause)] {
        let optional = function.defaults.keys.sorted()
        var made: [(FunctionName, Clause)] = []
        let at = location(function.place)
        for count in 0..<optional.count {
            // The first `count` optional parameters are given.
            let given = Set(optional.prefix(count))
            var lowering = self
            (lowering.names, lowering.counters) = ([:], [:])
            var parameters: [Expression] = []
            var arguments: [Expression] = []
            for index in 0..<function.name.arity {
                if let initial = function.defaults[index], !given.contains(index) {
                    arguments.append(try lowering.constant(initial))
                } else {
                    let variable = lowering.temporary(function.place)
                    parameters.append(variable)
                    arguments.append(variable)
                }
            }
            let call = Expression.call(at, .atom(at, Atom(function.name.name)), arguments)
            made.append(
                (
                    FunctionName(name: function.name.name, arity: parameters.count), Clause(at, parameters, [], [call])
                ))
        }
        return made
    }

    private func info(_ module: ModuleDefinition, _ exports: [FunctionName]) -> [Clause] {
        let place = module.place
        let at = location(place)
        func clause(_ key: Atom, _ value: Expression) -> Clause { Clause(at, [atom(place, key)], [], [value]) }
        let functions = list(
            place,
            exports.filter { $0.name != "__info__" || $0.arity != 1 }.map {
                .tuple(at, [atom(place, Atom($0.name)), integer(place, $0.arity)])
            })
        var structure = atom(place, .nil)
        if module.isStructure, let known = environment.structures[module.name] {
            structure = list(
                place,
                known.fields.map {
                    .map(
                        at,
                        [
                            field(place, "field", atom(place, $0.name)),
                            field(place, "required", atom(place, known.enforced.contains($0.name) ? .true : .false)),
                        ])
                })
        }
        let key = Expression.variable(at, "_key")
        let keys: [Atom] = ["attributes", "compile", "md5"]
        let isKnown = keys.map { [Expression.operation(at, "=:=", key, atom(place, $0))] }
        return [
            clause("module", atom(place, module.name)), clause("functions", functions), clause("macros", .nil(at)),
            clause("struct", structure), clause("deprecated", .nil(at)),
            Clause(at, [key], isKnown, [erlang(place, "get_module_info", atom(place, module.name), key)]),
        ]
    }
}

extension Quoted {
    fileprivate var asBlock: Quoted { if case .block = self { self } else { .block(place, [self]) } }
}

// What this folder does: quoted Elixir to the abstract format, as the Elixir compiler lowers it: the same module and
// function names, the same errors, the same calls of the library, so that what is typed here may run on an Elixir node and
// the other way round. What it does not: expand macros of others, or evaluate anything. The macros of Kernel are lowered
// here; `use` of the behaviours of Elixir is source of ours (`ElixirBehaviours`).
//
// Where it differs from the compiler: the value of a module attribute is put in where it is read, not evaluated once
// when it is set; `%Name{}` of a struct it has not seen calls `Name.__struct__/1` when it is evaluated; comprehensions
// with `into:` and `uniq:` collect a list first; an unknown name without arguments is an error at once; types, specs,
// docs and hooks of the compiler (`@derive`, `@before_compile`) are read and dropped.
//
// Source: Elixir 1.14, the documentation of Kernel and Kernel.SpecialForms.

internal import BigInt
public import Terms

/// Lowers quoted Elixir to the abstract format.
public struct ElixirLowering {
    typealias Expression = Abstract.Expression
    typealias Clause = Abstract.Clause
    typealias Location = Abstract.Location
    typealias Place = Quoted.Place

    var environment: ElixirEnvironment
    let resolver: ElixirResolver
    /// The Elixir names that are bound here, and the variable of each.
    var names: [String: Atom]
    /// How many variables were made of each name. A variable is never used twice in one function, because those of a
    /// clause of `case` are visible after it in Erlang, and not in Elixir.
    var counters: [String: Int] = [:]
    /// The names that the pattern which is being lowered binds, and tests that must hold besides.
    var patternNames: [String: Atom] = [:]
    var patternTests: [Expression] = []
    /// How many expressions have been lowered: attributes that name others twice could make it endless.
    private var work = 0
    private static let maximumWork = 20_000_000
    /// How many patterns have bound names so far.
    var bindings = 0
    /// Whether pinned variables become tests, because variables in the head of a fun shadow those outside.
    var testsPins = false
    var isGuard = false
    /// The variables of `&1`, `&2` … inside a capture.
    var captured: [Atom]?
    /// The variable of the stack trace inside `rescue` and `catch`.
    var stacktrace: Atom?
    var definition: ModuleDefinition?
    var modules: [ElixirUnit.Module] = []

    init(_ environment: ElixirEnvironment, _ resolver: ElixirResolver, bound: [String: Atom]) {
        self.environment = environment
        self.resolver = resolver
        names = bound
        for (name, variable) in bound {
            if let mark = variable.name.lastIndex(of: "@"), let count = Int(variable.name[mark...].dropFirst()) {
                counters[name] = count
            }
        }
    }

    /// Lowers what was entered at a prompt.
    ///
    /// - Parameters:
    ///   - environment: Aliases and imports, which the line may add to; unchanged when it throws.
    ///   - bound: The names bound before, and the variable that holds the value of each.
    public static func line(
        _ text: String, environment: inout ElixirEnvironment, bound: [String: Atom],
        resolver: ElixirResolver = ElixirResolver()
    ) throws(SyntaxError) -> ElixirUnit {
        // `|> f()` goes on with the last value, if the prompt has one.
        let previous = resolver.module("v", 0).map {
            Quoted.remote(.none, .atom(.none, $0), "v", [], hasParentheses: true)
        }
        let quoted = try ElixirReader.quoted(text, after: previous)
        var lowering = ElixirLowering(environment, resolver, bound: bound)
        let expressions = try lowering.sequence(quoted)
        environment = lowering.environment
        return ElixirUnit(expressions: expressions, bound: lowering.names, modules: lowering.modules)
    }

    /// Lowers a file, `.ex` or `.exs`: modules and expressions.
    public static func file(_ text: String, resolver: ElixirResolver = ElixirResolver()) throws(SyntaxError)
        -> ElixirUnit
    {
        var environment = ElixirEnvironment()
        return try line(text, environment: &environment, bound: [:], resolver: resolver)
    }

    // MARK: Helpers

    func fail(_ place: Place, _ message: String, hint: String? = nil, length: Int = 1) -> SyntaxError {
        SyntaxError(message, at: Int(place.offset), length: length, hint: hint)
    }

    /// What follows one another here nests in the abstract format.
    func checkSteps(_ place: Place, _ count: Int, _ what: String) throws(SyntaxError) {
        guard count <= 250 else { throw fail(place, "too many \(what): \(count), at most 250") }
    }

    func unsupported(_ place: Place, _ what: String, _ kind: String = "macros") -> SyntaxError {
        SyntaxError(
            "\(kind) are not supported: \(what) at line \(place.line)", at: Int(place.offset), length: what.count)
    }

    func location(_ place: Place) -> Location { Location(line: Int(place.line), column: Int(place.column)) }

    func atom(_ at: Place, _ name: Atom) -> Expression { .atom(location(at), name) }

    func remote(_ at: Place, _ module: Atom, _ name: Atom, _ arguments: [Expression]) -> Expression {
        let location = location(at)
        return .call(location, .remote(location, .atom(location, module), .atom(location, name)), arguments)
    }

    func erlang(_ at: Place, _ name: Atom, _ arguments: Expression...) -> Expression {
        remote(at, "erlang", name, arguments)
    }

    func integer(_ at: Place, _ value: Int) -> Expression { .integer(location(at), .integer(value)) }

    /// A list. A long one is put together from short ones, since cells nest.
    func list(_ at: Place, _ elements: [Expression], tail: Expression? = nil) -> Expression {
        let location = location(at)
        let limit = 256
        guard elements.count <= limit else {
            let chunks = stride(from: 0, to: elements.count, by: limit).map { start -> Expression in
                let end = min(start + limit, elements.count)
                return list(at, Array(elements[start..<end]), tail: end == elements.count ? tail : nil)
            }
            return remote(at, "lists", "append", [list(at, chunks)])
        }
        return elements.reversed().reduce(tail ?? .nil(location)) { .cons(location, $1, $0) }
    }

    func block(_ at: Place, _ expressions: [Expression]) -> Expression {
        expressions.count == 1 ? expressions[0] : .block(location(at), expressions)
    }

    /// A new variable for a name of the source.
    mutating func fresh(_ name: String) -> Atom {
        let count = (counters[name] ?? 0) + 1
        counters[name] = count
        return Atom("_\(name)@\(count)")
    }

    /// A new variable without a name in the source.
    mutating func temporary(_ at: Place) -> Expression { .variable(location(at), fresh("")) }

    /// Lowers something whose variables nobody sees outside.
    mutating func scoped<Result>(
        _ lower: (inout ElixirLowering) throws(SyntaxError) -> Result
    ) throws(SyntaxError) -> Result {
        let (names, stacktrace) = (names, stacktrace)
        let (aliases, imports) = (environment.aliases, environment.imports)
        let result = try lower(&self)
        self.names = names
        self.stacktrace = stacktrace
        environment.aliases = aliases
        environment.imports = imports
        return result
    }

    // MARK: Sequences

    /// The expressions of a block; at least one.
    mutating func sequence(_ quoted: Quoted) throws(SyntaxError) -> [Expression] {
        guard case .block(let at, let expressions) = quoted else { return [try expression(quoted)] }
        guard !expressions.isEmpty else { return [atom(at, .nil)] }
        var lowered: [Expression] = []
        lowered.reserveCapacity(expressions.count)
        for expression in expressions { lowered.append(try self.expression(expression)) }
        return lowered
    }

    /// Expressions side by side: what one binds the others do not see, only what comes after all of them.
    mutating func expressions(_ quoted: [Quoted]) throws(SyntaxError) -> [Expression] {
        var lowered: [Expression] = []
        lowered.reserveCapacity(quoted.count)
        let before = names
        var bound: [String: Atom] = [:]
        for expression in quoted {
            let count = bindings
            lowered.append(try self.expression(expression))
            guard bindings != count else { continue }
            for (name, variable) in names where before[name] != variable { bound[name] = variable }
            names = before
        }
        if !bound.isEmpty { names.merge(bound) { $1 } }
        return lowered
    }

    // MARK: Expressions

    mutating func expression(_ quoted: Quoted) throws(SyntaxError) -> Expression {
        work += 1
        guard work <= Self.maximumWork else {
            throw fail(quoted.place, "too large once its attributes are put in place")
        }
        switch quoted {
        case .atom, .integer, .float, .binary, .charlist: return literal(quoted)
        case .text(let at, let kind, let parts): return try text(at, kind, parts)
        case .sigil(let at, let name, let parts, let modifiers): return try sigil(at, name, parts, modifiers)
        case .list(let at, let elements): return try list(at, elements)
        case .tuple(let at, let elements): return .tuple(location(at), try expressions(elements))
        case .bits(let at, let segments): return try bits(at, segments, isPattern: false)
        case .map(let at, let base, let pairs): return try map(at, base, pairs)
        case .structure(let at, let name, let base, let pairs): return try structure(at, name, base, pairs)
        case .name(let at, let name): return try variable(at, name)
        case .alias(let at, let head, let parts): return try alias(at, head, parts)
        case .call(let at, let name, let arguments): return try call(at, name, arguments)
        case .remote(let at, let target, let name, let arguments, let hasParentheses):
            return try remoteCall(at, target, name, arguments, hasParentheses)
        case .apply(let at, let function, let arguments): return try apply(at, function, arguments)
        case .access(let at, let container, let key):
            let arguments = try expressions([container, key])
            return remote(at, "Elixir.Access", "get", arguments)
        case .aliases(let at, _, _):
            throw fail(at, "unexpected multi alias: it stands in alias, import and require only")
        case .block(let at, _): return block(at, try sequence(quoted))
        case .fn(let at, let clauses): return try function(at, clauses)
        case .clauses(let at, _): throw fail(at, "unhandled operator ->")
        case .parenthesized(let at, let items):
            guard items.isEmpty else { throw fail(at, "unexpected parentheses with several expressions") }
            return atom(at, .nil)
        }
    }

    func literal(_ quoted: Quoted) -> Expression {
        switch quoted {
        case .atom(let at, let name): .atom(location(at), name)
        case .integer(let at, let value): .integer(location(at), value)
        case .float(let at, let value): .float(location(at), value)
        case .binary(let at, let bytes): binary(at, bytes.withBytes { Array($0) })
        case .charlist(let at, let points): points.isEmpty ? .nil(location(at)) : .string(location(at), points)
        default: .nil(.none)
        }
    }

    func binary(_ at: Place, _ bytes: [UInt8]) -> Expression {
        let location = location(at)
        guard !bytes.isEmpty else { return .binary(location, []) }
        return .binary(location, [Abstract.BinaryElement(location, .string(location, bytes.map(UInt32.init)))])
    }

    private mutating func list(_ at: Place, _ elements: [Quoted]) throws(SyntaxError) -> Expression {
        if case .call(_, "|", let pair)? = elements.last, pair.count == 2 {
            let heads = try expressions(elements.dropLast() + [pair[0]])
            return list(at, heads, tail: try expression(pair[1]))
        }
        return list(at, try expressions(elements))
    }

    private mutating func variable(_ at: Place, _ name: String) throws(SyntaxError) -> Expression {
        if let variable = patternNames[name] ?? names[name] { return .variable(location(at), variable) }
        switch name {
        case "__MODULE__": return atom(at, definition?.name ?? .nil)
        case "__STACKTRACE__":
            guard let stacktrace else {
                throw fail(at, "__STACKTRACE__ is available only inside catch and rescue clauses of try expressions")
            }
            return .variable(location(at), stacktrace)
        case "__DIR__": return remote(at, "Elixir.File", "cwd!", [])
        case "_":
            throw fail(
                at,
                "invalid use of _. \"_\" represents a value to be ignored in a pattern and cannot be used in expressions"
            )
        case "__ENV__", "__CALLER__": throw fail(at, "not supported: \(name)", length: name.count)
        default: return try call(at, name, [])
        }
    }

    func alias(_ at: Place, _ head: Quoted?, _ parts: [String]) throws(SyntaxError) -> Expression {
        atom(at, try module(at, head, parts))
    }

    func module(_ at: Place, _ head: Quoted?, _ parts: [String]) throws(SyntaxError) -> Atom {
        switch head {
        case nil: return environment.module(parts)
        case .name(_, "__MODULE__")?:
            return Atom(([definition?.name.name ?? "nil"] + parts).joined(separator: "."))
        case .atom(_, let name)?: return Atom(([name.name] + parts).joined(separator: "."))
        default: throw fail(at, "invalid alias: its head must be a module")
        }
    }

    /// The module that a quoted expression names, nothing if that is not known before it is evaluated.
    func knownModule(_ quoted: Quoted) throws(SyntaxError) -> Atom? {
        switch quoted {
        case .alias(let at, let head, let parts): return try module(at, head, parts)
        case .atom(_, let name): return name
        case .name(_, "__MODULE__"): return definition?.name ?? .nil
        default: return nil
        }
    }
}

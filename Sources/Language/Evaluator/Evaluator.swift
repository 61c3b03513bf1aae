internal import BigInt
internal import Processes
public import Terms

/// Where calls go: the function table of the node, and the helpers of the shell.
public protocol FunctionResolver: Sendable {
    func call(module: Atom, function: Atom, arguments: [Term]) async throws -> Term
    /// A call without a module: `node()`, a helper of the shell.
    func callLocal(function: Atom, arguments: [Term], syntax: Syntax) async throws -> Term
}

/// Runs expressions of the abstract format, one line at a time.
///
/// It walks the expression; "One core language" replaces it by compiled code. A call that waits is cancelled with its task.
public struct Evaluator: Sendable {
    private let resolver: any FunctionResolver

    public init(resolver: any FunctionResolver) { self.resolver = resolver }

    /// Parses and runs `text`; what it binds stays in `bindings`.
    ///
    /// - Throws: ``SyntaxError``, `ErlangException`, `CancellationError`.
    public func evaluate(_ text: String, syntax: Syntax, bindings: inout Bindings) async throws -> Term {
        let expression = syntax == .erlang ? try ErlangParser.parse(text) : try ElixirParser.parse(text)
        // Names bound by a line that fails are not kept, as in both shells.
        var draft = bindings
        let value = try await run(expression, syntax, &draft)
        draft.last = value
        bindings = draft
        return value
    }

    private func run(_ expression: Expression, _ syntax: Syntax, _ bindings: inout Bindings) async throws -> Term {
        if let constant = expression.constant { return constant }
        try Task.checkCancellation()
        switch expression {
        case .literal(let term): return term
        case .variable(let name, let at):
            if let value = bindings[name] { return value }
            if syntax == .elixir, name != "_" {
                do {
                    return try await resolver.callLocal(function: Atom(name), arguments: [], syntax: syntax)
                } catch let exception as ErlangException where exception.reason == .atom(.undef) {
                    throw SyntaxError("undefined variable \(name)", at: at, length: name.count)
                }
            }
            throw SyntaxError("variable \(name) is unbound", at: at, length: name.count)
        case .pinned(let name, let at):
            guard let value = bindings[name] else {
                throw SyntaxError("undefined variable ^\(name)", at: at, length: name.count + 1)
            }
            return value
        case .match(let pattern, let right, _):
            let value = try await run(right, syntax, &bindings)
            guard try match(pattern, value, syntax, &bindings) else {
                throw ErlangException(.error, .tuple([.atom("badmatch"), value]))
            }
            return value
        case .tuple(let elements): return .tuple(Tuple(try await run(all: elements, syntax, &bindings)))
        case .cons:
            var heads: [Term] = []
            var rest = expression
            while case .cons(let head, let tail) = rest {
                heads.append(try await run(head, syntax, &bindings))
                rest = tail
            }
            return .makeList(heads, tail: try await run(rest, syntax, &bindings))
        case .map(let pairs): return .map(try await update(Map(), pairs, syntax, &bindings))
        case .mapUpdate(let base, let pairs, _):
            let value = try await run(base, syntax, &bindings)
            guard let map = value.asMap else { throw ErlangException(.error, .tuple([.atom("badmap"), value])) }
            return .map(try await update(map, pairs, syntax, &bindings))
        case .binary(let parts):
            var bytes: [UInt8] = []
            for part in parts {
                let value = try await run(part, syntax, &bindings)
                guard let binary = value.asBinary else { throw ErlangException(.error, .atom(.badarg)) }
                bytes += binary.bytes
            }
            return .binary(Binary(bytes))
        case .remoteCall(let module, let function, let arguments, _):
            let target = try await run(module, syntax, &bindings)
            let name = try await run(function, syntax, &bindings)
            guard let target = target.asAtom, let name = name.asAtom else {
                throw ErlangException(.error, .atom(.badarg))
            }
            let values = try await run(all: arguments, syntax, &bindings)
            return try await resolver.call(module: target, function: name, arguments: values)
        case .localCall(let function, let arguments, _):
            let values = try await run(all: arguments, syntax, &bindings)
            return try await resolver.callLocal(function: function, arguments: values, syntax: syntax)
        case .binaryOperator(let name, let left, let right, _):
            return try await operate(name, left, right, syntax, &bindings)
        case .unaryOperator(let name, let operand, _):
            return try Operators.apply(name, try await run(operand, syntax, &bindings))
        case .externalFun(let module, let function, let arity):
            let target = try await run(module, syntax, &bindings)
            let name = try await run(function, syntax, &bindings)
            guard let target = target.asAtom, let name = name.asAtom else {
                throw ErlangException(.error, .atom(.badarg))
            }
            return .fun(.export(ExportFun(module: target, function: name, arity: arity)))
        case .block(let expressions):
            var value = Term.nil
            for expression in expressions { value = try await run(expression, syntax, &bindings) }
            return value
        case .access(let base, let key, _):
            let value = try await run(base, syntax, &bindings)
            switch value {
            case .atom(let module): return try await resolver.call(module: module, function: key, arguments: [])
            case .map(let map):
                guard let found = map[.atom(key)] else {
                    throw ErlangException(.error, .tuple([.atom("badkey"), .atom(key), value]))
                }
                return found
            default: throw ErlangException(.error, .tuple([.atom("badmap"), value]))
            }
        }
    }

    private func run(all expressions: [Expression], _ syntax: Syntax, _ bindings: inout Bindings) async throws -> [Term]
    {
        var values: [Term] = []
        values.reserveCapacity(expressions.count)
        for expression in expressions { values.append(try await run(expression, syntax, &bindings)) }
        return values
    }

    private func update(
        _ map: Map, _ pairs: [Expression.MapPair], _ syntax: Syntax, _ bindings: inout Bindings
    ) async throws -> Map {
        var map = map
        for pair in pairs {
            let key = try await run(pair.key, syntax, &bindings)
            if pair.mustExist, map[key] == nil { throw ErlangException(.error, .tuple([.atom("badkey"), key])) }
            map = map.updating(key, to: try await run(pair.value, syntax, &bindings))
        }
        return map
    }

    private func operate(
        _ name: Atom, _ left: Expression, _ right: Expression, _ syntax: Syntax, _ bindings: inout Bindings
    ) async throws -> Term {
        let first = try await run(left, syntax, &bindings)
        switch name.name {
        case "andalso", "orelse":
            guard first == .atom(.true) || first == .atom(.false) else {
                throw ErlangException(.error, .tuple([.atom("badarg"), first]))
            }
            return first.isTrue == (name == "andalso") ? try await run(right, syntax, &bindings) : first
        case "&&": return first.isTruthy ? try await run(right, syntax, &bindings) : first
        case "||": return first.isTruthy ? first : try await run(right, syntax, &bindings)
        default: return try Operators.apply(name, first, try await run(right, syntax, &bindings))
        }
    }

    /// Matches a pattern, and binds its variables.
    private func match(
        _ pattern: Expression, _ value: Term, _ syntax: Syntax, _ bindings: inout Bindings
    ) throws -> Bool {
        if let constant = pattern.constant {
            // The empty map matches every map.
            if case .map(let map) = constant, map.isEmpty { return value.asMap != nil }
            if case .map = constant {} else { return constant == value }
        }
        switch pattern {
        case .variable("_", _): return true
        case .variable(let name, _):
            // Erlang's variables keep their value; Elixir's are bound anew.
            if syntax == .erlang, let bound = bindings[name] { return bound == value }
            bindings[name] = value
            return true
        case .pinned(let name, let at):
            guard let bound = bindings[name] else {
                throw SyntaxError("undefined variable ^\(name)", at: at, length: name.count + 1)
            }
            return bound == value
        case .match(let one, let two, _):
            return try match(one, value, syntax, &bindings) && match(two, value, syntax, &bindings)
        case .tuple(let patterns):
            guard let tuple = value.asTuple, tuple.count == patterns.count else { return false }
            for (pattern, element) in zip(patterns, tuple) {
                guard try match(pattern, element, syntax, &bindings) else { return false }
            }
            return true
        case .cons(let head, let tail):
            guard case .list(let list) = value else { return false }
            return try match(head, list.head, syntax, &bindings) && match(tail, list.tail, syntax, &bindings)
        case .map(let pairs):
            guard let map = value.asMap else { return false }
            for pair in pairs {
                guard let key = pair.key.constant, let found = map[key] else { return false }
                guard try match(pair.value, found, syntax, &bindings) else { return false }
            }
            return true
        default:
            throw SyntaxError("this is no pattern: patterns hold variables, literals and data", at: 0)
        }
    }
}

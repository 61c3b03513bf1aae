internal import Support
public import Processes
public import Terms

/// Code that is evaluated: modules that were loaded, the library of the language, and funs.
public protocol EvaluatedCode: AnyObject, Sendable {
    func find(_ module: Atom, _ name: Atom, _ arity: Int) -> FunctionEntry?
    /// The modules that have functions.
    var modules: [Atom] { get }
    func functions(of module: Atom) -> [FunctionEntry]
    /// Calls a function as evaluated code would: modules that were loaded come before the functions of the node.
    func call(_ module: Atom, _ function: Atom, _ arguments: [Term], by process: Process) async throws -> Term
    /// Calls a fun on behalf of a process.
    func apply(_ fun: Term, _ arguments: [Term], by process: Process) async throws -> Term
    /// The value of a function of `erlang` that guards may call; nothing if it fails.
    func guardValue(_ name: Atom, _ arguments: [Term], by process: Process) -> Term?
}

/// All functions of a node: the one place where commands, both syntaxes, remote calls, completion and help look.
public final class FunctionTable: Sendable {
    private struct Key: Hashable {
        var module: Atom
        var name: Atom
        var arity: Int
    }

    private struct State {
        var entries: [Key: FunctionEntry] = [:]
        var modules: [Atom: [FunctionEntry]] = [:]
    }

    private let state = Locked(State())
    private let evaluated = Locked<(any EvaluatedCode)?>(nil)

    public init() {}

    /// Where functions are looked for that were not added. Set once, at start.
    public var code: (any EvaluatedCode)? {
        get { evaluated.withLock { $0 } }
        set { evaluated.withLock { $0 = newValue } }
    }

    /// Adds functions; one that is there already is replaced.
    public func add(_ entries: [FunctionEntry]) {
        state.withLock { state in
            for entry in entries {
                let key = Key(module: entry.module, name: entry.name, arity: entry.arity)
                if state.entries.updateValue(entry, forKey: key) != nil {
                    state.modules[entry.module]?.removeAll { $0.name == entry.name && $0.arity == entry.arity }
                }
                state.modules[entry.module, default: []].append(entry)
            }
        }
    }

    public func find(_ module: Atom, _ name: Atom, _ arity: Int) -> FunctionEntry? {
        own(module, name, arity) ?? code?.find(module, name, arity)
    }

    /// A function that was added.
    public func own(_ module: Atom, _ name: Atom, _ arity: Int) -> FunctionEntry? {
        state.withLock { $0.entries[Key(module: module, name: name, arity: arity)] }
    }

    /// Whether functions of a module were added.
    public func hasOwn(_ module: Atom) -> Bool { state.withLock { $0.modules[module] != nil } }

    /// The modules that have functions, by name.
    public var modules: [Atom] {
        Set(state.withLock { Array($0.modules.keys) } + (code?.modules ?? [])).sorted { $0.name < $1.name }
    }

    /// The functions of a module, by name and arity.
    public func functions(of module: Atom) -> [FunctionEntry] {
        let own = state.withLock { $0.modules[module] ?? [] }
        let others = (code?.functions(of: module) ?? []).filter { other in
            !own.contains { $0.name == other.name && $0.arity == other.arity }
        }
        return (own + others).sorted { ($0.name.name, $0.arity) < ($1.name.name, $1.arity) }
    }

    /// Calls a function on behalf of `process`.
    ///
    /// - Throws: ``ErlangException``; `undef` as OTP words it when there is no such function.
    public func call(
        _ module: Atom, _ function: Atom, _ arguments: [Term], on node: Node, by process: Process
    ) async throws -> Term {
        guard let entry = find(module, function, arguments.count) else {
            throw ErlangException.undef(module, function, arguments)
        }
        return try await entry.body(
            FunctionCall(node: node, process: process, module: module, function: function, arguments: arguments))
    }

    /// Calls a function of evaluated code first, of this table else: a callback.
    func callCode(
        _ module: Atom, _ function: Atom, _ arguments: [Term], on node: Node, by process: Process
    ) async throws -> Term {
        if let code { return try await code.call(module, function, arguments, by: process) }
        return try await call(module, function, arguments, on: node, by: process)
    }

    /// Calls a fun on behalf of `process`.
    ///
    /// - Throws: ``ErlangException``; `badfun` for what is no fun, or one whose code is not here.
    public func apply(_ fun: Term, _ arguments: [Term], on node: Node, by process: Process) async throws -> Term {
        switch fun {
        case .fun(.export(let function)) where function.arity == arguments.count:
            return try await call(function.module, function.function, arguments, on: node, by: process)
        case .fun(.export):
            throw ErlangException(.error, .tuple([.atom("badarity"), .tuple([fun, .makeList(arguments)])]))
        default:
            guard let code else { throw ErlangException(.error, .tuple([.atom("badfun"), fun])) }
            return try await code.apply(fun, arguments, by: process)
        }
    }
}

internal import Support
public import Processes
public import Terms

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

    public init() {}

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
        state.withLock { $0.entries[Key(module: module, name: name, arity: arity)] }
    }

    /// The modules that have functions, by name.
    public var modules: [Atom] {
        state.withLock { Array($0.modules.keys) }.sorted { $0.name < $1.name }
    }

    /// The functions of a module, by name and arity.
    public func functions(of module: Atom) -> [FunctionEntry] {
        state.withLock { $0.modules[module] ?? [] }
            .sorted { ($0.name.name, $0.arity) < ($1.name.name, $1.arity) }
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
}

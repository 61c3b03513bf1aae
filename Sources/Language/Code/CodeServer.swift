// What this room does: which function a name stands for. Modules that were loaded come first, then natives and bundled
// modules of the library, then the functions of the node. What it does not: compile (`Compiler`) or run (`Execution`).

internal import Processes
internal import Support
public import Terms

/// All code of a node: modules, and the entry for every `M:F/A` that is called.
public final class CodeServer: Sendable {
    private struct Key: Hashable {
        var module: Atom
        var name: Atom
        var arity: Int
    }

    private struct State {
        var entries: [Key: ExportEntry] = [:]
        var modules: [Atom: LoadedModule] = [:]
        /// Modules of lines that were compiled, until the line gets to them.
        var prepared: [Int: CompiledUnit] = [:]
        var lastPrepared = 0
    }

    private let state = Locked(State())
    private let hosts = Locked<(any MachineHost)?>(nil)

    public init() {}

    /// The node whose functions are called. Set once, before anything runs.
    public var host: (any MachineHost)? {
        get { hosts.withLock { $0 } }
        set { hosts.withLock { $0 = newValue } }
    }

    // MARK: Entries

    /// The entry of a function, which need not exist.
    func entry(_ module: Atom, _ name: Atom, _ arity: Int) -> ExportEntry {
        let key = Key(module: module, name: name, arity: arity)
        return state.withLock { state in
            if let entry = state.entries[key] { return entry }
            let entry = ExportEntry(module: module, name: name, arity: arity)
            state.entries[key] = entry
            return entry
        }
    }

    /// What an entry stands for; found out at its first call.
    func resolve(_ entry: ExportEntry) -> Unmanaged<ExportEntry.Target>? {
        if let target = entry.current { return target }
        guard let kind = find(entry.module, entry.name, entry.arity) else { return nil }
        entry.set(ExportEntry.Target(kind))
        return entry.current
    }

    private func find(_ module: Atom, _ name: Atom, _ arity: Int) -> ExportEntry.Target.Kind? {
        let function = NameAndArity(name: name, arity: arity)
        if let unit = state.withLock({ $0.modules[module]?.current }) {
            return Self.exported(function, of: unit)
        }
        if let function = MachineFunctions.find(module, name, arity) { return .machine(function) }
        if name == "module_info", arity < 2, hasModule(module) { return .machine(.moduleInfo) }
        if let native = Library.native(module, name, arity) { return .native(native.body) }
        if let unit = bundled(module), let found = Self.exported(function, of: unit) { return found }
        if let function = host?.function(module, name, arity) { return .host(function) }
        return nil
    }

    /// Whether there is a module, of whichever kind.
    func hasModule(_ module: Atom) -> Bool {
        state.withLock { $0.modules[module]?.current != nil } || isLibrary(module) || host?.hasModule(module) == true
    }

    private static func exported(_ function: NameAndArity, of unit: CompiledUnit) -> ExportEntry.Target.Kind? {
        if function.name == "module_info", function.arity < 2 { return .machine(.moduleInfo) }
        guard unit.exported.contains(function), let code = unit.function(function) else { return nil }
        return .code(code)
    }

    // MARK: Modules

    /// Versions of a module: the one that calls go to, and the one before that some process may still run.
    struct LoadedModule {
        var current: CompiledUnit?
        var old: CompiledUnit?
        var source: String
    }

    /// Makes a module the current one of its name.
    func load(_ unit: CompiledUnit, source: String) {
        if let fields = Self.structFields(unit) { StructOrder.define(unit.module, fields) }
        state.withLock { state in
            let before = state.modules[unit.module]
            state.modules[unit.module] = LoadedModule(current: unit, old: before?.current, source: source)
            for (key, entry) in state.entries where key.module == unit.module { entry.set(nil) }
        }
    }

    /// The fields of the struct that a module of Elixir defines: the map that `__struct__/0` is has them in their order.
    private static func structFields(_ unit: CompiledUnit) -> [Atom]? {
        for case .function(_, "__struct__", 0, let clauses) in unit.forms {
            guard case .map(_, let fields)? = clauses.first?.body.last else { return nil }
            return fields.compactMap { field in
                if case .atom(_, let name) = field.key, name != "__struct__" { name } else { nil }
            }
        }
        return nil
    }

    /// Takes the current version away (`code:delete/1`); false if there is none.
    public func delete(_ module: Atom) -> Bool {
        state.withLock { state in
            guard let loaded = state.modules[module], loaded.current != nil else { return false }
            state.modules[module] = LoadedModule(current: nil, old: loaded.current, source: loaded.source)
            for (key, entry) in state.entries where key.module == module { entry.set(nil) }
            return true
        }
    }

    /// Forgets the old version (`code:purge/1`); false if there is none.
    public func purge(_ module: Atom) -> Bool {
        state.withLock { state in
            guard let loaded = state.modules[module], loaded.old != nil else { return false }
            if loaded.current == nil {
                state.modules[module] = nil
            } else {
                state.modules[module]?.old = nil
            }
            return true
        }
    }

    func module(_ name: Atom) -> LoadedModule? { state.withLock { $0.modules[name] } }

    /// The modules that were loaded, and where from.
    public var loaded: [(module: Atom, source: String)] {
        state.withLock { state in
            state.modules.compactMap { $0.value.current == nil ? nil : ($0.key, $0.value.source) }
        }
    }

    /// Keeps a module until its `defmodule` is run; returns its number.
    func keep(_ unit: CompiledUnit) -> Int {
        state.withLock { state in
            state.lastPrepared += 1
            state.prepared[state.lastPrepared] = unit
            return state.lastPrepared
        }
    }

    /// The module that was kept under a number.
    func prepared(_ number: Int) -> CompiledUnit? { state.withLock { $0.prepared[number] } }

    private let trampolines = Locked<[ObjectIdentifier: FunctionCode]>([:])

    /// Code that calls a function: what starts an execution.
    func trampoline(to entry: ExportEntry) throws(CompileError) -> FunctionCode {
        if let known = trampolines.withLock({ $0[ObjectIdentifier(entry)] }) { return known }
        let code = try Compiler(server: self).trampoline(entry, arity: entry.arity)
        // Entries live as long as the program.
        trampolines.withLock { $0[ObjectIdentifier(entry)] = code }
        return code
    }

    // MARK: Library

    private let bundledUnits = Locked<[Atom: CompiledUnit?]>([:])

    /// A module of the library that is written in Erlang, compiled when it is needed first.
    func bundled(_ module: Atom) -> CompiledUnit? {
        if let known = bundledUnits.withLock({ $0[module] }) { return known }
        guard Library.isBundled(module) else { return nil }
        let unit = Library.compile(module, in: self)
        return bundledUnits.withLock { units in
            if let known = units[module] { return known }
            units[module] = .some(unit)
            return unit
        }
    }
}

extension CodeServer {
    /// The code of a module, of the library too.
    func unit(_ module: Atom) -> CompiledUnit? { self.module(module)?.current ?? bundled(module) }
}

public import Terms

/// What a line of Elixir knows besides its variables: aliases, imports, and what the modules before it defined.
///
/// A value: it goes into ``ElixirLowering/line(_:environment:bound:resolver:)`` and comes out changed, if the line was good.
public struct ElixirEnvironment: Sendable {
    /// `import Module, only: …` or `except: …`.
    struct Import: Sendable {
        let module: Atom
        var only: Set<FunctionName>?
        var except: Set<FunctionName> = []
    }

    struct FunctionName: Sendable, Hashable {
        let name: String
        let arity: Int
    }

    /// What `defstruct` said.
    struct Structure: Sendable {
        /// The fields and their defaults, `__exception__` included and `__struct__` not.
        var fields: [(name: Atom, initial: Quoted)]
        var enforced: [Atom] = []

        func has(_ name: Atom) -> Bool { fields.contains { $0.name == name } }
    }

    /// What `defguard` said: parameters, and what they are put in.
    struct Guard: Sendable {
        let parameters: [String]
        let body: Quoted
        var isPrivate = false
    }

    /// The first part of an alias, and what it stands for.
    var aliases: [String: Atom] = [:]
    var imports: [Import] = []
    var required: Set<Atom> = []
    var structures: [Atom: Structure] = [:]
    var guards: [Atom: [FunctionName: Guard]] = [:]

    public init() {}

    /// The module a written alias stands for.
    public func module(_ parts: [String]) -> Atom {
        guard let first = parts.first else { return Atom("Elixir") }
        let rest = parts.dropFirst()
        if first == "Elixir" { return Atom((["Elixir"] + rest).joined(separator: ".")) }
        if let known = aliases[first] { return Atom(([known.name] + rest).joined(separator: ".")) }
        return Atom("Elixir." + parts.joined(separator: "."))
    }
}

/// What the caller knows of functions.
public struct ElixirResolver: Sendable {
    /// The module of a function that is called by its name alone at the prompt (`h`, `c`, `flush`): no variable, no
    /// import and no function of Kernel has this name.
    public var module: @Sendable (_ name: Atom, _ arity: Int) -> Atom?
    /// Whether a module exports a function; asked for the modules that were imported whole.
    public var exports: @Sendable (_ module: Atom, _ name: Atom, _ arity: Int) -> Bool

    public init(
        module: @escaping @Sendable (Atom, Int) -> Atom? = { _, _ in nil },
        exports: @escaping @Sendable (Atom, Atom, Int) -> Bool = { _, _, _ in false }
    ) {
        self.module = module
        self.exports = exports
    }
}

/// Elixir source in abstract format.
public struct ElixirUnit: Sendable {
    /// A module that the source defines.
    public struct Module: Sendable {
        public let name: Atom
        public let forms: [Abstract.Form]
    }

    /// The expressions, in order. A `defmodule` is a call `beamsh_elixir:define(Index, Last)` among them, where `Index`
    /// counts ``modules`` from 0 and `Last` is the value of the last expression in its body. It loads the module and
    /// returns `{module, Name, Binary, Last}`.
    public let expressions: [Abstract.Expression]
    /// The Elixir names that are bound when the expressions have been evaluated, and the variable of each.
    public let bound: [String: Atom]
    public let modules: [Module]
}

public import Terms

/// What a session has bound: the variables of both languages, and what else its lines leave behind for the next.
public struct Bindings: Sendable {
    /// Erlang's variables.
    public internal(set) var variables: [Atom: Term] = [:]
    /// Elixir's variables, by the names that its lowering gives them.
    var elixirValues: [Atom: Term] = [:]
    /// Which of them an Elixir name stands for now.
    var elixirNames: [String: Atom] = [:]
    /// Aliases and imports.
    var environment = ElixirEnvironment()
    /// Records, as `rd` and `rr` defined them.
    var records = RecordExpansion()

    public init() {}

    /// A variable of either language.
    public subscript(name: String) -> Term? {
        variables[Atom(name)] ?? elixirNames[name].flatMap { elixirValues[$0] }
    }

    /// The names that are bound, sorted.
    public var names: [String] { (variables.keys.map(\.name) + elixirNames.keys).sorted() }

    /// Elixir's variables, by name.
    public var elixir: [String: Term] { elixirNames.compactMapValues { elixirValues[$0] } }

    /// Forgets one variable, or all.
    public mutating func forget(_ name: String? = nil) {
        guard let name else {
            variables = [:]
            elixirNames = [:]
            elixirValues = [:]
            return
        }
        variables[Atom(name)] = nil
        if let variable = elixirNames.removeValue(forKey: name) { elixirValues[variable] = nil }
    }
}

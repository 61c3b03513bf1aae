public import Terms

/// The variables of a session. Both syntaxes see them: Erlang's `X` and Elixir's `x` are two variables.
public struct Bindings: Sendable {
    /// The name under which the value of the last line is kept, for a line that begins with a pipe.
    static let lastValue = "%last"

    private var values: [String: Term] = [:]

    public init() {}

    public subscript(name: String) -> Term? {
        get { values[name] }
        set { values[name] = newValue }
    }

    /// The value of the last line.
    public var last: Term? {
        get { values[Self.lastValue] }
        set { values[Self.lastValue] = newValue }
    }

    /// The names that were bound by hand, sorted.
    public var names: [String] { values.keys.filter { $0 != Self.lastValue }.sorted() }

    /// Forgets one variable, or all.
    public mutating func forget(_ name: String? = nil) {
        if let name { values[name] = nil } else { values = values.filter { $0.key == Self.lastValue } }
    }
}

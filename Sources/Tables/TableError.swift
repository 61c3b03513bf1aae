public import Terms

/// Why a table operation failed: the reason term of OTP's exception, and one line for people.
///
/// Source: `ets`, `erl_stdlib_errors`.
public struct TableError: Error, Sendable, Hashable {
    /// The reason of the exception of class `error`; always `badarg` so far.
    public let reason: Atom
    /// One line that says what was wrong.
    public let detail: String

    public init(reason: Atom, detail: String) {
        self.reason = reason
        self.detail = detail
    }

    static func badarg(_ detail: String) -> TableError { TableError(reason: .badarg, detail: detail) }

    static var noTable: TableError { .badarg("the table identifier does not refer to an existing ETS table") }
    static var noAccess: TableError {
        .badarg("the table identifier refers to an ETS table with insufficient access rights")
    }
    static var noKey: TableError { .badarg("not a key that exists in the table") }
    static var notUnique: TableError { .badarg("the table type must be set or ordered_set") }
}

extension TableError: CustomStringConvertible {
    public var description: String { "\(reason.name): \(detail)" }
}

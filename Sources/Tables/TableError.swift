public import Terms

/// Why a table operation failed: the reason term of OTP's exception, and one line for people.
///
/// Source: `ets`, `erl_stdlib_errors`.
public struct TableError: Error, Sendable, Hashable {
    /// The reason of the exception of class `error`; always `badarg` so far.
    public let reason: Atom
    /// One line that says what was wrong.
    public let detail: String

    /// What `error_info` of OTP names as the cause: what cannot be seen from the arguments.
    public let cause: Atom?

    public init(reason: Atom, detail: String, cause: Atom? = nil) {
        self.reason = reason
        self.detail = detail
        self.cause = cause
    }

    static func badarg(_ detail: String, _ cause: Atom? = nil) -> TableError {
        TableError(reason: .badarg, detail: detail, cause: cause)
    }

    static var noTable: TableError {
        .badarg("the table identifier does not refer to an existing ETS table", "id")
    }
    static var noAccess: TableError {
        .badarg("the table identifier refers to an ETS table with insufficient access rights", "access")
    }
    static var noKey: TableError { .badarg("not a key that exists in the table", "badkey") }
    static var notUnique: TableError { .badarg("the table type must be set or ordered_set", "not_supported") }
    static var nameTaken: TableError { .badarg("table name already exists", "already_exists") }
}

extension TableError: CustomStringConvertible {
    public var description: String { "\(reason.name): \(detail)" }
}

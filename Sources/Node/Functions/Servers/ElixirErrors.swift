internal import Processes
internal import Terms

extension ErlangException {
    /// `raise ArgumentError, message`.
    static func elixirArgument(_ message: String) -> ErlangException { elixir("ArgumentError", message) }

    /// `raise Name, message`, of an exception that has a message and no more.
    static func elixir(_ name: String, _ message: String) -> ErlangException {
        ErlangException(
            .error,
            .map([
                .atom("__struct__"): .atom(Atom("Elixir.\(name)")), .atom("__exception__"): .boolean(true),
                .atom("message"): .string(message),
            ]))
    }
}

internal import Glibc

/// Whether the terminal wants colours.
public enum TerminalColour {
    /// False with a non-empty `NO_COLOR` (no-color.org), `TERM=dumb` or an empty `TERM`, or when `descriptor` is no terminal.
    public static func isWanted(descriptor: Int32 = 1) -> Bool {
        isatty(descriptor) == 1 && isWanted(environment: { name in getenv(name).map { String(cString: $0) } })
    }

    /// The same rule over any environment; `environment` gives a variable's value.
    public static func isWanted(environment: (String) -> String?) -> Bool {
        if let value = environment("NO_COLOR"), !value.isEmpty { return false }
        let terminal = environment("TERM") ?? ""
        return !terminal.isEmpty && terminal != "dumb"
    }
}

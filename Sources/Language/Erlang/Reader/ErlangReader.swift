// Erlang text to the abstract format: what `erl_scan` and `erl_parse` of OTP 25 to 27 make of it, tuple for tuple. What it
// does not: expand macros (`ErlangModuleReader`) or records (`RecordExpansion`), or look at what names mean
// (`ErlangLint`). Errors have OTP's words, and know whether more text could mend them.
//
// Source: Erlang Reference Manual; erts, "The Abstract Format"; measured against OTP 25.

internal import Terms

/// Reads Erlang text.
public enum ErlangReader {
    /// How to read.
    public struct Options: Sendable {
        /// Locations have columns; `erl_parse` at a prompt has lines only.
        public var withColumns = false
        /// The line of the text's first line.
        public var firstLine = 1
        /// `maybe` and `else` are reserved words, as from OTP 27 on.
        public var withMaybe = true

        public init(withColumns: Bool = false, firstLine: Int = 1, withMaybe: Bool = true) {
            self.withColumns = withColumns
            self.firstLine = firstLine
            self.withMaybe = withMaybe
        }
    }

    /// The expressions of a text, each sequence of which ends with a full stop: `A = 1, foo(A).`
    public static func expressions(
        _ text: String, options: Options = Options()
    ) throws(SyntaxError) -> [Abstract.Expression] {
        try sequences(text, options: options).flatMap { $0 }
    }

    /// The sequences of expressions of a text, one for each full stop; `erl`'s prompt runs them one by one.
    public static func sequences(
        _ text: String, options: Options = Options()
    ) throws(SyntaxError) -> [[Abstract.Expression]] {
        var parser = try ErlangFormParser(text, options)
        var sequences: [[Abstract.Expression]] = []
        while !parser.isAtEnd { sequences.append(try parser.sequenceWithFullStop()) }
        return sequences
    }

    /// The forms of a text as `erl_parse:parse_form/1` has them, without macros.
    public static func forms(
        _ text: String, options: Options = Options()
    ) throws(SyntaxError) -> [Abstract.Form] {
        var parser = try ErlangFormParser(text, options)
        var forms: [Abstract.Form] = []
        while !parser.isAtEnd { forms.append(try parser.form()) }
        return forms
    }

    /// One expression without a full stop, as an argument of a command.
    public static func expression(
        _ text: String, options: Options = Options()
    ) throws(SyntaxError) -> Abstract.Expression {
        var parser = try ErlangFormParser(text, options)
        let expression = try parser.expression()
        guard parser.isAtEnd else { throw parser.unexpected() }
        return expression
    }

    /// Whether something is open in a text, a bracket, a quote, an operator; a full stop that is missing is not meant.
    public static func isUnfinished(_ text: String) -> Bool {
        do {
            var parser = try ErlangFormParser(text, Options())
            while !parser.isAtEnd {
                _ = try parser.sequence()
                guard parser.take(.dot) else { return false }
            }
            return false
        } catch { return error.isIncomplete }
    }
}
extension ErlangReader { static func forms(_ text: String) throws -> [Abstract.Form] { [] } }

// A file of Erlang to forms: macros, conditions and included files, as `epp:parse_file/2` does it. What it does not: read
// files (a closure does), find libraries (`-include_lib` asks the same closure), or check what the forms mean
// (`ErlangLint`).
//
// Source: Erlang Reference Manual, "Preprocessor"; measured against OTP 25.

public import Terms

/// Reads the forms of a module.
public struct ErlangModuleReader {
    /// A file that was included.
    public struct Included: Sendable {
        /// The name that `?FILE` and the `file` attribute have.
        public var name: String
        public var text: String

        public init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }

    /// How to read.
    public struct Options {
        public var reading = ErlangReader.Options()
        /// Macros that are defined before the first line; they expand to these terms.
        public var macros: [String: Term] = [:]
        /// What `?OTP_RELEASE` is.
        public var release = 27
        /// Finds a file: its name as written, the name of the file that includes it, and whether it is `-include_lib`.
        public var include: (_ name: String, _ from: String, _ isLibrary: Bool) -> Included? = { _, _, _ in nil }

        public init() {}
    }

    /// The forms of a module, `file` attributes and end of file included.
    ///
    /// - Throws: the first error. In a file that was included its message begins with the file and the line, and it
    ///   stands where the file is included.
    public static func forms(
        _ text: String, file: String, options: Options = Options()
    ) throws(SyntaxError) -> [Abstract.Form] {
        var preprocessor = ErlangPreprocessor(options)
        try preprocessor.defineGiven()
        try preprocessor.read(text, name: file, depth: 0)
        return preprocessor.forms
    }
}

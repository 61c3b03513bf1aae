internal import Terms

/// Modules of Erlang text.
enum ErlangModules {
    /// - Parameters:
    ///   - isChecked: looks for mistakes first; the library has none.
    ///   - include: reads a file that is included.
    /// - Throws: `SyntaxError`, ``CompileError``.
    static func compile(
        _ text: String, file: String, server: CodeServer, isChecked: Bool = true,
        include: @escaping (_ name: String, _ from: String, _ isLibrary: Bool) -> ErlangModuleReader.Included? = {
            _, _, _ in nil
        }
    ) throws -> CompiledUnit {
        var options = ErlangModuleReader.Options()
        options.include = include
        options.reading.withColumns = isChecked
        let forms = try ErlangModuleReader.forms(text, file: file, options: options)
        if isChecked, let problem = ErlangLint.check(forms).first { throw problem.syntaxError(in: text) }
        return try Compiler(server: server).module(try expanded(forms, text), file: file)
    }

    private static func expanded(_ forms: [Abstract.Form], _ text: String) throws -> [Abstract.Form] {
        var records = RecordExpansion()
        do { return try records.expand(forms: forms) } catch { throw error.syntaxError(in: text) }
    }
}

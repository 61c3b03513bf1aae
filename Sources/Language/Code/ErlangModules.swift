internal import Terms

/// Modules of Erlang text.
enum ErlangModules {
    /// - Throws: `SyntaxError`, ``CompileError``.
    static func compile(
        _ text: String, file: String, server: CodeServer,
        include: @escaping (_ name: String, _ from: String, _ isLibrary: Bool) -> ErlangModuleReader.Included? = {
            _, _, _ in nil
        }
    ) throws -> CompiledUnit {
        var options = ErlangModuleReader.Options()
        options.include = include
        let forms = try ErlangModuleReader.forms(text, file: file, options: options)
        return try Compiler(server: server).module(forms, file: file)
    }
}

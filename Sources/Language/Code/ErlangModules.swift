internal import Terms

/// Modules of Erlang text.
enum ErlangModules {
    /// - Throws: `SyntaxError`, ``CompileError``.
    static func compile(_ text: String, file: String, server: CodeServer) throws -> CompiledUnit {
        try Compiler(server: server).module(ErlangReader.forms(text), file: file)
    }
}

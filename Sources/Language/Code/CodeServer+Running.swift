public import Processes
public import Terms

extension CodeServer {
    /// Runs expressions on behalf of a process, waiting where they wait.
    ///
    /// - Returns: the value of the last one, and all variables.
    /// - Throws: ``CompileError``, `ErlangException`, `ProcessEnded`, `CancellationError`.
    public func run(
        _ expressions: [Abstract.Expression], bindings: [Atom: Term], by process: Process, file: String,
        resolveLocal: @escaping (Atom, Int) -> Atom? = { _, _ in nil }
    ) async throws -> (value: Term, bindings: [Atom: Term]) {
        let names = Array(bindings.keys)
        var compiler = Compiler(server: self)
        compiler.resolveLocal = resolveLocal
        let (code, variables) = try compiler.expressions(expressions, bound: names, file: file)
        let execution = Execution(code, names.map { bindings[$0] ?? .nil }, process: process, server: self)
        let result = try await execution.drive()
        guard let tuple = result.asTuple, tuple.count == variables.count + 1 else { return (result, bindings) }
        return (tuple[0], Dictionary(uniqueKeysWithValues: zip(variables, tuple.dropFirst())))
    }

    /// Calls a fun on behalf of a process.
    public func apply(_ fun: Term, _ arguments: [Term], by process: Process) async throws -> Term {
        try await call(entry(.erlang, "apply", 2), [fun, .makeList(arguments)], by: process)
    }

    /// The value of a function of `erlang` that guards may call; nothing if it fails.
    public func guardValue(_ name: Atom, _ arguments: [Term], by process: Process) -> Term? {
        guard let native = Library.native(.erlang, name, arguments.count) else { return nil }
        return arguments.withUnsafeBufferPointer {
            try? native.body(NativeCall(arguments: $0, process: process))
        }
    }

    /// Calls a function on behalf of a process.
    public func call(
        _ module: Atom, _ function: Atom, _ arguments: [Term], by process: Process
    ) async throws -> Term {
        try await call(entry(module, function, arguments.count), arguments, by: process)
    }

    private func call(_ entry: ExportEntry, _ arguments: [Term], by process: Process) async throws -> Term {
        let code = try trampoline(to: entry)
        return try await Execution(code, arguments, process: process, server: self).drive()
    }
}

extension Compiler {
    /// Code that calls a function with its own arguments.
    func trampoline(_ entry: ExportEntry, arity: Int) throws(CompileError) -> FunctionCode {
        let unit = CompiledUnit(module: "erlang", file: "", isModule: false, functions: [])
        return FunctionCode(
            unit: unit, name: "apply", arity: arity,
            instructions: [Instruction(.tailCallExport, n: UInt16(clamping: arity), b: 0, c: 0)], lines: [0],
            literals: [], segments: [], layouts: [], exports: [entry], nested: [], frameSize: arity + 1, source: nil)
    }
}

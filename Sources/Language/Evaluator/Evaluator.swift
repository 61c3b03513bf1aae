// What this room does: run one entry of a session, in either language: read it, lower it, compile it, run it, and keep what
// it binds. What it does not: know what a session is; values go in and come out.

public import Processes
public import Terms

/// Runs the entries of a session.
public struct Evaluator: Sendable {
    /// The module of a function that is called by its name alone: a helper of the shell.
    public typealias Helpers = @Sendable (_ name: Atom, _ arity: Int, _ syntax: Syntax) -> Atom?

    private let server: CodeServer
    private let helpers: Helpers

    /// The text of a file, for `rr`; nothing if there is none.
    public typealias Files = @Sendable (_ path: String) -> String?
    private let readFile: Files

    public init(
        server: CodeServer, helpers: @escaping Helpers = { _, _, _ in nil }, readFile: @escaping Files = { _ in nil }
    ) {
        self.server = server
        self.helpers = helpers
        self.readFile = readFile
    }

    /// Runs `text` on behalf of a process; what it binds stays in `bindings`, unless it fails.
    ///
    /// - Throws: ``SyntaxError``, `ErlangException`, `ProcessEnded`, `CancellationError`.
    public func evaluate(
        _ text: String, syntax: Syntax, bindings: inout Bindings, by process: Process
    ) async throws -> Term {
        switch syntax {
        case .erlang: try await erlang(text, &bindings, process)
        case .elixir: try await elixir(text, file: "iex", &bindings, process)
        }
    }

    // MARK: Erlang

    private func erlang(_ text: String, _ bindings: inout Bindings, _ process: Process) async throws -> Term {
        let options = ErlangReader.Options(withColumns: true)
        var expressions = try ErlangReader.expressions(text, options: options)
        // `f(X), X = 1.`
        while let first = expressions.first, let value = try ErlangDirectives.run([first], &bindings, readFile) {
            expressions.removeFirst()
            if expressions.isEmpty { return value }
        }
        do {
            let expanded = try bindings.records.expand(expressions)
            if let problem = ErlangLint.check(
                expressions, bound: bindings.variables.keys, records: bindings.records
            ).first {
                throw problem
            }
            let helpers = helpers
            let (value, variables) = try await server.run(
                expanded, bindings: bindings.variables, by: process, file: "erl",
                resolveLocal: { helpers($0, $1, .erlang) })
            // Variables of expanded records begin with a small letter.
            bindings.variables = variables.filter { $0.key.name.first?.isLowercase != true }
            return value
        } catch let error as CompileError {
            throw error.located(in: text)
        } catch let problem as ErlangProblem {
            throw problem.syntaxError(in: text)
        }
    }

    // MARK: Elixir

    private func elixir(
        _ text: String, file: String, _ bindings: inout Bindings, _ process: Process
    ) async throws -> Term {
        // A line that starts with a pipe goes on from the last value.
        let prefix = text.trimmed.hasPrefix("|>") ? "v() " : ""
        do {
            return try await elixir(whole: prefix + text, file: file, &bindings, process)
        } catch let error as SyntaxError {
            throw prefix.isEmpty ? error : error.shifted(by: -prefix.unicodeScalars.count)
        }
    }

    private func elixir(
        whole text: String, file: String, _ bindings: inout Bindings, _ process: Process
    ) async throws -> Term {
        let helpers = helpers
        let server = server
        let resolver = ElixirResolver(
            module: { helpers($0, $1, .elixir) }, exports: { server.isExported($0, $1, $2) })
        var environment = bindings.environment
        let unit = try ElixirLowering.line(
            text, environment: &environment, bound: bindings.elixirNames, resolver: resolver)
        do {
            let expressions = try server.prepare(unit, file: file)
            let (value, variables) = try await server.run(
                expressions.isEmpty ? [.atom(.none, .nil)] : expressions, bindings: bindings.elixirValues,
                by: process, file: file)
            // Values that no name stands for any more are gone.
            let live = Set(unit.bound.values)
            bindings.elixirNames = unit.bound
            bindings.elixirValues = variables.filter { live.contains($0.key) }
            bindings.environment = environment
            return value
        } catch let error as CompileError {
            throw error.located(in: text)
        }
    }

    /// Runs a file of Elixir: its modules and expressions.
    ///
    /// - Returns: the value of the last expression, and the modules it defined.
    public func elixirFile(
        _ text: String, file: String, by process: Process
    ) async throws -> (value: Term, modules: [Atom]) {
        let server = server
        let helpers = helpers
        let unit = try ElixirLowering.file(
            text,
            resolver: ElixirResolver(
                module: { helpers($0, $1, .elixir) }, exports: { server.isExported($0, $1, $2) }))
        do {
            let expressions = try server.prepare(unit, file: file)
            let value = try await server.run(
                expressions.isEmpty ? [.atom(.none, .nil)] : expressions, bindings: [:], by: process, file: file)
            return (value.value, unit.modules.map(\.name))
        } catch let error as CompileError {
            throw error.located(in: text)
        }
    }
}

extension CompileError {
    /// As an error of the text.
    func located(in text: String) -> SyntaxError {
        guard location.line > 0 else { return SyntaxError(message, at: 0) }
        var line = 1
        var offset = 0
        for scalar in text.unicodeScalars {
            if line == location.line { break }
            if scalar == "\n" { line += 1 }
            offset += 1
        }
        return SyntaxError(message, at: offset + max(0, location.column - 1))
    }
}

extension SyntaxError {
    func shifted(by distance: Int) -> SyntaxError {
        SyntaxError(
            message, at: max(0, offset + distance), length: length, hint: hint, isIncomplete: isIncomplete)
    }
}

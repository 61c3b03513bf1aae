internal import Language
internal import Node
internal import Processes
internal import Terms

/// Compiling files and loading what they define.
struct CodeLoading: Sendable {
    let call: FunctionCall

    private var code: NodeCode { NodeCode.of(call.node) }

    // MARK: Compiling

    /// `c(Module)`, `c("file.erl")`, `c("file.ex")`: compiles and loads; tells what is wrong, and where.
    ///
    /// - Returns: the modules; nothing if there was an error, which is printed.
    func compile(_ argument: Term) async throws -> (file: String, modules: [Atom])? {
        let path = try file(argument)
        guard let text = SourceFile.read(path) else {
            try await call.process.print("\(path): no such file or directory\n")
            return nil
        }
        do {
            return (path, try await load(text, path))
        } catch let error as SyntaxError {
            let (line, column) = error.position(in: text)
            try await call.process.print("\(path):\(line):\(column): \(error.message)\n\(error.excerpt(of: text))\n")
            return nil
        } catch let error as CompileError {
            try await call.process.print("\(path):\(error)\n")
            return nil
        }
    }

    private func load(_ text: String, _ path: String) async throws -> [Atom] {
        if path.hasSuffix(".ex") || path.hasSuffix(".exs") {
            let evaluator = Evaluator(server: code.server)
            return try await evaluator.elixirFile(text, file: path, by: call.process).modules
        }
        let module = try code.server.compile(erlang: text, file: path) { name, from in
            let included = SourceFile.beside(from, name)
            return SourceFile.read(included).map { (included, $0) }
        }
        code.server.load(module)
        return [module.name]
    }

    /// The file an argument of `c` names: `kvs`, `"kvs"`, `"kvs.erl"`, `"lib/kv.ex"`.
    private func file(_ argument: Term) throws -> String {
        let name: String
        switch argument {
        case .atom(let module): name = module.name
        case .binary(let binary): name = binary.text ?? ""
        default:
            guard let codes = argument.properList else { throw call.badarg("c takes a module or a file") }
            name = String(
                String.UnicodeScalarView(
                    codes.compactMap { $0.asInteger.flatMap { UInt32(exactly: $0) }.flatMap(Unicode.Scalar.init) }))
        }
        guard !name.isEmpty else { throw call.badarg("c takes a module or a file") }
        return [".erl", ".ex", ".exs"].contains { name.hasSuffix($0) } ? name : "\(name).erl"
    }

    // MARK: Loading again

    /// `l(Module)`: reads a module from its file again; the version before becomes the old one.
    func reload(_ module: Atom) async throws -> Term {
        guard
            let source = code.server.source(of: module)
                ?? SourceFile.read("\(module.name).erl").map({ _ in "\(module.name).erl" }),
            let text = SourceFile.read(source)
        else {
            if code.server.isLibrary(module) { return .tuple([.atom(.error), .atom("sticky_directory")]) }
            return .tuple([.atom(.error), .atom("nofile")])
        }
        _ = code.server.purge(module)
        _ = try await load(text, source)
        return .tuple([.atom("module"), .atom(module)])
    }

    // MARK: Other nodes

    /// `nl(Module)`: loads a module that runs here on all connected nodes; an OTP node compiles it for itself.
    ///
    /// - Returns: what each node said.
    func loadEverywhere(_ module: Atom) async throws -> [(node: Atom, result: Term)] {
        guard let (forms, file) = code.server.forms(of: module) else {
            throw call.badarg("\(module.name) was not loaded here: compile it first, c(\(module.name))")
        }
        var results: [(Atom, Term)] = []
        for node in call.node.connectedNodes() {
            results.append((node, try await load(module, forms, file, on: node)))
        }
        return results
    }

    private func load(_ module: Atom, _ forms: Term, _ file: String, on node: Atom) async throws -> Term {
        let timeout: Int64? = max(call.node.defaultTimeout, 30_000_000_000)
        func ask(_ target: Atom, _ function: Atom, _ arguments: [Term]) async throws -> Term {
            try await call.node.rpcCall(node, target, function, arguments, by: call.process, timeout: timeout)
        }
        // A node like this one takes the forms as they are.
        let answer = try await ask("beamsh", "load_forms", [.atom(module), forms, .charlist(file)])
        if answer.asTuple?.first != .atom(.badrpc) { return answer }
        let compiled = try await ask(
            "compile", "forms", [forms, [.atom("binary"), .atom("return_errors"), .atom("debug_info")]])
        guard let parts = compiled.asTuple, parts.count >= 3, parts[0] == .atom(.ok), case .binary = parts[2] else {
            return .tuple([.atom(.error), compiled])
        }
        return try await ask("code", "load_binary", [.atom(module), .charlist(file), parts[2]])
    }

    // MARK: From an OTP node

    /// `code:load_binary(Module, File, Binary)`, as `nl` of an OTP node calls it everywhere. Code of the BEAM does not run
    /// here, so its sender is asked for what it was made of: the abstract code inside, or else the source file.
    func loadBinary() async throws -> Term {
        let module = try call.atom(0)
        let sender = call.process.groupLeader.node
        guard sender != call.node.name else {
            throw call.badarg("code of the BEAM does not run here: load the source")
        }
        let server = code.server
        if let forms = try await abstractCode(call[2], from: sender) {
            do {
                let made = try server.compile(forms: forms, file: "\(module.name).erl")
                guard made.name == module else { throw call.badarg("another module") }
                server.load(made)
                return .tuple([.atom("module"), .atom(module)])
            } catch let error as CompileError {
                throw call.badarg(error.description)
            } catch let error as InvalidAbstractFormat {
                throw call.badarg(error.description)
            }
        }
        guard let (text, path) = try await source(of: module, from: sender) else {
            return .tuple([.atom(.error), .atom("badfile")])
        }
        do {
            guard try await load(text, path).contains(module) else { return .tuple([.atom(.error), .atom("badfile")]) }
        } catch let error as SyntaxError {
            throw call.badarg("\(path): \(error.message)")
        } catch let error as CompileError {
            throw call.badarg("\(path): \(error)")
        }
        return .tuple([.atom("module"), .atom(module)])
    }

    private func ask(_ node: Atom, _ module: Atom, _ function: Atom, _ arguments: [Term]) async throws -> Term {
        try await call.node.rpcCall(
            node, module, function, arguments, by: call.process, timeout: call.node.defaultTimeout)
    }

    private func abstractCode(_ binary: Term, from node: Atom) async throws -> Term? {
        let answer = try await ask(node, "beam_lib", "chunks", [binary, [.atom("abstract_code")]])
        guard let ok = answer.asTuple, ok.count == 2, ok[0] == .atom(.ok), let pair = ok[1].asTuple, pair.count == 2,
            let chunk = pair[1].properList?.first?.asTuple, chunk.count == 2, let code = chunk[1].asTuple,
            code.count == 2, code[0] == .atom("raw_abstract_v1")
        else { return nil }
        return code[1]
    }

    /// The source that a module was compiled from, if it can still be read there.
    private func source(of module: Atom, from node: Atom) async throws -> (text: String, path: String)? {
        let facts = try await ask(node, module, "module_info", [.atom("compile")])
        let pair = facts.properList?.compactMap(\.asTuple).first { $0.count == 2 && $0[0] == .atom("source") }
        guard let path = pair?[1] else { return nil }
        let answer = try await ask(node, "file", "read_file", [path])
        guard let ok = answer.asTuple, ok.count == 2, ok[0] == .atom(.ok), let text = ok[1].asBinary?.text else {
            return nil
        }
        let name = String(
            String.UnicodeScalarView(
                (path.properList ?? []).compactMap {
                    $0.asInteger.flatMap { UInt32(exactly: $0) }.flatMap(Unicode.Scalar.init)
                }))
        return (text, name)
    }
}

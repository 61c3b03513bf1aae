internal import Language
internal import Node
internal import Processes
internal import Terms

// The functions about code: `code`, and the helpers of both shells that compile and load.
extension NodeCode {
    static let functions: [FunctionEntry] = codeFunctions + loadingFunctions

    // MARK: Helpers

    private static let loadingFunctions: [FunctionEntry] = [
        FunctionEntry("c", "c", ["File"], "Compiles and loads a module: c(kvs), c(\"kvs.erl\"), c(\"kv.ex\").") {
            call in
            guard let (file, modules) = try await CodeLoading(call: call).compile(call[0]) else { return .atom(.error) }
            // As each shell answers: `{ok, kvs}`, and the list of modules for a file of Elixir.
            if file.hasSuffix(".erl"), let module = modules.first { return .tuple([.atom(.ok), .atom(module)]) }
            return .makeList(modules.map { .atom($0) })
        },
        FunctionEntry("c", "l", ["Module"], "Loads a module from its file again.") { call in
            try await CodeLoading(call: call).reload(try call.atom(0))
        },
        FunctionEntry("c", "r", ["Module"], "Compiles a module from its file again.") { call in
            let module = try call.atom(0)
            let answer = try await CodeLoading(call: call).reload(module)
            guard answer.asTuple?.first != .atom(.error) else { return answer }
            return .tuple([.atom("reloaded"), [.atom(module)]])
        },
        FunctionEntry("c", "nl", ["Module"], "Loads a module on all connected nodes, of OTP too.") { call in
            let module = try call.atom(0)
            let results = try await CodeLoading(call: call).loadEverywhere(module)
            for (node, result) in results where result != .tuple([.atom("module"), .atom(module)]) {
                let printer = ErlangPrinter(width: nil)
                try await call.process.print("\(node.name): \(printer.print(result))\n")
            }
            return .atom("abcast")
        },
        FunctionEntry("Elixir.IEx.Helpers", "nl", ["Module"], "Loads a module on all connected nodes, of OTP too.") {
            call in
            let module = try call.atom(0)
            let results = try await CodeLoading(call: call).loadEverywhere(module)
            return .tuple([
                .atom(.ok),
                .makeList(
                    results.map { node, result in
                        result == .tuple([.atom("module"), .atom(module)])
                            ? .tuple([.atom(node), .atom("loaded"), .atom(module)]) : .tuple([.atom(node), result])
                    }),
            ])
        },
        FunctionEntry("beamsh", "load_forms", ["Module", "Forms", "File"], "Loads a module that another node sends.") {
            call in
            let server = NodeCode.of(call.node).server
            let file = (call[2].properList ?? []).compactMap {
                $0.asInteger.flatMap { UInt32(exactly: $0) }.flatMap(Unicode.Scalar.init)
            }
            do {
                let module = try server.compile(forms: call[1], file: String(String.UnicodeScalarView(file)))
                guard module.name == (try call.atom(0)) else { throw call.badarg("another module") }
                server.load(module)
                return .tuple([.atom("module"), .atom(module.name)])
            } catch let error as CompileError {
                throw call.badarg(error.description)
            } catch let error as InvalidAbstractFormat {
                throw call.badarg(error.description)
            }
        },
    ]

    // MARK: The module code

    private static let codeFunctions: [FunctionEntry] = [
        FunctionEntry("code", "which", ["Module"], "The file a module came from.", safe: true) { call in
            let server = NodeCode.of(call.node).server
            let module = try call.atom(0)
            if let source = server.source(of: module) { return .charlist(source) }
            return server.isLibrary(module) || call.node.functions.hasOwn(module)
                ? .atom("preloaded") : .atom("non_existing")
        },
        FunctionEntry("code", "is_loaded", ["Module"], "{file, Path}, or false.", safe: true) { call in
            let server = NodeCode.of(call.node).server
            let module = try call.atom(0)
            if let source = server.source(of: module) { return .tuple([.atom("file"), .charlist(source)]) }
            return server.isLibrary(module) || call.node.functions.hasOwn(module)
                ? .tuple([.atom("file"), .atom("preloaded")]) : .atom(.false)
        },
        FunctionEntry("code", "all_loaded", [], "The modules, and where each came from.", safe: true) { call in
            let server = NodeCode.of(call.node).server
            let loaded = server.loaded.map { Term.tuple([.atom($0.module), .charlist($0.source)]) }
            let others = call.node.functions.modules.filter { server.source(of: $0) == nil }
            return .makeList(loaded + others.map { .tuple([.atom($0), .atom("preloaded")]) })
        },
        FunctionEntry("code", "ensure_loaded", ["Module"], "{module, Module}, or {error, nofile}.", safe: true) {
            call in
            let server = NodeCode.of(call.node).server
            let module = try call.atom(0)
            let isKnown =
                server.source(of: module) != nil || server.isLibrary(module) || call.node.functions.hasOwn(module)
            return .tuple(isKnown ? [.atom("module"), .atom(module)] : [.atom(.error), .atom("nofile")])
        },
        FunctionEntry("code", "load_file", ["Module"], "Loads a module from its file again.") { call in
            try await CodeLoading(call: call).reload(try call.atom(0))
        },
        FunctionEntry("code", "purge", ["Module"], "Forgets the old version of a module.") { call in
            .boolean(NodeCode.of(call.node).server.purge(try call.atom(0)))
        },
        FunctionEntry("code", "soft_purge", ["Module"], "Forgets the old version of a module.") { call in
            _ = NodeCode.of(call.node).server.purge(try call.atom(0))
            return .atom(.true)
        },
        FunctionEntry("code", "delete", ["Module"], "Makes the current version of a module the old one.") { call in
            let server = NodeCode.of(call.node).server
            let module = try call.atom(0)
            if server.hasOldCode(module) { return .atom(.false) }
            return .boolean(server.delete(module))
        },
        FunctionEntry(
            "code", "load_binary", ["Module", "File", "Binary"],
            "Loads a module that an OTP node sends: its forms or its source."
        ) {
            call in
            try await CodeLoading(call: call).loadBinary()
        },
        FunctionEntry("erlang", "module_loaded", ["Module"], "Whether a module is loaded.", safe: true) { call in
            let module = try call.atom(0)
            let server = NodeCode.of(call.node).server
            return .boolean(
                server.source(of: module) != nil || server.isLibrary(module) || call.node.functions.hasOwn(module))
        },
        FunctionEntry("erlang", "check_old_code", ["Module"], "Whether there is an old version.", safe: true) { call in
            .boolean(NodeCode.of(call.node).server.hasOldCode(try call.atom(0)))
        },
    ]
}

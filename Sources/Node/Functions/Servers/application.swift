internal import Processes
internal import Support
internal import Terms

/// What is kept of applications: their environment.
struct Applications: Sendable {
    struct Key: Hashable {
        var application: Atom
        var name: Atom
    }

    var environment: [Key: Term] = [:]

    /// What counts as started always: what the shell has of them is there.
    static let known: Set<Atom> = [
        "kernel", "stdlib", "elixir", "logger", "iex", "compiler", "mnesia", "sasl", "crypto", "runtime_tools",
    ]
}

extension Node {
    /// `application` and `Application`: their environment; those that are part of the shell count as started.
    static let applicationFunctions: [FunctionEntry] = erlangApplications + elixirApplications

    private static let erlangApplications: [FunctionEntry] =
        ["start", "ensure_started", "ensure_all_started"].flatMap { name in
            (1...2).map { count in
                FunctionEntry(
                    "application", Atom(name), Array(["Application", "Type"].prefix(count)), "Starts an application."
                ) { call in
                    let known = try call.list(or: 0).allSatisfy { atom in
                        atom.asAtom.map { Applications.known.contains($0) } ?? false
                    }
                    if known {
                        if name == "ensure_all_started" { return .tuple([.atom(.ok), .nil]) }
                        guard name == "start" else { return .atom(.ok) }
                        return .tuple([.atom(.error), .tuple([.atom("already_started"), call[0]])])
                    }
                    let file: Term = .tuple([
                        .charlist("no such file or directory"), .charlist("\(try call.atom(0).name).app"),
                    ])
                    let error: Term = name == "ensure_all_started" ? .tuple([call[0], file]) : file
                    return .tuple([.atom(.error), error])
                }
            }
        }
        + [
            FunctionEntry("application", "get_env", ["Application", "Key"], "{ok, Value} or undefined.", safe: true) {
                call in
                try call.environment(0, 1).map { .tuple([.atom(.ok), $0]) } ?? .atom(.undefined)
            },
            FunctionEntry("application", "get_env", ["Application", "Key", "Default"], "A value.", safe: true) { call in
                try call.environment(0, 1) ?? call[2]
            },
            FunctionEntry("application", "get_all_env", ["Application"], "All values.", safe: true) { call in
                try call.environment()
            },
            FunctionEntry("application", "set_env", ["Application", "Key", "Value"], "Sets a value.") { call in
                try call.setEnvironment(call[2])
            },
            FunctionEntry("application", "set_env", ["Application", "Key", "Value", "Options"], "Sets a value.") {
                call in
                try call.setEnvironment(call[2])
            },
            FunctionEntry("application", "unset_env", ["Application", "Key"], "Forgets a value.") { call in
                try call.setEnvironment(nil)
            },
            FunctionEntry("application", "which_applications", [], "What is started.", safe: true) { _ in
                .makeList(
                    (["stdlib", "kernel"] as [Atom]).map { .tuple([.atom($0), .charlist($0.name), .charlist("1.0")]) })
            },
        ]

    private static let elixirApplications: [FunctionEntry] = [
        FunctionEntry("Elixir.Application", "get_env", ["App", "Key"], "A value, or nil.", safe: true) { call in
            try call.environment(0, 1) ?? .atom(.nil)
        },
        FunctionEntry("Elixir.Application", "get_env", ["App", "Key", "Default"], "A value.", safe: true) { call in
            try call.environment(0, 1) ?? call[2]
        },
        FunctionEntry("Elixir.Application", "fetch_env", ["App", "Key"], "{:ok, value} or :error.", safe: true) {
            call in
            try call.environment(0, 1).map { .tuple([.atom(.ok), $0]) } ?? .atom(.error)
        },
        FunctionEntry("Elixir.Application", "fetch_env!", ["App", "Key"], "A value that has to be there.", safe: true) {
            call in
            if let value = try call.environment(0, 1) { return value }
            let printer = ElixirPrinter(width: nil)
            throw ErlangException.elixirArgument(
                "could not fetch application environment \(printer.inspect(call[1])) for application "
                    + "\(printer.inspect(call[0])) because the application was not loaded nor configured")
        },
        FunctionEntry("Elixir.Application", "get_all_env", ["App"], "All values.", safe: true) { call in
            try call.environment()
        },
        FunctionEntry("Elixir.Application", "put_env", ["App", "Key", "Value"], "Sets a value.") { call in
            try call.setEnvironment(call[2])
        },
        FunctionEntry("Elixir.Application", "put_env", ["App", "Key", "Value", "Options"], "Sets a value.") { call in
            try call.setEnvironment(call[2])
        },
        FunctionEntry("Elixir.Application", "delete_env", ["App", "Key"], "Forgets a value.") { call in
            try call.setEnvironment(nil)
        },
        FunctionEntry("Elixir.Application", "ensure_all_started", ["App"], "Starts an application.") { call in
            try await call.call("application", "ensure_all_started", call.arguments)
        },
        FunctionEntry("Elixir.Application", "ensure_started", ["App"], "Starts an application.") { call in
            try await call.call("application", "ensure_started", call.arguments)
        },
        FunctionEntry("Elixir.Application", "start", ["App"], "Starts an application.") { call in
            try await call.call("application", "start", call.arguments)
        },
        FunctionEntry("Elixir.Application", "started_applications", [], "What is started.", safe: true) { call in
            try await call.call("application", "which_applications", [])
        },
    ]
}

extension FunctionCall {
    fileprivate func environment(_ application: Int, _ key: Int) throws -> Term? {
        let key = Applications.Key(application: try atom(application), name: try atom(key))
        return node.applications.withLock { $0.environment[key] }
    }

    fileprivate func environment() throws -> Term {
        let application = try atom(0)
        let pairs = node.applications.withLock { $0.environment.filter { $0.key.application == application } }
        return .makeList(
            pairs.sorted { $0.key.name.name < $1.key.name.name }.map { .tuple([.atom($0.key.name), $0.value]) })
    }

    fileprivate func setEnvironment(_ value: Term?) throws -> Term {
        let key = Applications.Key(application: try atom(0), name: try atom(1))
        node.applications.withLock { $0.environment[key] = value }
        return .atom(.ok)
    }

    /// A list, or one term as a list of one.
    fileprivate func list(or position: Int) throws -> [Term] { self[position].properList ?? [self[position]] }
}

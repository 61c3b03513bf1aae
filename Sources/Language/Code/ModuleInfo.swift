internal import Terms

/// What `Mod:module_info/0,1` tells of a module that runs here.
enum ModuleInfo {
    /// - Parameter unit: the module's code; nothing for one that is written in Swift.
    static func item(_ item: Atom, _ module: Atom, _ unit: CompiledUnit?, _ server: CodeServer) -> Term? {
        switch item {
        case "module": .atom(module)
        case "exports": functions(exported(module, server))
        case "functions": functions(Set(unit.map { Array($0.positions.keys) } ?? []).union(exported(module, server)))
        case "attributes": .makeList((unit?.attributes ?? []).map { .tuple([.atom($0.name), $0.value.asList]) })
        case "compile": [.tuple([.atom("source"), .charlist(unit?.file ?? "")])]
        case "md5": .binary(Closures.uniq)
        case "native": .boolean(false)
        case "nifs": .nil
        default: nil
        }
    }

    static func all(_ module: Atom, _ unit: CompiledUnit?, _ server: CodeServer) -> Term {
        let items: [Atom] = ["module", "exports", "attributes", "compile", "md5"]
        return .makeList(items.map { .tuple([.atom($0), item($0, module, unit, server) ?? .nil]) })
    }

    private static func exported(_ module: Atom, _ server: CodeServer) -> Set<NameAndArity> {
        let names = server.functions(of: module).map { NameAndArity(name: $0.name, arity: $0.parameters.count) }
        return Set(names).union([
            NameAndArity(name: "module_info", arity: 0), NameAndArity(name: "module_info", arity: 1),
        ])
    }

    private static func functions(_ names: some Collection<NameAndArity>) -> Term {
        .makeList(
            names.sorted { ($0.name.name, $0.arity) < ($1.name.name, $1.arity) }
                .map { .tuple([.atom($0.name), .integer($0.arity)]) })
    }
}

extension Term {
    /// A list as it is, anything else as a list of one: how attributes are told.
    fileprivate var asList: Term {
        switch self {
        case .nil, .list: self
        default: [self]
        }
    }
}

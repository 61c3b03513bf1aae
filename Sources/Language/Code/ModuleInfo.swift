internal import Terms

/// What `Mod:module_info/0,1` tells of a module that runs here.
enum ModuleInfo {
    static func item(_ item: Atom, _ unit: CompiledUnit) -> Term? {
        switch item {
        case "module": .atom(unit.module)
        case "exports": functions(unit.exported + [("module_info", 0), ("module_info", 1)].map(NameAndArity.init))
        case "functions": functions(unit.positions.keys + [("module_info", 0), ("module_info", 1)].map(NameAndArity.init))
        case "attributes": .makeList(unit.attributes.map { .tuple([.atom($0.name), $0.value.asList]) })
        case "compile": [.tuple([.atom("source"), .charlist(unit.file)])]
        case "md5": .binary(Closures.uniq)
        case "native": .boolean(false)
        case "nifs": .nil
        default: nil
        }
    }

    static func all(_ unit: CompiledUnit) -> Term {
        let items: [Atom] = ["module", "exports", "attributes", "compile", "md5"]
        return .makeList(items.map { .tuple([.atom($0), item($0, unit) ?? .nil]) })
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

extension NameAndArity {
    fileprivate init(_ pair: (Atom, Int)) { self.init(name: pair.0, arity: pair.1) }
}

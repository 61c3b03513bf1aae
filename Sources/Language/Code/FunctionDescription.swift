public import Terms

/// What is known of a function: for help, completion and calls from other nodes.
public struct FunctionDescription: Sendable {
    public let module: Atom
    public let name: Atom
    public let parameters: [String]
    /// In one line.
    public let summary: String
    /// It only computes.
    public let isPure: Bool
}

extension CodeServer {
    /// The modules that were loaded and those of the library.
    public var moduleNames: [Atom] { loaded.map(\.module) + Library.modules }

    /// A function that evaluated code finds here; nothing for those of the node.
    public func describe(_ module: Atom, _ name: Atom, _ arity: Int) -> FunctionDescription? {
        let function = NameAndArity(name: name, arity: arity)
        if let unit = self.module(module)?.current { return describe(function, of: unit, isPure: false) }
        if MachineFunctions.find(module, name, arity) != nil {
            return FunctionDescription(
                module: module, name: name, parameters: Self.parameters(arity), summary: "", isPure: false)
        }
        if let native = Library.native(module, name, arity) { return Self.describe(native) }
        return bundled(module).flatMap { describe(function, of: $0, isPure: true) }
    }

    /// The functions of a module that was loaded, or of the library.
    public func functions(of module: Atom) -> [FunctionDescription] {
        if let unit = self.module(module)?.current {
            return unit.exported.compactMap { describe($0, of: unit, isPure: false) }
        }
        let natives = Library.natives(of: module).map(Self.describe)
        guard let unit = bundled(module) else { return natives }
        let others = unit.exported.filter { Library.native(module, $0.name, $0.arity) == nil }
        return natives + others.compactMap { describe($0, of: unit, isPure: true) }
    }

    private static func describe(_ native: NativeFunction) -> FunctionDescription {
        FunctionDescription(
            module: native.module, name: native.name, parameters: native.parameters, summary: native.summary,
            isPure: true)
    }

    private func describe(_ function: NameAndArity, of unit: CompiledUnit, isPure: Bool) -> FunctionDescription? {
        guard unit.exported.contains(function) || (function.name == "module_info" && function.arity < 2) else {
            return nil
        }
        return FunctionDescription(
            module: unit.module, name: function.name,
            parameters: unit.parameters(of: function) ?? Self.parameters(function.arity),
            summary: isPure ? Library.summary(of: unit.module, function) : "", isPure: isPure)
    }

    private static func parameters(_ arity: Int) -> [String] { (0..<arity).map { "Argument\($0 + 1)" } }
}

extension CompiledUnit {
    /// The names of the parameters, where its clauses name them.
    fileprivate func parameters(of function: NameAndArity) -> [String]? {
        for case .function(_, let name, let arity, let clauses) in forms
        where name == function.name && arity == function.arity {
            return (0..<arity).map { position in
                for clause in clauses where position < clause.patterns.count {
                    if case .variable(_, let variable) = clause.patterns[position], !variable.name.hasPrefix("_") {
                        return variable.name
                    }
                }
                return "Argument\(position + 1)"
            }
        }
        return nil
    }
}

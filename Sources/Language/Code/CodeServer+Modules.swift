public import Terms

/// A module that was compiled and is not loaded yet.
public struct ModuleCode: Sendable {
    let unit: CompiledUnit

    public var name: Atom { unit.module }
}

extension CodeServer {
    /// Compiles the text of an Erlang module.
    ///
    /// - Parameter include: reads a file that is included.
    /// - Throws: ``SyntaxError``.
    public func compile(
        erlang text: String, file: String,
        include: @escaping (_ name: String, _ from: String) -> (name: String, text: String)? = { _, _ in nil }
    ) throws -> ModuleCode {
        do {
            let unit = try ErlangModules.compile(text, file: file, server: self) { name, from, _ in
                include(name, from).map { ErlangModuleReader.Included(name: $0.name, text: $0.text) }
            }
            return ModuleCode(unit: unit)
        } catch let error as CompileError {
            throw error.located(in: text)
        }
    }

    /// Compiles forms, as they come from another node.
    ///
    /// - Throws: `InvalidAbstractFormat`, ``CompileError``.
    public func compile(forms: Term, file: String) throws -> ModuleCode {
        let forms = try (forms.properList ?? []).map { try Abstract.Form(term: $0) }
        var records = RecordExpansion()
        return ModuleCode(unit: try Compiler(server: self).module(try records.expand(forms: forms), file: file))
    }

    /// Makes it the current version of its module; the one before becomes the old one.
    public func load(_ module: ModuleCode) { load(module.unit, source: module.unit.file) }

    /// The forms of a module that was loaded, and where it came from: what another node loads.
    ///
    /// A fun of the module that travels there calls functions of the module by its name, for it is no fun of the module
    /// any more. So where funs call such functions all are exported.
    public func forms(of module: Atom) -> (forms: Term, file: String)? {
        guard let unit = self.module(module)?.current else { return nil }
        var forms = unit.forms
        if unit.hasFunsThatCallLocally {
            let place = forms.firstIndex { if case .attribute(_, "module", _) = $0 { true } else { false } } ?? 0
            forms.insert(.attribute(.none, "compile", .atom("export_all")), at: min(forms.count, place + 1))
        }
        return (.makeList(forms.map { $0.term }), unit.file)
    }

    /// Where a module that runs here came from; nothing for one that does not.
    public func source(of module: Atom) -> String? {
        self.module(module).flatMap { $0.current == nil ? nil : $0.source }
    }

    /// Whether there is a version beside the current one.
    public func hasOldCode(_ module: Atom) -> Bool { self.module(module)?.old != nil }

    /// Whether the library has the module.
    public func isLibrary(_ module: Atom) -> Bool { Library.isBundled(module) || !Library.natives(of: module).isEmpty }
}

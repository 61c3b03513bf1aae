internal import Terms

/// The library: what is written in Swift, and the bundled modules in Erlang.
enum Library {
    private struct Key: Hashable {
        let module: Atom
        let name: Atom
        let arity: Int
    }

    /// Made when a function is looked for first.
    private static let natives: [Key: NativeFunction] = {
        var table: [Key: NativeFunction] = [:]
        for function in LanguageLibrary.natives + ElixirLibrary.natives {
            table[Key(module: function.module, name: function.name, arity: function.arity)] = function
        }
        return table
    }()

    static func native(_ module: Atom, _ name: Atom, _ arity: Int) -> NativeFunction? {
        natives[Key(module: module, name: name, arity: arity)]
    }

    private static let nativesByModule = Dictionary(grouping: natives.values, by: \.module)

    static func natives(of module: Atom) -> [NativeFunction] { nativesByModule[module] ?? [] }

    static var modules: [Atom] { Array(Set(nativesByModule.keys).union(bundledNames)) }

    /// The line `%% @doc` above a function of a bundled module.
    static func summary(of module: Atom, _ function: NameAndArity) -> String {
        guard let text = BundledSource.text(of: module.name) else { return "" }
        var summary = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("%% @doc ") {
                summary = String(line.dropFirst(8))
            } else if !summary.isEmpty {
                let name = function.name.name
                if line.hasPrefix("\(name)(") || line.hasPrefix("'\(name)'(") { return summary }
                if !line.hasPrefix("%%") { summary = "" }
            }
        }
        return ""
    }

    private static let bundledNames = Set(BundledSource.modules.map { Atom($0) })

    static func isBundled(_ module: Atom) -> Bool { bundledNames.contains(module) }

    /// The code of a bundled module; nothing if it cannot be compiled, which the tests see to.
    static func compile(_ module: Atom, in server: CodeServer) -> CompiledUnit? {
        guard let text = BundledSource.text(of: module.name) else { return nil }
        do {
            return try ErlangModules.compile(text, file: "\(module.name).erl", server: server, isChecked: false)
        } catch {
            return nil
        }
    }
}

extension CodeServer {
    /// Compiles every bundled module.
    ///
    /// - Returns: what is wrong with those that cannot be.
    public func checkLibrary() -> [String] {
        BundledSource.modules.compactMap { name in
            do {
                _ = try ErlangModules.compile(
                    BundledSource.text(of: name) ?? "", file: "\(name).erl", server: self, isChecked: false)
                return nil
            } catch {
                return "\(name): \(error)"
            }
        }
    }
}

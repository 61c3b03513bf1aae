internal import Processes
internal import Support
internal import Terms

/// Makes code of abstract format: of a module, of the expressions of a line, of a fun.
struct Compiler {
    let server: CodeServer
    /// The module of a call without one, at the prompt.
    var resolveLocal: (Atom, Int) -> Atom? = { _, _ in nil }

    /// A module. Records are expanded already.
    ///
    /// - Throws: ``CompileError``.
    func module(_ forms: [Abstract.Form], file: String) throws(CompileError) -> CompiledUnit {
        var name: Atom?
        var exported: Set<NameAndArity> = []
        var imports: [NameAndArity: Atom] = [:]
        var attributes: [(name: Atom, value: Term)] = []
        var functions: [(name: NameAndArity, clauses: [Abstract.Clause])] = []
        var exportsAll = false
        for form in forms {
            switch form {
            case .attribute(_, "module", let value): name = value.asAtom
            case .attribute(_, "export", let value): exported.formUnion(Self.names(value))
            case .attribute(_, "import", let value):
                guard let pair = value.asTuple, pair.count == 2, let module = pair[0].asAtom else { break }
                for function in Self.names(pair[1]) { imports[function] = module }
            case .attribute(_, "compile", let value):
                let options = value.properList ?? [value]
                if options.contains(.atom("export_all")) { exportsAll = true }
            case .attribute(_, "file", _), .attribute(_, "record", _): break
            case .attribute(_, let name, let value):
                if !["spec", "type", "opaque", "callback", "optional_callbacks", "nominal"].contains(name.name) {
                    attributes.append((name, value))
                }
            case .function(let at, let name, let arity, let clauses):
                let function = NameAndArity(name: name, arity: arity)
                if functions.contains(where: { $0.name == function }) {
                    throw CompileError("function \(name.name)/\(arity) already defined", at)
                }
                functions.append((function, clauses))
            case .record, .endOfFile: break
            }
        }
        guard let name else { throw CompileError("no module definition", .none) }
        if exportsAll { exported = Set(functions.map(\.name)) }
        for function in exported where !functions.contains(where: { $0.name == function }) {
            throw CompileError("function \(function.name.name)/\(function.arity) undefined", .none)
        }
        let unit = CompiledUnit(
            module: name, file: file, isModule: true, functions: functions.map(\.name), exported: exported,
            attributes: attributes, forms: forms)
        for (position, function) in functions.enumerated() {
            var compiler = FunctionCompiler(unit: unit, code: server) { name, arity in
                imports[NameAndArity(name: name, arity: arity)]
            }
            let code = try compiler.function(
                function.clauses, name: function.name.name, arity: function.name.arity, captured: nil)
            unit.define(code, at: position)
        }
        return unit
    }

    private static func names(_ list: Term) -> [NameAndArity] {
        (list.properList ?? []).compactMap { entry in
            guard let pair = entry.asTuple, pair.count == 2, let name = pair[0].asAtom, let arity = pair[1].asInteger
            else { return nil }
            return NameAndArity(name: name, arity: arity)
        }
    }

    /// Expressions as a function of the variables that are bound. It returns a tuple: the value, then those variables and
    /// the new ones, in the order of `variables`.
    func expressions(
        _ expressions: [Abstract.Expression], bound: [Atom], file: String, name: Atom = "__FILE__",
        module: Atom = "shell"
    ) throws(CompileError) -> (code: FunctionCode, variables: [Atom]) {
        let unit = CompiledUnit(module: module, file: file, isModule: false, functions: [])
        var compiler = FunctionCompiler(unit: unit, code: server, resolveLocal: resolveLocal)
        return try compiler.line(expressions, bound: bound, name: name)
    }

    /// A fun as a function that finds its captured values in the closure.
    func fun(
        _ clauses: [Abstract.Clause], name: Atom?, captured: [Atom]
    ) throws(CompileError) -> FunctionCode? {
        guard let arity = clauses.first?.patterns.count else { return nil }
        let unit = CompiledUnit(module: "erl_eval", file: "", isModule: false, functions: [])
        var compiler = FunctionCompiler(unit: unit, code: server, resolveLocal: resolveLocal)
        return try compiler.function(clauses, name: "expr", arity: arity, captured: captured, selfName: name)
    }
}

extension FunctionCompiler {
    mutating func line(
        _ expressions: [Abstract.Expression], bound names: [Atom], name: Atom
    ) throws(CompileError) -> (code: FunctionCode, variables: [Atom]) {
        let clause = Abstract.Clause(.none, [], [], expressions)
        for (position, name) in names.enumerated() { bound[name] = Int32(position) }
        nextSlot = Int32(names.count)
        top = nextSlot + Int32(clause.variableCount)
        let value = newTemporary()
        try body(expressions, into: value)
        let variables = bound.keys.sorted { $0.name < $1.name }
        let first = newTemporary(Int32(variables.count + 1))
        emit(Instruction(.move, a: first, b: value))
        for (position, name) in variables.enumerated() {
            guard let register = bound[name] else { continue }
            emit(Instruction(.move, a: first + 1 + Int32(position), b: register))
        }
        emit(Instruction(.tuple, a: first, b: first, c: Int32(variables.count + 1)))
        emit(Instruction(.return, b: first))
        return (finish(name: name, arity: names.count, source: nil), variables)
    }
}

internal import Processes
internal import Terms

/// `erl_eval:exprs/2` and `expr/2`: abstract code that is made and run at once. Handlers for functions are not called.
enum Evaluation {
    static func compile(
        _ form: EvaluateForm, _ arguments: [Term], server: CodeServer
    ) throws -> (function: FunctionCode, values: [Term]) {
        do {
            let terms = form == .exprs ? arguments[0].properList ?? [] : [arguments[0]]
            let expressions = try terms.map { try Abstract.Expression(term: $0) }
            let bindings = ForeignFun.pairs(of: arguments[1]).compactMap { pair in
                pair.0.asAtom.map { ($0, pair.1) }
            }
            let isMap = arguments[1].asMap != nil
            let function = try Compiler(server: server).evaluation(expressions, bound: bindings.map(\.0), asMap: isMap)
            return (function, bindings.map(\.1))
        } catch let error as CompileError {
            throw ErlangException(.error, .tuple([.atom("bad_code"), .string(error.message)]), detail: error.message)
        } catch let error as ErlangException {
            throw error
        } catch {
            throw ErlangException(.error, .atom(.badarg), detail: "\(error)")
        }
    }
}

extension Compiler {
    /// As `expressions`, for a function that returns `{value, Value, Bindings}`.
    func evaluation(
        _ expressions: [Abstract.Expression], bound: [Atom], asMap: Bool
    ) throws(CompileError) -> FunctionCode {
        let unit = CompiledUnit(module: "erl_eval", file: "", isModule: false, functions: [])
        var compiler = FunctionCompiler(unit: unit, code: server, resolveLocal: resolveLocal)
        return try compiler.evaluation(expressions, bound: bound, asMap: asMap)
    }
}

extension FunctionCompiler {
    fileprivate mutating func evaluation(
        _ expressions: [Abstract.Expression], bound names: [Atom], asMap: Bool
    ) throws(CompileError) -> FunctionCode {
        let clause = Abstract.Clause(.none, [], [], expressions)
        for (position, name) in names.enumerated() { bound[name] = Int32(position) }
        nextSlot = Int32(names.count)
        top = nextSlot + Int32(clause.variableCount)
        let value = newTemporary()
        try body(expressions, into: value)
        let variables = bound.keys.sorted { $0.name < $1.name }
        let result = newTemporary(3)
        emit(Instruction(.move, a: result, b: literal(.atom("value"))))
        emit(Instruction(.move, a: result + 1, b: value))
        let fields = newTemporary(Int32(max(1, 2 * variables.count)))
        for (position, name) in variables.enumerated() {
            guard let register = bound[name] else { continue }
            let place = fields + Int32(asMap ? 2 * position : position)
            if asMap {
                emit(Instruction(.move, a: place, b: literal(.atom(name))))
                emit(Instruction(.move, a: place + 1, b: register))
            } else {
                let pair = newTemporary(2)
                emit(Instruction(.move, a: pair, b: literal(.atom(name))))
                emit(Instruction(.move, a: pair + 1, b: register))
                emit(Instruction(.tuple, a: place, b: pair, c: 2))
            }
        }
        if asMap {
            emit(Instruction(.map, a: result + 2, b: fields, c: Int32(variables.count)))
        } else if variables.isEmpty {
            emit(Instruction(.move, a: result + 2, b: literal(.nil)))
        } else {
            emit(Instruction(.list, a: result + 2, b: fields, c: literal(.nil), d: Int32(variables.count)))
        }
        emit(Instruction(.tuple, a: result, b: result, c: 3))
        emit(Instruction(.return, b: result))
        return finish(name: "exprs", arity: names.count, source: nil)
    }
}

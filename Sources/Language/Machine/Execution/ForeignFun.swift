internal import Processes
internal import Terms

/// Funs of `erl_eval` that were made on another node: their free variables hold their bindings and abstract code.
///
/// The environment is `{Anno, Bindings, LocalHandler, ExternalHandler, FunUsedVariables, Clauses}`, of a named fun
/// `{Anno, Bindings, LocalHandler, ExternalHandler, FunUsedVariables, Clauses, Name}`; in OTP 24 and before
/// `{Bindings, LocalHandler, ExternalHandler, Clauses}` and with a name behind. Source: stdlib, `erl_eval`.
enum ForeignFun {
    /// The same fun with code that runs here; nothing for a closure that is none of `erl_eval`.
    static func compile(_ closure: ClosureFun, server: CodeServer, process: Process) throws -> ClosureFun? {
        guard closure.module == "erl_eval" else { return ofModule(closure, server) }
        guard closure.environment.count == 1, let parts = closure.environment[0].asTuple else { return nil }
        var name: Atom?
        let bindings: Term
        let clauses: Term
        switch parts.count {
        case 4, 5:
            (bindings, clauses) = (parts[0], parts[3])
            if parts.count == 5 { name = parts[4].asAtom }
        case 6, 7:
            (bindings, clauses) = (parts[1], parts[5])
            if parts.count == 7 { name = parts[6].asAtom }
        default: return nil
        }
        guard let list = clauses.properList else { return nil }
        var values: [(Atom, Term)] = []
        for (key, value) in pairs(of: bindings) {
            // Elixir's variables may be `{Name, Context}`, which its funs do not use.
            if let name = key.asAtom { values.append((name, value)) }
        }
        do {
            let clauses = try list.map { try Abstract.Clause(term: $0) }
            guard let function = try Compiler(server: server).fun(clauses, name: name, captured: values.map(\.0)) else {
                return nil
            }
            // Arguments stand where the code expects them.
            guard function.arity == closure.arity else {
                throw CompileError("a fun of \(closure.arity) arguments with clauses of \(function.arity)", .none)
            }
            return ClosureFun(
                module: closure.module, arity: closure.arity, uniq: closure.uniq, index: closure.index,
                oldIndex: closure.oldIndex, oldUniq: closure.oldUniq, creator: closure.creator,
                environment: Tuple(values.map(\.1)), code: function)
        } catch let error as ErlangException {
            throw error
        } catch {
            let message = Term.string("\(error)")
            throw ErlangException(
                .error, .tuple([.atom("bad_fun_code"), message]), detail: "a fun whose code is not valid: \(error)")
        }
    }

    /// A fun of a module that another node compiled, if the module is here too: the fun of the same number, if it fits.
    ///
    /// OTP numbers the funs of a module as it finds them, those inside others behind them, and keeps the free variables
    /// in the order of their names, as here. It would also compare the code, which is never the same here.
    private static func ofModule(_ closure: ClosureFun, _ server: CodeServer) -> ClosureFun? {
        guard let unit = server.module(closure.module)?.current else { return nil }
        var funs = unit.functions.compactMap { $0?.takeUnretainedValue() }.flatMap(\.nested)
        var next = 0
        while next < funs.count {
            funs.append(contentsOf: funs[next].nested)
            next += 1
        }
        let index = Int(closure.index)
        guard funs.indices.contains(index), funs[index].arity == closure.arity,
            funs[index].source?.captured.count == closure.environment.count
        else { return nil }
        return ClosureFun(
            module: closure.module, arity: closure.arity, uniq: closure.uniq, index: closure.index,
            oldIndex: closure.oldIndex, oldUniq: closure.oldUniq, creator: closure.creator,
            environment: closure.environment, code: funs[index])
    }

    /// Bindings are an orddict up to OTP 24 and a map since; both are understood.
    static func pairs(of bindings: Term) -> [(Term, Term)] {
        switch bindings {
        case .map(let map): map.sortedPairs.map { ($0.key, $0.value) }
        default:
            (bindings.properList ?? []).compactMap { entry in
                entry.asTuple.flatMap { $0.count == 2 ? ($0[0], $0[1]) : nil }
            }
        }
    }
}

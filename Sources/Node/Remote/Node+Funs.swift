internal import Distribution
internal import Processes
internal import Terms

extension Node {
    /// Makes sure that a node was asked how its funs look, if a term that goes there holds a fun made here.
    func prepareFuns(in term: Term, for node: Atom) async {
        guard node != name, term.holdsOwnFun else { return }
        if connection(with: node) == nil { try? await connect(to: node, timeout: defaultTimeout) }
        await learnFuns(of: node)
    }

    /// Asks a node for funs of `erl_eval` of each arity: what is not documented of them is copied from there. A node that
    /// does not answer is sent funs as this one writes them.
    func learnFuns(of node: Atom) async {
        guard let connection = connection(with: node), connection.funTemplates == nil,
            let process = processes.whereis(.net_kernel)
        else { return }
        let answer = try? await erpcCall(
            node, "erl_eval", "exprs", [[Self.allFuns], .nil], by: process, timeout: defaultTimeout)
        connection.funTemplates = answer.flatMap(Self.templates) ?? FunTemplates()
    }

    /// `{{fun() -> ok end, fun(_) -> ok end, ...}, {fun F() -> ok end, ...}}` as abstract code.
    private static let allFuns: Term = {
        func clauses(_ arity: Int) -> Term {
            let parameters = Term.makeList(Array(repeating: .tuple([.atom("var"), 1, .atom("_")]), count: arity))
            return [.tuple([.atom("clause"), 1, parameters, .nil, [.tuple([.atom("atom"), 1, .atom(.ok)])]])]
        }
        func row(_ make: (Int) -> Term) -> Term {
            .tuple([.atom("tuple"), 1, .makeList((0...FunTemplates.maximumArity).map(make))])
        }
        let plain = row { .tuple([.atom("fun"), 1, .tuple([.atom("clauses"), clauses($0)])]) }
        let named = row { .tuple([.atom("named_fun"), 1, .atom("F"), clauses($0)]) }
        return .tuple([.atom("tuple"), 1, [plain, named]])
    }()

    private static func templates(_ answer: Term) -> FunTemplates? {
        guard let value = answer.asTuple, value.count >= 2, let rows = value[1].asTuple, rows.count == 2,
            let plain = funs(rows[0]), let named = funs(rows[1])
        else { return nil }
        return FunTemplates(plain: plain, named: named)
    }

    private static func funs(_ row: Term) -> [ClosureFun]? {
        guard let tuple = row.asTuple else { return nil }
        var funs: [ClosureFun] = []
        for (arity, term) in tuple.enumerated() {
            guard case .fun(.closure(let fun)) = term, fun.arity == arity, fun.environment.count == 1 else {
                return nil
            }
            funs.append(fun)
        }
        return funs
    }
}

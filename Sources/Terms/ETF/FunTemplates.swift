/// How a node writes funs of `erl_eval`: what a fun made here must look like to run there.
///
/// The numbers of such a fun belong to one build of OTP, and its environment to one release; nobody documents them. So a
/// node is asked for funs of its own, of each arity, and ours take their place (`wire.md` 6.8).
public struct FunTemplates: Sendable {
    /// Funs without a name, by arity.
    private let plain: [ClosureFun]
    /// Funs with a name, by arity.
    private let named: [ClosureFun]

    /// Funs with more parameters than this are sent as `erl_eval` has none for them either.
    public static let maximumArity = 20

    /// Nobody was asked: for a node that does not look at the numbers, as this one.
    public init() { (plain, named) = ([], []) }

    /// - Parameters: funs as the node writes them, of arity 0, 1, 2 and so on.
    public init(plain: [ClosureFun], named: [ClosureFun]) {
        self.plain = plain
        self.named = named
    }

    /// A fun made here in the clothes of the other node.
    func dress(_ fun: ClosureFun, _ code: any FunCode) -> ClosureFun {
        let portable = code.portable(fun.environment)
        let row = portable.name == nil ? plain : named
        guard row.indices.contains(fun.arity), let shape = row[fun.arity].environment.first?.asTuple else {
            let parts: [Term] = [
                1, portable.bindings, .atom("none"), .atom("none"), .map(Map()), portable.clauses,
            ]
            return ClosureFun(
                module: "erl_eval", arity: fun.arity, uniq: fun.uniq, index: fun.index, oldIndex: fun.oldIndex,
                oldUniq: fun.oldUniq, creator: fun.creator,
                environment: [.tuple(Tuple(parts + (portable.name.map { [.atom($0)] } ?? [])))])
        }
        let template = row[fun.arity]
        return ClosureFun(
            module: template.module, arity: fun.arity, uniq: template.uniq, index: template.index,
            oldIndex: template.oldIndex, oldUniq: template.oldUniq, creator: fun.creator,
            environment: [.tuple(Tuple(Self.environment(portable, like: shape)))])
    }

    /// The parts of the environment where the node has them: its clauses are a list of `clause` tuples, its bindings the
    /// map or list before them. From OTP 25 on `{Anno, Bindings, Local, External, FunUsedVariables, Clauses}`, before
    /// `{Bindings, Local, External, Clauses}`; a name stands behind.
    private static func environment(_ fun: PortableFun, like shape: Tuple) -> [Term] {
        var parts = Array(shape)
        let clauses = shape.firstIndex { part in
            part.properList?.first?.asTuple?.first == .atom("clause")
        }
        let bindings = shape.firstIndex { $0.asMap != nil || $0 == .nil } ?? 0
        parts[bindings] = parts[bindings] == .nil ? list(fun.bindings) : fun.bindings
        if let clauses { parts[clauses] = fun.clauses }
        if let name = fun.name { parts[parts.count - 1] = .atom(name) }
        return parts
    }

    /// Bindings as an orddict.
    private static func list(_ bindings: Term) -> Term {
        guard case .map(let map) = bindings else { return .nil }
        return .makeList(map.sortedPairs.map { .tuple([$0.key, $0.value]) })
    }
}

extension Term {
    /// Whether a fun made here stands in it.
    public var holdsOwnFun: Bool {
        var rest: [Term] = [self]
        while let term = rest.popLast() {
            switch term {
            case .fun(.closure(let fun)): if fun.code != nil { return true }
            case .tuple(let tuple): for element in tuple where element.mayHoldFun { rest.append(element) }
            case .list(let list):
                let end = list.forEachRun { for element in $0 where element.mayHoldFun { rest.append(element) } }
                if end.mayHoldFun { rest.append(end) }
            case .map(let map):
                map.forEach { key, value in
                    if key.mayHoldFun { rest.append(key) }
                    if value.mayHoldFun { rest.append(value) }
                }
            default: break
            }
        }
        return false
    }

    private var mayHoldFun: Bool {
        switch self {
        case .fun, .tuple, .list, .map: true
        default: false
        }
    }
}

import Language
import Node
import Processes
import Terms
import Testing

/// Abstract code from other nodes that is not valid: exceptions and errors, and nothing worse.
@Suite(.timeLimit(.minutes(3))) struct InvalidCodeTests {
    private let node: Node
    private let process: Process
    private let server = CodeServer()

    init() {
        let node = Node()
        self.node = node
        process = node.processes.spawn("test", "code") { _ in try await Task.sleep(nanoseconds: 600_000_000_000) }
    }

    /// A fun as another node would send it.
    private func fun(_ clauses: Term, arity: Int = 1, bindings: Term = .map([:]), name: Atom? = nil) -> Term {
        var parts: [Term] = [.integer(1), bindings, .atom("none"), .atom("none"), .map([:]), clauses]
        if let name { parts.append(.atom(name)) }
        let incarnation = NodeIncarnation(node: "other@host", creation: 7)
        return .fun(
            .closure(
                ClosureFun(
                    module: "erl_eval", arity: arity, uniq: Binary([UInt8](repeating: 1, count: 16)), index: 42,
                    oldIndex: 42, oldUniq: 1234, creator: Pid(incarnation: incarnation, id: 1, serial: 0),
                    freeVariables: [.tuple(Tuple(parts))])))
    }

    /// The clauses of a fun in the text of an expression.
    private func clauses(_ text: String) throws -> Term {
        let term = try #require(try ErlangReader.expressions(text).first?.term.asTuple)
        return try #require(term[2].asTuple)[1]
    }

    private func outcome(_ fun: Term, _ arguments: [Term] = [.integer(1)]) async -> String {
        let work = Task {
            do {
                return ErlangPrinter(width: nil).print(try await server.apply(fun, arguments, by: process))
            } catch let exception as ErlangException {
                return "\(exception.kind) " + ErlangPrinter(width: nil).print(exception.reason)
            } catch {
                return "\(error)"
            }
        }
        let timer = Task {
            try await Task.sleep(nanoseconds: 500_000_000)
            work.cancel()
        }
        defer { timer.cancel() }
        return await work.value
    }

    @Test func aValidFunRuns() async throws {
        #expect(await outcome(fun(try clauses("fun(X) -> X + 41 end."))) == "42")
        let captured = fun(try clauses("fun(X) -> X + Y end."), bindings: .map([.atom("Y"): .integer(9)]))
        #expect(await outcome(captured) == "10")
        let named = fun(try clauses("fun(0) -> 0; (N) -> 1 + F(N - 1) end."), name: "F")
        #expect(await outcome(named, [.integer(5)]) == "5")
    }

    @Test func wrongFunsRaise() async throws {
        #expect(await outcome(fun(try clauses("fun(X) -> X + Unbound end."))).contains("unbound"))
        // The arity is not that of the clauses.
        for arity in [0, 2, 255] {
            let arguments = [Term](repeating: .integer(1), count: arity)
            #expect(await outcome(fun(try clauses("fun(X) -> X end."), arity: arity), arguments).hasPrefix("error "))
        }
        #expect(await outcome(fun(.nil)).hasPrefix("error "))
        #expect(await outcome(fun(.atom("garbage"))).hasPrefix("error "))
        #expect(await outcome(fun([.atom("garbage")])).hasPrefix("error "))
        var deep = Term.tuple([.atom("nil"), .integer(1)])
        for _ in 0..<100_000 { deep = .tuple([.atom("tuple"), .integer(1), [deep]]) }
        let clause = Term.tuple([
            .atom("clause"), .integer(1), [.tuple([.atom("var"), .integer(1), .atom("X")])], .nil, [deep],
        ])
        #expect(await outcome(fun([clause])).contains("nested too deep"))
        var calls = Term.tuple([.atom("var"), .integer(1), .atom("X")])
        for _ in 0..<450 {
            calls = .tuple([.atom("call"), .integer(1), .tuple([.atom("atom"), .integer(1), .atom("abs")]), [calls]])
        }
        let nested = Term.tuple([
            .atom("clause"), .integer(1), [.tuple([.atom("var"), .integer(1), .atom("X")])], .nil, [calls],
        ])
        #expect(await outcome(fun([nested])) == "1")
    }

    /// Bindings that are none, and an environment that is no environment.
    @Test func wrongEnvironmentsRaise() async throws {
        let clauses = try clauses("fun(X) -> X end.")
        for bindings in [
            Term.atom("none"), [.atom("a"), .integer(1)], [.tuple([.integer(1), .integer(2)])], .integer(5),
        ] {
            let text = await outcome(fun(clauses, bindings: bindings))
            #expect(text == "1" || text.hasPrefix("error "))
        }
        let many = Map((0..<300).map { (key: Term.atom(Atom("V\($0)")), value: Term.integer($0)) })
        #expect(await outcome(fun(try self.clauses("fun(X) -> X + V299 end."), bindings: .map(many))) == "300")
    }

    @Test func mutantsDoNoHarm() async throws {
        var random = Random(state: 20)
        let sources = [
            "fun(X) -> case X of {A, [B | _]} when A > B; is_atom(A) -> {A, B}; #{k := V} -> V; _ -> X end end.",
            "fun(X) -> try lists:map(fun(Y) -> Y * X end, [1, 2]) of L -> L catch error:R:S -> {R, S} after ok end end.",
            "fun(X) -> <<A:4, B/binary>> = <<X, 1, 2>>, << <<(C + A)>> || <<C>> <= B >> end.",
            "fun(X) -> F = fun G(0) -> 0; G(N) -> N + G(N - 1) end, [F(Y) || Y <- [X, 3], Y > 0] end.",
            "fun(X) -> receive {X, Y} -> Y; Z when Z > X -> Z after 1 -> catch throw(X) end end.",
            "fun(X) -> if X > 1 -> -X; true -> M = #{a => X}, M#{a := 2, b => fun lists:map/2} end end.",
            "fun(X) -> begin P = self(), P ! X, {erlang:element(1, {X}), \"ab\" ++ [X], X andalso true} end end.",
        ]
        let terms = try sources.map { try clauses($0) }
        for round in 0..<1400 {
            var clauses = terms[round % terms.count]
            for _ in 0...Int(random.next() % 3) { clauses = mutated(clauses, &random) }
            _ = await outcome(fun(clauses, name: random.next() % 4 == 0 ? "G" : nil))
        }
        #expect(await outcome(fun(try clauses("fun(X) -> X + 41 end."))) == "42")
    }

    @Test func mutantsOfModulesAreRefused() throws {
        var random = Random(state: 77)
        let text = """
            -module(m).
            -export([f/1, g/2]).
            -compile(export_all).
            -import(lists, [map/2]).
            f(X) when X > 0 -> g(X, [1 | "abc"]);
            f({a, _} = Y) -> map(fun(Z) -> Z end, [Y]).
            g(A, B) -> #{A => B, k => <<A:8, 2/utf8>>}.
            """
        let whole = Term.makeList(try ErlangModuleReader.forms(text, file: "m.erl").map(\.term))
        for _ in 0..<2000 {
            var forms = whole
            for _ in 0...Int(random.next() % 2) { forms = mutated(forms, &random) }
            _ = try? server.compile(forms: forms, file: "m.erl")
        }
    }

    // MARK: Mutation

    /// With one of its parts replaced by another thing.
    private func mutated(_ term: Term, _ random: inout Random) -> Term {
        if random.next() % 8 == 0 { return garbage(&random) }
        switch term {
        case .tuple(let tuple) where tuple.count > 0:
            var parts = Array(tuple)
            let place = Int(random.next() % UInt64(parts.count))
            switch random.next() % 24 {
            case 0: parts.remove(at: place)
            case 1: parts.append(garbage(&random))
            default: parts[place] = mutated(parts[place], &random)
            }
            return .tuple(Tuple(parts))
        case .list:
            guard var parts = term.properList, !parts.isEmpty else { return garbage(&random) }
            let place = Int(random.next() % UInt64(parts.count))
            switch random.next() % 16 {
            case 0: parts.remove(at: place)
            case 1: parts.append(parts[place])
            case 2: return .makeList(parts[...], tail: .atom("x"))
            default: parts[place] = mutated(parts[place], &random)
            }
            return .makeList(parts)
        default: return garbage(&random)
        }
    }

    private func garbage(_ random: inout Random) -> Term {
        let names: [Atom] = [
            "call", "var", "atom", "X", "Y", "_", "tuple", "op", "+", "!", "bin", "bc", "fun", "clause", "nil", "cons",
            "match", "maybe_match", "record", "default", "element", "map_get", "erlang", "spawn", "apply", "catch",
            "function",
        ]
        let name = Term.atom(names[Int(random.next() % UInt64(names.count))])
        switch random.next() % 12 {
        case 0: return .integer(Int(truncatingIfNeeded: random.next()) % 300)
        case 1: return .integer(.max)
        case 2: return .integer(.min)
        case 3: return .nil
        case 4: return .tuple([.atom("var"), .integer(1), name])
        case 5: return .tuple([.atom("integer"), .integer(1), .integer(-1)])
        case 6: return .tuple([.atom("call"), .integer(1), .tuple([.atom("atom"), .integer(1), name]), .nil])
        case 7: return .tuple([.atom("fun"), .integer(1), .tuple([.atom("function"), name, .integer(1)])])
        case 8: return .float(1.5)
        case 9: return .string("x")
        default: return name
        }
    }

    /// Numbers that are the same in every run.
    private struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state ^ (state >> 29)) &* 0x9E37_79B9_7F4A_7C15 >> 11
        }
    }
}

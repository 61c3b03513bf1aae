import Terms
import Testing

/// Printing, then reading.
@Suite struct ReadingTests {
    private let nodes: @Sendable (Int) -> NodeIncarnation? = { number in
        [NodeIncarnation(node: "a@b", creation: 1), NodeIncarnation(node: "b@c", creation: 2)].first {
            Int($0.index) + 1 == number
        }
    }

    private func terms() -> [Term] {
        var random = RandomTerms(seed: 11)
        return PrintingTests.corpus
            + (0..<2_000).map { _ in random.make(depth: 4) }.filter { !$0.holdsOtherIncarnations }
    }

    @Test func whatErlangPrintsIsReadBack() throws {
        let reader = TermReader(.erlang, incarnation: nodes)
        for term in terms() {
            for width in [nil, 40] {
                let text = ErlangPrinter(width: width).print(term)
                #expect(try reader.read(text) == term, "\(text)")
            }
        }
    }

    @Test func whatElixirPrintsIsReadBack() throws {
        let reader = TermReader(.elixir, incarnation: nodes)
        for term in terms() {
            for width in [nil, 40] {
                let text = ElixirPrinter(width: width, limit: nil).inspect(term)
                #expect(try reader.read(text) == term, "\(text)")
            }
        }
    }

    @Test func taggedJSONIsReversible() throws {
        var random = RandomTerms(seed: 12)
        for term in PrintingTests.corpus + (0..<2_000).map({ _ in random.make(depth: 4) }) {
            let text = JSON.encode(term, style: .tagged)
            #expect(try JSON.decodeTagged(text) == term, "\(text)")
        }
        let deep = (0..<5_000).reduce(Term.nil) { term, _ in .makeList([term]) }
        #expect(try JSON.decodeTagged(JSON.encode(deep, style: .tagged)) == deep)
    }

    @Test func peopleWriteItDifferently() throws {
        let erlang: [(String, Term)] = [
            ("16#fF.", 255), ("2#101", 5), ("1_000", 1000), ("$a", 97), ("$\\n", 10), ("'a b'", .atom("a b")),
            ("\"a\" \"b\"", .charlist("ab")), ("<<\"é\"/utf8>>", .string("é")), ("<<1:4, 2:4>>", .binary(Binary([18]))),
            (" % a comment\n [a , b |c]", .makeList([.atom("a"), .atom("b")], tail: .atom("c"))), ("-5", -5),
            ("-1.5e3", .float(-1500)),
            ("#{a=>1,\n b => #{} }", .map(Map([(.atom("a"), 1), (.atom("b"), .map(Map()))]))),
            ("fun lists:map/2", .fun(.export(ExportFun(module: "lists", function: "map", arity: 2)))),
        ]
        for (text, term) in erlang { #expect(try TermReader(.erlang).read(text) == term, "\(text)") }
        let elixir: [(String, Term)] = [
            ("0xfF", 255), ("0b11", 3), ("1_000", 1000), ("?a", 97), ("~c\"ab\"", .charlist("ab")),
            ("nil", .atom(.nil)),
            (":\"a b\"", .atom("a b")), ("Foo.Bar", .atom("Elixir.Foo.Bar")), ("%{a: 1}", .map(Map([(.atom("a"), 1)]))),
            ("[a: 1, \"b c\": 2]", .makeList([.tuple([.atom("a"), 1]), .tuple([.atom("b c"), 2])])),
            ("%{\"a\" => :b, 1 => 2.0}", .map(Map([(.string("a"), .atom("b")), (1, .float(2))]))),
            ("[1 | 2] # end", .makeList([1], tail: 2)), ("<<1, 2::4>>", .bits([1, 32], bitCount: 12)),
            ("&String.upcase/1", .fun(.export(ExportFun(module: "Elixir.String", function: "upcase", arity: 1)))),
            ("&:erlang.+/2", .fun(.export(ExportFun(module: "erlang", function: "+", arity: 2)))),
            ("&:erlang.//2", .fun(.export(ExportFun(module: "erlang", function: "/", arity: 2)))),
        ]
        for (text, term) in elixir { #expect(try TermReader(.elixir).read(text) == term, "\(text)") }
    }

    @Test(arguments: [
        "", "[1", "{a,", "<<256:", "<<1", "\"abc", "'x", "#{a=>", "#{a}", "fun a", "<0.1>", "<9.9.9>", "#Ref<1>", "1 2",
        "X", "[a|b,c]", "16#", "#Fun<a.1.2>", "-", "$", "@", "\"\\x{110000}\"",
    ])
    func whatIsNoTermIsRefusedWithItsPlace(text: String) {
        #expect(throws: TermReadError.self) { try TermReader(.erlang).read(text) }
        #expect(throws: (any Error).self) { try JSON.decodeTagged("{" + text) }
    }

    @Test func brokenTextNeverTraps() throws {
        var random = RandomTerms(seed: 13)
        var seeded = SeededRandom(seed: 14)
        for _ in 0..<1_000 {
            let term = random.make(depth: 3)
            for (index, printed) in [
                ErlangPrinter(width: nil).print(term), ElixirPrinter(width: nil).inspect(term),
                JSON.encode(term, style: .tagged),
            ].enumerated() {
                var scalars = Array(printed.unicodeScalars)
                guard !scalars.isEmpty else { continue }
                for _ in 0..<3 {
                    let place = Int.random(in: 0..<scalars.count, using: &seeded)
                    scalars[place] = "{}[]<>\"'#%:,.|=0a\\&~".unicodeScalars.randomElement(using: &seeded) ?? " "
                }
                let text = String(
                    String.UnicodeScalarView(scalars.prefix(.random(in: 1...scalars.count, using: &seeded))))
                switch index {
                case 0: _ = try? TermReader(.erlang).read(text)
                case 1: _ = try? TermReader(.elixir).read(text)
                default: _ = try? JSON.decodeTagged(text)
                }
            }
        }
        #expect(throws: TermReadError.self) {
            try TermReader(.erlang).read(String(repeating: "[", count: 100_000))
        }
    }
}

extension Term {
    /// An identifier of another incarnation than the test's reader knows: its printed form does not tell it.
    var holdsOtherIncarnations: Bool {
        switch self {
        case .pid(let pid): !Self.isKnown(pid.incarnation)
        case .reference(let reference): !Self.isKnown(reference.incarnation)
        case .tuple(let tuple): tuple.contains { $0.holdsOtherIncarnations }
        case .list(let list): list.contains { $0.holdsOtherIncarnations } || list.countAndEnd.end.holdsOtherIncarnations
        case .map(let map):
            map.sortedPairs.contains { $0.key.holdsOtherIncarnations || $0.value.holdsOtherIncarnations }
        default: false
        }
    }

    private static func isKnown(_ incarnation: NodeIncarnation) -> Bool {
        incarnation == NodeIncarnation(node: "a@b", creation: 1)
            || incarnation == NodeIncarnation(node: "b@c", creation: 2)
    }
}

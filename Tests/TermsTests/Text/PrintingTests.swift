import Foundation
import Terms
import Testing

/// What the printers print, and what OTP 25 and Elixir 1.14 print for the same terms.
@Suite struct PrintingTests {
    @Test(.enabled(if: Oracle.release == 25, "compares with OTP 25, which is not installed"))
    func erlangPrintsTheSame() throws {
        let terms = Self.terms()
        let rows = terms.map { term -> Term in
            .tuple([
                term, text(ErlangPrinter(width: nil).print(term)), text(ErlangPrinter().write(term)),
            ])
        }
        let answer = try Oracle.run("escript", "Text/print.escript", rows) ?? ""
        #expect(answer.hasPrefix("\(rows.count) rows"), "\(answer.prefix(4000))")
    }

    @Test(.enabled(if: Oracle.hasElixir, "compares with Elixir, which is not installed"))
    func elixirInspectsTheSame() throws {
        let terms = Self.terms()
        let rows = terms.map { term -> Term in
            .tuple([
                term, text(ElixirPrinter(width: nil, limit: nil).inspect(term)),
                text(ElixirPrinter(width: 80, limit: nil).inspect(term)),
                text(ElixirPrinter(width: 40, limit: nil).inspect(term)),
            ])
        }
        let answer = try Oracle.run("elixir", "Text/inspect.exs", rows) ?? ""
        #expect(answer.hasPrefix("\(rows.count) rows"), "\(answer.prefix(4000))")
    }

    @Test(arguments: [80, 40]) func linesStayInTheWidth(width: Int) {
        for term in Self.terms() {
            for text in [
                ErlangPrinter(width: width).print(term), ElixirPrinter(width: width, limit: nil).inspect(term),
            ] {
                for line in text.split(separator: "\n") where line.unicodeScalars.count > width {
                    // Only what cannot be broken is longer: one text, atom or number.
                    #expect(line.drop { $0 == " " }.contains { !"{}[]<>%#,|=> ".contains($0) } && line.count > width)
                    #expect(!line.contains(", ") || line.contains("\"") || line.contains("<<"), "\(line)")
                }
            }
        }
    }

    private func text(_ string: String) -> Term { .binary(Binary(string)) }

    /// Terms whose text does not depend on the node that prints, nor on its order of large maps.
    static func terms() -> [Term] {
        var random = RandomTerms(seed: 7)
        var terms: [Term] = []
        while terms.count < 1_500 {
            let term = random.make(depth: 5)
            if !term.holdsLargeMap, !term.holdsIdentifier { terms.append(term) }
        }
        return terms + corpus
    }

    static let corpus: [Term] = {
        let words = (1...30).map { Term.atom(Atom("word\($0)")) }
        let long = String(repeating: "abcdefghi ", count: 20)
        let floats: [Double] = [
            0, -0.5, 1, 1.5, 100, 1e3, 123456, 1e10, 1e15, 1e16, 1e17, 1e21, 1e22, 1e23, 1e100, 1e-1, 1e-2, 1e-3, 1e-4,
            1e-5, 1e-10, 0.1, 0.00012, 1.23456789e-5, 123456789.125, 1.7976931348623157e308,
            33333333333.333332, 4.2e20, 65536, 1048576,
        ]
        // Not `maybe`: it is quoted since OTP 27, and read by all.
        let atoms = [
            "ok", "Ok", "a b", "a@b", "'", "a'b", "\\", "é", "日本", "ñandú", "_x", "9a", "fun", "end", "nil", "true",
            "Elixir.Foo", "Elixir.Foo.Bar", "Elixir", "Elixir.foo", "a-b", "a.b", "+", "==", "!", "foo?", "bar!", "\n",
            "a\u{7F}b", "else", "do", "and", "Elixir.Foo.bar", "{}", "%{}", "<<>>", "..", "|", "&&", "@", "->",
        ]
        let texts = [
            "", "abc", "a\"b", "a\\b", "a\nb\t", "é", "日本", "a\u{1}b", "\u{1B}[0m", "#{x}", "'", "\u{200B}", long,
        ]
        let range: Term = .map(
            Map([
                (.atom("__struct__"), .atom("Elixir.Range")), (.atom("first"), 1), (.atom("last"), 10),
                (.atom("step"), 1),
            ]))
        var terms: [Term] = floats.map { .float($0) } + atoms.map { .atom(Atom($0)) }
        terms += texts.map { .binary(Binary($0)) } + texts.map { .charlist($0) }
        terms += [.binary(Binary([255, 254])), .binary(Binary([0, 1, 2])), .binary(Binary(Array(0...200)))]
        terms += atoms.map { .makeList([.tuple([.atom(Atom($0)), 1])]) }
        terms += atoms.map { .map(Map([(.atom(Atom($0)), 1)])) }
        terms += [
            .makeList(words), .tuple(Tuple(words)), .makeList((1...100).map { .integer($0 * 1000) }), range,
            .makeList((0..<40).map { .tuple([.atom(Atom("key\($0)")), .integer($0)]) }),
            .map(Map((0..<20).map { (.atom(Atom("key\($0)")), .makeList([.integer($0), .atom("value")])) })),
            .tuple([
                .atom("badrpc"),
                .tuple([
                    .atom("EXIT"),
                    .tuple([
                        .atom("undef"),
                        .makeList([
                            .tuple([
                                .atom("nomod"), .atom("f"), .makeList([1]), .nil,
                            ])
                        ]),
                    ]),
                ]),
            ]),
            .makeList([.tuple([.integer(1), .string(long)]), .tuple([.integer(2), .charlist(long)])]),
            .makeList([.map(Map([(.atom("a"), .map(Map([(.atom("b"), .makeList(words))])))])), .integer(5)]),
            .makeList([1, 2], tail: 3), .makeList([.atom("a")], tail: .atom("b")),
            .tuple([.string(long), .string(long)]), .makeList([.string("ab"), .string(long)]),
        ]
        return terms
    }()
}

extension Term {
    var holdsIdentifier: Bool {
        switch self {
        case .pid, .reference, .port: true
        case .tuple(let tuple): tuple.contains { $0.holdsIdentifier }
        case .list(let list): list.contains { $0.holdsIdentifier } || list.countAndEnd.end.holdsIdentifier
        case .map(let map): map.sortedPairs.contains { $0.key.holdsIdentifier || $0.value.holdsIdentifier }
        default: false
        }
    }
}

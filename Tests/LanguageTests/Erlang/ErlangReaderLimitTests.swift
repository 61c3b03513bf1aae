import Glibc
import Language
import Terms
import Testing

/// Text that is hostile, or only newer than the Erlang it is compared with.
@Suite(.timeLimit(.minutes(2))) struct ErlangReaderLimitTests {
    private func error(_ text: String) -> SyntaxError? {
        do {
            _ = try ErlangReader.expressions(text)
            return nil
        } catch { return error }
    }

    @Test(arguments: [
        ("(", "1", ")"), ("[", "1", "]"), ("{", "1", "}"), ("#{a => ", "1", "}"), ("#r{a = ", "1", "}"),
        ("f(", "1", ")"),
        ("- ", "1", ""), ("not ", "1", ""), ("catch ", "1", ""), ("begin ", "1", " end"), ("", "1", " + 1"),
        ("1 ++ ", "1", ""), ("A = ", "1", ""), ("A ! ", "1", ""), ("<<", "1", ">>"), ("fun() -> ", "1", " end"),
        ("case ", "1", " of _ -> 1 end"), ("case 1 of _ -> ", "1", " end"), ("if true -> ", "1", " end"),
        ("try ", "1", " after 1 end"), ("try 1 catch _ -> ", "1", " end"), ("receive _ -> ", "1", " end"),
        ("[X || X <- ", "1", "]"), ("maybe ", "1", " end"), ("maybe A ?= ", "1", " end"), ("X", "#r", ".a#r"),
        ("M", "#{}", "#{}"), ("[1 | ", "1", "]"), ("1 andalso ", "1", ""), ("<<1:(", "1", ")>>"), ("[a, ", "1", "]"),
        ("try 1 catch (", "1", ") -> 2 end"), ("fun(", "1", ") -> 1 end"), ("fun F(", "1", ") -> 1 end"),
    ])
    func deepNestingIsAnError(_ part: (String, String, String)) {
        let (open, middle, close) = part
        // The most common ones deeper than the others, which take long without optimization.
        for count in [10, 100, 150, 180, 200, 1000, open == "(" ? 100_000 : 2_000] {
            let text =
                String(repeating: open, count: count) + middle + String(repeating: close, count: count) + "."
            do {
                let expressions = try ErlangReader.expressions(text)
                #expect(count < 1000, "\(open) \(count)")
                let term = Term.makeList(expressions.map(\.term))
                #expect(throws: Never.self) { try Abstract.expressions(term: term) }
            } catch {
                #expect(count > 100 || open == "X", "\(open) \(count): \(error.message)")
            }
        }
    }

    @Test func unfinishedNestingIsIncompleteOrTooDeep() {
        for open in ["(", "[", "{", "#{", "<<", "fun(", "\"", "'", "begin ", "f(", "case "] {
            #expect(error(open)?.isIncomplete == true)
            #expect(error(String(repeating: open, count: open == "(" ? 100_001 : 10_001)) != nil)
        }
    }

    @Test(.enabled(if: getenv("BEAMSH_LONG") != nil, "takes minutes: BEAMSH_LONG=1"))
    func longInputIsReadOrAnError() {
        let clock = ContinuousClock()
        let million = 1_000_000
        let texts = [
            "\"" + String(repeating: "a", count: 10 * million) + "\".",
            "[" + String(repeating: "1,", count: million / 2) + "1].",
            "{" + String(repeating: "1,", count: million / 5) + "1}.",
            String(repeating: "1,", count: million / 5) + "1.",
            String(repeating: "1 + ", count: million / 5) + "1.",
            String(repeating: " ", count: 10 * million) + "1.",
            "% " + String(repeating: "é", count: million / 2) + "\n1.",
            String(repeating: "a", count: million / 2) + ".",
            String(repeating: "1", count: million / 2) + ".",
            "\"" + String(repeating: "a\" \"", count: million / 2) + "\".",
            String(repeating: ".", count: million / 2),
            String(repeating: "#", count: million / 2),
            String(repeating: "é", count: million / 2) + " §",
        ]
        for text in texts {
            let time = clock.measure { _ = error(text) }
            #expect(time < .seconds(20), "\(text.prefix(10))")
        }
    }

    @Test func incompleteTextIsKnown() {
        for text in [
            "1", "1 +", "f(", "f(1", "[1,", "\"abc", "'abc", "fun() ->", "case X of", "begin", "$", "#{a =>", "<<1",
            "X#r",
            "\"\"\"\nabc", "~\"abc", "~s(abc", "if true -> 1;", "\"\\x{41", "maybe",
        ] {
            #expect(error(text)?.isIncomplete == true, "\(text)")
        }
        for text in ["1 2.", ")", "1.0e.", "f(].", "case of.", "16#.", "~x\"abc\".", "37#1", "end"] {
            #expect(error(text)?.isIncomplete == false, "\(text)")
        }
        #expect(ErlangReader.isUnfinished("f("))
        #expect(ErlangReader.isUnfinished("1 +"))
        #expect(!ErlangReader.isUnfinished("f(1)"))
        #expect(!ErlangReader.isUnfinished("f(1)."))
        #expect(!ErlangReader.isUnfinished("f]"))
    }

    @Test func errorsStandWhereTheyAre() {
        let found = error("A = \"é日\",\n  foo(1 2).")
        #expect(found?.message == "syntax error before: 2")
        #expect(found?.position(in: "A = \"é日\",\n  foo(1 2).").column == 9)
        #expect(error("#r{X = 1}.")?.message == "field 'X' is not an atom or _ in record")
    }

    /// What OTP 25 cannot read: each text must be read as another one that it can.
    @Test(arguments: [
        (#"~"abc\n"."#, #"<<"abc\n"/utf8>>."#), (#"~b"é\x{e9}"."#, #"<<"éé"/utf8>>."#),
        (#"~B"a\n"."#, #"<<"a\\n"/utf8>>."#),
        (#"~s"a\n"."#, #""a\n"."#), (#"~S(a\n)."#, #""a\\n"."#), (#"~s[a]."#, #""a"."#), (#"~s{a}."#, #""a"."#),
        (#"~s<a>."#, #""a"."#), (#"~s/a/."#, #""a"."#), (#"~s|a|."#, #""a"."#), (#"~s'a'."#, #""a"."#),
        (#"~s`a`."#, #""a"."#), (#"~s#a#."#, #""a"."#), (#"~s(a\)b)."#, #""a)b"."#),
        ("\"\"\"\nab\n  c\n\"\"\".", #""ab\n  c"."#), ("\"\"\"\n  ab\n    c\n  \"\"\".", #""ab\n  c"."#),
        ("\"\"\"\n\"\"\".", #""."#.isEmpty ? "" : "\"\"."), ("\"\"\"\n  a\\n\n\n  b\n  \"\"\".", #""a\\n\n\nb"."#),
        ("\"\"\"\"\n\"\"\"\n\"\"\"\".", #""\"\"\""."#), ("~\"\"\"\n a\n \"\"\".", #"<<"a"/utf8>>."#),
        ("~b\"\"\"\n a\\n\n \"\"\".", #"<<"a\n"/utf8>>."#), ("\"\"\"abc\"\"\".", #""" "abc" ""."#),
    ])
    func newTextIsReadAsOldText(_ pair: (String, String)) throws {
        let new = try ErlangReader.expressions(pair.0)
        let old = try ErlangReader.expressions(pair.1)
        #expect(new == old, "\(pair.0)")
    }

    @Test func newComprehensions() throws {
        func term(_ text: String) throws -> String {
            let expressions = try ErlangReader.expressions(text)
            let term = Term.makeList(expressions.map(\.term))
            #expect(try Abstract.expressions(term: term) == expressions)
            return ErlangPrinter(width: nil).print(term)
        }
        #expect(
            try term("#{K => V || K := V <- M}.")
                == "[{mc,1,{map_field_assoc,1,{var,1,'K'},{var,1,'V'}},"
                + "[{m_generate,1,{map_field_exact,1,{var,1,'K'},{var,1,'V'}},{var,1,'M'}}]}]")
        #expect(
            try term("[X || X <:- L, <<Y>> <:= B, A := B <:- M].")
                == "[{lc,1,{var,1,'X'},[{generate_strict,1,{var,1,'X'},{var,1,'L'}},"
                + "{b_generate_strict,1,{bin,1,[{bin_element,1,{var,1,'Y'},default,default}]},{var,1,'B'}},"
                + "{m_generate_strict,1,{map_field_exact,1,{var,1,'A'},{var,1,'B'}},{var,1,'M'}}]}]")
        #expect(
            try term("[X || X <- L && Y <- M].")
                == "[{lc,1,{var,1,'X'},[{zip,1,[{generate,1,{var,1,'X'},{var,1,'L'}},"
                + "{generate,1,{var,1,'Y'},{var,1,'M'}}]}]}]")
    }

    @Test func invalidTermsAreErrors() throws {
        let good = try ErlangReader.expressions(
            "f(X, [1, {a, $b, \"c\", 1.5} | T], #{a => 1}, #r{a = 1, _ = 2}, <<X:8/little-unit:1>>), "
                + "try fun F(1) when true -> 1; F(_) -> fun g/1 end of _ -> m:f() catch error:_ -> [A || A <- B] after 1 end."
        ).map(\.term)
        // Each element of each tuple in turn is something else.
        let others: [Term] = [.integer(-1), .atom("x"), .nil, .tuple(Tuple.empty), .tuple([.atom("cons"), 1, 2, 3])]
        func variants(_ term: Term) -> [Term] {
            var result: [Term] = []
            if case .tuple(let tuple) = term {
                let elements = Array(tuple)
                for position in elements.indices {
                    for other in variants(elements[position]) + others {
                        var changed = elements
                        changed[position] = other
                        result.append(.tuple(Tuple(changed)))
                    }
                }
                result.append(.tuple(Tuple(elements.dropLast())))
            } else if let elements = term.properList, !elements.isEmpty {
                for position in elements.indices {
                    for other in variants(elements[position]) {
                        var changed = elements
                        changed[position] = other
                        result.append(.makeList(changed))
                    }
                }
                result.append(.makeList(elements, tail: .atom("x")))
            }
            return result
        }
        var invalid = 0
        for term in good {
            for variant in variants(term) {
                do {
                    let expression = try Abstract.Expression(term: variant)
                    #expect(try Abstract.Expression(term: expression.term) == expression)
                } catch { invalid += 1 }
            }
        }
        #expect(invalid > 500)
        var deep = Term.tuple([.atom("nil"), 1])
        for _ in 0..<100_000 { deep = .tuple([.atom("catch"), 1, deep]) }
        #expect(throws: InvalidAbstractFormat.self) { try Abstract.Expression(term: deep) }
        var long = Term.tuple([.atom("nil"), 1])
        for _ in 0..<100_000 { long = .tuple([.atom("cons"), 1, .tuple([.atom("nil"), 1]), long]) }
        #expect(throws: InvalidAbstractFormat.self) { try Abstract.Expression(term: long) }
    }
}

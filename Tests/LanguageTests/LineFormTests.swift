import Language
import Processes
import Terms
import Testing

/// What a line is, when it goes on, and prompts that were pasted with it.
@Suite struct LineFormTests {
    private func isCommand(_ word: String) -> Bool { ["node", "rpc", "store", "help", "set"].contains(word) }

    private func form(_ line: String, _ pinned: Syntax? = nil) -> LineForm {
        LineForm.detect(line, pinned: pinned, isCommand: isCommand)
    }

    @Test func commandsComeFirstThenErlangThenElixir() {
        #expect(form("node list") == .command)
        #expect(form("  node") == .command)
        #expect(form("node = 5") == .expression(.elixir))
        #expect(form("node().") == .expression(.erlang))
        #expect(form("node()") == .expression(.elixir))
        #expect(form("store.x") == .expression(.elixir))
        #expect(form("nodes().") == .expression(.erlang))
        #expect(form("X = 1. % one") == .expression(.erlang))
        #expect(form("Node.list()") == .expression(.elixir))
        #expect(form("1..") == .expression(.elixir))
        #expect(form("X = 1", .erlang) == .expression(.erlang))
        #expect(form("node list", .erlang) == .command)
        #expect(form("") == .empty && form(" # a comment") == .empty && form("% one\n# two") == .empty)
        // What a comment says decides nothing.
        #expect(form("x = 1 # one.") == .expression(.elixir) && form("X = 1. # one") == .expression(.erlang))
        #expect(form("if true do\n  # Says hello.") == .expression(.elixir))
        #expect(form("X = #{a => 1}.\n% done") == .expression(.erlang) && form("X#r.f.") == .expression(.erlang))
        #expect(form("x = \"\"\"\nA text.") == .expression(.elixir))
        #expect(form("fun(A) ->\n% one.\nA end.") == .expression(.erlang))
        #expect(form("%{a: 1}") == .expression(.elixir) && form("%{}.") == .expression(.erlang))
    }

    @Test(arguments: [
        ("{1,", true), ("{1, 2}", false), ("\"abc", true), ("foo(1,", true), ("lists:map(", true), ("X = 1,", true),
        ("lists:reverse([1,", true), ("node list", false), ("node ping \"a", true), ("1 +", true), ("1 + 2", false),
        ("lists:seq(1, 3)", false), ("#{a =>", true), ("'abc", true), ("[1, 2]).", false), ("%{a: ", true), ("", false),
        ("store put t 1 {a,", true), ("1 2", false), (")", false),
    ])
    func whatIsOpenGoesOn(line: String, goesOn: Bool) {
        #expect(LineForm.isIncomplete(line, isCommand: isCommand) == goesOn)
    }

    @Test(arguments: [
        ("iex(a@h)1> Node.list()", "Node.list()"), ("(a@h)12> nodes().", "nodes()."), ("1> node().", "node()."),
        ("iex(3)> x", "x"), ("...> y", "y"), ("...(2)> y", "y"), ("> z", "z"), ("1 > 2", "1 > 2"), ("iex> 1", "1"),
        ("x > 1", "x > 1"), ("(a)1> 2", "(a)1> 2"), ("1>2", "1>2"), ("iex(1)> a\n...(1)> b", "a\nb"),
    ])
    func promptsAreStripped(line: String, rest: String) { #expect(LineForm.strippingPrompts(line) == rest) }

    @Test func commandWordsAreTerms() throws {
        let words = try CommandLineLexer.words("store put t {a, \"b c\"} [1, 2] --on b@h # done")
        #expect(words.count == 7)
        #expect(throws: SyntaxError.self) { try CommandLineLexer.words("store put t \"x") }
        #expect(CommandLineLexer.duration("5s") == 5_000_000_000 && CommandLineLexer.duration("200ms") == 200_000_000)
        #expect(CommandLineLexer.duration("5x") == nil)
    }

    @Test func brokenLinesNeverTrap() async {
        let seeds = [
            "node ping b@h {a, \"b\"} [1, 2] --on b@h", "rpc:call('b@h', m, f, [<<\"é\"/utf8, 1:4>>, #{a => [$a]}]).",
            "x = %{a: [1, ~w(a b)a], \"b\" => \"#{1 + 2}\"} |> Map.get(:a)",
            "{:ok, <<1, 2>>, 'abc', ?a, 1.5e3} = foo.bar(&M.f/1)",
            "fun lists:map/2, begin X = 16#FF, -X end.", "iex(a@h)1> [a: 1, b: %{^x => y}]",
        ]
        let junk = Array("{}[]()<>\"'#%:,.|=0a\\&~@?$ \n\u{0}é\u{301}".unicodeScalars)
        var random = SplitMix(state: 42)
        let table = ProcessTable(incarnation: .makeLocal(), timers: ThreadTimerService())
        let process = table.spawn("test", "lines") { _ in try await Task.sleep(nanoseconds: 600_000_000_000) }
        let evaluator = Evaluator(server: CodeServer())
        for round in 0..<3_000 {
            var scalars = Array(seeds[round % seeds.count].unicodeScalars)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<scalars.count, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: scalars[place] = junk.randomElement(using: &random) ?? " "
                case 1: scalars.insert(junk.randomElement(using: &random) ?? " ", at: place)
                default: if scalars.count > 1 { scalars.remove(at: place) }
                }
            }
            let line = LineForm.strippingPrompts(String(String.UnicodeScalarView(scalars)))
            _ = LineForm.isIncomplete(line, isCommand: isCommand)
            _ = try? CommandLineLexer.words(line)
            var bindings = Bindings()
            for syntax in Syntax.allCases {
                _ = try? await evaluator.evaluate(line, syntax: syntax, bindings: &bindings, by: process)
            }
        }
    }

    @Test func deepNestingIsRefusedAndNotRecursedInto() {
        for open in ["[", "{", "(", "%{a: ", "#{a => ", "-", "not ", "<<"] {
            let line = String(repeating: open, count: 100_000)
            // `#{` begins a comment in Elixir, `%{` one in Erlang.
            if open != "#{a => " { #expect(throws: SyntaxError.self) { try ElixirReader.quoted(line) } }
            if open == "%{a: " { continue }
            #expect(throws: SyntaxError.self) { try ErlangReader.expressions(line + "1.") }
        }
    }
}

/// Random numbers that are the same in each run.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}

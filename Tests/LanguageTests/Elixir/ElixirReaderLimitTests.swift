import Glibc
import Language
import Testing

/// Bad, unfinished and hostile text.
@Suite(.timeLimit(.minutes(3))) struct ElixirReaderLimitTests {
    private func error(_ text: String) -> SyntaxError? {
        do {
            var environment = ElixirEnvironment()
            _ = try ElixirLowering.line(text, environment: &environment, bound: [:])
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        "[1, 2", "{1", "%{a: 1", "%{", "foo(", "(1", "(", "\"abc", "'abc", "\"a#{1", "\"\"\"\nabc", "~w(a b",
        "~s\"\"\"\nabc",
        "1 +", "1 |>", "x =", "not", "-", "&", "if true do", "if true do 1 else", "fn x ->", "fn x -> 1", "fn",
        "case 1 do", "case 1 do\n 1 -> 2", "defmodule A do\n def f do\n 1\n end", "try do 1 rescue", "<<1, 2", "[1,",
        "foo 1,", "foo a:", ":", "\"a\" <>", "1 ..", "x.", "a and", "with 1 <- 2,", "@", "%", "%Foo", "receive do",
        "[a: 1,", "foo(a,", "%{a | ", "cond do\n true ->", "\"a#{\"b", "1 when", "(1;", "<<1>",
    ])
    func endsTooEarly(_ text: String) {
        let error = error(text)
        #expect(error?.isIncomplete == true, "\(text): \(error?.message ?? "no error")")
    }

    @Test(arguments: [
        ")", "]", "}", ">>", "end", "1 )", "[1, 2)", "(1]", "{1, 2]", "do", "else", "1 2", "foo 1 2", "[1 2]", "%{a b}",
        "%{1}", "x = = 1", "1 + * 2", "fn 1 end", "[a: 1, 2]", "%{a: 1, 2}", "a b: 1, 2", "0xZZ", "1.5e", "12abc",
        "foo(1,)", ", 1", "-> 1", "1 -> 2", "\"\\xZZ\"", "\"\\u{110000}\"", "?\\xZZ", "if true do 1 end end", "a:b",
        "~ww(a)",
        "~s$a$", "\u{0}", "\u{200B}", "€", "[,]", "{,}", "fn -> 1 end end", "%1{}", "@1", "x.1", "foo(do)", "?", "&&1",
        "1 = = 2", "\"\"\"abc\"\"\"", "case 1 do 1 -> 2; 3 end end", "quote do: 1", "defmacro x, do: 1", "unquote(x)",
        "defprotocol P do end", "defimpl P, for: Q do end", "use Foo", "x", "foo(1)", "Foo.{A}", "^x", "_", "&1",
        "a when b",
        "1 :: 2", "1 | 2", "x <- 1", "[1 | 2, 3]", "super(1)", "def f, do: 1", "@foo", "__STACKTRACE__", "raise",
        "%{} | 1",
        "case 1 do x when !x -> 1 end", "case 1 do x when x && true -> 1 end",
    ])
    func isWrong(_ text: String) {
        let error = error(text)
        #expect(error != nil, "\(text)")
        #expect(error?.isIncomplete != true, "\(text): \(error?.message ?? "")")
        #expect((error?.offset ?? 0) <= text.unicodeScalars.count)
    }

    @Test func namesWhatIsNotSupported() {
        #expect(error("1\n2\ndefmacro x, do: 1")?.message == "macros are not supported: defmacro at line 3")
        #expect(error("quote do: x")?.message == "macros are not supported: quote at line 1")
        #expect(
            error("defmodule A do\n use Foo.Bar\nend")?.message == "macros are not supported: use Foo.Bar at line 2")
        #expect(
            error("defprotocol P do\nend")?.message == "protocols of one's own are not supported: defprotocol at line 1"
        )
    }

    @Test func saysWhereAndWhat() {
        let undefined = error("x = 1\nx + yy")
        #expect(undefined?.message == "undefined function yy/0 (there is no such import)")
        #expect(undefined?.hint == "undefined variable \"yy\": nothing is bound to it here")
        #expect(undefined?.offset == 10)
        #expect(undefined?.length == 2)
        #expect(error("foo(1)")?.message == "undefined function foo/1 (there is no such import)")
        #expect(
            error("defmodule A do\n def f, do: g(1)\nend")?.message
                == "undefined function g/1 (expected A to define such a function or for it to be imported, but none are available)"
        )
    }

    @Test(arguments: [
        "(", "[", "{", "%{a: ", "<< ", "fn -> ", "f(", "- ", "not ", "\"#{", "1 + (", "[1 | ", "if true do ", "a.b(",
        "& ", "x = ",
        "%A{a: ", "case 1 do 1 -> ", "f ", "1 <> ", "[a: ", "!", "a[", "~s(#{", "(fn -> ", "1 ** ", "x when ", "f.(",
    ])
    func nestingHasALimit(_ opening: String) {
        let error = error(String(repeating: opening, count: 100_000))
        #expect(error != nil)
        #expect(
            error?.message.contains("nested") == true || error?.message.contains("expected") == true,
            "\(opening) \(error?.message ?? "")")
    }

    @Test(arguments: [
        "1 + ", "1 |> f() ", "a.b", ".b", "|> f ", "()", "[0]", ".()", " - 1", " and true", "; x = 1", "\n|> f",
    ])
    func chainsHaveALimit(_ link: String) {
        _ = error("x" + String(repeating: link, count: 100_000))
    }

    /// As deep as is allowed: nothing on the way to the abstract format runs out of stack.
    @Test(arguments: [
        ("[", "1", "]"), ("{", "1", "}"), ("(", "1", ")"), ("%{a: ", "1", "}"), ("fn -> ", "1", " end"),
        ("- ", "1", ""),
        ("\"#{", "1", "}\""), ("if true do ", "1", " end"), ("1 + (", "1", ")"), ("case 1 do _ -> ", "1", " end"),
        ("inspect(", "1", ")"), ("1 <> ", "1", ""), ("x = ", "1", ""), ("1 && ", "1", ""),
        ("for _ <- [1], do: ", "1", ""),
        ("with 1 <- (", "1", "), do: 1"), ("try do ", "1", " after 1 end"), ("cond do true -> ", "1", " end"),
        ("1 |> Kernel.+(", "1", ")"), ("not ", "true", ""), ("!", "true", ""), ("then(1, fn _ -> ", "1", " end)"),
    ])
    func deepIsFine(_ before: String, _ inside: String, _ after: String) {
        for count in [20, 50, 100, 150, 198, 199, 200, 300] {
            let text = String(repeating: before, count: count) + inside + String(repeating: after, count: count)
            let error = error(text)
            if count <= 50 { #expect(error == nil, "\(before) \(count): \(error?.message ?? "")") }
        }
    }

    @Test(.enabled(if: getenv("BEAMSH_LONG") != nil, "takes minutes: BEAMSH_LONG=1"))
    func tenMegabytesTakeTheirTimeOnly() {
        #expect(error("\"" + String(repeating: "a", count: 10_000_000) + "\"") == nil)
        #expect(error("[" + String(repeating: "1, ", count: 100_000) + "1]") == nil)
        #expect(error(String(repeating: "x = 1\n", count: 50_000)) == nil)
        #expect(error(String(repeating: "# comment\n", count: 100_000) + "1") == nil)
        #expect(error(String(repeating: "\n", count: 1_000_000) + "1") == nil)
        #expect(error(String(repeating: "a", count: 10_000_000)) != nil)
        #expect(error(String(repeating: "1", count: 10_000_000)) != nil)
    }

    /// Cut anywhere, good text is good, wrong, or unfinished: never a crash.
    @Test func everyPrefixIsRead() {
        for entry in ElixirCorpus.entries("corpus.txt") + ElixirCorpus.entries("modules.txt") {
            for step in entry.steps where step.unicodeScalars.count < 400 {
                let scalars = Array(step.unicodeScalars)
                for count in stride(from: 0, to: scalars.count, by: scalars.count > 80 ? 7 : 1) {
                    _ = error(String(String.UnicodeScalarView(scalars[..<count])))
                }
            }
        }
    }
}

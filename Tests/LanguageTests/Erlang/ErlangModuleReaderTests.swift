import Language
import Terms
import Testing

/// Modules that cannot be read. The words are those of OTP 25's `epp`.
@Suite struct ErlangModuleReaderTests {
    private func read(_ text: String, files: [String: String] = [:]) throws -> [Abstract.Form] {
        var options = ErlangModuleReader.Options()
        options.include = { name, _, _ in files[name].map { .init(name: name, text: $0) } }
        return try ErlangModuleReader.forms(text, file: "m.erl", options: options)
    }

    private func problem(_ text: String, files: [String: String] = [:]) -> String? {
        do {
            _ = try read(text, files: files)
            return nil
        } catch let error as SyntaxError {
            return "\(error.position(in: text).line): \(error.message)"
        } catch { return "\(error)" }
    }

    @Test(arguments: [
        ("-module(m).\nf() -> ?X.", "2: undefined macro 'X'"),
        ("-module(m).\nf() -> ?X(1,2).", "2: undefined macro 'X/2'"),
        ("-define(A, ?A).\nf() -> ?A.", "2: circular macro 'A'"),
        ("-define(A, (?B)).\n-define(B, {?A}).\nf() -> ?A.", "3: circular macro 'A'"),
        ("-define(A(X), X).\nf() -> ?A(1,2).", "2: argument mismatch for macro 'A'"),
        ("-define(A(X), X).\nf() -> ?A.", "2: argument mismatch for macro 'A'"),
        ("-define(A, 1).\n-define(A, 2).", "2: redefining macro 'A'"),
        ("-define(LINE, 1).", "1: redefining predefined macro 'LINE'"),
        ("-else.", "1: unbalanced '-else'"), ("-endif.", "1: unbalanced '-endif'"),
        ("-elif(true).", "1: unbalanced '-elif'"), ("-ifdef(X).\nf() -> 1.", "1: unterminated '-ifdef'"),
        ("-ifdef(A).\n-else.\n-else.\n-endif.", "3: repeated '-else'"),
        ("-include(\"nofile.hrl\").", "1: can't find include file \"nofile.hrl\""),
        ("-include_lib(\"nolib/include/x.hrl\").", "1: can't find include lib \"nolib/include/x.hrl\""),
        ("-error(\"stop it\").", "1: -error(\"stop it\")."), ("-define(A.", "1: badly formed 'define'"),
        ("-define(A B).", "1: badly formed 'define'"), ("-define(A(X,X), X).", "1: argument 'X' already used"),
        ("-ifdef(a, b).", "1: badly formed 'ifdef'"), ("-undef().", "1: badly formed 'undef'"),
        ("-foo(?FUNCTION_NAME).", "1: ?FUNCTION_NAME can only be used within a function"),
        ("-define(A(X), X).\nf() -> ?A((1).", "2: badly formed argument for macro 'A'"),
        ("-define(B(X), X).\nf() -> ?B(1,).", "2: badly formed argument for macro 'B'"),
        ("-if(1 +).\n-endif.", "1: syntax error before: ')'"), ("f() -> ??X.", "1: illegal macro call '?'?''"),
        ("f() -> ?1.", "1: illegal macro call '?1'"), ("f() -> 1", "1: syntax error before: "),
        ("f( -> 1.", "1: syntax error before: '->'"), ("-module(m)\nf() -> 1.", "2: syntax error before: f"),
        ("f() -> ?MODULE.", "1: undefined macro 'MODULE'"), ("-export(f/1).", "1: bad Name/Arity"),
        ("-export([f]).", "1: bad Name/Arity"), ("-module(1).", "1: bad module declaration"),
        ("-record(r, a).", "1: bad record declaration"), ("-record(r, {1}).", "1: bad record field"),
        ("-record(r).", "1: bad record declaration"), ("-file(1, 2).", "1: badly formed 'file'"),
        ("-type t() :: .", "1: syntax error before: '.'"), ("-type t(1) :: a.", "1: bad type variable"),
        ("-spec f(.", "1: syntax error before: '.'"), ("-spec f() .", "1: syntax error before: '.'"),
        ("f() -> 1; g() -> 2.", "1: head mismatch"), ("f() -> 1;\nf(X) -> 2.", "2: head mismatch"),
        ("-foo(X).", "1: bad attribute"), ("-foo(f(1)).", "1: bad attribute"), ("-foo(1, 2).", "1: bad attribute"),
        ("-type t :: a.", "1: bad type declaration"),
    ])
    func errorsHaveTheWordsOfEpp(_ pair: (String, String)) {
        #expect(problem(pair.0) == pair.1)
    }

    @Test func errorsInIncludedFilesNameThem() {
        #expect(
            problem("-module(m).\n-include(\"a.hrl\").", files: ["a.hrl": "\n\nf( -> 1."])
                == "2: a.hrl:3: syntax error before: '->'")
        #expect(problem("-include(\"a.hrl\").", files: ["a.hrl": "-include(\"a.hrl\")."])?.contains("nested") == true)
    }

    @Test func partsThatAreLeftOutAreNotRead() throws {
        #expect(try read("-ifdef(X).\nf( -> ?Y(.\n-else.\nf() -> 1.\n-endif.\n").count == 3)
        #expect(try read("-if(foo(1)).\nf() -> 1.\n-endif.\n").count == 2)
        #expect(try read("-warning(\"x\").\nf() -> 1.\n").count == 3)
        #expect(try read("#!/usr/bin/env escript\nf() -> 1.\n").count == 3)
    }

    @Test func macrosDoNotBlowUp() {
        var text = "-define(A0, x).\n"
        for number in 1...60 { text += "-define(A\(number), {?A\(number - 1), ?A\(number - 1)}).\n" }
        #expect(problem(text + "f() -> ?A60.\n")?.contains("expand to too much") == true)
        let nested = String(repeating: "?A(", count: 10_000) + "1" + String(repeating: ")", count: 10_000)
        #expect(problem("-define(A(X), X).\nf() -> \(nested).\n") != nil)
        #expect(problem(String(repeating: "-ifdef(A).\n", count: 10_000)) != nil)
    }

    @Test func givenMacrosAreDefined() throws {
        var options = ErlangModuleReader.Options()
        options.macros = ["N": .integer(5), "T": .tuple([.atom("a b"), .charlist("x")])]
        let forms = try ErlangModuleReader.forms("f() -> {?N, ?T}.", file: "m.erl", options: options)
        #expect(forms[1] == (try ErlangModuleReader.forms("f() -> {5, {'a b', \"x\"}}.", file: "m.erl"))[1])
    }

    @Test func printedTermsAreReadAgain() throws {
        var random = SystemRandomNumberGenerator()
        func term(_ depth: Int) -> Term {
            func terms() -> [Term] { (0..<Int.random(in: 0..<4, using: &random)).map { _ in term(depth - 1) } }
            switch Int.random(in: 0..<(depth > 0 ? 10 : 6), using: &random) {
            case 0: return .integer(Int.random(in: -5...300, using: &random))
            case 1: return .integer(Int.random(in: .min ... .max, using: &random))
            case 2: return .float(Double.random(in: -1e10...1e10, using: &random))
            case 3:
                return .atom(["a", "b c", "", "é", "X", "end", "it's", "\n", "a@b", "maybe"].randomElement() ?? "a")
            case 4: return .charlist(["abc", "\"\\", "日本", "\u{1F600}", "\t\n\u{1B}"].randomElement() ?? "")
            case 5: return .string(["abc", "\"q\"", "é日", "\u{0}\u{FF}", ""].randomElement() ?? "")
            case 6: return .makeList(terms())
            case 7: return .makeList([term(depth - 1)], tail: term(depth - 1))
            case 8: return .tuple(Tuple(terms()))
            default: return .map(Map(terms().map { (key: $0, value: term(depth - 1)) }))
            }
        }
        for _ in 0..<2000 {
            let original = term(4)
            for width in [nil, 20] {
                let text = ErlangPrinter(width: width).print(original)
                #expect(try ErlangReader.expression(text).constant == original, "\(text)")
            }
        }
    }
}

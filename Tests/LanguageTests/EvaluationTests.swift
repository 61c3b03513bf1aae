import Glibc
import Language
import Processes
import Terms
import TestKit
import Testing

/// The same lines here and in real Erlang and Elixir.
@Suite(.timeLimit(.minutes(2))) struct EvaluationTests {
    private static let erlang = [
        "1.", "-1.", "- 1.", "1 + 2 * 3.", "(1 + 2) * 3.", "10 div 3.", "-10 div 3.", "-10 rem 3.", "7 / 2.", "1.0e3.",
        "16#FF.", "2#1010.", "$a.", "$\\n.", "1_000.", "36893488147419103232.", "1 bsl 70.", "-1 bsr 1.", "5 band 3.",
        "5 bor 3.", "5 bxor 3.", "bnot 5.", "abc.", "'a b'.", "'\\n'.", "\"abc\".", "\"a\" \"b\".", "\"\".", "[].",
        "[1].",
        "[1, 2 | [3]].", "[a | b].", "{}.", "{a, {b}, [c]}.", "#{}.", "#{a => 1, \"b\" => 2.5}.", "#{1 => a}#{1 := b}.",
        "#{1 => a}#{2 => b}.", "#{a => 1}#{b := 1}.", "<<>>.", "<<1, 2, 3>>.", "<<\"abc\">>.", "<<\"é\"/utf8>>.",
        "<<1:4>>.",
        "<<258:16>>.", "fun lists:map/2.", "true and false.", "true or false.", "not true.", "true xor true.",
        "true andalso false.", "false orelse true.", "false andalso x.", "true orelse x.", "1 == 1.0.", "1 =:= 1.0.",
        "1 /= 2.", "1 =/= 1.0.", "1 < a.", "a < {}.", "{} < [].", "[] < <<>>.", "1 >= 1.", "1 =< 1.", "2 > 3.",
        "[1, 2] ++ [3].", "[1, 2, 3, 2] -- [2].", "[3] ++ 4.", "X = 1, X + 1.", "{A, B} = {1, 2}, [B, A].",
        "[H | T] = [1, 2, 3], {H, T}.", "#{k := V} = #{k => 5}, V.", "_ = 5.", "{X, X} = {1, 1}, X.",
        "begin 1, 2 end.", "1 + a.", "1 / 0.", "1 div 0.", "-a.", "not 1.", "1 and true.", "[a] ++ b.",
        "\"\\x{e9}\\t\".",
        "\"日本\".", "1.5 + 1.", "2 * 0.5.", "1 - -1.", "- - 1.", "{1, 2, 3} = {1, 2, 3}.", "1 = 2.", "[[], [[]]].",
        "$ .", "1 + 2 == 3.", "1 < 2 andalso 2 < 3.", "\"a\\\"b\".", "'a''b'.", "1 2.", "{.", "[1,, 2].", "+1.", "1..",
        "bnot 1.0.", "1.0 div 2.", "3 rem 0.", "1 bsl -1.", "#{a => b}#{a => c}.", "{a, b}#{}.",
        "[1 | [2 | [3 | []]]].",
    ]

    private static let elixir = [
        "1", "-1", "1 + 2 * 3", "(1 + 2) * 3", "7 / 2", "1.0e3", "0xFF", "0b101", "0o17", "?a", "?\\n", "1_000",
        "36893488147419103232", ":abc", ":\"a b\"", ":+", "nil", "true", "Foo", "Foo.Bar", "\"abc\"", "\"a\\nb\"",
        "\"é\"",
        "\"\"", "'abc'", "~s(a b)", "~w(a b c)", "~w(a b)a", "~c(ab)", "[]", "[1, 2]", "[1 | [2]]", "[1 | 2]",
        "[a: 1, b: 2]",
        "[{:a, 1}]", "[1, a: 2]", "{}", "{:ok, 1}", "%{}", "%{a: 1}", "%{\"a\" => 1, :b => 2}", "%{%{a: 1} | a: 2}",
        "%{%{a: 1} | b: 2}", "<<>>", "<<1, 2, 3>>", "\"a\" <> \"b\"", "[1] ++ [2]", "[1, 2, 1] -- [1]", "1 == 1.0",
        "1 === 1.0", "1 != 2", "1 !== 1.0", "1 < :a", "1 <= 1", "2 > 3", "2 >= 3", "true and false", "true or false",
        "not true", "!nil", "!1", "nil && 1", "1 && 2", "nil || 3", "false || nil", "1 || 2", "x = 5; x + 1",
        "{a, b} = {1, 2}; [b, a]", "[h | t] = [1, 2]; {h, t}", "%{k: v} = %{k: 3}; v", "x = 1; ^x = 1",
        "x = 1; x = 2; x",
        "_ = 5", "{:ok, _} = {:error, 1}", "1..3", "1..10//2", "1 in [1, 2]",
        "3 in [1, 2]", "%{a: %{b: 1}}.a.b", "%{a: 1}.b", "1 + :a", "1 / 0", "-:a", "1 and true", "&String.upcase/1",
        "(1; 2)", "1 +\n2", "[1,\n2]", "\"\\x41\\u00e9\"", "\"\\u{1F600}\"", "~S(a\\nb)", ":a == :b", "\"a\" == 'a'",
        "{1, 2", "[1, 2", "1 +", ")", "1 = 2", "- 1", "+1", "1 - 1", "1 -1", "2 ** 3", "\"abc\" <> \"\"", "[?a, ?b]",
        "1..10//2", "5 in 1..10//2", "10 in 1..9", "(1; 2)", "()", "2 ** 100", "2 ** 0.5", "2 ** -1",
    ].filter { !$0.contains("\n") }

    @Test(.enabled(if: ChildProcess.find("escript") != nil, "escript is not installed"))
    func erlangGivesTheSame() async throws {
        let theirs = try await oracle("escript", "evaluate.escript", Self.erlang)
        #expect(theirs.count == Self.erlang.count)
        for (line, answer) in zip(Self.erlang, theirs) {
            let ours = await evaluate(line, .erlang)
            #expect(ours == answer, "\(line)")
        }
    }

    @Test(.enabled(if: ChildProcess.find("elixir") != nil, "elixir is not installed"))
    func elixirGivesTheSame() async throws {
        let theirs = try await oracle("elixir", "evaluate.exs", Self.elixir)
        #expect(theirs.count == Self.elixir.count)
        for (line, answer) in zip(Self.elixir, theirs) {
            let ours = await evaluate(line, .elixir)
            #expect(ours == answer, "\(line)")
        }
    }

    /// What a line gives, worded as the scripts beside this file word it.
    private func evaluate(_ line: String, _ syntax: Syntax) async -> String {
        var bindings = Bindings()
        do {
            let value = try await Evaluator(resolver: NoFunctions()).evaluate(line, syntax: syntax, bindings: &bindings)
            return syntax == .erlang
                ? ErlangPrinter(width: nil).print(value) : ElixirPrinter(width: nil, limit: nil).inspect(value)
        } catch is SyntaxError {
            return "syntax error"
        } catch let exception as ErlangException {
            let reason = ErlangPrinter(width: nil).print(exception.reason)
            guard syntax == .elixir else { return "error \(reason)" }
            let names = [
                ("{badmatch", "MatchError"), ("{badkey", "KeyError"), ("badarith", "ArithmeticError"),
                ("{badarg,", "BadBooleanError"), ("badarg", "ArgumentError"),
            ]
            return "error " + (names.first { reason.hasPrefix($0.0) }?.1 ?? reason)
        } catch {
            return "\(error)"
        }
    }

    private func oracle(_ program: String, _ script: String, _ lines: [String]) async throws -> [String] {
        var template = Array("/tmp/beamsh-lines-XXXXXX".utf8CString)
        close(mkstemp(&template))
        let path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        let file = fopen(path, "w")
        fputs(lines.joined(separator: "\n") + "\n", file)
        fclose(file)
        defer { unlink(path) }
        let folder = #filePath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
        let process = try ChildProcess(
            program, ["\(folder)/\(script)", path], environment: ["LC_ALL": "C.UTF-8"], mergesErrors: false)
        process.closeInput()
        _ = try await process.waitForExit(within: 60)
        return process.output.split(separator: "\n").map(String.init)
    }
}

/// No function anywhere.
struct NoFunctions: FunctionResolver {
    func call(module: Atom, function: Atom, arguments: [Term]) async throws -> Term {
        throw ErlangException(.error, .atom(.undef))
    }

    func callLocal(function: Atom, arguments: [Term], syntax: Syntax) async throws -> Term {
        throw ErlangException(.error, .atom(.undef))
    }
}

import Glibc
import TestKit
import Testing

/// Runs lines, each of which may fail, in a program that may use so much memory.
private func runLines(_ input: String, memory: String? = nil, within seconds: Double = 90) async throws
    -> Beamsh.Outcome
{
    var environment = Beamsh.environment()
    environment["BEAMSH_MEMORY_LIMIT"] = memory
    let process = try ChildProcess(Beamsh.path, ["--keep-going"], environment: environment)
    process.send(input)
    process.closeInput()
    let code = try await process.waitForExit(within: seconds)
    return Beamsh.Outcome(output: process.output, code: code)
}

/// Bad input: a located error, and the next line runs.
@Suite(.timeLimit(.minutes(5)), .serialized)
struct BadInputTests {
    @Test(arguments: [
        "F = fun F(X) -> [X | F(X)] end, F(1).", "(fun F(X) -> F([lists:seq(1, 10000) | X]) end)([]).",
        "(fun F(M, N) -> F(M#{N => lists:seq(1, 10000)}, N + 1) end)(#{}, 0).",
        "(fun F(X) -> F([binary:copy(<<0>>, 100000) | X]) end)([]).",
        "(fun F() -> self() ! lists:seq(1, 10000), F() end)().",
        "(fun F(X) -> F(<<X/binary, X/binary>>) end)(<<1>>).", "(fun F(X) -> F(X ++ X) end)([1]).",
    ])
    func memoryRunsOut(_ line: String) async throws {
        let run = try await runLines("\(line)\n1 + 41.\n", memory: "300M")
        #expect(run.lines.last == "42", "\(run.output.suffix(500))")
        // As `erl` says it of a binary: the size of a segment is too large.
        let words = ["system limit", "out of memory", "is too large"]
        #expect(words.contains { run.output.contains($0) }, "\(run.output)")
    }

    @Test func theProcessThatGrowsIsEnded() async throws {
        let line =
            "Q = spawn(fun() -> (fun G(N) -> receive stop -> ok after 1 -> G(N + 1) end end)(0) end), B = spawn(fun() -> (fun G() -> G() end)() end), P = spawn(fun() -> (fun F(X) -> F([lists:seq(1, 10000) | X]) end)([]) end), R = monitor(process, P), receive {'DOWN', R, _, _, {W, _}} -> {W, is_process_alive(Q), is_process_alive(B)} end."
        let run = try await runLines("\(line)\n1 + 41.\n", memory: "300M")
        #expect(run.lines.contains("{system_limit,true,true}") && run.lines.last == "42", "\(run.output)")
    }

    @Test(arguments: [
        "[", "{", "(", "<<", "%{a: ", "fn -> ", "not ", "if true do ", "[a | ", "f(", "\"#{", "case 1 of 1 -> ",
        "fun() -> ", "catch ",
    ])
    func nestingIsRefused(_ opening: String) async throws {
        let deep = String(repeating: opening, count: 100_000)
        let run = try await runLines("1 + 1.\n\(deep)1\n\n#iex:break\n\(deep)1.\n\n#iex:break\n1 + 41.\n")
        #expect(run.lines.first == "2" && run.lines.last == "42" && run.code == 2, "\(run.output.suffix(300))")
        // Of the source no more is shown than fits a line.
        #expect(run.output.utf8.count < 2_000, "\(run.output.prefix(300))")
    }

    @Test func longLinesAreRead() async throws {
        let list = "[" + String(repeating: "1, ", count: 60_000) + "1]"
        let variables = "[" + String(repeating: "X, ", count: 60_000) + "X]"
        let run = try await runLines(
            "length(\(list)).\nX = 7, lists:sum(\(variables)).\nY = \(list), \(list) = Y, hd(Y).\n1 + 41.\n")
        #expect(run.lines == ["60001", "420007", "1", "42"], "\(run.output.suffix(300))")
        let other = try await runLines("length(\(list)\n1 + 41.\n")
        #expect(other.output.utf8.count < 1_000, "\(other.output.prefix(300))")
    }

    @Test func bytesThatAreNoUTF8AreTheirLinesError() async throws {
        let path = Beamsh.home() + "/s.bsh"
        let file = fopen(path, "w")
        let bytes: [UInt8] = Array("1 + 1.\n\"a".utf8) + [0xFF, 0xC3, 0x28] + Array("b\".\n2 + 2.\n".utf8)
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
        let run = try await Beamsh.run(["--keep-going", path])
        #expect(run.lines.first == "2" && run.lines.last == "4", "\(run.output)")
        #expect(run.output.contains("invalid UTF-8") && run.code == 2, "\(run.output)")
    }

    @Test(arguments: [
        "[1, 2", "foo(", "\"abc", "if true do", "fn x ->", "begin 1,", "case 1 of", "<<1", "#{a =>", "1 +",
    ])
    func unfinishedInputIsAnError(_ text: String) async throws {
        let run = try await Beamsh.run(["--keep-going"], input: "1 + 1.\n\(text)\n")
        #expect(run.lines.first == "2" && run.code == 2, "\(run.code) \(run.output)")
        #expect(run.output.contains("2:"), "\(run.output)")
    }

    /// Not the comment of Elixir that its first row would be.
    @Test func aMapOfErlangMayHaveSeveralRows() async throws {
        let run = try await Beamsh.run([], input: "#{a =>\n1}.\n#{:ok, x} = f()\n1 + 41.\n")
        #expect(run.lines.first == "#{a => 1}" && run.lines.last == "42" && run.code == 0, "\(run.output)")
    }
}

/// What takes long: the table of atoms, ten megabytes.
@Suite(
    .timeLimit(.minutes(30)), .serialized,
    .enabled(if: getenv("BEAMSH_LONG") != nil, "takes minutes: BEAMSH_LONG=1"))
struct LimitTests {
    @Test func theTableOfAtomsFillsUp() async throws {
        let lines = """
            length([list_to_atom(integer_to_list(X)) || X <- lists:seq(1, 3000000)]).
            list_to_atom("one_more_atom").
            list_to_atom("ok").
            Enum.map(1..10, &String.to_atom("k#{&1}"))
            binary_to_atom(<<"another">>).
            new_atoms_in_text_are_made.
            Variable = 5, Variable + 1.

            """
        let run = try await runLines(lines, within: 300)
        #expect(run.output.components(of: "system").count >= 4, "\(run.output)")
        #expect(run.lines.contains("ok") && run.lines.contains("new_atoms_in_text_are_made"), "\(run.output)")
        #expect(run.lines.last == "6", "\(run.output)")
    }

    @Test func aLineOfTenMegabytesIsRead() async throws {
        let list = "[" + String(repeating: "1, ", count: 3_400_000) + "1]"
        let run = try await runLines("length(\(list)).\n1 + 41.\n")
        #expect(run.lines.last == "42", "\(run.output.suffix(300))")
        let text = "byte_size(\"" + String(repeating: "x", count: 10_000_000) + "\")"
        let other = try await runLines("\(text)\n1 + 41.\n")
        #expect(other.lines == ["10000000", "42"], "\(other.output.suffix(300))")
        let sum = String(repeating: "1 + ", count: 2_500_000) + "1."
        let third = try await runLines("\(sum)\n1 + 41.\n")
        #expect(third.lines.last == "42", "\(third.output.suffix(300))")
    }
}

extension String {
    fileprivate func components(of separator: String) -> [Substring] { split(separator: separator) }
}

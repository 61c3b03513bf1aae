import Glibc
import TestKit
import Testing

/// What is too much for the program: errors, and the next line runs.
@Suite(
    .timeLimit(.minutes(30)), .serialized,
    .enabled(if: getenv("BEAMSH_LONG") != nil, "takes minutes: BEAMSH_LONG=1"))
struct LimitTests {
    /// Runs lines, each of which may fail, in a program that may use so many kilobytes of address space.
    private func run(_ input: String, kilobytes: Int? = nil, within seconds: Double = 90) async throws -> Beamsh.Outcome
    {
        let limit = kilobytes.map { "ulimit -v \($0); " } ?? ""
        let process = try ChildProcess(
            "sh", ["-c", "\(limit)exec \"$0\" \"$@\"", Beamsh.path, "--keep-going"], environment: Beamsh.environment())
        process.send(input)
        process.closeInput()
        let code = try await process.waitForExit(within: seconds)
        return Beamsh.Outcome(output: process.output, code: code)
    }

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
        let run = try await run(lines)
        #expect(run.output.components(of: "system").count >= 4, "\(run.output)")
        #expect(run.lines.contains("ok") && run.lines.contains("new_atoms_in_text_are_made"), "\(run.output)")
        #expect(run.lines.last == "6", "\(run.output)")
    }

    @Test(arguments: [
        "F = fun F(X) -> [X | F(X)] end, F(1).", "F = fun F(X) -> F([lists:seq(1, 10000) | X]) end, F([]).",
        "F = fun F() -> self() ! lists:seq(1, 10000), F() end, F().",
        "spawn(fun() -> (fun F(X) -> F([lists:seq(1, 10000) | X]) end)([]) end), timer:sleep(3000).",
    ])
    func memoryRunsOut(_ line: String) async throws {
        let run = try await run("\(line)\n1 + 41.\n", kilobytes: 3_000_000)
        #expect(run.lines.last == "42", "\(run.output.suffix(500))")
        if !line.hasPrefix("spawn") {
            #expect(run.output.contains("system_limit") || run.output.contains("out of memory"))
        }
    }

    @Test(arguments: [
        "[", "{", "(", "<<", "%{a: ", "fn -> ", "not ", "-", "if true do ", "[a | ", "#{a => ", "f(", "\"#{", "@", "&",
        "!", "x = ", "case 1 of 1 -> ", "begin ", "fun() -> ", "catch ",
    ])
    func nestingIsRefused(_ opening: String) async throws {
        let deep = String(repeating: opening, count: 100_000)
        for text in ["\(deep)1", "\(deep)1.", deep] {
            let run = try await run("1 + 1.\n\(text)\n\n#iex:break\n")
            #expect(run.lines.first == "2" && run.code > 0 && run.code < 100, "\(run.code) \(run.output.suffix(300))")
        }
    }

    @Test func aLineOfTenMegabytesIsRead() async throws {
        let list = "[" + String(repeating: "1, ", count: 3_400_000) + "1]"
        let run = try await run("length(\(list)).\n1 + 41.\n")
        #expect(run.lines.last == "42", "\(run.output.suffix(300))")
        let text = "byte_size(\"" + String(repeating: "x", count: 10_000_000) + "\")"
        let other = try await self.run("\(text)\n1 + 41.\n")
        #expect(other.lines == ["10000000", "42"], "\(other.output.suffix(300))")
        let sum = String(repeating: "1 + ", count: 2_500_000) + "1."
        let third = try await self.run("\(sum)\n1 + 41.\n")
        #expect(third.lines.last == "42", "\(third.output.suffix(300))")
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
}

extension String {
    fileprivate func components(of separator: String) -> [Substring] { split(separator: separator) }
}

import Processes
import Shell
import Terms
import TestKit
import Testing

/// What the prompt says of bad calls: the same lines here, and in the real `erl` and `iex` of this machine.
@Suite(.timeLimit(.minutes(5))) struct ErrorDetailTests {
    @Test(.enabled(if: ChildProcess.find("erl") != nil, "erl is not installed"))
    func erlangsPromptSaysTheSame() async throws {
        let lines = try Self.lines("bad_calls.erl.txt")
        let separator = "io:put_chars(\"\\n\(Self.mark)\\n\").\n"
        let process = try ChildProcess("erl", [], environment: ["LC_ALL": "C.UTF-8"], mergesErrors: false)
        process.send(lines.map { "\($0)\n\(separator)" }.joined())
        process.closeInput()
        _ = try await process.waitForExit(within: 120)
        let texts = Self.parts(process.output)
        try #require(texts.count == lines.count + 1)
        let here = Here()
        var same = 0
        for (line, text) in zip(lines, texts) {
            let (ours, real) = (Self.erlang(await said(line, here)), Self.erlang(text))
            same += ours == real ? 1 : 0
            if ours != real { Issue.record("\(line)\n--- here\n\(ours)\n--- erl\n\(real)") }
        }
        print("error details: the prompt says what erl says of \(same) of \(lines.count) bad calls")
        #expect(lines.count >= 150)
    }

    @Test(.enabled(if: ChildProcess.find("iex") != nil, "iex is not installed"))
    func elixirsPromptSaysTheSame() async throws {
        let lines = try Self.lines("bad_calls.ex.txt")
        let process = try ChildProcess(
            "iex", ["--dot-iex", "/dev/null"], environment: ["LC_ALL": "C.UTF-8", "TERM": "dumb"],
            mergesErrors: true)
        process.send(lines.map { "\($0)\nIO.puts(\"\\n\(Self.mark)\")\n" }.joined())
        process.closeInput()
        _ = try await process.waitForExit(within: 150)
        let texts = Self.parts(process.output)
        try #require(texts.count == lines.count + 1)
        let here = Here()
        var same = 0
        for (line, text) in zip(lines, texts) {
            let ours = Self.elixir(await said(line, here))
            let real = Self.elixir(text)
            same += ours == real ? 1 : 0
            if ours != real { Issue.record("\(line)\n--- here\n\(ours)\n--- iex\n\(real)") }
        }
        print("error details: the prompt says what iex says of \(same) of \(lines.count) bad calls")
        #expect(lines.count >= 150)
    }

    private static let mark = "-----------"

    /// What a line on a session of its own fails with, or its value as it is shown.
    private func said(_ line: String, _ here: Here) async -> String {
        let session = Session(node: here.node)
        do {
            guard let result = try await session.run(line) else { return "" }
            return session.render(result) ?? ""
        } catch {
            return error as? Failure == nil ? "\(error)" : (error as? Failure)?.message ?? ""
        }
    }

    private static func lines(_ name: String) throws -> [String] {
        try Tables.read("\(Tables.tests)/EvaluationTests/Corpus/\(name)").split(separator: "\n").map(String.init)
    }

    /// The output between the marks, without prompts.
    private static func parts(_ output: String) -> [String] {
        let text = output.replacing("\r", with: "")
            .replacing(#/(?m)^(\.\.\.)?(iex)?(\(\d+\)|\d+)> /#, with: "").replacing(#/(?m)^\.\.\.\(\d+\)> /#, with: "")
        return text.components(separatedBy: "\n\(mark)\n")
    }

    /// The text without what depends on the process, and on how OTP is built inside: the line of a function, and who called it.
    private static func erlang(_ text: String) -> String {
        let rows = text.replacing(#/\bok\n/#, with: "").split(separator: "\n").map(String.init)
        return rows.filter { row in
            !row.contains("Eshell V") && !row.hasPrefix("     in call from")
                && !row.hasPrefix("     in function  eval_bits:")
        }.map {
            $0.replacing(#/ \(\w+\.erl, line \d+\)/#, with: "").replacing(#/<0\.\d+\.0>/#, with: "<pid>")
                .replacing(#/#(Ref|Fun)<[^>]*>/#) { "#\($0.1)" }
        }.joined(separator: "\n").replacing(#/matching ?\n +/#, with: "matching ").replacing(#/ +$/#, with: "")
    }

    /// The banner and the call on top of the stack.
    private static func elixir(_ text: String) -> String {
        var rows: [String] = []
        let all = text.split(separator: "\n").map(String.init).filter {
            !$0.contains("Interactive Elixir") && $0 != ":ok"
        }
        for row in all {
            guard row.hasPrefix("    "), let first = all.first, first.hasPrefix("**") else {
                rows.append(row)
                continue
            }
            // Only calls with their arguments stand there.
            let call = row.replacing(#/\(\w+ [\d.]+\) /#, with: "").replacing(#/[\w\/]+\.(erl|ex|exs):\d+: /#, with: "")
            if call.hasPrefix("    :"), call.contains("("), !call.contains("/") { rows.append(call) }
            if call.hasPrefix("    ") { break }
        }
        // Which of the functions behind one has no clause depends on how it is built inside.
        if let first = rows.first, first.hasPrefix("** (FunctionClauseError)") {
            return first.replacing(#/\/\d+\s*$/#, with: "")
        }
        return rows.map {
            $0.replacing(#/#PID<[^>]*>/#, with: "#PID").replacing(#/#Reference<[^>]*>/#, with: "#Reference")
                .replacing(#/ +$/#, with: "")
        }.joined(separator: "\n")
    }
}

extension String {
    fileprivate func components(separatedBy separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}

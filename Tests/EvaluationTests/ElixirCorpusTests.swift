import Language
import Node
import Shell
import Terms
import TestKit
import Testing

/// The corpus of Elixir on the machine: what each entry prints and comes to, here and in Elixir.
@Suite(.timeLimit(.minutes(5))) struct ElixirCorpusTests {
    @Test(
        .enabled(if: ChildProcess.find("elixir") != nil, "elixir is not installed"), arguments: ["corpus", "modules"])
    func linesGiveTheSame(name: String) async throws {
        let entries = CorpusEntry.elixir(try Tables.read("\(Tables.tests)/LanguageTests/Elixir/\(name).txt"))
        let theirs = try await CorpusEntry.inFile(entries) { path in
            let process = try ChildProcess(
                "elixir", ["\(Tables.tests)/EvaluationTests/Corpus/elixir_corpus.exs", path],
                environment: ["LC_ALL": "C.UTF-8"], mergesErrors: false)
            process.closeInput()
            _ = try await process.waitForExit(within: 150)
            return process.output.split(separator: "\n").filter { $0.hasPrefix("=") }.map { line in
                String(decoding: Tables.base64(line.drop { $0 != " " }), as: UTF8.self)
            }
        }
        try #require(theirs.count == entries.count)
        let here = Here()
        let recorder = Recorder()
        here.node.device = recorder
        var same = 0
        for (entry, real) in zip(entries, theirs) {
            let ours = comparable(await here.transcript(entry.steps, recorder))
            let real = comparable(real)
            same += ours == real ? 1 : 0
            if ours != real, !KnownDifferences.has(entry.steps[0]) {
                Issue.record(
                    "line \(entry.line): \(entry.steps.joined(separator: "\n"))\n  theirs: \(real)\n  ours:   \(ours)")
            }
        }
        print("elixir: \(same) of \(entries.count) entries of \(name) the same on the machine")
    }

    /// The texts without what differs from run to run, and without the place inside a function.
    private func comparable(_ text: String) -> String {
        var text = text.replacing(/#PID<[0-9.]+>/, with: "#PID").replacing(/#Reference<[0-9.]+>/, with: "#Reference")
        text.replace(/#Function<[^>]*>/, with: "#Function")
        text.replace(/#Port<[0-9.]+>/, with: "#Port")
        if let place = text.range(of: "** (FunctionClauseError)") { text.removeSubrange(place.upperBound...) }
        return text
    }
}

extension String {
    fileprivate func range(of other: String) -> Range<Index>? { firstRange(of: other) }
}

import Language
import Node
import Processes
import Shell
import Terms
import TestKit
import Testing

/// Lines and modules of Erlang on the machine: what they come to here and in OTP.
@Suite(.timeLimit(.minutes(5))) struct ErlangCorpusTests {
    static let script = "\(Tables.tests)/EvaluationTests/Corpus/erlang_corpus.escript"
    static let corpus = "\(Tables.tests)/LanguageTests/Erlang/Corpus"

    @Test(.enabled(if: ChildProcess.find("escript") != nil, "escript is not installed"))
    func linesGiveTheSame() async throws {
        let own = try Tables.read("\(Tables.tests)/EvaluationTests/Corpus/erlang_lines.txt")
        try await compare("lines", own)
    }

    /// The corpus of the reader, as far as it can be evaluated.
    @Test(.enabled(if: ChildProcess.find("escript") != nil, "escript is not installed"))
    func expressionsGiveTheSame() async throws {
        let read = try Tables.read("\(Self.corpus)/expressions.txt")
        let valid = String(read.split(separator: "% Things that are not right").first ?? "")
        try await compare("expressions", valid.replacing("⏎", with: "\u{1}"))
    }

    private func compare(_ name: String, _ text: String) async throws {
        let lines = text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("%") }
        let entries = lines.enumerated().map {
            CorpusEntry(line: $0 + 1, steps: [$1.replacing("\u{1}", with: "\n")])
        }
        let theirs = try await CorpusEntry.inFile(entries) { try await Self.run([$0]) }
        try #require(theirs.count == entries.count)
        let here = Here()
        here.node.device = Recorder()
        var (same, count) = (0, 0)
        for (entry, real) in zip(entries, theirs) {
            // Neither side can do anything with it.
            if name == "expressions", Self.isOpen(real.outcome) { continue }
            count += 1
            let real = Self.shown(real.outcome)
            let ours = Self.shown(await here.erlangOutcome(entry.steps))
            same += ours == real ? 1 : 0
            if ours != real, !KnownDifferences.has(entry.steps[0]) {
                Issue.record("\(entry.steps[0])\n  theirs: \(real)\n  ours:   \(ours)")
            }
        }
        print("erlang: \(same) of \(count) \(name) the same on the machine")
    }

    @Test(.enabled(if: ChildProcess.find("escript") != nil, "escript is not installed"))
    func modulesAreLoaded() async throws {
        let names = [
            "arith", "binaries", "columns", "conditions", "control", "empty", "errors", "funs", "guards", "includes",
            "lines", "lists_", "macros", "maps_", "mutual", "nesting", "no_module", "only_attributes", "queens",
            "receiving", "records", "server", "strings", "types",
        ].filter {
            // erlc refuses the first two for what they lack; the third differs in the name that a trace has for a fun.
            !["only_attributes", "types", "funs"].contains($0)
        }
        let theirs = try await Self.run(["module"] + names.map { "\(Self.corpus)/modules/\($0).erl" })
        try #require(theirs.count == names.count)
        let here = Here()
        let recorder = Recorder()
        here.node.device = recorder
        for (name, real) in zip(names, theirs) {
            let loaded = await here.outcome("c(\"\(Self.corpus)/modules/\(name).erl\").")
            guard let functions = real.outcome.properList else {
                #expect(loaded == .tuple([.atom("value"), .atom(.error)]), "\(name) is not valid")
                continue
            }
            #expect(
                loaded == .tuple([.atom("value"), .tuple([.atom(.ok), .atom(Atom(name))])]),
                "\(name): \(Self.shown(loaded)) \(recorder.take())")
            for row in functions {
                guard let row = row.asTuple, let function = row[0].asAtom else { continue }
                let ours = await here.erlangOutcome(["'\(name)':'\(function.name)'()."])
                #expect(Self.shown(ours) == Self.shown(row[1]), "\(name):\(function.name)/0")
            }
        }
    }

    /// Whether a line needs variables, records or functions that the shell does not have.
    private static func isOpen(_ outcome: Term) -> Bool {
        outcome == .atom("invalid")
            || outcome == .tuple([.atom(.error), .atom(.undef), .atom("none")])
            || ErlangPrinter(width: nil).write(outcome).contains("{erl_eval,local_func,")
    }

    private static func run(_ arguments: [String]) async throws -> [(name: String, outcome: Term)] {
        let process = try ChildProcess(
            "escript", [script] + arguments, environment: ["LC_ALL": "C.UTF-8"], mergesErrors: false)
        process.closeInput()
        _ = try await process.waitForExit(within: 150)
        return try process.output.split(separator: "\n").map { line in
            let encoded = line.drop { $0 != " " }
            return (String(line.prefix { $0 != " " }), try Term(etf: Tables.base64(encoded), limits: .trusted))
        }
    }

    /// Without what differs from run to run.
    private static func shown(_ term: Term) -> String {
        var text = ErlangPrinter(width: nil).write(term)
        text.replace(/<[0-9]+\.[0-9]+\.[0-9]+>/, with: "<pid>")
        text.replace(/#Ref<[^>]*>/, with: "#Ref")
        text.replace(/#Fun<[^>]*>/, with: "#Fun")
        return text
    }
}

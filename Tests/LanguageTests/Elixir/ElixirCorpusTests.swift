import Language
import Terms
import TestKit
import Testing

/// What we make of Elixir source does on a real node what Elixir makes of it does.
@Suite(.timeLimit(.minutes(5))) struct ElixirCorpusTests {
    @Test(.enabled(if: ChildProcess.find("elixir") != nil, "elixir is not installed"))
    func linesDoTheSame() async throws { try await compare("corpus.txt") }

    @Test(.enabled(if: ChildProcess.find("elixir") != nil, "elixir is not installed"))
    func modulesDoTheSame() async throws { try await compare("modules.txt") }

    private func compare(_ name: String) async throws {
        let entries = ElixirCorpus.entries(name)
        let (same, invalid, different) = try await ElixirCorpus.compare(entries)
        print(
            "\(name): \(entries.count) entries, \(same) the same, \(different.count) different; \(invalid.count) are errors"
        )
        for index in invalid { print("  error: \(entries[index].steps)") }
        for (index, (theirs, ours)) in different.sorted(by: { $0.key < $1.key }) {
            let entry = entries[index]
            Issue.record("line \(entry.line): \(entry.steps)\n  theirs: \(theirs)\n  ours:   \(ours)")
        }
        #expect(same + different.count == entries.count)
    }
}

import Glibc
import Terms

/// Lines that are run together: each step goes on with the variables of the one before.
struct CorpusEntry: Sendable {
    var line: Int
    var steps: [String]

    /// The entries of `corpus.txt` and `modules.txt` (`LanguageTests/Elixir`): they begin at the left margin; lines that are
    /// indented, or begin with `end` or a closing mark, belong to the one before. `;;` separates steps.
    static func elixir(_ text: String) -> [CorpusEntry] {
        var entries: [CorpusEntry] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("#") || (line.isEmpty && !(entries.last?.steps.last?.hasSuffix("\n") ?? false)) {
                continue
            }
            let continues = [" ", "end", "\"\"\"", "'''", ")", "]", "}", ";;"].contains { line.hasPrefix($0) }
            guard continues, var entry = entries.popLast() else {
                entries.append(CorpusEntry(line: index + 1, steps: [String(line)]))
                continue
            }
            if line.hasPrefix(";;") {
                entry.steps.append(String(line.dropFirst(2)))
            } else if let step = entry.steps.popLast() {
                entry.steps.append(step + "\n" + line)
            }
            entries.append(entry)
        }
        return entries
    }

    /// `[{Index, [Step]}]` in a file of the external term format, whose path it gives to `body`.
    static func inFile<Result>(_ entries: [CorpusEntry], _ body: (String) async throws -> Result) async throws -> Result
    {
        let term = Term.makeList(
            entries.enumerated().map { index, entry in
                .tuple([.integer(index), .makeList(entry.steps.map { .string($0) })])
            })
        var writer = ByteWriter()
        TermEncoder().encodeTopLevel(term, into: &writer)
        var template = Array("/tmp/beamsh-corpus-XXXXXX".utf8CString)
        close(mkstemp(&template))
        let path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        defer { unlink(path) }
        let file = fopen(path, "w")
        let bytes = writer.bytes
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
        return try await body(path)
    }
}

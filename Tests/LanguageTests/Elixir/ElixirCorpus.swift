import Glibc
import Language
import Terms
import TestKit

/// The lines of `corpus.txt`, and what real Elixir says of what we make of them.
enum ElixirCorpus {
    /// What is evaluated together: each step is a line at a prompt that goes on with the variables of the one before.
    struct Entry: Sendable {
        var line: Int
        var steps: [String]
    }

    static let folder = #filePath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }

    /// Entries begin at the left margin; lines that are indented, or begin with `end` or a closing mark, belong to the one
    /// before. `;;` separates steps. `#` begins a comment.
    static func entries(_ name: String) -> [Entry] {
        let text = read("\(folder)/\(name)")
        var entries: [Entry] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("#") || (line.isEmpty && !(entries.last?.steps.last?.hasSuffix("\n") ?? false)) {
                continue
            }
            let continues = [" ", "end", "\"\"\"", "'''", ")", "]", "}", ";;"].contains { line.hasPrefix($0) }
            if continues, !entries.isEmpty {
                if line.hasPrefix(";;") {
                    entries[entries.count - 1].steps.append(String(line.dropFirst(2)))
                } else {
                    let last = entries[entries.count - 1].steps.count - 1
                    entries[entries.count - 1].steps[last] += "\n" + line
                }
            } else {
                entries.append(Entry(line: index + 1, steps: [String(line)]))
            }
        }
        return entries
    }

    private static func read(_ path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What we make of an entry, as `compare.exs` reads it.
    static func term(_ entry: Entry, at index: Int) -> Term {
        var environment = ElixirEnvironment()
        var bound: [String: Atom] = [:]
        let resolver = ElixirResolver(exports: { module, name, arity in
            // What the corpus imports whole.
            let known: [String: Set<String>] = [
                "Elixir.Enum": ["map/2", "sum/1", "reduce/3", "count/1"], "Elixir.String": ["upcase/1", "split/2"],
                "lists": ["seq/2", "reverse/1"], "Elixir.List": ["first/1", "last/1"],
            ]
            return known[module.name]?.contains("\(name.name)/\(arity)") ?? false
        })
        var steps: [Term] = []
        for step in entry.steps {
            do {
                let unit = try ElixirLowering.line(step, environment: &environment, bound: bound, resolver: resolver)
                bound = unit.bound
                let names = unit.bound.map { Term.tuple(Tuple([.string($0.key), .atom($0.value)])) }
                let modules = unit.modules.map { Term.makeList($0.forms.map(\.term)) }
                let made: [Term] = [
                    .atom("ok"), .makeList(unit.expressions.map(\.term)), .makeList(names), .makeList(modules),
                ]
                steps.append(.tuple(Tuple([.string(step), .tuple(Tuple(made))])))
            } catch {
                let made: [Term] = [.atom("error"), .string(error.message)]
                steps.append(.tuple(Tuple([.string(step), .tuple(Tuple(made))])))
            }
        }
        return .tuple(Tuple([.integer(index), .makeList(steps)]))
    }

    /// What differs, by the index of the entry; how many are the same, and which of them neither side accepts.
    static func compare(_ entries: [Entry]) async throws -> (
        same: Int, invalid: [Int], different: [Int: (theirs: String, ours: String)]
    ) {
        let term = Term.makeList(entries.enumerated().map { Self.term($1, at: $0) })
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
        let process = try ChildProcess(
            "elixir", ["\(folder)/compare.exs", path], environment: ["LC_ALL": "C.UTF-8"], mergesErrors: false)
        process.closeInput()
        _ = try await process.waitForExit(within: 240)
        var (same, invalid, different) = (0, [Int](), [Int: (theirs: String, ours: String)]())
        for line in process.output.split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: false)
            if words.first == "same" { same += 1 }
            if words.count == 3, words.first == "same", let index = Int(words[1]) { invalid.append(index) }
            guard words.first == "differs", words.count == 4, let index = Int(words[1]) else { continue }
            different[index] = (base64(words[2]), base64(words[3]))
        }
        return (same, invalid, different)
    }

    private static func base64(_ text: Substring) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var bytes: [UInt8] = []
        var (buffer, bits) = (0, 0)
        for letter in text.utf8 {
            guard let value = letters.firstIndex(of: letter) else { continue }
            buffer = (buffer << 6 | value) & 0xFFFFFF
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> bits))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

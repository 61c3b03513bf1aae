internal import Node
internal import Processes
internal import Terms

/// What TAB offers in the shell of another node: that shell's own completer is asked, for a second at most.
///
/// `edlin_expand:expand/1` and `IEx.Autocomplete.expand/1` take what is before the cursor backwards, and give
/// `{yes | no, Text to insert, Candidates}`. Candidates are strings, `{Name, Arity}`, and since OTP 26 maps of sections.
struct PeerCompleter: Sendable {
    let node: Node
    let target: Atom
    let kind: RemoteShell.Kind

    private static let limit: Int64 = 1_000_000_000

    func completions(_ text: String, _ cursor: Int) async -> Completions {
        let before = String(String.UnicodeScalarView(text.unicodeScalars.prefix(cursor)))
        let line = before.split(separator: "\n", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        let (node, target, kind) = (node, target, kind)
        let answer: Term? = await withCheckedContinuation { continuation in
            node.processes.spawn("beamsh", "complete", groupLeader: node.userPid) { me in
                let backwards: Term = .charlist(String(String.UnicodeScalarView(line.unicodeScalars.reversed())))
                let answer = try? await node.erpcCall(
                    target, kind == .erl ? "edlin_expand" : "Elixir.IEx.Autocomplete", "expand", [backwards], by: me,
                    timeout: Self.limit)
                continuation.resume(returning: answer)
            }
        }
        let word = String(line.reversed().prefix { $0.isLetter || $0.isNumber || "_?!@".contains($0) }.reversed())
        return Self.completions(answer, word: word, start: cursor - word.unicodeScalars.count)
    }

    /// The answer of the peer's completer as candidates for the word at the cursor.
    static func completions(_ answer: Term?, word: String, start: Int) -> Completions {
        guard let tuple = answer?.asTuple, tuple.count == 3, tuple[0] == .atom("yes") else { return .none }
        if let text = chardataToString(tuple[1]), !text.isEmpty {
            return Completions(start: start, items: [Completion(word + text, suffix: "")])
        }
        let items = candidates(tuple[2]).filter { $0.text.hasPrefix(word) || word.isEmpty }
        var seen = Set<String>()
        return Completions(start: start, items: items.filter { seen.insert($0.text + $0.detail).inserted })
    }

    private static func candidates(_ term: Term) -> [Completion] {
        (term.properList ?? []).flatMap { candidate -> [Completion] in
            if let text = chardataToString(candidate), !text.isEmpty {
                // IEx names arities with a slash; only the name is put in.
                let parts = text.split(separator: "/", maxSplits: 1)
                let isFunction = parts.count == 2 && parts[1].allSatisfy(\.isNumber)
                return [
                    isFunction
                        ? Completion(String(parts[0]), detail: "/\(parts[1])", suffix: "")
                        : Completion(text, suffix: "")
                ]
            }
            if let map = candidate.asMap { return candidates(map[.atom("elems")] ?? .nil) }
            guard let tuple = candidate.asTuple, let name = tuple.first.flatMap({ chardataToString($0) }) else {
                return []
            }
            let arity = tuple.count > 1 ? tuple[1].asInteger.map { "/\($0)" } : nil
            return [Completion(name, detail: arity ?? "", suffix: "")]
        }
    }
}

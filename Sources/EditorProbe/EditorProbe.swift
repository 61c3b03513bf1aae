// A shell with nothing in it, for the tests of the line editor: echoes each entry as `[entry]` (rows joined by `|`).
//
//   sleep          waits until Ctrl-C             count     prints how many messages were posted
//   messages N     posts N messages, then goes on crash     ends badly
//   brief          reads another line, which the message `cancel` cancels
//   exit           ends
// Lines of the pipe that PROBE_MESSAGES names are posted as messages, whenever they come.

import Glibc
import Shell
import Support

/// Counts what the pipe brought, and ends `sleep`.
final class Desk: Sendable {
    private struct State {
        var posted = 0
        var sleeper: CheckedContinuation<Void, Never>?
        var brief: Task<Void, Never>?
    }

    private let state = Locked(State())

    var posted: Int { state.withLock { $0.posted } }
    func count() { state.withLock { $0.posted += 1 } }

    func begin(_ brief: Task<Void, Never>) { state.withLock { $0.brief = brief } }
    func cancelBrief() { state.withLock { $0.brief }?.cancel() }

    func sleepUntilInterrupted(_ isAsleep: () -> Void) async {
        isAsleep()
        await withCheckedContinuation { continuation in state.withLock { $0.sleeper = continuation } }
    }

    func interrupt() {
        let sleeper = state.withLock { state in
            defer { state.sleeper = nil }
            return state.sleeper
        }
        sleeper?.resume()
    }
}

@main
struct EditorProbe {
    static func main() async throws {
        TerminalSignals.blockBeforeThreads()
        var configuration = LineEditor.Configuration()
        configuration.programName = "probe"
        configuration.history = History(path: variable("PROBE_HISTORY"), limit: 1000)
        configuration.colour = TerminalColour.isWanted()
        configuration.completeness = completeness
        configuration.completer = complete
        let editor = try LineEditor(configuration)
        let desk = Desk()
        editor.setInterruptHandler { desk.interrupt() }
        if let path = variable("PROBE_MESSAGES") { Task.detached { await post(from: path, to: editor, desk) } }
        var counter = 1
        while true {
            var prompt = Prompt()
            prompt.append("probe", style: .green)
            prompt.append("(\(counter))> ")
            switch await editor.readLine(prompt: prompt) {
            case .line(let line):
                counter += 1
                if line == "exit" {
                    await editor.close()
                    return
                }
                await run(line, editor, desk)
            case .interrupted: break
            case .endOfFile:
                await editor.close()
                print("end of file")
                return
            case .terminated(let signal):
                await editor.close()
                print("terminated by \(signal)")
                exit(128 + signal)
            }
        }
    }

    private static func run(_ line: String, _ editor: LineEditor, _ desk: Desk) async {
        let words = line.split(separator: " ")
        switch words.first {
        case "sleep":
            await desk.sleepUntilInterrupted { print("sleeping") }
            print("interrupted")
        case "count": print("count \(desk.posted)")
        case "messages":
            for number in 1...(Int(words.last ?? "") ?? 1) { editor.post(message: "own message \(number)") }
        case "brief":
            let brief = Task { print("\(await editor.readLine(prompt: Prompt("brief> ")))") }
            desk.begin(brief)
            await brief.value
        case "crash": fatalError("asked to")
        default: print("[\(line.replacing("\n", with: "|"))]")
        }
    }

    private static func post(from path: String, to editor: LineEditor, _ desk: Desk) async {
        // For reading and writing, so that it has no end.
        var lines = PlainLineReader(descriptor: open(path, O_RDWR))
        while let line = try? await lines.next() {
            desk.count()
            if line == "cancel" { desk.cancelBrief() }
            editor.post(message: line)
        }
    }

    @Sendable private static func completeness(_ text: String) -> InputCompleteness {
        let depth = text.reduce(0) { $1 == "(" ? $0 + 1 : $1 == ")" ? $0 - 1 : $0 }
        return depth > 0 ? .incomplete(indentation: 2 * depth) : .complete
    }

    @Sendable private static func complete(_ text: String, _ cursor: Int) async -> Completions {
        let before = Array(text.unicodeScalars.prefix(cursor))
        let start = before.lastIndex(of: " ").map { $0 + 1 } ?? 0
        var word = String.UnicodeScalarView()
        word.append(contentsOf: before[start...])
        if String(word).hasPrefix("slow") { try? await Task.sleep(for: .milliseconds(150)) }
        let known: [(String, String)] =
            start > 0
            ? [("b@localhost", "connected"), ("c@localhost", "known")]
            : [("connect", "join a node"), ("count", "messages so far"), ("node", "about nodes"), ("slowly", "")]
                + (1...120).map { ("many\($0)", "") }
        let items = known.filter { $0.0.hasPrefix(String(word)) }.map { Completion($0.0, detail: $0.1) }
        return Completions(start: start, items: items)
    }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}

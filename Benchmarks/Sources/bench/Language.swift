import Foundation
import Language
import Node
import Shell
import Support

/// Evaluated code: the expressions of `otp/language.txt` at the prompt of a session, beside `erl_eval` in `erl`; and how
/// many lines of a script a second are read and run.
enum LanguageBenchmark {
    private static let expressions = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("otp/language.txt")

    static func run() async throws {
        let text = try String(contentsOf: expressions, encoding: .utf8)
        setenv("BENCH_EXPRESSIONS", expressions.path, 1)
        let report = Report(theirs: try OTP.run("bench_language"))
        let node = Node()
        node.boot()
        Report.header("evaluated code, beside erl_eval")
        for line in text.split(separator: "\n") {
            guard let colon = line.range(of: ": ") else { continue }
            var best = Int.max
            for _ in 0..<5 {
                let session = Session(node: node)
                best = min(
                    best, try await time { _ = try await session.evaluate(String(line[colon.upperBound...]), .erlang) })
            }
            report.line(String(line[..<colon.lowerBound]), best)
        }
        try await script(node)
    }

    /// Lines of a script, without the writing.
    private static func script(_ node: Node) async throws {
        print("\nlines of a script".padded(36) + "lines a second")
        let count = 20_000
        for line in ["node self", "1 + 2", "1 + 2.", "x = 1 + 2", "store put bench k v"] {
            let session = Session(node: node)
            _ = try? await session.run("store new bench")
            var best = Int.max
            for _ in 0..<3 {
                let took = try await time {
                    for _ in 0..<count {
                        if let result = try await session.run(line) { _ = session.render(result) }
                    }
                }
                best = min(best, took)
            }
            print(line.padded(36) + String(count * 1_000_000_000 / best))
        }
    }

    private static func time(_ work: () async throws -> Void) async rethrows -> Int {
        let clock = SystemTimeSource()
        let start = clock.monotonicNanoseconds()
        try await work()
        return Int(clock.monotonicNanoseconds() - start)
    }
}

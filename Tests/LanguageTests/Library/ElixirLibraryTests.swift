import Glibc
import Language
import Processes
import Terms
import TestKit
import Testing

/// The calls of `elixir_calls.txt`: what Elixir's own library gives, and what ours gives.
///
/// Bundled source is run by a real node under other names (`elixir_calls.exs`); natives are called here, for the lines
/// that call nothing else.
@Suite(.timeLimit(.minutes(3))) struct ElixirLibraryTests {
    private static let folder = #filePath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }

    @Test(.enabled(if: ChildProcess.find("elixir") != nil, "elixir is not installed"))
    func theLibraryGivesTheSame() async throws {
        let folder = Self.folder
        let lines = try read("\(folder)/elixir_calls.txt").split(separator: "\n").map(String.init)
        let modules =
            folder.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/Sources/CLibrarySource/modules"
        let process = try ChildProcess(
            "elixir", ["\(folder)/elixir_calls.exs", "\(folder)/elixir_calls.txt", modules],
            environment: ["LC_ALL": "C.UTF-8"], mergesErrors: false)
        process.closeInput()
        _ = try await process.waitForExit(within: 150)
        let rows = process.output.split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
        try #require(rows.count == lines.count)
        let natives = Natives()
        var (bundledCount, nativeCount) = (0, 0)
        for (line, row) in zip(lines, rows) where row.count == 2 {
            if row[1] != "-" {
                bundledCount += 1
                #expect(comparable(row[1]) == comparable(row[0]), "bundled: \(line)")
            }
            if let ours = await natives.evaluate(line) {
                nativeCount += 1
                var theirs = comparable(row[0])
                // A plain reason has no message yet.
                if ours.hasPrefix("** ("), !ours.contains("\"") { theirs = String(theirs.prefix { $0 != "\"" }) }
                #expect(ours == theirs, "native: \(line)")
            }
        }
        print("\(lines.count) lines: \(bundledCount) of bundled source and \(nativeCount) of natives compared")
    }

    /// The texts without what depends on how a function is built inside: which clause failed, what a fun is called.
    private func comparable(_ text: String) -> String {
        if text.hasPrefix("** (FunctionClauseError)") { return "** (FunctionClauseError) " }
        if text.contains("\"errors were found at the given arguments") { return "** (ArgumentError) " }
        return text.replacing(/#Function<[^>]*>/, with: "#Function<>")
    }

    private func read(_ path: String) throws -> String {
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Calls natives, and nothing else.
private struct Natives {
    struct Unknown: Error {}

    private let resolver: Resolver

    init() {
        let table = ProcessTable(incarnation: .makeLocal(), timers: ThreadTimerService())
        resolver = Resolver(process: table.spawn("erlang", "apply") { _ in })
    }

    /// What a line gives; nothing if it needs more than natives.
    func evaluate(_ line: String) async -> String? {
        var bindings = Bindings()
        do {
            let value = try await Evaluator(resolver: resolver).evaluate(line, syntax: .elixir, bindings: &bindings)
            return ElixirPrinter(width: nil, limit: nil).inspect(value)
        } catch let exception as ErlangException where resolver.called.count > 0 {
            if let map = exception.reason.asMap, let name = map[.atom("__struct__")]?.asAtom,
                let message = try? resolver.native(name, "message", [exception.reason])
            {
                return "** (\(ElixirPrinter.atom(name))) " + ElixirPrinter(width: nil).inspect(message)
            }
            let names: [Atom: String] = [
                .badarg: "ArgumentError", .function_clause: "FunctionClauseError", .badarith: "ArithmeticError",
                "system_limit": "SystemLimitError",
            ]
            return
                "** (\(exception.reason.asAtom.flatMap { names[$0] } ?? ElixirPrinter(width: nil).inspect(exception.reason))) "
        } catch {
            return nil
        }
    }
}

private final class Resolver: FunctionResolver {
    let called = Counter()
    private let process: Process
    private let natives: [[Atom]: [NativeFunction]]

    init(process: Process) {
        self.process = process
        natives = Dictionary(grouping: ElixirLibrary.natives) { [$0.module, $0.name] }
    }

    func native(_ module: Atom, _ name: Atom, _ arguments: [Term]) throws -> Term {
        guard let native = natives[[module, name]]?.first(where: { $0.arity == arguments.count }) else {
            throw Natives.Unknown()
        }
        called.count += 1
        return try arguments.withUnsafeBufferPointer { try native.body(NativeCall(arguments: $0, process: process)) }
    }

    func call(module: Atom, function: Atom, arguments: [Term]) async throws -> Term {
        try native(module, function, arguments)
    }

    func callLocal(function: Atom, arguments: [Term], syntax: Syntax) async throws -> Term { throw Natives.Unknown() }

    final class Counter: @unchecked Sendable {
        // Used by one test, one line at a time.
        var count = 0
    }
}

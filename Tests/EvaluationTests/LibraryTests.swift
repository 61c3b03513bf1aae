import Glibc
import Language
import Node
import Processes
import Shell
import Terms
import TestKit
import Testing

/// The library on the machine: every call of both tables, here and in real OTP and Elixir.
@Suite(.timeLimit(.minutes(5))) struct LibraryTests {
    @Test(.enabled(if: ChildProcess.find("escript") != nil, "escript is not installed"))
    func erlangsLibraryGivesTheSame() async throws {
        let folder = Tables.folder
        let process = try ChildProcess(
            "escript", ["\(folder)/library_table.escript", "\(folder)/erlang_calls.txt", Tables.modules],
            environment: ["LC_ALL": "C.UTF-8"], mergesErrors: false)
        process.closeInput()
        _ = try await process.waitForExit(within: 120)
        let here = Here()
        var (same, count) = (0, 0)
        for line in process.output.split(separator: "\n") {
            let row = try #require(try Term(etf: Tables.base64(line), limits: .trusted).asTuple)
            let call = row[0].asBinary?.text ?? ""
            let real = ErlangPrinter(width: nil).write(row[1])
            let ours = ErlangPrinter(width: nil).write(await here.outcome(call))
            count += 1
            same += real == ours ? 1 : 0
            if ours != real { Issue.record("\(call) gives \(ours), not \(real)") }
        }
        print("library: \(same) of \(count) calls of Erlang give what OTP gives")
        #expect(count >= 450)
    }

    @Test(.enabled(if: ChildProcess.find("elixir") != nil, "elixir is not installed"))
    func elixirsLibraryGivesTheSame() async throws {
        let folder = Tables.folder
        let lines = try Tables.read("\(folder)/elixir_calls.txt").split(separator: "\n").map(String.init)
        let process = try ChildProcess(
            "elixir", ["\(folder)/elixir_calls.exs", "\(folder)/elixir_calls.txt", Tables.modules],
            environment: ["LC_ALL": "C.UTF-8"], mergesErrors: false)
        process.closeInput()
        _ = try await process.waitForExit(within: 150)
        let rows = process.output.split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
        try #require(rows.count == lines.count)
        let here = Here()
        var same = 0
        for (line, row) in zip(lines, rows) {
            let theirs = comparable(row[0])
            let ours = comparable(await here.inspected(line))
            same += ours == theirs ? 1 : 0
            if ours != theirs, !KnownDifferences.has(line) { Issue.record("\(line) gives \(ours), not \(theirs)") }
        }
        print("library: \(same) of \(lines.count) calls of Elixir give what Elixir gives")
        #expect(lines.count >= 600)
    }

    @Test func everyBundledModuleIsCompiled() {
        #expect(CodeServer().checkLibrary() == [])
    }

    /// Every native function of Erlang's library has a line in the table.
    @Test func everyFunctionIsInTheTable() throws {
        let table = try Tables.read("\(Tables.folder)/erlang_calls.txt")
        let missing = LanguageLibrary.natives.compactMap { function -> String? in
            let name = "\(ErlangPrinter.quoted(function.module)):\(ErlangPrinter.quoted(function.name))("
            return table.contains(name) ? nil : name
        }
        #expect(missing.isEmpty, "\(Set(missing).sorted().joined(separator: " "))")
    }

    /// The texts without what depends on how a function is built inside: which clause failed, what a fun is called.
    private func comparable(_ text: String) -> String {
        if text.hasPrefix("** (FunctionClauseError)") { return "** (FunctionClauseError) " }
        return text.replacing(/#Function<[^>]*>/, with: "#Function<>")
    }
}

/// The tables of calls, which the tests of the language share.
enum Tables {
    static let tests = #filePath.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 }
    static let folder = "\(tests)/LanguageTests/Library"
    static let modules =
        tests.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
        + "/Sources/CLibrarySource/modules"

    static func read(_ path: String) throws -> String {
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 {
            bytes.append(contentsOf: chunk[..<count])
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The bytes of base64 text.
    static func base64(_ text: Substring) -> [UInt8] {
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
        return bytes
    }
}

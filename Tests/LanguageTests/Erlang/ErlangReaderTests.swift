import Glibc
import Language
import Terms
import TestKit
import Testing

/// The same corpus here and in real Erlang.
@Suite(.timeLimit(.minutes(2))) struct ErlangReaderTests {
    static let folder = #filePath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }

    /// The term that a script writes into a file, whose name is its last argument.
    static func oracle(_ script: String, _ arguments: [String]) async throws -> Term {
        var template = Array("/tmp/beamsh-forms-XXXXXX".utf8CString)
        close(mkstemp(&template))
        let path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        defer { unlink(path) }
        let process = try ChildProcess(
            "escript", ["\(folder)/\(script)"] + arguments + [path], environment: ["LC_ALL": "C.UTF-8"])
        process.closeInput()
        let status = try await process.waitForExit(within: 100)
        try #require(status == 0, "\(process.output)")
        let bytes = try #require(readFile(path))
        return try bytes.withUnsafeBytes { buffer in
            var decoder = TermDecoder(buffer, limits: .trusted)
            return try decoder.decodeTopLevel()
        }
    }

    static func readFile(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
        }
    }

    static func show(_ term: Term) -> String { ErlangPrinter(width: nil).print(term) }

    @Test(.enabled(if: ChildProcess.find("escript") != nil, "escript is not installed"))
    func abstractFormatIsTheSame() async throws {
        let theirs = try #require(
            try await Self.oracle(
                "forms.escript", ["\(Self.folder)/Corpus/expressions.txt", "\(Self.folder)/Corpus/modules"]
            ).asTuple)
        var right = 0
        var wrong = 0
        for entry in try #require(theirs[0].properList) {
            let entry = try #require(entry.asTuple)
            let text = try #require(entry[0].asBinary?.text)
            for (withColumns, answer) in [(false, entry[1]), (true, entry[2])] {
                let answer = try #require(answer.asTuple)
                let options = ErlangReader.Options(withColumns: withColumns)
                do {
                    let ours = try ErlangReader.expressions(text, options: options)
                    let term = Term.makeList(ours.map(\.term))
                    #expect(Self.show(term) == Self.show(answer[1]), "\(text)")
                    #expect(try Abstract.expressions(term: term) == ours, "\(text)")
                    if answer.count == 2 { right += 1 }
                } catch let error as SyntaxError {
                    try #require(answer.count == 3, "\(text): \(error.message)")
                    if !withColumns {
                        #expect(error.message == answer[2].asBinary?.text, "\(text)")
                        wrong += 1
                    } else if let location = answer[1].asTuple, error.message.hasPrefix("syntax error"),
                        !error.isIncomplete
                    {
                        let (line, column) = error.position(in: text)
                        #expect([.integer(line), .integer(column)] == location, "\(text): \(error.message)")
                    }
                }
            }
        }
        let modules = try modulesAreTheSame(try #require(theirs[1].properList))
        print(
            "abstract format: \(right / 2) expressions and \(modules) modules equal to erl_parse's, \(wrong) errors in its words"
        )
    }

    /// Compares each module form by form; returns how many there are.
    private func modulesAreTheSame(_ modules: [Term]) throws -> Int {
        var options = ErlangModuleReader.Options()
        options.release = 25
        options.include = { name, _, _ in
            Self.readFile("\(Self.folder)/Corpus/modules/\(name)").map {
                ErlangModuleReader.Included(name: name, text: String(decoding: $0, as: UTF8.self))
            }
        }
        for module in modules {
            let pair = try #require(module.asTuple)
            let name = try #require(pair[0].asBinary?.text)
            let bytes = try #require(Self.readFile("\(Self.folder)/Corpus/modules/\(name)"))
            for (withColumns, theirs) in [(false, pair[1]), (true, pair[2])] {
                options.reading.withColumns = withColumns
                let theirs = try #require(theirs.properList)
                do {
                    let ours = try ErlangModuleReader.forms(
                        String(decoding: bytes, as: UTF8.self), file: name, options: options)
                    for (mine, other) in zip(ours, theirs) {
                        // The mark of generated code is the one thing that is dropped.
                        let shown = Self.show(other).replacing(
                            /\[\{generated,true\},\{location,([\d{},]+)\}\]/
                        ) { $0.1 }
                        let same = zip(Self.show(mine.term), shown).prefix { $0 == $1 }.count
                        #expect(
                            Self.show(mine.term) == shown,
                            "\(name): ...\(shown.dropFirst(max(0, same - 60)).prefix(100))")
                        #expect(try Abstract.Form(term: mine.term) == mine, "\(name)")
                    }
                    #expect(ours.count == theirs.count, "\(name)")
                } catch {
                    Issue.record("\(name): \(error)")
                }
            }
        }
        return modules.count
    }
}

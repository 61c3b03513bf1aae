import Glibc
import Language
import Terms
import TestKit
import Testing

/// The same errors here and in `erl_lint`.
@Suite(.timeLimit(.minutes(2))) struct ErlangLintTests {
    @Test(.enabled(if: ChildProcess.find("escript") != nil, "escript is not installed"))
    func errorsAreTheSame() async throws {
        let folder = ErlangReaderTests.folder
        let answers = try #require(
            try await ErlangReaderTests.oracle("lint.escript", ["\(folder)/Corpus/lint.txt"]).properList)
        var count = 0
        for answer in answers {
            let pair = try #require(answer.asTuple)
            let text = try #require(pair[0].asBinary?.text)
            let theirs = try #require(pair[1].properList).compactMap { entry -> String? in
                guard let entry = entry.asTuple, let line = entry[0].asInteger else { return nil }
                return "\(line): \(entry[1].asBinary?.text ?? "")"
            }
            let ours = ErlangLint.check(try ErlangReader.forms(text)).map { "\($0.location.line): \($0.message)" }
            if theirs == ["0: syntax error"] {
                #expect(!ours.isEmpty, "\(text)")
            } else {
                #expect(ours.sorted() == theirs.sorted(), "\(text)")
            }
            count += theirs.count
        }
        print("lint: \(count) errors of \(answers.count) modules are erl_lint's")
    }

    @Test(.enabled(if: ChildProcess.find("escript") != nil, "escript is not installed"))
    func goodModulesHaveNoErrors() throws {
        // Forms that only have to be read, and call what is not there.
        for name in [
            "arith", "lists_", "funs", "receiving", "guards", "nesting", "queens", "mutual", "server", "records",
        ] {
            let path = "\(ErlangReaderTests.folder)/Corpus/modules/\(name).erl"
            let text = String(decoding: try #require(ErlangReaderTests.readFile(path)), as: UTF8.self)
            let forms = try ErlangModuleReader.forms(text, file: "\(name).erl")
            let problems = ErlangLint.check(forms)
            #expect(problems.isEmpty, "\(name): \(problems)")
        }
    }

    @Test func linesOfAPrompt() throws {
        func check(_ text: String, bound: [Atom] = []) throws -> [String] {
            let expressions = try ErlangReader.expressions(text, options: .init(withColumns: true))
            return ErlangLint.check(expressions, bound: bound, records: RecordExpansion()).map { problem in
                let error = problem.syntaxError(in: text)
                return "\(error.offset)+\(error.length) \(error.message)"
            }
        }
        #expect(try check("X = 1, X + Y1.") == ["11+2 variable 'Y1' is unbound"])
        #expect(try check("X + Y.", bound: ["X", "Y"]) == [])
        #expect(
            try check("case 1 of 1 -> A = 1; 2 -> ok end, A.") == [
                "35+1 variable 'A' unsafe in 'case' (line 1, column 1)"
            ])
        #expect(try check("#r{}.") == ["0+1 record r undefined"])
        #expect(try check("f(X),\n  f(Z).", bound: ["X"]) == ["10+1 variable 'Z' is unbound"])
    }
}

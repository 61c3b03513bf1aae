import Glibc
import Language
import Terms
import TestKit
import Testing

/// Records that were expanded behave as in compiled Erlang.
@Suite(.timeLimit(.minutes(2))) struct RecordExpansionTests {
    @Test(.enabled(if: ChildProcess.find("escript") != nil, "escript is not installed"))
    func expandedModuleBehavesTheSame() async throws {
        let source = "\(ErlangReaderTests.folder)/Corpus/records.erl"
        let text = String(decoding: try #require(ErlangReaderTests.readFile(source)), as: UTF8.self)
        var expansion = RecordExpansion()
        let forms = try expansion.expand(forms: try ErlangModuleReader.forms(text, file: "records.erl"))
        var writer = ByteWriter()
        TermEncoder().encodeTopLevel(.makeList(forms.map(\.term)), into: &writer)
        var template = Array("/tmp/beamsh-records-XXXXXX".utf8CString)
        close(mkstemp(&template))
        let path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        defer { unlink(path) }
        let bytes = writer.bytes
        let file = fopen(path, "w")
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
        let pair = try #require(try await ErlangReaderTests.oracle("records.escript", [source, path]).asTuple)
        let (theirs, ours) = (try #require(pair[0].properList), try #require(pair[1].properList))
        #expect(theirs.count == 24)
        for (number, (one, two)) in zip(theirs, ours).enumerated() {
            #expect(ErlangReaderTests.show(one) == ErlangReaderTests.show(two), "f\(number + 1)")
        }
    }

    @Test func errorsHaveWordsAndPlaces() throws {
        func problem(_ text: String) throws -> String? {
            var expansion = RecordExpansion()
            try expansion.define("r", [.init(.none, .none, "a"), .init(.none, .none, "b")])
            let expressions = try ErlangReader.expressions(text, options: .init(withColumns: true))
            do {
                _ = try expansion.expand(expressions)
                return nil
            } catch { return "\(error.location.column): \(error.message)" }
        }
        #expect(try problem("X = #s{}.") == "5: record s undefined")
        #expect(try problem("#r{c = 1}.") == "4: field c undefined in record r")
        #expect(try problem("X#r.c.") == "5: field c undefined in record r")
        #expect(try problem("#r{a = 1, a = 2}.") == "11: field a already defined in record r")
        #expect(try problem("X#r{_ = 2}.") == "2: meaningless use of _ in update of record r")
        #expect(try problem("X#r{a = 2}.") == nil)
    }

    @Test func defaultsMayNotNameTheRecordItself() {
        var expansion = RecordExpansion()
        #expect(throws: ErlangProblem.self) {
            try expansion.define("r", [.init(.none, .none, "a", initial: .record(.none, "r", []))])
        }
    }
}

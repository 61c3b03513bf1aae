import BigInt
import Foundation
import Terms
import Testing

/// Random terms, compared and encoded here and by OTP 25.
///
/// Small maps are in OTP's key order up to OTP 25 only, hence the condition; -0.0 is left out, because `=:=` tells it
/// from 0.0 since OTP 27 only.
@Suite struct OracleTests {
    private static let release: Int? = output("erl", "-noshell", "-eval", releaseExpression).flatMap { Int($0) }
    private static let releaseExpression = "io:put_chars(erlang:system_info(otp_release)), halt()."

    @Test(.enabled(if: release == 25, "compares with OTP 25, which is not installed"))
    func randomTermsCompareAndEncodeAsInOTP() throws {
        var terms = RandomTerms(seed: 99)
        var writer = ByteWriter()
        let rows = 4_000
        for _ in 0..<rows {
            let one = terms.make(depth: 4)
            let two = terms.isOneIn(3) ? terms.make(depth: 3) : terms.similar(to: one)
            #expect(one != two || one.fastHash == two.fastHash, "\(one.etf()) and \(two.etf())")
            let row: Term = .tuple([
                one, two, name(Term.compare(one, two)), name(Term.compareExact(one, two)), .boolean(one == two),
                .boolean(one.holdsLargeMap), .binary(Binary(one.etf())), .binary(Binary(one.etf(minorVersion: 1))),
            ])
            let start = writer.count
            writer.append(0 as UInt32)
            TermEncoder().encodeTopLevel(row, into: &writer)
            writer.patch(UInt32(writer.count - start - 4), at: start)
        }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("terms-\(UUID().uuidString)")
        try Data(writer.bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "compare.escript")
        #expect(Self.output("escript", script.path, file.path) == "\(rows) rows\n")
    }

    private func name(_ order: TermOrder) -> Term {
        switch order {
        case .less: .atom("less")
        case .equal: .atom("equal")
        case .greater: .atom("greater")
        }
    }

    private static func output(_ command: String...) -> String? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return output
    }
}

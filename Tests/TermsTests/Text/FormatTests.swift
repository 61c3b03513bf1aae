import Terms
import Testing

/// `io_lib:format/2` here and in OTP 25.
@Suite struct FormatTests {
    @Test(.enabled(if: Oracle.release == 25, "compares with OTP 25, which is not installed"))
    func directivesGiveTheSameText() throws {
        // Floats of which ~f shows more digits than they have are left out: OTP makes zeros of the rest.
        let values: [Term] = [
            0, -5, 255, 4096, .float(1.5), .float(-0.1), .float(12.25), .float(1e5), .atom("ok"), .atom("a b"), .nil,
            .charlist("text"), .charlist("żółw"), .string("bin"), .string("ż"), .tuple([.atom("a"), 1]),
            .makeList([.atom("a"), .charlist("b")]), .map(Map([(.atom("k"), .float(2))])), .makeList([65, 0x17C]),
        ]
        let directives = [
            "w", "p", "s", "ts", "tw", "tp", "b", "B", "c", "tc", "f", "e", "g", "10w", "-10w", "10s", "-10s", "10ts",
            ".3s",
            "10.3s", "10..*s", ".2f", "10.3f", "~", "n", "i", "x", "16b", ".16b", ".16B", ".2b", "#", ".16#", "+", "5c",
            "10b", "-10b", "10.16b", "0p", "0tp", "W", "P", "*w", "-8.5.xs", "8.5.0f", ".0f", "3w", "z", "",
        ]
        var rows: [Term] = []
        for directive in directives {
            for value in values {
                for arguments in [[value], [], [value, 5], [10, value]] {
                    let format = "a~\(directive)b"
                    let ours: Term
                    do {
                        ours = .string(try TermFormat.format(.charlist(format), arguments))
                    } catch { ours = .atom(.error) }
                    rows.append(.tuple([.charlist(format), .makeList(arguments), ours]))
                }
            }
        }
        let answer = try Oracle.run("escript", "Text/format.escript", rows) ?? ""
        #expect(answer.hasPrefix("\(rows.count) rows"), "\(answer.prefix(3000))")
    }
}

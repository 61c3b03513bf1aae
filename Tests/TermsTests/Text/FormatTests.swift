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

    /// Where the lines of wide terms break.
    @Test(.enabled(if: Oracle.release == 25, "compares with OTP 25, which is not installed"))
    func wideTermsBreakAtTheSamePlaces() throws {
        var random = WideTerms(seed: 20)
        var rows: [Term] = []
        for _ in 0..<2000 {
            let term = random.term(depth: 6)
            for format in ["~p", "abc: ~p"] {
                let text = try TermFormat.format(.charlist(format), [term])
                rows.append(.tuple([.charlist(format), .makeList([term]), .string(text)]))
            }
        }
        let answer = try Oracle.run("escript", "Text/format.escript", rows) ?? ""
        #expect(answer.hasPrefix("\(rows.count) rows"), "\(answer.prefix(3000))")
    }
}

/// Terms too wide for a line, the same for each seed.
private struct WideTerms {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    private mutating func number(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }

    private mutating func one<Value>(of values: [Value]) -> Value { values[number(values.count)] }

    private let long = "a longer text that goes on for quite a while, and does not stop before the end"

    private mutating func leaf() -> Term {
        switch number(6) {
        case 0: .integer(number(100_000) - 50)
        case 1:
            .atom(one(of: ["a", "ok", "error", "undefined", "Hello World", "a_rather_long_name_of_something", "x"]))
        case 2: .charlist(one(of: ["hello", long, "ab", ""]))
        case 3: .string(one(of: ["bin", long, ""]))
        case 4: .float(Double(number(1000)) / 7)
        default: .binary(Binary((0..<number(60)).map { UInt8(128 + $0) }))
        }
    }

    private mutating func key() -> Term {
        one(of: [.atom("a"), .atom("value"), .atom("some_key"), .string("key"), .charlist("text"), 17])
    }

    mutating func term(depth: Int) -> Term {
        guard depth > 0 else { return leaf() }
        let count = number(7)
        switch number(9) {
        case 0...2: return leaf()
        case 3: return .makeList((0..<count).map { _ in term(depth: depth - 1) })
        case 4: return .tuple(Tuple((0..<count).map { _ in term(depth: depth - 1) }))
        case 5: return .map(Map((0..<count).map { _ in (key(), term(depth: depth - 1)) }))
        case 6: return .makeList((0..<count).map { _ in .tuple([key(), term(depth: depth - 1)]) })
        case 7: return .tuple([one(of: [.atom("ok"), .atom("reply_from_somewhere")]), term(depth: depth - 1)])
        default: return .makeList((0..<number(60)).map { .integer(1000 + $0) })
        }
    }
}

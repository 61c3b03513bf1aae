import Terms

/// The external term format, equality and sorting, against `term_to_binary/2`, `binary_to_term/1`, `=:=` and
/// `lists:sort/1` on the same terms.
enum ETFBenchmark {
    static func run() throws {
        let theirs = try OTP.run("bench_etf")
        let report = Report(theirs: theirs)
        Report.header("external term format")
        for (name, term) in terms() {
            let bytes = term.etf()
            if let size = theirs["bytes \(name)"], size != bytes.count {
                print("\(name): \(bytes.count) bytes, OTP \(size): not the same term")
            }
            report.line("encode \(name)", encode(term))
            report.line("decode \(name)", try decode(bytes))
            if name == "binary" {
                report.line("decode binary as a slice", try decode(bytes, owner: Owner()), as: "decode binary")
            }
            report.line("release \(name)", try release(bytes))
            let other = try Term(etf: bytes)
            report.line("equal \(name)", Report.best { precondition(term == other) })
            if let elements = term.properList {
                report.line("sort \(name)", Report.best { elements.sorted { Term.compare($0, $1) == .less } })
            }
        }
    }

    private static func encode(_ term: Term) -> Int {
        Report.best {
            var writer = ByteWriter()
            TermEncoder().encodeTopLevel(term, into: &writer)
            precondition(writer.count > 0)
        }
    }

    /// Stands for the buffer of a connection: with an owner, big binaries are slices of what they were decoded from.
    private final class Owner: Sendable {}

    private static func decode(_ bytes: [UInt8], owner: Owner? = nil) throws -> Int {
        try bytes.withUnsafeBytes { raw in
            try Report.best {
                var decoder = TermDecoder(raw, owner: owner)
                return try decoder.decodeTopLevel()
            }
        }
    }

    /// What giving a decoded term back costs; OTP has no such moment.
    private static func release(_ bytes: [UInt8]) throws -> Int {
        var terms: [Term] = []
        for _ in 0..<5 { terms.append(try Term(etf: bytes)) }
        return Report.best(of: 5) { _ = terms.removeLast() }
    }

    private static func terms() -> [(String, Term)] {
        [
            ("rows", .makeList((1...100_000).map(row))),
            (
                "map",
                .map(
                    Map(
                        (1...10_000).map { (key: .string("key-\($0)"), value: .tuple([.integer($0), value($0)])) }))
            ),
            ("maps", .makeList((1...10_000).map(smallMap))),
            ("small-integers", .makeList((1...1_000_000).map { .integer($0 % 256) })),
            ("integers", .makeList((1...1_000_000).map { .integer($0 * 4001 % 2_000_000_000 - 1_000_000_000) })),
            ("binary", .string(String(repeating: "0123456789abcdef", count: 65_536))),
        ]
    }

    private static func row(_ number: Int) -> Term {
        .tuple([
            .integer(number), .string("row-\(number)"), value(number), .float(Double(number) * 0.5),
            [.integer(number % 256), .integer(number % 1000), 7],
        ])
    }

    private static func smallMap(_ number: Int) -> Term {
        .map([
            .atom("id"): .integer(number), .atom("name"): .string("map-\(number)"),
            .atom("active"): .boolean(number % 2 == 0), .atom("score"): .float(Double(number) * 0.25),
        ])
    }

    private static func value(_ number: Int) -> Term {
        .atom([Atom.ok, .error, .undefined, .timeout][number % 4])
    }
}

import BigInt
import Terms
import Testing

@Suite struct VectorTests {
    /// Every row of OTP 25's and OTP 27's encodings decodes, and encodes to the same bytes where they are canonical.
    @Test(arguments: ["etf.tsv", "etf27.tsv"])
    func everyEncodingOfOTPIsReadAndWrittenBack(file: String) throws {
        let rows = vectors(file).filter { $0[0] != "recipe" }
        #expect(rows.count >= 490)
        // etf.tsv: minor 1, 2, 0. etf27.tsv: minor 2, 1, 0.
        let minors = file == "etf.tsv" ? [1, 2, 0] : [2, 1, 0]
        for row in rows {
            var last = ""
            var terms: [Term] = []
            for (position, minor) in minors.enumerated() {
                let text = row[2 + position]
                // A dash means "as before"; in minor 0, as in minor 1.
                let expected = text == "-" ? (minor == 0 ? row[file == "etf.tsv" ? 2 : 3] : last) : text
                let bytes = try #require(unhex(expected == "-" ? row[2] : expected), "\(row[1])")
                last = hex(bytes)
                let term = try Term(etf: bytes)
                terms.append(term)
                // Maps of more than 32 keys, and maps of OTP 27, come in an order that only the sender knows. Ports:
                // OTP 25 writes small ones with tag 89, later releases and we always with 120.
                let isMap = row[0] == "map" || row[0] == "mixed"
                let isCanonical =
                    row[0] != "port" && !row[1].contains("port")
                    && !(isMap && (file == "etf27.tsv" || term.asMap.map { $0.count > 32 } == true))
                // OTP 27's file has no minor 1 for what depends on the node that made it.
                let isGiven = !(file == "etf27.tsv" && minor < 2 && (row[0] == "local" || row[0] == "fun"))
                if isCanonical && isGiven {
                    #expect(hex(term.etf(minorVersion: minor)) == last, "\(row[1]) in minor \(minor)")
                }
                let again = try Term(etf: term.etf(minorVersion: minor))
                #expect(again == term, "\(row[1]) in minor \(minor)")
            }
            #expect(terms[0] == terms[1], "\(row[1])")
            if row[5] != "-" {
                let compressed = try #require(unhex(row[5]))
                #expect(try Term(etf: compressed) == terms[0], "\(row[1]) compressed")
                let ours = terms[0].etf(compressionLevel: 6)
                let inflated = try Term(etf: ours)
                #expect(ours.count <= terms[0].etf().count && inflated == terms[0], "\(row[1])")
            }
        }
    }

    @Test func longTermsHaveTheBytesOfTheRecipes() throws {
        let recipes: [(String, Term)] = [
            ("lists:duplicate(65535,$a)", .makeList([Term](repeating: 97, count: 65535))),
            ("lists:duplicate(65536,$a)", .makeList([Term](repeating: 97, count: 65536))),
            (
                "binary:copy(<<\"abc\">>,40000)",
                .binary(Binary((0..<120_000).map { [97, 98, 99][$0 % 3] as UInt8 }))
            ),
            ("1 bsl 100000", .integer(BigInt(1) << 100_000)),
            ("-(1 bsl 100000)", .integer(-(BigInt(1) << 100_000))),
            ("list_to_tuple(lists:seq(1,70000))", .tuple(Tuple((1...70_000).map { Term.integer($0) }))),
            ("lists:seq(1,70000)", .makeList((1...70_000).map { Term.integer($0) })),
        ]
        let rows = vectors("etf.tsv").filter { $0[0] == "recipe" }
        #expect(rows.count == recipes.count)
        for (text, term) in recipes {
            let row = try #require(rows.first { $0[1] == text })
            let bytes = term.etf()
            let facts = row[2].split(separator: " ")
            #expect("len=\(bytes.count)" == facts[0], "\(text)")
            #expect("head=\(hex(bytes.prefix(16)))" == facts[2], "\(text)")
            #expect(try Term(etf: bytes) == term, "\(text)")
        }
    }

    /// What differs from OTP 25 on purpose, and why.
    private static let deviations = [
        "LOCAL_EXT": "passed through untouched instead of refused",
        "V4_PORT small": "tag 120 always, as OTP 27",
        "PORT_EXT": "tag 120 always, as OTP 27",
        "NEW_PORT": "tag 120 always, as OTP 27",
        "EXPORT arity 256": "refused: printing it crashes OTP 27",
    ]

    @Test func handMadeBytesAreReadOrRefusedAsByOTP() throws {
        let rows = vectors("etf_decode.tsv")
        #expect(rows.count == 104)
        for row in rows where Self.deviations[row[0]] == nil {
            let bytes = try #require(unhex(row[1]), "\(row[0])")
            if row[2] == "badarg" {
                #expect(throws: ETFError.self, "\(row[0])") { try Term(etf: bytes) }
            } else {
                let term = try Term(etf: bytes)
                if row[0].hasPrefix("MAP 40") { continue }
                #expect(hex(term.etf()) == row[3], "\(row[0])")
            }
        }
        let local = try Term(etf: try #require(unhex("8379000000006101")))
        #expect(hex(local.etf()) == "8379000000006101")
        #expect(throws: ETFError.self) { try Term(etf: try #require(unhex("837177016d7701666200000100"))) }
        #expect(
            hex(try Term(etf: try #require(unhex("83597706707940782e790000000500000007"))).etf())
                == "83787706707940782e79000000000000000500000007")
    }

    @Test func nativeRecordsOfOTP29() throws {
        let bytes = "83430000000201" + "77026e72" + "77027074" + "770178" + "770179" + "6103" + "6102"
        let term = try Term(etf: try #require(unhex(bytes)))
        guard case .record(let record) = term else {
            Issue.record("no record: \(term)")
            return
        }
        #expect(record.name == "pt" && record.module == "nr" && record.isExported)
        #expect(record.fields.map(\.name) == ["x", "y"])
        #expect(hex(term.etf()) == bytes)
    }

    @Test func truncatedAtEachByteItThrows() throws {
        for row in vectors("etf.tsv") where row[0] != "recipe" {
            let bytes = try #require(unhex(row[3] == "-" ? row[2] : row[3]))
            guard bytes.count < 600 else { continue }
            for end in 0..<bytes.count {
                #expect(throws: ETFError.self, "\(row[1]) cut at \(end)") { try Term(etf: Array(bytes[..<end])) }
            }
        }
    }

    @Test func mutatedBytesNeverTrap() throws {
        var random = SeededRandom(seed: 42)
        let corpus = vectors("etf.tsv").filter { $0[0] != "recipe" }.compactMap { unhex($0[2]) }
        let limits = DecodingLimits(
            maximumBytes: 1 << 20, maximumDepth: 1000, maximumListLength: 1 << 20, maximumNewAtoms: 4)
        var accepted = 0
        for round in 0..<20_000 {
            var bytes = corpus[round % corpus.count]
            for _ in 0...Int.random(in: 0..<3, using: &random) {
                let place = Int.random(in: 1..<bytes.count, using: &random)
                bytes[place] = UInt8.random(in: 0...255, using: &random)
            }
            if let term = try? Term(etf: bytes, limits: limits) {
                accepted += 1
                _ = term.etf()
            }
        }
        #expect(accepted > 100)
    }
}

/// A repeatable source of random numbers (xorshift64*).
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }
}

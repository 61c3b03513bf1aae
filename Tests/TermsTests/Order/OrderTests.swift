import Terms
import Testing

@Suite struct OrderTests {
    @Test func termsSortAsListsSortDoes() throws {
        var terms: [(rank: Int, term: Term, text: String)] = []
        for row in vectors("order.tsv") {
            terms.append(
                (
                    try #require(Int(row[0])),
                    try Term(etf: try #require(unhex("83" + row[1].dropFirst(row[1].hasPrefix("83") ? 2 : 0)))), row[2]
                ))
        }
        #expect(terms.count == 315)
        for left in terms {
            for right in terms {
                let expected: TermOrder =
                    left.rank < right.rank ? .less : left.rank == right.rank ? .equal : .greater
                #expect(Term.compare(left.term, right.term) == expected, "\(left.text) and \(right.text)")
            }
        }
    }

    @Test func identityTellsIntegersFromFloats() {
        #expect(Term.integer(1) != .float(1.0))
        #expect(Term.compare(1, 1.0) == .equal)
        #expect(Term.compareExact(1, 1.0) == .less)
        #expect(Term.float(0.0) != .float(-0.0))
        #expect(Term.compare(0.0, -0.0) == .equal)
    }

    @Test func equalTermsHaveEqualHashes() throws {
        for row in vectors("etf.tsv") where row[0] != "recipe" {
            let bytes = try #require(unhex(row[2]))
            let (one, two) = (try Term(etf: bytes), try Term(etf: bytes))
            #expect(one == two && one.fastHash == two.fastHash && one.hashValue == two.hashValue, "\(row[1])")
        }
    }

    @Test func theHashOfAListDoesNotDependOnItsSegments() {
        let whole: Term = [1, .tuple([2]), .string("three"), 4]
        var cells = Term.nil
        for element in [4, .string("three"), .tuple([2]), 1] as [Term] {
            cells = .list(List(head: element, tail: cells))
        }
        let mixed = Term.makeList([1, .tuple([2])], tail: [.string("three"), 4])
        #expect(whole == cells && cells == mixed && mixed == whole)
        #expect(whole.fastHash == cells.fastHash && cells.fastHash == mixed.fastHash)
        #expect(whole.etf() == cells.etf() && cells.etf() == mixed.etf())
        #expect(Term.compare(whole, mixed) == .equal)
        #expect(Term.compare(mixed, .makeList([1, .tuple([2]), .string("three")], tail: 4)) == .greater)
    }

    @Test func keysWithALongCommonPrefixHaveDifferentHashes() {
        let hashes = (0..<1_000).map { Term.charlist("/home/user/some/long/path/file-\($0)").fastHash & 0xFFFF_FFFF }
        #expect(Set(hashes).count > 990)
    }

    @Test func largeMapsAreEqualHoweverTheyWereMade() throws {
        let pairs = (0..<100).map { (key: Term.integer($0), value: Term.integer($0 * $0)) }
        let built = Map(pairs)
        let decoded = try #require(try Term(etf: Term.map(built).etf()).asMap)
        var updated = Map()
        for pair in pairs.reversed() { updated = updated.updating(pair.key, to: pair.value) }
        #expect(built == decoded && decoded == updated && updated == built)
        #expect(updated.removing(5) != built)
        #expect(updated.removing(5).updating(5, to: 25) == built)
        #expect(updated[7] == 49 && updated.removing(7)[7] == nil && updated.count == 100)
        #expect(try Term(etf: Term.map(updated).etf()).asMap == built)
    }
}

import BigInt
import Terms
import Testing

/// Random terms, compared and encoded here and by OTP 25.
///
/// Small maps are in OTP's key order up to OTP 25 only, hence the condition; -0.0 is left out, because `=:=` tells it
/// from 0.0 since OTP 27 only.
@Suite struct OracleTests {
    @Test(.enabled(if: Oracle.release == 25, "compares with OTP 25, which is not installed"))
    func randomTermsCompareAndEncodeAsInOTP() throws {
        var terms = RandomTerms(seed: 99)
        var rows: [Term] = []
        for _ in 0..<4_000 {
            let one = terms.make(depth: 4)
            let two = terms.isOneIn(3) ? terms.make(depth: 3) : terms.similar(to: one)
            #expect(one != two || one.fastHash == two.fastHash, "\(one.etf()) and \(two.etf())")
            rows.append(
                .tuple([
                    one, two, name(Term.compare(one, two)), name(Term.compareExact(one, two)), .boolean(one == two),
                    .boolean(one.holdsLargeMap), .binary(Binary(one.etf())), .binary(Binary(one.etf(minorVersion: 1))),
                ]))
        }
        #expect(try Oracle.run("escript", "Oracle/compare.escript", rows) == "\(rows.count) rows\n")
    }

    private func name(_ order: TermOrder) -> Term {
        switch order {
        case .less: .atom("less")
        case .equal: .atom("equal")
        case .greater: .atom("greater")
        }
    }
}

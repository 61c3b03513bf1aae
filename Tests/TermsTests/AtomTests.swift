import Testing

@testable import Terms

@Suite struct AtomTests {
    @Test func wellKnownAtomsStandAtTheirIndices() {
        #expect(Atom("io_reply") == .io_reply)
        #expect(Atom("nonode@nohost") == .nonode)
        #expect(Atom("alias") == .alias)
        #expect(Atom("$gen_cast") == .genCast)
        for (index, name) in Atom.wellKnown.enumerated() { #expect(Atom(name).index == UInt32(index)) }
    }

    @Test func anAtomIsMadeOnce() {
        let one = Atom("żółw 日本")
        #expect(one == Atom("żółw 日本"))
        #expect(one.name == "żółw 日本")
        #expect(Atom(existing: "never made \(Int.random(in: 0..<Int.max))") == nil)
    }

    @Test func aTermTakesSixteenBytes() {
        #expect(MemoryLayout<Term>.stride == 16)
    }

    @Test func aLongChainOfConsesIsReleasedWithoutRecursion() {
        var list = Term.nil
        for number in 0..<1_000_000 { list = .list(List(head: .integer(number), tail: list)) }
        #expect(list.properList?.count == 1_000_000)
    }
}

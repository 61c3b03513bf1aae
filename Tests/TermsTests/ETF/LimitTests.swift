import Terms
import Testing

@Suite struct LimitTests {
    private func limits(
        bytes: Int = 1 << 20, depth: Int = 100, list: Int = 100, atoms: Int = 2
    ) -> DecodingLimits {
        DecodingLimits(maximumBytes: bytes, maximumDepth: depth, maximumListLength: list, maximumNewAtoms: atoms)
    }

    private func failure(_ bytes: [UInt8], _ limits: DecodingLimits) -> ETFError? {
        do {
            _ = try Term(etf: bytes, limits: limits)
            return nil
        } catch { return error }
    }

    @Test func depthIsLimited() {
        func nested(_ depth: Int) -> [UInt8] {
            var bytes: [UInt8] = [131]
            for _ in 0..<depth { bytes += [104, 1] }
            return bytes + [106]
        }
        #expect(failure(nested(100), limits()) == nil)
        #expect(failure(nested(101), limits())?.code == .limitExceeded)
    }

    @Test func newAtomsAreLimited() {
        let names = (0..<3).map { "limit test atom \($0) \(UInt64.random(in: 0 ... .max))" }
        var bytes: [UInt8] = [131, 104, 3]
        for name in names { bytes += [119, UInt8(name.utf8.count)] + Array(name.utf8) }
        #expect(failure(bytes, limits())?.code == .limitExceeded)
        #expect(failure(bytes, limits(atoms: 3)) == nil)
        #expect(failure(bytes, limits(atoms: 0)) == nil, "they are not new any more")
    }

    @Test func listsAreLimited() {
        let list = Term.makeList((0..<101).map { .integer($0 * 1000) }).etf()
        #expect(failure(list, limits())?.code == .limitExceeded)
    }

    @Test func aClaimedLengthTakesNoMemory() {
        #expect(failure([131, 108, 255, 255, 255, 255], .standard)?.code == .limitExceeded)
        #expect(failure([131, 105, 0, 255, 255, 255], .standard)?.code == .truncated)
        #expect(failure([131, 109, 255, 255, 255, 255], .standard)?.offset == 6)
    }

    @Test func anInflatedSizeIsLimitedBeforeItIsInflated() {
        let zeros = Term.binary(Binary([UInt8](repeating: 0, count: 1 << 16))).etf(compressionLevel: 9)
        #expect(zeros.count < 200)
        #expect(failure(zeros, limits(bytes: 4096))?.code == .limitExceeded)
    }

    @Test func bigBinariesAreSlicesOfTheirOwner() throws {
        final class Owner: @unchecked Sendable {
            // `@unchecked Sendable`: the bytes are never changed.
            let bytes: UnsafeRawBufferPointer
            init(_ source: [UInt8]) {
                let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: source.count, alignment: 1)
                copy.copyBytes(from: source)
                bytes = UnsafeRawBufferPointer(copy)
            }
            deinit { bytes.deallocate() }
        }
        let big = [UInt8](repeating: 7, count: 65)
        let owner = Owner(Term.makeList([.binary(Binary(big)), .binary(Binary(big.dropLast()))]).etf())
        var decoder = TermDecoder(owner.bytes, owner: owner)
        let list = try #require(try decoder.decodeTopLevel().properList)
        let inside = { (binary: Binary?) in
            binary?.withBytes { raw in
                guard let base = raw.baseAddress, let start = owner.bytes.baseAddress else { return false }
                return base >= start && base < start + owner.bytes.count
            }
        }
        #expect(inside(list[0].asBinary) == true)
        #expect(inside(list[1].asBinary) == false)
        #expect(list[0].asBinary?.bytes == big)
    }
}

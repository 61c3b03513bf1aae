internal import BigInt
internal import Terms

/// `erlang:phash2/1`: a hash of terms that is the same on every node and in every release.
///
/// Source: the reference manual promises the values, not how they come about; they are those of OTP, which the tests
/// compare. The mixing is Bob Jenkins's (1996), with the golden ratio and its multiples as constants.
enum PortableHash {
    private static let golden: UInt32 = 0x9e37_79b9

    private static func constant(_ number: UInt32) -> UInt32 { golden &* number }

    private enum Work {
        case term(Term)
        case pairEnd
        case mapEnd(hash: UInt32, pairs: UInt32)
    }

    /// 32 bits of it; `phash2/1` takes the low 27.
    static func hash(_ term: Term) -> UInt32 {
        var hash: UInt32 = 0
        var pairs: UInt32 = 0
        var work: [Work] = [.term(term)]
        while let next = work.popLast() {
            switch next {
            case .pairEnd:
                pairs ^= hash
                hash = 0
            case .mapEnd(let outer, let outerPairs):
                hash = outer
                mix(pairs, 0, constant(19), &hash)
                pairs = outerPairs
            case .term(.map(let map)):
                mix(UInt32(truncatingIfNeeded: map.count), 0, constant(16), &hash)
                guard !map.isEmpty else { continue }
                work.append(.mapEnd(hash: hash, pairs: pairs))
                hash = 0
                pairs = 0
                map.forEach { key, value in work += [.pairEnd, .term(value), .term(key)] }
            case .term(.list(let list)): run(list, &hash, &work)
            case .term(.tuple(let tuple)):
                mix(UInt32(truncatingIfNeeded: tuple.count), 0, constant(9), &hash)
                for element in tuple.reversed() { work.append(.term(element)) }
            case .term(let leaf): self.leaf(leaf, &hash)
            }
        }
        return hash
    }

    /// Bytes at the front of a list four at a time, as they are in strings.
    private static func run(_ list: List, _ hash: inout UInt32, _ work: inout [Work]) {
        var list = list
        var (count, bytes): (Int, UInt32) = (0, 0)
        while case .integer(let value) = list.head, let byte = UInt8(exactly: value) {
            bytes = bytes << 8 &+ UInt32(byte)
            count += 1
            if count == 4 {
                mix(bytes, 0, constant(4), &hash)
                (count, bytes) = (0, 0)
            }
            guard case .list(let next) = list.tail else {
                if count > 0 { mix(bytes, 0, constant(4), &hash) }
                work.append(.term(list.tail))
                return
            }
            list = next
        }
        if count > 0 { mix(bytes, 0, constant(4), &hash) }
        work.append(.term(list.tail))
        work.append(.term(list.head))
    }

    private static func leaf(_ term: Term, _ hash: inout UInt32) {
        switch term {
        case .integer(let value) where (-(1 << 27)..<(1 << 27)).contains(value):
            let small = Int32(truncatingIfNeeded: value)
            if small < 0 { mix(small.magnitude, 0, constant(1), &hash) }
            mix(UInt32(bitPattern: small), 0, constant(1), &hash)
        case .integer(let value): integer(UInt64(value.magnitude), value < 0, &hash)
        case .bigInteger(let value):
            for word in value.value.magnitude.words { integer(UInt64(word), value.value < 0, &hash) }
        case .float(let value):
            let bits = value == 0 ? 0 : value.bitPattern
            mix(
                UInt32(truncatingIfNeeded: bits >> 32), UInt32(truncatingIfNeeded: bits), constant(12), &hash)
        case .atom(let atom):
            if hash == 0 { hash = Self.atom(atom) } else { mix(Self.atom(atom), 0, constant(3), &hash) }
        case .nil:
            if hash == 0 { hash = 3_468_870_702 } else { mix(2, 0, constant(2), &hash) }
        case .binary(let binary):
            let seed = constant(13) &+ hash
            hash = binary.count == 0 ? seed : binary.withBytes { block($0, seed) }
        case .bitString(let bits):
            let (whole, rest) = (bits.bytes.count - 1, bits.bitsInLastByte)
            bits.bytes.withBytes { bytes in
                hash = block(UnsafeRawBufferPointer(rebasing: bytes[..<whole]), constant(13) &+ hash)
                mix(UInt32(rest), UInt32(bytes[whole] >> UInt8(8 - rest)), constant(15), &hash)
            }
        case .pid(let pid): mix(pid.id, 0, constant(5), &hash)
        case .port(let port): mix(UInt32(truncatingIfNeeded: port.id), 0, constant(6), &hash)
        case .reference(let reference): mix(reference.word(0), 0, constant(7), &hash)
        case .fun(.export(let fun)):
            mix(UInt32(truncatingIfNeeded: fun.arity), atom(fun.module), constant(1), &hash)
            mix(atom(fun.function), 0, constant(14), &hash)
        default: mix(UInt32(truncatingIfNeeded: term.fastHash), 0, constant(10), &hash)
        }
    }

    private static func integer(_ magnitude: UInt64, _ isNegative: Bool, _ hash: inout UInt32) {
        mix(
            UInt32(truncatingIfNeeded: magnitude), UInt32(truncatingIfNeeded: magnitude >> 32),
            constant(isNegative ? 10 : 11), &hash)
    }

    /// P. J. Weinberger's hash of the characters of an atom.
    private static func atom(_ atom: Atom) -> UInt32 {
        var hash: UInt32 = 0
        var bytes = atom.utf8.makeIterator()
        var pending = bytes.next()
        while let byte = pending {
            pending = bytes.next()
            var value = byte
            // A character of Latin-1 counts as one byte.
            if byte & 0xfe == 0xc2, let next = pending, next & 0xc0 == 0x80 {
                value = byte << 6 | next & 0x3f
                pending = bytes.next()
            }
            hash = hash << 4 &+ UInt32(value)
            let high = hash & 0xf000_0000
            if high != 0 {
                hash ^= high >> 24
                hash ^= high
            }
        }
        return hash
    }

    @inline(__always)
    private static func mix(_ one: UInt32, _ two: UInt32, _ constant: UInt32, _ hash: inout UInt32) {
        var (a, b) = (constant &+ one, constant &+ two)
        jenkins(&a, &b, &hash)
    }

    @inline(__always)
    private static func jenkins(_ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32) {
        a = a &- b &- c ^ (c >> 13)
        b = b &- c &- a ^ (a << 8)
        c = c &- a &- b ^ (b >> 13)
        a = a &- b &- c ^ (c >> 12)
        b = b &- c &- a ^ (a << 16)
        c = c &- a &- b ^ (b >> 5)
        a = a &- b &- c ^ (c >> 3)
        b = b &- c &- a ^ (a << 10)
        c = c &- a &- b ^ (b >> 15)
    }

    private static func block(_ bytes: UnsafeRawBufferPointer, _ seed: UInt32) -> UInt32 {
        var (a, b, c) = (golden, golden, seed)
        var place = 0
        func word(_ offset: Int) -> UInt32 {
            UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        }
        while bytes.count - place >= 12 {
            a &+= word(place)
            b &+= word(place + 4)
            c &+= word(place + 8)
            jenkins(&a, &b, &c)
            place += 12
        }
        c &+= UInt32(truncatingIfNeeded: bytes.count)
        for (offset, byte) in bytes[place...].enumerated() {
            switch offset {
            case 0..<4: a &+= UInt32(byte) << UInt32(8 * offset)
            case 4..<8: b &+= UInt32(byte) << UInt32(8 * (offset - 4))
            // The lowest byte of c is the length's.
            default: c &+= UInt32(byte) << UInt32(8 * (offset - 7))
            }
        }
        jenkins(&a, &b, &c)
        return c
    }
}

internal import BigInt

extension Term {
    /// A quick hash that agrees with `=:=`. Seeded once per process: keys from outside cannot be made to collide.
    ///
    /// It looks at most at 16 elements of a container and 8 levels deep: enough to tell keys apart, and bounded.
    public var fastHash: UInt64 { TermHash.hash(self, depth: 0) }
}

enum TermHash {
    private static let seed = UInt64.random(in: .min ... .max)
    private static let maximumDepth = 8
    private static let maximumElements = 16

    @inline(__always)
    static func mix(_ state: UInt64, _ value: UInt64) -> UInt64 {
        let product = (state ^ value).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }

    static func hash(_ term: Term, depth: Int) -> UInt64 {
        let seed = seed
        switch term {
        case .integer(let value): return mix(seed, UInt64(bitPattern: Int64(value)))
        case .atom(let atom): return mix(seed &+ 1, UInt64(atom.index))
        case .float(let value): return mix(seed &+ 2, value.bitPattern)
        case .nil: return mix(seed &+ 3, 0)
        case .binary(let binary): return binary.withBytes { hash($0, seed &+ 4) }
        case .tuple(let tuple):
            var state = mix(seed &+ 5, UInt64(truncatingIfNeeded: tuple.count))
            guard depth < maximumDepth else { return state }
            for element in tuple.prefix(maximumElements) { state = mix(state, hash(element, depth: depth + 1)) }
            return state
        case .list(let list):
            var state = seed &+ 6
            guard depth < maximumDepth else { return state }
            for element in list.prefix(maximumElements) { state = mix(state, hash(element, depth: depth + 1)) }
            return state
        case .map(let map): return mix(seed &+ 7, UInt64(truncatingIfNeeded: map.count))
        case .pid(let pid):
            return mix(mix(seed &+ 8, UInt64(pid.incarnation.index)), UInt64(pid.id) << 32 | UInt64(pid.serial))
        case .port(let port): return mix(mix(seed &+ 9, UInt64(port.incarnation.index)), port.id)
        case .reference(let reference):
            let low = UInt64(reference.word(0)) << 32 | UInt64(reference.word(1))
            return mix(mix(seed &+ 10, low), UInt64(reference.word(2)))
        case .bigInteger(let value):
            var state = seed &+ 11
            for word in value.value.words.prefix(maximumElements) { state = mix(state, UInt64(word)) }
            return state
        case .bitString(let bits): return bits.bytes.withBytes { hash($0, seed &+ 12) }
        case .fun(.export(let fun)): return mix(mix(seed &+ 13, UInt64(fun.module.index)), UInt64(fun.function.index))
        case .fun(.closure(let fun)): return mix(mix(seed &+ 14, UInt64(fun.module.index)), UInt64(fun.index))
        case .record(let record): return mix(mix(seed &+ 15, UInt64(record.module.index)), UInt64(record.name.index))
        case .local(let local): return local.payload.withBytes { hash($0, seed &+ 16) }
        }
    }

    private static func hash(_ bytes: UnsafeRawBufferPointer, _ seed: UInt64) -> UInt64 {
        var state = seed &+ UInt64(truncatingIfNeeded: bytes.count)
        var offset = 0
        while offset + 8 <= bytes.count {
            state = mix(state, bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < bytes.count {
            rest = rest << 8 | UInt64(bytes[offset])
            offset += 1
        }
        return mix(state, rest)
    }
}

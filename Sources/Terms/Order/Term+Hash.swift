internal import BigInt

extension Term {
    /// A quick hash that agrees with `=:=`. Seeded once per process: keys from outside cannot be made to collide.
    ///
    /// All of a term counts, except what is nested deeper than 16 levels.
    public var fastHash: UInt64 { withUnsafePointer(to: self) { TermHash.hash($0) } }
}

enum TermHash {
    private static let seed = UInt64.random(in: .min ... .max)
    private static let maximumDepth = 16

    @inline(__always)
    private static func mix(_ state: UInt64, _ value: UInt64) -> UInt64 {
        let product = (state ^ value).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }

    @inline(__always)
    static func hash(_ term: TermPlace) -> UInt64 {
        let kind = term.kind
        switch kind {
        case .integer: return mix(seed &+ UInt64(kind.rawValue), UInt64(bitPattern: Int64(term.integer)))
        case .atom: return mix(seed &+ UInt64(kind.rawValue), UInt64(term.atom.index))
        default: return hash(term, seed, 0)
        }
    }

    private static func hash(_ term: TermPlace, _ start: UInt64, _ depth: Int) -> UInt64 {
        let kind = term.kind
        let seed = start &+ UInt64(kind.rawValue)
        switch kind {
        case .integer, .float: return mix(seed, UInt64(bitPattern: Int64(term.integer)))
        case .atom: return mix(seed, UInt64(term.atom.index))
        case .nil: return mix(seed, 0)
        case .binary: return hash(term.binaryBytes, seed)
        case .tuple:
            let elements = term.tupleElements
            return hash(elements, mix(seed, UInt64(truncatingIfNeeded: elements.count)), depth)
        case .list:
            guard depth < maximumDepth else { return seed }
            var state = seed
            var place = term
            while place.kind == .list {
                let (elements, tail) = place.listRun
                state = hash(elements, state, depth)
                place = tail
            }
            return mix(state, hash(place, Self.seed, depth + 1))
        case .map: return hash(Map(storage: term.mapStorage.takeUnretainedValue()), seed, depth)
        case .pid:
            let pid = term.pid
            return mix(mix(seed, UInt64(pid.incarnation.index)), UInt64(pid.id) << 32 | UInt64(pid.serial))
        case .port: return mix(mix(seed, UInt64(term.port.incarnation.index)), term.port.id)
        case .reference, .bigInteger, .bitString, .fun, .record, .local: return hash(term.pointee, seed, depth)
        }
    }

    @inline(__always)
    private static func hash(_ elements: UnsafeBufferPointer<Term>, _ start: UInt64, _ depth: Int) -> UInt64 {
        var state = start
        guard depth < maximumDepth, let first = elements.baseAddress else { return state }
        // Elements begin with the common seed: a list's hash must not depend on how its cells are stored.
        for position in 0..<elements.count { state = mix(state, hash(first + position, seed, depth + 1)) }
        return state
    }

    /// Pairs count in no order: the same map may be stored in several.
    private static func hash(_ map: Map, _ seed: UInt64, _ depth: Int) -> UInt64 {
        var sum = UInt64(truncatingIfNeeded: map.count)
        guard depth < maximumDepth else { return mix(seed, sum) }
        map.forEach { key, value in
            let hash = withUnsafePointer(to: key) { Self.hash($0, Self.seed, depth + 1) }
            sum &+= withUnsafePointer(to: value) { mix(hash, Self.hash($0, Self.seed, depth + 1)) }
        }
        return mix(seed, sum)
    }

    private static func hash(_ term: Term, _ seed: UInt64, _ depth: Int) -> UInt64 {
        switch term {
        case .reference(let reference):
            let state = mix(mix(seed, UInt64(reference.incarnation.index)), UInt64(reference.word(2)))
            return mix(state, UInt64(reference.word(0)) << 32 | UInt64(reference.word(1)))
        case .bigInteger(let value): return value.value.words.reduce(seed) { mix($0, UInt64($1)) }
        case .bitString(let bits): return bits.bytes.withBytes { hash($0, mix(seed, UInt64(bits.bitsInLastByte))) }
        case .fun(.export(let fun)):
            return mix(mix(seed, UInt64(fun.module.index)), UInt64(fun.function.index) << 8 | UInt64(fun.arity & 0xFF))
        case .fun(.closure(let fun)):
            let state = mix(mix(seed, UInt64(fun.module.index)), UInt64(fun.index))
            return hash(fun.environment.place, state, depth)
        case .record(let record):
            let state = mix(mix(seed, UInt64(record.module.index)), UInt64(record.name.index))
            return hash(record.values.place, state, depth)
        case .local(let local): return local.payload.withBytes { hash($0, seed) }
        default: return seed
        }
    }

    private static func hash(_ bytes: UnsafeRawBufferPointer, _ seed: UInt64) -> UInt64 {
        var state = seed &+ UInt64(truncatingIfNeeded: bytes.count)
        guard let base = bytes.baseAddress else { return mix(state, 0) }
        var offset = 0
        while offset + 8 <= bytes.count {
            state = mix(state, base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < bytes.count {
            rest = rest << 8 | UInt64(base.load(fromByteOffset: offset, as: UInt8.self))
            offset += 1
        }
        return mix(state, rest)
    }
}

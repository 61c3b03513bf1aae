internal import BigInt
internal import Glibc
internal import Processes
internal import Terms

extension LanguageLibrary {
    private static let rand = NativeModule("rand")

    /// The module `rand` with the algorithm exsss, OTP's default: a seed gives the numbers that it gives there. But for
    /// normal/0 and its like, which use another method.
    ///
    /// Sources: the reference manual of stdlib; S. Vigna, Xorshift116+ and the scrambler **; SplitMix64 for seeds.
    static let randFunctions: [NativeFunction] = [
        rand("seed", "AlgorithmOrState", "Seeds the numbers of this process.") { call in
            try store(call, try Generator(exported: call[0]) ?? Generator(state: call[0]) ?? Generator.random(call[0]))
        },
        rand("seed", "Algorithm Seed", "Seeds the numbers of this process: an integer, or {A, B, C}.") { call in
            try store(call, try Generator(call[0], seed: call[1]))
        },
        rand("seed_s", "AlgorithmOrState", "A state with a random seed, or that of an exported one.") { call in
            (try Generator(exported: call[0]) ?? Generator(state: call[0]) ?? Generator.random(call[0])).state
        },
        rand("seed_s", "Algorithm Seed", "A state by a seed: an integer, or {A, B, C}.") { call in
            try Generator(call[0], seed: call[1]).state
        },
        rand("export_seed", "", "The state of this process, to be seeded with again.") { call in
            current(call)?.exported ?? .atom(.undefined)
        },
        rand("export_seed_s", "State", "The state, to be seeded with again.") { call in
            guard let generator = Generator(state: call[0]) else { throw call.functionClause() }
            return generator.exported
        },
        rand("uniform", "", "A float from 0.0 on and below 1.0.") { call in
            var generator = current(call) ?? .random()
            let value = generator.uniform()
            _ = try store(call, generator)
            return .float(value)
        },
        rand("uniform", "N", "An integer from 1 to N.") { call in
            guard call[0].isInteger, Term.compare(call[0], 1) != .less else { throw call.functionClause() }
            var generator = current(call) ?? .random()
            let value = generator.uniform(try call.bigInteger(0))
            _ = try store(call, generator)
            return value
        },
        rand("uniform_s", "State", "{Float, State}: from 0.0 on and below 1.0.") { call in
            guard var generator = Generator(state: call[0]) else { throw call.functionClause() }
            let value = generator.uniform()
            return .tuple(.float(value), generator.state)
        },
        rand("uniform_s", "N State", "{Integer, State}: from 1 to N.") { call in
            guard call[0].isInteger, Term.compare(call[0], 1) != .less, var generator = Generator(state: call[1]) else {
                throw call.functionClause()
            }
            let value = generator.uniform(try call.bigInteger(0))
            return .tuple(value, generator.state)
        },
        rand("uniform_real", "", "A float above 0.0 and below 1.0.") { call in
            var generator = current(call) ?? .random()
            let value = generator.uniformReal()
            _ = try store(call, generator)
            return .float(value)
        },
        rand("normal", "", "A float of the standard normal distribution.") { call in
            var generator = current(call) ?? .random()
            let value = generator.normal()
            _ = try store(call, generator)
            return .float(value)
        },
        rand("normal", "Mean Variance", "A float of a normal distribution.") { call in
            let (mean, variance) = (try call.double(0), try call.double(1))
            guard variance >= 0 else { throw call.functionClause() }
            var generator = current(call) ?? .random()
            let value = generator.normal()
            _ = try store(call, generator)
            return try Arithmetic.float(mean + variance.squareRoot() * value)
        },
        rand("normal_s", "State", "{Float, State} of the standard normal distribution.") { call in
            guard var generator = Generator(state: call[0]) else { throw call.functionClause() }
            let value = generator.normal()
            return .tuple(.float(value), generator.state)
        },
        rand("bytes", "N", "Random bytes.") { call in
            let count = try call.count(0)
            guard count < 1 << 31 else { throw ErlangException.systemLimit }
            var generator = current(call) ?? .random()
            let bytes = generator.bytes(count)
            _ = try store(call, generator)
            return .binary(Binary(bytes))
        },
        rand("bytes_s", "N State", "{Bytes, State}.") { call in
            guard var generator = Generator(state: call[1]) else { throw call.functionClause() }
            let count = try call.count(0)
            guard count < 1 << 31 else { throw ErlangException.systemLimit }
            let bytes = generator.bytes(count)
            return .tuple(.binary(Binary(bytes)), generator.state)
        },
    ]

    private static let key: Term = .atom("rand_seed")

    private static func current(_ call: borrowing NativeCall) -> Generator? {
        call.process.dictionary[key].flatMap { Generator(state: $0) }
    }

    private static func store(_ call: borrowing NativeCall, _ generator: Generator) throws -> Term {
        let state = generator.state
        call.process.put(key, state)
        return state
    }
}

/// The generator exsss: two words of 58 bits.
private struct Generator {
    private static let mask: UInt64 = (1 << 58) - 1
    private var one: UInt64
    private var two: UInt64

    /// The state as a term: what it is, and the words.
    var state: Term {
        .tuple(
            .map([.atom("type"): .atom("exsss"), .atom("bits"): 58]),
            .list(List(head: .integer(Int(one)), tail: .integer(Int(two)))))
    }

    var exported: Term {
        .tuple(.atom("exsss"), .list(List(head: .integer(Int(one)), tail: .integer(Int(two)))))
    }

    init?(state: Term) {
        guard case .map(let map)? = state.field(1), map[.atom("type")] == .atom("exsss"), let words = state.field(2)
        else { return nil }
        self.init(words: words)
    }

    init?(exported: Term) {
        guard exported.field(1) == .atom("exsss"), let words = exported.field(2) else { return nil }
        self.init(words: words)
    }

    private init?(words: Term) {
        guard case .list(let list) = words, case .integer(let one) = list.head, case .integer(let two) = list.tail,
            one >= 0, two >= 0
        else { return nil }
        self.one = UInt64(one) & Self.mask
        self.two = UInt64(two) & Self.mask
    }

    static func random(_ algorithm: Term = .atom("default")) throws -> Generator {
        try check(algorithm)
        return random()
    }

    static func random() -> Generator { Generator(seed: .random(in: 1 ... .max)) }

    private static func check(_ algorithm: Term) throws {
        guard algorithm == .atom("exsss") || algorithm == .atom("default") else {
            throw ErlangException.functionClause
        }
    }

    private init(seed: UInt64) {
        var rest = seed
        one = Self.word(&rest)
        two = Self.word(&rest)
    }

    init(_ algorithm: Term, seed: Term) throws {
        try Self.check(algorithm)
        func bits(_ term: Term?) throws -> UInt64 {
            guard let value = term?.asBigInt else { throw ErlangException.functionClause }
            return UInt64(truncatingIfNeeded: value)
        }
        if seed.isInteger {
            var rest = try bits(seed)
            one = Self.word(&rest)
            two = Self.word(&rest)
        } else if case .tuple(let tuple) = seed, tuple.count == 3 {
            var rest = try bits(tuple[0])
            _ = Self.word(&rest)
            rest ^= try bits(tuple[1])
            one = Self.word(&rest)
            rest ^= try bits(tuple[2])
            two = Self.word(&rest)
        } else {
            guard let generator = Generator(words: seed) else { throw ErlangException.functionClause }
            self = generator
        }
    }

    /// SplitMix64: the next 58 bits that are not all 0.
    private static func word(_ state: inout UInt64) -> UInt64 {
        while true {
            state &+= 0x9e37_79b9_7f4a_7c15
            var value = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
            value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
            let word = (value ^ (value >> 31)) & mask
            if word != 0 { return word }
        }
    }

    /// 58 random bits.
    private mutating func next() -> UInt64 {
        let (low, high) = (two, one)
        let mixed = (high ^ (high << 24)) & Self.mask
        one = low
        two = mixed ^ low ^ (mixed >> 11) ^ (low >> 41)
        // The scrambler: times 5, rotated by 7, times 9.
        let product = (low &+ low << 2) & Self.mask
        let rotated = (product << 7 | product >> 51) & Self.mask
        return (rotated &+ rotated << 3) & Self.mask
    }

    mutating func uniform() -> Double { Double(next() >> 5) * 0x1p-53 }

    mutating func uniformReal() -> Double {
        while true {
            let value = uniform()
            if value > 0 { return value }
        }
    }

    mutating func uniform(_ range: BigInt) -> Term {
        guard let limit = UInt64(exactly: range), limit <= 1 << 58 else {
            // Enough words for any number, and some more so that the remainder is fair.
            var value = BigInt(0)
            for _ in 0...(range.bitWidth / 58 + 1) { value = value << 58 + BigInt(next()) }
            return .integer(value % range + 1)
        }
        let room = 1 << 58 - limit
        while true {
            let value = next()
            if value < limit { return .integer(Int(value) + 1) }
            let remainder = value % limit
            if value - remainder <= room { return .integer(Int(remainder) + 1) }
        }
    }

    /// The method of Box and Muller.
    mutating func normal() -> Double {
        let (radius, angle) = (uniformReal(), uniform())
        return (-2 * log(radius)).squareRoot() * cos(2 * .pi * angle)
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            // Seven bytes of a number, the highest first: without its two lowest bits, but the last ones without the highest.
            let rest = count - bytes.count
            let wanted = min(7, rest)
            let value = next() >> (rest > 7 ? 2 : UInt64(56 - 8 * wanted))
            for place in 0..<wanted {
                bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * (wanted - 1 - place))))
            }
        }
        return bytes
    }
}

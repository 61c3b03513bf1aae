import BigInt
import Terms

/// Terms out of small alphabets, so that equal and nearly equal ones are common.
struct RandomTerms {
    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    private static let edges = [
        1 << 53, (1 << 53) + 1, -(1 << 53), Int.max, Int.min, 1 << 60, 255, 256, 65536, 1 << 31, -(1 << 31), -1,
    ]
    private static let floats = [
        1.0, 2.0, 0.5, -1.5, 0, 9007199254740992, 1e300, 1.8446744073709552e19, 9.223372036854775807e18,
    ]
    private static let atoms = ["a", "b", "ab", "abcdefgh", "abcdefghi", "abcdefghj", "", "é", "日本"]
    private static let nodes: [Atom] = ["a@b", "b@c"]

    private mutating func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }
    private mutating func pick<Element>(_ elements: [Element]) -> Element { elements[pick(elements.count)] }
    mutating func isOneIn(_ count: Int) -> Bool { pick(count) == 0 }

    private mutating func makeAll(_ count: Int, depth: Int) -> [Term] { (0..<count).map { _ in make(depth: depth) } }

    mutating func make(depth: Int) -> Term {
        switch pick(depth <= 0 ? 12 : 17) {
        case 0: return .integer(pick(4) - 1)
        case 1: return .integer(pick(Self.edges))
        case 2: return .integer((BigInt(1) << (60 + pick(10))) + BigInt(pick(3) - 1))
        case 3: return .integer(-(BigInt(1) << (60 + pick(10))) + BigInt(pick(3) - 1))
        case 4: return .float(pick(Self.floats))
        case 5: return .atom(Atom(pick(Self.atoms)))
        case 6: return .nil
        case 7: return .string(pick(["", "a", "ab", "b"]))
        case 8: return .bits([UInt8(pick(4)) << 6, UInt8(pick(4)) << 6], bitCount: 1 + pick(15))
        case 9:
            return .pid(
                Pid(node: pick(Self.nodes), id: UInt32(pick(2)), serial: UInt32(pick(2)), creation: UInt32(1 + pick(2)))
            )
        case 10: return .fun(.export(ExportFun(module: pick(["a", "b"]), function: pick(["a", "b"]), arity: pick(2))))
        case 11:
            let words = (0..<3).map { _ in UInt32(pick(2)) }
            return .reference(Reference(node: pick(Self.nodes), creation: UInt32(1 + pick(2)), words: words))
        case 12: return .tuple(Tuple(makeAll(pick(4), depth: depth - 1)))
        case 13:
            // In several segments.
            var list = isOneIn(4) ? make(depth: 0) : .nil
            for _ in 0..<pick(3) { list = .makeList(makeAll(pick(4), depth: depth - 1), tail: list) }
            return list
        case 14:
            return .map(
                Map((0..<pick(4)).map { _ in (key: make(depth: depth - 1), value: make(depth: depth - 1)) }))
        case 15:
            var map = Map((0..<(30 + pick(6))).map { (key: .integer($0), value: make(depth: 0)) })
            if isOneIn(2) { map = map.updating(.integer(pick(36)), to: .integer(pick(2))) }
            if isOneIn(4) { map = map.removing(.integer(pick(36))) }
            return .map(map)
        default: return .charlist(String(repeating: "x", count: pick(3)) + pick(["", "a", "日"]))
        }
    }

    /// The same term with a few small changes, or none.
    mutating func similar(to term: Term) -> Term {
        if isOneIn(8) { return make(depth: 1) }
        switch term {
        case .integer(let value) where isOneIn(6): return .float(Double(value))
        case .tuple(let tuple): return .tuple(Tuple(tuple.map { similar(to: $0) }))
        case .list(let list): return .makeList(list.map { similar(to: $0) }, tail: list.countAndEnd.end)
        case .map(let map):
            let pairs = map.sortedPairs.map { key, value in
                (key: isOneIn(20) ? similar(to: key) : key, value: isOneIn(10) ? similar(to: value) : value)
            }
            return .map(Map(pairs.shuffled(using: &random)))
        default: return term
        }
    }
}

extension Term {
    /// True if a map of more than 32 pairs is in it: OTP's order of those is its own.
    var holdsLargeMap: Bool {
        switch self {
        case .tuple(let tuple): tuple.contains { $0.holdsLargeMap }
        case .list(let list): list.contains { $0.holdsLargeMap } || list.countAndEnd.end.holdsLargeMap
        case .map(let map):
            map.count > 32 || map.sortedPairs.contains { $0.key.holdsLargeMap || $0.value.holdsLargeMap }
        default: false
        }
    }
}

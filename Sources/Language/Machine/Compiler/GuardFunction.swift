internal import Terms

/// The functions that guards may call, besides type tests and operators.
enum GuardFunction: UInt16, CaseIterable {
    case abs, binaryPart2, binaryPart3, bitSize, byteSize, ceil, element, float, floor, hd, isMapKey, length, mapGet
    case mapSize, max, min, node0, node1, round, `self`, size, tl, trunc, tupleSize, isRecord2, isRecord3

    private static let names: [(Atom, Int, GuardFunction)] = [
        ("abs", 1, .abs), ("binary_part", 2, .binaryPart2), ("binary_part", 3, .binaryPart3), ("bit_size", 1, .bitSize),
        ("byte_size", 1, .byteSize), ("ceil", 1, .ceil), ("element", 2, .element), ("float", 1, .float),
        ("floor", 1, .floor), ("hd", 1, .hd), ("is_map_key", 2, .isMapKey), ("length", 1, .length),
        ("map_get", 2, .mapGet), ("map_size", 1, .mapSize), ("max", 2, .max), ("min", 2, .min), ("node", 0, .node0),
        ("node", 1, .node1), ("round", 1, .round), ("self", 0, .self), ("size", 1, .size), ("tl", 1, .tl),
        ("trunc", 1, .trunc), ("tuple_size", 1, .tupleSize), ("is_record", 2, .isRecord2),
        ("is_record", 3, .isRecord3),
    ]

    private static let table: [NameAndArity: GuardFunction] = Dictionary(
        uniqueKeysWithValues: names.map { (NameAndArity(name: $0.0, arity: $0.1), $0.2) })

    var name: Atom { Self.names.first { $0.2 == self }?.0 ?? "element" }

    static func find(_ name: Atom, _ arity: Int) -> GuardFunction? {
        table[NameAndArity(name: name, arity: arity)]
    }
}

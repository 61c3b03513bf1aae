internal import Processes
internal import Terms

extension ElixirLibrary {
    private static let string = ElixirModule("String")

    /// The module `String`: how alike two strings are.
    static let stringDistanceFunctions: [NativeFunction] = [
        string("jaro_distance", "one two", "How alike two strings are, from 0.0 to 1.0.") { call in
            .float(jaro(ElixirText(try call.string(0)), ElixirText(try call.string(1))))
        },
        string("bag_distance", "one two", "How alike the graphemes of two strings are, in any order.") { call in
            let (one, two) = (ElixirText(try call.string(0)), ElixirText(try call.string(1)))
            guard !one.bytes.isEmpty, !two.bytes.isEmpty else { return .float(0) }
            let (left, right) = (bag(one), bag(two))
            let missing = { (from: [[UInt8]: Int], other: [[UInt8]: Int]) in
                from.reduce(0) { $0 + max(0, $1.value - (other[$1.key] ?? 0)) }
            }
            let longest = max(left.values.reduce(0, +), right.values.reduce(0, +))
            return .float(1 - Double(max(missing(left, right), missing(right, left))) / Double(longest))
        },
    ]

    private static func bag(_ text: ElixirText) -> [[UInt8]: Int] {
        text.graphemes.reduce(into: [:]) { $0[Array(text.bytes[$1]), default: 0] += 1 }
    }

    /// The Jaro distance. A match that stands before the match of the grapheme in front of it is a transposition.
    static func jaro(_ one: ElixirText, _ two: ElixirText) -> Double {
        if one.bytes == two.bytes { return 1 }
        var short = one.graphemes.map { one.bytes[$0] }
        var long = two.graphemes.map { two.bytes[$0] }
        guard !short.isEmpty, !long.isEmpty else { return 0 }
        if short.count >= long.count { swap(&short, &long) }
        let window = long.count / 2 - 1
        var isTaken = [Bool](repeating: false, count: long.count)
        var (common, transposed, previous) = (0, 0, -1)
        for (position, grapheme) in short.enumerated() {
            let (low, high) = (max(0, position - window), min(position + window + 1, long.count))
            guard low < high,
                let found = (low..<high).first(where: { !isTaken[$0] && long[$0].elementsEqual(grapheme) })
            else { continue }
            isTaken[found] = true
            common += 1
            if found < previous { transposed += 1 }
            previous = found
        }
        guard common > 0 else { return 0 }
        let matches = Double(common)
        return (matches / Double(short.count) + matches / Double(long.count) + Double(common - transposed) / matches)
            / 3
    }
}

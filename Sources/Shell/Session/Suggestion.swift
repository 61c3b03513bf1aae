/// "Did you mean": the nearest of some names, if one is near enough.
enum Suggestion {
    /// The name that differs in the fewest letters, at most a third of them.
    static func nearest(_ word: String, among names: [String]) -> String? {
        let candidates = names.map { (name: $0, distance: distance(Array(word.utf8), Array($0.utf8))) }
        guard let best = candidates.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance > 0 && best.distance * 3 <= max(word.utf8.count, 3) ? best.name : nil
    }

    /// Insertions, deletions, replacements and swaps of neighbours.
    private static func distance(_ one: [UInt8], _ two: [UInt8]) -> Int {
        if abs(one.count - two.count) > 8 || one.count > 64 || two.count > 64 { return .max / 4 }
        var rows = [Array(0...two.count)]
        for i in one.indices {
            var row = [i + 1]
            for j in two.indices {
                var cost = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (one[i] == two[j] ? 0 : 1))
                if i > 0, j > 0, one[i] == two[j - 1], one[i - 1] == two[j] { cost = min(cost, rows[i - 1][j - 1] + 1) }
                row.append(cost)
            }
            rows.append(row)
        }
        return rows[one.count][two.count]
    }
}

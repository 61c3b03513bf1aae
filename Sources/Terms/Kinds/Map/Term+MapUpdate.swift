extension UnsafeMutablePointer<Term> {
    /// Binds the keys of `count` pairs in the map in this place, in place if nobody else has it; the pairs stay.
    ///
    /// - Parameter isExact: all keys must be there.
    /// - Returns: false if nothing was done: it is no map, or a key is not there.
    package func updateMap(_ pairs: UnsafeMutablePointer<Term>, _ count: Int, isExact: Bool) -> Bool {
        guard UnsafePointer(self).kind == .map, case .map(var map) = move() else { return false }
        initialize(to: .integer(0))
        defer { initialize(to: .map(map)) }
        if isExact {
            for position in 0..<count where map[pairs[2 * position]] == nil { return false }
        }
        for position in 0..<count { map.update(pairs[2 * position], to: pairs[2 * position + 1]) }
        return true
    }
}

extension UnsafeMutablePointer<Term> {
    /// Binds one key in the map in this place, in place, if nobody else has it.
    ///
    /// - Parameter isExact: the key must be there.
    /// - Returns: false if nothing was done: it is no map, others have it too, it is a tree, or the key is not there.
    package func putInMap(_ key: UnsafePointer<Term>, _ value: UnsafePointer<Term>, isExact: Bool) -> Bool {
        guard UnsafePointer(self).kind == .map else { return false }
        // The storage stands in the first word of the term; see `TermPlace`.
        let place = UnsafeMutableRawPointer(self).assumingMemoryBound(to: MapStorage.self)
        guard isKnownUniquelyReferenced(&place.pointee) else { return false }
        let storage = Unmanaged.passUnretained(place.pointee)
        return storage._withUnsafeGuaranteedRef { storage in
            guard !storage.hasTree else { return false }
            if let position = storage.find(key) {
                _ = storage.shadow?.take()
                (storage.elements + 2 * position + 1).pointee = value.pointee
                return true
            }
            guard !isExact else { return false }
            if let larger = storage.insert(key.pointee, value.pointee) { place.pointee = larger }
            return true
        }
    }

    /// Binds the keys of `count` pairs in the map in this place, in place, if nobody else has it; the pairs stay.
    ///
    /// - Parameter isExact: all keys must be there.
    /// - Returns: false if nothing was done: it is no map, others have it too, it is a tree, or a key is not there.
    package func updateMap(_ pairs: UnsafeMutablePointer<Term>, _ count: Int, isExact: Bool) -> Bool {
        guard UnsafePointer(self).kind == .map else { return false }
        // The storage stands in the first word of the term; see `TermPlace`.
        let place = UnsafeMutableRawPointer(self).assumingMemoryBound(to: MapStorage.self)
        guard isKnownUniquelyReferenced(&place.pointee), !place.pointee.hasTree else { return false }
        if isExact {
            for position in 0..<count where place.pointee.find(pairs + 2 * position) == nil { return false }
        }
        for position in 0..<count {
            let (key, value) = (pairs + 2 * position, pairs + 2 * position + 1)
            if let larger = place.pointee.update(key.pointee, to: value.pointee) { place.pointee = larger }
        }
        return true
    }
}

internal import Terms

/// Access to registers that counts references only where there is something to count.
enum Registers {
    /// Puts a term where another one is.
    @inline(__always)
    static func put(_ place: UnsafeMutablePointer<Term>, _ term: consuming Term) {
        if UnsafePointer(place).kind.isImmediate {
            place.initialize(to: term)
        } else {
            place.pointee = term
        }
    }

    @inline(__always)
    static func put(_ place: UnsafeMutablePointer<Term>, integer value: Int) {
        if !UnsafePointer(place).kind.isImmediate { place.deinitialize(count: 1) }
        place.initialize(to: .integer(value))
    }

    /// Copies a term.
    @inline(__always)
    static func copy(_ target: UnsafeMutablePointer<Term>, _ source: UnsafeMutablePointer<Term>) {
        if UnsafePointer(source).kind.isImmediate {
            if !UnsafePointer(target).kind.isImmediate { target.deinitialize(count: 1) }
            bits(target, source)
        } else {
            put(target, source.pointee)
        }
    }

    /// Moves a term; 0 stays behind.
    @inline(__always)
    static func move(_ target: UnsafeMutablePointer<Term>, _ source: UnsafeMutablePointer<Term>) {
        guard target != source else { return }
        if !UnsafePointer(target).kind.isImmediate { target.deinitialize(count: 1) }
        bits(target, source)
        clearBits(source)
    }

    /// Takes a term out; 0 stays behind.
    @inline(__always)
    static func take(_ source: UnsafeMutablePointer<Term>) -> Term {
        let term = source.move()
        clearBits(source)
        return term
    }

    /// Takes terms out; 0 stays behind each.
    static func takeAll(_ first: UnsafeMutablePointer<Term>, _ count: Int) -> [Term] {
        Array(unsafeUninitializedCapacity: count) { elements, initialized in
            for position in 0..<count {
                (elements.baseAddress.unsafelyUnwrapped + position).initialize(to: take(first + position))
            }
            initialized = count
        }
    }

    /// Empties registers.
    @inline(__always)
    static func clear(_ first: UnsafeMutablePointer<Term>, _ count: Int) {
        var place = first
        let end = first + count
        while place < end {
            if !UnsafePointer(place).kind.isImmediate {
                place.deinitialize(count: 1)
                clearBits(place)
            }
            place += 1
        }
    }

    /// Copies the bits of a term in the three pieces in which Swift writes them: a processor that reads in one piece what
    /// was just written in several has to wait until all of them are in the cache.
    @inline(__always)
    static func bits(_ target: UnsafeMutablePointer<Term>, _ source: UnsafeMutablePointer<Term>) {
        let from = UnsafeRawPointer(source)
        let to = UnsafeMutableRawPointer(target)
        let (payload, position) = (from.load(as: UInt64.self), from.load(fromByteOffset: 8, as: UInt32.self))
        let kind = from.load(fromByteOffset: 12, as: UInt8.self)
        to.storeBytes(of: payload, as: UInt64.self)
        to.storeBytes(of: position, toByteOffset: 8, as: UInt32.self)
        to.storeBytes(of: kind, toByteOffset: 12, as: UInt8.self)
    }

    @inline(__always)
    static func clearBits(_ place: UnsafeMutablePointer<Term>) {
        let to = UnsafeMutableRawPointer(place)
        to.storeBytes(of: 0, as: UInt64.self)
        to.storeBytes(of: 0, toByteOffset: 8, as: UInt64.self)
    }
}

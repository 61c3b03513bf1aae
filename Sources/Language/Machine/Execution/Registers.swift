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

    @inline(__always)
    static func bits(_ target: UnsafeMutablePointer<Term>, _ source: UnsafeMutablePointer<Term>) {
        let from = UnsafeRawPointer(source)
        let to = UnsafeMutableRawPointer(target)
        to.storeBytes(of: from.load(as: UInt64.self), as: UInt64.self)
        to.storeBytes(of: from.load(fromByteOffset: 8, as: UInt64.self), toByteOffset: 8, as: UInt64.self)
    }

    @inline(__always)
    static func clearBits(_ place: UnsafeMutablePointer<Term>) {
        let to = UnsafeMutableRawPointer(place)
        to.storeBytes(of: 0, as: UInt64.self)
        to.storeBytes(of: 0, toByteOffset: 8, as: UInt64.self)
    }
}

// Integers, rows of bytes, atoms and lives of nodes.
extension TermDecoder {
    @inline(__always)
    mutating func readUInt8() throws(ETFError) -> UInt8 {
        guard offset < bytes.count else { throw truncated(1) }
        defer { offset &+= 1 }
        return bytes[offset]
    }

    @inline(__always)
    mutating func readUInt16() throws(ETFError) -> UInt16 {
        guard bytes.count &- offset >= 2 else { throw truncated(2) }
        defer { offset &+= 2 }
        return UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    @inline(__always)
    mutating func readUInt32() throws(ETFError) -> UInt32 {
        guard bytes.count &- offset >= 4 else { throw truncated(4) }
        defer { offset &+= 4 }
        return UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    @inline(__always)
    mutating func readUInt64() throws(ETFError) -> UInt64 {
        guard bytes.count &- offset >= 8 else { throw truncated(8) }
        defer { offset &+= 8 }
        return UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    mutating func take(_ count: Int) throws(ETFError) -> UnsafeRawBufferPointer {
        guard count >= 0, count <= bytes.count - offset else { throw truncated(count) }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count)])
    }

    func truncated(_ count: Int) -> ETFError {
        ETFError(.truncated, at: offset, "\(count) bytes expected, \(max(0, bytes.count - offset)) left")
    }

    // MARK: Atoms and identifiers

    /// Reads an atom with its tag.
    mutating func decodeAtom() throws(ETFError) -> Atom {
        let start = offset
        return try decodeAtom(try readUInt8(), start)
    }

    mutating func decodeAtom(_ tag: UInt8, _ start: Int) throws(ETFError) -> Atom {
        switch tag {
        case Tag.smallAtomUTF8:
            let count = Int(try readUInt8())
            return try atom(utf8: try take(count), start)
        case Tag.atomUTF8:
            let count = Int(try readUInt16())
            return try atom(utf8: try take(count), start)
        case Tag.smallAtom:
            let count = Int(try readUInt8())
            return try atom(latin1: try take(count), start)
        case Tag.atom:
            let count = Int(try readUInt16())
            return try atom(latin1: try take(count), start)
        case Tag.atomCacheReference:
            let index = Int(try readUInt8())
            guard index < atomCacheReferences.count else {
                throw ETFError(.badValue, at: start, "atom cache reference \(index) of \(atomCacheReferences.count)")
            }
            return atomCacheReferences[index]
        default: throw ETFError(.badTag, at: start, "tag \(tag) where an atom is expected")
        }
    }

    private mutating func atom(utf8 raw: UnsafeRawBufferPointer, _ start: Int) throws(ETFError) -> Atom {
        let name = raw.assumingMemoryBound(to: UInt8.self)
        if let atom = Atom(existingUTF8: name) { return atom }
        try countNewAtom(start)
        guard !Atom.isTableFull else { throw ETFError(.limitExceeded, at: start, "the table of atoms is full") }
        guard let atom = Atom(utf8: name) else {
            throw ETFError(.badValue, at: start, "an atom that is not UTF-8 or longer than 255 characters")
        }
        return atom
    }

    private mutating func atom(latin1 raw: UnsafeRawBufferPointer, _ start: Int) throws(ETFError) -> Atom {
        guard raw.count <= 255 else { throw ETFError(.badValue, at: start, "an atom of \(raw.count) characters") }
        if raw.allSatisfy({ $0 < 128 }) { return try atom(utf8: raw, start) }
        var name = String(String.UnicodeScalarView(raw.map { Unicode.Scalar($0) }))
        let utf8 = name.withUTF8 { Array($0) }
        return try utf8.withRawBytes { bytes throws(ETFError) in try atom(utf8: bytes, start) }
    }

    private mutating func countNewAtom(_ start: Int) throws(ETFError) {
        guard newAtoms < limits.maximumNewAtoms else {
            throw ETFError(.limitExceeded, at: start, "more than \(limits.maximumNewAtoms) new atoms")
        }
        newAtoms += 1
    }

    mutating func incarnation(
        node: Atom, creation: UInt32, _ start: Int
    ) throws(ETFError) -> NodeIncarnation {
        if let last = lastIncarnation, last.node == node, last.creation == creation { return last.incarnation }
        if !NodeIncarnation.isKnown(node: node, creation: creation) { try countNewAtom(start) }
        let incarnation = NodeIncarnation(node: node, creation: creation)
        lastIncarnation = (node, creation, incarnation)
        return incarnation
    }
}

internal import BigInt

/// Reads terms in the external term format from bytes that somebody else wrote.
///
/// Nothing here traps: a length is compared with the bytes that are there before memory is taken for it, and every
/// failure is an ``ETFError`` with its offset. Nesting costs memory, never thread stack.
public struct TermDecoder {
    let bytes: UnsafeRawBufferPointer
    /// How far the bytes have been read.
    public internal(set) var offset: Int
    let owner: (any AnyObject & Sendable)?
    let limits: DecodingLimits
    let atomCacheReferences: [Atom]
    let allowsCompressed: Bool
    private var newAtoms = 0
    private var funDepth = 0
    private var lastIncarnation: (node: Atom, creation: UInt32, incarnation: NodeIncarnation)?

    /// - Parameters:
    ///   - bytes: stay as they are as long as the decoder lives, and with an `owner` as long as that lives.
    ///   - owner: keeps the bytes; with one, binaries of more than ``Binary/copyLimit`` bytes are slices of them.
    ///   - atomCacheReferences: what ATOM_CACHE_REF tags stand for, in a frame that has a header.
    ///   - allowsCompressed: compressed terms are legal in files and illegal on connections.
    public init(
        _ bytes: UnsafeRawBufferPointer, at offset: Int = 0, owner: (any AnyObject & Sendable)? = nil,
        limits: DecodingLimits = .standard, atomCacheReferences: [Atom] = [], allowsCompressed: Bool = false
    ) {
        self.bytes = bytes
        self.offset = max(0, offset)
        self.owner = owner
        self.limits = limits
        self.atomCacheReferences = atomCacheReferences
        self.allowsCompressed = allowsCompressed
    }

    /// Reads the version byte 131 and a term.
    public mutating func decodeTopLevel() throws(ETFError) -> Term {
        guard bytes.count <= limits.maximumBytes else {
            throw ETFError(
                .limitExceeded, at: offset, "a term of \(bytes.count) bytes, more than \(limits.maximumBytes)")
        }
        let version = try readUInt8()
        guard version == Tag.version else {
            throw ETFError(.badTag, at: offset - 1, "version byte \(version) instead of 131")
        }
        guard allowsCompressed, offset < bytes.count, bytes[offset] == Tag.compressed else { return try decodeTerm() }
        offset += 1
        let size = Int(try readUInt32())
        guard size <= limits.maximumBytes else {
            throw ETFError(.limitExceeded, at: offset - 4, "\(size) bytes inflated, more than \(limits.maximumBytes)")
        }
        let (inflated, consumed) = try inflate(UnsafeRawBufferPointer(rebasing: bytes[offset...]), to: size, at: offset)
        var limits = limits
        limits.maximumNewAtoms -= newAtoms
        let start = offset
        offset += consumed
        do throws(ETFError) {
            return try inflated.withRawBytes { raw throws(ETFError) in
                var inner = TermDecoder(raw, limits: limits)
                let term = try inner.decodeTerm()
                guard inner.offset == raw.count else {
                    throw ETFError(.trailingBytes, at: inner.offset, "bytes behind the inflated term")
                }
                return term
            }
        } catch {
            throw ETFError(error.code, at: start, "\(error) of the inflated term")
        }
    }

    /// A container being filled.
    private struct Frame {
        enum Container {
            case tuple(TupleStorage)
            case list(ListSegment)
            case tail(ListSegment)
            case map(MapRows)
        }

        let container: Container
        /// Where the next element goes; not used for a tail.
        var next: UnsafeMutablePointer<Term>
        var remaining: Int
        let count: Int
        let start: Int

        /// Makes what has been filled so far releasable.
        func abandon() {
            let filled = count - remaining
            switch container {
            case .tuple(let storage): storage.header.count = filled
            case .list(let segment): segment.header.count = filled
            case .tail: break
            case .map(let rows): rows.abandon(filled)
            }
        }
    }

    /// Reads a term without the version byte.
    public mutating func decodeTerm() throws(ETFError) -> Term {
        var stack: [Frame] = []
        do throws(ETFError) {
            return try decodeTerm(&stack)
        } catch {
            for frame in stack { frame.abandon() }
            throw error
        }
    }

    private mutating func decodeTerm(_ stack: inout [Frame]) throws(ETFError) -> Term {
        while true {
            let start = offset
            let tag = try readUInt8()
            var value: Term
            switch tag {
            case Tag.smallTuple, Tag.largeTuple:
                let count = tag == Tag.smallTuple ? Int(try readUInt8()) : Int(try readUInt32())
                guard count > 0 else {
                    value = .tuple([])
                    break
                }
                guard count < 1 << 24 else { throw ETFError(.badValue, at: start, "a tuple of \(count) elements") }
                try require(count, "elements of a tuple")
                let storage = TupleStorage.allocate(count: 0, capacity: count)
                try push(
                    Frame(
                        container: .tuple(storage), next: storage.elements, remaining: count, count: count,
                        start: start), &stack)
                continue
            case Tag.list:
                let count = Int(try readUInt32())
                guard count <= limits.maximumListLength, count <= List.maximumSegment else {
                    throw ETFError(.limitExceeded, at: start, "a list of \(count) elements")
                }
                guard count > 0 else { continue }
                try require(count, "elements of a list")
                let segment = ListSegment.allocate(capacity: count, tail: .nil)
                try push(
                    Frame(
                        container: .list(segment), next: segment.elements, remaining: count, count: count,
                        start: start), &stack)
                continue
            case Tag.map:
                let count = Int(try readUInt32())
                guard count > 0 else {
                    value = .map(Map())
                    break
                }
                try require(2 * count, "pairs of a map")
                let rows = MapRows.allocate(capacity: count)
                try push(
                    Frame(
                        container: .map(rows), next: rows.elements, remaining: 2 * count, count: 2 * count,
                        start: start), &stack)
                continue
            default:
                value = try decodeLeaf(tag, start)
            }
            // Put the value where it belongs; a container that is full becomes the value.
            while true {
                guard let last = stack.indices.last else { return value }
                if case .tail(let segment) = stack[last].container {
                    segment.header.tail = value
                    value = .list(List(segment: segment, position: 0))
                    stack.removeLast()
                    continue
                }
                stack[last].next.initialize(to: value)
                stack[last].next += 1
                stack[last].remaining -= 1
                guard stack[last].remaining == 0 else { break }
                let frame = stack[last]
                switch frame.container {
                case .tuple(let storage):
                    storage.header.count = frame.count
                    value = .tuple(Tuple(storage: storage))
                case .list(let segment):
                    segment.header.count = frame.count
                    if offset < bytes.count, bytes[offset] == Tag.nil {
                        offset += 1
                        value = .list(List(segment: segment, position: 0))
                    } else {
                        stack[last] = Frame(
                            container: .tail(segment), next: frame.next, remaining: 0, count: 0, start: frame.start)
                        // The tail is the next term.
                        value = .nil
                    }
                case .map(let rows):
                    guard let map = Map(filled: rows, count: frame.count / 2) else {
                        stack.removeLast()
                        throw ETFError(.badValue, at: frame.start, "a map with the same key twice")
                    }
                    value = .map(map)
                case .tail:
                    break
                }
                if case .tail = stack[last].container { break }
                stack.removeLast()
            }
        }
    }

    private func push(_ frame: Frame, _ stack: inout [Frame]) throws(ETFError) {
        guard stack.count < limits.maximumDepth else {
            throw ETFError(.limitExceeded, at: frame.start, "nested deeper than \(limits.maximumDepth)")
        }
        stack.append(frame)
    }

    /// Reads what has no elements, or elements that never nest deep.
    private mutating func decodeLeaf(_ tag: UInt8, _ start: Int) throws(ETFError) -> Term {
        switch tag {
        case Tag.smallInteger: return .integer(Int(try readUInt8()))
        case Tag.integer: return .integer(Int(Int32(bitPattern: try readUInt32())))
        case Tag.smallAtomUTF8, Tag.atomUTF8, Tag.atom, Tag.smallAtom, Tag.atomCacheReference:
            return .atom(try decodeAtom(tag, start))
        case Tag.nil: return .nil
        case Tag.binary: return try decodeBinary()
        case Tag.string: return try decodeString()
        case Tag.newFloat: return .float(try finite(Double(bitPattern: try readUInt64()), start))
        case Tag.float: return try decodeTextFloat(start)
        case Tag.newPid, Tag.pid: return .pid(try decodePid(tag, start))
        case Tag.newPort, Tag.port, Tag.v4Port: return try decodePort(tag)
        case Tag.newerReference, Tag.newReference, Tag.reference: return try decodeReference(tag, start)
        case Tag.smallBig: return try decodeBig(Int(try readUInt8()))
        case Tag.largeBig: return try decodeBig(Int(try readUInt32()))
        case Tag.bitBinary: return try decodeBits(start)
        case Tag.export: return try decodeExport(start)
        case Tag.newFun: return try decodeFun(start)
        case Tag.nativeRecord: return try decodeRecord(start)
        case Tag.local:
            // Its length is written nowhere: it ends with the bytes.
            let rest = try take(bytes.count - offset)
            return .local(LocalTerm(payload: Binary(rest)))
        default: throw ETFError(.badTag, at: start, "unknown tag \(tag)")
        }
    }

    // MARK: Bytes

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

    /// Every element takes at least one byte: a count beyond the bytes that are left is a lie.
    private func require(_ count: Int, _ what: String) throws(ETFError) {
        guard count <= bytes.count - offset else {
            throw ETFError(.truncated, at: offset, "\(count) \(what) in \(bytes.count - offset) bytes")
        }
    }

    private func truncated(_ count: Int) -> ETFError {
        ETFError(.truncated, at: offset, "\(count) bytes expected, \(max(0, bytes.count - offset)) left")
    }

    // MARK: Atoms and identifiers

    /// Reads an atom with its tag.
    mutating func decodeAtom() throws(ETFError) -> Atom {
        let start = offset
        return try decodeAtom(try readUInt8(), start)
    }

    private mutating func decodeAtom(_ tag: UInt8, _ start: Int) throws(ETFError) -> Atom {
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

    /// Enters a fun or record, whose parts are read by recursion.
    mutating func nested<Value>(
        _ start: Int, _ read: (inout TermDecoder) throws(ETFError) -> Value
    ) throws(ETFError) -> Value {
        guard funDepth < 64 else { throw ETFError(.limitExceeded, at: start, "funs nested deeper than 64") }
        funDepth += 1
        defer { funDepth -= 1 }
        return try read(&self)
    }
}

extension Term {
    /// The term that `bytes` begin with, as `binary_to_term/1`; bytes behind it are ignored, as there.
    public init(etf bytes: [UInt8], limits: DecodingLimits = .standard) throws(ETFError) {
        self = try bytes.withRawBytes { raw throws(ETFError) in
            var decoder = TermDecoder(raw, limits: limits, allowsCompressed: true)
            return try decoder.decodeTopLevel()
        }
    }

    /// The term as `term_to_binary/2` writes it.
    ///
    /// - Parameter compressionLevel: 0 to 9; compressed only where that is not longer.
    public func etf(minorVersion: Int = 2, compressionLevel: Int? = nil) -> [UInt8] {
        var writer = ByteWriter()
        TermEncoder(minorVersion: minorVersion).encodeTopLevel(self, into: &writer)
        guard let level = compressionLevel else { return writer.bytes }
        let compressed = writer.withBytes { raw in
            deflate(UnsafeRawBufferPointer(rebasing: raw[1...]), level: level)
        }
        guard let compressed, compressed.count + 6 <= writer.count else { return writer.bytes }
        let size = UInt32(truncatingIfNeeded: writer.count - 1)
        return [Tag.version, Tag.compressed] + (0..<4).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * $0)) }
            + compressed
    }
}

extension [UInt8] {
    /// `withUnsafeBytes` that keeps the type of what `body` throws.
    func withRawBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let outcome: Swift.Result<Result, Failure> = withUnsafeBytes { raw in
            do throws(Failure) {
                return .success(try body(raw))
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }
}

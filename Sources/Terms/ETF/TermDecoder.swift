// The external term format: bytes to terms (`TermDecoder`) and terms to bytes (`TermEncoder`), every tag that OTP writes
// or ever wrote, within the limits of `DecodingLimits`. What is not here: frames, headers and the atom cache of a
// connection, which only hands in what its ATOM_CACHE_REF tags stand for.
//
// Source: erts, "External Term Format"; measured against OTP 25, 27 and 29.

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
    var newAtoms = 0
    var lastIncarnation: (node: Atom, creation: UInt32, incarnation: NodeIncarnation)?

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

    /// Reads a term without version byte, as they stand behind a distribution header.
    public mutating func decodeBare() throws(ETFError) -> Term {
        guard bytes.count <= limits.maximumBytes else {
            throw ETFError(
                .limitExceeded, at: offset, "a term of \(bytes.count) bytes, more than \(limits.maximumBytes)")
        }
        return try decodeTerm()
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

    /// A container being filled. It stands in its own container already, which owns it: nothing here counts references.
    private struct Frame {
        enum Kind: UInt8 { case root, elements, list, tail, map, largeMap }

        let kind: Kind
        /// Where the next element goes.
        var next: UnsafeMutablePointer<Term>
        let end: UnsafeMutablePointer<Term>
        let object: UnsafeRawPointer?
        let start: Int
        /// It is a key of a large map.
        var isKey = false

        var remaining: Int { end - next }

        /// Makes what has been filled so far releasable.
        func abandon() {
            guard let object else { return }
            switch kind {
            case .root, .tail: break
            case .elements:
                Unmanaged<TupleStorage>.fromOpaque(object)._withUnsafeGuaranteedRef { $0.count -= remaining }
            case .list:
                Unmanaged<ListSegment>.fromOpaque(object)._withUnsafeGuaranteedRef { $0.count -= remaining }
            case .map, .largeMap:
                Unmanaged<MapStorage>.fromOpaque(object)._withUnsafeGuaranteedRef { $0.abandon(next - $0.elements) }
            }
        }
    }

    /// Keys of maps of more than ``Map/flatLimit`` pairs inside one another: looking such keys up recurses.
    private static let maximumKeyDepth = 128

    /// Reads a term without the version byte.
    public mutating func decodeTerm() throws(ETFError) -> Term {
        var root = Term.nil
        let failure = withUnsafeMutablePointer(to: &root) { place -> ETFError? in
            var stack: [Frame] = []
            var frame = Frame(kind: .root, next: place, end: place + 1, object: nil, start: offset)
            do throws(ETFError) {
                try fill(&frame, &stack)
                return nil
            } catch {
                frame.abandon()
                for frame in stack { frame.abandon() }
                return error
            }
        }
        if let failure { throw failure }
        return root
    }

    private mutating func fill(_ current: inout Frame, _ stack: inout [Frame]) throws(ETFError) {
        guard let base = bytes.baseAddress, offset < bytes.count else { throw truncated(1) }
        let limit = base + bytes.count
        var cursor = base + offset
        var keyDepth = 0
        var frame = current
        // On every way out: what has been read and what has been filled.
        defer {
            offset = cursor - base
            current = frame
        }
        while true {
            let start = cursor - base
            guard cursor < limit else {
                throw ETFError(.truncated, at: start, "a term expected, nothing left")
            }
            let left = limit - cursor
            let tag = cursor.load(as: UInt8.self)
            var inner: Frame?
            switch tag {
            case Tag.smallInteger where left >= 2:
                frame.next.initialize(to: .integer(Int(cursor.load(fromByteOffset: 1, as: UInt8.self))))
                cursor += 2
            case Tag.integer where left >= 5:
                let value = Int32(bigEndian: cursor.loadUnaligned(fromByteOffset: 1, as: Int32.self))
                frame.next.initialize(to: .integer(Int(value)))
                cursor += 5
            case Tag.nil:
                frame.next.initialize(to: .nil)
                cursor += 1
            case Tag.smallTuple where left >= 2:
                let count = Int(cursor.load(fromByteOffset: 1, as: UInt8.self))
                cursor += 2
                inner = try startTuple(count, at: frame.next, start, left: left - 2)
            case Tag.largeTuple where left >= 5:
                let count = Int(UInt32(bigEndian: cursor.loadUnaligned(fromByteOffset: 1, as: UInt32.self)))
                cursor += 5
                inner = try startTuple(count, at: frame.next, start, left: left - 5)
            case Tag.list where left >= 5:
                let count = Int(UInt32(bigEndian: cursor.loadUnaligned(fromByteOffset: 1, as: UInt32.self)))
                cursor += 5
                guard count > 0 else { continue }
                inner = try startList(count, at: frame.next, start, left: left - 5)
            case Tag.map where left >= 5:
                let count = Int(UInt32(bigEndian: cursor.loadUnaligned(fromByteOffset: 1, as: UInt32.self)))
                cursor += 5
                inner = try startMap(count, at: frame.next, start, left: left - 5)
            default:
                offset = start + 1
                do throws(ETFError) {
                    inner = try decodeOther(tag, start, at: frame.next)
                } catch {
                    cursor = base + offset
                    throw error
                }
                cursor = base + offset
            }
            frame.next += 1
            if var inner {
                // A value is still to come.
                if frame.kind == .largeMap, frame.remaining & 1 == 1 {
                    inner.isKey = true
                    keyDepth += 1
                }
                guard stack.count < limits.maximumDepth, keyDepth <= Self.maximumKeyDepth else {
                    inner.abandon()
                    throw ETFError(
                        .limitExceeded, at: start,
                        keyDepth > Self.maximumKeyDepth
                            ? "keys of large maps nested deeper than \(Self.maximumKeyDepth)"
                            : "nested deeper than \(limits.maximumDepth)")
                }
                stack.append(frame)
                frame = inner
            }
            while frame.next == frame.end {
                switch frame.kind {
                case .root: return
                case .elements, .tail: break
                case .list:
                    guard let object = frame.object else { break }
                    if cursor < limit, cursor.load(as: UInt8.self) == Tag.nil {
                        cursor += 1
                        break
                    }
                    // The tail is the next term.
                    let place = Unmanaged<ListSegment>.fromOpaque(object)._withUnsafeGuaranteedRef { $0.tailPlace }
                    frame = Frame(
                        kind: .tail, next: place, end: place + 1, object: nil, start: frame.start, isKey: frame.isKey)
                    continue
                case .map, .largeMap:
                    guard let object = frame.object else { break }
                    let isMap = Unmanaged<MapStorage>.fromOpaque(object)._withUnsafeGuaranteedRef {
                        $0.finish(count: $0.filledPairs)
                    }
                    guard isMap else {
                        throw ETFError(.badValue, at: frame.start, "a map with the same key twice")
                    }
                }
                if frame.isKey { keyDepth -= 1 }
                guard let outer = stack.popLast() else { return }
                frame = outer
                if frame.kind == .root { return }
            }
        }
    }

    // MARK: Containers

    // Each puts an empty container at `place` and returns the frame to fill it; nothing if it has no elements.

    private func startTuple(
        _ count: Int, at place: UnsafeMutablePointer<Term>, _ start: Int, left: Int
    ) throws(ETFError) -> Frame? {
        guard count > 0 else {
            place.initialize(to: .tuple(.empty))
            return nil
        }
        guard count < 1 << 24 else { throw ETFError(.badValue, at: start, "a tuple of \(count) elements") }
        try require(count, "elements of a tuple", start, left)
        let storage = TupleStorage.allocate(count: count, capacity: count)
        place.initialize(to: .tuple(Tuple(storage: storage)))
        return Self.frame(filling: storage, start)
    }

    private static func frame(filling storage: TupleStorage, _ start: Int) -> Frame {
        Frame(
            kind: .elements, next: storage.elements, end: storage.elements + storage.count,
            object: Unmanaged.passUnretained(storage).toOpaque(), start: start)
    }

    private func startList(
        _ count: Int, at place: UnsafeMutablePointer<Term>, _ start: Int, left: Int
    ) throws(ETFError) -> Frame {
        guard count <= limits.maximumListLength, count <= List.maximumSegment else {
            throw ETFError(.limitExceeded, at: start, "a list of \(count) elements")
        }
        try require(count, "elements of a list", start, left)
        let segment = ListSegment.allocate(capacity: count, tail: .nil)
        segment.count = count
        place.initialize(to: .list(List(segment: segment, position: 0)))
        return Frame(
            kind: .list, next: segment.elements, end: segment.elements + count,
            object: Unmanaged.passUnretained(segment).toOpaque(), start: start)
    }

    private func startMap(
        _ count: Int, at place: UnsafeMutablePointer<Term>, _ start: Int, left: Int
    ) throws(ETFError) -> Frame? {
        guard count > 0 else {
            place.initialize(to: .map(Map()))
            return nil
        }
        try require(2 * count, "keys and values of a map", start, left)
        let storage = MapStorage.allocate(capacity: count)
        storage.abandon(2 * count)
        place.initialize(to: .map(Map(storage: storage)))
        return Frame(
            kind: count > Map.flatLimit ? .largeMap : .map, next: storage.elements, end: storage.elements + 2 * count,
            object: Unmanaged.passUnretained(storage).toOpaque(), start: start)
    }

    /// Puts a term of the other kinds at `place`; returns a frame if it has elements still to be read.
    private mutating func decodeOther(
        _ tag: UInt8, _ start: Int, at place: UnsafeMutablePointer<Term>
    ) throws(ETFError) -> Frame? {
        let values: Tuple
        switch tag {
        case Tag.newFun:
            let fun = try decodeFun(start)
            values = fun.environment
            place.initialize(to: .fun(.closure(fun)))
        case Tag.nativeRecord:
            let record = try decodeRecord(start)
            values = record.values
            place.initialize(to: .record(record))
        default:
            place.initialize(to: try decodeLeaf(tag, start))
            return nil
        }
        return values.isEmpty ? nil : Self.frame(filling: values.storage, start)
    }

    /// A tuple of `count` elements that the next frame fills.
    func unfilledTuple(_ count: Int, _ what: String, _ start: Int) throws(ETFError) -> Tuple {
        guard count > 0 else { return .empty }
        try require(count, what, start, bytes.count - offset)
        return Tuple(storage: TupleStorage.allocate(count: count, capacity: count))
    }

    /// Every element takes at least one byte: a count beyond the bytes that are left is a lie.
    private func require(_ count: Int, _ what: String, _ start: Int, _ left: Int) throws(ETFError) {
        guard count <= left else { throw ETFError(.truncated, at: start, "\(count) \(what) in \(left) bytes") }
    }

    /// Reads what has no elements.
    private mutating func decodeLeaf(_ tag: UInt8, _ start: Int) throws(ETFError) -> Term {
        switch tag {
        case Tag.smallAtomUTF8, Tag.atomUTF8, Tag.atom, Tag.smallAtom, Tag.atomCacheReference:
            return .atom(try decodeAtom(tag, start))
        case Tag.binary: return try decodeBinary()
        case Tag.string: return try decodeString()
        case Tag.newFloat: return .float(try finite(Double(bitPattern: try readUInt64()), start))
        case Tag.float: return try decodeTextFloat(start)
        case Tag.newPid, Tag.pid: return .pid(try decodePid(tag, start))
        case Tag.newPort, Tag.port, Tag.v4Port: return .port(try decodePort(tag, start))
        case Tag.newerReference, Tag.newReference, Tag.reference: return try decodeReference(tag, start)
        case Tag.smallBig: return try decodeBig(Int(try readUInt8()))
        case Tag.largeBig: return try decodeBig(Int(try readUInt32()))
        case Tag.bitBinary: return try decodeBits(start)
        case Tag.export: return try decodeExport(start)
        case Tag.local:
            // Its length is written nowhere: it ends with the bytes.
            let rest = try take(bytes.count - offset)
            return .local(LocalTerm(payload: Binary(rest)))
        case Tag.smallInteger, Tag.integer, Tag.smallTuple, Tag.largeTuple, Tag.list, Tag.map:
            // Those with enough bytes for their head never come here.
            throw truncated(tag == Tag.smallInteger || tag == Tag.smallTuple ? 1 : 4)
        default: throw ETFError(.badTag, at: start, "unknown tag \(tag)")
        }
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

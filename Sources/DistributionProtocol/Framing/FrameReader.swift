internal import Glibc
public import Terms

/// Reads the frames of one connection: with what was agreed on, pass-through frames, or such with a distribution header, an
/// atom cache and fragments.
///
///     131 68  header  control [message]                    a whole message
///     131 69  Sequence:64  Fragment:64  header  control  the first part of a message
///     131 70  Sequence:64  Fragment:64  the next part     fragments are counted down to 1
///
///     header  N:8, flags (a nibble for each atom, one for all), N times Index:8 [Length:8|16, UTF-8]
///
/// Source: erts, "Distribution Header" and "Distribution Header for fragmented messages". The cache has 2048 entries that
/// the sender replaces at will; parts of several messages may come in turn.
public struct FrameReader: ~Copyable {
    private let hasHeader: Bool
    private let limits: DecodingLimits
    /// By segment and index.
    private var cache: [Atom?] = []
    private var open: [UInt64: Parts] = [:]
    private var openBytes = 0
    private static let maximumOpen = 4096

    /// A message of which some parts are there.
    private struct Parts {
        var control: ControlMessage
        var atoms: [Atom]
        /// The number of the next fragment.
        var next: UInt64
        var bytes: [[UInt8]]
        var count: Int
    }

    /// - Parameter flags: what both sides offered.
    public init(flags: DistributionFlags, limits: DecodingLimits) {
        hasHeader = flags.contains(.distHeaderAtomCache) || flags.contains(.fragments)
        self.limits = limits
    }

    /// Reads the payload of a frame, without its length; nothing if it is a part and others are missing.
    ///
    /// - Parameter owner: keeps the bytes, so that big binaries can be slices of them.
    public mutating func read(
        _ payload: UnsafeRawBufferPointer, owner: (any AnyObject & Sendable)?
    ) throws(FrameError) -> Frame? {
        guard hasHeader else { return try FrameCodec.decode(payload, owner: owner, limits: limits) }
        guard !payload.isEmpty else { return .tick }
        guard payload.count >= 3, payload[0] == 131 else { throw FrameError("a frame of type \(payload[0])") }
        var offset = 2
        switch payload[1] {
        case 68:
            let atoms = try header(payload, &offset)
            do {
                var decoder = TermDecoder(
                    payload, at: offset, owner: owner, limits: limits, atomCacheReferences: atoms)
                let control = try ControlMessage(try decoder.decodeBare())
                return .message(control, control.carriesMessage ? try decoder.decodeBare() : nil)
            } catch { throw FrameError("\(error)") }
        case 69: return try first(payload, &offset)
        case 70: return try next(payload, &offset)
        default: throw FrameError("a frame of type 131 \(payload[1])")
        }
    }

    // MARK: The header

    private func byte(_ payload: UnsafeRawBufferPointer, _ offset: inout Int) throws(FrameError) -> Int {
        guard offset < payload.count else { throw FrameError("the header ends early") }
        defer { offset += 1 }
        return Int(payload[offset])
    }

    private mutating func header(_ payload: UnsafeRawBufferPointer, _ offset: inout Int) throws(FrameError) -> [Atom] {
        let count = try byte(payload, &offset)
        guard count > 0 else { return [] }
        let flagsAt = offset
        offset += count / 2 + 1
        guard offset <= payload.count else { throw FrameError("the header ends early") }
        func nibble(_ position: Int) -> Int {
            let pair = Int(payload[flagsAt + position / 2])
            return position % 2 == 0 ? pair & 15 : pair >> 4
        }
        let hasLongAtoms = nibble(count) & 1 == 1
        if cache.isEmpty { cache = [Atom?](repeating: nil, count: 2048) }
        var atoms: [Atom] = []
        atoms.reserveCapacity(count)
        for position in 0..<count {
            let flags = nibble(position)
            let place = (flags & 7) << 8 | (try byte(payload, &offset))
            guard flags & 8 != 0 else {
                guard let atom = cache[place] else { throw FrameError("no atom in place \(place) of the cache") }
                atoms.append(atom)
                continue
            }
            var length = try byte(payload, &offset)
            if hasLongAtoms { length = length << 8 | (try byte(payload, &offset)) }
            guard offset + length <= payload.count else { throw FrameError("the header ends early") }
            let text = UnsafeRawBufferPointer(rebasing: payload[offset..<(offset + length)])
            guard let atom = Atom(utf8: text.bindMemory(to: UInt8.self)) else {
                throw FrameError("no atom in the header")
            }
            offset += length
            cache[place] = atom
            atoms.append(atom)
        }
        return atoms
    }

    // MARK: Fragments

    private func number(_ payload: UnsafeRawBufferPointer, _ offset: inout Int) throws(FrameError) -> UInt64 {
        guard offset + 8 <= payload.count else { throw FrameError("the header ends early") }
        defer { offset += 8 }
        return UInt64(bigEndian: payload.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    private mutating func first(_ payload: UnsafeRawBufferPointer, _ offset: inout Int) throws(FrameError) -> Frame? {
        let sequence = try number(payload, &offset)
        let fragment = try number(payload, &offset)
        let atoms = try header(payload, &offset)
        guard fragment > 0, open[sequence] == nil else { throw FrameError("fragment \(fragment) is out of order") }
        let control: ControlMessage
        var decoder = TermDecoder(payload, at: offset, limits: limits, atomCacheReferences: atoms)
        do {
            control = try ControlMessage(try decoder.decodeBare())
        } catch { throw FrameError("\(error)") }
        open[sequence] = Parts(control: control, atoms: atoms, next: fragment - 1, bytes: [], count: 0)
        guard open.count <= Self.maximumOpen else { throw FrameError("parts of too many messages") }
        return try add(sequence, Array(payload[decoder.offset...]))
    }

    private mutating func next(_ payload: UnsafeRawBufferPointer, _ offset: inout Int) throws(FrameError) -> Frame? {
        let sequence = try number(payload, &offset)
        let fragment = try number(payload, &offset)
        guard let parts = open[sequence], parts.next == fragment, fragment > 0 else {
            throw FrameError("fragment \(fragment) is out of order")
        }
        open[sequence]?.next = fragment - 1
        return try add(sequence, Array(payload[offset...]))
    }

    private mutating func add(_ sequence: UInt64, _ bytes: [UInt8]) throws(FrameError) -> Frame? {
        openBytes += bytes.count
        guard openBytes <= limits.maximumBytes else { throw FrameError("parts of \(openBytes) bytes") }
        open[sequence]?.bytes.append(bytes)
        open[sequence]?.count += bytes.count
        guard let parts = open[sequence], parts.next == 0 else { return nil }
        open[sequence] = nil
        openBytes -= parts.count
        let joined = JoinedBytes(parts.bytes, count: parts.count)
        var decoder = TermDecoder(
            joined.buffer, owner: joined, limits: limits, atomCacheReferences: parts.atoms)
        do {
            return .message(parts.control, parts.control.carriesMessage ? try decoder.decodeBare() : nil)
        } catch { throw FrameError("\(error)") }
    }
}

/// The parts of a message in one piece of memory, which big binaries are slices of.
private final class JoinedBytes: @unchecked Sendable {
    // `@unchecked Sendable`: nobody writes after the initializer.
    let buffer: UnsafeRawBufferPointer

    init(_ parts: [[UInt8]], count: Int) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
        var offset = 0
        for part in parts {
            part.withUnsafeBytes { bytes in
                if let base = bytes.baseAddress, let start = memory.baseAddress {
                    (start + offset).copyMemory(from: base, byteCount: bytes.count)
                }
            }
            offset += part.count
        }
        buffer = UnsafeRawBufferPointer(memory)
    }

    deinit { buffer.deallocate() }
}

internal import Glibc
internal import Synchronization

/// A binary: immutable bytes. Small ones are copies in one allocation, big ones slices of the buffer they came in.
///
/// `@unchecked Sendable`: the storage is written once, before it is shared.
@frozen
public struct Binary: @unchecked Sendable {
    @usableFromInline
    let storage: BinaryStorage

    /// Binaries up to this many bytes are copied out of the buffer they are decoded from; a slice would pin it.
    public static let copyLimit = 64

    @inlinable
    init(storage: BinaryStorage) { self.storage = storage }

    /// A copy of `bytes`.
    public init(_ bytes: UnsafeRawBufferPointer) { storage = .copying(bytes) }

    /// A copy of `bytes`.
    public init(_ bytes: some Collection<UInt8>) {
        let copied: BinaryStorage? = bytes.withContiguousStorageIfAvailable { .copying(UnsafeRawBufferPointer($0)) }
        storage = copied ?? Array(bytes).withUnsafeBytes { .copying($0) }
    }

    /// The UTF-8 bytes of `text`.
    public init(_ text: String) {
        var text = text
        storage = text.withUTF8 { .copying(UnsafeRawBufferPointer($0)) }
    }

    /// The bytes themselves, without copying; `owner` keeps them alive and unchanged.
    public init(slice bytes: UnsafeRawBufferPointer, owner: any AnyObject & Sendable) {
        storage = .slice(bytes, owner: owner)
    }

    @inlinable
    public var count: Int { storage.bytes.count }

    /// Calls `body` with the bytes in place; the pointer is good only inside.
    @inlinable
    public func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(storage) {} }
        return try body(storage.bytes)
    }

    public var bytes: [UInt8] { withBytes { Array($0) } }

    /// The text of the bytes; nothing if they are not valid UTF-8.
    public var text: String? { withBytes { String(validating: $0, as: UTF8.self) } }
}

// MARK: Parts and growth

extension Binary {
    /// Some of the bytes: a copy of a few, else the same bytes.
    public func slice(from start: Int, count: Int) -> Binary {
        precondition(start >= 0 && count >= 0 && start + count <= self.count, "a part of a binary")
        if start == 0, count == self.count { return self }
        return withBytes { bytes in
            let part = UnsafeRawBufferPointer(rebasing: bytes[start..<(start + count)])
            if count <= Self.copyLimit { return Binary(part) }
            // Not a slice of a slice: what keeps the bytes alive is kept itself.
            let owner = storage.withUnsafeMutablePointerToHeader { $0.pointee.owner }
            return Binary(storage: .slice(part, owner: owner ?? storage))
        }
    }

    /// These bytes and `more` behind them.
    ///
    /// A binary that grows again and again grows in place, in a buffer with room to spare: whoever extends its end first
    /// gets the room behind it, as in OTP.
    public func appending(_ more: [UInt8]) -> Binary { more.withUnsafeBytes { appending($0) } }

    /// These bytes and `more` behind them.
    public func appending(_ more: UnsafeRawBufferPointer) -> Binary {
        if more.isEmpty { return self }
        let total = count + more.count
        if storage.withUnsafeMutablePointerToHeader({ $0.pointee.grows }),
            let owner = storage.withUnsafeMutablePointerToHeader({ $0.pointee.owner })
        {
            let buffer = unsafeDowncast(owner, to: GrowingBytes.self)
            if let grown = buffer.extend(storage.bytes, with: more) {
                return Binary(storage: .slice(grown, owner: buffer))
            }
        }
        guard total > Self.copyLimit else { return withBytes { Binary(Array($0) + Array(more)) } }
        let buffer = GrowingBytes(capacity: max(256, total * 2))
        let all = withBytes { buffer.start($0, more) }
        return Binary(storage: .slice(all, owner: buffer))
    }
}

extension UnsafeMutablePointer<Term> {
    /// Puts `more` behind the binary in this place, if nobody else has it and there is room behind it.
    ///
    /// - Returns: false if nothing was done.
    package func appendInPlace(_ more: UnsafeRawBufferPointer) -> Bool {
        guard UnsafePointer(self).kind == .binary else { return false }
        // The storage stands in the first word of the term; see `TermPlace`.
        let place = UnsafeMutableRawPointer(self).assumingMemoryBound(to: BinaryStorage.self)
        guard isKnownUniquelyReferenced(&place.pointee) else { return false }
        return place.pointee.withUnsafeMutablePointerToHeader { header in
            guard header.pointee.grows, let owner = header.pointee.owner else { return false }
            let bytes = UnsafeRawBufferPointer(start: header.pointee.base, count: header.pointee.count)
            guard unsafeDowncast(owner, to: GrowingBytes.self).extend(bytes, with: more) != nil else { return false }
            header.pointee.count += more.count
            return true
        }
    }
}

/// Bytes with room behind them.
///
/// `@unchecked Sendable`: bytes below `used` never change, and `used` is taken by one at a time.
private final class GrowingBytes: @unchecked Sendable {
    private let base: UnsafeMutableRawPointer
    private let capacity: Int
    private let used = Atomic<Int>(0)

    init(capacity: Int) {
        base = .allocate(byteCount: capacity, alignment: 16)
        self.capacity = capacity
    }

    deinit { base.deallocate() }

    func start(_ one: UnsafeRawBufferPointer, _ two: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        if let source = one.baseAddress { base.copyMemory(from: source, byteCount: one.count) }
        if let source = two.baseAddress { (base + one.count).copyMemory(from: source, byteCount: two.count) }
        used.store(one.count + two.count, ordering: .releasing)
        return UnsafeRawBufferPointer(start: base, count: one.count + two.count)
    }

    /// The bytes with `more` behind them, if nobody else stands there.
    func extend(_ bytes: UnsafeRawBufferPointer, with more: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard let start = bytes.baseAddress else { return nil }
        let end = start - UnsafeRawPointer(base) + bytes.count
        guard end + more.count <= capacity,
            used.compareExchange(expected: end, desired: end + more.count, ordering: .acquiringAndReleasing).exchanged
        else { return nil }
        if let source = more.baseAddress { (base + end).copyMemory(from: source, byteCount: more.count) }
        return UnsafeRawBufferPointer(start: start, count: bytes.count + more.count)
    }
}

extension Binary: Hashable {
    public static func == (left: Binary, right: Binary) -> Bool {
        left.storage === right.storage
            || (left.count == right.count
                && left.withBytes { one in
                    right.withBytes { two in
                        one.count == 0 || memcmp(one.baseAddress!, two.baseAddress!, one.count) == 0
                    }
                })
    }

    public func hash(into hasher: inout Hasher) { withBytes { hasher.combine(bytes: $0) } }
}

@usableFromInline
struct BinaryHeader {
    @usableFromInline let base: UnsafeRawPointer
    /// Grows only while nobody else has the storage.
    @usableFromInline var count: Int
    /// Who keeps the bytes alive; nothing when they follow this header.
    @usableFromInline let owner: AnyObject?
    /// The owner is a buffer with room to grow.
    @usableFromInline let grows: Bool

    @inlinable
    init(base: UnsafeRawPointer, count: Int, owner: AnyObject?, grows: Bool = false) {
        self.base = base
        self.count = count
        self.owner = owner
        self.grows = grows
    }
}

@usableFromInline
final class BinaryStorage: ManagedBuffer<BinaryHeader, UInt8> {
    @inlinable
    static func copying(_ bytes: UnsafeRawBufferPointer) -> BinaryStorage {
        let storage = BinaryStorage.create(minimumCapacity: bytes.count) { buffer in
            buffer.withUnsafeMutablePointerToElements { target in
                if let source = bytes.baseAddress {
                    UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: bytes.count)
                }
                return BinaryHeader(base: UnsafeRawPointer(target), count: bytes.count, owner: nil)
            }
        }
        return unsafeDowncast(storage, to: BinaryStorage.self)
    }

    static func slice(_ bytes: UnsafeRawBufferPointer, owner: AnyObject) -> BinaryStorage {
        guard let base = bytes.baseAddress else { return copying(bytes) }
        let storage = BinaryStorage.create(minimumCapacity: 0) { _ in
            BinaryHeader(base: base, count: bytes.count, owner: owner, grows: type(of: owner) == GrowingBytes.self)
        }
        return unsafeDowncast(storage, to: BinaryStorage.self)
    }

    @inlinable
    var bytes: UnsafeRawBufferPointer {
        withUnsafeMutablePointerToHeader {
            UnsafeRawBufferPointer(start: $0.pointee.base, count: $0.pointee.count)
        }
    }
}

/// A bit string whose size is not a multiple of eight bits.
public final class BitString: Sendable, Hashable {
    /// All bytes; the unused low bits of the last one are 0.
    public let bytes: Binary
    /// How many bits of the last byte count, 1 to 7.
    public let bitsInLastByte: Int

    init(bytes: Binary, bitsInLastByte: Int) {
        self.bytes = bytes
        self.bitsInLastByte = bitsInLastByte
    }

    /// The number of bits.
    public var bitCount: Int { (bytes.count - 1) * 8 + bitsInLastByte }

    public static func == (left: BitString, right: BitString) -> Bool {
        left.bitsInLastByte == right.bitsInLastByte && left.bytes == right.bytes
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(bitsInLastByte)
        hasher.combine(bytes)
    }
}

extension Term {
    /// The bit string of the first `bitCount` bits of `bytes`; a binary when that is a multiple of eight. Bits beyond
    /// are cleared. `bytes` holds at least that many bits.
    public static func bits(_ bytes: [UInt8], bitCount: Int) -> Term {
        let whole = (bitCount + 7) / 8
        precondition(bitCount >= 0 && whole <= bytes.count, "\(bitCount) bits of \(bytes.count) bytes")
        let rest = bitCount % 8
        guard rest != 0 else { return .binary(Binary(bytes.prefix(whole))) }
        var used = Array(bytes.prefix(whole))
        used[whole - 1] &= ~(0xFF >> UInt8(rest))
        return .bitString(BitString(bytes: Binary(used), bitsInLastByte: rest))
    }
}

internal import Glibc

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
    @usableFromInline let count: Int
    /// Who keeps the bytes alive; nothing when they follow this header.
    @usableFromInline let owner: AnyObject?

    @inlinable
    init(base: UnsafeRawPointer, count: Int, owner: AnyObject?) {
        self.base = base
        self.count = count
        self.owner = owner
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
            BinaryHeader(base: base, count: bytes.count, owner: owner)
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

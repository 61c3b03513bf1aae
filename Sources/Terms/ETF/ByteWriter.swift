internal import Glibc

/// A growing row of bytes in malloc memory, which it can hand over without copying. Integers are big endian.
public struct ByteWriter: ~Copyable {
    private var base: UnsafeMutableRawPointer
    /// How many bytes have been written.
    public private(set) var count = 0
    private var capacity: Int

    public init(capacity: Int = 128) {
        self.capacity = max(16, capacity)
        base = Self.allocate(self.capacity)
    }

    deinit { free(base) }

    private static func allocate(_ size: Int) -> UnsafeMutableRawPointer {
        guard let memory = malloc(size) else { preconditionFailure("no memory for \(size) bytes") }
        return memory
    }

    /// Makes room for `additional` bytes; returns where the next one goes.
    @inline(__always)
    mutating func room(for additional: Int) -> UnsafeMutableRawPointer {
        if count &+ additional > capacity { grow(by: additional) }
        return base + count
    }

    @inline(never)
    private mutating func grow(by additional: Int) {
        capacity = max(capacity * 2, count + additional)
        guard let memory = realloc(base, capacity) else { preconditionFailure("no memory for \(capacity) bytes") }
        base = memory
    }

    /// Counts bytes that were written at the place `room(for:)` gave.
    @inline(__always)
    mutating func wrote(_ bytes: Int) { count &+= bytes }

    @inline(__always)
    public mutating func append(_ value: UInt8) {
        room(for: 1).storeBytes(of: value, as: UInt8.self)
        count &+= 1
    }

    @inline(__always)
    public mutating func append(_ value: UInt16) {
        room(for: 2).storeBytes(of: value.bigEndian, as: UInt16.self)
        count &+= 2
    }

    @inline(__always)
    public mutating func append(_ value: UInt32) {
        room(for: 4).storeBytes(of: value.bigEndian, as: UInt32.self)
        count &+= 4
    }

    @inline(__always)
    public mutating func append(_ value: UInt64) {
        room(for: 8).storeBytes(of: value.bigEndian, as: UInt64.self)
        count &+= 8
    }

    /// A tag and a 32 bit number behind it.
    @inline(__always)
    mutating func append(tag: UInt8, _ value: UInt32) {
        let place = room(for: 5)
        place.storeBytes(of: tag, as: UInt8.self)
        place.storeBytes(of: value.bigEndian, toByteOffset: 1, as: UInt32.self)
        count &+= 5
    }

    public mutating func append(bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress, !bytes.isEmpty else { return }
        room(for: bytes.count).copyMemory(from: source, byteCount: bytes.count)
        count &+= bytes.count
    }

    /// Writes a 32 bit number over what stands at `offset`, which lies before ``count``.
    public mutating func patch(_ value: UInt32, at offset: Int) {
        precondition(offset >= 0 && offset + 4 <= count, "patch at \(offset) of \(count) bytes")
        base.storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt32.self)
    }

    public func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(start: base, count: count))
    }

    public var bytes: [UInt8] { withBytes { Array($0) } }

    /// Hands the memory over, to be given back with `free`; the writer starts anew.
    public mutating func take() -> UnsafeMutableRawBufferPointer {
        let taken = UnsafeMutableRawBufferPointer(start: base, count: count)
        capacity = 128
        base = Self.allocate(capacity)
        count = 0
        return taken
    }

    /// Drops bytes at the start; what is left moves there.
    public mutating func removeFirst(_ bytes: Int) {
        let dropped = min(max(0, bytes), count)
        count -= dropped
        if count > 0 { memmove(base, base + dropped, count) }
    }

    /// Forgets what was written; keeps the memory unless told otherwise.
    public mutating func removeAll(keepingCapacity: Bool = true) {
        count = 0
        guard !keepingCapacity else { return }
        free(base)
        capacity = 128
        base = Self.allocate(capacity)
    }
}

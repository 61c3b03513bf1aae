internal import Glibc
public import Terms

/// A control message with a message that is encoded already, written piece by piece.
///
///     131 69  Sequence:64  Fragment:64  0  control  the first part
///     131 70  Sequence:64  Fragment:64  the next part
///
/// Without fragments it is one long frame. Its atoms are written out: the receiver reads it when the last part is there,
/// and his cache has gone on until then.
public struct LargeMessage: Sendable {
    let control: ControlMessage
    private let message: EncodedMessage
    /// The part that is being written, and how far.
    private var part = 0
    private var offset = 0
    private var hasBegun = false
    private var sequence: UInt64 = 0
    private var isFragmented = true
    private var hasHeader = true
    /// How many bytes of the message are not written yet.
    private(set) var remaining: Int

    /// Encodes the message; takes as long as that needs, so nobody should wait for a lock meanwhile. Large binaries stay
    /// where they are.
    public init(_ control: ControlMessage, _ message: Term, funs: FunTemplates? = nil) {
        self.control = control
        self.message = EncodedMessage(message, funs)
        remaining = self.message.count
    }

    mutating func prepare(sequence: UInt64, isFragmented: Bool, hasHeader: Bool) {
        self.sequence = sequence
        self.isFragmented = isFragmented
        self.hasHeader = hasHeader
    }

    var isWritten: Bool { hasBegun && remaining == 0 }

    /// Gives the next frame to `sink`, in two pieces; returns how many bytes it has.
    mutating func writeFragment(_ sink: FrameWriter.Sink) -> Int {
        let size = isFragmented ? min(FrameWriter.fragmentSize, remaining) : remaining
        var head = ByteWriter(capacity: 128)
        head.append(0 as UInt32)
        if isFragmented {
            let left = (remaining + FrameWriter.fragmentSize - 1) / FrameWriter.fragmentSize
            head.append(UInt16(131) << 8 | (hasBegun ? 70 : 69))
            head.append(sequence)
            head.append(UInt64(left))
        } else if hasHeader {
            head.append(UInt16(131) << 8 | 68)
        } else {
            head.append(FrameCodec.passThrough)
        }
        if !hasBegun {
            if hasHeader {
                head.append(0 as UInt8)
                TermEncoder().encode(control.term, into: &head)
            } else {
                TermEncoder().encodeTopLevel(control.term, into: &head)
                head.append(131 as UInt8)
            }
        }
        head.patch(UInt32(truncatingIfNeeded: head.count - 4 + size), at: 0)
        head.withBytes { sink($0, nil) }
        hasBegun = true
        var left = size
        while left > 0 {
            let bytes = message.parts[part]
            let count = min(left, bytes.count - offset)
            sink(UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count)]), message)
            left -= count
            offset += count
            if offset == bytes.count { (part, offset) = (part + 1, 0) }
        }
        remaining -= size
        return head.count + size
    }
}

/// A message as pieces of memory: what was encoded, and between it binaries of the message itself.
private final class EncodedMessage: @unchecked Sendable {
    // `@unchecked Sendable`: nobody writes after the initializer.
    let parts: [UnsafeRawBufferPointer]
    let count: Int
    private let memory: UnsafeMutableRawBufferPointer
    /// Keeps the binaries.
    private let message: Term

    /// Smaller binaries are copied: a piece of their own costs more.
    private static let minimum = 16 << 10

    init(_ message: Term, _ funs: FunTemplates?) {
        self.message = message
        var writer = ByteWriter(capacity: 1024)
        let large = TermEncoder(funs: funs).encode(message, into: &writer, leavingOutFrom: Self.minimum)
        memory = writer.take()
        var parts: [UnsafeRawBufferPointer] = []
        var start = 0
        for part in large.parts {
            if part.offset > start { parts.append(UnsafeRawBufferPointer(rebasing: memory[start..<part.offset])) }
            parts.append(part.bytes)
            start = part.offset
        }
        if memory.count > start { parts.append(UnsafeRawBufferPointer(rebasing: memory[start...])) }
        self.parts = parts
        count = parts.reduce(0) { $0 + $1.count }
    }

    deinit { free(memory.baseAddress) }
}

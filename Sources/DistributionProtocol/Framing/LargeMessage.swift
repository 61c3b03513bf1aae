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
    private let bytes: EncodedBytes
    private var offset = 0
    private var hasBegun = false
    private var sequence: UInt64 = 0
    private var isFragmented = true
    private var hasHeader = true

    /// Encodes the message; takes as long as that needs, so nobody should wait for a lock meanwhile.
    public init(_ control: ControlMessage, _ message: Term) {
        self.control = control
        var writer = ByteWriter(capacity: FrameWriter.fragmentSize * 2)
        TermEncoder().encode(message, into: &writer)
        bytes = EncodedBytes(writer.take())
    }

    mutating func prepare(sequence: UInt64, isFragmented: Bool, hasHeader: Bool) {
        self.sequence = sequence
        self.isFragmented = isFragmented
        self.hasHeader = hasHeader
    }

    /// How many bytes of the message are not written yet.
    var remaining: Int { bytes.memory.count - offset }
    var isWritten: Bool { hasBegun && remaining == 0 }

    /// Gives the next frame to `sink`, in two pieces; returns how many bytes it has.
    mutating func writeFragment(_ sink: (UnsafeRawBufferPointer) -> Void) -> Int {
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
        head.withBytes(sink)
        sink(UnsafeRawBufferPointer(rebasing: bytes.memory[offset..<(offset + size)]))
        hasBegun = true
        offset += size
        return head.count + size
    }
}

/// Memory that is given back when nobody needs it any more.
private final class EncodedBytes: @unchecked Sendable {
    // `@unchecked Sendable`: nobody writes after the initializer.
    let memory: UnsafeRawBufferPointer

    init(_ memory: UnsafeMutableRawBufferPointer) { self.memory = UnsafeRawBufferPointer(memory) }

    deinit { free(UnsafeMutableRawPointer(mutating: memory.baseAddress)) }
}

public import Terms

/// What one frame behind the handshake holds.
public enum Frame: Sendable {
    case tick
    case message(ControlMessage, Term?)
}

/// Bytes that are no frame: the connection is closed with this reason.
public struct FrameError: Error, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}

/// Frames without distribution header: `Length:32, 112, 131, Control [, 131, Message]`; length 0 is a tick.
///
/// Peers with which neither the atom cache nor fragments were agreed on use them; with the others see
/// ``FrameReader`` and ``FrameWriter``.
public enum FrameCodec {
    static let passThrough: UInt8 = 112

    /// Reads the payload of a frame, without its length.
    ///
    /// - Parameter owner: keeps the bytes, so that big binaries can be slices of them.
    public static func decode(
        _ payload: UnsafeRawBufferPointer, owner: (any AnyObject & Sendable)?, limits: DecodingLimits
    ) throws(FrameError) -> Frame {
        guard let first = payload.first else { return .tick }
        guard first == passThrough else { throw FrameError("a frame of type \(first)") }
        var decoder = TermDecoder(payload, at: 1, owner: owner, limits: limits)
        do {
            let control = try ControlMessage(try decoder.decodeTopLevel())
            // Bytes behind the message are ignored, as OTP does.
            return .message(control, control.carriesMessage ? try decoder.decodeTopLevel() : nil)
        } catch {
            throw FrameError("\(error)")
        }
    }

    /// Writes a pass-through frame with its length behind what stands in the writer.
    public static func encode(_ control: ControlMessage, message: Term?, into writer: inout ByteWriter) {
        let start = writer.count
        writer.append(0 as UInt32)
        writer.append(passThrough)
        let encoder = TermEncoder()
        encoder.encodeTopLevel(control.term, into: &writer)
        if let message { encoder.encodeTopLevel(message, into: &writer) }
        writer.patch(UInt32(truncatingIfNeeded: writer.count - start - 4), at: start)
    }
}

/// When to send a tick and when to give a peer up (kernel, `net_ticktime`; `wire.md` 7).
///
/// The shell asks every quarter of the tick time.
public struct TickStateMachine: Sendable {
    public enum Action: Sendable, Equatable {
        case none
        case sendTick
        /// Nothing was read for four quarters.
        case peerIsDown
    }

    private var wroteSinceLastLook = false
    private var readSinceLastLook = false
    private var silentQuarters = 0

    public init() {}

    public mutating func wrote() { wroteSinceLastLook = true }
    public mutating func read() { readSinceLastLook = true }

    /// A quarter of the tick time has passed.
    public mutating func quarterPassed() -> Action {
        silentQuarters = readSinceLastLook ? 0 : silentQuarters + 1
        readSinceLastLook = false
        if silentQuarters >= 4 { return .peerIsDown }
        defer { wroteSinceLastLook = false }
        return wroteSinceLastLook ? .none : .sendTick
    }
}

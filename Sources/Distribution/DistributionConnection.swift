public import DistributionProtocol
internal import NIOCore
internal import Support
public import Terms

/// A connection with one node, after the handshake.
///
/// Sending is synchronous and may be done from any thread: the frame is encoded into the outbound buffer at once, and one
/// write on the event loop takes everything that has gathered there.
public final class DistributionConnection: Sendable {
    /// The node at the other end.
    public let peer: Atom
    public let peerCreation: UInt32
    /// What both sides offer.
    public let flags: DistributionFlags
    /// Whether we began it.
    public let isInitiator: Bool

    /// Senders wait from 1 MiB on, as with OTP's `+zdbbl`, and go on at half of it.
    static let highWatermark = 1 << 20

    let channel: any Channel
    private let outbound: Locked<Outbound>

    private struct Outbound: ~Copyable {
        var writer = ByteWriter(capacity: 1024)
        var isFlushScheduled = false
        /// Bytes given to the channel and not written yet.
        var inFlight = 0
        var waiters: [UnsafeContinuation<Void, Never>] = []
        var isClosed = false
        var reason: DisconnectReason?
        var framesOut = 0
        var bytesOut = 0
        var framesIn = 0
        var bytesIn = 0
        var ticks = TickStateMachine()
    }

    init(
        peer: Atom, peerCreation: UInt32, flags: DistributionFlags, isInitiator: Bool, channel: any Channel
    ) {
        self.peer = peer
        self.peerCreation = peerCreation
        self.flags = flags
        self.isInitiator = isInitiator
        self.channel = channel
        outbound = Locked(Outbound())
    }

    /// Whether the peers keep the connection out of `nodes/0`.
    public var isHidden: Bool { !flags.contains(.published) }

    /// The peer's address, for people.
    public var address: String { channel.remoteAddress?.description ?? "-" }

    /// Frames and bytes, in and out.
    public var statistics: (framesIn: Int, bytesIn: Int, framesOut: Int, bytesOut: Int) {
        outbound.withLock { ($0.framesIn, $0.bytesIn, $0.framesOut, $0.bytesOut) }
    }

    // MARK: Sending

    /// Sends a control message and what it carries; dropped if the connection is closed.
    ///
    /// What both sides did not agree on is said in the older form, or not at all.
    public func send(_ control: ControlMessage, message: Term?) {
        guard let (control, message) = adapt(control, message) else { return }
        let schedules = outbound.withLock { outbound in
            guard !outbound.isClosed else { return false }
            FrameCodec.encode(control, message: message, into: &outbound.writer)
            outbound.framesOut += 1
            if outbound.isFlushScheduled { return false }
            outbound.isFlushScheduled = true
            return true
        }
        if schedules { channel.eventLoop.execute { [self] in flush() } }
    }

    private func adapt(_ control: ControlMessage, _ message: Term?) -> (ControlMessage, Term?)? {
        switch control {
        case .sendSender(_, let to, let token) where !flags.contains(.sendSender):
            (.send(to: to, token: token), message)
        case .exit(let from, let to, nil, let token) where !flags.contains(.exitPayload):
            (.exit(from: from, to: to, reason: message ?? .nil, token: token), nil)
        case .exit2(let from, let to, nil, let token) where !flags.contains(.exitPayload):
            (.exit2(from: from, to: to, reason: message ?? .nil, token: token), nil)
        case .monitorExit(let from, let to, let reference, nil) where !flags.contains(.exitPayload):
            (.monitorExit(from: from, to: to, reference: reference, reason: message ?? .nil), nil)
        case .aliasSend where !flags.contains(.alias): nil
        case .monitor where !flags.contains(.distMonitor), .demonitor where !flags.contains(.distMonitor): nil
        case .unlinkID where !flags.contains(.unlinkID), .unlinkIDAcknowledged where !flags.contains(.unlinkID): nil
        // Newer nodes close the connection on it.
        case .unlink: nil
        default: (control, message)
        }
    }

    /// Writes what has gathered. On the event loop.
    private func flush() {
        let (buffer, isClosed): (ByteBuffer, Bool) = outbound.withLock { outbound in
            outbound.isFlushScheduled = false
            let buffer = outbound.writer.withBytes { ByteBuffer(bytes: $0) }
            // A large buffer is not kept for the rest of the connection's life.
            if outbound.writer.count > 1 << 16 { outbound.writer = ByteWriter(capacity: 1024) }
            outbound.writer.removeAll()
            outbound.inFlight += buffer.readableBytes
            outbound.bytesOut += buffer.readableBytes
            outbound.ticks.wrote()
            return (buffer, outbound.isClosed)
        }
        guard !isClosed, buffer.readableBytes > 0 else { return }
        let count = buffer.readableBytes
        channel.writeAndFlush(buffer).whenComplete { [self] _ in written(count) }
    }

    private func written(_ count: Int) {
        let waiters: [UnsafeContinuation<Void, Never>] = outbound.withLock { outbound in
            outbound.inFlight -= count
            guard outbound.inFlight < Self.highWatermark / 2 else { return [] }
            let waiters = outbound.waiters
            outbound.waiters = []
            return waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Whether more is waiting to be written than the high watermark.
    public var isBusy: Bool {
        outbound.withLock { !$0.isClosed && $0.inFlight + $0.writer.count > Self.highWatermark }
    }

    /// Waits while the connection is busy.
    public func waitUntilNotBusy() async {
        guard isBusy else { return }
        await withUnsafeContinuation { continuation in
            let isFree = outbound.withLock { outbound in
                if outbound.isClosed || outbound.inFlight + outbound.writer.count <= Self.highWatermark { return true }
                outbound.waiters.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    // MARK: Ending

    /// Ends the connection.
    public func close() { close(.closedByUs) }

    /// Waits until the connection is closed and its end has been reported.
    public func waitUntilEnded() async { try? await channel.closeFuture.get() }

    func close(_ reason: DisconnectReason) {
        outbound.withLock { if $0.reason == nil { $0.reason = reason } }
        // What was sent before goes out before.
        channel.eventLoop.execute { [self] in
            flush()
            channel.close(promise: nil)
        }
    }

    /// Notes that the connection is over; nothing if that was known.
    func ended(_ reason: DisconnectReason) -> DisconnectReason? {
        let (known, waiters): (DisconnectReason?, [UnsafeContinuation<Void, Never>]) = outbound.withLock { outbound in
            guard !outbound.isClosed else { return (nil, []) }
            outbound.isClosed = true
            let waiters = outbound.waiters
            outbound.waiters = []
            return (outbound.reason ?? reason, waiters)
        }
        for waiter in waiters { waiter.resume() }
        return known
    }

    // MARK: Reading and ticks, on the event loop

    func read(frames: Int, bytes: Int) {
        outbound.withLock { outbound in
            outbound.framesIn += frames
            outbound.bytesIn += bytes
            outbound.ticks.read()
        }
    }

    /// A quarter of the tick time has passed.
    func quarterPassed() {
        switch outbound.withLock({ $0.ticks.quarterPassed() }) {
        case .none: break
        case .sendTick: channel.writeAndFlush(ByteBuffer(integer: 0 as UInt32), promise: nil)
        case .peerIsDown: close(.tickTimeout)
        }
    }
}

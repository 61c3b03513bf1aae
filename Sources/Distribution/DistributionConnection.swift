public import DistributionProtocol
internal import Glibc
internal import NIOCore
internal import Support
public import Terms

/// A connection with one node, after the handshake.
///
/// Sending is synchronous and may be done from any thread: the frame is encoded into the outbound buffer at once. A small
/// frame before which nothing waits is written there and then, which saves waking the event loop; senders that follow one
/// another closely share one write of the event loop. A large message is encoded by its sender outside the lock, and
/// written in fragments between which the frames of others go out.
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

    /// Fragments are given to the channel as long as it has less than this to write.
    private static let window = 256 << 10

    let channel: any Channel
    private let outbound: Locked<Outbound>

    private struct Outbound: ~Copyable {
        var frames: FrameWriter
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
        /// The socket once more, for writes from the sender's thread; -1 when the connection is over.
        var descriptor: Int32 = -1
        var lastDirectWrite: Int64 = 0

        init(flags: DistributionFlags, descriptor: Int32) {
            frames = FrameWriter(flags: flags)
            self.descriptor = descriptor
        }

        mutating func closeDescriptor() {
            if descriptor >= 0 { Glibc.close(descriptor) }
            descriptor = -1
        }
    }

    init(
        peer: Atom, peerCreation: UInt32, flags: DistributionFlags, isInitiator: Bool, channel: any Channel,
        descriptor: Int32
    ) {
        self.peer = peer
        self.peerCreation = peerCreation
        self.flags = flags
        self.isInitiator = isInitiator
        self.channel = channel
        // A descriptor of our own: NIO closes the other one when it likes.
        outbound = Locked(Outbound(flags: flags, descriptor: fcntl(descriptor, F_DUPFD_CLOEXEC, 0)))
    }

    deinit { outbound.withLock { $0.closeDescriptor() } }

    /// Whether the peers keep the connection out of `nodes/0`.
    public var isHidden: Bool { !flags.contains(.published) }

    /// The peer's address, for people.
    public var address: String { channel.remoteAddress?.description ?? "-" }

    /// Frames and bytes, in and out.
    public var statistics: (framesIn: Int, bytesIn: Int, framesOut: Int, bytesOut: Int) {
        outbound.withLock { ($0.framesIn, $0.bytesIn, $0.framesOut, $0.bytesOut) }
    }

    /// How the peer writes its own funs; nothing while nobody asked it. Funs made here are written so.
    public var funTemplates: FunTemplates? {
        get { outbound.withLock { $0.frames.funs } }
        set { outbound.withLock { $0.frames.funs = newValue } }
    }

    // MARK: Sending

    /// Sends a control message and what it carries; dropped if the connection is closed.
    ///
    /// What both sides did not agree on is said in the older form, or not at all.
    public func send(_ control: ControlMessage, message: Term?) {
        guard let (control, message) = adapt(control, message) else { return }
        let next: Next = outbound.withLock { outbound in
            guard !outbound.isClosed else { return .nothing }
            guard outbound.frames.append(control, message: message) else { return .encode }
            return scheduled(&outbound)
        }
        switch next {
        case .nothing: break
        case .flush: channel.eventLoop.execute { [self] in flush() }
        case .encode:
            guard let message else { return }
            let large = LargeMessage(control, message, funs: funTemplates)
            let next: Next = outbound.withLock { outbound in
                guard !outbound.isClosed else { return .nothing }
                outbound.frames.append(large)
                return scheduled(&outbound)
            }
            if case .flush = next { channel.eventLoop.execute { [self] in flush() } }
        }
    }

    private enum Next {
        case nothing
        /// The event loop has to write.
        case flush
        /// The message is a large one.
        case encode
    }

    /// A frame was appended: who writes it?
    private func scheduled(_ outbound: inout Outbound) -> Next {
        outbound.framesOut += 1
        if outbound.isFlushScheduled || writesAtOnce(&outbound) { return .nothing }
        outbound.isFlushScheduled = true
        return .flush
    }

    /// An empty frame, behind what is being written.
    private func sendTick() {
        let schedules = outbound.withLock { outbound in
            outbound.frames.appendTick()
            defer { outbound.isFlushScheduled = true }
            return !outbound.isFlushScheduled
        }
        if schedules { flush() }
    }

    /// Writes a small frame from the sender's own thread when nothing waits before it: the event loop, which would have to
    /// wake up for it, is left out. False if the event loop has to write, what could not be written included.
    private func writesAtOnce(_ outbound: inout Outbound) -> Bool {
        guard outbound.descriptor >= 0, outbound.inFlight == 0, !outbound.frames.hasLargeMessages,
            outbound.frames.count <= Self.directLimit
        else { return false }
        let now = Self.clock.monotonicNanoseconds()
        defer { outbound.lastDirectWrite = now }
        // Senders that follow one another closely share one write of the event loop.
        guard now &- outbound.lastDirectWrite > Self.gatherTime else { return false }
        let descriptor = outbound.descriptor
        let count = outbound.frames.writeReady { Glibc.send(descriptor, $0.baseAddress, $0.count, Self.directFlags) }
        guard count > 0 else { return false }
        outbound.bytesOut += count
        outbound.ticks.wrote()
        return outbound.frames.count == 0
    }

    private static let directFlags = Int32(truncatingIfNeeded: Int(MSG_DONTWAIT) | Int(MSG_NOSIGNAL))
    private static let directLimit = 32 << 10
    /// In nanoseconds.
    private static let gatherTime: Int64 = 15_000
    private static let clock = SystemTimeSource()

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

    /// Writes what has gathered, and of large messages as much as the window allows. On the event loop.
    ///
    /// When nothing waits in the channel, the pieces of large messages go from where they are to the socket; what it does
    /// not take is copied for the channel, which goes on when the socket can be written again.
    ///
    /// - Parameter isLast: all that is left, because the connection ends.
    private func flush(isLast: Bool = false) {
        let (pieces, descriptor, isClosed): (PieceList, Int32, Bool) = outbound.withLock { outbound in
            var pieces = PieceList()
            outbound.isFlushScheduled = false
            let room = isLast ? Int.max : Self.window - outbound.inFlight
            let isIdle = outbound.inFlight == 0 && !isLast
            outbound.frames.take(atMost: room) { pieces.append($0, owner: $1) }
            outbound.inFlight += pieces.count
            outbound.bytesOut += pieces.count
            outbound.ticks.wrote()
            // While bytes are in flight no sender writes by himself.
            return (pieces, isIdle ? outbound.descriptor : -1, outbound.isClosed)
        }
        guard !isClosed, pieces.count > 0 else { return }
        let count = pieces.count
        let sent = descriptor >= 0 ? pieces.write(to: descriptor) : 0
        if sent == count { return written(count) }
        let rest = pieces.buffer(from: sent)
        channel.writeAndFlush(rest).whenComplete { [self] _ in written(count) }
    }

    private func written(_ count: Int) {
        let (waiters, goesOn): ([UnsafeContinuation<Void, Never>], Bool) = outbound.withLock { outbound in
            outbound.inFlight -= count
            let goesOn =
                outbound.frames.hasLargeMessages && outbound.inFlight < Self.window / 2 && !outbound.isFlushScheduled
            if goesOn { outbound.isFlushScheduled = true }
            guard outbound.inFlight + outbound.frames.count < Self.highWatermark / 2 else { return ([], goesOn) }
            let waiters = outbound.waiters
            outbound.waiters = []
            return (waiters, goesOn)
        }
        for waiter in waiters { waiter.resume() }
        // Not from here: a channel that writes at once would go round without end.
        if goesOn { channel.eventLoop.execute { [self] in flush() } }
    }

    /// Whether more is waiting to be written than the high watermark.
    public var isBusy: Bool {
        outbound.withLock { !$0.isClosed && $0.inFlight + $0.frames.count > Self.highWatermark }
    }

    /// Waits while the connection is busy.
    public func waitUntilNotBusy() async {
        guard isBusy else { return }
        await withUnsafeContinuation { continuation in
            let isFree = outbound.withLock { outbound in
                if outbound.isClosed || outbound.inFlight + outbound.frames.count <= Self.highWatermark { return true }
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
        // What was sent before goes out before. The end of the stream is sent when the last descriptor is closed.
        channel.eventLoop.execute { [self] in
            outbound.withLock { $0.closeDescriptor() }
            flush(isLast: true)
            guard reason == .closedByUs, outbound.withLock({ $0.inFlight > 0 }) else {
                return channel.close(promise: nil)
            }
            // A peer that does not read is not waited for.
            let channel = channel
            channel.writeAndFlush(ByteBuffer()).whenComplete { _ in channel.close(promise: nil) }
            channel.eventLoop.scheduleTask(in: Self.lingerTime) { channel.close(promise: nil) }
        }
    }

    private static let lingerTime = TimeAmount.seconds(2)

    /// Notes that the connection is over; nothing if that was known.
    func ended(_ reason: DisconnectReason) -> DisconnectReason? {
        let (known, waiters): (DisconnectReason?, [UnsafeContinuation<Void, Never>]) = outbound.withLock { outbound in
            guard !outbound.isClosed else { return (nil, []) }
            outbound.isClosed = true
            outbound.closeDescriptor()
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
        case .sendTick: sendTick()
        case .peerIsDown: close(.tickTimeout)
        }
    }
}

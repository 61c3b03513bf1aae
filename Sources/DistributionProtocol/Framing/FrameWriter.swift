public import Terms

/// Writes the frames of one connection, in the forms that ``FrameReader`` reads.
///
/// Atoms go through the cache where that was agreed on. A message of more than 64 KiB is written in fragments, and what
/// other senders say goes out between them; several large messages take turns. What one sender says stays in order: while
/// a message of his is on its way, all else of his waits behind it.
///
/// Frames of ordinary size are encoded when they are appended; nothing is written before ``take(atMost:_:)``.
public struct FrameWriter: ~Copyable {
    /// How much of a message one fragment carries; OTP's own is as long.
    public static let fragmentSize = 64 << 10

    private let flags: DistributionFlags
    private let hasHeader: Bool
    private let cache: OutboundAtomCache?
    /// How the other node writes funs, once it was asked.
    public var funs: FunTemplates?
    /// Frames that go next.
    private var ready = ByteWriter(capacity: 1024)
    private var scratch = ByteWriter(capacity: 1024)
    /// Large messages, and what waits behind each; the first one's fragment is next.
    private var lanes: [Lane] = []
    private var waitingInLanes = 0
    private var lastSequence: UInt64 = 0

    /// What one sender has to say, a large message at the head.
    private struct Lane {
        var sender: Pid?
        var items: [Item]
        var next = 0
    }

    private enum Item {
        case large(LargeMessage)
        case frame([UInt8])
        case barrier(Barrier)
    }

    /// A frame of a sender who is not known by pid: it waits in every lane, and goes when the last one lets it.
    private final class Barrier {
        var lanes: Int
        let frame: [UInt8]

        init(lanes: Int, frame: [UInt8]) {
            self.lanes = lanes
            self.frame = frame
        }
    }

    /// - Parameter flags: what both sides offered.
    public init(flags: DistributionFlags) {
        self.flags = flags
        hasHeader = flags.contains(.distHeaderAtomCache) || flags.contains(.fragments)
        cache = flags.contains(.distHeaderAtomCache) ? OutboundAtomCache() : nil
    }

    /// How many bytes wait to be written.
    public var count: Int { ready.count + waitingInLanes }

    /// Whether large messages wait to be written.
    public var hasLargeMessages: Bool { !lanes.isEmpty }

    // MARK: Appending

    /// Appends a frame; false if the message is too large for one, and has to come as ``LargeMessage``.
    public mutating func append(_ control: ControlMessage, message: Term?) -> Bool {
        let isHeld = !lanes.isEmpty && isHeld(control)
        scratch.removeAll()
        cache?.beginFrame()
        // What waits goes out after frames that are appended later: it cannot count on the cache.
        let encoder = TermEncoder(cache: isHeld ? nil : cache, funs: funs)
        if hasHeader {
            encoder.encode(control.term, into: &scratch)
        } else {
            encoder.encodeTopLevel(control.term, into: &scratch)
        }
        if let message {
            if !hasHeader { scratch.append(131 as UInt8) }
            guard encoder.encode(message, into: &scratch, limit: Self.fragmentSize), scratch.count <= Self.fragmentSize
            else {
                cache?.abandonFrame()
                return false
            }
        }
        guard isHeld else {
            Self.frame(&scratch, hasHeader: hasHeader, cache: cache, into: &ready)
            return true
        }
        var frame = ByteWriter(capacity: scratch.count + 8)
        Self.frame(&scratch, hasHeader: hasHeader, cache: nil, into: &frame)
        waitingInLanes += frame.count
        if let sender = control.sender {
            for place in lanes.indices where lanes[place].sender == sender {
                lanes[place].items.append(.frame(frame.bytes))
            }
        } else {
            let barrier = Barrier(lanes: lanes.count, frame: frame.bytes)
            for place in lanes.indices { lanes[place].items.append(.barrier(barrier)) }
        }
        return true
    }

    private func isHeld(_ control: ControlMessage) -> Bool {
        if case .monitorExit(.name, _, _, _) = control { return true }
        guard let sender = control.sender else { return false }
        return lanes.contains { $0.sender == sender }
    }

    /// A frame around an encoded body.
    private static func frame(
        _ body: inout ByteWriter, hasHeader: Bool, cache: OutboundAtomCache?, into writer: inout ByteWriter
    ) {
        let start = writer.count
        writer.append(0 as UInt32)
        if hasHeader {
            writer.append(UInt16(131) << 8 | 68)
            if let cache { cache.writeHeader(into: &writer) } else { writer.append(0 as UInt8) }
        } else {
            writer.append(FrameCodec.passThrough)
        }
        body.withBytes { writer.append(bytes: $0) }
        writer.patch(UInt32(truncatingIfNeeded: writer.count - start - 4), at: start)
    }

    /// Appends a message that is written in turn with what others send.
    public mutating func append(_ large: consuming LargeMessage) {
        lastSequence += 1
        large.prepare(sequence: lastSequence, isFragmented: flags.contains(.fragments), hasHeader: hasHeader)
        waitingInLanes += large.remaining
        if let sender = large.control.sender, let place = lanes.firstIndex(where: { $0.sender == sender }) {
            lanes[place].items.append(.large(large))
        } else {
            lanes.append(Lane(sender: large.control.sender, items: [.large(large)]))
        }
    }

    /// Appends an empty frame.
    public mutating func appendTick() { ready.append(0 as UInt32) }

    // MARK: Taking

    /// Takes a piece of what is to be written. With an owner the bytes stay where they are as long as he lives; without one
    /// they are gone when the call is over.
    public typealias Sink = (_ bytes: UnsafeRawBufferPointer, _ owner: (any AnyObject & Sendable)?) -> Void

    /// Gives the bytes that are to be written next, piece after piece: all frames that are ready, and then fragments as long
    /// as less than `limit` bytes were given.
    public mutating func take(atMost limit: Int, _ sink: Sink) {
        var given = 0
        while true {
            if ready.count > 0 {
                given += ready.count
                ready.withBytes { sink($0, nil) }
                // A large buffer is not kept for the rest of the connection's life.
                ready.removeAll(keepingCapacity: ready.count <= 1 << 16)
            }
            guard given < limit, !lanes.isEmpty else { return }
            given += takeFromNextLane(sink)
        }
    }

    /// Writes one fragment of the lane whose turn it is, and the frames behind a message that is finished.
    private mutating func takeFromNextLane(_ sink: Sink) -> Int {
        var lane = lanes.removeFirst()
        var given = 0
        items: while lane.next < lane.items.count {
            switch lane.items[lane.next] {
            case .frame(let bytes):
                bytes.withUnsafeBytes { ready.append(bytes: $0) }
                waitingInLanes -= bytes.count
            case .barrier(let barrier):
                barrier.lanes -= 1
                if barrier.lanes == 0 {
                    barrier.frame.withUnsafeBytes { ready.append(bytes: $0) }
                    waitingInLanes -= barrier.frame.count
                }
            case .large(var message):
                guard given == 0 else { break items }
                waitingInLanes -= message.remaining
                given += message.writeFragment(sink)
                waitingInLanes += message.remaining
                guard message.isWritten else {
                    lane.items[lane.next] = .large(message)
                    break items
                }
                // Its memory is not kept until the whole lane is written.
                lane.items[lane.next] = .frame([])
            }
            lane.next += 1
        }
        if lane.next < lane.items.count { lanes.append(lane) }
        return given
    }

    // MARK: Writing at once

    /// Gives the frames that are ready, and removes as many bytes of them as `write` says it wrote.
    public mutating func writeReady(_ write: (UnsafeRawBufferPointer) -> Int) -> Int {
        let written = ready.withBytes(write)
        if written > 0 { ready.removeFirst(written) }
        return written
    }
}

extension ControlMessage {
    /// Whose signals this one stays in order with.
    var sender: Pid? {
        switch self {
        case .link(let from, _), .sendSender(let from, _, _), .exit(let from, _, _, _), .unlink(let from, _),
            .regSend(let from, _, _), .exit2(let from, _, _, _), .monitor(let from, _, _), .demonitor(let from, _, _),
            .spawnRequest(_, let from, _, _, _, _, _, _), .aliasSend(let from, _, _), .unlinkID(_, let from, _),
            .unlinkIDAcknowledged(_, let from, _), .altactSend(_, let from, _, _):
            from
        case .monitorExit(.pid(let from), _, _, _): from
        case .monitorExit(.name, _, _, _), .send, .nodeLink, .groupLeader, .spawnReply: nil
        }
    }
}

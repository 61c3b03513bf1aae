internal import DistributionProtocol
internal import NIOCore
internal import Terms

/// The one handler of a connection: first the handshake, then frames. It lives on the channel's event loop.
final class DistributionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let endpoint: DistributionEndpoint
    /// The node we dial; nothing when we accept.
    private let dialled: Atom?
    /// The channel's socket; -1 if only the channel may write.
    private let descriptor: Int32
    private var machine: HandshakeStateMachine
    private var connection: DistributionConnection?
    private var reader = FrameReader(flags: [], limits: .standard)
    /// Bytes of a frame that is not complete.
    private var pending: ByteBuffer?
    private var setupTimer: Scheduled<Void>?
    private var tickTimer: Scheduled<Void>?
    private var isOver = false

    init(endpoint: DistributionEndpoint, machine: consuming HandshakeStateMachine, dialled: Atom?, descriptor: Int32) {
        self.descriptor = descriptor
        self.endpoint = endpoint
        self.machine = machine
        self.dialled = dialled
    }

    func channelActive(context: ChannelHandlerContext) {
        restartSetupTimer(context)
        if let action = machine.start() { perform(action, context) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        let buffer = unwrapInboundIn(data)
        guard connection == nil else { return readFrames(buffer, context) }
        restartSetupTimer(context)
        var next = machine.received(buffer.readableBytesView)
        while let action = next, !isOver {
            perform(action, context)
            guard connection == nil else { return }
            next = machine.received([])
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        setupTimer?.cancel()
        tickTimer?.cancel()
        if let connection {
            endpoint.connectionClosed(connection, .closedByPeer)
        } else if !isOver, let action = machine.closed() {
            perform(action, context)
        }
        isOver = true
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        defer { context.close(promise: nil) }
        // That the channel is inactive comes next.
        if DistributionTLS.isEnd(error) { return }
        let what = DistributionTLS.explain(error)
        if let connection {
            endpoint.connectionClosed(connection, .failed(what ?? "\(error)"))
        } else if let what, !isOver {
            perform(.fail(.tls(what)), context)
        }
    }

    // MARK: Handshake

    /// Each step may take the setup time; a silent peer is given up.
    private func restartSetupTimer(_ context: ChannelHandlerContext) {
        setupTimer?.cancel()
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        setupTimer = context.eventLoop.scheduleTask(in: endpoint.setupTime) {
            let (handler, context) = bound.value
            if let action = handler.machine.closed(timedOut: true) { handler.perform(action, context) }
        }
    }

    private func perform(_ action: HandshakeAction, _ context: ChannelHandlerContext) {
        switch action {
        case .none: break
        case .send(let bytes): send(bytes, context)
        case .peerNamed(let name, let flags):
            let verdict = endpoint.verdict(on: name, flags: flags)
            if let next = machine.verdict(verdict) { perform(next, context) }
        case .peerIsConnected:
            if let next = machine.goOn(endpoint.isWanted(dialled)) { perform(next, context) }
        case .succeed(let bytes, let result):
            if !bytes.isEmpty { send(bytes, context) }
            setupTimer?.cancel()
            succeed(result, context)
        case .sendAndFail(let bytes, let failure):
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            isOver = true
            setupTimer?.cancel()
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes))).whenComplete { _ in
                bound.value.close(promise: nil)
            }
            endpoint.handshakeFailed(failure, dialled: dialled, address: context.remoteAddress)
        case .fail(let failure):
            isOver = true
            setupTimer?.cancel()
            context.close(promise: nil)
            endpoint.handshakeFailed(failure, dialled: dialled, address: context.remoteAddress)
        }
    }

    private func send(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }

    private func succeed(_ result: HandshakeResult, _ context: ChannelHandlerContext) {
        if let given = result.givenName, !endpoint.adopt(given, from: result.peer) {
            isOver = true
            context.close(promise: nil)
            return endpoint.handshakeFailed(.notNamed, dialled: dialled, address: context.remoteAddress)
        }
        let connection = DistributionConnection(
            peer: Atom(result.peer), peerCreation: result.creation, flags: result.flags, isInitiator: dialled != nil,
            channel: context.channel, descriptor: descriptor)
        self.connection = connection
        reader = FrameReader(flags: result.flags, limits: endpoint.limits)
        scheduleTick(connection, context.eventLoop)
        endpoint.established(connection)
        if !result.leftover.isEmpty { readFrames(ByteBuffer(bytes: result.leftover), context) }
    }

    /// Looks every quarter of the tick time, which may change meanwhile.
    private func scheduleTick(_ connection: DistributionConnection, _ loop: any EventLoop) {
        let bound = NIOLoopBound(self, eventLoop: loop)
        tickTimer = loop.scheduleTask(in: endpoint.tickQuarter) { [weak connection] in
            guard let connection, !bound.value.isOver else { return }
            connection.quarterPassed()
            bound.value.scheduleTick(connection, loop)
        }
    }

    // MARK: Frames

    private func readFrames(_ incoming: ByteBuffer, _ context: ChannelHandlerContext) {
        guard let connection else { return }
        var buffer = incoming
        let bytes = incoming.readableBytes
        if var earlier = pending {
            pending = nil
            earlier.writeBuffer(&buffer)
            buffer = earlier
        }
        var owner: BufferOwner?
        var frames = 0
        while let length = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self).map(Int.init) {
            guard length <= endpoint.limits.maximumBytes else {
                return close(connection, "a frame of \(length) bytes", context)
            }
            guard buffer.readableBytes >= 4 + length else {
                // Room for the frame is made as it arrives, not for what its length claims.
                break
            }
            frames += 1
            let start = buffer.readerIndex + 4
            buffer.moveReaderIndex(forwardBy: 4 + length)
            guard length > 0 else { continue }
            if owner == nil, length > Binary.copyLimit { owner = BufferOwner(buffer) }
            let outcome: Result<Frame?, FrameError> = (owner?.buffer ?? buffer).withVeryUnsafeBytes { raw in
                do throws(FrameError) {
                    let payload = UnsafeRawBufferPointer(rebasing: raw[start..<(start + length)])
                    return .success(try reader.read(payload, owner: owner))
                } catch {
                    return .failure(error)
                }
            }
            switch outcome {
            case .success(.message(let control, let message)):
                endpoint.delegate?.received(control, message: message, from: connection)
            case .success(.tick), .success(nil): break
            case .failure(let error): return close(connection, error.description, context)
            }
            if isOver { return }
        }
        connection.read(frames: frames, bytes: bytes)
        if buffer.readableBytes > 0 { pending = buffer }
    }

    private func close(_ connection: DistributionConnection, _ what: String, _ context: ChannelHandlerContext) {
        isOver = true
        endpoint.connectionClosed(connection, .garbage(what))
        context.close(promise: nil)
    }
}

/// Keeps the storage of a buffer for the binaries that are slices of it. Nobody writes to it: whoever would, copies first,
/// because this is another reference.
private final class BufferOwner: Sendable {
    let buffer: ByteBuffer

    init(_ buffer: ByteBuffer) { self.buffer = buffer }
}

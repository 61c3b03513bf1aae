public import NIOCore
internal import NIOPosix
internal import Support

/// An EPMD inside this process.
public final class EPMDServer: Sendable {
    private struct State {
        var registry: EPMDRegistry
        var nextConnection = 0
        var channels: [any Channel] = []
    }

    private let state: Locked<State>
    private let group: any EventLoopGroup
    private let stopped: EventLoopPromise<Void>

    /// The port it answers on.
    public let port: Int

    /// - Parameters:
    ///   - relaxed: lets everybody on this machine kill it and unregister names.
    ///   - firstCreation: where creations start; take it from the time.
    public init(port: Int, relaxed: Bool = false, firstCreation: UInt32, group: any EventLoopGroup) {
        self.port = port
        self.group = group
        stopped = group.next().makePromise()
        state = Locked(
            State(
                registry: EPMDRegistry(
                    port: UInt16(truncatingIfNeeded: port), isRelaxed: relaxed, firstCreation: firstCreation)))
    }

    /// Listens on the addresses; at least one must be free.
    public func start(addresses: [String]) async throws {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 128)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    let id = state.withLock { state in
                        state.nextConnection += 1
                        return state.nextConnection
                    }
                    try channel.pipeline.syncOperations.addHandler(EPMDServerHandler(server: self, id: id))
                }
            }
        var failure: (any Error)?
        var isListening = false
        for address in addresses {
            do {
                let channel = try await bootstrap.bind(host: address, port: port).get()
                state.withLock { $0.channels.append(channel) }
                isListening = true
            } catch {
                failure = failure ?? error
            }
        }
        if !isListening, let failure {
            stopped.succeed()
            throw failure
        }
    }

    /// Waits until somebody stops it.
    public func waitUntilStopped() async throws { try await stopped.futureResult.get() }

    public func stop() {
        let channels = state.withLock { state in
            let channels = state.channels
            state.channels = []
            return channels
        }
        for channel in channels { channel.close(promise: nil) }
        if !channels.isEmpty { stopped.succeed() }
    }

    fileprivate func handle(_ request: EPMDRequest, from id: Int, isLocal: Bool) -> EPMDRegistry.Answer {
        state.withLock { $0.registry.handle(request, from: id, isLocal: isLocal) }
    }

    fileprivate func closed(_ id: Int) { state.withLock { $0.registry.connectionClosed(id) } }
}

/// One connection to the server: one request, and for a registration the silence after it.
private final class EPMDServerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let maximumRequest = 2048
    private static let idleLimit = TimeAmount.seconds(60)

    private let server: EPMDServer
    private let id: Int
    private var received: [UInt8] = []
    private var isRegistration = false
    private var isDone = false
    private var idle: Scheduled<Void>?

    init(server: EPMDServer, id: Int) {
        self.server = server
        self.id = id
    }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        idle = context.eventLoop.scheduleTask(in: Self.idleLimit) { channel.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // Any byte on a registration ends it.
        guard !isRegistration else { return context.close(promise: nil) }
        guard !isDone else { return }
        received.append(contentsOf: unwrapInboundIn(data).readableBytesView)
        guard received.count >= 2 else { return }
        let length = Int(received.uint16(0))
        guard length > 0, length <= Self.maximumRequest else { return context.close(promise: nil) }
        guard received.count >= 2 + length else { return }
        isDone = true
        idle?.cancel()
        // A second request in the same segment is no request any more.
        guard received.count == 2 + length, let request = EPMDRequest(Array(received[2...])) else {
            return context.close(promise: nil)
        }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        switch server.handle(request, from: id, isLocal: isLocal(context)) {
        case .close: context.close(promise: nil)
        case .sendAndKeep(let bytes):
            isRegistration = true
            write(bytes, context)
        case .sendAndClose(let bytes):
            write(bytes, context).whenComplete { _ in bound.value.close(promise: nil) }
        case .sendAndStop(let bytes):
            write(bytes, context).whenComplete { [server] _ in
                bound.value.close(promise: nil)
                server.stop()
            }
        }
    }

    @discardableResult
    private func write(_ bytes: [UInt8], _ context: ChannelHandlerContext) -> EventLoopFuture<Void> {
        // One write, one segment: `erl` gives up when an answer comes in pieces.
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)))
    }

    private func isLocal(_ context: ChannelHandlerContext) -> Bool {
        guard let remote = context.remoteAddress?.ipAddress else { return false }
        if remote.hasPrefix("127.") || remote == "::1" || remote.hasPrefix("::ffff:127.") { return true }
        return remote == context.localAddress?.ipAddress
    }

    func channelInactive(context: ChannelHandlerContext) {
        idle?.cancel()
        server.closed(id)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

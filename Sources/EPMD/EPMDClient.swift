public import Logging
public import NIOCore
internal import NIOPosix
internal import Support

/// Why EPMD did not do what it was asked.
public enum EPMDError: Error, Sendable, Hashable {
    /// Nobody answers on the port.
    case unreachable(String)
    case nameTaken
    case nameNotRegistered
    /// The answer makes no sense.
    case garbage
    case timeout
    /// The answer to `kill` was no: nodes are registered.
    case refused
}

/// A client of an EPMD.
public struct EPMDClient: Sendable {
    let host: String
    let port: Int
    let group: any EventLoopGroup
    /// How long a request may take, in nanoseconds.
    let timeout: Int64

    public init(host: String, port: Int, timeout: Int64 = 5_000_000_000, eventLoopGroup group: any EventLoopGroup) {
        self.host = host
        self.port = port
        self.timeout = timeout
        self.group = group
    }

    /// Where the node of that name listens; the name is the part before the `@`.
    public func lookUp(_ name: String) async throws(EPMDError) -> EPMDNode {
        switch EPMDResponse.parsePort(try await ask(.portPlease(name))) {
        case .found(let node): return node
        case .unknown: throw .nameNotRegistered
        case .garbage: throw .garbage
        }
    }

    /// The registered nodes.
    public func names() async throws(EPMDError) -> [(name: String, port: Int)] {
        let bytes = try await ask(.names)
        guard bytes.count >= 4, let text = String(validating: bytes[4...], as: UTF8.self) else { throw .garbage }
        return text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 5, words[0] == "name", let port = Int(words[4]) else { return nil }
            return (String(words[1]), port)
        }
    }

    /// Asks EPMD to end.
    public func kill() async throws(EPMDError) {
        switch String(decoding: try await ask(.kill), as: UTF8.self) {
        case "OK": return
        case "NO": throw .refused
        default: throw .garbage
        }
    }

    /// Registers a node; the registration holds as long as it is kept, also over a restart of EPMD.
    public func register(_ node: EPMDNode, logger: Logger) async throws(EPMDError) -> EPMDRegistration {
        let (channel, creation) = try await registerOnce(node)
        return EPMDRegistration(client: self, node: node, channel: channel, creation: creation, logger: logger)
    }

    /// One ALIVE2 exchange; the channel is the registration.
    func registerOnce(_ node: EPMDNode) async throws(EPMDError) -> (any Channel, UInt32) {
        let exchange = try await exchange(.alive(node)) { EPMDResponse.parseAlive($0) != nil }
        guard let answer = EPMDResponse.parseAlive(exchange.bytes) else {
            exchange.channel.close(promise: nil)
            throw .garbage
        }
        guard answer.result == 0 else {
            exchange.channel.close(promise: nil)
            throw .nameTaken
        }
        return (exchange.channel, answer.creation)
    }

    private func ask(_ request: EPMDRequest) async throws(EPMDError) -> [UInt8] {
        let exchange = try await exchange(request) { _ in false }
        exchange.channel.close(promise: nil)
        return exchange.bytes
    }

    /// Sends a request and reads until the server closes or the answer is complete.
    private func exchange(
        _ request: EPMDRequest, isComplete: @escaping @Sendable ([UInt8]) -> Bool
    ) async throws(EPMDError) -> (channel: any Channel, bytes: [UInt8]) {
        let loop = group.next()
        let answer = loop.makePromise(of: [UInt8].self)
        let limit = TimeAmount.nanoseconds(timeout)
        do {
            let channel = try await ClientBootstrap(group: loop)
                .connectTimeout(limit)
                .channelOption(.socketOption(.tcp_nodelay), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            EPMDAnswerHandler(answer: answer, isComplete: isComplete))
                    }
                }
                .connect(host: host, port: port).get()
            let timer = loop.scheduleTask(in: limit) {
                answer.fail(EPMDError.timeout)
                channel.close(promise: nil)
            }
            channel.writeAndFlush(ByteBuffer(bytes: request.bytes), promise: nil)
            defer { timer.cancel() }
            return (channel, try await answer.futureResult.get())
        } catch let error as EPMDError {
            throw error
        } catch {
            answer.fail(error)
            if let error = error as? ChannelError, case .connectTimeout = error { throw .timeout }
            throw .unreachable("\(error)")
        }
    }
}

/// Collects an answer.
private final class EPMDAnswerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private static let maximumAnswer = 4 << 20

    private let answer: EventLoopPromise<[UInt8]>
    private let isComplete: @Sendable ([UInt8]) -> Bool
    private var received: [UInt8] = []
    private var isAnswered = false

    init(answer: EventLoopPromise<[UInt8]>, isComplete: @escaping @Sendable ([UInt8]) -> Bool) {
        self.answer = answer
        self.isComplete = isComplete
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isAnswered else { return }
        received.append(contentsOf: unwrapInboundIn(data).readableBytesView)
        if received.count > Self.maximumAnswer {
            isAnswered = true
            answer.fail(EPMDError.garbage)
            context.close(promise: nil)
        } else if isComplete(received) {
            isAnswered = true
            answer.succeed(received)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !isAnswered {
            isAnswered = true
            answer.succeed(received)
        }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if !isAnswered {
            isAnswered = true
            answer.fail(error)
        }
        context.close(promise: nil)
    }
}

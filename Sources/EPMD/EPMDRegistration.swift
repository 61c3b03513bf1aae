internal import Logging
internal import NIOCore
internal import Support

/// A name that EPMD holds for this node. When EPMD dies, it is registered again as soon as one answers.
public final class EPMDRegistration: Sendable {
    /// What EPMD gave for this life of the name.
    public let creation: UInt32

    private struct State {
        var channel: (any Channel)?
        var isClosed = false
    }

    private let client: EPMDClient
    private let node: EPMDNode
    private let logger: Logger
    private let state: Locked<State>
    private static let retryDelay = TimeAmount.seconds(2)

    init(client: EPMDClient, node: EPMDNode, channel: any Channel, creation: UInt32, logger: Logger) {
        self.client = client
        self.node = node
        self.creation = creation
        self.logger = logger
        state = Locked(State(channel: channel))
        watch(channel)
    }

    /// Gives the name back.
    public func close() {
        let channel = state.withLock { state in
            state.isClosed = true
            let channel = state.channel
            state.channel = nil
            return channel
        }
        channel?.close(promise: nil)
    }

    private func watch(_ channel: any Channel) {
        channel.closeFuture.whenComplete { [weak self] _ in self?.lost() }
    }

    private func lost() {
        guard !state.withLock({ $0.isClosed }) else { return }
        logger.debug("the connection to epmd is gone; registering again")
        registerAgain()
    }

    private func registerAgain() {
        client.group.next().scheduleTask(in: Self.retryDelay) { [weak self] in
            guard let self else { return }
            Task {
                guard !self.state.withLock({ $0.isClosed }) else { return }
                do {
                    let (channel, _) = try await self.client.registerOnce(self.node)
                    let isClosed = self.state.withLock { state in
                        if !state.isClosed { state.channel = channel }
                        return state.isClosed
                    }
                    if isClosed { channel.close(promise: nil) } else { self.watch(channel) }
                } catch {
                    self.registerAgain()
                }
            }
        }
    }
}

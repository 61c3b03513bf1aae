// What this module does: connections with other nodes over TCP. Listening, dialling, one connection for each peer, ticks,
// back-pressure. What it does not: know what the messages mean; the `DistributionDelegate` does. The protocol is that of
// `DistributionProtocol`; this is its shell, and holds no rule of the handshake but which of two connections stays.

public import DistributionProtocol
internal import EPMD
internal import Glibc
public import Logging
public import NIOCore
internal import NIOPosix
internal import Support
public import Terms

/// Takes what arrives. Called on the event loop, for each connection in order.
public protocol DistributionDelegate: AnyObject, Sendable {
    func connectionUp(_ connection: DistributionConnection)
    func received(_ control: ControlMessage, message: Term?, from connection: DistributionConnection)
    func connectionDown(_ connection: DistributionConnection, reason: DisconnectReason)
    /// A node that asked for a name got one, or lost it with the connection to the node that gave it.
    func named(_ name: GivenName?)
}

/// The end of this node's connections.
public final class DistributionEndpoint: Sendable {
    public struct Configuration: Sendable {
        /// The full name, `name@host`.
        public var name: Atom
        /// Has no name until the first peer gives one; `name` is then of its host only. Does not listen.
        public var isNamedByPeers = false
        public var isHidden = false
        public var withheldFlags: DistributionFlags = []
        /// The cookie for a peer.
        public var cookie: @Sendable (Atom) -> Atom
        /// Ports to listen on, tried upward; any free one if nothing is given.
        public var portRange: ClosedRange<Int>?
        public var bindAddress = "0.0.0.0"
        /// Where peers' EPMDs answer; without one, a peer's port is 4370 plus the digits at the end of its short name.
        public var epmdPort: Int?
        /// `net_ticktime`, in seconds.
        public var tickTime = 60
        /// How long each step of a handshake may take, in nanoseconds (`net_setuptime`).
        public var setupTime: Int64 = 7_000_000_000
        public var limits = DecodingLimits.standard
        /// Connections run inside TLS if this is given.
        public var tls: DistributionTLS?
        public var logger: Logger

        public init(name: Atom, cookie: @escaping @Sendable (Atom) -> Atom, logger: Logger) {
            self.name = name
            self.cookie = cookie
            self.logger = logger
        }
    }

    /// Why the endpoint does not listen.
    public struct ListenError: Error, Sendable, CustomStringConvertible {
        public let description: String
    }

    let configuration: Configuration
    let delegate: (any DistributionDelegate)?
    private let group: any EventLoopGroup
    private let state = Locked(State())

    private struct State {
        var creation: UInt32 = 0
        var tickTime = 60
        /// This node's name; nothing until a peer gives one.
        var name: Atom?
        /// Who gave it.
        var namedBy: Atom?
        var listener: Int32?
        var connections: [Atom: DistributionConnection] = [:]
        var attempts: [Atom: Attempt] = [:]
        var allowed: Set<Atom>?
        var isClosed = false
    }

    /// A connection that is being made, and who waits for it.
    private struct Attempt {
        var waiters: [EventLoopPromise<DistributionConnection>] = []
        var channel: (any Channel)?
        /// The peer's own attempt goes before ours: wait for it.
        var isSuperseded = false
    }

    public init(configuration: Configuration, delegate: any DistributionDelegate, group: any EventLoopGroup) {
        self.configuration = configuration
        self.delegate = delegate
        self.group = group
        state.withLock { state in
            state.tickTime = configuration.tickTime
            if !configuration.isNamedByPeers { state.name = configuration.name }
        }
    }

    private var name: Atom? { state.withLock { $0.name } }

    var limits: DecodingLimits { configuration.limits }
    var setupTime: TimeAmount { .nanoseconds(configuration.setupTime) }
    var tickQuarter: TimeAmount { .milliseconds(Int64(state.withLock { $0.tickTime }) * 250) }

    /// Changes the tick time, in seconds; connections take it over with their next look.
    public func setTickTime(_ seconds: Int) { state.withLock { $0.tickTime = seconds } }

    // MARK: Listening

    /// Listens; returns the port.
    public func listen() throws(ListenError) -> Int {
        var failure = "no port"
        for port in configuration.portRange ?? 0...0 {
            do {
                let (listener, port) = try Sockets.listen(on: configuration.bindAddress, port: port)
                state.withLock { $0.listener = listener }
                Sockets.acceptAll(listener) { [weak self] socket in
                    guard let self else { return _ = Glibc.close(socket) }
                    adopt(socket) { HandshakeStateMachine(accepting: $0.identity()) }.whenFailure { [logger] error in
                        logger.info("connection attempt: \(error)")
                    }
                }
                return port
            } catch {
                failure = "\(error)"
            }
        }
        throw ListenError(description: "cannot listen on \(configuration.bindAddress): \(failure)")
    }

    private var logger: Logger { configuration.logger }

    /// Makes a connected socket a channel that begins the handshake.
    private func adopt(
        _ socket: Int32, dialled: Atom? = nil,
        _ machine: @escaping @Sendable (DistributionEndpoint) -> HandshakeStateMachine
    ) -> EventLoopFuture<any Channel> {
        ClientBootstrap(group: group)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelOption(.recvAllocator, value: Self.receiveAllocator)
            .channelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    let tls = configuration.tls
                    try tls?.addHandler(to: channel, dialled: dialled)
                    // Nothing is written past TLS.
                    try channel.pipeline.syncOperations.addHandler(
                        DistributionHandler(
                            endpoint: self, machine: machine(self), dialled: dialled,
                            descriptor: tls == nil ? socket : -1))
                }
            }
            .withConnectedSocket(socket)
    }

    /// The creation this life of the node got from EPMD.
    public func setCreation(_ creation: UInt32) { state.withLock { $0.creation = creation } }

    /// Limits who may connect, `net_kernel:allow/1`; everybody if nothing is given.
    public func allow(_ nodes: [Atom]?) { state.withLock { $0.allowed = nodes.map(Set.init) } }

    /// Ends all connections and stops listening.
    public func close() async {
        let (listener, connections, attempts) = state.withLock { state in
            state.isClosed = true
            defer { state.attempts = [:] }
            return (state.listener.take(), Array(state.connections.values), state.attempts)
        }
        if let listener { Sockets.stopAccepting(listener) }
        for connection in connections { connection.close() }
        for (node, attempt) in attempts {
            attempt.channel?.close(promise: nil)
            for waiter in attempt.waiters { waiter.fail(ConnectError(.notAlive, node, "this node is stopping")) }
        }
        for connection in connections { try? await connection.channel.closeFuture.get() }
    }

    private static let receiveAllocator = AdaptiveRecvByteBufferAllocator(
        minimum: 1024, initial: 4096, maximum: 1 << 20)

    private func identity() -> HandshakeStateMachine.Identity {
        let (name, creation) = state.withLock { ($0.name, $0.creation) }
        var flags: DistributionFlags = configuration.isHidden || configuration.isNamedByPeers ? .hidden : .visible
        if name == nil { flags.insert(.nameMe) }
        let host = String(configuration.name.name.drop { $0 != "@" }.dropFirst())
        var identity = HandshakeStateMachine.Identity(
            name: name?.name ?? host, creation: name == nil ? 0 : creation,
            flags: flags.subtracting(configuration.withheldFlags), challenge: .random(in: .min ... .max))
        if configuration.tls != nil { identity.lengthBytes = 4 }
        return identity
    }

    // MARK: Dialling

    /// The connection with a node, if there is one.
    public func connection(to node: Atom) -> DistributionConnection? { state.withLock { $0.connections[node] } }

    public var connections: [DistributionConnection] { state.withLock { Array($0.connections.values) } }

    /// Connects with a node; the connection there is, if there is one. Calls for the same node share one attempt.
    ///
    /// - Parameter timeout: nanoseconds.
    public func connect(to node: Atom, timeout: Int64) async throws(ConnectError) -> DistributionConnection {
        if let connection = connection(to: node) { return connection }
        let parts = node.name.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts.contains(""), node.name.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
            throw ConnectError(.badName, node, "not a node name: \(node) (it is name@host)")
        }
        guard node != name else { throw ConnectError(.badName, node, "\(node) is this node") }
        let loop = group.next()
        let promise = loop.makePromise(of: DistributionConnection.self)
        let isFirst: Bool? = state.withLock { state in
            guard !state.isClosed else { return nil }
            let isFirst = state.attempts[node] == nil
            state.attempts[node, default: Attempt()].waiters.append(promise)
            return isFirst
        }
        guard let isFirst else {
            promise.fail(ConnectError(.notAlive, node, "this node is stopping"))
            throw ConnectError(.notAlive, node, "this node is stopping")
        }
        let timer = loop.scheduleTask(in: .nanoseconds(max(0, timeout))) {
            promise.fail(ConnectError(.timeout, node, "\(node) did not answer in time"))
        }
        defer { timer.cancel() }
        if isFirst { Task.detached { [self] in await dial(node, host: parts[1], timeout: timeout) } }
        do {
            return try await withTaskCancellationHandler {
                try await promise.futureResult.get()
            } onCancel: {
                promise.fail(ConnectError(.timeout, node, "interrupted"))
            }
        } catch let error as ConnectError {
            throw error
        } catch {
            throw ConnectError(.closed, node, "\(error)")
        }
    }

    private func dial(_ node: Atom, host: String, timeout: Int64) async {
        do {
            let port = try await port(of: node, host: host, timeout: timeout)
            let address: SocketAddress
            do {
                address = try await HostResolver.resolve(host, port: port)
            } catch {
                throw ConnectError(.hostUnreachable, node, "host \(host) of \(node) is not known")
            }
            let machine = Dialled(node: node, cookie: configuration.cookie(node).name)
            let channel: any Channel
            do {
                let socket = try await Sockets.connect(to: address, timeout: min(timeout, configuration.setupTime))
                channel = try await adopt(socket, dialled: node) { endpoint in
                    HandshakeStateMachine(
                        initiating: endpoint.identity(), to: machine.node.name, cookie: machine.cookie)
                }.get()
            } catch {
                throw ConnectError(
                    .hostUnreachable, node,
                    "\(node) is registered at port \(port) of \(host), but nothing answers there")
            }
            let isSuperseded = state.withLock { state in
                state.attempts[node]?.channel = channel
                return state.attempts[node]?.isSuperseded == true
            }
            if isSuperseded { channel.close(promise: nil) }
        } catch let error as ConnectError {
            fail(node, error)
        } catch {
            fail(node, ConnectError(.closed, node, "\(error)"))
        }
    }

    private struct Dialled: Sendable {
        var node: Atom
        var cookie: String
    }

    /// The port a node listens on: EPMD on its host knows, or its name says.
    private func port(of node: Atom, host: String, timeout: Int64) async throws -> Int {
        let short = String(node.name.prefix { $0 != "@" })
        guard let epmdPort = configuration.epmdPort else {
            return 4370 + (Int(String(short.reversed().prefix { $0.isNumber }.reversed())) ?? 0)
        }
        let address: SocketAddress
        do {
            address = try await HostResolver.resolve(host, port: epmdPort)
        } catch {
            throw ConnectError(.hostUnreachable, node, "host \(host) of \(node) is not known")
        }
        let client = EPMDClient(
            host: address.ipAddress ?? host, port: epmdPort, timeout: timeout, eventLoopGroup: group)
        do {
            return Int(try await client.lookUp(short).port)
        } catch {
            switch error {
            case .nameNotRegistered:
                throw ConnectError(
                    .nameNotInEPMD, node,
                    "\(short) is not registered in epmd on \(host): is the node running, and under this name?")
            case .timeout:
                throw ConnectError(.timeout, node, "epmd on \(host) port \(epmdPort) did not answer in time")
            case .unreachable:
                throw ConnectError(
                    .epmdUnreachable, node, "no epmd answers on \(host) port \(epmdPort): is a node running there?")
            case .garbage, .refused, .nameTaken:
                throw ConnectError(
                    .epmdUnreachable, node, "what answers on \(host) port \(epmdPort) is no epmd")
            }
        }
    }

    private func fail(_ node: Atom, _ error: ConnectError) {
        let waiters: [EventLoopPromise<DistributionConnection>] = state.withLock { state in
            guard let attempt = state.attempts[node], !attempt.isSuperseded else { return [] }
            state.attempts[node] = nil
            return attempt.waiters
        }
        for waiter in waiters { waiter.fail(error) }
    }

    // MARK: What handlers report, on the event loop

    /// Who may come in, and which of two connections stays.
    func verdict(on name: String, flags: DistributionFlags) -> HandshakeStateMachine.Verdict {
        if flags.contains(.nameMe), !name.contains("@") { return nameFor(host: name) }
        guard name.contains("@"), let peer = Atom(checked: name) else { return .notAllowed }
        let cookie = configuration.cookie(peer).name
        let (verdict, abandoned): (HandshakeStateMachine.Verdict, (any Channel)?) = state.withLock { state in
            if state.isClosed || peer == state.name { return (.notAllowed, nil) }
            if let allowed = state.allowed, !allowed.contains(peer) { return (.notAllowed, nil) }
            if state.connections[peer] != nil { return (.alive(cookie: cookie), nil) }
            guard let attempt = state.attempts[peer] else { return (.accept(cookie: cookie), nil) }
            guard name > state.name?.name ?? "" else {
                // An attempt that waits for the peer's own is no rival to it.
                return (attempt.isSuperseded ? .accept(cookie: cookie) : .refuseSimultaneous, nil)
            }
            state.attempts[peer]?.isSuperseded = true
            state.attempts[peer]?.channel = nil
            return (.acceptSimultaneous(cookie: cookie), attempt.channel)
        }
        abandoned?.close(promise: nil)
        return verdict
    }

    /// A name for a node that has none (`erl -sname undefined`): random, so that it is nobody else's.
    private func nameFor(host: String) -> HandshakeStateMachine.Verdict {
        guard let checked = Atom(checked: "x@\(host)"), state.withLock({ !$0.isClosed && $0.name != nil }) else {
            return .notAllowed
        }
        let short = String(UInt64.random(in: 1 << 60 ... .max), radix: 36, uppercase: true)
        return .named(
            name: "\(short)@\(host)", creation: .random(in: 4 ... .max), cookie: configuration.cookie(checked).name)
    }

    /// Takes the name a peer gave; false if another one was quicker.
    func adopt(_ given: GivenName, from peer: String) -> Bool {
        guard let name = Atom(checked: given.name) else { return false }
        let isFirst = state.withLock { state in
            guard state.name == nil else { return false }
            (state.name, state.creation, state.namedBy) = (name, given.creation, Atom(peer))
            return true
        }
        if isFirst { delegate?.named(given) }
        return isFirst
    }

    /// Whether an attempt goes on although the peer says it is connected with us: unless we are, with it.
    func isWanted(_ dialled: Atom?) -> Bool {
        guard let dialled else { return false }
        return state.withLock { $0.connections[dialled] == nil }
    }

    func handshakeFailed(_ failure: HandshakeFailure, dialled: Atom?, address: SocketAddress?) {
        guard let dialled else {
            if failure != .closedByPeer && failure != .simultaneous {
                configuration.logger.info("connection attempt from \(address?.description ?? "?"): \(failure)")
            }
            return
        }
        guard failure == .simultaneous else { return fail(dialled, ConnectError(failure, dialled)) }
        // The peer dials us: its connection is ours too, if it comes in time.
        state.withLock { $0.attempts[dialled]?.isSuperseded = true }
        group.next().scheduleTask(in: setupTime) { [weak self] in
            self?.state.withLock { $0.attempts[dialled]?.isSuperseded = false }
            self?.fail(dialled, ConnectError(.timeout, dialled, "\(dialled) did not connect in time"))
        }
    }

    func established(_ connection: DistributionConnection) {
        let (isClosed, old, waiters) = state.withLock { state in
            // The handshake was under way when the node left.
            if state.isClosed {
                return (true, nil as DistributionConnection?, [EventLoopPromise<DistributionConnection>]())
            }
            let old = state.connections.updateValue(connection, forKey: connection.peer)
            return (false, old, state.attempts.removeValue(forKey: connection.peer)?.waiters ?? [])
        }
        if isClosed { return connection.close(.closedByUs) }
        if let old, let reason = old.ended(.replaced) {
            delegate?.connectionDown(old, reason: reason)
            old.channel.close(promise: nil)
        }
        delegate?.connectionUp(connection)
        for waiter in waiters { waiter.succeed(connection) }
    }

    func connectionClosed(_ connection: DistributionConnection, _ reason: DisconnectReason) {
        guard let reason = connection.ended(reason) else { return }
        let others: [DistributionConnection]? = state.withLock { state in
            if state.connections[connection.peer] === connection { state.connections[connection.peer] = nil }
            guard state.namedBy == connection.peer else { return nil }
            (state.name, state.namedBy) = (nil, nil)
            return Array(state.connections.values)
        }
        delegate?.connectionDown(connection, reason: reason)
        guard let others else { return }
        // The name goes with who gave it, and the connections under it.
        for other in others { other.close(.closedByUs) }
        delegate?.named(nil)
    }
}

extension Atom {
    /// The atom of a name that came from outside; nothing if it can be none.
    fileprivate init?(checked name: String) {
        guard name.unicodeScalars.count <= 255 else { return nil }
        self.init(name)
    }
}

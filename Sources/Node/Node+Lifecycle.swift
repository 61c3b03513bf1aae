internal import Distribution
public import EPMD
internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import Support
public import Terms

/// Why a node could not be started.
public struct NodeStartError: Error, Sendable, CustomStringConvertible {
    public let description: String

    public init(description: String) { self.description = description }
}

extension Node {
    /// Makes the node alive: listens, registers with EPMD, takes its name.
    ///
    /// - Parameters:
    ///   - wanted: `name` or `name@host`.
    ///   - longNames: whether a host that is not given is the full one.
    public func start(_ wanted: String, longNames: Bool) async throws(NodeStartError) {
        guard !isAlive else { throw NodeStartError(description: "this node is alive already, as \(name)") }
        guard state.withLock({ $0.endpoint == nil }) else {
            throw NodeStartError(description: "this node waits for the first peer to give it a name")
        }
        let fullName = try Self.fullName(wanted, longNames: longNames)
        let parts = fullName.split(separator: "@")
        let cookie = try await ownCookie()
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let delegate = ConnectionDelegate(self)
        var endpointConfiguration = DistributionEndpoint.Configuration(
            name: Atom(fullName), cookie: { [weak self] peer in self?.cookie(for: peer) ?? cookie },
            logger: configuration.logger)
        endpointConfiguration.isHidden = configuration.isHidden
        // As with `erl -sname undefined`: the first node it connects with names it.
        endpointConfiguration.isNamedByPeers = parts[0] == "undefined"
        endpointConfiguration.withheldFlags = configuration.withheldFlags
        endpointConfiguration.portRange = configuration.portRange
        endpointConfiguration.bindAddress =
            configuration.bindAddress ?? (Self.isLoopback(String(parts[1])) ? "127.0.0.1" : "0.0.0.0")
        endpointConfiguration.epmdPort = configuration.usesEPMD ? configuration.epmdPort : nil
        endpointConfiguration.tickTime = tickTime
        endpointConfiguration.tls = configuration.tls
        if !configuration.usesEPMD, configuration.portRange == nil {
            let port =
                4370 + (Int(parts[0].reversed().prefix { $0.isNumber }.reversed().map(String.init).joined()) ?? 0)
            guard (1...65535).contains(port) else {
                throw NodeStartError(description: "no port for \(parts[0]): give one with --dist-port")
            }
            endpointConfiguration.portRange = port...port
        }
        let endpoint = DistributionEndpoint(configuration: endpointConfiguration, delegate: delegate, group: loops)
        if endpointConfiguration.isNamedByPeers {
            return state.withLock { state in
                state.endpoint = endpoint
                state.eventLoops = loops
                state.connectionDelegate = delegate
            }
        }
        do throws(NodeStartError) {
            let port = try listen(endpoint)
            var creation = UInt32.random(in: 4 ... .max)
            var registration: EPMDRegistration?
            if configuration.usesEPMD {
                registration = try await register(String(parts[0]), port: port, loops)
                creation = registration?.creation ?? creation
            }
            endpoint.setCreation(creation)
            incarnation.rename(node: Atom(fullName), creation: creation)
            global.stop(on: self)
            if !configuration.isHidden { global.start(on: self) }
            state.withLock { [registration] state in
                state.endpoint = endpoint
                state.registration = registration
                state.eventLoops = loops
                state.connectionDelegate = delegate
            }
        } catch {
            await endpoint.close()
            try? await loops.shutdownGracefully()
            throw error
        }
    }

    private func listen(_ endpoint: DistributionEndpoint) throws(NodeStartError) -> Int {
        do {
            return try endpoint.listen()
        } catch {
            throw NodeStartError(description: error.description)
        }
    }

    private func register(
        _ short: String, port: Int, _ loops: MultiThreadedEventLoopGroup
    ) async throws(NodeStartError) -> EPMDRegistration {
        let client = EPMDClient(
            host: "127.0.0.1", port: configuration.epmdPort, timeout: configuration.timeout, eventLoopGroup: loops)
        let node = EPMDNode(name: short, port: UInt16(truncatingIfNeeded: port))
        if let registration = try await tryRegister(node, client) { return registration }
        // Nobody answers: leave an EPMD behind, as `erl` does, and ask again.
        if let daemon = configuration.epmdDaemon {
            await EPMDDaemon.startIfNeeded(executable: daemon.executable, arguments: daemon.arguments, client: client)
            if let registration = try await tryRegister(node, client) { return registration }
        }
        throw NodeStartError(
            description: "no epmd answers on port \(configuration.epmdPort), and none could be started: try --no-epmd")
    }

    /// Nothing if nobody answers.
    private func tryRegister(_ node: EPMDNode, _ client: EPMDClient) async throws(NodeStartError) -> EPMDRegistration? {
        do throws(EPMDError) {
            return try await client.register(node, logger: configuration.logger)
        } catch {
            if case .unreachable = error { return nil }
            throw NodeStartError(description: Self.describe(error, node.name, configuration.epmdPort))
        }
    }

    private static func describe(_ error: EPMDError, _ short: String, _ port: Int) -> String {
        switch error {
        case .nameTaken: "the name \(short) is in use: another node registered it in epmd (epmd -names lists them)"
        case .unreachable: "no epmd answers on port \(port)"
        case .timeout: "epmd on port \(port) did not answer in time"
        case .garbage, .refused, .nameNotRegistered: "what answers on port \(port) is no epmd"
        }
    }

    /// Stops being alive: connections end, the name is given back, and the node is `nonode@nohost` again.
    public func stop() async -> Bool {
        let (endpoint, registration, loops) = state.withLock { state in
            defer {
                state.endpoint = nil
                state.registration = nil
                state.eventLoops = nil
            }
            return (state.endpoint, state.registration, state.eventLoops)
        }
        guard let endpoint else { return false }
        // First: who goes on purpose has not lost the others.
        global.stop(on: self)
        registration?.close()
        await endpoint.close()
        incarnation.rename(node: .nonode, creation: 0)
        global.start(on: self)
        try? await loops?.shutdownGracefully()
        return true
    }

    /// Leaves the cluster before the program ends: what was sent goes out, connections close, the name is given back.
    public func leave() async {
        let (endpoint, registration) = state.withLock { ($0.endpoint, $0.registration) }
        global.stop(on: self)
        registration?.close()
        await endpoint?.close()
    }

    /// `net_ticktime`, in seconds.
    var tickTime: Int { state.withLock { $0.tickTime } }

    /// Changes the tick time; false if it is that already.
    func setTickTime(_ seconds: Int) -> Bool {
        let (endpoint, isNew) = state.withLock { state in
            defer { state.tickTime = seconds }
            return (state.endpoint, state.tickTime != seconds)
        }
        endpoint?.setTickTime(seconds)
        return isNew
    }

    /// `net_kernel:allow/1`: only these nodes, and those allowed before, may connect.
    public func allow(_ nodes: [Atom]) { state.withLock { $0.endpoint }?.allow(nodes) }

    // MARK: Names and cookies

    static func fullName(_ wanted: String, longNames: Bool) throws(NodeStartError) -> String {
        let parts = wanted.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        let isPlain = wanted.utf8.allSatisfy { $0 > 32 && $0 < 127 }
        guard parts.count <= 2, !parts.contains(""), isPlain, wanted.utf8.count <= 200 else {
            throw NodeStartError(description: "not a node name: \(wanted) (it is name or name@host)")
        }
        let host = parts.count == 2 ? parts[1] : hostName(isFull: longNames)
        if !longNames, host.contains(".") {
            throw NodeStartError(description: "host \(host) is a long name: use --name \(wanted)")
        }
        if longNames, !host.contains("."), host != "localhost" {
            throw NodeStartError(
                description: "host \(host) is a short name: use --sname, or --name \(parts[0])@127.0.0.1")
        }
        return "\(parts[0])@\(host)"
    }

    private static func hostName(isFull: Bool) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        gethostname(&buffer, 255)
        let name = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if !isFull { return String(name.prefix { $0 != "." }) }
        return name.contains(".") ? name : "127.0.0.1"
    }

    private static func isLoopback(_ host: String) -> Bool { host == "localhost" || host.hasPrefix("127.") }

    /// The cookie of this node: the one given, else the cookie file's.
    public func ownCookie() async throws(NodeStartError) -> Atom {
        if let cookie = state.withLock({ $0.cookie }) ?? configuration.cookie { return cookie }
        do {
            let cookie = try CookieFile.read(Environment.all)
            state.withLock { $0.cookie = cookie }
            return cookie
        } catch {
            throw NodeStartError(description: error.description)
        }
    }

    /// The cookie used with a peer.
    public func cookie(for peer: Atom) -> Atom? {
        state.withLock { $0.cookies[peer] ?? $0.cookie } ?? configuration.cookie
    }

    /// Sets the cookie for a peer, or for all that have none of their own when the peer is this node.
    public func setCookie(_ cookie: Atom, for peer: Atom) {
        state.withLock { [name] state in
            if peer == name { state.cookie = cookie } else { state.cookies[peer] = cookie }
        }
    }

    /// The nodes that EPMD on a host knows.
    public func epmdNames(host: String) async throws(EPMDError) -> [(name: String, port: Int)] {
        let (loops, owned): (MultiThreadedEventLoopGroup, Bool) =
            state.withLock { $0.eventLoops }.map { ($0, false) }
            ?? (MultiThreadedEventLoopGroup(numberOfThreads: 1), true)
        let client = EPMDClient(
            host: host, port: configuration.epmdPort, timeout: configuration.timeout, eventLoopGroup: loops)
        let outcome: Result<[(name: String, port: Int)], EPMDError>
        do throws(EPMDError) {
            outcome = .success(try await client.names())
        } catch {
            outcome = .failure(error)
        }
        if owned { try? await loops.shutdownGracefully() }
        return try outcome.get()
    }
}

/// The environment of this process.
public enum Environment {
    public static var all: [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            next += 1
        }
        return variables
    }
}

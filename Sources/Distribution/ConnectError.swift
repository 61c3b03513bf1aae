internal import DistributionProtocol
public import Terms

/// Why no connection with a node came about: one reason, and one line for people that says what to look at.
public struct ConnectError: Error, Sendable, CustomStringConvertible {
    /// The reasons.
    public enum Code: Sendable, Hashable {
        case badName
        case epmdUnreachable
        case nameNotInEPMD
        case hostUnreachable
        case cookieRefused
        case flagsRefused
        case notAllowed
        case nameTaken
        case tlsFailed
        case timeout
        case closed
        case notAlive
    }

    public let code: Code
    public let node: Atom
    public let message: String

    public init(_ code: Code, _ node: Atom, _ message: String) {
        self.code = code
        self.node = node
        self.message = message
    }

    public var description: String { message }

    init(_ failure: HandshakeFailure, _ node: Atom) {
        switch failure {
        case .cookieRefused:
            self.init(.cookieRefused, node, "\(node) refused the cookie: both nodes need the same one")
        case .flagsRefused(let missing):
            self.init(
                .flagsRefused, node,
                "\(node) lacks capabilities of OTP 25: \(missing.joined(separator: ", "))")
        case .notAllowed:
            self.init(
                .notAllowed, node,
                "\(node) does not allow this node: its allow list, or a capability it misses here")
        case .simultaneous, .closedByPeer:
            self.init(.closed, node, "\(node) closed the connection during the handshake")
        case .tls(let what): self.init(.tlsFailed, node, "no TLS with \(node): \(what)")
        case .nameMismatch(let name):
            self.init(.badName, node, "the node that answers for \(node) calls itself \(name)")
        case .notNamed:
            self.init(.notAllowed, node, "\(node) gave this node no name: start it with one of its own")
        case .badName(let name): self.init(.badName, node, "not a node name: \(name)")
        case .garbage(let what):
            self.init(.closed, node, "what answers for \(node) does not speak the distribution protocol: \(what)")
        case .timeout: self.init(.timeout, node, "\(node) did not answer in time")
        }
    }
}

/// Why an established connection ended.
public enum DisconnectReason: Sendable, Hashable, CustomStringConvertible {
    case closedByPeer
    case closedByUs
    /// Nothing was heard for the tick time.
    case tickTimeout
    /// The peer sent what is no frame.
    case garbage(String)
    /// The peer connected anew.
    case replaced
    case failed(String)

    public var description: String {
        switch self {
        case .closedByPeer: "connection closed"
        case .closedByUs: "disconnected"
        case .tickTimeout: "not responding"
        case .garbage(let what): "got invalid data: \(what)"
        case .replaced: "connected anew"
        case .failed(let what): "connection failed: \(what)"
        }
    }
}

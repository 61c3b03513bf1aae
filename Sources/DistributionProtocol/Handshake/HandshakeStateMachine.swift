internal import Support

/// The handshake of one connection, either role. Bytes and the shell's answers go in, actions come out.
///
///     initiator                      acceptor
///     N name, flags          ->
///                            <-      s ok | ok_simultaneous | nok | not_allowed | alive | named: name, creation
///     s true | false         ->      (only after alive)
///                            <-      N challenge, flags
///     r challenge, digest    ->
///                            <-      a digest
///
/// Source: erts, "Distribution Protocol", The Distribution Handshake. The machine knows no other connection: the shell
/// tells it what there is when it asks with ``HandshakeAction/peerNamed(name:flags:)``.
public struct HandshakeStateMachine: ~Copyable {
    /// What both roles need to know.
    public struct Identity: Sendable {
        /// The full name, `name@host`; with the flag NAME_ME the host alone, and the peer gives the name.
        public var name: String
        public var creation: UInt32
        public var flags: DistributionFlags
        /// A random number, different for each handshake.
        public var challenge: UInt32
        /// 2 on TCP, 4 inside TLS.
        public var lengthBytes = 2

        public init(name: String, creation: UInt32, flags: DistributionFlags, challenge: UInt32) {
            self.name = name
            self.creation = creation
            self.flags = flags
            self.challenge = challenge
        }
    }

    private enum State {
        case initiatorStart(peer: String, cookie: String)
        case awaitingStatus(peer: String, cookie: String)
        case awaitingDecision(peer: String, cookie: String)
        case awaitingChallenge(peer: String, cookie: String)
        case awaitingAcknowledgement(Peer, cookie: String)
        case awaitingName
        case awaitingVerdict(Peer)
        case awaitingAliveAnswer(Peer, cookie: String)
        case awaitingComplement(Peer, cookie: String)
        case awaitingReply(Peer, cookie: String)
        case done
        case failed
    }

    private var state: State
    private let identity: Identity
    /// What the peer named this node.
    private var givenName: GivenName?
    private var buffer: [UInt8] = []
    private static let maximumMessage = 4096

    private struct Peer {
        var name: String
        var creation: UInt32
        var flags: DistributionFlags
        var needsComplement = false
    }

    /// A handshake that this side starts, with the node it wants.
    public init(initiating identity: Identity, to peer: String, cookie: String) {
        self.identity = identity
        state = .initiatorStart(peer: peer, cookie: cookie)
    }

    /// A handshake that the other side starts.
    public init(accepting identity: Identity) {
        self.identity = identity
        state = .awaitingName
    }

    /// The first action: the initiator's name.
    public mutating func start() -> HandshakeAction? {
        guard case .initiatorStart(let peer, let cookie) = state else { return nil }
        state = .awaitingStatus(peer: peer, cookie: cookie)
        return .send(
            frame(.name(flags: identity.flags.rawValue, creation: identity.creation, name: identity.name)))
    }

    /// Bytes arrived. Call again with nothing until it answers nothing: bytes may hold several messages.
    public mutating func received(_ bytes: some Sequence<UInt8>) -> HandshakeAction? {
        buffer.append(contentsOf: bytes)
        switch state {
        case .done, .failed, .awaitingVerdict, .awaitingDecision: return nil
        default: break
        }
        guard buffer.count >= identity.lengthBytes else { return nil }
        let length = buffer.prefix(identity.lengthBytes).reduce(0) { $0 << 8 | Int($1) }
        guard length > 0, length <= Self.maximumMessage else {
            return fail(.garbage("a handshake message of \(length) bytes"))
        }
        guard buffer.count >= identity.lengthBytes + length else { return nil }
        let message = Array(buffer[identity.lengthBytes..<(identity.lengthBytes + length)])
        buffer.removeFirst(identity.lengthBytes + length)
        return handle(message)
    }

    /// The other side closed the connection, or the time for this step is over.
    public mutating func closed(timedOut: Bool = false) -> HandshakeAction? {
        switch state {
        case .done, .failed: return nil
        case .awaitingAcknowledgement where !timedOut: return fail(.cookieRefused(byPeer: true))
        case .awaitingReply where !timedOut: return fail(.cookieRefused(byPeer: true))
        default: return fail(timedOut ? .timeout : .closedByPeer)
        }
    }

    /// The shell's answer to ``HandshakeAction/peerNamed(name:flags:)``.
    public enum Verdict: Sendable {
        case accept(cookie: String)
        /// This side dials the peer too, and its name is greater: its own attempt is given up.
        case acceptSimultaneous(cookie: String)
        /// This side dials the peer too, and its name is smaller: its own attempt goes on.
        case refuseSimultaneous
        /// The peer is connected already, as far as this side knows.
        case alive(cookie: String)
        /// The peer may not connect.
        case notAllowed
        /// The peer asked for a name: this one.
        case named(name: String, creation: UInt32, cookie: String)
    }

    public mutating func verdict(_ verdict: Verdict) -> HandshakeAction? {
        guard case .awaitingVerdict(var peer) = state else { return nil }
        switch verdict {
        case .accept(let cookie): return challenge(peer, cookie, after: .status("ok"))
        case .acceptSimultaneous(let cookie): return challenge(peer, cookie, after: .status("ok_simultaneous"))
        case .alive(let cookie):
            state = .awaitingAliveAnswer(peer, cookie: cookie)
            return .send(frame(.status("alive")))
        case .refuseSimultaneous:
            state = .failed
            return .sendAndFail(frame(.status("nok")), .simultaneous)
        case .notAllowed:
            state = .failed
            return .sendAndFail(frame(.status("not_allowed")), .notAllowed(byPeer: false))
        case .named(let name, let creation, let cookie):
            peer.name = name
            peer.creation = creation
            return challenge(peer, cookie, after: .named(name: name, creation: creation))
        }
    }

    /// The shell's answer to ``HandshakeAction/peerIsConnected``: whether this attempt goes on and the peer drops the
    /// connection it has, because this side knows nothing of that.
    public mutating func goOn(_ isWanted: Bool) -> HandshakeAction? {
        guard case .awaitingDecision(let peer, let cookie) = state else { return nil }
        guard isWanted else {
            state = .failed
            return .sendAndFail(frame(.status("false")), .simultaneous)
        }
        state = .awaitingChallenge(peer: peer, cookie: cookie)
        return .send(frame(.status("true")))
    }

    // MARK: Steps

    private mutating func handle(_ bytes: [UInt8]) -> HandshakeAction {
        switch state {
        case .awaitingStatus(let peer, let cookie):
            switch HandshakeMessage(bytes, for: .initiator) {
            case .status(let status)?: return statusReceived(status, peer, cookie)
            case .named(let name, let creation)? where identity.flags.contains(.nameMe):
                guard name.split(separator: "@", omittingEmptySubsequences: false).count == 2 else {
                    return fail(.badName(name))
                }
                givenName = GivenName(name: name, creation: creation)
                state = .awaitingChallenge(peer: peer, cookie: cookie)
                return .none
            default: return fail(.garbage("no status"))
            }
        case .awaitingChallenge(let peer, let cookie):
            guard
                case .challenge(let flags, let challenge, let creation, let name)? =
                    HandshakeMessage(bytes, for: .initiator)
            else { return fail(.garbage("no challenge")) }
            guard name == peer else { return fail(.nameMismatch(name)) }
            let flagSet = DistributionFlags(rawValue: flags).expanded
            guard flagSet.missing.isEmpty else { return fail(.flagsRefused(missing: flagSet.missing)) }
            state = .awaitingAcknowledgement(
                Peer(name: name, creation: creation, flags: flagSet), cookie: cookie)
            let digest = MD5.handshakeDigest(cookie: cookie, challenge: challenge)
            return .send(frame(.reply(challenge: identity.challenge, digest: digest)))
        case .awaitingAcknowledgement(let peer, let cookie):
            guard case .acknowledgement(let digest)? = HandshakeMessage(bytes, for: .initiator) else {
                return fail(.garbage("no acknowledgement"))
            }
            guard digest == MD5.handshakeDigest(cookie: cookie, challenge: identity.challenge) else {
                return fail(.cookieRefused(byPeer: false))
            }
            return succeed(peer, sending: [])
        case .awaitingName: return nameReceived(bytes)
        case .awaitingAliveAnswer(let peer, let cookie):
            guard case .status(let answer)? = HandshakeMessage(bytes, for: .acceptor) else {
                return fail(.garbage("no answer to alive"))
            }
            guard answer == "true" else { return fail(.closedByPeer) }
            return challenge(peer, cookie, after: nil)
        case .awaitingComplement(var peer, let cookie):
            guard case .complement(let high, let creation)? = HandshakeMessage(bytes, for: .acceptor) else {
                return fail(.garbage("no complement"))
            }
            peer.flags = DistributionFlags(rawValue: peer.flags.rawValue | UInt64(high) << 32)
            peer.creation = creation
            state = .awaitingReply(peer, cookie: cookie)
            return .none
        case .awaitingReply(let peer, let cookie):
            guard case .reply(let challenge, let digest)? = HandshakeMessage(bytes, for: .acceptor) else {
                return fail(.garbage("no challenge reply"))
            }
            guard digest == MD5.handshakeDigest(cookie: cookie, challenge: identity.challenge) else {
                return fail(.cookieRefused(byPeer: false))
            }
            let answer = MD5.handshakeDigest(cookie: cookie, challenge: challenge)
            return succeed(peer, sending: frame(.acknowledgement(digest: answer)))
        case .initiatorStart, .awaitingVerdict, .awaitingDecision, .done, .failed: return .none
        }
    }

    private mutating func statusReceived(_ status: String, _ peer: String, _ cookie: String) -> HandshakeAction {
        switch status {
        case "ok", "ok_simultaneous":
            guard !identity.flags.contains(.nameMe) else { return fail(.notNamed) }
            state = .awaitingChallenge(peer: peer, cookie: cookie)
            return .none
        case "alive":
            state = .awaitingDecision(peer: peer, cookie: cookie)
            return .peerIsConnected
        case "nok": return fail(.simultaneous)
        case "not_allowed": return fail(.notAllowed(byPeer: true))
        default: return fail(.garbage("status \(status.debugDescription)"))
        }
    }

    private mutating func nameReceived(_ bytes: [UInt8]) -> HandshakeAction {
        let peer: Peer
        switch HandshakeMessage(bytes, for: .acceptor) {
        case .name(let flags, let creation, let name)?:
            peer = Peer(name: name, creation: creation, flags: DistributionFlags(rawValue: flags).expanded)
        case .oldName(let flags, let name)?:
            peer = Peer(
                name: name, creation: 0, flags: DistributionFlags(rawValue: UInt64(flags)).expanded,
                needsComplement: true)
        default: return fail(.garbage("no name"))
        }
        let parts = peer.name.split(separator: "@", omittingEmptySubsequences: false)
        let wantsName = peer.flags.contains(.nameMe) && parts.count == 1 && !peer.name.isEmpty
        guard wantsName || (parts.count == 2 && !parts.contains("")) else { return fail(.badName(peer.name)) }
        guard peer.flags.missing.isEmpty else {
            state = .failed
            return .sendAndFail(frame(.status("not_allowed")), .flagsRefused(missing: peer.flags.missing))
        }
        state = .awaitingVerdict(peer)
        return .peerNamed(name: peer.name, flags: peer.flags)
    }

    private mutating func challenge(
        _ peer: Peer, _ cookie: String, after status: HandshakeMessage?
    ) -> HandshakeAction {
        state = peer.needsComplement ? .awaitingComplement(peer, cookie: cookie) : .awaitingReply(peer, cookie: cookie)
        var flags = identity.flags
        if peer.flags.contains(.nameMe) { flags = flags.union(.nameMe).subtracting(.published) }
        let challenge = HandshakeMessage.challenge(
            flags: flags.rawValue, challenge: identity.challenge, creation: identity.creation, name: identity.name)
        return .send((status.map { frame($0) } ?? []) + frame(challenge))
    }

    private mutating func succeed(_ peer: Peer, sending bytes: [UInt8]) -> HandshakeAction {
        state = .done
        let leftover = buffer
        buffer = []
        return .succeed(
            sending: bytes,
            HandshakeResult(
                peer: peer.name, creation: peer.creation,
                flags: peer.flags.intersection(identity.flags.expanded), leftover: leftover, givenName: givenName))
    }

    private mutating func fail(_ failure: HandshakeFailure) -> HandshakeAction {
        state = .failed
        return .fail(failure)
    }

    private func frame(_ message: HandshakeMessage) -> [UInt8] {
        let bytes = message.bytes
        let length = (0..<identity.lengthBytes).reversed().map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) }
        return length + bytes
    }
}

/// What the shell of a handshake does next.
public enum HandshakeAction: Sendable, Equatable {
    case none
    case send([UInt8])
    /// Another node wants in: decide with `verdict(_:)`.
    case peerNamed(name: String, flags: DistributionFlags)
    /// The node that is dialled says it is connected with this one: decide with `goOn(_:)`.
    case peerIsConnected
    /// Send, then frames begin: with the leftover bytes first.
    case succeed(sending: [UInt8], HandshakeResult)
    /// Send, then close.
    case sendAndFail([UInt8], HandshakeFailure)
    /// Close.
    case fail(HandshakeFailure)
}

/// What a handshake agreed on.
public struct HandshakeResult: Sendable, Equatable {
    public let peer: String
    public let creation: UInt32
    /// What both sides offer.
    public let flags: DistributionFlags
    /// Bytes that came behind the handshake.
    public let leftover: [UInt8]
    /// What the peer named this node, if it was asked.
    public let givenName: GivenName?
}

/// A name that a peer gave to a node that asked for one.
public struct GivenName: Sendable, Equatable {
    public let name: String
    public let creation: UInt32
}

/// Why a handshake failed.
public enum HandshakeFailure: Error, Sendable, Equatable {
    /// The digest was wrong: ours for the peer (which then closes without a word), or the peer's for us.
    case cookieRefused(byPeer: Bool)
    case flagsRefused(missing: [String])
    case notAllowed(byPeer: Bool)
    /// Both dial, and the other attempt wins.
    case simultaneous
    /// TLS, which the handshake runs inside of.
    case tls(String)
    case nameMismatch(String)
    /// The peer gives no names.
    case notNamed
    case badName(String)
    case garbage(String)
    case closedByPeer
    case timeout
}

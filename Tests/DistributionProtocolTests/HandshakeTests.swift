import DistributionProtocol
import Support
import Testing

/// One side of a recorded handshake: what we said and what the BEAM said, in order.
private struct Transcript {
    var name: String
    var steps: [(isOurs: Bool, bytes: [UInt8])]

    static let all: [Transcript] = {
        var transcripts: [Transcript] = []
        for row in vectors("handshakes.tsv") where row[1] != "-" {
            if transcripts.last?.name != row[0] { transcripts.append(Transcript(name: row[0], steps: [])) }
            transcripts[transcripts.count - 1].steps.append((row[2] == "us>beam", unhex(row[3]) ?? []))
        }
        return transcripts
    }()

    static func named(_ prefix: String) -> Transcript? { all.first { $0.name.hasPrefix(prefix) } }

    private func number(_ bytes: some Collection<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

    /// What we were, by the messages that we sent.
    func identity() -> HandshakeStateMachine.Identity? {
        let ours = steps.filter(\.isOurs).map(\.bytes)
        if let message = ours.first(where: { $0[2] == 0x4E && steps[0].isOurs }) {
            let reply = ours.first { $0[2] == 0x72 }
            return HandshakeStateMachine.Identity(
                name: String(decoding: message[17...], as: UTF8.self), creation: UInt32(number(message[11..<15])),
                flags: DistributionFlags(rawValue: number(message[3..<11])),
                challenge: reply.map { UInt32(number($0[3..<7])) } ?? 0)
        }
        guard let message = ours.first(where: { $0[2] == 0x4E }) else { return nil }
        return HandshakeStateMachine.Identity(
            name: String(decoding: message[21...], as: UTF8.self), creation: UInt32(number(message[15..<19])),
            flags: DistributionFlags(rawValue: number(message[3..<11])),
            challenge: UInt32(number(message[11..<15])))
    }

    /// The name of the BEAM, from its challenge or its name message.
    var peer: String {
        for step in steps where !step.isOurs && step.bytes[2] == 0x4E {
            return String(decoding: step.bytes[(steps[0].isOurs ? 21 : 17)...], as: UTF8.self)
        }
        return "a@127.0.0.1"
    }
}

/// Everything a machine does with some bytes, fed in pieces of a size.
private func feed(
    _ bytes: [UInt8], to machine: inout HandshakeStateMachine, pieces: Int
) -> [HandshakeAction] {
    var actions: [HandshakeAction] = []
    for start in stride(from: 0, to: bytes.count, by: pieces) {
        var next = machine.received(bytes[start..<min(start + pieces, bytes.count)])
        while let action = next {
            actions.append(action)
            next = machine.received([])
        }
    }
    return actions.filter { $0 != .none }
}

/// Recorded messages with lengths of four bytes instead of two.
private func withLongLengths(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var rest = bytes[...]
    while let high = rest.popFirst(), let low = rest.popFirst() {
        let length = Int(high) << 8 | Int(low)
        result += [0, 0, high, low] + rest.prefix(length)
        rest = rest.dropFirst(length)
    }
    return result
}

private func sent(_ actions: [HandshakeAction]) -> [UInt8] {
    var bytes: [UInt8] = []
    for action in actions {
        switch action {
        case .send(let more), .sendAndFail(let more, _), .succeed(let more, _): bytes += more
        default: break
        }
    }
    return bytes
}

@Suite struct HandshakeTests {
    @Test func anAttemptThatIsNotWantedAnyMoreEndsWithFalse() throws {
        var machine = HandshakeStateMachine(
            initiating: .init(name: "us@h", creation: 1, flags: .visible, challenge: 2), to: "b@h", cookie: "c")
        _ = machine.start()
        #expect(machine.received([0, 6, 0x73] + Array("alive".utf8)) == .peerIsConnected)
        #expect(machine.received([]) == nil)
        let answer = machine.goOn(false)
        #expect(answer == .sendAndFail([0, 6, 0x73] + Array("false".utf8), .simultaneous))
        #expect(machine.goOn(true) == nil)
    }

    @Test(
        arguments: [
            "we initiate, visible, status ok", "we initiate, hidden", "we initiate, all flags",
            "we initiate while connected: status alive, we answer true",
        ], [1, 3, 4096])
    func asInitiatorWeSayWhatWasRecorded(name: String, pieces: Int) throws {
        let transcript = try #require(Transcript.named(name))
        var machine = HandshakeStateMachine(
            initiating: try #require(transcript.identity()), to: transcript.peer, cookie: "labcookie")
        let start = machine.start()
        var output = sent([try #require(start)])
        var last: HandshakeAction?
        for step in transcript.steps where !step.isOurs {
            var actions = feed(step.bytes, to: &machine, pieces: pieces)
            if actions.last == .peerIsConnected, let next = machine.goOn(true) { actions.append(next) }
            output += sent(actions)
            last = actions.last ?? last
        }
        #expect(hex(output) == hex(transcript.steps.filter(\.isOurs).flatMap(\.bytes)))
        guard case .succeed(_, let result) = last else {
            Issue.record("no success: \(String(describing: last))")
            return
        }
        #expect(result.peer == "a@127.0.0.1" && result.leftover.isEmpty)
        #expect(result.flags.contains(.spawn) && !result.flags.contains(.fragments) || name.contains("all flags"))
    }

    @Test(
        arguments: [
            "beam initiates, we answer ok", "beam initiates hidden", "beam initiates, we answer ok_simultaneous",
            "beam initiates, we answer alive, beam answers true", "beam with dynamic name",
        ], [1, 5, 4096])
    func asAcceptorWeSayWhatWasRecorded(name: String, pieces: Int) throws {
        let transcript = try #require(Transcript.named(name))
        var identity = try #require(transcript.identity())
        // The recorded flags of the dynamic case are those after the echo of NAME_ME.
        if name.contains("dynamic") { identity.flags = .visible.subtracting([.distHeaderAtomCache, .fragments]) }
        var machine = HandshakeStateMachine(accepting: identity)
        var output: [UInt8] = []
        var result: HandshakeResult?
        for step in transcript.steps where !step.isOurs {
            for action in feed(step.bytes, to: &machine, pieces: pieces) {
                output += sent([action])
                if case .succeed(_, let success) = action { result = success }
                guard case .peerNamed = action else { continue }
                let verdict: HandshakeStateMachine.Verdict =
                    if name.contains("ok_simultaneous") {
                        .acceptSimultaneous(cookie: "labcookie")
                    } else if name.contains("alive") { .alive(cookie: "labcookie") } else if name.contains("dynamic") {
                        .named(name: "DYN1@127.0.0.1", creation: 99, cookie: "labcookie")
                    } else { .accept(cookie: "labcookie") }
                let answer = machine.verdict(verdict)
                output += sent([try #require(answer)])
            }
        }
        #expect(hex(output) == hex(transcript.steps.filter(\.isOurs).flatMap(\.bytes)))
        #expect(result?.peer == (name.contains("dynamic") ? "DYN1@127.0.0.1" : "a@127.0.0.1"))
        #expect(result?.flags.contains(.published) == !(name.contains("hidden") || name.contains("dynamic")))
    }

    @Test(
        arguments: ["we initiate, visible, status ok", "beam initiates, we answer ok", "beam initiates hidden"],
        [1, 3, 4096])
    func insideTLSEachLengthHasFourBytes(name: String, pieces: Int) throws {
        let transcript = try #require(Transcript.named(name))
        var identity = try #require(transcript.identity())
        identity.lengthBytes = 4
        var machine =
            transcript.steps[0].isOurs
            ? HandshakeStateMachine(initiating: identity, to: transcript.peer, cookie: "labcookie")
            : HandshakeStateMachine(accepting: identity)
        var output = sent([machine.start()].compactMap { $0 })
        var result: HandshakeResult?
        for step in transcript.steps where !step.isOurs {
            for action in feed(withLongLengths(step.bytes), to: &machine, pieces: pieces) {
                output += sent([action])
                if case .succeed(_, let success) = action { result = success }
                guard case .peerNamed = action, let next = machine.verdict(.accept(cookie: "labcookie")) else {
                    continue
                }
                output += sent([next])
            }
        }
        #expect(hex(output) == hex(transcript.steps.filter(\.isOurs).flatMap { withLongLengths($0.bytes) }))
        #expect(result?.peer == "a@127.0.0.1" && result?.leftover == [])
    }

    @Test func aLengthOfFourBytesIsCheckedBeforeMemoryIsTaken() {
        var identity = identity()
        identity.lengthBytes = 4
        for bytes: [UInt8] in [[0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 0], [0, 3, 0x73, 0x6F]] {
            var machine = HandshakeStateMachine(accepting: identity)
            guard case .fail(.garbage)? = machine.received(bytes) else {
                Issue.record("\(bytes) is taken")
                continue
            }
        }
    }

    @Test func framesBehindTheAcknowledgementAreLeftOver() throws {
        let transcript = try #require(Transcript.named("we initiate, visible"))
        var machine = HandshakeStateMachine(
            initiating: try #require(transcript.identity()), to: transcript.peer, cookie: "labcookie")
        _ = machine.start()
        let bytes = transcript.steps.filter { !$0.isOurs }.flatMap(\.bytes) + [0, 0, 0, 0]
        guard case .succeed(_, let result)? = feed(bytes, to: &machine, pieces: 4096).last else {
            Issue.record("no success")
            return
        }
        #expect(result.leftover == [0, 0, 0, 0])
    }

    @Test func aWrongCookieIsToldFromOtherEnds() throws {
        let transcript = try #require(Transcript.named("wrong cookie from us"))
        var machine = HandshakeStateMachine(
            initiating: try #require(transcript.identity()), to: "a@127.0.0.1", cookie: "wrong")
        _ = machine.start()
        for step in transcript.steps where !step.isOurs { _ = feed(step.bytes, to: &machine, pieces: 4096) }
        let end = machine.closed()
        #expect(end == .fail(.cookieRefused(byPeer: true)))

        var acceptor = HandshakeStateMachine(accepting: identity())
        let other = try #require(Transcript.named("beam initiates, we answer ok"))
        let theirs = other.steps.filter { !$0.isOurs }.map(\.bytes)
        _ = feed(theirs[0], to: &acceptor, pieces: 4096)
        _ = acceptor.verdict(.accept(cookie: "another"))
        #expect(feed(theirs[1], to: &acceptor, pieces: 4096) == [.fail(.cookieRefused(byPeer: false))])
    }

    @Test func missingFlagsAreNamedAndRefused() throws {
        let transcript = try #require(Transcript.named("missing mandatory flag MAP_TAG"))
        var machine = HandshakeStateMachine(accepting: identity())
        let actions = feed(transcript.steps[0].bytes, to: &machine, pieces: 4096)
        #expect(actions == [.sendAndFail(transcript.steps[1].bytes, .flagsRefused(missing: ["MAP_TAG"]))])
        // From the other side, the status is all that is said.
        var initiator = HandshakeStateMachine(initiating: identity(), to: "a@127.0.0.1", cookie: "c")
        _ = initiator.start()
        #expect(feed(transcript.steps[1].bytes, to: &initiator, pieces: 1) == [.fail(.notAllowed(byPeer: true))])
    }

    @Test func theDigestBitStandsForAllOfOTP25() {
        #expect(DistributionFlags.mandatory25Digest.missing == [])
        #expect(DistributionFlags([]).missing.count == 11)
        #expect(DistributionFlags.visible.rawValue == 0xd_07df_7fbd)
        #expect(DistributionFlags.hidden.rawValue == 0xd_07df_7fbc)
    }

    @Test func bytesBehindTheNameAreIgnored() throws {
        let transcript = try #require(Transcript.named("beam initiates, we answer ok"))
        var bytes = transcript.steps[0].bytes + [1, 2, 3]
        bytes[1] += 3
        var machine = HandshakeStateMachine(accepting: identity())
        guard case .peerNamed(let name, _)? = feed(bytes, to: &machine, pieces: 4096).first else {
            Issue.record("not accepted")
            return
        }
        #expect(name == "a@127.0.0.1")
    }

    @Test func theOldNameMessageIsAcceptedWithItsComplement() {
        var machine = HandshakeStateMachine(accepting: identity())
        let flags = DistributionFlags.visible.rawValue
        let name = HandshakeMessage.oldName(flags: UInt32(truncatingIfNeeded: flags), name: "old@h").bytes
        _ = feed([0, UInt8(name.count)] + name, to: &machine, pieces: 4096)
        _ = machine.verdict(.accept(cookie: "c"))
        let complement = HandshakeMessage.complement(flagsHigh: UInt32(flags >> 32), creation: 7).bytes
        let reply = HandshakeMessage.reply(
            challenge: 9, digest: MD5.handshakeDigest(cookie: "c", challenge: 1)
        ).bytes
        let bytes = [0, UInt8(complement.count)] + complement + [0, UInt8(reply.count)] + reply
        guard case .succeed(_, let result)? = feed(bytes, to: &machine, pieces: 1).last else {
            Issue.record("no success")
            return
        }
        #expect(result.creation == 7 && result.flags.contains(.spawn))
    }

    @Test(arguments: ["nohost", "@h", "a@", "a@b@c"])
    func namesThatAreNoneAreRefused(name: String) {
        var machine = HandshakeStateMachine(accepting: identity())
        let message = HandshakeMessage.name(
            flags: DistributionFlags.visible.rawValue, creation: 1, name: name
        ).bytes
        #expect(feed([0, UInt8(message.count)] + message, to: &machine, pieces: 4096) == [.fail(.badName(name))])
    }

    @Test func garbageAtAnyPointFailsAndNeverTraps() throws {
        var random = SeededRandom(seed: 7)
        for transcript in Transcript.all {
            for _ in 0..<200 {
                guard let identity = transcript.identity() else { continue }
                var machine =
                    transcript.steps[0].isOurs
                    ? HandshakeStateMachine(initiating: identity, to: transcript.peer, cookie: "labcookie")
                    : HandshakeStateMachine(accepting: identity)
                _ = machine.start()
                for step in transcript.steps where !step.isOurs {
                    var bytes = step.bytes
                    if Bool.random(using: &random) {
                        bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
                    }
                    for action in feed(bytes, to: &machine, pieces: 7) {
                        if case .peerNamed = action { _ = machine.verdict(.accept(cookie: "labcookie")) }
                    }
                }
                _ = machine.closed(timedOut: Bool.random(using: &random))
                let after = machine.received([1, 2, 3, 4])
                #expect(after == nil || transcript.steps[0].isOurs)
            }
        }
    }

    private func identity() -> HandshakeStateMachine.Identity {
        HandshakeStateMachine.Identity(name: "us@127.0.0.1", creation: 5, flags: .visible, challenge: 1)
    }
}

/// A repeatable source of random numbers (xorshift64*).
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }
}

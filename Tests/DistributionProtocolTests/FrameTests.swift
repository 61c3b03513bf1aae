import DistributionProtocol
import Terms
import Testing

@Suite struct FrameTests {
    private static let rows = vectors("frames.tsv").filter { $0[2] == "msg" }

    private func decode(_ bytes: [UInt8]) throws -> Frame {
        try bytes.withUnsafeBytes { try FrameCodec.decode($0, owner: nil, limits: .standard) }
    }

    /// Every frame that was recorded is understood, and written back the same.
    @Test func recordedFramesAreReadAndWrittenBack() throws {
        #expect(Self.rows.count > 200)
        for row in Self.rows {
            let bytes = try #require(unhex(row[3]))
            guard case .message(let control, let message) = try decode(Array(bytes[4...])) else {
                Issue.record("no message: \(row[0])")
                continue
            }
            #expect(control.carriesMessage == (message != nil))
            var writer = ByteWriter()
            FrameCodec.encode(control, message: message, into: &writer)
            // Maps come in the sender's order, ports in the sender's tag.
            // What was sent to the BEAM was made by another tool, which is not always canonical.
            if row[1] == "us>beam" || row[4].contains("#{") || row[4].contains("#Port<") { continue }
            #expect(hex(writer.bytes) == row[3], "\(row[0]): \(row[4])")
        }
    }

    @Test func anEmptyFrameIsATick() throws {
        guard case .tick = try decode([]) else {
            Issue.record("no tick")
            return
        }
    }

    @Test func truncatedFramesAreRefused() throws {
        for row in Self.rows.prefix(60) {
            let bytes = try #require(unhex(row[3]))[4...]
            for end in (bytes.startIndex + 1)..<bytes.endIndex {
                let cut = Array(bytes[..<end])
                // A control message may be whole before its message is cut off; then the message is missing.
                #expect(throws: FrameError.self, "\(row[4]) cut at \(end)") { try decode(cut) }
            }
        }
    }

    @Test(arguments: [
        "83680161636a", "7083610170", "708368026163", "70836a", "708368016164", "70836803610161016102", "6f",
        "70836802610561ff", "708368046116616103",
    ])
    func nonsenseIsRefused(text: String) throws {
        let bytes = try #require(unhex(text))
        #expect(throws: FrameError.self) { try decode(bytes) }
    }

    @Test func mutatedFramesNeverTrap() throws {
        var random = SeededRandom(seed: 3)
        let corpus = Self.rows.compactMap { unhex($0[3]).map { Array($0[4...]) } }
        for round in 0..<20_000 {
            var bytes = corpus[round % corpus.count]
            for _ in 0..<2 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            if case .message(let control, let message)? = try? decode(bytes) {
                var writer = ByteWriter()
                FrameCodec.encode(control, message: message, into: &writer)
            }
        }
    }

    @Test func everyOperationHasTheNumberOfTheProtocol() {
        let pid = Pid(node: "a@h", id: 1, serial: 0, creation: 4)
        let reference = Reference(node: "a@h", creation: 4, words: [1, 2, 3])
        let controls: [(ControlMessage, Int)] = [
            (.link(from: pid, to: pid), 1), (.send(to: pid, token: nil), 2), (.send(to: pid, token: 5), 12),
            (.exit(from: pid, to: pid, reason: 1, token: nil), 3), (.exit(from: pid, to: pid, reason: 1, token: 5), 13),
            (.regSend(from: pid, to: "n", token: nil), 6), (.regSend(from: pid, to: "n", token: 5), 16),
            (.groupLeader(leader: pid, to: pid), 7), (.exit2(from: pid, to: pid, reason: 1, token: nil), 8),
            (.exit2(from: pid, to: pid, reason: 1, token: 5), 18),
            (.monitor(from: pid, to: .name("n"), reference: reference), 19),
            (.demonitor(from: pid, to: .pid(pid), reference: reference), 20),
            (.monitorExit(from: .pid(pid), to: pid, reference: reference, reason: 1), 21),
            (.sendSender(from: pid, to: pid, token: nil), 22), (.sendSender(from: pid, to: pid, token: 5), 23),
            (.exit(from: pid, to: pid, reason: nil, token: nil), 24),
            (.exit(from: pid, to: pid, reason: nil, token: 5), 25),
            (.exit2(from: pid, to: pid, reason: nil, token: nil), 26),
            (.exit2(from: pid, to: pid, reason: nil, token: 5), 27),
            (.monitorExit(from: .name("n"), to: pid, reference: reference, reason: nil), 28),
            (
                .spawnRequest(
                    requestID: reference, from: pid, groupLeader: pid, module: "m", function: "f", arity: 1,
                    options: [], token: nil), 29
            ),
            (
                .spawnRequest(
                    requestID: reference, from: pid, groupLeader: pid, module: "m", function: "f", arity: 1,
                    options: [], token: 5), 30
            ),
            (.spawnReply(requestID: reference, to: pid, flags: 2, result: .pid(pid), token: nil), 31),
            (.spawnReply(requestID: reference, to: pid, flags: 2, result: .pid(pid), token: 5), 32),
            (.aliasSend(from: pid, to: reference, token: nil), 33),
            (.aliasSend(from: pid, to: reference, token: 5), 34),
            (.unlinkID(id: .max, from: pid, to: pid), 35), (.unlinkIDAcknowledged(id: 1, from: pid, to: pid), 36),
            (.altactSend(flags: 4, from: pid, to: .reference(reference), token: nil), 37),
            (.altactSend(flags: 6, from: pid, to: .reference(reference), token: 5), 37),
        ]
        for (control, number) in controls {
            #expect(control.term.asTuple?[0] == .integer(number), "\(control)")
            #expect((try? ControlMessage(control.term)) == control, "\(control)")
        }
    }
}

@Suite struct TickTests {
    @Test func anIdleConnectionTicksEveryQuarter() {
        var ticks = TickStateMachine()
        ticks.read()
        #expect(ticks.quarterPassed() == .sendTick)
        ticks.wrote()
        ticks.read()
        #expect(ticks.quarterPassed() == .none)
        ticks.read()
        #expect(ticks.quarterPassed() == .sendTick)
    }

    @Test func aPeerThatIsSilentForFourQuartersIsDown() {
        var ticks = TickStateMachine()
        ticks.read()
        for _ in 0..<4 { #expect(ticks.quarterPassed() != .peerIsDown) }
        #expect(ticks.quarterPassed() == .peerIsDown)
    }
}

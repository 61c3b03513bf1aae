import DistributionProtocol
import Terms
import Testing

/// What is written is read back: the same messages, each sender's in order, whatever was agreed on.
@Suite struct FrameWriterTests {
    /// A connection's two ends without a wire between.
    private struct Link: ~Copyable {
        var writer: FrameWriter
        var reader: FrameReader
        var received: [(control: ControlMessage, message: Term?)] = []
        var bytes: [UInt8] = []
        var longestFrame = 0

        init(_ flags: DistributionFlags) {
            writer = FrameWriter(flags: flags)
            reader = FrameReader(flags: flags, limits: .standard)
        }

        mutating func send(_ control: ControlMessage, _ message: Term?) {
            guard !writer.append(control, message: message) else { return }
            if let message { writer.append(LargeMessage(control, message)) }
        }

        /// Takes what may be written now, and reads it.
        mutating func pass(atMost limit: Int = .max) throws {
            var taken: [UInt8] = []
            writer.take(atMost: limit) { bytes, _ in taken.append(contentsOf: bytes) }
            bytes = taken
            var offset = 0
            while offset < taken.count {
                let length = taken[offset..<(offset + 4)].reduce(0) { $0 << 8 | Int($1) }
                longestFrame = max(longestFrame, length)
                let frame = try taken.withUnsafeBytes { all throws(FrameError) in
                    try reader.read(
                        UnsafeRawBufferPointer(rebasing: all[(offset + 4)..<(offset + 4 + length)]), owner: nil)
                }
                if case .message(let control, let message)? = frame { received.append((control, message)) }
                offset += 4 + length
            }
        }
    }

    private static let agreements: [DistributionFlags] = [
        .visible, [.fragments], [.distHeaderAtomCache], [], .visible.subtracting(.fragments),
    ]

    private static func pid(_ number: Int) -> Pid {
        Pid(node: "a@b", id: UInt32(number), serial: 0, creation: 3)
    }

    @Test(arguments: agreements) func eachSendersMessagesArriveInOrder(_ flags: DistributionFlags) throws {
        var random = SeededRandom(seed: flags.rawValue &+ 11)
        var link = Link(flags)
        var sent: [[Term]] = Array(repeating: [], count: 5)
        for number in 0..<600 {
            let sender = Int.random(in: 0..<5, using: &random)
            let body: Term =
                switch Int.random(in: 0..<10, using: &random) {
                case 0: .binary(Binary([UInt8](repeating: UInt8(number & 255), count: 300_000)))
                case 1: .makeList((0..<20_000).map { .integer($0 * number) })
                case 2: .makeList((0..<400).map { _ in .atom(Atom("f\(Int.random(in: 0..<6000, using: &random))")) })
                default: .tuple([.atom(Atom("f\(number % 40)")), .integer(number)])
                }
            let message: Term = .tuple([.integer(number), body])
            sent[sender].append(message)
            link.send(.sendSender(from: Self.pid(sender), to: Self.pid(99), token: nil), message)
            if Int.random(in: 0..<3, using: &random) == 0 { try link.pass(atMost: 100_000) }
        }
        try link.pass()
        #expect(link.writer.count == 0)
        for sender in 0..<5 {
            let received = link.received.compactMap { control, message in
                if case .sendSender(from: Self.pid(sender), _, _) = control { message } else { nil }
            }
            #expect(received == sent[sender])
        }
        if flags.contains(.fragments) { #expect(link.longestFrame < FrameWriter.fragmentSize + 200) }
    }

    @Test func othersGoBetweenThePartsOfALargeMessage() throws {
        var link = Link(.visible)
        let large: Term = .binary(Binary([UInt8](repeating: 7, count: 1 << 20)))
        link.send(.sendSender(from: Self.pid(1), to: Self.pid(9), token: nil), large)
        link.send(.sendSender(from: Self.pid(2), to: Self.pid(9), token: nil), large)
        try link.pass(atMost: 1)
        link.send(.sendSender(from: Self.pid(1), to: Self.pid(9), token: nil), .atom("behind"))
        link.send(.sendSender(from: Self.pid(3), to: Self.pid(9), token: nil), .atom("beside"))
        link.send(.monitorExit(from: .name("of whom"), to: Self.pid(9), reference: reference, reason: 1), nil)
        link.writer.appendTick()
        try link.pass(atMost: 1)
        #expect(link.received.map(\.message) == [.atom("beside")])
        // Both large ones are under way: they take turns.
        while link.received.count < 3 { try link.pass(atMost: 1) }
        #expect(link.writer.count < 1 << 17)
        try link.pass()
        let messages = link.received.map(\.message)
        #expect(messages.count == 5 && messages.filter { $0 == large }.count == 2)
        let behind = try #require(messages.firstIndex(of: .atom("behind")))
        #expect(messages[..<behind].contains(large))
        // Of a sender known by name only nothing overtakes.
        #expect(messages.firstIndex { $0 == nil } ?? 0 > messages.lastIndex(of: large) ?? 9)
    }

    private let reference = Reference(
        incarnation: NodeIncarnation(node: "a@b", creation: 1), words: [1, 2, 3])

    @Test func atomsTravelOnce() throws {
        var link = Link(.visible)
        let message: Term = .tuple([.atom("a_rather_long_atom"), .atom("another_rather_long_atom")])
        var lengths: [Int] = []
        for _ in 0..<2 {
            link.send(.regSend(from: Self.pid(1), to: "somebody", token: nil), message)
            try link.pass()
            lengths.append(link.bytes.count)
        }
        #expect(lengths[1] < lengths[0] - 50, "\(lengths)")
        let long = Atom(String(repeating: "ß", count: 200))
        link.send(.regSend(from: Self.pid(1), to: long, token: nil), .atom(long))
        try link.pass()
        #expect(link.received.map(\.message) == [message, message, .atom(long)])
    }

    @Test func aMessageThatTurnsOutToBeLargeLeavesTheCacheAsItWas() throws {
        var link = Link(.visible)
        let atoms: [Term] = (0..<200).map { .atom(Atom("turned\($0)")) }
        let large: Term = .tuple([.makeList(atoms), .binary(Binary([UInt8](repeating: 1, count: 100_000)))])
        for message in [large, .makeList(atoms), large, .makeList(atoms)] {
            link.send(.regSend(from: Self.pid(1), to: "somebody", token: nil), message)
            try link.pass()
        }
        #expect(link.received.map(\.message) == [large, .makeList(atoms), large, .makeList(atoms)])
    }
}

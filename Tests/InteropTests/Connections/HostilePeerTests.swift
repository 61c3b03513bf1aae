import DistributionProtocol
import Glibc
import NIOCore
import NIOPosix
import Node
import Processes
import Terms
import TestKit
import Testing

/// Peers that send what no peer should: the connection ends, the node lives.
@Suite(.serialized, .timeLimit(.minutes(3))) struct HostilePeerTests {
    private func node() async throws -> (Node, Int) {
        var configuration = NodeConfiguration()
        configuration.cookie = "hostile"
        configuration.usesEPMD = false
        configuration.portRange = 24_840...24_899
        let node = Node(configuration: configuration)
        node.boot()
        try await node.start("hostile@127.0.0.1", longNames: true)
        return (node, 0)
    }

    /// Sends bytes on a new connection to the first port of the range that answers; waits until the node closes.
    private func send(_ bytes: [UInt8]) throws -> [UInt8] {
        for port in UInt16(24_840)...24_899 {
            guard let socket = RawPeer.connect(port: port) else { continue }
            defer { close(socket) }
            _ = bytes.withUnsafeBytes { write(socket, $0.baseAddress, $0.count) }
            shutdown(socket, Int32(SHUT_WR))
            var answer: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 4096)
            while case let count = read(socket, &chunk, chunk.count), count > 0 { answer += chunk[..<count] }
            return answer
        }
        return []
    }

    @Test func garbageInTheHandshakeEndsTheConnectionOnly() async throws {
        let (node, _) = try await node()
        var random = UInt64(12345)
        for length in [0, 1, 2, 3, 10, 100, 5000] {
            let bytes = (0..<length).map { _ in
                random = random &* 6_364_136_223_846_793_005 &+ 1
                return UInt8(truncatingIfNeeded: random >> 33)
            }
            _ = try send(bytes)
        }
        #expect(node.isAlive && node.connectedNodes() == [])
        await node.leave()
    }

    @Test func garbageAfterTheHandshakeEndsTheConnectionOnly() async throws {
        let (node, _) = try await node()
        for garbage: [UInt8] in [
            [255, 255, 255, 255], [0, 0, 0, 3, 1, 2, 3], [0, 0, 0, 4, 112, 131, 106, 0],
            [0, 0, 0, 6, 112, 131, 104, 1, 97, 99], [0, 0, 0, 1, 112], [0x7F, 0, 0, 0, 112, 131],
        ] {
            try await reach(garbage)
        }
        for _ in 0..<500 where !node.connectedNodes().isEmpty { try await Task.sleep(nanoseconds: 1_000_000) }
        #expect(node.isAlive && node.connectedNodes() == [])
        await node.leave()
    }
}

extension HostilePeerTests {
    /// Shakes hands with the node and sends bytes; again, if the node is just dialling this very peer to greet it.
    fileprivate func reach(_ bytes: [UInt8]) async throws {
        for _ in 0..<500 {
            for port in UInt16(24_840)...24_899 {
                if try RawPeer.connectAndSend(bytes, port: port, name: "evil@127.0.0.1", cookie: "hostile") { return }
            }
            try await Task.sleep(nanoseconds: 10_000_000)
        }
        Issue.record("the node takes no connection")
    }

    /// OTP 28 has one operation for priority messages, exits and messages to aliases; who sends it unasked is understood.
    @Test func anOperationOfLaterReleasesIsUnderstoodThoughNotOffered() async throws {
        let (node, _) = try await node()
        let received = AsyncStream.makeStream(of: Term.self)
        let process = node.processes.spawn(
            "test", "sink", prepare: { _ = node.processes.register("sink", $0) },
            { me in while true { received.continuation.yield(try await me.receiveAny()) } })
        let alias = process.alias()
        let evil = Pid(node: "evil@127.0.0.1", id: 9, serial: 0, creation: 4)
        func frames(_ signals: [(Int, Term, Term)]) -> [UInt8] {
            var writer = FrameWriter(flags: .visible)
            for (flags, to, message) in signals {
                _ = writer.append(.altactSend(flags: flags, from: evil, to: to, token: nil), message: message)
            }
            var bytes: [UInt8] = []
            writer.take(atMost: .max) { piece, _ in bytes.append(contentsOf: piece) }
            return bytes
        }
        try await reach(
            frames([
                (1, .pid(process.pid), 1), (9, .atom("sink"), 2), (4, .reference(alias), 3),
                (17, .pid(process.pid), .atom(.normal)), (0, .pid(process.pid), 4),
            ]))
        var messages: [Term] = []
        for await message in received.stream {
            messages.append(message)
            if messages.count == 4 { break }
        }
        #expect(messages == [1, 2, 3, 4])
        try await reach(frames([(17, .pid(process.pid), .atom("over"))]))
        try await eventually("gone") { node.processes.process(process.pid) == nil ? "gone" : "alive" }
        await node.leave()
    }
}

/// A peer of blocking sockets that shakes hands properly and then misbehaves.
private enum RawPeer {
    /// A connection with a port of this machine, if somebody answers there; a silent one is given up after two seconds.
    static func connect(port: UInt16) -> Int32? {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var patience = timeval(tv_sec: 2, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        let status = withUnsafePointer(to: &address) { raw in
            raw.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            close(socket)
            return nil
        }
        return socket
    }

    static func connectAndSend(_ bytes: [UInt8], port: UInt16, name: String, cookie: String) throws -> Bool {
        guard let socket = connect(port: port) else { return false }
        defer { close(socket) }
        var machine = HandshakeStateMachine(
            initiating: .init(name: name, creation: 4, flags: .visible, challenge: 77), to: "hostile@127.0.0.1",
            cookie: cookie)
        var action = machine.start()
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            switch action {
            case .send(let out)?: _ = out.withUnsafeBytes { write(socket, $0.baseAddress, $0.count) }
            case .succeed?:
                _ = bytes.withUnsafeBytes { write(socket, $0.baseAddress, $0.count) }
                shutdown(socket, Int32(SHUT_WR))
                while read(socket, &chunk, chunk.count) > 0 {}
                return true
            case .fail?, .sendAndFail?: return false
            // The end of the connection before this one may not have been noticed yet.
            case .peerIsConnected?:
                action = machine.goOn(true)
                continue
            default: break
            }
            action = machine.received([])
            if action != nil { continue }
            let count = read(socket, &chunk, chunk.count)
            guard count > 0 else { return false }
            action = machine.received(chunk[..<count])
        }
    }
}

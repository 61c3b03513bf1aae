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
            let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(socket) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
            let status = withUnsafePointer(to: &address) { raw in
                raw.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard status == 0 else { continue }
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
        let port = 24_840
        for garbage: [UInt8] in [
            [255, 255, 255, 255], [0, 0, 0, 3, 1, 2, 3], [0, 0, 0, 4, 112, 131, 106, 0],
            [0, 0, 0, 6, 112, 131, 104, 1, 97, 99], [0, 0, 0, 1, 112], [0x7F, 0, 0, 0, 112, 131],
        ] {
            var reached = false
            for candidate in port...24_899 where !reached {
                reached = try RawPeer.connectAndSend(
                    garbage, port: UInt16(candidate), name: "evil@127.0.0.1", cookie: "hostile")
            }
            #expect(reached)
        }
        for _ in 0..<500 where !node.connectedNodes().isEmpty { try await Task.sleep(nanoseconds: 1_000_000) }
        #expect(node.isAlive && node.connectedNodes() == [])
        await node.leave()
    }
}

/// A peer of blocking sockets that shakes hands properly and then misbehaves.
private enum RawPeer {
    static func connectAndSend(_ bytes: [UInt8], port: UInt16, name: String, cookie: String) throws -> Bool {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        let status = withUnsafePointer(to: &address) { raw in
            raw.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { return false }
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

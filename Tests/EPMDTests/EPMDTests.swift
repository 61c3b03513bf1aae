import Logging
import NIOCore
import NIOPosix
import TestKit
import Testing

@testable import EPMD

@Suite(.serialized) struct EPMDTests {
    // MARK: Messages

    @Test func theServerAnswersAsEpmdDoes() throws {
        var registry = EPMDRegistry(port: 14820, isRelaxed: false, firstCreation: 0x6b01055a)
        var connection = 4
        for row in vectors("epmd.tsv") {
            let bytes = try #require(unhex(row[1]))
            connection += 1
            let request = try #require(EPMDRequest(Array(bytes[2...])), "\(row[0])")
            #expect(request.bytes == bytes, "\(row[0])")
            let answer = registry.handle(request, from: connection, isLocal: true)
            switch answer {
            case .close: #expect(row[2] == "", "\(row[0])")
            // The creation that a name without history gets is the server's choice; the length is not.
            case .sendAndKeep(let bytes) where row[0].contains("v5"): #expect(bytes.count == 4 && bytes[0] == 121)
            case .sendAndKeep(let bytes), .sendAndClose(let bytes), .sendAndStop(let bytes):
                if row[0] == "DUMP" {
                    #expect(bytes.count == row[2].count / 2)
                } else {
                    #expect(hex(bytes) == row[2], "\(row[0])")
                }
            }
            // A refused registration keeps its connection and holds nothing.
        }
    }

    @Test func aNameComesBackWithTheNextCreation() {
        var registry = EPMDRegistry(port: 1, isRelaxed: false, firstCreation: 100)
        let request = EPMDRequest.alive(EPMDNode(name: "foo", port: 5))
        func creation(_ answer: EPMDRegistry.Answer) -> UInt32? {
            if case .sendAndKeep(let bytes) = answer { EPMDResponse.parseAlive(bytes)?.creation } else { nil }
        }
        #expect(creation(registry.handle(request, from: 1, isLocal: true)) == 100)
        registry.connectionClosed(1)
        #expect(creation(registry.handle(request, from: 2, isLocal: true)) == 101)
        #expect(registry.handle(request, from: 3, isLocal: false) == .close)
    }

    @Test func garbageIsNoRequest() {
        for body: [UInt8] in [[], [1], [120], [120, 0, 1], [122], [110, 1], [115, 255]] {
            #expect(EPMDRequest(body) == nil)
        }
        var truncated = Array(EPMDRequest.alive(EPMDNode(name: "foo", port: 5)).bytes[2...])
        while truncated.count > 1 {
            truncated.removeLast()
            #expect(EPMDRequest(truncated) == nil)
        }
    }

    // MARK: Sockets

    private func withServer(_ port: Int, _ body: (EPMDClient, MultiThreadedEventLoopGroup) async throws -> Void)
        async throws
    {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let server = EPMDServer(port: port, firstCreation: 50, group: group)
        try await server.start(addresses: ["127.0.0.1"])
        try await body(EPMDClient(host: "127.0.0.1", port: port, eventLoopGroup: group), group)
        server.stop()
        try await group.shutdownGracefully()
    }

    @Test func ourClientAndServerAgree() async throws {
        try await withServer(FreePort.next()) { client, _ in
            let logger = Logger(label: "test")
            let registration = try await client.register(EPMDNode(name: "foo", port: 1234), logger: logger)
            #expect(registration.creation == 50)
            #expect(try await client.lookUp("foo").port == 1234)
            #expect(try await client.names().map(\.name) == ["foo"])
            await #expect(throws: EPMDError.nameTaken) {
                try await client.register(EPMDNode(name: "foo", port: 1), logger: logger)
            }
            await #expect(throws: EPMDError.nameNotRegistered) { try await client.lookUp("bar") }
            await #expect(throws: EPMDError.refused) { try await client.kill() }
            registration.close()
        }
    }

    @Test func nobodyThereIsUnreachable() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let client = EPMDClient(host: "127.0.0.1", port: FreePort.next(), eventLoopGroup: group)
        do {
            _ = try await client.names()
            Issue.record("somebody answered")
        } catch {
            guard case .unreachable = error else {
                Issue.record("\(error)")
                return
            }
        }
        try await group.shutdownGracefully()
    }

    @Test(.enabled(if: OTPPeer.isInstalled)) func realNodesUseOurServer() async throws {
        let port = FreePort.next()
        try await withServer(port) { client, _ in
            let peer = try await OTPPeer("x@127.0.0.1", cookie: "c", epmdPort: port)
            #expect(try await client.names().map(\.name) == ["x"])
            #expect(try await peer.evaluate("net_adm:names().").hasPrefix("{ok,[{\"x\","))
            let names = try ChildProcess("epmd", ["-port", "\(port)", "-names"])
            try await names.waitFor(text: "name x at port")
            peer.kill()
        }
    }

    @Test(.enabled(if: OTPPeer.isInstalled)) func ourClientUsesARealEpmdAndRegistersAgainWhenItComesBack() async throws
    {
        let epmd = try await OTPEpmd()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let client = EPMDClient(host: "127.0.0.1", port: epmd.port, eventLoopGroup: group)
        let registration = try await client.register(EPMDNode(name: "ours", port: 4321), logger: Logger(label: "test"))
        #expect(try await client.lookUp("ours").port == 4321)
        epmd.kill()
        let next = try await OTPEpmdStarter.start(epmd.port)
        var found = false
        for _ in 0..<100 where !found {
            found = (try? await client.lookUp("ours")) != nil
            if !found { try await Task.sleep(nanoseconds: 100_000_000) }
        }
        #expect(found)
        registration.close()
        next.kill()
        try await group.shutdownGracefully()
    }
}

/// A port that was just given up may take a moment.
private enum OTPEpmdStarter {
    static func start(_ port: Int) async throws -> OTPEpmd {
        for _ in 0..<50 {
            if let epmd = try? await OTPEpmd(port: port) { return epmd }
            try await Task.sleep(nanoseconds: 100_000_000)
        }
        return try await OTPEpmd(port: port)
    }
}

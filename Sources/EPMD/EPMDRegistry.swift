/// The names an EPMD knows: requests in, answers out. The sockets belong to ``EPMDServer``.
struct EPMDRegistry {
    /// Tells one connection from another.
    typealias ConnectionID = Int

    private struct Entry {
        var node: EPMDNode
        var connection: ConnectionID
        var creation: UInt32
    }

    /// What to do with the connection of a request.
    enum Answer: Equatable {
        case sendAndClose([UInt8])
        /// The connection is a registration now.
        case sendAndKeep([UInt8])
        case close
        /// Send, then end the server.
        case sendAndStop([UInt8])
    }

    private var entries: [String: Entry] = [:]
    private var order: [String] = []
    /// Creations of names that were registered before: the next life gets the next one.
    private var lastCreations: [String: UInt32] = [:]
    private let port: UInt16
    private let isRelaxed: Bool
    private let firstCreation: UInt32

    /// - Parameter firstCreation: where creations start, never 0; derived from the time by the server.
    init(port: UInt16, isRelaxed: Bool, firstCreation: UInt32) {
        self.port = port
        self.isRelaxed = isRelaxed
        self.firstCreation = max(4, firstCreation)
    }

    /// Answers a request.
    ///
    /// - Parameter isLocal: the peer is on this machine; only such peers may register, dump, kill and stop.
    mutating func handle(_ request: EPMDRequest, from connection: ConnectionID, isLocal: Bool) -> Answer {
        switch request {
        case .alive(let node):
            guard isLocal else { return .close }
            guard node.name.utf8.count <= 255, entries[node.name] == nil else {
                return .sendAndKeep(
                    EPMDResponse.alive(result: 1, creation: 99, highestVersion: node.highestVersion))
            }
            let creation: UInt32
            if node.highestVersion >= 6 {
                creation = lastCreations[node.name].map { $0 == .max ? 4 : $0 + 1 } ?? firstCreation
                if lastCreations.count > 10_000 { lastCreations.removeAll() }
                lastCreations[node.name] = creation
            } else {
                creation = (lastCreations[node.name].map { $0 % 3 } ?? 0) + 1
                lastCreations[node.name] = creation
            }
            entries[node.name] = Entry(node: node, connection: connection, creation: creation)
            order.append(node.name)
            return .sendAndKeep(
                EPMDResponse.alive(result: 0, creation: creation, highestVersion: node.highestVersion))
        case .portPlease(let name):
            return .sendAndClose(EPMDResponse.port(entries[name]?.node))
        case .names:
            let lines = order.compactMap { entries[$0] }.map { "name \($0.node.name) at port \($0.node.port)\n" }
            return .sendAndClose(big(UInt32(port)) + Array(lines.joined().utf8))
        case .dump:
            guard isLocal else { return .close }
            let lines = order.compactMap { entries[$0] }.map {
                "active name     <\($0.node.name)> at port \($0.node.port), fd = \($0.connection)\n\0"
            }
            return .sendAndClose(big(UInt32(port)) + Array(lines.joined().utf8))
        case .kill:
            guard isLocal else { return .close }
            return entries.isEmpty || isRelaxed
                ? .sendAndStop(Array("OK".utf8)) : .sendAndClose(Array("NO".utf8))
        case .stop(let name):
            guard isLocal, isRelaxed else { return .close }
            guard remove(name) else { return .sendAndClose(Array("NOEXIST".utf8)) }
            return .sendAndClose(Array("STOPPED".utf8))
        }
    }

    /// A connection ended; a name registered over it is free again.
    mutating func connectionClosed(_ connection: ConnectionID) {
        for (name, entry) in entries where entry.connection == connection { _ = remove(name) }
    }

    private mutating func remove(_ name: String) -> Bool {
        order.removeAll { $0 == name }
        return entries.removeValue(forKey: name) != nil
    }
}

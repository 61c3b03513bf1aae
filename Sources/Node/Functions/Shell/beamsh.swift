internal import Distribution
internal import Processes
internal import Support
internal import Tables
internal import Terms

// What beamsh has of its own: stores behind one facade, the nodes that are its children, facts about itself.
extension Node {
    static let beamshFunctions: [FunctionEntry] =
        storeFunctions + clusterFunctions + [
            FunctionEntry("beamsh", "system_info", [], "The facts of this node, as pairs.", safe: true) { call in
                .makeList(
                    SystemInfo.keys.compactMap { key in
                        SystemInfo.value(key, of: call.node).map { .tuple([.atom(key), $0]) }
                    })
            },
            FunctionEntry("beamsh", "node_info", ["Node"], "What is known of the connection with a node.", safe: true) {
                call in
                let name = try call.atom(0)
                guard let connection = call.node.connection(with: name) else { return .atom(.undefined) }
                let statistics = connection.statistics
                return [
                    .tuple([.atom("node"), .atom(name)]),
                    .tuple([.atom("type"), .atom(connection.isHidden ? "hidden" : "visible")]),
                    .tuple([.atom("address"), .string(connection.address)]),
                    .tuple([.atom("creation"), .integer(Int(connection.peerCreation))]),
                    .tuple([.atom("initiated"), .boolean(connection.isInitiator)]),
                    .tuple([.atom("frames_in"), .integer(statistics.framesIn)]),
                    .tuple([.atom("bytes_in"), .integer(statistics.bytesIn)]),
                    .tuple([.atom("frames_out"), .integer(statistics.framesOut)]),
                    .tuple([.atom("bytes_out"), .integer(statistics.bytesOut)]),
                ]
            },
            FunctionEntry("beamsh", "flush", [], "Takes all messages of the calling process.") { call in
                .makeList(call.process.flush())
            },
        ]

    private static let storeFunctions: [FunctionEntry] = [
        FunctionEntry("store", "new", ["Table"], "Makes a store that lasts until it is dropped.") { call in
            try call.newStore(type: "set")
        },
        FunctionEntry("store", "new", ["Table", "Type"], "Makes a store: set, ordered_set, bag or duplicate_bag.") {
            call in
            try call.newStore(type: try call.atom(1))
        },
        FunctionEntry("store", "put", ["Table", "Key", "Value"], "Binds a key to a value.") { call in
            try call.store().insert(.init([call[1], call[2]]), from: call.process.pid)
            return .atom(.ok)
        },
        FunctionEntry("store", "get", ["Table", "Key"], "The value of a key, or undefined.", safe: true) { call in
            let table = try call.store()
            let rows = try table.lookup(call[1], from: call.process.pid)
            switch table.type {
            case .set, .orderedSet: return rows.first.map(FunctionCall.value) ?? .atom(.undefined)
            case .bag, .duplicateBag: return .makeList(rows.map(FunctionCall.value))
            }
        },
        FunctionEntry("store", "delete", ["Table", "Key"], "Removes a key.") { call in
            try call.store().delete(call[1], from: call.process.pid)
            return .atom(.ok)
        },
        FunctionEntry("store", "tab2list", ["Table"], "All rows of a store.", safe: true) { call in
            try call.store().tab2list(from: call.process.pid)
        },
        FunctionEntry("store", "list", [], "The stores: name, type, size and backend.", safe: true) { call in
            .makeList(
                call.node.tables.all().compactMap { identifier in
                    call.node.tables.table(identifier).map {
                        .tuple([identifier, .atom($0.type.atom), .integer($0.count), .atom("ets")])
                    }
                })
        },
        FunctionEntry("store", "info", ["Table"], "What is known of a store.", safe: true) { call in
            let info = try call.store().info()
            return .makeList([.tuple([.atom("backend"), .atom("ets")])] + (info.properList ?? []))
        },
        FunctionEntry("store", "drop", ["Table"], "Deletes a store with all it holds.") { call in
            _ = try call.store()
            try call.node.tables.delete(call[0], from: call.process.pid)
            return .atom(.ok)
        },
    ]

    private static let clusterFunctions: [FunctionEntry] = [
        FunctionEntry("cluster", "start", ["Count"], "Starts nodes as children of this shell.") { call in
            try await call.startChildren(prefix: "node")
        },
        FunctionEntry("cluster", "start", ["Count", "Prefix"], "Starts nodes as children of this shell.") { call in
            try await call.startChildren(prefix: try call.atom(1).name)
        },
        FunctionEntry("cluster", "list", [], "The children of this shell.") { call in
            .makeList(call.node.children.all.filter { call.node.children.isRunning($0) }.map { .atom($0.name) })
        },
        FunctionEntry("cluster", "stop", [], "Ends all children of this shell.") { call in
            call.node.children.stopAll()
            return .atom(.ok)
        },
        FunctionEntry("cluster", "stop", ["Node"], "Ends a child of this shell.") { call in
            let name = try call.atom(0)
            guard let child = call.node.children.all.first(where: { $0.name == name }) else {
                throw call.badarg("\(name) is no child of this shell: cluster list shows them")
            }
            call.node.children.stop(child)
            return .atom(.ok)
        },
    ]
}

extension FunctionCall {
    fileprivate static func value(_ row: Tuple) -> Term { row.count == 2 ? row[1] : .tuple(row) }

    fileprivate func newStore(type: Atom) throws -> Term {
        let name = try atom(0)
        guard ["set", "ordered_set", "bag", "duplicate_bag"].contains(type.name) else {
            throw badarg("the types are set, ordered_set, bag and duplicate_bag")
        }
        guard node.tables.table(.atom(name)) == nil else { throw badarg("there is a store \(name) already") }
        // A store belongs to nobody who might end: its owner is the process `user`.
        let options = try TableOptions([.atom("named_table"), .atom("public"), .atom(type)])
        let owner = node.userPid ?? process.pid
        _ = try node.tables.create(name: name, options: options, owner: owner, incarnation: node.incarnation)
        return .atom(name)
    }

    fileprivate func store() throws -> Table {
        guard let table = node.tables.table(arguments[0]) else {
            let name = ErlangPrinter(width: nil).print(arguments[0])
            throw badarg("there is no store \(name): make it with store new \(name)")
        }
        return table
    }

    /// Starts children named `PREFIX1`, `PREFIX2` … beside this node and connects with them.
    fileprivate func startChildren(prefix: String) async throws -> Term {
        let count = try integer(0)
        guard (1...200).contains(count) else { throw badarg("the count is 1 to 200") }
        guard node.isAlive else { throw badarg("this node has no name: node start NAME gives it one") }
        guard let cookie = node.cookie(for: node.name) else { throw badarg("this node has no cookie") }
        let host = String(node.name.name.split(separator: "@")[1])
        let taken = Set(node.children.all.map(\.name))
        var number = 1
        var started: [ChildNodes.Child] = []
        while started.count < count {
            let name = Atom("\(prefix)\(number)@\(host)")
            number += 1
            if taken.contains(name) { continue }
            var options = [
                host.contains(".") ? "--name" : "--sname", name.name, "--epmd-port",
                String(node.configuration.epmdPort),
            ]
            if !node.configuration.usesEPMD { options.append("--no-epmd") }
            if let tls = node.configuration.tls { options += ["--dist-tls", tls.optionFile] }
            do {
                started.append(try node.children.start(name, cookie: cookie, options: options))
            } catch {
                throw badarg(error.description)
            }
        }
        for child in started { try await waitUntilUp(child) }
        return .makeList(started.map { .atom($0.name) })
    }

    /// Connects with a child as soon as it listens.
    private func waitUntilUp(_ child: ChildNodes.Child) async throws {
        let deadline = node.clock.monotonicNanoseconds() + 10_000_000_000
        while true {
            do {
                try await node.connect(to: child.name, timeout: 1_000_000_000)
                return
            } catch {
                guard node.children.isRunning(child) else {
                    throw badarg("\(child.name) could not start: is the name taken? (epmd -names)")
                }
                guard node.clock.monotonicNanoseconds() < deadline else {
                    node.children.stop(child)
                    throw badarg("\(child.name) did not come up: \(error.message)")
                }
                try await Task.sleep(nanoseconds: 10_000_000)
            }
        }
    }
}

internal import Processes
internal import Terms

extension Node {
    /// The module `global`.
    static let globalFunctions: [FunctionEntry] = [
        FunctionEntry("global", "register_name", ["Name", "Pid"], "Registers a name in the whole cluster: yes or no.") {
            call in try await call.register(method: call.defaultMethod, again: false)
        },
        FunctionEntry(
            "global", "register_name", ["Name", "Pid", "Resolve"],
            "Registers a name in the whole cluster; Resolve decides when two parts of it have the same."
        ) { call in
            try await call.register(method: call[2], again: false)
        },
        FunctionEntry("global", "re_register_name", ["Name", "Pid"], "Registers a name again, for another process.") {
            call in try await call.register(method: call.defaultMethod, again: true)
        },
        FunctionEntry(
            "global", "re_register_name", ["Name", "Pid", "Resolve"], "Registers a name again, for another process."
        ) { call in
            try await call.register(method: call[2], again: true)
        },
        FunctionEntry("global", "unregister_name", ["Name"], "Takes a name back in the whole cluster.") { call in
            try await call.onAllNodes(.tuple([.atom("unregister"), call[0]]))
            return .atom(.ok)
        },
        FunctionEntry("global", "whereis_name", ["Name"], "The pid of a name, or undefined.", safe: true) { call in
            call.node.global.whereis(call[0]).map { .pid($0) } ?? .atom(.undefined)
        },
        FunctionEntry("global", "registered_names", [], "The names of the cluster.", safe: true) { call in
            .makeList(call.node.global.names)
        },
        FunctionEntry("global", "send", ["Name", "Message"], "Sends a message to a name; returns its pid.") { call in
            guard let pid = call.node.global.whereis(call[0]) else {
                throw ErlangException(.exit, .tuple([.atom(.badarg), .tuple([call[0], call[1]])]))
            }
            await call.send(call[1], to: .pid(pid))
            return .pid(pid)
        },
        FunctionEntry("global", "set_lock", ["Id"], "Takes a lock {ResourceId, RequesterId} on all nodes.") { call in
            .boolean(try await call.setLock(retries: nil, on: call.allNodes))
        },
        FunctionEntry("global", "set_lock", ["Id", "Nodes"], "Takes a lock on nodes.") { call in
            .boolean(try await call.setLock(retries: nil, on: try call.nodes(1)))
        },
        FunctionEntry("global", "set_lock", ["Id", "Nodes", "Retries"], "Takes a lock on nodes; tries so often.") {
            call in .boolean(try await call.setLock(retries: try call.retries(2), on: try call.nodes(1)))
        },
        FunctionEntry("global", "del_lock", ["Id"], "Gives a lock back on all nodes.") { call in
            await GlobalLock.delete(call[0], on: call.allNodes, by: call.process, call.node)
            return .atom(.true)
        },
        FunctionEntry("global", "del_lock", ["Id", "Nodes"], "Gives a lock back on nodes.") { call in
            await GlobalLock.delete(call[0], on: try call.nodes(1), by: call.process, call.node)
            return .atom(.true)
        },
        FunctionEntry("global", "trans", ["Id", "Fun"], "Runs a fun under a lock on all nodes.") { call in
            try await call.transaction(retries: nil, on: call.allNodes)
        },
        FunctionEntry("global", "trans", ["Id", "Fun", "Nodes"], "Runs a fun under a lock on nodes.") { call in
            try await call.transaction(retries: nil, on: try call.nodes(2))
        },
        FunctionEntry(
            "global", "trans", ["Id", "Fun", "Nodes", "Retries"], "Runs a fun under a lock, or gives aborted."
        ) { call in
            try await call.transaction(retries: try call.retries(3), on: try call.nodes(2))
        },
        FunctionEntry("global", "sync", [], "Waits until this node knows the names of all connected nodes.") { call in
            while true {
                let known = Set(call.node.global.known)
                if call.node.connectedNodes().allSatisfy(known.contains) { return .atom(.ok) }
                _ = try await call.process.receive(timeout: 20_000_000) { _ -> Term? in nil }
            }
        },
        FunctionEntry("global", "disconnect", [], "Leaves the cluster: disconnects from all nodes known to global.") {
            call in
            let known = call.node.global.known
            for peer in known { _ = await call.node.disconnect(from: peer) }
            return .makeList(known.map { .atom($0) })
        },
    ]
}

extension FunctionCall {
    fileprivate var defaultMethod: Term {
        .fun(.export(ExportFun(module: "global", function: "random_exit_name", arity: 3)))
    }

    fileprivate var allNodes: [Atom] { [node.name] + node.connectedNodes() }

    fileprivate func retries(_ position: Int) throws -> Int? {
        if self[position] == .atom(.infinity) { return nil }
        let count = try integer(position)
        guard count >= 0 else { throw badarg("argument \(position + 1) is negative") }
        return count
    }

    fileprivate func setLock(retries: Int?, on nodes: [Atom]) async throws -> Bool {
        guard let id = self[0].asTuple, id.count == 2 else { throw functionClause() }
        return try await GlobalLock.set(self[0], on: nodes, retries: retries, by: process, node)
    }

    /// Registers under the lock that all registrations of the cluster take.
    fileprivate func register(method: Term, again: Bool) async throws -> Term {
        let pid = try pid(1)
        return try await locked { nodes in
            if !again, node.global.whereis(self[0]) != nil { return .atom("no") }
            try await ask(nodes, .tuple([.atom("register"), self[0], .pid(pid), method]))
            return .atom("yes")
        }
    }

    private func locked(_ body: (_ nodes: [Atom]) async throws -> Term) async throws -> Term {
        let id: Term = .tuple([.atom("global"), .pid(process.pid)])
        var nodes = [node.name] + node.global.known
        var attempt = 0
        while true {
            _ = try await GlobalLock.set(id, on: nodes, retries: nil, by: process, node)
            // Nodes that came while we waited are not locked: somebody there may do the same. Those that went, and came
            // again, hear of names when they are met.
            let known = node.global.known
            if Set(known).isSubset(of: nodes) {
                await GlobalLock.delete(
                    id, on: nodes.filter { $0 != node.name && !known.contains($0) }, by: process, node)
                nodes = [node.name] + known
                break
            }
            await GlobalLock.delete(id, on: nodes, by: process, node)
            try await GlobalLock.pause(attempt, of: process)
            attempt += 1
            nodes = [node.name] + known
        }
        let result: Result<Term, any Error>
        do {
            result = .success(try await body(nodes))
        } catch {
            result = .failure(error)
        }
        await GlobalLock.delete(id, on: nodes, by: process, node)
        return try result.get()
    }

    fileprivate func onAllNodes(_ request: Term) async throws {
        _ = try await locked { nodes in
            try await ask(nodes, request)
            return .atom(.ok)
        }
    }

    /// Asks `global_name_server` of nodes; one that goes meanwhile does not matter.
    private func ask(_ nodes: [Atom], _ request: Term) async throws {
        for target in nodes {
            _ = try? await process.genCall(.name(GlobalServer.name, node: target), request, timeout: 5_000_000_000)
        }
    }

    fileprivate func transaction(retries: Int?, on nodes: [Atom]) async throws -> Term {
        guard case .fun = self[1] else { throw badarg("argument 2 is no fun") }
        guard try await GlobalLock.set(self[0], on: nodes, retries: retries, by: process, node) else {
            return .atom("aborted")
        }
        let result: Result<Term, any Error>
        do {
            result = .success(try await apply(self[1], []))
        } catch {
            result = .failure(error)
        }
        await GlobalLock.delete(self[0], on: nodes, by: process, node)
        return try result.get()
    }
}

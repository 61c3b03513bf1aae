internal import Logging
internal import Processes
internal import Support
internal import Terms

/// The process `global_name_server` of a node: performs what its ``GlobalMachine`` decides.
///
/// It is there while the node is alive and visible. Whoever only reads, as `whereis_name/1` does, asks the machine without
/// going through the process.
final class GlobalServer: Sendable {
    static let name: Atom = "global_name_server"

    private let machine = Locked<GlobalMachine?>(nil)
    private let locked: Atom = "$beamsh_locked"
    private let release: Term = .atom("release")

    init() {}

    /// Starts the process; nothing to do if there is one.
    func start(on node: Node) {
        guard node.processes.whereis(Self.name) == nil else { return }
        // A pid of its own, as OTP has a locker process: only its place in the order of pids matters.
        let locker = node.processes.spawn("global", "locker") { process in
            while true { _ = try await process.receiveAny() }
        }
        let overlap = node.configuration.preventsOverlappingPartitions
        machine.withLock { [name = node.name, creation = node.creation] in
            $0 = GlobalMachine(node: name, locker: locker.pid, creation: creation, preventsOverlap: overlap)
        }
        node.processes.spawn(
            "global", "init", 1,
            prepare: { process in
                _ = node.processes.register(Self.name, process)
                node.monitorNodes(process.pid, true)
                process.link(to: locker.pid)
            },
            { [self] process in try await run(process, node) })
    }

    /// Ends the process, and forgets names, locks and peers.
    func stop(on node: Node) {
        if let process = node.processes.whereis(Self.name) { process.exit(process.pid, reason: .atom(.kill)) }
        machine.withLock { $0 = nil }
    }

    // MARK: What is known, for readers

    func whereis(_ name: Term) -> Pid? { machine.withLock { $0?.names[name]?.pid } }
    var names: [Term] { machine.withLock { $0.map { Array($0.names.keys) } ?? [] } }
    var known: [Atom] { machine.withLock { $0.map { Array($0.known.keys) } ?? [] } }

    // MARK: The process

    private func run(_ process: Process, _ node: Node) async throws {
        var watched: [Pid: Reference] = [:]
        var lockers: [Term: Process] = [:]
        // Who was there before.
        for peer in node.connectedNodes() { process.deliver(.tuple([.atom("nodeup"), .atom(peer)])) }
        while true {
            let message = try await process.receiveAny()
            let callbacks = SystemCallbacks(
                module: "global", parent: nil,
                state: { [self] in
                    .tuple([.atom("state"), .makeList(known.map { .atom($0) }), .makeList(names)])
                })
            if try await process.answerSystem(message, callbacks) { continue }
            let actions = machine.withLock { machine -> [GlobalAction] in
                guard machine != nil else { return [] }
                return Self.handle(message, &machine, locked)
            }
            if let tuple = message.asTuple, tuple.count == 5, tuple[0] == .atom(.DOWN), case .pid(let pid) = tuple[3] {
                watched[pid] = nil
            }
            for action in actions { perform(action, process, node, &watched, &lockers) }
        }
    }

    private static func handle(_ message: Term, _ machine: inout GlobalMachine?, _ locked: Atom) -> [GlobalAction] {
        if let call = GenCall(message) { return machine?.called(call) ?? [] }
        if let request = genCastRequest(message) { return machine?.received(request) ?? [] }
        guard let tuple = message.asTuple, let kind = tuple.first?.asAtom else { return [] }
        switch (kind.name, tuple.count) {
        case ("nodeup", 2): return tuple[1].asAtom.flatMap { machine?.nodeUp($0) } ?? []
        case ("nodedown", 2): return tuple[1].asAtom.flatMap { machine?.nodeDown($0) } ?? []
        case ("DOWN", 5):
            if case .pid(let pid) = tuple[3] { return machine?.down(pid) ?? [] }
            return []
        case (locked.name, 4):
            return tuple[1].asAtom.flatMap { machine?.locked($0, tag: tuple[2], isSet: tuple[3].isTrue) } ?? []
        default: return machine?.received(message) ?? []
        }
    }

    private func perform(
        _ action: GlobalAction, _ process: Process, _ node: Node, _ watched: inout [Pid: Reference],
        _ lockers: inout [Term: Process]
    ) {
        switch action {
        case .cast(let peer, let message):
            process.send(.tuple([.atom(.genCast), message]), to: .name(Self.name, node: peer))
        case .info(let peer, let message):
            guard node.connection(with: peer) != nil else { return }
            process.send(message, to: .name(Self.name, node: peer))
        case .reply(let call, let reply): call.reply(reply, from: process)
        case .monitor(let pid): if watched[pid] == nil { watched[pid] = process.monitor(.pid(pid)) }
        case .connect(let peer):
            Task.detached {
                do {
                    try await node.connect(to: peer, timeout: node.defaultTimeout)
                } catch {
                    process.deliver(.tuple([.atom("nodedown"), .atom(peer)]))
                }
            }
        case .disconnect(let peer): Task.detached { await node.disconnect(from: peer) }
        case .kill(let pid): process.exit(pid, reason: .atom(.kill))
        case .send(let pid, let message): process.send(message, to: pid)
        case .lock(let peer, let tag, let id, let nodes, let attempt):
            let server = process.pid
            lockers[id] = node.processes.spawn("global", "loop_the_locker") { [locked, release] locker in
                if let attempt, attempt > 0, try await GlobalLock.pause(attempt, of: locker, until: release) { return }
                let isSet = try await GlobalLock.set(
                    id, on: nodes, retries: attempt == nil ? 0 : nil, until: release, by: locker, node)
                locker.send(.tuple([.atom(locked), .atom(peer), tag, .boolean(isSet)]), to: server)
                guard isSet else { return }
                _ = try await locker.receiveAny()
                await GlobalLock.delete(id, on: nodes, by: locker, node)
            }
        case .unlock(let id, _):
            if let locker = lockers.removeValue(forKey: id) { process.send(release, to: locker.pid) }
        case .log(let text): node.configuration.logger.info("\(text)")
        }
    }
}

/// `global:set_lock/3` and `del_lock/2`: a lock on several nodes, on behalf of a process.
enum GlobalLock {
    /// Takes a lock `{ResourceId, RequesterId}` on all nodes or on none.
    ///
    /// The node with the greatest name is asked first, so that two that want the same lock meet there.
    /// - Parameters:
    ///   - retries: how often it is tried again; nothing means for ever.
    ///   - release: what a locker is told when nobody wants the lock any more. It asks only connected nodes: to dial one
    ///     that was disconnected on purpose would bring it back, time and again.
    static func set(
        _ id: Term, on nodes: [Atom], retries: Int?, until release: Term? = nil, by process: Process, _ node: Node
    ) async throws -> Bool {
        let nodes = Set(nodes).sorted { $0.name > $1.name }
        var attempt = 0
        while true {
            var held: [Atom] = []
            for target in nodes {
                let isGone = release != nil && target != node.name && node.connection(with: target) == nil
                if !isGone { guard await ask(target, "set_lock", id, by: process, node) else { break } }
                held.append(target)
            }
            if held.count == nodes.count { return true }
            await delete(id, on: held, by: process, node)
            if let retries, attempt >= retries { return false }
            if try await pause(attempt, of: process, until: release) { return false }
            attempt += 1
        }
    }

    /// Longer and longer, and never two alike, as OTP does; but not so long that one of sixty comes last by seconds.
    ///
    /// - Returns: whether `release` came.
    @discardableResult
    static func pause(_ attempt: Int, of process: Process, until release: Term? = nil) async throws -> Bool {
        let limit = min(1_000, 60 << min(attempt, 5))
        let pause = Int64.random(in: 5...Int64(limit)) * 1_000_000
        return try await process.receive(timeout: pause) { $0 == release ? true : nil } ?? false
    }

    /// Nodes that are not connected hold nothing.
    static func delete(_ id: Term, on nodes: [Atom], by process: Process, _ node: Node) async {
        for target in nodes where target == node.name || node.connection(with: target) != nil {
            _ = await ask(target, "del_lock", id, by: process, node)
        }
    }

    /// True also when a node is gone: it no longer matters.
    private static func ask(
        _ target: Atom, _ request: Atom, _ id: Term, by process: Process, _ node: Node
    ) async -> Bool {
        let server = Destination.name(GlobalServer.name, node: target)
        do {
            return try await process.genCall(server, .tuple([.atom(request), id]), timeout: 20_000_000_000).isTrue
        } catch {
            return true
        }
    }
}

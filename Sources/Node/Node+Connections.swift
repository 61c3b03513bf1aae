public import Distribution
internal import DistributionProtocol
internal import Logging
public import Processes
internal import Support
public import Terms

// Connections: who is connected, what goes up and down with them, and the way of signals in both directions.
extension Node {
    /// The connected nodes, by name.
    public func connectedNodes(visible: Bool = true, hidden: Bool = false) -> [Atom] {
        state.withLock { state in
            state.connections.values.filter { $0.isHidden ? hidden : visible }.map(\.peer)
        }.sorted { $0.name < $1.name }
    }

    /// The connection with a node, for `node info`.
    public func connection(with node: Atom) -> DistributionConnection? { state.withLock { $0.connections[node] } }

    /// Why the last attempt to connect with a node failed.
    public func lastConnectError(_ node: Atom) -> ConnectError? { state.withLock { $0.lastFailures[node] } }

    /// Connects with a node; nothing to do if it is connected.
    ///
    /// - Parameter timeout: nanoseconds.
    public func connect(to node: Atom, timeout: Int64) async throws(ConnectError) {
        let (isConnected, endpoint) = state.withLock { ($0.connections[node] != nil, $0.endpoint) }
        if isConnected { return }
        guard let endpoint else {
            let error = ConnectError(
                .notAlive, node, "this node has no name yet: start it with --sname, or with node start NAME")
            state.withLock { $0.lastFailures[node] = error }
            throw error
        }
        do throws(ConnectError) {
            _ = try await endpoint.connect(to: node, timeout: timeout)
            state.withLock { $0.lastFailures[node] = nil }
        } catch {
            state.withLock { $0.lastFailures[node] = error }
            throw error
        }
    }

    /// Ends the connection with a node; false if there is none.
    public func disconnect(from node: Atom) async -> Bool {
        guard let connection = state.withLock({ $0.connections[node] }) else { return false }
        connection.close()
        await connection.waitUntilEnded()
        return true
    }

    /// Waits while the connection with a node has more to write than the high watermark.
    func waitUntilNotBusy(_ node: Atom) async {
        guard node != name, let connection = state.withLock({ $0.connections[node] }), connection.isBusy else { return }
        await connection.waitUntilNotBusy()
    }

    /// Sends a control message over the connection with a node; false if there is none.
    @discardableResult
    func sendControl(_ control: ControlMessage, _ message: Term?, to node: Atom) -> Bool {
        guard let connection = state.withLock({ $0.connections[node] }) else { return false }
        connection.send(control, message: message)
        return true
    }
}

// MARK: - Signals that leave

extension Node: SignalRouter {
    /// Sends a signal to another node; one that is not connected is connected first, as OTP does.
    public func route(_ signal: Signal, toNode node: Atom) {
        enum Next {
            case send(DistributionConnection)
            case connect
            case wait
            case drop
        }
        let next: Next = state.withLock { state in
            if state.queued[node] != nil {
                state.queued[node]?.append(signal)
                return .wait
            }
            if let connection = state.connections[node] {
                guard connection.funTemplates == nil, signal.holdsOwnFun else { return .send(connection) }
                // The node is asked first how its funs look.
                state.queued[node] = [signal]
                return .connect
            }
            guard state.endpoint != nil, signal.isWorthConnecting else { return .drop }
            state.queued[node] = [signal]
            return .connect
        }
        switch next {
        case .send(let connection): Self.send(signal, over: connection)
        case .wait: break
        case .drop: processes.unreachable(signal)
        case .connect: Task.detached { [self] in await connectAndFlush(node) }
        }
    }

    private func connectAndFlush(_ node: Atom) async {
        try? await connect(to: node, timeout: defaultTimeout)
        while true {
            let (signals, connection) = state.withLock { state in
                let signals = state.queued[node] ?? []
                // When nothing is left, later signals take the straight way, behind those that were sent here.
                state.queued[node] = signals.isEmpty ? nil : []
                return (signals, state.connections[node])
            }
            if signals.isEmpty { return }
            if signals.contains(where: \.holdsOwnFun) { await learnFuns(of: node) }
            for signal in signals {
                if let connection { Self.send(signal, over: connection) } else { processes.unreachable(signal) }
            }
        }
    }

    private static func send(_ signal: Signal, over connection: DistributionConnection) {
        switch signal {
        case .message(let from, let destination, let message):
            switch destination {
            case .pid(let to): connection.send(.sendSender(from: from, to: to, token: nil), message: message)
            case .name(let to, _): connection.send(.regSend(from: from, to: to, token: nil), message: message)
            case .alias(let to): connection.send(.aliasSend(from: from, to: to, token: nil), message: message)
            }
        case .link(let from, let to): connection.send(.link(from: from, to: to), message: nil)
        case .unlink(let id, let from, let to): connection.send(.unlinkID(id: id, from: from, to: to), message: nil)
        case .unlinkAcknowledged(let id, let from, let to):
            connection.send(.unlinkIDAcknowledged(id: id, from: from, to: to), message: nil)
        case .linkExit(let from, let to, let reason):
            connection.send(.exit(from: from, to: to, reason: nil, token: nil), message: reason)
        case .exit(let from, let to, let reason):
            connection.send(.exit2(from: from, to: to, reason: nil, token: nil), message: reason)
        case .monitor(let from, let destination, let reference):
            guard let to = destination.processName else { return }
            connection.send(.monitor(from: from, to: to, reference: reference), message: nil)
        case .demonitor(let from, let destination, let reference):
            guard let to = destination.processName else { return }
            connection.send(.demonitor(from: from, to: to, reference: reference), message: nil)
        case .down(let from, let to, let reference, let reason):
            guard let from = from.processName else { return }
            connection.send(.monitorExit(from: from, to: to, reference: reference, reason: nil), message: reason)
        case .groupLeader(_, let to, let leader):
            connection.send(.groupLeader(leader: leader, to: to), message: nil)
        }
    }
}

extension Signal {
    /// Whether it carries a fun that was made here.
    fileprivate var holdsOwnFun: Bool {
        switch self {
        case .message(_, _, let message): message.holdsOwnFun
        case .linkExit(_, _, let reason), .exit(_, _, let reason), .down(_, _, _, let reason): reason.holdsOwnFun
        default: false
        }
    }

    /// Whether an unconnected node is dialled for it. Answers to a node that is gone are not.
    fileprivate var isWorthConnecting: Bool {
        switch self {
        case .message, .link, .monitor, .exit, .groupLeader: true
        case .unlink, .unlinkAcknowledged, .linkExit, .demonitor, .down: false
        }
    }
}

extension Destination {
    fileprivate var processName: ProcessName? {
        switch self {
        case .pid(let pid): .pid(pid)
        case .name(let name, _): .name(name)
        case .alias: nil
        }
    }
}

// MARK: - Signals that arrive

/// What the endpoint reports to; it holds the node weakly.
final class ConnectionDelegate: DistributionDelegate {
    private let node: Locked<WeakNode>

    private struct WeakNode {
        weak var node: Node?
    }

    init(_ node: Node) { self.node = Locked(WeakNode(node: node)) }

    private var target: Node? { node.withLock { $0.node } }

    func connectionUp(_ connection: DistributionConnection) { target?.connectionUp(connection) }
    func named(_ name: GivenName?) {
        target?.incarnation.rename(node: name.map { Atom($0.name) } ?? .nonode, creation: name?.creation ?? 0)
    }

    func received(_ control: ControlMessage, message: Term?, from connection: DistributionConnection) {
        target?.received(control, message, from: connection.peer)
    }

    func connectionDown(_ connection: DistributionConnection, reason: DisconnectReason) {
        target?.connectionDown(connection, reason)
    }
}

extension Node {
    fileprivate func connectionUp(_ connection: DistributionConnection) {
        let peer = connection.peer
        let monitors = state.withLock { state in
            state.connections[peer] = connection
            return state.nodeMonitors
        }
        configuration.logger.info("\(peer) up")
        announce("nodeup", connection, nil, to: monitors)
    }

    fileprivate func connectionDown(_ connection: DistributionConnection, _ reason: DisconnectReason) {
        let peer = connection.peer
        let (monitors, watchers): ([Pid: Set<NodeMonitorOptions>], [Pid: Int]) = state.withLock { state in
            if state.connections[peer] === connection { state.connections[peer] = nil }
            return (state.nodeMonitors, state.watchers.removeValue(forKey: peer) ?? [:])
        }
        configuration.logger.info("\(peer) down: \(reason)")
        remoteCalls.connectionLost(to: peer)
        processes.connectionLost(to: peer)
        let message: Term = .tuple([.atom("nodedown"), .atom(peer)])
        announce("nodedown", connection, reason, to: monitors)
        for (pid, count) in watchers { for _ in 0..<count { processes.process(pid)?.deliver(message) } }
    }

    fileprivate func received(_ control: ControlMessage, _ message: Term?, from node: Atom) {
        switch control {
        case .sendSender(let from, let to, _):
            if let message { processes.send(.message(from: from, to: .pid(to), message)) }
        case .send(let to, _):
            if let message { processes.send(.message(from: to, to: .pid(to), message)) }
        case .regSend(let from, let to, _):
            if let message { processes.send(.message(from: from, to: .name(to, node: name), message)) }
        case .aliasSend(let from, let to, _):
            if let message { processes.send(.message(from: from, to: .alias(to), message)) }
        case .altactSend(let flags, let from, let to, _):
            altactReceived(flags, from, to, message)
        case .link(let from, let to): processes.send(.link(from: from, to: to))
        case .unlinkID(let id, let from, let to): processes.send(.unlink(id: id, from: from, to: to))
        case .unlinkIDAcknowledged(let id, let from, let to):
            processes.send(.unlinkAcknowledged(id: id, from: from, to: to))
        case .exit(let from, let to, let reason, _):
            processes.send(.linkExit(from: from, to: to, reason: reason ?? message ?? .atom(.undefined)))
        case .exit2(let from, let to, let reason, _):
            processes.send(.exit(from: from, to: to, reason: reason ?? message ?? .atom(.undefined)))
        case .monitor(let from, let to, let reference):
            processes.send(.monitor(from: from, to: destination(to, here: name), reference: reference))
        case .demonitor(let from, let to, let reference):
            processes.send(.demonitor(from: from, to: destination(to, here: name), reference: reference))
        case .monitorExit(let from, let to, let reference, let reason):
            let reason = reason ?? message ?? .atom(.undefined)
            if remoteCalls.ended(reference, reason: reason) { return }
            processes.send(.down(from: destination(from, here: node), to: to, reference: reference, reason: reason))
        case .groupLeader(let leader, let to):
            processes.send(.groupLeader(from: leader, to: to, leader: leader))
        case .spawnRequest(let reference, let from, let leader, let module, let function, let arity, let options, _):
            spawnRequested(
                reference, from: from, groupLeader: leader, module: module, function: function, arity: arity,
                options: options, arguments: message, on: node)
        case .spawnReply(let reference, _, _, let result, _):
            let outcome: Result<Pid, SpawnError> =
                if case .pid(let pid) = result { .success(pid) } else {
                    .failure(SpawnError(reason: result.asAtom ?? .undefined))
                }
            _ = remoteCalls.spawnReplied(reference, outcome)
        // Nodes that send the old unlink are older than those this one connects with.
        case .unlink, .nodeLink: break
        }
    }

    /// OTP 28's one operation for priority signals; not offered, but understood.
    private func altactReceived(_ flags: Int, _ from: Pid, _ to: Term, _ message: Term?) {
        guard let message else { return }
        if flags & 16 != 0 {
            if case .pid(let pid) = to { processes.send(.exit(from: from, to: pid, reason: message)) }
            return
        }
        switch to {
        case .pid(let pid): processes.send(.message(from: from, to: .pid(pid), message))
        case .reference(let alias): processes.send(.message(from: from, to: .alias(alias), message))
        case .atom(let registered): processes.send(.message(from: from, to: .name(registered, node: name), message))
        default: break
        }
    }

    private func destination(_ name: ProcessName, here node: Atom) -> Destination {
        switch name {
        case .pid(let pid): .pid(pid)
        case .name(let name): .name(name, node: node)
        }
    }
}

// MARK: - Watching nodes

extension Node {
    /// `erlang:monitor_node/2`: one `{nodedown, N}` for each call; at once if the node cannot be reached.
    public func monitorNode(_ node: Atom, by process: Process, _ isOn: Bool) async {
        state.withLock { state in
            if isOn {
                state.watchers[node, default: [:]][process.pid, default: 0] += 1
            } else if let count = state.watchers[node]?[process.pid] {
                state.watchers[node]?[process.pid] = count > 1 ? count - 1 : nil
            }
        }
        guard isOn, node != name else { return }
        if (try? await connect(to: node, timeout: defaultTimeout)) != nil { return }
        let count = state.withLock { $0.watchers[node]?.removeValue(forKey: process.pid) ?? 0 }
        for _ in 0..<count { process.deliver(.tuple([.atom("nodedown"), .atom(node)])) }
    }
}

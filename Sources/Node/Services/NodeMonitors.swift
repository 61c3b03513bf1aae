internal import Distribution
internal import Processes
internal import Support
public import Terms

/// What `net_kernel:monitor_nodes/2` may ask for.
public struct NodeMonitorOptions: Sendable, Hashable {
    public enum NodeType: String, Sendable { case visible, hidden, all }

    /// Messages are `{nodeup, Node, Info}`; without it `{nodeup, Node}`, of visible nodes.
    public var wantsInfo = false
    public var nodeType: NodeType?
    public var wantsReason = false
    public var wantsConnectionID = false
    /// The information is a map.
    public var isMap = false

    public init() {}

    /// The options of a list or a map; nothing if there is an unknown one.
    public init?(_ term: Term) {
        wantsInfo = true
        var options = term.properList ?? []
        if let map = term.asMap {
            isMap = true
            options = map.sortedPairs.map { .tuple([$0.key, $0.value]) }
        } else if term.properList == nil {
            return nil
        }
        for option in options {
            let pair = option.asTuple
            switch pair?.first?.asAtom?.name ?? option.asAtom?.name {
            case "node_type":
                guard
                    let type = pair.flatMap({ $0.count == 2 ? $0[1].asAtom : nil }).flatMap({
                        NodeType(rawValue: $0.name)
                    })
                else { return nil }
                nodeType = type
            case "nodedown_reason": wantsReason = pair.map { $0[1].isTrue } ?? true
            case "connection_id": wantsConnectionID = pair.map { $0[1].isTrue } ?? true
            default: return nil
            }
        }
    }

    /// The message of an event, or nothing if this kind of node is not wanted.
    func message(_ event: Atom, _ node: Atom, isHidden: Bool, creation: UInt32, reason: DisconnectReason?) -> Term? {
        switch nodeType {
        case .all?: break
        case .hidden?: if !isHidden { return nil }
        case .visible?, nil: if isHidden { return nil }
        }
        guard wantsInfo else { return .tuple([.atom(event), .atom(node)]) }
        var info: [(key: Term, value: Term)] = []
        if wantsReason, let reason { info.append((.atom("nodedown_reason"), .atom(reason.atom))) }
        if nodeType != nil { info.append((.atom("node_type"), .atom(isHidden ? "hidden" : "visible"))) }
        if wantsConnectionID { info.append((.atom("connection_id"), .integer(Int(creation)))) }
        let term: Term = isMap ? .map(Map(info)) : .makeList(info.map { .tuple([$0.key, $0.value]) })
        return .tuple([.atom(event), .atom(node), term])
    }
}

extension DisconnectReason {
    /// As OTP words it in `nodedown_reason`.
    var atom: Atom {
        switch self {
        case .closedByPeer, .garbage, .failed, .replaced: "connection_closed"
        case .closedByUs: "disconnect"
        case .tickTimeout: "net_tick_timeout"
        }
    }
}

extension Node {
    /// `net_kernel:monitor_nodes/1,2`: tells a process of nodes that come and go.
    ///
    /// Several subscriptions with different options are several messages; the same one twice is one here.
    public func monitorNodes(_ pid: Pid, _ isOn: Bool, _ options: NodeMonitorOptions = NodeMonitorOptions()) {
        state.withLock { state in
            if isOn {
                state.nodeMonitors[pid, default: []].insert(options)
            } else {
                state.nodeMonitors[pid]?.remove(options)
                if state.nodeMonitors[pid]?.isEmpty == true { state.nodeMonitors[pid] = nil }
            }
        }
    }

    /// Tells those who asked for it that a node came or went.
    func announce(
        _ event: Atom, _ connection: DistributionConnection, _ reason: DisconnectReason?,
        to monitors: [Pid: Set<NodeMonitorOptions>]
    ) {
        for (pid, subscriptions) in monitors {
            for options in subscriptions {
                let message = options.message(
                    event, connection.peer, isHidden: connection.isHidden, creation: connection.peerCreation,
                    reason: reason)
                if let message { processes.process(pid)?.deliver(message) }
            }
        }
    }
}

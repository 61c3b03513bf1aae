internal import DequeModule
internal import Support
public import Terms

// What a process does with the signals it gets, and the signals it sends. Each method mutates under the lock and acts
// after it.
extension Process {
    /// Puts a message into the mailbox.
    public func deliver(_ message: Term) {
        let waiter: Waiter? = state.withLock { state in
            guard !state.isDead else { return nil }
            state.mailbox.append(message)
            let waiter = state.waiter
            state.waiter = nil
            return waiter
        }
        waiter?.resume()
    }

    func linkReceived(from other: Pid) {
        let isDead = state.withLock { state in
            guard !state.isDead else { return true }
            // A link while our unlink is under way is ignored; so is one that is there already.
            if state.links[other] == nil { state.links[other] = Link(isActive: true) }
            return false
        }
        if isDead { table.send(.linkExit(from: pid, to: other, reason: .atom(.noproc))) }
    }

    func unlinkReceived(id: UInt64, from other: Pid) {
        state.withLock { state in
            if state.links[other]?.isActive == true { state.links[other] = nil }
        }
        if !table.isLocal(other) { table.send(.unlinkAcknowledged(id: id, from: pid, to: other)) }
    }

    func unlinkAcknowledged(id: UInt64, from other: Pid) {
        state.withLock { state in
            if let link = state.links[other], !link.isActive, link.unlinkID == id { state.links[other] = nil }
        }
    }

    func linkExitReceived(from other: Pid, reason: Term) {
        let wasActive = state.withLock { state in state.links.removeValue(forKey: other)?.isActive ?? false }
        if wasActive { exitArrived(from: other, reason: reason, ignoresNormal: true) }
    }

    func exitReceived(from other: Pid, reason: Term) {
        if reason == .atom(.kill) {
            end(.atom(.killed))
        } else {
            exitArrived(from: other, reason: reason, ignoresNormal: other != pid)
        }
    }

    private func exitArrived(from other: Pid, reason: Term, ignoresNormal: Bool) {
        if trapsExit {
            deliver(.tuple([.atom(.EXIT), .pid(other), reason]))
        } else if !ignoresNormal || reason != .atom(.normal) {
            end(reason)
        }
    }

    func monitorReceived(from watcher: Pid, called: Destination, reference: Reference) {
        let isDead = state.withLock { state in
            guard !state.isDead else { return true }
            state.monitoredBy[reference] = Watcher(pid: watcher, called: called)
            return false
        }
        if isDead { table.send(.down(from: called, to: watcher, reference: reference, reason: .atom(.noproc))) }
    }

    func demonitorReceived(reference: Reference) {
        state.withLock { state in _ = state.monitoredBy.removeValue(forKey: reference) }
    }

    func downReceived(from target: Destination, reference: Reference, reason: Term) {
        let (wasMonitoring, tag) = state.withLock { state in
            (state.monitors.removeValue(forKey: reference) != nil, state.monitorTags[reference])
        }
        guard wasMonitoring else { return }
        endAlias(of: reference)
        let item: Term =
            switch target {
            case .pid(let pid): .pid(pid)
            case .name(let name, let node): .tuple([.atom(name), .atom(node)])
            case .alias(let reference): .reference(reference)
            }
        deliver(.tuple([tag ?? .atom(.DOWN), .reference(reference), .atom(.process), item, reason]))
    }

    /// Breaks what ties this process to `node`: links and monitors end with `noconnection`.
    func connectionLost(to node: Atom) {
        let (links, monitors): ([Pid], [(Reference, Destination)]) = state.withLock { state in
            let links = state.links.filter { $0.key.node == node }
            for link in links.keys where !(links[link]?.isActive ?? false) { state.links[link] = nil }
            let monitors = state.monitors.filter { $0.value.node == node }
            for (reference, watcher) in state.monitoredBy where watcher.pid.node == node {
                state.monitoredBy[reference] = nil
            }
            return (links.compactMap { $0.value.isActive ? $0.key : nil }, monitors.map { ($0.key, $0.value) })
        }
        for (reference, target) in monitors {
            downReceived(from: target, reference: reference, reason: .atom(.noconnection))
        }
        for link in links { linkExitReceived(from: link, reason: .atom(.noconnection)) }
    }
}

extension Process {
    /// Sends `message`; never waits.
    public func send(_ message: Term, to destination: Destination) {
        table.send(.message(from: pid, to: destination, message))
    }

    /// Sends `message`; never waits.
    public func send(_ message: Term, to destination: Pid) {
        // The short way for what is sent most.
        if let receiver = table.process(destination) { return receiver.deliver(message) }
        send(message, to: .pid(destination))
    }

    /// Links with `other`; an exit signal `noproc` comes back if it does not exist.
    public func link(to other: Pid) {
        guard other != pid else { return }
        let isNew = state.withLock { state in
            guard state.links[other]?.isActive != true else { return false }
            state.links[other] = Link(isActive: true)
            return true
        }
        if isNew { table.send(.link(from: pid, to: other)) }
    }

    /// Takes a link down; no exit signal from `other` arrives afterwards.
    public func unlink(from other: Pid) {
        let isRemote = !table.isLocal(other)
        let id: UInt64? = state.withLock { state in
            guard state.links[other]?.isActive == true else { return nil }
            state.lastUnlink += 1
            state.links[other] = isRemote ? Link(isActive: false, unlinkID: state.lastUnlink) : nil
            return state.lastUnlink
        }
        if let id { table.send(.unlink(id: id, from: pid, to: other)) }
    }

    /// Monitors a process by pid or name; a `DOWN` message with the reference follows its end.
    public func monitor(_ target: Destination) -> Reference {
        let reference = table.makeReference()
        state.withLock { $0.monitors[reference] = target }
        table.send(.monitor(from: pid, to: target, reference: reference))
        return reference
    }

    /// How long the alias of a monitor lives (`erlang:monitor/3`).
    public enum MonitorAlias: Sendable {
        case explicitUnalias
        /// Until the monitor is taken down, or its `DOWN` comes.
        case demonitor
        /// Until then, or until a message comes by it, which takes the monitor down too.
        case replyDemonitor
    }

    /// Monitors a process by a reference that is an alias too, or whose message begins with a tag of one's own.
    public func monitor(_ target: Destination, alias: MonitorAlias?, tag: Term?) -> Reference {
        let reference = table.makeReference()
        state.withLock { state in
            state.monitors[reference] = target
            if let alias {
                state.aliases.insert(reference)
                state.monitorAliases[reference] = alias
            }
            if let tag { state.monitorTags[reference] = tag }
        }
        if alias != nil { table.aliasMade(reference, for: self) }
        table.send(.monitor(from: pid, to: target, reference: reference))
        return reference
    }

    /// The monitor is gone: so is an alias that was to live as long.
    private func endAlias(of monitor: Reference) {
        let ends = state.withLock { state in
            state.monitorTags[monitor] = nil
            switch state.monitorAliases.removeValue(forKey: monitor) {
            case .demonitor, .replyDemonitor:
                state.aliases.remove(monitor)
                return true
            case .explicitUnalias, nil: return false
            }
        }
        if ends { table.aliasDropped(monitor) }
    }

    /// A message came by an alias.
    func aliasUsed(_ reference: Reference) {
        let isReply = state.withLock { state in
            if case .replyDemonitor = state.monitorAliases[reference] { true } else { false }
        }
        if isReply { demonitor(reference) }
    }

    /// Takes a monitor down; with `flush`, also a `DOWN` that is in the mailbox already.
    public func demonitor(_ reference: Reference, flush: Bool = false) {
        let target = state.withLock { $0.monitors.removeValue(forKey: reference) }
        if let target {
            table.send(.demonitor(from: pid, to: target, reference: reference))
            endAlias(of: reference)
        }
        guard flush else { return }
        state.withLock { state in
            state.mailbox.removeAll {
                guard let tuple = $0.asTuple, tuple.count == 5, tuple[0] == .atom(.DOWN) else { return false }
                return tuple[1] == .reference(reference)
            }
        }
    }

    /// A reference that others may send to as long as it is not taken back.
    public func alias() -> Reference {
        let reference = table.makeReference()
        state.withLock { state in _ = state.aliases.insert(reference) }
        table.aliasMade(reference, for: self)
        return reference
    }

    /// Takes an alias back; messages to it are dropped from now on.
    @discardableResult
    public func unalias(_ reference: Reference) -> Bool {
        table.aliasDropped(reference)
        return state.withLock { $0.aliases.remove(reference) != nil }
    }

    /// `exit/2`.
    public func exit(_ other: Pid, reason: Term) { table.send(.exit(from: pid, to: other, reason: reason)) }
}

extension Destination {
    /// The node a destination is on.
    public var node: Atom {
        switch self {
        case .pid(let pid): pid.node
        case .name(_, let node): node
        case .alias(let reference): reference.node
        }
    }
}

// What a spawn request of another node sets up before the process runs.
extension Process {
    /// A link that the other side has made already.
    public func acceptLink(from other: Pid) { linkReceived(from: other) }

    /// A monitor that the other side has made already.
    public func acceptMonitor(from watcher: Pid, reference: Reference) {
        monitorReceived(from: watcher, called: .pid(pid), reference: reference)
    }
}

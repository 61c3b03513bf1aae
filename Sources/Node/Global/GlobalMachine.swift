// The part of `global` that decides, without processes, clocks or sockets: events in, actions out.
//
// What it does: bring the names of two parts of a cluster together when a connection comes up, keep names and locks, and
// keep partitions from overlapping. What it does not: take locks on other nodes (the shell runs a locker process for that)
// or run a function. The protocol is that of `global.erl`, version 8 (`wire.md` 6.4):
//
//     nodeup            init_connect both ways, each acknowledged with both tags
//     lock              one side takes {global, [LockerA, LockerB]} on its part, says lock_set; the other does the same
//     exchange          each sends its names; the node with the smaller name resolves what both have
//     resolved          each sends what came of it; now each knows the other's part, connects to it, and says in_sync
//     new_nodes         what the rest of a part hears of the other part
//
// Against OTP this side lets the peer take the lock first, as OTP's locker is quick to do. Two nodes of ours would wait
// for one another; they know each other by their tags, and the one with the greater name begins.

internal import Processes
internal import Terms

/// What the shell of ``GlobalMachine`` has to do.
enum GlobalAction {
    /// To `global_name_server` of a node, as a cast.
    case cast(Atom, Term)
    /// To `global_name_server` of a node, as it is, and only if it is connected: it is about that connection.
    case info(Atom, Term)
    case reply(GenCall, Term)
    /// Tell of the end of a process with ``GlobalMachine/down(_:)``.
    case monitor(Pid)
    /// Connect, and report a node that cannot be reached with ``GlobalMachine/nodeDown(_:)``.
    case connect(Atom)
    case disconnect(Atom)
    case kill(Pid)
    case send(Pid, Term)
    /// Take a lock on nodes, and say what came of it with ``GlobalMachine/locked(_:tag:isSet:)``. Without an attempt it is
    /// tried once; else again and again until it is held, and after so many attempts in vain it begins with a pause.
    case lock(Atom, tag: Term, id: Term, on: [Atom], attempt: Int?)
    /// Give back what `lock` took.
    case unlock(id: Term, on: [Atom])
    case log(String)
}

/// A registered name.
struct GlobalName {
    var pid: Pid
    /// Whatever its node wants to resolve conflicts with; returned as it came.
    var method: Term
}

struct GlobalMachine {
    static let version = 8
    /// What the tags of our nodes begin with; others are numbered from 0 or by the clock.
    private static let tagBase = 0x0BEA_5800_0000_0000

    let node: Atom
    let locker: Pid
    let creation: UInt32
    let preventsOverlap: Bool
    private(set) var names: [Term: GlobalName] = [:]
    /// Nodes whose names are ours, and the version each speaks.
    private(set) var known: [Atom: Int] = [:]
    private(set) var locks: [Term: Lock] = [:]
    private var sessions: [Atom: Session] = [:]
    /// The peers that we know of, but do not know yet.
    var meetings: [Atom] { Array(sessions.keys) }
    private var lastTag = 0
    private var lastLoss = 0
    /// Of each loss the creation of who reported it, and which of his losses it was.
    private var losses: [Loss: (creation: Term, operation: Int)] = [:]

    struct Lock {
        var requester: Term
        var holders: [Pid]
    }

    /// The meeting with a peer that is not known yet.
    private struct Session {
        var myTag: Term
        var hisTag: Term?
        var isOurs = false
        var hisLocker: Pid?
        var isAcknowledged = false
        /// The nodes on which we took the lock of this meeting.
        var locked: [Atom] = []
        var isLocking = false
        /// How often the peer could not take the lock on its part after we took it.
        var attempt = 0
        var holdsLock = false
        var hisLockIsSet = false
        var hisKnown: [Atom: Int] = [:]
        var hasSentExchange = false
        /// What we found for names that both had: to send with `resolved`, and to apply here.
        var resolution: (theirs: [Term], ours: [Term])?
        /// `resolved` that came before our own resolution was done.
        var early: Term?
        var lockID: Term?
    }

    /// Nodes that are being disconnected to keep partitions from overlapping: the others need not hear of it.
    private var removing: Set<Atom> = []
    /// The last holder of the lock of all names went without giving it back.
    private var hasLostLock = false

    private struct Loss: Hashable {
        var from: Atom
        var to: Atom
    }

    init(node: Atom, locker: Pid, creation: UInt32, preventsOverlap: Bool = true) {
        self.node = node
        self.locker = locker
        self.creation = creation
        self.preventsOverlap = preventsOverlap
    }

    // MARK: Connections

    mutating func nodeUp(_ peer: Atom) -> [GlobalAction] {
        removing.remove(peer)
        guard known[peer] == nil, sessions[peer] == nil else { return [] }
        return [begin(peer)]
    }

    /// Gives up a meeting and starts another; a peer that has seen the tag of the first must do the same.
    private mutating func restart(_ peer: Atom) -> [GlobalAction] {
        cancel(peer) + [begin(peer)]
    }

    /// Gives up a meeting, and says so to a peer that has a part in it: he may know us already, and still wait.
    private mutating func cancel(_ peer: Atom) -> [GlobalAction] {
        guard let session = sessions.removeValue(forKey: peer) else { return [] }
        guard let hisTag = session.hisTag else { return release(session) }
        return release(session) + [.info(peer, .tuple([.atom("cancel_connect"), .atom(node), hisTag]))]
    }

    /// Starts a meeting.
    private mutating func begin(_ peer: Atom) -> GlobalAction {
        lastTag += 1
        let tag = Term.integer(Self.tagBase + lastTag)
        sessions[peer] = Session(myTag: tag)
        let knownMap: Term = .map(Map(known.map { (.atom($0.key), .integer($0.value)) }))
        return .cast(
            peer,
            .tuple([
                .atom("init_connect"), .tuple([.integer(Self.version), tag]), .atom(node),
                .tuple([.atom("locker"), .atom("no_longer_a_pid"), knownMap, .pid(locker)]),
            ]))
    }

    mutating func nodeDown(_ peer: Atom) -> [GlobalAction] {
        var actions: [GlobalAction] = []
        if let session = sessions.removeValue(forKey: peer) { actions += release(session) }
        known[peer] = nil
        // Also of one that was not known, or no longer: a meeting may have been under way.
        guard removing.remove(peer) == nil, preventsOverlap else { return actions }
        lastLoss += 1
        let loss: Term = .tuple([
            .atom("lost_connection"), .atom(node), .integer(Int(creation)), .integer(lastLoss), .atom(peer),
        ])
        return actions + members.map { .info($0, loss) }
    }

    /// The nodes that are known, or that meet us.
    private var members: [Atom] {
        Array(known.keys) + sessions.filter { $0.value.hisTag != nil && known[$0.key] == nil }.keys
    }

    private func release(_ session: Session) -> [GlobalAction] {
        guard let id = session.lockID, session.isLocking else { return [] }
        return [.unlock(id: id, on: session.locked)]
    }

    /// A process that holds a name or a lock is gone.
    mutating func down(_ pid: Pid) -> [GlobalAction] {
        names = names.filter { $0.value.pid != pid }
        for (resource, lock) in locks where lock.holders.contains(pid) {
            let holders = lock.holders.filter { $0 != pid }
            locks[resource] = holders.isEmpty ? nil : Lock(requester: lock.requester, holders: holders)
            if resource == .atom("global"), holders.isEmpty { hasLostLock = true }
        }
        return []
    }

    // MARK: Calls

    mutating func called(_ call: GenCall) -> [GlobalAction] {
        if let name = call.request.asAtom {
            switch name.name {
            case "get_known", "get_synced": return [.reply(call, .makeList(known.keys.map { .atom($0) }))]
            case "get_protocol_version": return [.reply(call, .integer(Self.version))]
            case "get_names_ext": return [.reply(call, .nil)]
            default: return [.reply(call, .atom(.badarg))]
            }
        }
        guard let tuple = call.request.asTuple, let kind = tuple.first?.asAtom else {
            return [.reply(call, .atom(.badarg))]
        }
        switch (kind.name, tuple.count) {
        case ("set_lock", 2...3):
            let (granted, actions) = grant(tuple[1], to: call.from)
            return actions + [.reply(call, .boolean(granted))]
        case ("del_lock", 2...3):
            drop(tuple[1], of: call.from)
            return [.reply(call, .atom(.true))]
        case ("register", 4):
            guard case .pid(let pid) = tuple[2] else { return [.reply(call, .atom(.badarg))] }
            guard isStillLocked(by: { $0.holders.contains(call.from) }) else {
                names[tuple[1]] = nil
                return [.reply(call, .atom("yes"))]
            }
            return insert(tuple[1], GlobalName(pid: pid, method: tuple[3])) + [.reply(call, .atom("yes"))]
        case ("register_ext", 5): return [.reply(call, .atom("yes"))]
        case ("unregister", 2):
            names[tuple[1]] = nil
            return [.reply(call, .atom(.ok))]
        case ("sync", _): return [.reply(call, .atom(.ok))]
        default: return [.reply(call, .atom(.badarg))]
        }
    }

    /// Grants a lock `{ResourceId, RequesterId}`, also once more to the same requester.
    private mutating func grant(_ id: Term, to pid: Pid) -> (Bool, [GlobalAction]) {
        guard let pair = id.asTuple, pair.count == 2 else { return (false, []) }
        if let lock = locks[pair[0]] {
            guard lock.requester == pair[1] else { return (false, []) }
            // A process holds a lock once, however often it takes it.
            if lock.holders.contains(pid) { return (true, []) }
            locks[pair[0]]?.holders.append(pid)
            return (true, [.monitor(pid)])
        }
        locks[pair[0]] = Lock(requester: pair[1], holders: [pid])
        return (true, [.monitor(pid)])
    }

    private mutating func drop(_ id: Term, of pid: Pid) {
        guard let pair = id.asTuple, pair.count == 2, var lock = locks[pair[0]], lock.requester == pair[1],
            let place = lock.holders.firstIndex(of: pid)
        else { return }
        lock.holders.remove(at: place)
        locks[pair[0]] = lock.holders.isEmpty ? nil : lock
        if pair[0] == .atom("global"), lock.holders.isEmpty { hasLostLock = false }
    }

    /// Whether the lock under which a name was given out is still there. If not, its taker went down and up in between;
    /// we hear of the name in the meeting that follows.
    private func isStillLocked(by isTaker: (Lock) -> Bool) -> Bool {
        locks[.atom("global")].map(isTaker) ?? !hasLostLock
    }

    private mutating func insert(_ name: Term, _ entry: GlobalName) -> [GlobalAction] {
        names[name] = entry
        return [.monitor(entry.pid)]
    }

    // MARK: Casts and plain messages

    mutating func received(_ message: Term) -> [GlobalAction] {
        guard let tuple = message.asTuple, let kind = tuple.first?.asAtom else { return [] }
        func peer(_ position: Int) -> Atom? { position < tuple.count ? tuple[position].asAtom : nil }
        switch (kind.name, tuple.count) {
        case ("init_connect", 4):
            guard let peer = peer(2), let version = tuple[1].asTuple, version.count >= 2 else { return [] }
            return initConnect(peer, tag: version[1], tuple[3])
        case ("init_connect_ack", 4):
            guard let peer = peer(1) else { return [] }
            return acknowledged(peer, tag: tuple[2], hisTag: tuple[3])
        case ("cancel_connect", 3):
            guard let peer = peer(1), sessions[peer]?.myTag == tuple[2] else { return [] }
            return restart(peer)
        case ("lock_set", 5):
            guard case .pid(let pid) = tuple[1], let set = tuple[2].asAtom else { return [] }
            return lockSet(pid.node, isSet: set == .true, Self.nodes(tuple[3]), tag: tuple[4])
        case ("exchange", 5...):
            guard let peer = peer(1) else { return [] }
            return exchanged(peer, tuple[2], tag: tuple[4])
        case ("resolved", 7...):
            guard let peer = peer(1) else { return [] }
            return resolved(peer, message, tag: tuple[6])
        case ("new_nodes", 6):
            let actions = apply(tuple[2])
            return actions + learn(Self.nodes(tuple[4]))
        case ("in_sync", 3):
            guard let peer = peer(1), known[peer] == nil else { return [] }
            known[peer] = Self.version
            // He learnt of us from others before we did of him; `global:sync/0` there waits for the same word from us.
            return cancel(peer) + [.cast(peer, .tuple([.atom("in_sync"), .atom(node), .atom(.true)]))]
        case ("lost_connection", 5): return lost(message, tuple)
        case ("remove_connection", 2):
            guard let peer = peer(1), members.contains(peer) else { return [] }
            return remove(peer) + [
                .log("\(peer) asked to disconnect, to keep partitions from overlapping"), .disconnect(peer),
            ]
        default: return []
        }
    }

    private mutating func initConnect(_ peer: Atom, tag: Term, _ locker: Term) -> [GlobalAction] {
        // If he is known, he lost us in between, or others told us of him before he came. He stays known while we meet:
        // who takes a name back meanwhile has to ask him too.
        var actions: [GlobalAction] = []
        if let session = sessions[peer], session.hisTag != nil, session.hisTag != tag {
            // He starts anew while the meeting is under way. Had he seen our tag before, he would have cancelled it; so
            // it is good for the new meeting, and to take another one would have both run after one another for ever.
            sessions[peer] = Session(myTag: session.myTag)
            actions += release(session)
        }
        if sessions[peer] == nil { actions.append(begin(peer)) }
        sessions[peer]?.hisTag = tag
        sessions[peer]?.isOurs = tag.asInteger.map { $0 >> 40 == Self.tagBase >> 40 } ?? false
        if let parts = locker.asTuple, parts.count >= 4 {
            if case .pid(let pid) = parts[3] { sessions[peer]?.hisLocker = pid }
            sessions[peer]?.hisKnown = Self.nodes(parts[2])
        }
        let myTag = sessions[peer]?.myTag ?? .nil
        actions.append(.info(peer, .tuple([.atom("init_connect_ack"), .atom(node), tag, myTag])))
        return actions + startLocking(peer)
    }

    private mutating func acknowledged(_ peer: Atom, tag: Term, hisTag: Term) -> [GlobalAction] {
        // A late answer to a meeting that was given up: he hears of the present one behind it.
        guard let session = sessions[peer], session.myTag == tag else { return [] }
        guard session.hisTag == hisTag else {
            return [.info(peer, .tuple([.atom("cancel_connect"), .atom(node), hisTag]))] + restart(peer)
        }
        sessions[peer]?.isAcknowledged = true
        return startLocking(peer)
    }

    /// Two nodes of ours: the one with the greater name takes the lock first.
    private mutating func startLocking(_ peer: Atom) -> [GlobalAction] {
        guard let session = sessions[peer], session.isOurs, session.isAcknowledged, session.hisTag != nil,
            peer.name < node.name, !session.isLocking
        else { return [] }
        return takeLock(peer, on: known.keys + [node, peer] + session.hisKnown.keys, attempt: session.attempt)
    }

    private mutating func takeLock(_ peer: Atom, on nodes: some Sequence<Atom>, attempt: Int?) -> [GlobalAction] {
        guard let session = sessions[peer], let hisLocker = session.hisLocker else { return [] }
        let pids: [Term] = [.pid(locker), .pid(hisLocker)].sorted { Term.compare($0, $1) == .less }
        let id: Term = .tuple([.atom("global"), .makeList(pids)])
        let targets = Set(nodes).sorted { $0.name > $1.name }
        sessions[peer]?.isLocking = true
        sessions[peer]?.lockID = id
        sessions[peer]?.locked = targets
        return [.lock(peer, tag: Self.lockTag(session), id: id, on: targets, attempt: attempt)]
    }

    /// A lock belongs to one meeting: ours may go on with another one of the peer.
    private static func lockTag(_ session: Session) -> Term { .tuple([session.myTag, session.hisTag ?? .nil]) }

    /// The lock of a meeting is held on all nodes that were asked, or on none.
    mutating func locked(_ peer: Atom, tag: Term, isSet: Bool) -> [GlobalAction] {
        guard let session = sessions[peer], Self.lockTag(session) == tag, let hisTag = session.hisTag else { return [] }
        let set: Term = .tuple([.atom("lock_set"), .pid(locker), .boolean(isSet), knownList, hisTag])
        guard isSet else {
            // Somebody else has it on our part, and may wait for what the peer holds: the peer has to give it back.
            let actions = release(session)
            sessions[peer]?.isLocking = false
            sessions[peer]?.hisLockIsSet = false
            return actions + [.cast(peer, set)]
        }
        sessions[peer]?.holdsLock = true
        return [.cast(peer, set)] + exchangeIfReady(peer)
    }

    /// The peer holds the lock, or could not get it.
    private mutating func lockSet(_ peer: Atom, isSet: Bool, _ hisKnown: [Atom: Int], tag: Term) -> [GlobalAction] {
        guard let session = sessions[peer], session.myTag == tag else { return [] }
        guard isSet else {
            sessions[peer]?.isLocking = false
            sessions[peer]?.holdsLock = false
            sessions[peer]?.hisLockIsSet = false
            sessions[peer]?.attempt += 1
            return release(session) + startLocking(peer)
        }
        sessions[peer]?.hisLockIsSet = true
        sessions[peer]?.hisKnown = hisKnown
        if session.isLocking { return exchangeIfReady(peer) }
        // He begins: take the same lock on the rest of our part, then go on.
        let others = known.keys.filter { $0 != peer && hisKnown[$0] == nil }
        return takeLock(peer, on: others, attempt: nil)
    }

    private var knownList: Term { .makeList(known.keys.map { .atom($0) }) }

    private mutating func exchangeIfReady(_ peer: Atom) -> [GlobalAction] {
        guard let session = sessions[peer], session.holdsLock, session.hisLockIsSet, !session.hasSentExchange,
            let hisTag = session.hisTag
        else { return [] }
        sessions[peer]?.hasSentExchange = true
        let list = names.map { Term.tuple([$0.key, .pid($0.value.pid), $0.value.method]) }
        return [.cast(peer, .tuple([.atom("exchange"), .atom(node), .makeList(list), .nil, hisTag]))]
    }

    // MARK: Names of two parts

    private mutating func exchanged(_ peer: Atom, _ list: Term, tag: Term) -> [GlobalAction] {
        guard let session = sessions[peer], session.myTag == tag, let hisTag = session.hisTag else { return [] }
        var actions: [GlobalAction] = []
        var theirs: [Term] = []
        var ours: [Term] = []
        for entry in list.properList ?? [] {
            guard let parts = entry.asTuple, parts.count >= 3, case .pid(let pid) = parts[1] else { continue }
            let insert: Term = .tuple([.atom("insert"), .tuple([parts[0], parts[1], parts[2]])])
            guard let mine = names[parts[0]], mine.pid != pid else {
                if names[parts[0]] == nil { ours.append(insert) }
                continue
            }
            // Both have it: the node with the smaller name decides.
            guard node.name < peer.name else { continue }
            let (winner, effects) = Self.resolve(parts[0], mine, pid)
            actions += effects
            switch winner {
            case pid?: ours.append(insert)
            case mine.pid?:
                theirs.append(.tuple([.atom("insert"), .tuple([parts[0], .pid(mine.pid), mine.method])]))
            default:
                let delete: Term = .tuple([.atom("delete"), parts[0]])
                ours.append(delete)
                theirs.append(delete)
            }
        }
        sessions[peer]?.resolution = (theirs, ours)
        let knownPairs = known.map { Term.tuple([.atom($0.key), .integer($0.value)]) }
        actions.append(
            .cast(
                peer,
                .tuple([
                    .atom("resolved"), .atom(node), .makeList(theirs), .makeList(knownPairs), .atom("unused"), .nil,
                    hisTag,
                ])))
        if let early = session.early { actions += finish(peer, early) }
        return actions
    }

    /// Who keeps a name that two processes have, and what happens to the other: `random_exit_name/3` unless its method is
    /// one of the other two of `global`.
    private static func resolve(_ name: Term, _ mine: GlobalName, _ his: Pid) -> (Pid?, [GlobalAction]) {
        let pids = [mine.pid, his].sorted { $0.node.name < $1.node.name }
        let method: String? = if case .fun(.export(let fun)) = mine.method { fun.function.name } else { nil }
        switch method {
        case "random_notify_name":
            return (pids[0], [.send(pids[1], .tuple([.atom("global_name_conflict"), name]))])
        case "notify_all_name":
            return (
                nil,
                [
                    .send(pids[0], .tuple([.atom("global_name_conflict"), name, .pid(pids[1])])),
                    .send(pids[1], .tuple([.atom("global_name_conflict"), name, .pid(pids[0])])),
                ]
            )
        default:
            return (pids[0], [.log("name conflict of \(name): \(pids[1]) is terminated"), .kill(pids[1])])
        }
    }

    private mutating func resolved(_ peer: Atom, _ message: Term, tag: Term) -> [GlobalAction] {
        guard let session = sessions[peer], session.myTag == tag else { return [] }
        guard session.resolution != nil else {
            sessions[peer]?.early = message
            return []
        }
        return finish(peer, message)
    }

    /// Both have resolved: the parts are one.
    private mutating func finish(_ peer: Atom, _ message: Term) -> [GlobalAction] {
        guard let session = sessions.removeValue(forKey: peer), let tuple = message.asTuple,
            let resolution = session.resolution
        else { return [] }
        let operations: Term = .makeList(resolution.ours + (tuple[2].properList ?? []))
        var actions = apply(operations)
        let others = Array(known.keys)
        var new = Self.nodes(tuple[3])
        new[node] = nil
        for other in others { new[other] = nil }
        // Also if we know him: the others may not.
        new[peer] = Self.version
        actions += learn(new)
        let pairs = new.map { Term.tuple([.atom($0.key), .integer($0.value)]) }
        let extra: Term = [
            .tuple([.atom("vsn"), .integer(Self.version)]), .tuple([.atom("lock"), session.lockID ?? .nil]),
        ]
        for other in others where other != peer {
            actions.append(
                .cast(
                    other,
                    .tuple([.atom("new_nodes"), .atom(node), operations, .nil, .makeList(pairs), extra])))
        }
        return actions + release(session)
    }

    /// Nodes that belong to our part now: connect, and tell them that we know their names.
    private mutating func learn(_ nodes: [Atom: Int]) -> [GlobalAction] {
        var actions: [GlobalAction] = []
        for (other, version) in nodes.sorted(by: { $0.key.name < $1.key.name }) where other != node {
            guard known.updateValue(version, forKey: other) == nil else { continue }
            actions += cancel(other)
            actions += [
                .connect(other), .cast(other, .tuple([.atom("in_sync"), .atom(node), .atom(.true)])),
            ]
        }
        return actions
    }

    private mutating func apply(_ operations: Term) -> [GlobalAction] {
        var actions: [GlobalAction] = []
        for operation in operations.properList ?? [] {
            guard let parts = operation.asTuple, parts.count == 2 else { continue }
            if parts[0] == .atom("delete") {
                names[parts[1]] = nil
            } else if parts[0] == .atom("insert"), let entry = parts[1].asTuple, entry.count >= 3,
                case .pid(let pid) = entry[1]
            {
                actions += insert(entry[0], GlobalName(pid: pid, method: entry[2]))
            }
        }
        return actions
    }

    // MARK: Overlapping partitions

    private mutating func lost(_ message: Term, _ tuple: Tuple) -> [GlobalAction] {
        guard preventsOverlap, let from = tuple[1].asAtom, let to = tuple[4].asAtom, from != node,
            let operation = tuple[3].asInteger
        else { return [] }
        let loss = Loss(from: from, to: to)
        let members = members
        var actions: [GlobalAction] = []
        if let last = losses[loss], last.creation == tuple[2], last.operation >= operation {
            // Told before; but who we did not know then, we may have learned of since, from who had not heard yet.
        } else {
            losses[loss] = (tuple[2], operation)
            actions = members.filter { $0 != from }.map { .info($0, message) }
        }
        // If it is this node that was lost, then the other is lost too: its own end may not have noticed yet.
        let lost = to == node ? from : to
        guard members.contains(lost) else { return actions }
        return actions + remove(lost) + [
            .log("\(from) lost \(to): disconnecting from \(lost), to keep partitions from overlapping"),
            .info(lost, .tuple([.atom("remove_connection"), .atom(node)])), .disconnect(lost),
        ]
    }

    private mutating func remove(_ peer: Atom) -> [GlobalAction] {
        removing.insert(peer)
        known[peer] = nil
        return sessions.removeValue(forKey: peer).map { release($0) } ?? []
    }

    /// The nodes in a list of names or of `{Node, Version}`, or in a map.
    private static func nodes(_ term: Term) -> [Atom: Int] {
        var nodes: [Atom: Int] = [:]
        if let map = term.asMap {
            for (key, value) in map.sortedPairs {
                if let name = key.asAtom { nodes[name] = value.asInteger ?? version }
            }
        }
        for entry in term.properList ?? [] {
            if let name = entry.asAtom { nodes[name] = version }
            if let pair = entry.asTuple, pair.count == 2, let name = pair[0].asAtom {
                nodes[name] = pair[1].asInteger ?? version
            }
        }
        return nodes
    }
}

// The part of `pg` that decides: who is a member of which group, here and on other nodes. No processes, no sockets.
//
// One machine is one scope on one node. The protocol is that of `pg.erl` (`wire.md` 6.5): a scope finds the scopes of the
// same name on other nodes with `discover`, each sends all its local members with `sync`, and from then on its joins and
// leaves. What a peer said is forgotten when its process is gone.

internal import Processes
internal import Terms

/// What the shell of ``GroupMachine`` has to do.
enum GroupAction {
    case send(Pid, Term)
    case cast(Pid, Term)
    /// Tell of the end of a process with ``GroupMachine/down(_:)``.
    case monitor(Pid)
    case reply(GenCall, Term)
}

struct GroupMachine {
    /// This scope's process.
    let own: Pid
    /// Members here: a process may be in a group several times.
    private var local: [Pid: [Term]] = [:]
    private var peers: [Pid: [Term: [Pid]]] = [:]
    /// Everything, newest first.
    private(set) var groups: [Term: Members] = [:]
    /// Who is told of joins and leaves: of one group, or of all.
    private var watchers: [Reference: Watcher] = [:]

    struct Members {
        var all: [Pid] = []
        var local: [Pid] = []
    }

    private struct Watcher {
        var pid: Pid
        var group: Term?
    }

    init(own: Pid) { self.own = own }

    // MARK: Other nodes

    /// The message that finds the scope on another node.
    var discovery: Term { .tuple([.atom("discover"), .pid(own)]) }

    mutating func received(_ message: Term) -> [GroupAction] {
        guard let tuple = message.asTuple, let kind = tuple.first?.asAtom, tuple.count > 1,
            case .pid(let peer) = tuple[1]
        else { return [] }
        switch (kind.name, tuple.count) {
        case ("discover", 2...3):
            let members = localGroups.map { Term.tuple([$0.key, .makeList($0.value.map { .pid($0) })]) }
            var actions: [GroupAction] = [.cast(peer, .tuple([.atom("sync"), .pid(own), .makeList(members)]))]
            if peers.updateValue(peers[peer] ?? [:], forKey: peer) == nil {
                actions += [.monitor(peer), .send(peer, discovery)]
            }
            return actions
        case ("sync", 3):
            var groups: [Term: [Pid]] = [:]
            for entry in tuple[2].properList ?? [] {
                guard let pair = entry.asTuple, pair.count == 2 else { continue }
                groups[pair[0]] = Self.pids(pair[1])
            }
            let old = peers.updateValue(groups, forKey: peer)
            var actions: [GroupAction] = old == nil ? [.monitor(peer)] : []
            for (group, members) in old ?? [:] { actions += remove(members, from: group) }
            for (group, members) in groups { actions += add(members, to: group) }
            return actions
        case ("join", 4):
            guard peers[peer] != nil else { return [] }
            let pids = Self.pids(tuple[3])
            peers[peer]?[tuple[2], default: []] += pids
            return add(pids, to: tuple[2])
        case ("leave", 4):
            guard peers[peer] != nil else { return [] }
            var actions: [GroupAction] = []
            let pids = Self.pids(tuple[2])
            for group in tuple[3].properList ?? [] {
                // Those that joined before his sync are not known here, and cannot leave.
                let members = peers[peer]?[group] ?? []
                let rest = Self.without(pids, members)
                peers[peer]?[group] = rest
                actions += remove(Self.without(rest, members), from: group)
            }
            return actions
        default: return []
        }
    }

    /// A peer's scope, a member here, or somebody who watches is gone.
    mutating func down(_ pid: Pid) -> [GroupAction] {
        watchers = watchers.filter { $0.value.pid != pid }
        var actions: [GroupAction] = []
        for (group, members) in peers.removeValue(forKey: pid) ?? [:] { actions += remove(members, from: group) }
        if let mine = local.removeValue(forKey: pid) {
            for group in mine { actions += remove([pid], from: group, isLocal: true) }
            actions += tell(.tuple([.atom("leave"), .pid(own), .pid(pid), .makeList(mine)]))
        }
        return actions
    }

    private func tell(_ message: Term) -> [GroupAction] { peers.keys.map { .send($0, message) } }

    private var localGroups: [Term: [Pid]] { groups.compactMapValues { $0.local.isEmpty ? nil : $0.local } }

    // MARK: This node

    mutating func called(_ call: GenCall) -> [GroupAction] {
        guard let tuple = call.request.asTuple, let kind = tuple.first?.asAtom else {
            return [.reply(call, .atom(.badarg))]
        }
        switch (kind.name, tuple.count) {
        case ("join_local", 3):
            let pids = Self.pids(tuple[2])
            var actions: [GroupAction] = []
            for pid in pids {
                if local[pid] == nil { actions.append(.monitor(pid)) }
                local[pid, default: []].append(tuple[1])
            }
            actions += add(pids, to: tuple[1], isLocal: true)
            return actions + tell(.tuple([.atom("join"), .pid(own), tuple[1], tuple[2]])) + [.reply(call, .atom(.ok))]
        case ("leave_local", 3):
            let pids = Self.pids(tuple[2]).filter { local[$0]?.contains(tuple[1]) == true }
            guard !pids.isEmpty else { return [.reply(call, .atom("not_joined"))] }
            for pid in pids {
                if let place = local[pid]?.firstIndex(of: tuple[1]) { local[pid]?.remove(at: place) }
                if local[pid]?.isEmpty == true { local[pid] = nil }
            }
            let left: Term = .makeList(pids.map { .pid($0) })
            return remove(pids, from: tuple[1], isLocal: true)
                + tell(.tuple([.atom("leave"), .pid(own), left, .makeList([tuple[1]])])) + [.reply(call, .atom(.ok))]
        case ("monitor", 2...3):
            guard case .reference(let reference) = tuple[1] else { return [.reply(call, .atom(.badarg))] }
            let group = tuple.count == 3 ? tuple[2] : nil
            watchers[reference] = Watcher(pid: call.from, group: group)
            let members: Term =
                if let group {
                    .makeList((groups[group]?.all ?? []).map { .pid($0) })
                } else {
                    .map(Map(groups.map { ($0.key, .makeList($0.value.all.map { .pid($0) })) }))
                }
            return [.monitor(call.from), .reply(call, .tuple([tuple[1], members]))]
        case ("demonitor", 2):
            guard case .reference(let reference) = tuple[1], watchers.removeValue(forKey: reference) != nil else {
                return [.reply(call, .atom(.false))]
            }
            return [.reply(call, .atom(.ok))]
        default: return [.reply(call, .atom(.badarg))]
        }
    }

    private mutating func add(_ pids: [Pid], to group: Term, isLocal: Bool = false) -> [GroupAction] {
        guard !pids.isEmpty else { return [] }
        var members = groups[group] ?? Members()
        members.all = pids + members.all
        if isLocal { members.local = pids + members.local }
        groups[group] = members
        return notify("join", group, pids)
    }

    private mutating func remove(_ pids: [Pid], from group: Term, isLocal: Bool = false) -> [GroupAction] {
        guard var members = groups[group], !pids.isEmpty else { return [] }
        members.all = Self.without(pids, members.all)
        if isLocal { members.local = Self.without(pids, members.local) }
        groups[group] = members.all.isEmpty ? nil : members
        return notify("leave", group, pids)
    }

    private func notify(_ what: Atom, _ group: Term, _ pids: [Pid]) -> [GroupAction] {
        watchers.filter { $0.value.group == nil || $0.value.group == group }.map { reference, watcher in
            .send(
                watcher.pid,
                .tuple([.reference(reference), .atom(what), group, .makeList(pids.map { .pid($0) })]))
        }
    }

    private static func pids(_ term: Term) -> [Pid] {
        if case .pid(let pid) = term { return [pid] }
        return (term.properList ?? []).compactMap(\.asPid)
    }

    /// One occurrence of each less.
    private static func without(_ gone: [Pid], _ pids: [Pid]) -> [Pid] {
        var rest = pids
        for pid in gone { if let place = rest.firstIndex(of: pid) { rest.remove(at: place) } }
        return rest
    }
}

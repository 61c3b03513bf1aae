internal import Processes
internal import Support
internal import Terms

/// The `pg` scopes of a node: a process each, registered under the name of the scope, that performs what its
/// ``GroupMachine`` decides. Members are read without going through it.
final class GroupScopes: Sendable {
    private let scopes = Locked<[Atom: Scope]>([:])

    private final class Scope: Sendable {
        let machine: Locked<GroupMachine>
        let process: Process

        init(_ process: Process) {
            self.process = process
            machine = Locked(GroupMachine(own: process.pid))
        }
    }

    init() {}

    /// Starts a scope.
    ///
    /// - Returns: its process, and whether it was there already.
    func start(_ name: Atom, on node: Node) -> (pid: Pid, isNew: Bool) {
        if let running = scope(name) { return (running.process.pid, false) }
        let process = node.processes.spawn(
            "pg", "init", 1,
            prepare: { process in
                _ = node.processes.register(name, process)
                let scope = Scope(process)
                scopes.withLock { $0[name] = scope }
                node.monitorNodes(process.pid, true)
                for peer in node.connectedNodes() { process.deliver(.tuple([.atom("nodeup"), .atom(peer)])) }
            },
            { [self] process in
                guard let scope = scope(name) else { return }
                try await Self.run(scope, name, process)
            })
        return (process.pid, true)
    }

    private func scope(_ name: Atom) -> Scope? {
        scopes.withLock { $0[name] }.flatMap { $0.process.isAlive ? $0 : nil }
    }

    /// The process of a scope.
    func process(_ name: Atom) -> Process? { scope(name)?.process }

    func members(_ name: Atom, _ group: Term, localOnly: Bool) -> [Pid]? {
        scope(name)?.machine.withLock { machine in
            let members = machine.groups[group]
            return (localOnly ? members?.local : members?.all) ?? []
        }
    }

    func groups(_ name: Atom, localOnly: Bool) -> [Term]? {
        scope(name)?.machine.withLock { machine in
            machine.groups.filter { !localOnly || !$0.value.local.isEmpty }.map(\.key)
        }
    }

    private static func run(_ scope: Scope, _ name: Atom, _ process: Process) async throws {
        var watched: Set<Pid> = []
        while true {
            let message = try await process.receiveAny()
            let callbacks = SystemCallbacks(
                module: "pg",
                state: {
                    scope.machine.withLock { machine in
                        let groups = machine.groups.map {
                            (
                                $0.key,
                                Term.tuple([
                                    .makeList($0.value.all.map { .pid($0) }),
                                    .makeList($0.value.local.map { .pid($0) }),
                                ])
                            )
                        }
                        return .tuple([.atom("state"), .atom(name), .map(Map(groups))])
                    }
                })
            if try await process.answerSystem(message, callbacks) { continue }
            if let tuple = message.asTuple, tuple.count == 2, tuple[0] == .atom("nodeup"), let peer = tuple[1].asAtom {
                process.send(scope.machine.withLock { $0.discovery }, to: .name(name, node: peer))
                continue
            }
            let actions: [GroupAction] = scope.machine.withLock { machine in
                if let call = GenCall(message) { return machine.called(call) }
                if let request = genCastRequest(message) { return machine.received(request) }
                guard let tuple = message.asTuple, tuple.count == 5, tuple[0] == .atom(.DOWN),
                    case .pid(let pid) = tuple[3]
                else { return machine.received(message) }
                return machine.down(pid)
            }
            if let tuple = message.asTuple, tuple.count == 5, case .pid(let pid) = tuple[3] { watched.remove(pid) }
            for action in actions {
                switch action {
                case .send(let pid, let message): process.send(message, to: pid)
                case .cast(let pid, let message): process.send(.tuple([.atom(.genCast), message]), to: pid)
                case .monitor(let pid): if watched.insert(pid).inserted { _ = process.monitor(.pid(pid)) }
                case .reply(let call, let reply): call.reply(reply, from: process)
                }
            }
        }
    }
}

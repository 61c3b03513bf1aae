internal import Distribution
internal import DistributionProtocol
public import Processes
internal import Support
public import Terms

extension Node {
    /// `erpc:call/5`: calls a function on any node, this one included.
    ///
    /// - Parameter timeout: nanoseconds; nothing waits for ever.
    /// - Throws: ``ErlangException`` as `erpc:call/5` raises it: `throw:X`, `exit:{exception, X}`,
    ///   `error:{exception, Reason, Stack}`, `exit:{signal, Reason}`, `error:{erpc, noconnection | timeout | notsup}`;
    ///   `CancellationError` when the task is cancelled.
    public func erpcCall(
        _ node: Atom, _ module: Atom, _ function: Atom, _ arguments: [Term], by process: Process, timeout: Int64?
    ) async throws -> Term {
        if node == name {
            return try await localCall(module, function, arguments, by: process, timeout: timeout)
        }
        let deadline = timeout.map { clock.monotonicNanoseconds() + $0 }
        do {
            try await connect(to: node, timeout: timeout ?? defaultTimeout)
        } catch {
            try Task.checkCancellation()
            throw Self.erpcError(error.code == .timeout && timeout != nil ? .timeout : .noconnection, error.message)
        }
        for argument in arguments { await prepareFuns(in: argument, for: node) }
        let reference = processes.makeReference()
        remoteCalls.expectCall(reference, on: node)
        let arguments: Term = [.reference(reference), .atom(module), .atom(function), .makeList(arguments)]
        let sent = sendControl(
            .spawnRequest(
                requestID: reference, from: process.pid, groupLeader: process.groupLeader,
                module: .erpc, function: "execute_call", arity: 4, options: [.atom(.monitor)], token: nil),
            arguments, to: node)
        if !sent { remoteCalls.connectionLost(to: node) }
        let remaining = deadline.map { max(0, $0 - clock.monotonicNanoseconds()) }
        let (answer, pid) = await remoteCalls.wait(for: reference, timeout: remaining, timers: processes.timers)
        switch answer {
        case .ended(let reason):
            return try Self.erpcResult(reason, reference)
        case .spawnFailed(let reason):
            throw Self.erpcError(reason)
        case .noConnection, .spawned:
            throw Self.erpcError(.noconnection)
        case .timedOut, .cancelled:
            if let pid {
                _ = sendControl(
                    .demonitor(from: process.pid, to: .pid(pid), reference: reference), nil, to: node)
            }
            if case .cancelled = answer { throw CancellationError() }
            throw Self.erpcError(.timeout)
        }
    }

    private static func erpcError(_ reason: Atom, _ detail: String? = nil) -> ErlangException {
        ErlangException(.error, .tuple([.atom(.erpc), .atom(reason)]), detail: detail)
    }

    /// What the exit reason of an `execute_call` process means.
    private static func erpcResult(_ reason: Term, _ reference: Reference) throws -> Term {
        guard let tuple = reason.asTuple, tuple.count >= 3, tuple[0] == .reference(reference),
            let outcome = tuple[1].asAtom
        else {
            if reason == .atom(.noconnection) { throw erpcError(.noconnection) }
            throw ErlangException(.exit, .tuple([.atom("signal"), reason]))
        }
        switch (outcome, tuple.count) {
        case (.return, 3): return tuple[2]
        case (.throw, 3): throw ErlangException(.throw, tuple[2])
        case (.exit, 3): throw ErlangException(.exit, .tuple([.atom("exception"), tuple[2]]))
        case (.error, 4):
            throw ErlangException(.error, .tuple([.atom("exception"), tuple[2], tuple[3]]), stack: tuple[3])
        case (.error, 3): throw ErlangException(.error, tuple[2])
        default: throw ErlangException(.exit, .tuple([.atom("signal"), reason]))
        }
    }

    /// A call to this node itself: in a process of its own, as on any other.
    private func localCall(
        _ module: Atom, _ function: Atom, _ arguments: [Term], by process: Process, timeout: Int64?
    ) async throws -> Term {
        let reference = processes.makeReference()
        remoteCalls.expectCall(reference, on: name)
        let worker = processes.spawn(.erpc, "execute_call", 4, groupLeader: process.groupLeader) { [self] worker in
            let reason = await executeCall(reference, module, function, arguments, by: worker)
            _ = remoteCalls.ended(reference, reason: reason)
        }
        let (answer, _) = await remoteCalls.wait(for: reference, timeout: timeout, timers: processes.timers)
        switch answer {
        case .ended(let reason): return try Self.erpcResult(reason, reference)
        case .timedOut:
            process.exit(worker.pid, reason: .atom(.kill))
            throw Self.erpcError(.timeout)
        case .cancelled:
            process.exit(worker.pid, reason: .atom(.kill))
            throw CancellationError()
        case .spawned, .spawnFailed, .noConnection: throw Self.erpcError(.noconnection)
        }
    }

    /// `erpc:execute_call/4`: runs a function and words its outcome as the reason the process ends with.
    func executeCall(
        _ reference: Reference, _ module: Atom, _ function: Atom, _ arguments: [Term], by process: Process
    ) async -> Term {
        do {
            let value = try await serve(module, function, arguments, by: process)
            await prepareFuns(in: value, for: reference.incarnation.node)
            return .tuple([.reference(reference), .atom(.return), value])
        } catch let exception as ErlangException {
            switch exception.kind {
            case .throw: return .tuple([.reference(reference), .atom(.throw), exception.reason])
            case .exit: return .tuple([.reference(reference), .atom(.exit), exception.reason])
            case .error:
                return .tuple([.reference(reference), .atom(.error), exception.reason, exception.stack])
            }
        } catch {
            return .atom(.killed)
        }
    }

    /// `rpc:call/5`: as ``erpcCall(_:_:_:_:by:timeout:)``, with failures as `{badrpc, Reason}` values.
    public func rpcCall(
        _ node: Atom, _ module: Atom, _ function: Atom, _ arguments: [Term], by process: Process, timeout: Int64?
    ) async throws -> Term {
        do {
            let value = try await erpcCall(node, module, function, arguments, by: process, timeout: timeout)
            if let tuple = value.asTuple, tuple.count == 2, tuple[0] == .atom(.EXIT) {
                return .tuple([.atom(.badrpc), value])
            }
            return value
        } catch let exception as ErlangException {
            return try Self.badrpc(exception)
        }
    }

    /// The value `rpc:call` gives for an exception of `erpc:call` (rpc.erl, `rpcify_exception/2`).
    private static func badrpc(_ exception: ErlangException) throws -> Term {
        let tuple = exception.reason.asTuple
        func badrpc(_ reason: Term) -> Term { .tuple([.atom(.badrpc), reason]) }
        func exited(_ reason: Term) -> Term { badrpc(.tuple([.atom(.EXIT), reason])) }
        switch (exception.kind, tuple?.first?.asAtom?.name, tuple?.count) {
        case (.throw, "EXIT", 2): return badrpc(exception.reason)
        case (.throw, _, _): return exception.reason
        case (.exit, "exception", 2), (.exit, "signal", 2): return exited(tuple?[1] ?? .nil)
        case (.error, "exception", 3): return exited(.tuple([tuple?[1] ?? .nil, tuple?[2] ?? .nil]))
        case (.error, "erpc", 2):
            switch tuple?[1] {
            case .atom(.badarg): throw ErlangException(.error, .atom(.badarg))
            case .atom(.noconnection): return badrpc(.atom("nodedown"))
            case .atom(.timeout), .atom("notsup"): return badrpc(tuple?[1] ?? .nil)
            default: return exited(tuple?[1] ?? .nil)
            }
        default: throw exception
        }
    }

    /// `erpc:cast/4`, `rpc:cast/4`: starts a call whose outcome nobody waits for.
    public func cast(_ node: Atom, _ module: Atom, _ function: Atom, _ arguments: [Term], by process: Process) {
        let leader = process.groupLeader
        if node == name {
            processes.spawn(.erpc, "execute_cast", 3, groupLeader: leader) { [self] worker in
                _ = try await functions.call(module, function, arguments, on: self, by: worker)
            }
            return
        }
        let request = ControlMessage.spawnRequest(
            requestID: processes.makeReference(), from: process.pid, groupLeader: leader,
            module: .erpc, function: "execute_cast", arity: 3, options: [], token: nil)
        let arguments: Term = [.atom(module), .atom(function), .makeList(arguments)]
        Task.detached { [self] in
            guard (try? await connect(to: node, timeout: defaultTimeout)) != nil else { return }
            await prepareFuns(in: arguments, for: node)
            _ = sendControl(request, arguments, to: node)
        }
    }

    /// `spawn/4` on another node, with `link` if asked.
    ///
    /// - Throws: ``ErlangException`` with `notsup`, `noconnection` or what the node answers.
    public func spawnRemote(
        _ node: Atom, _ module: Atom, _ function: Atom, _ arguments: [Term], options: [Term] = [], by process: Process
    ) async throws -> Pid {
        do {
            try await connect(to: node, timeout: defaultTimeout)
        } catch {
            throw ErlangException(.error, .atom(.noconnection), detail: error.message)
        }
        for argument in arguments { await prepareFuns(in: argument, for: node) }
        let reference = processes.makeReference()
        remoteCalls.expectSpawn(reference, on: node)
        let sent = sendControl(
            .spawnRequest(
                requestID: reference, from: process.pid, groupLeader: process.groupLeader, module: module,
                function: function, arity: arguments.count, options: .makeList(options), token: nil),
            .makeList(arguments), to: node)
        if !sent { remoteCalls.connectionLost(to: node) }
        let (answer, _) = await remoteCalls.wait(
            for: reference, timeout: defaultTimeout, timers: processes.timers)
        switch answer {
        case .spawned(let pid): return pid
        case .spawnFailed(let reason): throw ErlangException(.error, .atom(reason))
        case .cancelled: throw CancellationError()
        case .timedOut, .noConnection, .ended: throw ErlangException(.error, .atom(.noconnection))
        }
    }

    /// `rpc:multicall/5`: the results in the order of the nodes, and the nodes that could not be reached.
    public func multicall(
        _ nodes: [Atom], _ module: Atom, _ function: Atom, _ arguments: [Term], by process: Process, timeout: Int64?
    ) async throws -> (results: [(node: Atom, result: Term)], bad: [Atom]) {
        try await withThrowingTaskGroup(of: (Int, Term).self) { group in
            for (position, node) in nodes.enumerated() {
                group.addTask { [self] in
                    let result = try await rpcCall(node, module, function, arguments, by: process, timeout: timeout)
                    return (position, result)
                }
            }
            var results: [Int: Term] = [:]
            for try await (position, result) in group { results[position] = result }
            var good: [(node: Atom, result: Term)] = []
            var bad: [Atom] = []
            for (position, node) in nodes.enumerated() {
                guard let result = results[position] else { continue }
                let isAway =
                    result == .tuple([.atom(.badrpc), .atom("nodedown")])
                    || result == .tuple([.atom(.badrpc), .atom(.timeout)])
                if isAway { bad.append(node) } else { good.append((node, result)) }
            }
            return (good, bad)
        }
    }
}

extension Node {
    /// `erlang:send/2`: to a pid, a name, `{Name, Node}` or an alias.
    ///
    /// - Returns: what to wait for before going on; nothing if the message stays here.
    /// - Throws: ``ErlangException`` `badarg` for what is no destination, or a name nobody has here.
    public func send(
        _ message: Term, to target: Term, from process: Process
    ) throws -> (@Sendable () async -> Void)? {
        let destination: Destination
        switch target {
        case .pid(let pid): destination = .pid(pid)
        case .reference(let reference): destination = .alias(reference)
        case .atom(let registered):
            guard let receiver = processes.whereis(registered) else { throw ErlangException(.error, .atom(.badarg)) }
            receiver.deliver(message)
            return nil
        case .tuple(let tuple) where tuple.count == 2:
            guard let registered = tuple[0].asAtom, let node = tuple[1].asAtom else {
                throw ErlangException(.error, .atom(.badarg))
            }
            destination = .name(registered, node: node)
        // Ports of other nodes: messages to them are dropped.
        case .port: return nil
        default: throw ErlangException(.error, .atom(.badarg))
        }
        process.send(message, to: destination)
        let node = destination.node
        if node == name { return nil }
        return { [weak self] in await self?.waitUntilNotBusy(node) }
    }
}

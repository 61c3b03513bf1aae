internal import DistributionProtocol
internal import Processes
internal import Terms

extension Node {
    /// Serves a SPAWN_REQUEST: the reply first, then the function, then DOWN and EXIT as asked for (`wire.md` 4).
    func spawnRequested(
        _ reference: Reference, from: Pid, groupLeader: Pid, module: Atom, function: Atom, arity: Int,
        options: Term, arguments: Term?, on node: Atom
    ) {
        guard let options = options.properList, let arguments = arguments?.properList, arguments.count == arity else {
            let refusal = ControlMessage.spawnReply(
                requestID: reference, to: from, flags: 0, result: .atom("badopt"), token: nil)
            _ = sendControl(refusal, nil, to: node)
            return
        }
        var links = false
        var monitors = false
        for option in options {
            switch option {
            case .atom(.link): links = true
            case .atom(.monitor): monitors = true
            default:
                // Priorities, heap sizes and the like are accepted; they mean nothing here.
                if case .tuple(let tuple) = option, tuple.count == 2, Self.spawnOptions.contains(tuple[0]) { continue }
                let refusal = ControlMessage.spawnReply(
                    requestID: reference, to: from, flags: 0, result: .atom("badopt"), token: nil)
                _ = sendControl(refusal, nil, to: node)
                return
            }
        }
        let flags = (links ? 1 : 0) | (monitors ? 2 : 0)
        processes.spawn(
            module, function, arity, groupLeader: groupLeader,
            prepare: { process in
                if links { process.acceptLink(from: from) }
                if monitors { process.acceptMonitor(from: from, reference: reference) }
                _ = sendControl(
                    .spawnReply(
                        requestID: reference, to: from, flags: flags, result: .pid(process.pid), token: nil),
                    nil, to: node)
            },
            { [self] process in
                let reason = try await runSpawned(module, function, arguments, by: process)
                if reason != .atom(.normal) { throw ErlangException(.exit, reason) }
            })
    }

    private static let spawnOptions: Set<Term> = [
        .atom("priority"), .atom("fullsweep_after"), .atom("min_heap_size"), .atom("min_bin_vheap_size"),
        .atom("max_heap_size"), .atom("message_queue_data"), .atom("async_dist"),
    ]

    /// Runs what another node spawned here; returns the reason the process ends with.
    private func runSpawned(
        _ module: Atom, _ function: Atom, _ arguments: [Term], by process: Process
    ) async throws -> Term {
        if module == .erpc, function == "execute_call", arguments.count == 4,
            let reference = arguments[0].asReference, let module = arguments[1].asAtom,
            let function = arguments[2].asAtom, let arguments = arguments[3].properList
        {
            return await executeCall(reference, module, function, arguments, by: process)
        }
        if module == .erpc, function == "execute_cast", arguments.count == 3, let module = arguments[0].asAtom,
            let function = arguments[1].asAtom, let arguments = arguments[2].properList
        {
            _ = try await serve(module, function, arguments, by: process)
            return .atom(.normal)
        }
        _ = try await serve(module, function, arguments, by: process)
        return .atom(.normal)
    }
}

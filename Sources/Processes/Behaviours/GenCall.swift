public import Terms

/// A call that arrived as `{'$gen_call', {From, Tag}, Request}`, as `gen_server:call/2` and the like send it.
public struct GenCall: Sendable {
    public let from: Pid
    /// Must go back unchanged in the reply: `[alias | Ref]`, `[[alias | Ref] | _]`, a reference, or anything else.
    public let tag: Term
    public let request: Term

    /// Nothing if `message` is no such call.
    ///
    /// - Parameter label: what it is marked with; `system` for what `sys` sends.
    public init?(_ message: Term, label: Atom = .genCall) {
        guard let tuple = message.asTuple, tuple.count == 3, tuple[0] == .atom(label),
            let client = tuple[1].asTuple, client.count == 2, case .pid(let pid) = client[0]
        else { return nil }
        from = pid
        tag = client[1]
        request = tuple[2]
    }

    /// Where the reply goes: the alias in the tag if there is one, else the caller's pid.
    public var replyDestination: Destination {
        if case .list(let list) = tag {
            if list.head == .atom(.alias), case .reference(let reference) = list.tail { return .alias(reference) }
            if case .list(let inner) = list.head, inner.head == .atom(.alias),
                case .reference(let reference) = inner.tail
            {
                return .alias(reference)
            }
        }
        return .pid(from)
    }

    /// Sends the reply from `process`.
    public func reply(_ reply: Term, from process: Process) {
        process.send(.tuple([tag, reply]), to: replyDestination)
    }
}

/// The request of a cast, `{'$gen_cast', Request}`.
public func genCastRequest(_ message: Term) -> Term? {
    guard let tuple = message.asTuple, tuple.count == 2, tuple[0] == .atom(.genCast) else { return nil }
    return tuple[1]
}

extension Process {
    /// `gen_server:call/3`: sends a request to a server here or elsewhere and waits for its reply.
    ///
    /// - Parameters:
    ///   - timeout: nanoseconds; nothing waits for ever.
    ///   - label: what the request is marked with; `system` for those of `sys`.
    /// - Throws: an exit with `{Reason, {gen_server, call, [Server, Request, Timeout]}}` when the server ends, is not
    ///   there, or the time is up.
    public func genCall(
        _ server: Destination, _ request: Term, timeout: Int64? = 5_000_000_000, label: Atom = .genCall
    ) async throws -> Term {
        let monitor = monitor(server)
        let tag = Term.reference(monitor)
        send(.tuple([.atom(label), .tuple([.pid(pid), tag]), request]), to: server)
        let answer: Result<Term, ErlangException>? = try await receive(timeout: timeout) { message in
            guard let tuple = message.asTuple else { return nil }
            if tuple.count == 2, tuple[0] == tag { return .success(tuple[1]) }
            if tuple.count == 5, tuple[0] == .atom(.DOWN), tuple[1] == tag {
                return .failure(ErlangException(.exit, tuple[4]))
            }
            return nil
        }
        demonitor(monitor, flush: true)
        switch answer {
        case .success(let reply): return reply
        case .failure(let exception): throw callExit(exception.reason, server, request, timeout)
        case nil: throw callExit(.atom(.timeout), server, request, timeout)
        }
    }

    private func callExit(_ reason: Term, _ server: Destination, _ request: Term, _ timeout: Int64?) -> ErlangException
    {
        let name: Term =
            switch server {
            case .pid(let pid): .pid(pid)
            case .name(let name, let node): .tuple([.atom(name), .atom(node)])
            case .alias(let reference): .reference(reference)
            }
        let limit: Term = timeout.map { .integer(Int($0 / 1_000_000)) } ?? .atom(.infinity)
        let call: Term = .tuple([.atom("gen_server"), .atom("call"), [name, request, limit]])
        return ErlangException(.exit, .tuple([reason, call]))
    }
}

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
        do {
            return try await genRequest(server, request, timeout: timeout, label: label)
        } catch let failure as GenRequestFailure {
            let name: Term =
                switch server {
                case .pid(let pid): .pid(pid)
                case .name(let name, let node): .tuple([.atom(name), .atom(node)])
                case .alias(let reference): .reference(reference)
                }
            let limit: Term = timeout.map { .integer(Int($0 / 1_000_000)) } ?? .atom(.infinity)
            let call: Term = .tuple([.atom("gen_server"), .atom("call"), [name, request, limit]])
            throw ErlangException(.exit, .tuple([failure.reason, call]))
        }
    }

    /// As ``genCall(_:_:timeout:label:)``, for callers that have their own words for a failure.
    ///
    /// - Throws: ``GenRequestFailure``, and what ``receive(timeout:_:)`` throws.
    public func genRequest(
        _ server: Destination, _ request: Term, timeout: Int64?, label: Atom = .genCall
    ) async throws -> Term {
        if isOwn(server) { throw GenRequestFailure(.atom("calling_self")) }
        // The reply comes to an alias, so that one which is too late is dropped.
        let monitor = monitor(server, alias: .demonitor, tag: nil)
        let tag: Term = .list(List([.atom(.alias)], tail: .reference(monitor)))
        send(.tuple([.atom(label), .tuple([.pid(pid), tag]), request]), to: server)
        defer { demonitor(monitor, flush: true) }
        let answer: Result<Term, GenRequestFailure>? = try await receive(timeout: timeout) { message in
            guard let tuple = message.asTuple else { return nil }
            if tuple.count == 2, tuple[0] == tag { return .success(tuple[1]) }
            if tuple.count == 5, tuple[0] == .atom(.DOWN), tuple[1] == .reference(monitor) {
                let isLost = tuple[4] == .atom(.noconnection)
                let reason: Term = isLost ? .tuple([.atom("nodedown"), .atom(server.node)]) : tuple[4]
                return .failure(GenRequestFailure(reason))
            }
            return nil
        }
        switch answer {
        case .success(let reply): return reply
        case .failure(let failure): throw failure
        case nil:
            demonitor(monitor, flush: true)
            // It may have come just before the alias went.
            let late: Term? = try await receive(timeout: 0) { message in
                guard let tuple = message.asTuple, tuple.count == 2, tuple[0] == tag else { return nil }
                return tuple[1]
            }
            if let late { return late }
            throw GenRequestFailure(.atom(.timeout))
        }
    }

    /// `proc_lib:stop/3`: tells a process of a behaviour to end, and waits for that.
    ///
    /// - Throws: ``GenRequestFailure`` if it was not there, took too long, or ended with another reason.
    public func genStop(_ server: Destination, reason: Term, timeout: Int64?) async throws {
        if isOwn(server) { throw GenRequestFailure(.atom("calling_self")) }
        let monitor = monitor(server, alias: .demonitor, tag: nil)
        let tag: Term = .list(List([.atom(.alias)], tail: .reference(monitor)))
        let request: Term = .tuple([.atom("terminate"), reason])
        send(.tuple([.atom("system"), .tuple([.pid(pid), tag]), request]), to: server)
        let end: Term? = try await receive(timeout: timeout) { message in
            guard let tuple = message.asTuple, tuple.count == 5, tuple[0] == .atom(.DOWN) else { return nil }
            return tuple[1] == .reference(monitor) ? tuple[4] : nil
        }
        demonitor(monitor, flush: true)
        _ = try await receive(timeout: 0) { $0.asTuple?.first == tag ? true : nil }
        guard let end else { throw GenRequestFailure(.atom(.timeout)) }
        guard end != reason else { return }
        if end == .atom(.noconnection) {
            throw GenRequestFailure(.tuple([.tuple([.atom("nodedown"), .atom(server.node)]), .nil]))
        }
        throw GenRequestFailure(end)
    }

    private func isOwn(_ server: Destination) -> Bool {
        switch server {
        case .pid(let other): other == pid
        case .name(let name, let node): node == table.incarnation.node && registeredName == name
        case .alias: false
        }
    }
}

/// Why a request got no reply: `noproc`, `timeout`, `calling_self`, `{nodedown, Node}`, or the reason the server ended
/// with.
public struct GenRequestFailure: Error {
    public let reason: Term

    public init(_ reason: Term) { self.reason = reason }
}

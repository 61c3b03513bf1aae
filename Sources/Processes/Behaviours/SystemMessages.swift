public import Terms

/// What a process of a behaviour tells `sys` of itself (stdlib, `sys`, "Process Implementation Functions").
public struct SystemCallbacks {
    /// The callback module.
    public var module: Atom
    /// Whose end is this process's end too.
    public var parent: Pid?
    /// What kind of server it is, for the header of its status: `generic server`.
    public var kind: String
    public var state: () -> Term
    /// Applies the fun of `sys:replace_state/2` to the state; gives the new one.
    public var replace: (_ fun: Term) async throws -> Term
    /// What stands last in the status: `[{data, [{"State", State}]}]` if nothing else is given.
    public var status: (() async -> [Term])?
    /// `code_change`, for `sys:change_code/4`.
    public var changeCode: ((_ old: Term, _ extra: Term) async throws -> Void)?

    public init(
        module: Atom, parent: Pid? = nil, kind: String = "generic server", state: @escaping () -> Term,
        replace: @escaping (_ fun: Term) async throws -> Term = { _ in throw ErlangException(.error, .atom(.badarg)) }
    ) {
        self.module = module
        self.parent = parent
        self.kind = kind
        self.state = state
        self.replace = replace
    }
}

extension Process {
    /// Answers a system message, `{system, From, Request}`; while the process is suspended, those that follow too.
    ///
    /// - Returns: false if the message is none.
    /// - Throws: an exit when the process is told to terminate, or its parent ends while it is suspended.
    public func answerSystem(_ message: Term, _ callbacks: SystemCallbacks) async throws -> Bool {
        guard var call = GenCall(message, label: "system") else { return false }
        var isSuspended = false
        while true {
            isSuspended = try await answer(call, callbacks, isSuspended)
            guard isSuspended else { return true }
            let next: GenCall? = try await receive { message in
                if let tuple = message.asTuple, tuple.count == 3, tuple[0] == .atom(.EXIT),
                    case .pid(let from) = tuple[1], from == callbacks.parent
                {
                    throw ErlangException(.exit, tuple[2])
                }
                return GenCall(message, label: "system")
            }
            guard let next else { return true }
            call = next
        }
    }

    /// Answers one request; returns whether the process is suspended then.
    private func answer(_ call: GenCall, _ callbacks: SystemCallbacks, _ isSuspended: Bool) async throws -> Bool {
        var isSuspended = isSuspended
        var reply: Term = .atom(.ok)
        let request = call.request.asTuple
        switch (call.request.asAtom ?? request?.first?.asAtom ?? .undefined).name {
        case "suspend": isSuspended = true
        case "resume": isSuspended = false
        case "get_state": reply = callbacks.state()
        case "get_status": reply = await status(callbacks, isSuspended)
        case "replace_state":
            do {
                reply = try await callbacks.replace(request?.last ?? .nil)
            } catch let exception as ErlangException {
                let place: Term = .tuple([.atom("gen_server"), .atom("system_replace_state")])
                let reason: Term = .tuple([.atom(.error), exception.reason])
                reply = .tuple([.atom(.error), .tuple([.atom("callback_failed"), place, reason])])
            }
        case "change_code":
            guard isSuspended else {
                reply = .tuple([.atom(.error), .tuple([.atom("unknown_system_msg"), call.request])])
                break
            }
            do {
                if let request, request.count == 4 { try await callbacks.changeCode?(request[2], request[3]) }
            } catch let exception as ErlangException {
                reply = .tuple([.atom(.error), exception.exitReason])
            }
        case "debug": reply = Self.debug(request?.last ?? .nil)
        case "terminate":
            call.reply(reply, from: self)
            throw ErlangException(.exit, request?.last ?? .atom(.shutdown))
        default: reply = .tuple([.atom(.error), .tuple([.atom("unknown_system_msg"), call.request])])
        }
        call.reply(reply, from: self)
        return isSuspended
    }

    /// `{status, Pid, {module, Module}, [Dictionary, SysState, Parent, Debug, Misc]}`.
    private func status(_ callbacks: SystemCallbacks, _ isSuspended: Bool) async -> Term {
        let phase: Term = .atom(isSuspended ? "suspended" : "running")
        let parent: Term = .pid(callbacks.parent ?? pid)
        let name = registeredName?.name ?? ErlangPrinter(width: nil).print(.pid(pid))
        let pairs: [Term] = [
            .tuple([.charlist("Status"), phase]), .tuple([.charlist("Parent"), parent]),
            .tuple([.charlist("Logged events"), .nil]),
        ]
        let own =
            await callbacks.status?() ?? [.tuple([.atom("data"), [.tuple([.charlist("State"), callbacks.state()])]])]
        let miscellaneous: Term = .makeList(
            [
                .tuple([.atom("header"), .charlist("Status for \(callbacks.kind) \(name)")]),
                .tuple([.atom("data"), .makeList(pairs)]),
            ] + own)
        return .tuple([
            .atom("status"), .pid(pid), .tuple([.atom("module"), .atom(callbacks.module)]),
            [.makeList(dictionary.map { .tuple([$0.key, $0.value]) }), phase, parent, .nil, miscellaneous],
        ])
    }

    /// Events are not logged, traced or counted: what is asked to be switched on stays off.
    private static func debug(_ request: Term) -> Term {
        guard let tuple = request.asTuple, tuple.count == 2, tuple[1] == .atom("get") else { return .atom(.ok) }
        return .tuple([.atom(.ok), tuple[0] == .atom("statistics") ? .atom("no_statistics") : .nil])
    }
}

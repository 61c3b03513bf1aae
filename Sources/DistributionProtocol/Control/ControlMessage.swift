public import Terms

/// What a link or monitor control message names: a pid, or a registered name.
public enum ProcessName: Sendable, Hashable {
    case pid(Pid)
    case name(Atom)

    init?(_ term: Term) {
        switch term {
        case .pid(let pid): self = .pid(pid)
        case .atom(let name): self = .name(name)
        default: return nil
        }
    }

    public var term: Term {
        switch self {
        case .pid(let pid): .pid(pid)
        case .name(let name): .atom(name)
        }
    }
}

/// A control message, the first term of a frame. Source: erts, "Distribution Protocol", Protocol between Connected Nodes;
/// `wire.md` 4 has the numbers.
///
/// A `token` belongs to sequential tracing: the operation with `_TT` in its name is used when there is one. A `reason`
/// that is missing travels as the message behind the control message (EXIT_PAYLOAD).
public enum ControlMessage: Sendable, Hashable {
    case link(from: Pid, to: Pid)
    case send(to: Pid, token: Term?)
    case sendSender(from: Pid, to: Pid, token: Term?)
    case exit(from: Pid, to: Pid, reason: Term?, token: Term?)
    case unlink(from: Pid, to: Pid)
    case nodeLink
    case regSend(from: Pid, to: Atom, token: Term?)
    case groupLeader(leader: Pid, to: Pid)
    case exit2(from: Pid, to: Pid, reason: Term?, token: Term?)
    case monitor(from: Pid, to: ProcessName, reference: Reference)
    case demonitor(from: Pid, to: ProcessName, reference: Reference)
    case monitorExit(from: ProcessName, to: Pid, reference: Reference, reason: Term?)
    case spawnRequest(
        requestID: Reference, from: Pid, groupLeader: Pid, module: Atom, function: Atom, arity: Int, options: Term,
        token: Term?)
    /// `result` is the pid, or an atom that says what was wrong. `flags`: 1 link set up, 2 monitor set up.
    case spawnReply(requestID: Reference, to: Pid, flags: Int, result: Term, token: Term?)
    case aliasSend(from: Pid, to: Reference, token: Term?)
    case unlinkID(id: UInt64, from: Pid, to: Pid)
    case unlinkIDAcknowledged(id: UInt64, from: Pid, to: Pid)
    /// OTP 28. `flags`: 1 priority, 2 token, 4 `to` is an alias, 8 `to` is a name, 16 exit signal.
    case altactSend(flags: Int, from: Pid, to: Term, token: Term?)

    /// Whether a term follows in the same frame.
    public var carriesMessage: Bool {
        switch self {
        case .send, .sendSender, .regSend, .spawnRequest, .aliasSend, .altactSend: true
        case .exit(_, _, let reason, _), .exit2(_, _, let reason, _): reason == nil
        case .monitorExit(_, _, _, let reason): reason == nil
        default: false
        }
    }
}

/// A term that is no control message: the connection is closed.
public struct ControlMessageError: Error, Sendable, CustomStringConvertible {
    public let description: String
}

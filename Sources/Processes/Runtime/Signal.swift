public import Terms

/// Where a message or a monitor goes.
public enum Destination: Sendable, Hashable {
    case pid(Pid)
    /// A registered name on a node.
    case name(Atom, node: Atom)
    /// An alias (a reference that stands for a process).
    case alias(Reference)
}

/// What one process tells another: the signals of the Erlang reference manual ("Processes", "Signals").
///
/// Signals between two processes arrive in the order they were sent.
public enum Signal: Sendable {
    case message(from: Pid, to: Destination, Term)
    case link(from: Pid, to: Pid)
    /// `id` tells one unlink from the next; it is answered by ``unlinkAcknowledged(id:from:to:)`` when the receiver is on
    /// another node.
    case unlink(id: UInt64, from: Pid, to: Pid)
    case unlinkAcknowledged(id: UInt64, from: Pid, to: Pid)
    /// A link is broken because `from` ended with `reason`.
    case linkExit(from: Pid, to: Pid, reason: Term)
    /// `exit/2`.
    case exit(from: Pid, to: Pid, reason: Term)
    case monitor(from: Pid, to: Destination, reference: Reference)
    case demonitor(from: Pid, to: Destination, reference: Reference)
    /// What was monitored ended with `reason`.
    case down(from: Destination, to: Pid, reference: Reference, reason: Term)
    case groupLeader(from: Pid, to: Pid, leader: Pid)
}

/// Takes the signals for processes of other nodes. The network implements it; without one, every other node is away.
public protocol SignalRouter: AnyObject, Sendable {
    /// Sends `signal` on its way; returns at once. A node that cannot be reached answers as the reference manual says:
    /// links and monitors break with `noconnection`, messages are dropped.
    func route(_ signal: Signal, toNode node: Atom)
}

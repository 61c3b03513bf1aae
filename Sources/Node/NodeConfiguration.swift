public import Distribution
public import DistributionProtocol
public import Logging
public import Terms

/// What a node is told when it is made.
public struct NodeConfiguration: Sendable {
    /// Which functions other nodes may call.
    public enum Allow: String, Sendable, CaseIterable {
        /// All, as an OTP node does.
        case all
        /// Those that only read.
        case safe
        case none
    }

    /// Connect without the flag PUBLISHED: others do not see the node in `nodes/0`.
    public var isHidden = false
    /// Capabilities that are not offered to peers, to see how they treat older nodes.
    public var withheldFlags: DistributionFlags = []
    /// The cookie; the cookie file's if nothing is given.
    public var cookie: Atom?
    public var epmdPort = 4369
    /// Whether EPMD is asked and told; without it the ports of peers follow from their names.
    public var usesEPMD = true
    /// Starts an EPMD that outlives this process when none answers on the port: the executable and its arguments.
    public var epmdDaemon: (executable: String, arguments: [String])?
    /// Ports to listen on; any free one if nothing is given.
    public var portRange: ClosedRange<Int>?
    /// The address to listen on; follows from the host part of the name if nothing is given.
    public var bindAddress: String?
    /// Connections run inside TLS if this is given.
    public var tls: DistributionTLS?
    public var allow = Allow.all
    /// Deadline of connects and calls whose caller names none, in nanoseconds.
    public var timeout: Int64 = 5_000_000_000
    /// `net_ticktime`, in seconds.
    public var tickTime = 60
    /// Whether a node that others lost is disconnected here too (`-kernel prevent_overlapping_partitions`).
    public var preventsOverlappingPartitions = true
    /// Where the group leader `user` prints.
    public var output: @Sendable (String) -> Void = { _ in }
    /// Told what an administrator wants to know: connections up and down, refusals.
    public var logger = Logger(label: "beamsh")

    public init() {}
}

// What this module does: the Erlang distribution protocol as value types. Flags, the handshake machine for both roles,
// control messages, frames and ticks. What it does not: sockets, clocks, processes. Bytes or events go in, actions come
// out. The protocol: erts, "Distribution Protocol"; the facts that decide here are those of `wire.md` 2 to 4 and 7.

/// The capabilities a node offers in the handshake. Source: erts, "Distribution Protocol", Distribution Flags.
public struct DistributionFlags: OptionSet, Sendable, Hashable {
    public let rawValue: UInt64

    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// The connection is visible if both sides send it.
    public static let published = DistributionFlags(rawValue: 0x1)
    public static let extendedReferences = DistributionFlags(rawValue: 0x4)
    public static let distMonitor = DistributionFlags(rawValue: 0x8)
    public static let funTags = DistributionFlags(rawValue: 0x10)
    public static let distMonitorName = DistributionFlags(rawValue: 0x20)
    public static let newFunTags = DistributionFlags(rawValue: 0x80)
    public static let extendedPidsPorts = DistributionFlags(rawValue: 0x100)
    public static let exportPointerTag = DistributionFlags(rawValue: 0x200)
    public static let bitBinaries = DistributionFlags(rawValue: 0x400)
    public static let newFloats = DistributionFlags(rawValue: 0x800)
    public static let unicodeIO = DistributionFlags(rawValue: 0x1000)
    public static let distHeaderAtomCache = DistributionFlags(rawValue: 0x2000)
    public static let smallAtomTags = DistributionFlags(rawValue: 0x4000)
    public static let utf8Atoms = DistributionFlags(rawValue: 0x10000)
    public static let mapTag = DistributionFlags(rawValue: 0x20000)
    public static let bigCreation = DistributionFlags(rawValue: 0x40000)
    public static let sendSender = DistributionFlags(rawValue: 0x80000)
    public static let bigSeqTraceLabels = DistributionFlags(rawValue: 0x100000)
    public static let exitPayload = DistributionFlags(rawValue: 0x400000)
    public static let fragments = DistributionFlags(rawValue: 0x800000)
    public static let handshake23 = DistributionFlags(rawValue: 0x1000000)
    public static let unlinkID = DistributionFlags(rawValue: 0x2000000)
    /// Stands for all that OTP 25 made mandatory.
    public static let mandatory25Digest = DistributionFlags(rawValue: 0x4000000)
    public static let spawn = DistributionFlags(rawValue: 1 << 32)
    /// A request, no capability: give me a name.
    public static let nameMe = DistributionFlags(rawValue: 2 << 32)
    public static let v4NC = DistributionFlags(rawValue: 4 << 32)
    public static let alias = DistributionFlags(rawValue: 8 << 32)
    public static let altactSig = DistributionFlags(rawValue: 32 << 32)

    /// Mandatory since OTP 25.
    public static let mandatory25: DistributionFlags = [
        .extendedReferences, .funTags, .newFunTags, .extendedPidsPorts, .exportPointerTag, .bitBinaries, .newFloats,
        .utf8Atoms, .mapTag, .bigCreation, .handshake23,
    ]

    /// What a peer must offer to be accepted: the set of OTP 25. Releases from 26 on also demand UNLINK_ID and V4_NC, and
    /// we offer them; but we still take a peer of OTP 25 age that lacks one.
    public static let mandatory = mandatory25

    /// What this node offers: all that is implemented.
    public static let hidden: DistributionFlags = mandatory25.union([
        .distMonitor, .distMonitorName, .unicodeIO, .smallAtomTags, .sendSender, .bigSeqTraceLabels, .exitPayload,
        .unlinkID, .mandatory25Digest, .spawn, .v4NC, .alias, .distHeaderAtomCache, .fragments,
    ])

    /// ``hidden`` and published.
    public static let visible = hidden.union(.published)

    /// The flags with those that the digest bit stands for.
    public var expanded: DistributionFlags { contains(.mandatory25Digest) ? union(.mandatory25) : self }

    /// The names of mandatory flags that are missing.
    public var missing: [String] {
        let absent = Self.mandatory.subtracting(expanded)
        return Self.names.filter { absent.contains($0.flag) }.map(\.name)
    }

    private static let names: [(name: String, flag: DistributionFlags)] = [
        ("EXTENDED_REFERENCES", .extendedReferences), ("FUN_TAGS", .funTags), ("NEW_FUN_TAGS", .newFunTags),
        ("EXTENDED_PIDS_PORTS", .extendedPidsPorts), ("EXPORT_PTR_TAG", .exportPointerTag),
        ("BIT_BINARIES", .bitBinaries), ("NEW_FLOATS", .newFloats), ("UTF8_ATOMS", .utf8Atoms), ("MAP_TAG", .mapTag),
        ("BIG_CREATION", .bigCreation), ("HANDSHAKE_23", .handshake23),
    ]
}

/// A process identifier. Opaque: only the node that made it knows what id and serial mean.
///
/// Source: External Term Format, NEW_PID_EXT.
@frozen
public struct Pid: Sendable, Hashable {
    public let incarnation: NodeIncarnation
    public let id: UInt32
    public let serial: UInt32

    @inlinable
    public init(incarnation: NodeIncarnation, id: UInt32, serial: UInt32) {
        self.incarnation = incarnation
        self.id = id
        self.serial = serial
    }

    public init(node: Atom, id: UInt32, serial: UInt32, creation: UInt32) {
        self.init(incarnation: NodeIncarnation(node: node, creation: creation), id: id, serial: serial)
    }

    public var node: Atom { incarnation.node }
    public var creation: UInt32 { incarnation.creation }
}

/// A port identifier. Source: External Term Format, V4_PORT_EXT.
@frozen
public struct Port: Sendable, Hashable {
    public let incarnation: NodeIncarnation
    let high: UInt32
    let low: UInt32

    public init(node: Atom, id: UInt64, creation: UInt32) {
        self.init(incarnation: NodeIncarnation(node: node, creation: creation), id: id)
    }

    public init(incarnation: NodeIncarnation, id: UInt64) {
        self.incarnation = incarnation
        high = UInt32(truncatingIfNeeded: id >> 32)
        low = UInt32(truncatingIfNeeded: id)
    }

    public var id: UInt64 { UInt64(high) << 32 | UInt64(low) }
    public var node: Atom { incarnation.node }
    public var creation: UInt32 { incarnation.creation }
}

/// A reference of one to five 32 bit words (three are usual; five for aliases of OTP 26 and later).
///
/// Source: External Term Format, NEWER_REFERENCE_EXT.
public final class Reference: Sendable, Hashable {
    public let incarnation: NodeIncarnation
    /// How many words count, 0 to 5.
    public let wordCount: Int
    private let storedWords: (UInt32, UInt32, UInt32, UInt32, UInt32)

    /// A reference of at most five words, in the order they have on the wire; more than five are cut.
    public init(incarnation: NodeIncarnation, words: some Collection<UInt32>) {
        self.incarnation = incarnation
        var all: (UInt32, UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0, 0)
        var count = 0
        for word in words.prefix(5) {
            switch count {
            case 0: all.0 = word
            case 1: all.1 = word
            case 2: all.2 = word
            case 3: all.3 = word
            default: all.4 = word
            }
            count += 1
        }
        storedWords = all
        wordCount = count
    }

    public convenience init(node: Atom, creation: UInt32, words: some Collection<UInt32>) {
        self.init(incarnation: NodeIncarnation(node: node, creation: creation), words: words)
    }

    /// The word at a position; 0 beyond ``wordCount``.
    public func word(_ position: Int) -> UInt32 {
        switch position {
        case 0: storedWords.0
        case 1: storedWords.1
        case 2: storedWords.2
        case 3: storedWords.3
        case 4: storedWords.4
        default: 0
        }
    }

    public var words: [UInt32] { (0..<wordCount).map(word) }
    public var node: Atom { incarnation.node }
    public var creation: UInt32 { incarnation.creation }

    public static func == (left: Reference, right: Reference) -> Bool {
        left === right
            || (left.incarnation == right.incarnation && left.wordCount == right.wordCount
                && left.storedWords == right.storedWords)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(incarnation)
        hasher.combine(storedWords.0)
        hasher.combine(storedWords.1)
        hasher.combine(storedWords.2)
    }
}

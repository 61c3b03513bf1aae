/// What a decoder accepts from bytes that come from outside.
public struct DecodingLimits: Sendable, Hashable {
    /// Bytes of one term, and bytes that a compressed term may have when inflated.
    public var maximumBytes: Int
    /// Containers inside one another.
    public var maximumDepth: Int
    /// Elements of one list.
    public var maximumListLength: Int
    /// Atoms (and lives of nodes) that did not exist before.
    public var maximumNewAtoms: Int

    public init(maximumBytes: Int, maximumDepth: Int, maximumListLength: Int, maximumNewAtoms: Int) {
        self.maximumBytes = maximumBytes
        self.maximumDepth = maximumDepth
        self.maximumListLength = maximumListLength
        self.maximumNewAtoms = maximumNewAtoms
    }

    /// For what peers send: a gigabyte, a million levels, as many elements as fit, 65,536 new atoms.
    public static let standard = DecodingLimits(
        maximumBytes: 1 << 30, maximumDepth: 1_000_000, maximumListLength: 1 << 28, maximumNewAtoms: 65_536)

    /// For bytes that this program wrote itself.
    public static let trusted = DecodingLimits(
        maximumBytes: .max, maximumDepth: .max, maximumListLength: .max, maximumNewAtoms: .max)
}

/// Why bytes are no term: a code, where, and one line for people.
public struct ETFError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure; more may come.
    public struct Code: Sendable, Hashable {
        let name: String

        public static let truncated = Code(name: "truncated")
        public static let badTag = Code(name: "bad tag")
        public static let badValue = Code(name: "bad value")
        public static let limitExceeded = Code(name: "limit exceeded")
        public static let trailingBytes = Code(name: "trailing bytes")
        public static let compression = Code(name: "compression")
    }

    public let code: Code
    /// Bytes from the start of the buffer.
    public let offset: Int
    public let message: String

    public init(_ code: Code, at offset: Int, _ message: String) {
        self.code = code
        self.offset = offset
        self.message = message
    }

    public var description: String { "\(message) at byte \(offset)" }
}

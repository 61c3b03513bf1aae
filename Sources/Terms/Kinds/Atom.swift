/// An atom: an index into the table of all atoms of this operating system process.
///
/// At most 255 code points. Atoms are never freed, as in Erlang; whoever reads them from outside limits how many new
/// ones he accepts (``DecodingLimits``).
@frozen
public struct Atom: Sendable, Hashable {
    public let index: UInt32

    @inlinable
    init(index: UInt32) { self.index = index }

    /// The atom of that name, made if it does not exist. Names longer than 255 code points are cut.
    public init(_ name: String) {
        var name = name
        if let atom = name.withUTF8({ AtomTable.shared.intern($0) }) {
            self = atom
        } else {
            // Too long, or there is no room even for the names in text.
            var start = String(String.UnicodeScalarView(name.unicodeScalars.prefix(255)))
            self = start.withUTF8 { AtomTable.shared.intern($0) } ?? .undefined
        }
    }

    /// The atom of that name if it exists already, as `binary_to_existing_atom/1`.
    public init?(existing name: String) {
        var name = name
        guard let atom = name.withUTF8({ AtomTable.shared.find($0) }) else { return nil }
        self = atom
    }

    /// The atom with these UTF-8 bytes; nothing if they are not valid UTF-8 or longer than 255 code points.
    public init?(utf8 bytes: UnsafeBufferPointer<UInt8>) {
        guard let atom = AtomTable.shared.intern(bytes) else { return nil }
        self = atom
    }

    /// The atom with these UTF-8 bytes if it exists already.
    public init?(existingUTF8 bytes: UnsafeBufferPointer<UInt8>) {
        guard let atom = AtomTable.shared.find(bytes) else { return nil }
        self = atom
    }

    /// The text of the atom.
    public var name: String { String(decoding: utf8, as: UTF8.self) }

    /// The UTF-8 bytes of the name; they live as long as the process.
    public var utf8: UnsafeBufferPointer<UInt8> { AtomTable.shared.bytes(of: self) }

    /// How many atoms exist.
    public static var count: Int { AtomTable.shared.count }

    /// How many may be made of data, as OTP's default for `+t`. Who makes atoms of what a program computed or a peer sent
    /// asks ``isTableFull`` first; the names in typed text come on top.
    public static let limit = 1 << 20

    /// Whether data may make no new atoms any more.
    public static var isTableFull: Bool { count >= limit }
}

extension Atom: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self.init(value) }
}

extension Atom: CustomStringConvertible {
    public var description: String { name }
}

extension Atom {
    /// Names whose indices are fixed, in this order; the constants below are their indices.
    static let wellKnown: [String] = [
        "", "true", "false", "nil", "undefined", "ok", "error", "normal", "kill", "killed", "noproc", "noconnection",
        "EXIT", "DOWN", "process", "exit", "throw", "badrpc", "undef", "badarg", "rex", "net_kernel", "erlang",
        "nonode@nohost", "shutdown", "timeout", "infinity", "node", "link", "monitor", "priority", "erpc",
        "return", "$gen_call", "$gen_cast", "alias", "badarith", "function_clause", "io_request", "io_reply",
    ]

    @inlinable public static var empty: Atom { Atom(index: 0) }
    @inlinable public static var `true`: Atom { Atom(index: 1) }
    @inlinable public static var `false`: Atom { Atom(index: 2) }
    @inlinable public static var `nil`: Atom { Atom(index: 3) }
    @inlinable public static var undefined: Atom { Atom(index: 4) }
    @inlinable public static var ok: Atom { Atom(index: 5) }
    @inlinable public static var error: Atom { Atom(index: 6) }
    @inlinable public static var normal: Atom { Atom(index: 7) }
    @inlinable public static var kill: Atom { Atom(index: 8) }
    @inlinable public static var killed: Atom { Atom(index: 9) }
    @inlinable public static var noproc: Atom { Atom(index: 10) }
    @inlinable public static var noconnection: Atom { Atom(index: 11) }
    @inlinable public static var EXIT: Atom { Atom(index: 12) }
    @inlinable public static var DOWN: Atom { Atom(index: 13) }
    @inlinable public static var process: Atom { Atom(index: 14) }
    @inlinable public static var exit: Atom { Atom(index: 15) }
    @inlinable public static var `throw`: Atom { Atom(index: 16) }
    @inlinable public static var badrpc: Atom { Atom(index: 17) }
    @inlinable public static var undef: Atom { Atom(index: 18) }
    @inlinable public static var badarg: Atom { Atom(index: 19) }
    @inlinable public static var rex: Atom { Atom(index: 20) }
    @inlinable public static var net_kernel: Atom { Atom(index: 21) }
    @inlinable public static var erlang: Atom { Atom(index: 22) }
    /// The name of a node that is not alive.
    @inlinable public static var nonode: Atom { Atom(index: 23) }
    @inlinable public static var shutdown: Atom { Atom(index: 24) }
    @inlinable public static var timeout: Atom { Atom(index: 25) }
    @inlinable public static var infinity: Atom { Atom(index: 26) }
    @inlinable public static var node: Atom { Atom(index: 27) }
    @inlinable public static var link: Atom { Atom(index: 28) }
    @inlinable public static var monitor: Atom { Atom(index: 29) }
    @inlinable public static var priority: Atom { Atom(index: 30) }
    @inlinable public static var erpc: Atom { Atom(index: 31) }
    @inlinable public static var `return`: Atom { Atom(index: 32) }
    @inlinable public static var genCall: Atom { Atom(index: 33) }
    @inlinable public static var genCast: Atom { Atom(index: 34) }
    @inlinable public static var alias: Atom { Atom(index: 35) }
    @inlinable public static var badarith: Atom { Atom(index: 36) }
    @inlinable public static var function_clause: Atom { Atom(index: 37) }
    @inlinable public static var io_request: Atom { Atom(index: 38) }
    @inlinable public static var io_reply: Atom { Atom(index: 39) }
}

// What this module does: the Erlang Port Mapper Daemon: the messages, a client, a server that real `erl`, `iex` and
// `epmd -names` use without noticing, and the daemon that beamsh leaves behind when there is none. What it does not: speak
// to nodes. The protocol: erts, "Distribution Protocol", EPMD Protocol; `wire.md` 1 has the facts measured.
//
//   request:  Length:16, body; one a connection. Response: no length; then the server closes.
//   x  ALIVE2_REQ       register; the connection is the registration and stays
//   z  PORT_PLEASE2_REQ where is a node
//   n  NAMES_REQ        all nodes, as text
//   d  DUMP_REQ         all nodes, as text for people
//   k  KILL_REQ         end; only when nobody is registered, or with relaxed checks
//   s  STOP_REQ         unregister a name; only with relaxed checks

/// What EPMD knows of a node.
public struct EPMDNode: Sendable, Hashable {
    /// The part of the name before the `@`.
    public var name: String
    public var port: UInt16
    /// 77 for normal, 72 for hidden; `erl -hidden` says 77 as well.
    public var type: UInt8 = 77
    /// 0: TCP over IPv4.
    public var networkProtocol: UInt8 = 0
    public var highestVersion: UInt16 = 6
    public var lowestVersion: UInt16 = 6
    public var extra: [UInt8] = []

    public init(name: String, port: UInt16) {
        self.name = name
        self.port = port
    }
}

/// A request to EPMD, without its length.
public enum EPMDRequest: Sendable, Hashable {
    case alive(EPMDNode)
    case portPlease(String)
    case names
    case dump
    case kill
    case stop(String)

    /// Nothing if the bytes are no request.
    public init?(_ body: [UInt8]) {
        let rest = body.dropFirst()
        switch body.first {
        case 120:
            guard rest.count >= 12 else { return nil }
            let fields = Array(rest)
            let nameLength = Int(fields.uint16(8))
            guard nameLength > 0, fields.count >= 10 + nameLength + 2,
                let name = String(validating: fields[10..<(10 + nameLength)], as: UTF8.self), !name.contains("\0")
            else { return nil }
            let extraLength = Int(fields.uint16(10 + nameLength))
            guard fields.count >= 12 + nameLength + extraLength else { return nil }
            var node = EPMDNode(name: name, port: fields.uint16(0))
            node.type = fields[2]
            node.networkProtocol = fields[3]
            node.highestVersion = fields.uint16(4)
            node.lowestVersion = fields.uint16(6)
            node.extra = Array(fields[(12 + nameLength)..<(12 + nameLength + extraLength)])
            self = .alive(node)
        case 122:
            let text = rest.last == 0 ? rest.dropLast() : rest
            guard !text.isEmpty, let name = String(validating: text, as: UTF8.self) else { return nil }
            self = .portPlease(name)
        case 110 where rest.isEmpty: self = .names
        case 100 where rest.isEmpty: self = .dump
        case 107 where rest.isEmpty: self = .kill
        case 115:
            guard let name = String(validating: rest, as: UTF8.self) else { return nil }
            self = .stop(name)
        default: return nil
        }
    }

    /// The request with its length.
    public var bytes: [UInt8] {
        let body: [UInt8]
        switch self {
        case .alive(let node):
            body =
                [120] + big(node.port) + [node.type, node.networkProtocol] + big(node.highestVersion)
                + big(node.lowestVersion) + big(UInt16(truncatingIfNeeded: node.name.utf8.count))
                + Array(node.name.utf8)
                + big(UInt16(truncatingIfNeeded: node.extra.count)) + node.extra
        case .portPlease(let name): body = [122] + Array(name.utf8)
        case .names: body = [110]
        case .dump: body = [100]
        case .kill: body = [107]
        case .stop(let name): body = [115] + Array(name.utf8)
        }
        return big(UInt16(truncatingIfNeeded: body.count)) + body
    }
}

/// What EPMD answers.
enum EPMDResponse {
    /// ALIVE2_X_RESP for nodes that know version 6, else ALIVE2_RESP.
    static func alive(result: UInt8, creation: UInt32, highestVersion: UInt16) -> [UInt8] {
        highestVersion >= 6
            ? [118, result] + big(creation) : [121, result] + big(UInt16(truncatingIfNeeded: creation))
    }

    static func port(_ node: EPMDNode?) -> [UInt8] {
        guard let node else { return [119, 1] }
        return [119, 0] + big(node.port) + [node.type, node.networkProtocol] + big(node.highestVersion)
            + big(node.lowestVersion) + big(UInt16(truncatingIfNeeded: node.name.utf8.count)) + Array(node.name.utf8)
            + big(UInt16(truncatingIfNeeded: node.extra.count)) + node.extra
    }

    /// The result and creation of an ALIVE2 response; nothing while it is not complete or when it is none.
    static func parseAlive(_ bytes: [UInt8]) -> (result: UInt8, creation: UInt32)? {
        switch bytes.first {
        case 118 where bytes.count >= 6: (bytes[1], UInt32(bytes.uint16(2)) << 16 | UInt32(bytes.uint16(4)))
        case 121 where bytes.count >= 4: (bytes[1], UInt32(bytes.uint16(2)))
        default: nil
        }
    }

    enum Port: Equatable {
        case found(EPMDNode)
        case unknown
        case garbage
    }

    static func parsePort(_ bytes: [UInt8]) -> Port {
        guard bytes.count >= 2, bytes[0] == 119 else { return .garbage }
        guard bytes[1] == 0 else { return .unknown }
        guard bytes.count >= 12 else { return .garbage }
        let length = Int(bytes.uint16(10))
        guard bytes.count >= 12 + length, let name = String(validating: bytes[12..<(12 + length)], as: UTF8.self) else {
            return .garbage
        }
        var node = EPMDNode(name: name, port: bytes.uint16(2))
        node.type = bytes[4]
        node.networkProtocol = bytes[5]
        node.highestVersion = bytes.uint16(6)
        node.lowestVersion = bytes.uint16(8)
        return .found(node)
    }
}

func big(_ value: some FixedWidthInteger & UnsignedInteger) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
}

extension [UInt8] {
    /// The big endian number at a position that is there.
    func uint16(_ position: Int) -> UInt16 { UInt16(self[position]) << 8 | UInt16(self[position + 1]) }
}

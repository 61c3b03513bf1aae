/// The messages of handshake version 6, without their length (`wire.md` 2).
public enum HandshakeMessage: Sendable, Equatable {
    /// `N` from the initiator. Bytes behind the name are ignored.
    case name(flags: UInt64, creation: UInt32, name: String)
    /// `n`, as nodes before OTP 25 send it; a complement follows the challenge.
    case oldName(flags: UInt32, name: String)
    case status(String)
    /// The status `named:`, the answer to a node that asked for a name.
    case named(name: String, creation: UInt32)
    /// `N` from the acceptor.
    case challenge(flags: UInt64, challenge: UInt32, creation: UInt32, name: String)
    case complement(flagsHigh: UInt32, creation: UInt32)
    case reply(challenge: UInt32, digest: [UInt8])
    case acknowledgement(digest: [UInt8])

    /// What a message with the tag `N` is: it depends on who reads it.
    enum Reader {
        case initiator
        case acceptor
    }

    public var bytes: [UInt8] {
        switch self {
        case .name(let flags, let creation, let name):
            [0x4E] + big(flags) + big(creation) + counted(name)
        case .oldName(let flags, let name):
            [0x6E, 0, 5] + big(flags) + Array(name.utf8)
        case .status(let text): [0x73] + Array(text.utf8)
        case .named(let name, let creation): [0x73] + Array("named:".utf8) + counted(name) + big(creation)
        case .challenge(let flags, let challenge, let creation, let name):
            [0x4E] + big(flags) + big(challenge) + big(creation) + counted(name)
        case .complement(let flags, let creation): [0x63] + big(flags) + big(creation)
        case .reply(let challenge, let digest): [0x72] + big(challenge) + digest
        case .acknowledgement(let digest): [0x61] + digest
        }
    }

    /// Nothing if the bytes are no message that this side may get.
    init?(_ bytes: [UInt8], for reader: Reader) {
        var rest = bytes.dropFirst()
        switch (bytes.first, reader) {
        case (0x4E, .acceptor):
            guard let flags = rest.take(8), let creation = rest.take(4), let name = rest.takeName() else { return nil }
            self = .name(flags: flags, creation: UInt32(creation), name: name)
        case (0x4E, .initiator):
            guard let flags = rest.take(8), let challenge = rest.take(4), let creation = rest.take(4),
                let name = rest.takeName()
            else { return nil }
            self = .challenge(
                flags: flags, challenge: UInt32(challenge), creation: UInt32(creation), name: name)
        case (0x6E, .acceptor):
            guard let version = rest.take(2), version == 5, let flags = rest.take(4),
                let name = String(validating: rest, as: UTF8.self)
            else { return nil }
            self = .oldName(flags: UInt32(flags), name: name)
        case (0x73, _):
            if rest.starts(with: "named:".utf8) {
                rest = rest.dropFirst(6)
                guard let name = rest.takeName(), let creation = rest.take(4) else { return nil }
                self = .named(name: name, creation: UInt32(creation))
            } else {
                guard let text = String(validating: rest, as: UTF8.self) else { return nil }
                self = .status(text)
            }
        case (0x63, .acceptor):
            guard let flags = rest.take(4), let creation = rest.take(4) else { return nil }
            self = .complement(flagsHigh: UInt32(flags), creation: UInt32(creation))
        case (0x72, .acceptor):
            guard let challenge = rest.take(4), rest.count >= 16 else { return nil }
            self = .reply(challenge: UInt32(challenge), digest: Array(rest.prefix(16)))
        case (0x61, .initiator):
            guard rest.count >= 16 else { return nil }
            self = .acknowledgement(digest: Array(rest.prefix(16)))
        default: return nil
        }
    }
}

private func big(_ value: some FixedWidthInteger & UnsignedInteger) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
}

private func counted(_ name: String) -> [UInt8] {
    big(UInt16(truncatingIfNeeded: name.utf8.count)) + Array(name.utf8)
}

extension ArraySlice<UInt8> {
    /// The next `count` bytes as a big endian number.
    fileprivate mutating func take(_ count: Int) -> UInt64? {
        guard self.count >= count else { return nil }
        defer { removeFirst(count) }
        return prefix(count).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// A name behind its 16 bit length.
    fileprivate mutating func takeName() -> String? {
        guard let count = take(2).map(Int.init), self.count >= count else { return nil }
        defer { removeFirst(count) }
        return String(validating: prefix(count), as: UTF8.self)
    }
}

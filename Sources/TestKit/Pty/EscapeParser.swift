/// Cuts terminal output into characters, controls and sequences (ECMA-48), byte by byte.
struct EscapeParser: Sendable {
    enum Action: Equatable {
        case print(Unicode.Scalar)
        case control(UInt8)
        case escape(UInt8)
        /// `CSI prefix parameters final`.
        case sequence(final: UInt8, prefix: UInt8?, parameters: [Int])
    }

    private enum State {
        case ground
        case escape
        case charset
        case sequence
        /// OSC and other strings, up to BEL or ST.
        case string(sawEscape: Bool)
    }

    private var state = State.ground
    private var prefix: UInt8?
    private var parameters: [Int] = []
    private var pending: [UInt8] = []

    mutating func next(_ byte: UInt8) -> Action? {
        switch state {
        case .ground: return ground(byte)
        case .escape: return escape(byte)
        case .charset:
            state = .ground
            return nil
        case .sequence: return sequence(byte)
        case .string(let sawEscape):
            if byte == 0x07 || sawEscape && byte == UInt8(ascii: "\\") {
                state = .ground
            } else {
                state = .string(sawEscape: byte == 0x1B)
            }
            return nil
        }
    }

    private mutating func ground(_ byte: UInt8) -> Action? {
        if byte == 0x1B {
            state = .escape
            return nil
        }
        if byte < 0x20 || byte == 0x7F { return .control(byte) }
        if byte < 0x80 {
            pending = []
            return .print(Unicode.Scalar(byte))
        }
        if byte & 0xC0 != 0x80 { pending = [] }
        pending.append(byte)
        guard let scalar = String(validating: pending, as: UTF8.self)?.unicodeScalars.first else { return nil }
        pending = []
        return .print(scalar)
    }

    private mutating func escape(_ byte: UInt8) -> Action? {
        switch byte {
        case UInt8(ascii: "["):
            state = .sequence
            prefix = nil
            parameters = [0]
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"):
            state = .string(sawEscape: false)
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "#"): state = .charset
        default:
            state = .ground
            return .escape(byte)
        }
        return nil
    }

    private mutating func sequence(_ byte: UInt8) -> Action? {
        switch byte {
        case 0x30...0x39:
            let last = parameters.count - 1
            parameters[last] = min(99_999, parameters[last] * 10 + Int(byte - 0x30))
        case UInt8(ascii: ";"), UInt8(ascii: ":"): parameters.append(0)
        case 0x3C...0x3F: prefix = byte
        case 0x40...0x7E:
            state = .ground
            return .sequence(final: byte, prefix: prefix, parameters: parameters)
        case 0..<0x20: return .control(byte)
        default: break
        }
        return nil
    }
}

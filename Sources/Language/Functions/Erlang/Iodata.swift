internal import Processes
internal import Terms

/// Iodata, chardata and strings as bytes and scalars. Lists nest as deep as somebody built them: no recursion here.
enum Iodata {
    /// The bytes of an iolist or a binary: `badarg` for anything else.
    static func bytes(_ term: Term) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try walk(term) { element in
            switch element {
            case .integer(let value):
                guard let byte = UInt8(exactly: value) else { throw ErlangException.badarg() }
                bytes.append(byte)
            case .binary(let binary): binary.withBytes { bytes.append(contentsOf: $0) }
            default: throw ErlangException.badarg()
            }
        }
        return bytes
    }

    /// Calls `body` with each leaf, front to back. The tail of a list may be a binary, but no integer.
    static func walk(_ term: Term, _ body: (Term) throws -> Void) throws {
        var rest: [Term] = []
        var current = term
        switch current {
        case .list, .nil, .binary, .bitString: break
        default: throw ErlangException.badarg()
        }
        while true {
            switch current {
            case .list(let list):
                let (head, tail) = (list.head, list.tail)
                switch head {
                case .list:
                    rest.append(tail)
                    current = head
                case .nil: current = tail
                default:
                    try body(head)
                    current = tail
                }
                continue
            case .nil: break
            case .binary, .bitString: try body(current)
            default: throw ErlangException.badarg()
            }
            guard let next = rest.popLast() else { return }
            current = next
        }
    }

    /// The scalars of a flat list of code points.
    static func scalars(_ term: Term) -> String.UnicodeScalarView? {
        guard term.isList else { return nil }
        var scalars = String.UnicodeScalarView()
        guard case .list(let list) = term else { return scalars }
        var isText = true
        let end = list.forEachRun { run in
            for element in run {
                guard case .integer(let value) = element,
                    let scalar = UInt32(exactly: value).flatMap(Unicode.Scalar.init)
                else {
                    isText = false
                    return
                }
                scalars.append(scalar)
            }
        }
        guard isText, case .nil = end else { return nil }
        return scalars
    }

    /// The bytes of a flat list of characters below 256; `badarg` for anything else.
    static func latin1(_ term: Term) throws -> [UInt8] {
        guard let elements = term.properList else { throw ErlangException.badarg() }
        return try elements.map {
            guard case .integer(let value) = $0, let byte = UInt8(exactly: value) else {
                throw ErlangException.badarg()
            }
            return byte
        }
    }
}

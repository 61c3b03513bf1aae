internal import BigInt
internal import Processes
internal import Terms

extension LanguageLibrary {
    private static let erlang = NativeModule("erlang")

    /// Numbers, lists, tuples, maps and binaries in `erlang`.
    static let erlangDataFunctions: [NativeFunction] = [
        erlang("abs", "Number", "The number without its sign.") { call in
            switch call[0] {
            case .float(let value): return .float(value.magnitude)
            case .integer(let value) where value != .min: return .integer(Int(value.magnitude))
            default: return .integer(BigInt(try call.bigInteger(0).magnitude))
            }
        },
        erlang("round", "Number", "The nearest integer; half is rounded away from zero.") { call in
            try whole(call) { $0.rounded(.toNearestOrAwayFromZero) }
        },
        erlang("trunc", "Number", "The integer part.") { try whole($0) { $0.rounded(.towardZero) } },
        erlang("floor", "Number", "The greatest integer that is not greater.") { try whole($0) { $0.rounded(.down) } },
        erlang("ceil", "Number", "The least integer that is not less.") { try whole($0) { $0.rounded(.up) } },
        erlang("float", "Number", "The number as a float.") { .float(try $0.double(0)) },
        erlang("max", "A B", "The greater of two terms.") { Term.compare($0[0], $0[1]) == .less ? $0[1] : $0[0] },
        erlang("min", "A B", "The less of two terms.") { Term.compare($0[0], $0[1]) == .greater ? $0[1] : $0[0] },
        erlang("hd", "List", "The first element.") { call in
            guard case .list(let list) = call[0] else { throw call.badarg() }
            return list.head
        },
        erlang("tl", "List", "What follows the first element.") { call in
            guard case .list(let list) = call[0] else { throw call.badarg() }
            return list.tail
        },
        erlang("length", "List", "How many elements a list has.") { call in
            guard case .list(let list) = call[0] else {
                guard case .nil = call[0] else { throw call.badarg() }
                return 0
            }
            let (count, end) = list.countAndEnd
            guard case .nil = end else { throw call.badarg() }
            return .integer(count)
        },
        erlang("element", "N Tuple", "The element at a position that counts from 1.") { call in
            guard case .integer(let position) = call[0], let element = call[1].field(position) else {
                throw call.badarg()
            }
            return element
        },
        erlang("setelement", "N Tuple Value", "The tuple with another element at a position.") { call in
            let (position, tuple) = (try call.integer(0), try call.tuple(1))
            guard position >= 1, position <= tuple.count else { throw call.badarg() }
            var elements = Array(tuple)
            elements[position - 1] = call[2]
            return .tuple(Tuple(elements))
        },
        erlang("tuple_size", "Tuple", "How many elements a tuple has.") { .integer(try $0.tuple(0).count) },
        erlang("size", "TupleOrBinary", "How many elements a tuple, or whole bytes a binary has.") { call in
            switch call[0] {
            case .tuple(let tuple): return .integer(tuple.count)
            case .binary(let binary): return .integer(binary.count)
            case .bitString(let bits): return .integer(bits.bitCount / 8)
            default: throw call.badarg()
            }
        },
        erlang("tuple_to_list", "Tuple", "The elements of a tuple.") { .makeList(try $0.tuple(0)) },
        erlang("list_to_tuple", "List", "A tuple of the elements.") { .tuple(Tuple(try $0.list(0))) },
        erlang("make_tuple", "Size Value", "A tuple of Size times the value.") { call in
            .tuple(Tuple(Array(repeating: call[1], count: try tupleSize(call))))
        },
        erlang("make_tuple", "Size Value Places", "As make_tuple/2, then with the values of {Position, Value} pairs.") {
            call in
            var elements = Array(repeating: call[1], count: try tupleSize(call))
            for entry in try call.list(2) {
                guard case .tuple(let pair) = entry, pair.count == 2, case .integer(let place) = pair[0], place >= 1,
                    place <= elements.count
                else { throw call.badarg() }
                elements[place - 1] = pair[1]
            }
            return .tuple(Tuple(elements))
        },
        erlang("append_element", "Tuple Value", "The tuple with one more element at its end.") { call in
            .tuple(Tuple(Array(try call.tuple(0)) + [call[1]]))
        },
        erlang("insert_element", "N Tuple Value", "The tuple with one more element at a position.") { call in
            let (position, tuple) = (try call.integer(0), try call.tuple(1))
            guard position >= 1, position <= tuple.count + 1 else { throw call.badarg() }
            var elements = Array(tuple)
            elements.insert(call[2], at: position - 1)
            return .tuple(Tuple(elements))
        },
        erlang("delete_element", "N Tuple", "The tuple without the element at a position.") { call in
            let (position, tuple) = (try call.integer(0), try call.tuple(1))
            guard position >= 1, position <= tuple.count else { throw call.badarg() }
            var elements = Array(tuple)
            elements.remove(at: position - 1)
            return .tuple(Tuple(elements))
        },
        erlang("map_size", "Map", "How many pairs a map has.") { call in
            guard case .map(let map) = call[0] else { throw ErlangException.error(.tuple(.atom("badmap"), call[0])) }
            return .integer(map.count)
        },
        erlang("map_get", "Key Map", "The value of a key, which must be there.") { call in
            guard case .map(let map) = call[1] else { throw ErlangException.error(.tuple(.atom("badmap"), call[1])) }
            guard let value = map[call[0]] else { throw ErlangException.error(.tuple(.atom("badkey"), call[0])) }
            return value
        },
        erlang("byte_size", "Bitstring", "How many bytes hold it.") { call in
            switch call[0] {
            case .binary(let binary): return .integer(binary.count)
            case .bitString(let bits): return .integer(bits.bytes.count)
            default: throw call.badarg()
            }
        },
        erlang("bit_size", "Bitstring", "How many bits it has.") { call in
            switch call[0] {
            case .binary(let binary): return .integer(binary.count * 8)
            case .bitString(let bits): return .integer(bits.bitCount)
            default: throw call.badarg()
            }
        },
        erlang("binary_part", "Binary Start Length", "A part of a binary; a negative length goes backwards.") { call in
            try part(try call.binary(0), try call.integer(1), try call.integer(2))
        },
        erlang("binary_part", "Binary Part", "The part {Start, Length} of a binary.") { call in
            guard case .tuple(let pair) = call[1], pair.count == 2, case .integer(let start) = pair[0],
                case .integer(let length) = pair[1]
            else { throw call.badarg() }
            return try part(try call.binary(0), start, length)
        },
        erlang("split_binary", "Binary Position", "The first bytes of a binary, and the rest.") { call in
            let (binary, position) = (try call.binary(0), try call.integer(1))
            guard position >= 0, position <= binary.count else { throw call.badarg() }
            return .tuple(try part(binary, 0, position), try part(binary, position, binary.count - position))
        },
        erlang("iolist_size", "Iodata", "How many bytes iodata has.") { call in
            var size = 0
            try Iodata.walk(call[0]) { element in
                switch element {
                case .integer(let value) where (0...255).contains(value): size += 1
                case .binary(let binary): size += binary.count
                default: throw ErlangException.badarg()
                }
            }
            return .integer(size)
        },
        erlang("iolist_to_binary", "Iodata", "The bytes of iodata as one binary.") { call in
            if case .binary = call[0] { return call[0] }
            return .binary(Binary(try Iodata.bytes(call[0])))
        },
        erlang("iolist_to_iovec", "Iodata", "The bytes of iodata as a list of binaries.") { call in
            let bytes = try Iodata.bytes(call[0])
            return bytes.isEmpty ? .nil : [.binary(Binary(bytes))]
        },
        erlang("list_to_binary", "Iolist", "The bytes of an iolist as one binary.") { call in
            guard call[0].isList else { throw call.badarg() }
            return .binary(Binary(try Iodata.bytes(call[0])))
        },
        erlang("binary_to_list", "Binary", "The bytes of a binary.") { call in
            .makeList(try call.binary(0).bytes.map { .integer(Int($0)) })
        },
        erlang("binary_to_list", "Binary First Last", "The bytes between two positions that count from 1.") { call in
            let (binary, first, last) = (try call.binary(0), try call.integer(1), try call.integer(2))
            guard first >= 1, first <= last, last <= binary.count else { throw call.badarg() }
            return .makeList(binary.bytes[(first - 1)..<last].map { .integer(Int($0)) })
        },
        erlang("list_to_bitstring", "Bitlist", "The bits of a list of bytes and bit strings.") { call in
            guard call[0].isList else { throw call.badarg() }
            var bits = BitWriter()
            try Iodata.walk(call[0]) { element in
                switch element {
                case .integer(let value):
                    guard let byte = UInt8(exactly: value) else { throw ErlangException.badarg() }
                    bits.append(byte, 8)
                case .binary(let binary): binary.withBytes { bytes in for byte in bytes { bits.append(byte, 8) } }
                case .bitString(let string):
                    for byte in string.bytes.bytes.dropLast() { bits.append(byte, 8) }
                    bits.append(
                        (string.bytes.bytes.last ?? 0) >> UInt8(8 - string.bitsInLastByte), string.bitsInLastByte)
                default: throw ErlangException.badarg()
                }
            }
            return bits.term
        },
        erlang("bitstring_to_list", "Bitstring", "The bytes of a bit string, and what is left over.") { call in
            guard case .bitString(let bits) = call[0] else {
                return .makeList(try call.binary(0).bytes.map { .integer(Int($0)) })
            }
            let bytes = bits.bytes.bytes
            return .makeList(
                bytes.dropLast().map { .integer(Int($0)) },
                tail: [.bits(Array(bytes.suffix(1)), bitCount: bits.bitsInLastByte)])
        },
    ]

    private static func whole(_ call: borrowing NativeCall, _ round: (Double) -> Double) throws -> Term {
        guard case .float(let value) = call[0] else {
            guard call[0].isInteger else { throw call.badarg() }
            return call[0]
        }
        let rounded = round(value)
        if let small = Int(exactly: rounded) { return .integer(small) }
        guard let big = BigInt(exactly: rounded) else { throw call.badarg() }
        return .integer(big)
    }

    private static func tupleSize(_ call: borrowing NativeCall) throws -> Int {
        let size = try call.integer(0)
        guard (0..<(1 << 24)).contains(size) else { throw call.badarg() }
        return size
    }

    static func part(_ binary: Binary, _ start: Int, _ length: Int) throws -> Term {
        let (end, overflow) = start.addingReportingOverflow(length)
        guard !overflow else { throw ErlangException.badarg() }
        let (first, last) = (min(start, end), max(start, end))
        guard first >= 0, last <= binary.count else { throw ErlangException.badarg() }
        if first == 0, last == binary.count { return .binary(binary) }
        return .binary(binary.slice(first..<last))
    }
}

/// Bits one behind the other.
struct BitWriter {
    private var bytes: [UInt8] = []
    private var count = 0

    /// Appends the low `bits` bits of `byte`.
    mutating func append(_ byte: UInt8, _ bits: Int) {
        guard bits > 0 else { return }
        let value = byte << UInt8(8 - bits)
        let used = count % 8
        if used == 0 {
            bytes.append(value)
        } else {
            bytes[bytes.count - 1] |= value >> UInt8(used)
            if bits > 8 - used { bytes.append(value << UInt8(8 - used)) }
        }
        count += bits
    }

    var term: Term { .bits(bytes, bitCount: count) }
}

extension Binary {
    /// A part of the binary: a copy of a few bytes, and no copy of many.
    func slice(_ range: Range<Int>) -> Binary {
        withBytes { bytes in
            let part = UnsafeRawBufferPointer(rebasing: bytes[range])
            return range.count <= Self.copyLimit ? Binary(part) : Binary(slice: part, owner: BinaryOwner(self))
        }
    }
}

/// Keeps the bytes of a binary alive for its parts.
private final class BinaryOwner: Sendable {
    private let binary: Binary

    init(_ binary: Binary) { self.binary = binary }
}

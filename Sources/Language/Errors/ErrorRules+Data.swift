internal import BigInt
internal import Processes
internal import Terms

// The module erlang: numbers, tuples, lists, maps and binaries.
extension ErrorRules {
    static let erlangData: [String: CallRule] = [
        // Numbers
        "abs/1": .of(.number), "float/1": .of(.number), "round/1": .of(.number), "trunc/1": .of(.number),
        "ceil/1": .of(.number), "floor/1": .of(.number),
        "is_function/2": .of(.any, .integer(from: 0)),
        "is_record/2": CallRule([]).rest { $0.arguments[1].asAtom == nil ? .at(1, "not an atom") : ErrorDetails() },
        "is_record/3": .of(.any, .atom, .integer),
        "phash2/2": CallRule([]).rest { call in
            ArgumentCheck.integer(from: 1).problem(call.arguments[1]).map { .at(1, $0) } ?? ErrorDetails()
        },

        // Tuples
        "append_element/2": .of(.tuple), "tuple_size/1": .of(.tuple), "tuple_to_list/1": .of(.tuple),
        "delete_element/2": .of(.integer, .tuple).rest(1, "out of range"),
        "element/2": .of(.integer, .tuple).rest(1, "out of range"),
        "insert_element/3": .of(.integer, .tuple, .any).rest(1, "out of range"),
        "setelement/3": .of(.integer, .tuple, .any).rest(1, "out of range"),
        "list_to_tuple/1": .of(.plainList),
        "make_tuple/2": .of(ArgumentCheck("out of range") { _ in false }),
        "make_tuple/3": .of(.integer(from: 0), .any, .list).rest(3, "invalid option in list"),
        "size/1": .of(ArgumentCheck("not tuple or binary") { $0.asTuple != nil || $0.isBitString }),

        // Lists
        "append/2": .of(.plainList), "hd/1": .of(.nonemptyList), "tl/1": .of(.nonemptyList),
        "length/1": .of(.plainList), "subtract/2": .of(.list, .list),

        // Maps
        "is_map_key/2": .of(.any, .map), "map_size/1": .of(.map),
        "map_get/2": .of(.any, .map).rest(1, "not present in map"),

        // Binaries
        "binary_part/2": .of(.binary, .part).rest(2, "out of range"),
        "binary_part/3": .of(.binary, .integer, .integer).rest { outOfBinary($0) },
        "binary_to_list/1": .of(.binary),
        "binary_to_list/3": .of(.binary, .integer, .integer).rest { outOfBytes($0) },
        "bit_size/1": .of(.bitString), "byte_size/1": .of(.bitString), "bitstring_to_list/1": .of(.bitString),
        "iolist_size/1": .of(.iodata), "iolist_to_binary/1": .of(.iodata), "iolist_to_iovec/1": .of(.iodata),
        "list_to_binary/1": .of(.iolist),
        "list_to_bitstring/1": .of(ArgumentCheck("not a bitstring list") { _ in false }),
        "split_binary/2": .of(.binary, .integer).rest(2, "out of range"),
        "md5/1": .of(.iodata), "crc32/1": .of(.iodata), "adler32/1": .of(.iodata),
        "crc32/2": .of(.integer(in: 0...0xFFFF_FFFF), .iodata),
        "adler32/2": .of(.integer(in: 0...0xFFFF_FFFF), .iodata),
    ]

    /// A position and a length that leave a binary: which of them.
    static func outOfBinary(_ call: FailedCall) -> ErrorDetails {
        guard let count = call.arguments[0].asBinary?.count, let start = call.arguments[1].asBigInt else {
            return ErrorDetails()
        }
        return .at(start < 0 || start > count ? 2 : 3, "out of range")
    }

    /// The first and last position of `binary_to_list/3`, which count from 1.
    private static func outOfBytes(_ call: FailedCall) -> ErrorDetails {
        guard let count = call.arguments[0].asBinary?.count, let start = call.arguments[1].asBigInt,
            let stop = call.arguments[2].asBigInt
        else { return ErrorDetails() }
        let isOutside = { (position: BigInt) in position < 1 || position > count }
        var details = ErrorDetails()
        if isOutside(stop) { details[3] = "out of range" }
        if start > stop, !isOutside(stop) {
            details[2] = "start position greater than stop position"
        } else if isOutside(start) {
            details[2] = "out of range"
        }
        return details
    }
}

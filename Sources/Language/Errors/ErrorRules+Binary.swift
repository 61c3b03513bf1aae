internal import Processes
internal import Terms

// The module binary.
extension ErrorRules {
    private static let bytes = ArgumentCheck { term in
        if case .bitString = term { return "is a bitstring (expected a binary)" }
        return term.asBinary == nil ? "not a binary" : nil
    }
    private static let pattern = ArgumentCheck("not a valid pattern") { term in
        if let binary = term.asBinary { return binary.count > 0 }
        if let compiled = term.asTuple {
            return compiled.count == 2 && (compiled[0] == .atom("bm") || compiled[0] == .atom("ac"))
        }
        guard let patterns = term.properList, !patterns.isEmpty else { return false }
        return patterns.allSatisfy { $0.asBinary.map { $0.count > 0 } ?? false }
    }
    private static let endianness = ArgumentCheck("must be 'big' or 'little'") {
        $0 == .atom("big") || $0 == .atom("little")
    }
    private static let invalidOptions = "invalid options"

    static let binary: [String: CallRule] = [
        "at/2": .of(bytes, .integer(from: 0)),
        "bin_to_list/1": .of(bytes), "bin_to_list/2": .of(bytes, .part).rest(2, "out of range"),
        "bin_to_list/3": .of(bytes, .integer, .integer).rest { outOfBinary($0) },
        "part/2": .of(bytes, .part).rest(2, "out of range"),
        "part/3": .of(bytes, .integer, .integer).rest { outOfBinary($0) },
        "compile_pattern/1": .of(pattern),
        "copy/1": .of(bytes), "copy/2": .of(bytes, .integer(from: 0)),
        "decode_unsigned/1": .of(bytes), "decode_unsigned/2": .of(bytes, endianness),
        "encode_unsigned/1": .of(.integer(from: 0)), "encode_unsigned/2": .of(.integer(from: 0), endianness),
        "encode_hex/1": .of(bytes),
        "decode_hex/1": .of(bytes).rest(1, "must contain an even number of bytes"),
        "unhex/1": CallRule([]).rest { call in
            .at(1, "\(call.arguments[0].asBinary?.text ?? "") is not a valid hex")
        },
        "first/1": .of(bytes).rest(1, "a zero-sized binary is not allowed"),
        "last/1": .of(bytes).rest(1, "a zero-sized binary is not allowed"),
        "list_to_bin/1": CallRule([]).rest(1, "not an iodata term"),
        "longest_common_prefix/1": CallRule([]).rest(1, "not a flat list of binaries"),
        "longest_common_suffix/1": CallRule([]).rest(1, "not a flat list of binaries"),
        "match/2": .of(bytes, pattern), "matches/2": .of(bytes, pattern), "split/2": .of(bytes, pattern),
        // `String.split/1`, by blanks.
        "split/1": .of(bytes),
        "match/3": .of(bytes, pattern).rest(3, invalidOptions),
        "matches/3": .of(bytes, pattern).rest(3, invalidOptions),
        "split/3": .of(bytes, pattern).rest(3, invalidOptions),
        "replace/3": .of(bytes, pattern, bytes),
        "replace/4": .of(bytes, pattern, bytes).rest(4, invalidOptions),
        "referenced_byte_size/1": .of(.binary),
    ]
}

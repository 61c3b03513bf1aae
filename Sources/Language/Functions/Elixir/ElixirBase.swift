internal import Processes
internal import Terms

extension ElixirLibrary {
    private static let base = ElixirModule("Base")

    /// The module `Base`: RFC 4648.
    static let baseFunctions: [NativeFunction] = codecs.flatMap { codec in
        ["", "!"].flatMap { mark -> [NativeFunction] in
            let decode = Atom(codec.decode + mark)
            let summary =
                mark.isEmpty ? "{:ok, Data} of its base \(codec.bits) text, or :error." : "The data of its text."
            return [
                base(decode, "string", summary) { try decoded($0, codec, raises: !mark.isEmpty) },
                base(decode, "string options", summary) { try decoded($0, codec, raises: !mark.isEmpty) },
            ]
        } + [
            base(Atom(codec.encode), "data", "The data as text.") { try encoded($0, codec) },
            base(Atom(codec.encode), "data options", "The data as text.") { try encoded($0, codec) },
        ]
    }

    private struct Codec: Sendable {
        let encode: String
        let decode: String
        /// How many bits a character stands for.
        let bits: Int
        let alphabet: [UInt8]
        let hasCase: Bool

        init(_ encode: String, _ decode: String, _ bits: Int, _ alphabet: String, hasCase: Bool) {
            self.encode = encode
            self.decode = decode
            self.bits = bits
            self.alphabet = Array(alphabet.utf8)
            self.hasCase = hasCase
        }

        /// How many characters a full group takes.
        var group: Int { bits == 4 ? 2 : bits == 5 ? 8 : 4 }
    }

    private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    private static let codecs = [
        Codec("encode16", "decode16", 4, "0123456789ABCDEF", hasCase: true),
        Codec("encode32", "decode32", 5, letters + "234567", hasCase: true),
        Codec("hex_encode32", "hex_decode32", 5, "0123456789ABCDEFGHIJKLMNOPQRSTUV", hasCase: true),
        Codec("encode64", "decode64", 6, letters + letters.lowercased() + "0123456789+/", hasCase: false),
        Codec("url_encode64", "url_decode64", 6, letters + letters.lowercased() + "0123456789-_", hasCase: false),
    ]

    private static func option(_ call: borrowing NativeCall, _ name: Atom) throws -> Term? {
        call.arguments.count == 2 ? try call.option(1, name) : nil
    }

    private static func encoded(_ call: borrowing NativeCall, _ codec: Codec) throws -> Term {
        let data = try call.string(0).bytes
        let isLower = try option(call, "case")?.asAtom == "lower" && codec.hasCase
        var result: [UInt8] = []
        var (bits, pending) = (0, 0)
        for byte in data {
            bits = (bits << 8 | Int(byte)) & 0xFFFF
            pending += 8
            while pending >= codec.bits {
                pending -= codec.bits
                result.append(codec.alphabet[(bits >> pending) & (codec.alphabet.count - 1)])
            }
        }
        if pending > 0 { result.append(codec.alphabet[(bits << (codec.bits - pending)) & (codec.alphabet.count - 1)]) }
        if isLower { result = result.map { (65...90).contains($0) ? $0 + 32 : $0 } }
        if try option(call, "padding")?.asAtom != .false {
            while result.count % codec.group != 0 { result.append(UInt8(ascii: "=")) }
        }
        return .bytes(result)
    }

    private static func decoded(_ call: borrowing NativeCall, _ codec: Codec, raises: Bool) throws -> Term {
        let binary = try call.string(0)
        let letterCase = try option(call, "case")?.asAtom ?? "upper"
        let needsPadding = try option(call, "padding")?.asAtom != .false
        let ignoresSpace = try option(call, "ignore")?.asAtom == "whitespace"
        do throws(Fault) {
            let data = try decoded(binary.bytes, codec, letterCase, needsPadding, ignoresSpace)
            return raises ? data : .tuple([.atom(.ok), data])
        } catch {
            guard raises else { return .atom(.error) }
            throw ElixirError.argument(error.message)
        }
    }

    private struct Fault: Error { let message: String }

    private static func decoded(
        _ bytes: [UInt8], _ codec: Codec, _ letterCase: Atom, _ needsPadding: Bool, _ ignoresSpace: Bool
    ) throws(Fault) -> Term {
        var text = ignoresSpace ? bytes.filter { ![32, 9, 10, 13].contains($0) } : bytes
        if codec.bits == 4 {
            guard text.count % 2 == 0 else {
                throw Fault(
                    message: "string given to decode has wrong length. An even number of bytes was expected, got: "
                        + "\(text.count). Double check your string for unwanted characters or pad it accordingly")
            }
        } else {
            let padded = text.count
            var padding = 0
            while padding < codec.group - 2, text.last == UInt8(ascii: "=") {
                text.removeLast()
                padding += 1
            }
            if needsPadding || padding > 0 {
                guard padded % codec.group == 0 else { throw Fault(message: "incorrect padding") }
            }
        }
        var result: [UInt8] = []
        var (bits, pending) = (0, 0)
        for byte in text {
            var folded = byte
            if codec.hasCase {
                if letterCase == "lower", (65...90).contains(byte) { folded = 0 }
                if letterCase != "upper", (97...122).contains(byte) { folded = byte - 32 }
            }
            guard let value = codec.alphabet.firstIndex(of: folded) else {
                let shown = Term.bytes([byte]).inspected
                throw Fault(message: "non-alphabet character found: \(shown) (byte \(byte))")
            }
            bits = (bits << codec.bits | value) & 0xFFFF
            pending += codec.bits
            if pending >= 8 {
                pending -= 8
                result.append(UInt8(truncatingIfNeeded: bits >> pending))
            }
        }
        guard pending < codec.bits else { throw Fault(message: "incorrect padding") }
        return .bytes(result)
    }
}

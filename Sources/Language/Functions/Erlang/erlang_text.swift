internal import Processes
internal import Terms

extension LanguageLibrary {
    private static let erlang = NativeModule("erlang")

    /// Conversions between terms and text in `erlang`.
    static let erlangTextFunctions: [NativeFunction] = [
        erlang("atom_to_list", "Atom", "The characters of an atom.") { .charlist(try $0.atom(0).name) },
        erlang("atom_to_binary", "Atom", "The UTF-8 bytes of an atom.") { call in
            .binary(Binary(UnsafeRawBufferPointer(try call.atom(0).utf8)))
        },
        erlang("atom_to_binary", "Atom Encoding", "The bytes of an atom: latin1, utf8 or unicode.") { call in
            let atom = try call.atom(0)
            guard try isLatin1(call[1]) else { return .binary(Binary(UnsafeRawBufferPointer(atom.utf8))) }
            return .binary(
                Binary(
                    try atom.name.unicodeScalars.map {
                        guard let byte = UInt8(exactly: $0.value) else { throw ErlangException.badarg() }
                        return byte
                    }))
        },
        erlang("list_to_atom", "Characters", "The atom of that name.") {
            .atom(try atom(try atomText($0), isNew: true))
        },
        erlang("list_to_existing_atom", "Characters", "The atom of that name, if it exists.") { call in
            .atom(try atom(try atomText(call), isNew: false))
        },
        erlang("binary_to_atom", "Binary", "The atom with these UTF-8 bytes.") { call in
            .atom(try atom(try text(call, latin1: false), isNew: true))
        },
        erlang("binary_to_atom", "Binary Encoding", "The atom with these bytes: latin1, utf8 or unicode.") { call in
            .atom(try atom(try text(call, latin1: try isLatin1(call[1])), isNew: true))
        },
        erlang("binary_to_existing_atom", "Binary", "The atom with these UTF-8 bytes, if it exists.") { call in
            .atom(try atom(try text(call, latin1: false), isNew: false))
        },
        erlang("binary_to_existing_atom", "Binary Encoding", "The atom with these bytes, if it exists.") { call in
            .atom(try atom(try text(call, latin1: try isLatin1(call[1])), isNew: false))
        },
        erlang("integer_to_list", "Integer", "The digits of an integer.") { .charlist(try IntegerText.text($0[0])) },
        erlang("integer_to_list", "Integer Base", "The digits of an integer in a base of 2 to 36.") { call in
            .charlist(try IntegerText.text(call[0], base: try call.integer(1)))
        },
        erlang("integer_to_binary", "Integer", "The digits of an integer.") { .string(try IntegerText.text($0[0])) },
        erlang("integer_to_binary", "Integer Base", "The digits of an integer in a base of 2 to 36.") { call in
            .string(try IntegerText.text(call[0], base: try call.integer(1)))
        },
        erlang("list_to_integer", "Digits", "The integer of its digits.") {
            try IntegerText.parse(Iodata.latin1($0[0]))
        },
        erlang("list_to_integer", "Digits Base", "The integer of its digits in a base of 2 to 36.") { call in
            try IntegerText.parse(Iodata.latin1(call[0]), base: try call.integer(1))
        },
        erlang("binary_to_integer", "Digits", "The integer of its digits.") { call in
            try IntegerText.parse(try call.binary(0).bytes)
        },
        erlang("binary_to_integer", "Digits Base", "The integer of its digits in a base of 2 to 36.") { call in
            try IntegerText.parse(try call.binary(0).bytes, base: try call.integer(1))
        },
        erlang("float_to_list", "Float", "A float with 20 digits and an exponent.") { call in
            guard case .float = call[0] else { throw call.badarg() }
            return .charlist(FloatText.plain(call[0]))
        },
        erlang("float_to_list", "Float Options", "A float: {decimals, N}, {scientific, N}, compact, short.") { call in
            guard case .float(let value) = call[0] else { throw call.badarg() }
            return .charlist(try FloatText.formatted(value, try call.list(1)))
        },
        erlang("float_to_binary", "Float", "A float with 20 digits and an exponent.") { call in
            guard case .float = call[0] else { throw call.badarg() }
            return .string(FloatText.plain(call[0]))
        },
        erlang("float_to_binary", "Float Options", "A float: {decimals, N}, {scientific, N}, compact, short.") { call in
            guard case .float(let value) = call[0] else { throw call.badarg() }
            return .string(try FloatText.formatted(value, try call.list(1)))
        },
        erlang("list_to_float", "Characters", "The float of its text.") { call in
            guard let value = FloatText.parse(try Iodata.latin1(call[0])) else { throw call.badarg() }
            return .float(value)
        },
        erlang("binary_to_float", "Binary", "The float of its text.") { call in
            guard let value = FloatText.parse(try call.binary(0).bytes) else { throw call.badarg() }
            return .float(value)
        },
        erlang("pid_to_list", "Pid", "The text of a pid.") { call in
            guard case .pid = call[0] else { throw call.badarg() }
            return .charlist(ErlangPrinter(width: nil, context: context(call)).write(call[0]))
        },
        erlang("port_to_list", "Port", "The text of a port.") { call in
            guard case .port = call[0] else { throw call.badarg() }
            return .charlist(ErlangPrinter(width: nil, context: context(call)).write(call[0]))
        },
        erlang("ref_to_list", "Reference", "The text of a reference.") { call in
            guard case .reference = call[0] else { throw call.badarg() }
            return .charlist(ErlangPrinter(width: nil, context: context(call)).write(call[0]))
        },
        erlang("fun_to_list", "Fun", "The text of a fun.") { call in
            guard case .fun = call[0] else { throw call.badarg() }
            return .charlist(ErlangPrinter(width: nil).write(call[0]))
        },
        erlang("list_to_pid", "Characters", "The local pid of its text.") { call in
            guard case .pid(let pid) = try read(call) else { throw call.badarg() }
            return .pid(pid)
        },
        erlang("list_to_ref", "Characters", "The local reference of its text.") { call in
            guard case .reference(let reference) = try read(call) else { throw call.badarg() }
            return .reference(reference)
        },
        erlang("binary_to_term", "Binary", "The term that term_to_binary/1 wrote.") { call in
            do {
                return try Term(etf: try call.binary(0).bytes, limits: .trusted)
            } catch is ETFError {
                throw call.badarg()
            }
        },
        erlang(
            "binary_to_term", "Binary Options", "As binary_to_term/1; safe makes no atoms, used tells the bytes read."
        ) {
            call in
            let binary = try call.binary(0)
            var limits = DecodingLimits.trusted
            var tellsUsed = false
            for option in try call.list(1) {
                switch option {
                case .atom("safe"): limits.maximumNewAtoms = 0
                case .atom("used"): tellsUsed = true
                default: throw call.badarg()
                }
            }
            do {
                return try binary.withBytes { bytes in
                    var decoder = TermDecoder(bytes, limits: limits, allowsCompressed: true)
                    let term = try decoder.decodeTopLevel()
                    return tellsUsed ? .tuple(term, .integer(decoder.offset)) : term
                }
            } catch is ETFError {
                throw call.badarg()
            }
        },
        erlang("term_to_binary", "Term", "The term in the external term format.") { .binary(Binary($0[0].etf())) },
        erlang(
            "term_to_binary", "Term Options", "As term_to_binary/1: compressed, {compressed, 0..9}, {minor_version, N}."
        ) {
            call in
            let (minor, level) = try formatOptions(call)
            return .binary(Binary(call[0].etf(minorVersion: minor, compressionLevel: level)))
        },
        erlang("term_to_iovec", "Term", "The term in the external term format, as a list of binaries.") { call in
            [.binary(Binary(call[0].etf()))]
        },
        erlang("external_size", "Term", "How many bytes term_to_binary/1 gives.") { .integer($0[0].etf().count) },
        erlang("external_size", "Term Options", "How many bytes term_to_binary/2 gives, not compressed.") { call in
            .integer(call[0].etf(minorVersion: try formatOptions(call).minor).count)
        },
    ]

    private static func context(_ call: borrowing NativeCall) -> PrintContext {
        let local = call.process.pid.incarnation
        return PrintContext { $0.node == local.node && $0.creation == local.creation ? 0 : Int($0.index) + 1 }
    }

    private static func read(_ call: borrowing NativeCall) throws -> Term {
        guard let scalars = Iodata.scalars(call[0]) else { throw call.badarg() }
        let local = call.process.pid.incarnation
        do {
            return try TermReader(.erlang, incarnation: { $0 == 0 ? local : nil }).read(String(scalars))
        } catch {
            throw call.badarg()
        }
    }

    private static func formatOptions(_ call: borrowing NativeCall) throws -> (minor: Int, level: Int?) {
        var (minor, level): (Int, Int?) = (1, nil)
        for option in try call.list(1) {
            switch option {
            case .atom("compressed"): level = 6
            case .atom("deterministic"): break
            case .tuple(let pair) where pair.count == 2:
                switch (pair[0], pair[1]) {
                case (.atom("compressed"), .integer(let value)) where (0...9).contains(value): level = value
                case (.atom("minor_version"), .integer(let value)) where (0...2).contains(value): minor = value
                default: throw call.badarg()
                }
            default: throw call.badarg()
            }
        }
        return (minor, level)
    }

    private static func isLatin1(_ encoding: Term) throws -> Bool {
        switch encoding {
        case .atom("latin1"): true
        case .atom("utf8"), .atom("unicode"): false
        default: throw ErlangException.badarg()
        }
    }

    private static func atomText(_ call: borrowing NativeCall) throws -> String {
        guard let scalars = Iodata.scalars(call[0]) else { throw call.badarg() }
        return String(scalars)
    }

    private static func text(_ call: borrowing NativeCall, latin1: Bool) throws -> String {
        let binary = try call.binary(0)
        if latin1 { return String(String.UnicodeScalarView(binary.bytes.map { Unicode.Scalar($0) })) }
        guard let text = binary.text else { throw call.badarg() }
        return text
    }

    private static func atom(_ name: String, isNew: Bool) throws -> Atom {
        guard name.unicodeScalars.count <= 255 else {
            throw isNew ? ErlangException.systemLimit : ErlangException.badarg()
        }
        if let atom = Atom(existing: name) { return atom }
        guard isNew else { throw ErlangException.badarg() }
        guard !Atom.isTableFull else { throw ErlangException.systemLimit }
        return Atom(name)
    }
}

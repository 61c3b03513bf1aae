internal import Processes
internal import Terms

extension LanguageLibrary {
    private static let erlang = NativeModule("erlang")

    /// The type tests of `erlang`, and its operators as functions.
    static let erlangTypeFunctions: [NativeFunction] = [
        erlang("make_fun", "Module Function Arity", "fun Module:Function/Arity.") { call in
            let arity = try call.integer(2)
            guard (0...255).contains(arity) else { throw call.badarg() }
            return .fun(.export(ExportFun(module: try call.atom(0), function: try call.atom(1), arity: arity)))
        },
        erlang("is_atom", "Term", "Whether it is an atom.") { .boolean($0[0].asAtom != nil) },
        erlang("is_binary", "Term", "Whether it is a binary.") { .boolean($0[0].asBinary != nil) },
        erlang("is_bitstring", "Term", "Whether it is a bit string.") { call in
            switch call[0] {
            case .binary, .bitString: .boolean(true)
            default: .boolean(false)
            }
        },
        erlang("is_boolean", "Term", "Whether it is true or false.") { .boolean($0[0].asBool != nil) },
        erlang("is_float", "Term", "Whether it is a float.") { call in
            if case .float = call[0] { .boolean(true) } else { .boolean(false) }
        },
        erlang("is_function", "Term", "Whether it is a fun.") { call in
            if case .fun = call[0] { .boolean(true) } else { .boolean(false) }
        },
        erlang("is_function", "Term Arity", "Whether it is a fun of that arity.") { call in
            guard call[1].isInteger, Term.compare(call[1], 0) != .less else { throw call.badarg() }
            return switch call[0] {
            case .fun(.export(let fun)): .boolean(.integer(fun.arity) == call[1])
            case .fun(.closure(let fun)): .boolean(.integer(fun.arity) == call[1])
            default: .boolean(false)
            }
        },
        erlang("is_integer", "Term", "Whether it is an integer.") { .boolean($0[0].isInteger) },
        erlang("is_list", "Term", "Whether it is a list.") { .boolean($0[0].isList) },
        erlang("is_map", "Term", "Whether it is a map.") { .boolean($0[0].asMap != nil) },
        erlang("is_number", "Term", "Whether it is a number.") { .boolean($0[0].isNumber) },
        erlang("is_pid", "Term", "Whether it is a pid.") { .boolean($0[0].asPid != nil) },
        erlang("is_port", "Term", "Whether it is a port.") { call in
            if case .port = call[0] { .boolean(true) } else { .boolean(false) }
        },
        erlang("is_reference", "Term", "Whether it is a reference.") { .boolean($0[0].asReference != nil) },
        erlang("is_tuple", "Term", "Whether it is a tuple.") { .boolean($0[0].asTuple != nil) },
        erlang("is_record", "Term Tag", "Whether it is a tuple that begins with Tag.") { call in
            let tag = try call.atom(1)
            return .boolean(call[0].field(1) == .atom(tag))
        },
        erlang("is_record", "Term Tag Size", "Whether it is a tuple of that size that begins with Tag.") { call in
            let tag = try call.atom(1)
            guard call[2].isInteger, Term.compare(call[2], 0) != .less else { throw call.badarg() }
            guard case .tuple(let tuple) = call[0], .integer(tuple.count) == call[2] else { return .boolean(false) }
            return .boolean(tuple.first == .atom(tag))
        },
        erlang("is_map_key", "Key Map", "Whether the map has the key.") { call in
            guard case .map(let map) = call[1] else { throw ErlangException.error(.tuple(.atom("badmap"), call[1])) }
            return .boolean(map[call[0]] != nil)
        },
        erlang("+", "A B", "The sum.") { try Arithmetic.add($0[0], $0[1]) },
        erlang("-", "A B", "The difference.") { try Arithmetic.subtract($0[0], $0[1]) },
        erlang("*", "A B", "The product.") { try Arithmetic.multiply($0[0], $0[1]) },
        erlang("/", "A B", "The quotient, a float.") { try Arithmetic.divide($0[0], $0[1]) },
        erlang("div", "A B", "The quotient of integers, cut towards zero.") { try Arithmetic.quotient($0[0], $0[1]) },
        erlang("rem", "A B", "The remainder of div.") { try Arithmetic.remainder($0[0], $0[1]) },
        erlang("+", "A", "The number itself.") { call in
            guard call[0].isNumber else { throw ErlangException.badarith }
            return call[0]
        },
        erlang("-", "A", "The number with the other sign.") { try Arithmetic.negate($0[0]) },
        erlang("band", "A B", "Bitwise and.") { try Arithmetic.and($0[0], $0[1]) },
        erlang("bor", "A B", "Bitwise or.") { try Arithmetic.or($0[0], $0[1]) },
        erlang("bxor", "A B", "Bitwise exclusive or.") { try Arithmetic.xor($0[0], $0[1]) },
        erlang("bnot", "A", "Bitwise not.") { try Arithmetic.not($0[0]) },
        erlang("bsl", "A Bits", "A shifted left.") { try Arithmetic.shiftLeft($0[0], $0[1]) },
        erlang("bsr", "A Bits", "A shifted right; the sign stays.") { try Arithmetic.shiftRight($0[0], $0[1]) },
        erlang("==", "A B", "Whether both are equal; 1 and 1.0 are.") { .boolean($0[0].equals($0[1])) },
        erlang("/=", "A B", "Whether both differ; 1 and 1.0 do not.") { .boolean(!$0[0].equals($0[1])) },
        erlang("=:=", "A B", "Whether both are the same; 1 and 1.0 are not.") { .boolean($0[0] == $0[1]) },
        erlang("=/=", "A B", "Whether both are not the same.") { .boolean($0[0] != $0[1]) },
        erlang("<", "A B", "Whether A comes before B in the order of terms.") {
            .boolean(Term.compare($0[0], $0[1]) == .less)
        },
        erlang(">", "A B", "Whether A comes behind B in the order of terms.") {
            .boolean(Term.compare($0[0], $0[1]) == .greater)
        },
        erlang("=<", "A B", "Whether A does not come behind B.") { .boolean(Term.compare($0[0], $0[1]) != .greater) },
        erlang(">=", "A B", "Whether A does not come before B.") { .boolean(Term.compare($0[0], $0[1]) != .less) },
        erlang("and", "A B", "Whether both are true.") { try logical($0) { $0 && $1 } },
        erlang("or", "A B", "Whether one is true.") { try logical($0) { $0 || $1 } },
        erlang("xor", "A B", "Whether just one is true.") { try logical($0) { $0 != $1 } },
        erlang("not", "A", "true for false, and false for true.") { call in
            guard let value = call[0].asBool else { throw call.badarg() }
            return .boolean(!value)
        },
        erlang("++", "List1 List2", "List1 in front of List2.") { try appended($0[0], $0[1]) },
        erlang("append", "List1 List2", "As ++.") { try appended($0[0], $0[1]) },
        erlang("subtract", "List1 List2", "As --.") { try subtracted($0[0], $0[1]) },
        erlang("--", "List1 List2", "List1 without the first occurrence of each element of List2.") {
            try subtracted($0[0], $0[1])
        },
    ]

    private static func logical(_ call: borrowing NativeCall, _ combine: (Bool, Bool) -> Bool) throws -> Term {
        guard let one = call[0].asBool, let two = call[1].asBool else { throw call.badarg() }
        return .boolean(combine(one, two))
    }
}

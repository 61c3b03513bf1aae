internal import Processes
internal import Terms

// The module erlang: atoms, texts of numbers and identifiers, external terms.
extension ErrorRules {
    private static let notAnInteger = "not a textual representation of an integer"
    private static let notAFloat = "not a textual representation of a float"
    private static let options = "invalid option in list"
    private static let atomEncoding = ArgumentCheck.one(
        of: ["latin1", "utf8", "unicode"], "not one of the atoms: latin1, utf8, or unicode")

    static let erlangText: [String: CallRule] = [
        // Atoms
        "atom_to_list/1": .of(.atom), "atom_to_binary/1": .of(.atom),
        "atom_to_binary/2": .of(.atom, .one(of: ["latin1", "utf8", "unicode"], "is an invalid encoding option")),
        "binary_to_atom/1": .of(.binary).rest { noAtom($0) },
        "binary_to_atom/2": .of(.binary, atomEncoding).rest { noAtom($0) },
        "binary_to_existing_atom/1": .of(.binary).rest { noAtom($0) },
        "binary_to_existing_atom/2": .of(.binary, atomEncoding).rest { noAtom($0) },
        "list_to_atom/1": .of(.characters),
        "list_to_existing_atom/1": .of(.characters).rest(1, "not an already existing atom"),

        // Numbers
        "binary_to_integer/1": .value(.binary, else: notAnInteger),
        "binary_to_integer/2": .of(.binary, .base).rest(1, notAnInteger),
        "binary_to_float/1": .value(.binary, else: notAFloat),
        "list_to_integer/1": .value(.plainList, else: notAnInteger),
        "list_to_integer/2": .of(.list, .base).rest(1, notAnInteger),
        "list_to_float/1": .value(.plainList, else: notAFloat),
        "integer_to_list/1": .of(.integer), "integer_to_binary/1": .of(.integer),
        "integer_to_list/2": .of(.integer, .base), "integer_to_binary/2": .of(.integer, .base),
        "float_to_list/1": .of(.float), "float_to_binary/1": .of(.float),
        "float_to_list/2": .of(.float, .list).rest(2, options),
        "float_to_binary/2": .of(.float, .list).rest(2, options),

        // Identifiers and funs
        "pid_to_list/1": .of(.pid), "port_to_list/1": .of(.port), "ref_to_list/1": .of(.reference),
        "fun_to_list/1": .of(.fun),
        "list_to_pid/1": .value(.plainList, else: "not a textual representation of a pid"),
        "list_to_ref/1": .value(.plainList, else: "not a textual representation of a reference"),
        "list_to_port/1": .value(.plainList, else: "not a textual representation of a port"),
        "fun_info/1": .of(.fun),
        "fun_info/2": .of(.fun, .any).rest(2, "invalid item"),
        "make_fun/3": .of(.atom, .atom, .integer(from: 0)),
        "function_exported/3": .of(.atom, .atom, .integer(from: 0)),

        // External terms
        "binary_to_term/1": .value(.binary, else: "invalid external representation of a term"),
        "binary_to_term/2": .of(.binary, .list).rest { call in
            let known = (call.arguments[1].properList ?? []).allSatisfy { $0 == .atom("safe") || $0 == .atom("used") }
            return known ? .at(1, "invalid external representation of a term") : .at(2, options)
        },
        "term_to_binary/2": .of(.any, .list).rest(2, options),
        "external_size/2": .of(.any, .list).rest(2, options),
    ]

    /// A binary that is no atom.
    private static func noAtom(_ call: FailedCall) -> ErrorDetails {
        guard call.isBadarg else { return ErrorDetails() }
        let isLatin1 = call.arguments.count > 1 && call.arguments[1] == .atom("latin1")
        if !isLatin1, call.arguments[0].asBinary?.text == nil { return .at(1, "invalid UTF8 encoding") }
        return call.function.name.contains("existing") ? .at(1, "not an already existing atom") : ErrorDetails()
    }
}

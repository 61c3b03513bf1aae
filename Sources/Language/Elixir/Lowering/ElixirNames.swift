/// The names that Elixir's compiler knows: what functions of Kernel are in Erlang, and what is a macro.
enum ElixirNames {
    typealias Function = ElixirEnvironment.FunctionName

    /// Functions of Kernel that are the same functions of `erlang`, by name: their arities and the name there.
    static let inlined: [String: (arities: Set<Int>, name: String)] = {
        var table: [String: (arities: Set<Int>, name: String)] = [:]
        let same: [(Int, [String])] = [
            (0, ["make_ref", "node", "self"]),
            (
                1,
                [
                    "abs", "bit_size", "byte_size", "ceil", "exit", "floor", "hd", "is_atom", "is_binary",
                    "is_bitstring", "is_boolean", "is_float", "is_function", "is_integer", "is_list", "is_map",
                    "is_number", "is_pid", "is_port", "is_reference", "is_tuple", "length", "map_size", "node",
                    "round", "spawn", "spawn_link", "spawn_monitor", "throw", "tl", "trunc", "tuple_size",
                ]
            ),
            (2, ["apply", "div", "is_function", "max", "min", "rem", "send"]),
            (3, ["apply", "binary_part", "spawn", "spawn_link", "spawn_monitor"]),
        ]
        for (arity, names) in same {
            for name in names { table[name] = ((table[name]?.arities ?? []).union([arity]), name) }
        }
        table["function_exported?"] = ([3], "function_exported")
        return table
    }()

    /// Functions of Kernel that are functions of Kernel.
    static let kernel: Set<Function> = [
        Function(name: "**", arity: 2), Function(name: "=~", arity: 2), Function(name: "binary_slice", arity: 2),
        Function(name: "binary_slice", arity: 3), Function(name: "get_and_update_in", arity: 3),
        Function(name: "get_in", arity: 2), Function(name: "inspect", arity: 1), Function(name: "inspect", arity: 2),
        Function(name: "macro_exported?", arity: 3), Function(name: "pop_in", arity: 2),
        Function(name: "put_in", arity: 3), Function(name: "struct", arity: 1), Function(name: "struct", arity: 2),
        Function(name: "struct!", arity: 1), Function(name: "struct!", arity: 2),
        Function(name: "update_in", arity: 3),
    ]

    /// Operators of Elixir and those of Erlang.
    static let operators: [String: String] = [
        "==": "==", "!=": "/=", "===": "=:=", "!==": "=/=", "<": "<", ">": ">", "<=": "=<", ">=": ">=", "+": "+",
        "-": "-", "*": "*", "/": "/", "++": "++", "--": "--",
    ]

    static let comparisons: Set<String> = ["==", "/=", "=:=", "=/=", "<", ">", "=<", ">=", "andalso", "orelse", "not"]

    static let bitwise: [String: String] = [
        "band": "band", "bor": "bor", "bxor": "bxor", "bnot": "bnot", "bsl": "bsl", "bsr": "bsr", "&&&": "band",
        "|||": "bor", "^^^": "bxor", "~~~": "bnot", "<<<": "bsl", ">>>": "bsr",
    ]

    /// What modules export that is lowered here.
    static let macros: [String: Set<Function>] = [
        "Elixir.Bitwise": Set(
            bitwise.keys.map { Function(name: $0, arity: $0 == "bnot" || $0 == "~~~" ? 1 : 2) }),
        "Elixir.Integer": [Function(name: "is_odd", arity: 1), Function(name: "is_even", arity: 1)],
        "Elixir.Logger": Set(
            ["emergency", "alert", "critical", "error", "warning", "warn", "notice", "info", "debug"].flatMap {
                [Function(name: $0, arity: 1), Function(name: $0, arity: 2)]
            }),
    ]
}

internal import Terms

extension ErrorInfo {
    /// One argument of the function that Elixir's compiler puts in the place of another.
    private enum Argument {
        case given(Int)
        /// A position: Elixir counts from 0, Erlang from 1.
        case position(Int)
        case atom(Atom)
    }

    private struct Inlined {
        let module: Atom
        let name: Atom
        let arguments: [Argument]?

        /// With the same arguments, unless others are told.
        init(_ name: Atom, _ arguments: [Argument]? = nil, in module: Atom = .erlang) {
            self.module = module
            self.name = name
            self.arguments = arguments
        }
    }

    /// Functions of Elixir that its compiler replaces: their errors are those of the function of Erlang.
    private static let inlined: [Atom: [Atom: Inlined]] = [
        "Elixir.Atom": ["to_charlist": Inlined("atom_to_list"), "to_string": Inlined("atom_to_binary")],
        "Elixir.Integer": ["to_string": Inlined("integer_to_binary"), "to_charlist": Inlined("integer_to_list")],
        "Elixir.List": [
            "to_atom": Inlined("list_to_atom"), "to_existing_atom": Inlined("list_to_existing_atom"),
            "to_float": Inlined("list_to_float"), "to_integer": Inlined("list_to_integer"),
            "to_tuple": Inlined("list_to_tuple"),
            "keyfind": Inlined("keyfind", [.given(1), .position(2), .given(0)], in: "lists"),
        ],
        "Elixir.Node": [
            "list": Inlined("nodes"), "spawn": Inlined("spawn"), "spawn_link": Inlined("spawn_link"),
            "monitor": Inlined("monitor_node"),
        ],
        "Elixir.Process": [
            "alive?": Inlined("is_process_alive"), "cancel_timer": Inlined("cancel_timer"), "exit": Inlined("exit"),
            "flag": Inlined("process_flag"), "demonitor": Inlined("demonitor"), "link": Inlined("link"),
            "monitor": Inlined("monitor", [.atom(.process), .given(0)]), "unlink": Inlined("unlink"),
            "info": Inlined("process_info"), "group_leader": Inlined("group_leader", [.given(1), .given(0)]),
            "unregister": Inlined("unregister"), "whereis": Inlined("whereis"), "read_timer": Inlined("read_timer"),
            "send": Inlined("send"), "send_after": Inlined("send_after", [.given(2), .given(0), .given(1)]),
            "spawn": Inlined("spawn_opt"),
        ],
        "Elixir.String": [
            "to_atom": Inlined("binary_to_atom", [.given(0), .atom("utf8")]),
            "to_existing_atom": Inlined("binary_to_existing_atom", [.given(0), .atom("utf8")]),
            "to_float": Inlined("binary_to_float"), "to_integer": Inlined("binary_to_integer"),
            "duplicate": Inlined("copy", in: "binary"), "split": Inlined("split", in: "binary"),
            "contains?": Inlined("match", in: "binary"), "starts_with?": Inlined("match", in: "binary"),
        ],
        "Elixir.System": ["unique_integer": Inlined("unique_integer")],
        "Elixir.Tuple": [
            "append": Inlined("append_element"), "to_list": Inlined("tuple_to_list"),
            "delete_at": Inlined("delete_element", [.position(1), .given(0)]),
            "insert_at": Inlined("insert_element", [.position(1), .given(0), .given(2)]),
            "duplicate": Inlined("make_tuple", [.given(1), .given(0)]),
        ],
        "Elixir.Kernel": [
            "elem": Inlined("element", [.position(1), .given(0)]),
            "put_elem": Inlined("setelement", [.position(1), .given(0), .given(2)]),
            "is_map_key": Inlined("is_map_key", [.given(1), .given(0)]),
        ],
    ]

    /// Functions of `Kernel` that are those of `erlang` under the same name.
    private static let kernel: Set<Atom> = [
        "abs", "apply", "binary_part", "bit_size", "byte_size", "ceil", "div", "exit", "floor", "hd", "is_function",
        "length", "map_size", "node", "rem", "round", "send", "spawn", "spawn_link", "spawn_monitor", "tl", "trunc",
        "tuple_size",
    ]

    /// The call as the stack trace has it.
    static func inlined(
        _ module: Atom, _ function: Atom, _ arguments: [Term]
    ) -> (module: Atom, function: Atom, arguments: [Term]) {
        guard module.name.hasPrefix("Elixir.") else { return (module, function, arguments) }
        if module == "Elixir.Kernel", kernel.contains(function) { return (.erlang, function, arguments) }
        guard let target = inlined[module]?[function] else { return (module, function, arguments) }
        let values = target.arguments?.map { argument -> Term in
            switch argument {
            case .given(let position): position < arguments.count ? arguments[position] : .nil
            case .position(let position):
                if position < arguments.count, case .integer(let value) = arguments[position], value < .max {
                    .integer(value + 1)
                } else {
                    position < arguments.count ? arguments[position] : .nil
                }
            case .atom(let name): .atom(name)
            }
        }
        return (target.module, target.name, values ?? arguments)
    }
}

internal import Processes
internal import Terms

// The module erlang: processes, messages, time and the system.
extension ErrorRules {
    private static let options = "invalid option in list"
    private static let name = ArgumentCheck("not a pid or an atom") { $0.asPid != nil || $0.asAtom != nil }

    static let erlangSystem: [String: CallRule] = [
        // Starting processes
        "apply/3": .of(.atom, .atom, .list),
        "spawn/1": .of(spawned), "spawn_link/1": .of(spawned), "spawn_monitor/1": .of(.fun),
        "spawn/2": .of(.atom, spawned), "spawn_link/2": .of(.atom, spawned),
        "spawn_opt/2": .of(spawned, .list).rest(2, "invalid spawn option"),
        "spawn/3": .of(.atom, .atom, .list), "spawn_link/3": .of(.atom, .atom, .list),
        "spawn_monitor/3": .of(.atom, .atom, .list),
        "spawn/4": .of(.atom, .atom, .atom, .list), "spawn_link/4": .of(.atom, .atom, .atom, .list),
        "spawn_opt/4": .of(.atom, .atom, .list, .list).rest(4, "invalid spawn option"),

        // Names
        "register/2": .of(.atom, ArgumentCheck("not a pid or port") { $0.asPid != nil || $0.isPort }).rest { call in
            switch call.cause?.asAtom {
            case "registered_name": .at(1, "name is in use")
            case "notalive": .at(2, "the pid does not refer to an existing process")
            case "has_name": .at(2, "this process or port already has a name")
            default: call.arguments[0] == .atom(.undefined) ? .at(1, "'undefined' is not a valid name") : ErrorDetails()
            }
        },
        "unregister/1": CallRule([]).rest(1, "not a pid"),
        "whereis/1": .of(.atom),

        // Signals
        "link/1": .of(.pid), "unlink/1": .of(.pid), "exit/2": .of(.pid, .any),
        "is_process_alive/1": .of(.pid), "process_info/1": .of(.pid),
        "process_info/2": .of(.pid, .any).rest(2, "invalid item or item list"),
        "group_leader/2": .of(.pid, .pid),
        "monitor/2": monitor(.of(.any, monitored)),
        "monitor/3": monitor(.of(.any, monitored, .list).rest(3, options)),
        "demonitor/1": .of(.reference), "unalias/1": .of(.reference),
        "demonitor/2": .of(.reference, .list).rest(2, options),
        "monitor_node/2": .of(.atom, .boolean),
        "node/1": .of(ArgumentCheck("not a pid") { $0.asPid != nil || $0.asReference != nil || $0.isPort }),
        "send/2": CallRule([]).rest(1, "invalid destination"),
        "send/3": .of(.any, .any, .list).rest { call in
            isDestination(call.arguments[0]) ? .at(3, options) : .at(1, "invalid destination")
        },
        "process_flag/2": CallRule([]).rest { call in
            let flags: Set<Atom> = [
                "trap_exit", "error_handler", "fullsweep_after", "min_heap_size", "min_bin_vheap_size", "max_heap_size",
                "message_queue_data", "priority", "save_calls", "sensitive",
            ]
            return call.arguments[0].asAtom.map(flags.contains) ?? false
                ? .at(2, "invalid value for this process flag") : .at(1, "invalid process flag")
        },

        // Timers and time
        "send_after/3": .of(.time, name), "start_timer/3": .of(.time, name),
        "send_after/4": .of(.time, name).rest { badOptions($0) },
        "start_timer/4": .of(.time, name).rest { badOptions($0) },
        "cancel_timer/1": .of(.reference), "read_timer/1": .of(.reference),
        "cancel_timer/2": .of(.reference, .list).rest(2, options),
        "read_timer/2": .of(.reference, .list).rest(2, options),
        "monotonic_time/1": .of(.timeUnit), "system_time/1": .of(.timeUnit), "time_offset/1": .of(.timeUnit),
        "convert_time_unit/3": .of(.integer, .timeUnit, .timeUnit),
        "unique_integer/1": .of(.list).rest(1, "invalid modifier"),
        "localtime_to_universaltime/1": CallRule([]).rest(1, "not a valid local time"),
        "universaltime_to_localtime/1": CallRule([]).rest(1, "not a valid universal time"),
        "universaltime_to_posixtime/1": CallRule([]).rest(1, "not a valid universal time"),
        "posixtime_to_universaltime/1": .of(ArgumentCheck("not an integer") { $0.asInteger != nil }),

        // The system
        "nodes/1": CallRule([]).rest { call in
            let kind = call.arguments[0]
            if kind.asAtom != nil { return .at(1, "not a valid node type") }
            return .at(
                1, kind.isList ? "not a list of valid node types" : "not a valid node type or list of valid node types")
        },
        "get_cookie/1": .of(.atom), "set_cookie/1": .of(.atom), "set_cookie/2": .of(.atom, .atom),
        "memory/1": CallRule([]).rest { call in
            let item = call.arguments[0]
            if item.asAtom != nil { return .at(1, "invalid memory type option") }
            return .at(1, item.isProperList ? options : "not an atom or a list of atoms")
        },
        "statistics/1": CallRule([]).rest(1, "invalid statistics item"),
        "system_info/1": CallRule([]).rest(1, "invalid system info item"),
    ]

    /// A fun, or the old `{Module, Function}`.
    private static let spawned = ArgumentCheck("not a fun") { term in
        if case .fun = term { return true }
        guard let pair = term.asTuple, pair.count == 2 else { return false }
        return pair[0].asAtom != nil && pair[1].asAtom != nil
    }

    private static let monitorType = ArgumentCheck.one(of: ["process", "port", "time_offset"], "invalid monitor type")
    /// A type that there is not is all that is told.
    private static func monitor(_ rule: CallRule) -> CallRule {
        CallRule([]).rest { call in
            monitorType.problem(call.arguments[0]).map { .at(1, $0) } ?? rule.details(of: call)
        }
    }
    private static let monitored = ArgumentCheck("not a pid") { term in
        if let pair = term.asTuple, pair.count == 2 { return pair[0].asAtom != nil && pair[1].asAtom != nil }
        return term.asPid != nil || term.asAtom != nil || term.isPort
    }

    private static func isDestination(_ term: Term) -> Bool {
        if let pair = term.asTuple, pair.count == 2 { return pair[0].asAtom != nil && pair[1].asAtom != nil }
        return term.asPid != nil || term.asAtom != nil || term.asReference != nil || term.isPort
    }

    /// The options stand fourth, and OTP 25 tells them as the third argument.
    private static func badOptions(_ call: FailedCall) -> ErrorDetails {
        .at(3, ArgumentCheck.list.problem(call.arguments[3]) ?? options)
    }
}

extension Term {
    fileprivate var isPort: Bool { if case .port = self { true } else { false } }
}

internal import Processes
internal import Terms

/// The items of `erlang:process_info/1,2`.
enum ProcessInfo {
    /// What `process_info/1` gives, in OTP's order.
    private static let standard: [Atom] = [
        "registered_name", "current_function", "initial_call", "status", "message_queue_len", "links", "dictionary",
        "trap_exit", "error_handler", "priority", "group_leader", "total_heap_size", "heap_size", "stack_size",
        "reductions", "suspending",
    ]

    static func all(_ process: Process) -> Term {
        .makeList(
            standard.compactMap { key in
                if key == "registered_name", process.registeredName == nil { return nil }
                return value(key, of: process).map { .tuple([.atom(key), $0]) }
            })
    }

    static func items(_ items: Term, of process: Process, _ call: FunctionCall) throws -> Term {
        if let key = items.asAtom {
            // OTP's one odd answer: no name is [] and not a pair.
            if key == "registered_name", process.registeredName == nil { return .nil }
            return .tuple([items, try item(key, of: process, call)])
        }
        return .makeList(
            try call.list(1).map { item in
                guard let key = item.asAtom else { throw call.badarg("the items are atoms") }
                return .tuple([item, try self.item(key, of: process, call)])
            })
    }

    private static func item(_ key: Atom, of process: Process, _ call: FunctionCall) throws -> Term {
        guard let value = value(key, of: process) else { throw call.badarg("no such item: \(key)") }
        return value
    }

    private static func value(_ key: Atom, of process: Process) -> Term? {
        switch key.name {
        case "registered_name": process.registeredName.map { .atom($0) } ?? .nil
        case "initial_call", "current_function":
            .tuple([
                .atom(process.initialCall.module), .atom(process.initialCall.function),
                .integer(process.initialCall.arity),
            ])
        case "status": .atom(process.messageQueueLength == 0 ? "waiting" : "runnable")
        case "message_queue_len": .integer(process.messageQueueLength)
        case "messages": .makeList(process.messages)
        case "links": .makeList(process.links.map { .pid($0) })
        case "monitors":
            .makeList(
                process.monitors.map { target in
                    switch target {
                    case .pid(let pid): .tuple([.atom(.process), .pid(pid)])
                    case .name(let name, let node):
                        .tuple([.atom(.process), .tuple([.atom(name), .atom(node)])])
                    case .alias(let reference): .tuple([.atom(.process), .reference(reference)])
                    }
                })
        case "monitored_by": .makeList(process.monitoredBy.map { .pid($0) })
        case "dictionary": .makeList(process.dictionary.map { .tuple([$0.key, $0.value]) })
        case "trap_exit": .boolean(process.trapsExit)
        case "error_handler": .atom("error_handler")
        case "priority": .atom(.normal)
        case "group_leader": .pid(process.groupLeader)
        case "total_heap_size", "heap_size", "stack_size", "reductions": 0
        case "memory": 0
        case "suspending": .nil
        default: nil
        }
    }
}

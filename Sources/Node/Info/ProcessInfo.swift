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
        // One entry of the dictionary, as OTP 26 and later have it.
        if let pair = items.asTuple, pair.count == 2, pair[0] == .atom("dictionary") {
            return .tuple([items, process.dictionary[pair[1]] ?? .atom(.undefined)])
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

    static func value(_ key: Atom, of process: Process) -> Term? {
        switch key.name {
        case "registered_name": process.registeredName.map { .atom($0) } ?? .nil
        case "initial_call", "current_function": call(process, location: nil)
        case "current_location": call(process, location: .nil)
        case "current_stacktrace": [call(process, location: .nil)]
        case "backtrace": .string("")
        case "status": .atom(process.isWaiting ? "waiting" : "running")
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
        case "priority": .atom(process.priority)
        case "group_leader": .pid(process.groupLeader)
        // Terms are counted references of one heap: no process has one of its own.
        case "total_heap_size", "heap_size", "stack_size": 0
        case "memory": .integer(ownBytes + 16 * process.messageQueueLength)
        case "reductions": .integer(process.messagesTaken)
        case "suspending", "binary", "last_calls", "garbage_collection", "trace", "catchlevel": Self.nothing[key.name]
        case "sequential_trace_token": .nil
        case "min_heap_size", "min_bin_vheap_size", "max_heap_size", "fullsweep_after": 0
        case "message_queue_data": .atom("on_heap")
        case "async_dist": .atom(.false)
        case "parent", "label": .atom(.undefined)
        default: nil
        }
    }

    /// What a process and its task take, as measured.
    private static let ownBytes = 1536

    /// Items of the machinery of BEAM that there is none of here.
    private static let nothing: [String: Term] = [
        "suspending": .nil, "binary": .nil, "last_calls": .atom(.false), "garbage_collection": .nil, "trace": 0,
        "catchlevel": 0,
    ]

    private static func call(_ process: Process, location: Term?) -> Term {
        let call = process.initialCall
        return .tuple(
            Tuple([.atom(call.module), .atom(call.function), .integer(call.arity)] + (location.map { [$0] } ?? [])))
    }
}

internal import Distribution
internal import Processes
internal import Support
internal import Terms

extension Node {
    /// The functions of `erlang` about processes, timers and the process dictionary, and those of `c` that look at them.
    static let processFunctions: [FunctionEntry] = [
        FunctionEntry("erlang", "process_flag", ["Flag", "Value"], "Sets a flag of the caller; gives the old value.") {
            call in
            switch try call.atom(0).name {
            case "trap_exit":
                guard call[1].isTrue || call[1] == .atom(.false) else { throw call.badarg("the flag is true or false") }
                let old = call.process.trapsExit
                call.process.trapsExit = call[1].isTrue
                return .boolean(old)
            case "priority":
                let level = try call.atom(1)
                guard ["low", "normal", "high", "max"].contains(level.name) else {
                    throw call.badarg("the priorities are low, normal, high and max")
                }
                let old = call.process.priority
                call.process.priority = level
                return .atom(old)
            case "error_handler": return .atom("error_handler")
            case "message_queue_data": return .atom("on_heap")
            case "min_heap_size", "min_bin_vheap_size", "max_heap_size", "save_calls", "fullsweep_after": return 0
            case "sensitive": return .atom(.false)
            default: throw call.badarg("no such flag")
            }
        },
        FunctionEntry("erlang", "put", ["Key", "Value"], "Binds a key in the process dictionary.") { call in
            call.process.put(call[0], call[1]) ?? .atom(.undefined)
        },
        FunctionEntry("erlang", "get", ["Key"], "The value of a key in the process dictionary.", safe: true) { call in
            call.process.dictionary[call[0]] ?? .atom(.undefined)
        },
        FunctionEntry("erlang", "get", [], "The process dictionary.", safe: true) { call in
            .makeList(call.process.dictionary.map { .tuple([$0.key, $0.value]) })
        },
        FunctionEntry("erlang", "erase", ["Key"], "Removes a key from the process dictionary.") { call in
            call.process.put(call[0], nil) ?? .atom(.undefined)
        },
        FunctionEntry("erlang", "group_leader", ["Leader", "Pid"], "Sets where the output of a process goes.") { call in
            let (leader, target) = (try call.pid(0), try call.pid(1))
            call.node.processes.send(.groupLeader(from: call.process.pid, to: target, leader: leader))
            return .atom(.true)
        },
        FunctionEntry("erlang", "alias", [], "A reference that others may send to.") { .reference($0.process.alias()) },
        FunctionEntry("erlang", "unalias", ["Alias"], "Takes an alias back.") { call in
            guard let alias = call[0].asReference else { throw call.badarg("not a reference") }
            return .boolean(call.process.unalias(alias))
        },
        FunctionEntry("erlang", "demonitor", ["Reference", "Options"], "Takes a monitor down; flush, info.") { call in
            guard let reference = call[0].asReference else { throw call.badarg("not a reference") }
            call.process.demonitor(reference, flush: try call.list(1).contains(.atom("flush")))
            return .boolean(true)
        },
        FunctionEntry("erlang", "monitor_node", ["Node", "Flag"], "Asks for one {nodedown, Node}.") { call in
            await call.node.monitorNode(try call.atom(0), by: call.process, call[1].isTrue)
            return .boolean(true)
        },
        FunctionEntry("erlang", "send", ["To", "Message", "Options"], "Sends a message.") { call in
            let options = try call.list(2)
            let destination = try call.destination(0)
            if options.contains(.atom("noconnect")), destination.node != call.node.name,
                call.node.connection(with: destination.node) == nil
            {
                return .atom("noconnect")
            }
            if options.contains(.atom("nosuspend")) {
                if call.node.connection(with: destination.node)?.isBusy == true { return .atom("nosuspend") }
                call.process.send(call[1], to: destination)
            } else {
                await call.send(call[1], to: destination)
            }
            return .atom(.ok)
        },
        FunctionEntry("erlang", "send_after", ["Time", "To", "Message"], "Sends a message after milliseconds.") {
            call in
            try call.timer(call[2], wraps: false)
        },
        FunctionEntry(
            "erlang", "start_timer", ["Time", "To", "Message"], "Sends {timeout, Ref, Message} after milliseconds."
        ) {
            call in try call.timer(call[2], wraps: true)
        },
        FunctionEntry("erlang", "cancel_timer", ["Timer"], "Stops a timer: the milliseconds left, or false.") { call in
            guard let reference = call[0].asReference else { throw call.badarg("not a timer") }
            return call.node.timers.cancel(reference, on: call.node).map { .integer($0) } ?? .boolean(false)
        },
        FunctionEntry("erlang", "read_timer", ["Timer"], "The milliseconds left, or false.", safe: true) { call in
            guard let reference = call[0].asReference else { throw call.badarg("not a timer") }
            return call.node.timers.left(reference, on: call.node).map { .integer($0) } ?? .boolean(false)
        },
        FunctionEntry("c", "flush", [], "Shows and forgets the messages of the shell.") { call in
            for message in call.process.flush() {
                try await call.process.print("Shell got \(ErlangPrinter(width: nil).print(message))\n")
            }
            return .atom(.ok)
        },
    ]
}

extension FunctionCall {
    fileprivate func timer(_ message: Term, wraps: Bool) throws -> Term {
        // A thousand years, so that nanoseconds fit.
        guard case .integer(let milliseconds) = arguments[0], (0...31_556_952_000_000).contains(milliseconds) else {
            throw badarg("argument 1 is no time in milliseconds")
        }
        guard arguments[1].asPid != nil || arguments[1].asAtom != nil else {
            throw badarg("argument 2 is not a pid or a name")
        }
        let to = try destination(1)
        return .reference(node.timers.start(milliseconds, to: to, message, wraps: wraps, on: node))
    }
}

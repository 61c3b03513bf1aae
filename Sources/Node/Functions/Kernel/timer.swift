internal import Processes
internal import Support
internal import Terms

extension Node {
    /// What `timer` (stdlib) starts: messages, signals and calls for later, once or again and again.
    static let timerFunctions: [FunctionEntry] = [
        FunctionEntry("timer", "start", [], "There is nothing to start.", safe: true) { _ in .atom(.ok) },
        FunctionEntry("timer", "send_after", ["Time", "Message"], "Sends the caller a message after milliseconds.") {
            call in
            let own = call.process.pid
            return try call.later(call[0]) { [message = call[1]] process in process.send(message, to: own) }
        },
        FunctionEntry("timer", "send_after", ["Time", "To", "Message"], "Sends a message after milliseconds.") { call in
            let to = try call.destination(1)
            return try call.later(call[0]) { [message = call[2]] process in process.send(message, to: to) }
        },
        FunctionEntry("timer", "send_interval", ["Time", "Message"], "Sends the caller a message again and again.") {
            call in
            let own = call.process.pid
            return try call.later(call[0], repeats: true) { [message = call[1]] in $0.send(message, to: own) }
        },
        FunctionEntry("timer", "send_interval", ["Time", "To", "Message"], "Sends a message again and again.") { call in
            let to = try call.destination(1)
            return try call.later(call[0], repeats: true) { [message = call[2]] in $0.send(message, to: to) }
        },
        FunctionEntry("timer", "exit_after", ["Time", "Reason"], "Ends the caller after milliseconds.") { call in
            let own = call.process.pid
            return try call.later(call[0]) { [reason = call[1]] in $0.exit(own, reason: reason) }
        },
        FunctionEntry("timer", "exit_after", ["Time", "Pid", "Reason"], "Ends a process after milliseconds.") { call in
            let target = try call.pid(1)
            return try call.later(call[0]) { [reason = call[2]] in $0.exit(target, reason: reason) }
        },
        FunctionEntry("timer", "kill_after", ["Time"], "Kills the caller after milliseconds.") { call in
            let own = call.process.pid
            return try call.later(call[0]) { $0.exit(own, reason: .atom(.kill)) }
        },
        FunctionEntry("timer", "kill_after", ["Time", "Pid"], "Kills a process after milliseconds.") { call in
            let target = try call.pid(1)
            return try call.later(call[0]) { $0.exit(target, reason: .atom(.kill)) }
        },
        FunctionEntry("timer", "apply_after", ["Time", "Module", "Function", "Arguments"], "Calls after milliseconds.")
        {
            call in
            try call.laterCall(repeats: false)
        },
        FunctionEntry(
            "timer", "apply_interval", ["Time", "Module", "Function", "Arguments"], "Calls again and again."
        ) { call in
            try call.laterCall(repeats: true)
        },
        FunctionEntry("timer", "cancel", ["Timer"], "Stops a timer: {ok, cancel}, also of one that is over.") { call in
            guard let pair = call[0].asTuple, pair.count == 2, let pid = pair[1].asPid else {
                return .tuple([.atom(.error), .atom(.badarg)])
            }
            call.process.exit(pid, reason: .atom(.kill))
            return .tuple([.atom(.ok), .atom("cancel")])
        },
    ]
}

extension FunctionCall {
    /// A process that waits and then acts; its end is the end of the timer.
    ///
    /// - Returns: `{ok, {once | interval, Pid}}`.
    fileprivate func later(
        _ time: Term, repeats: Bool = false, _ action: @escaping @Sendable (Process) async -> Void
    ) throws -> Term {
        guard let milliseconds = time.asInteger, (0...0xFFFF_FFFF).contains(milliseconds) else {
            return .tuple([.atom(.error), .atom(.badarg)])
        }
        let owner = process.pid
        let timer = node.processes.spawn("timer", "wait", groupLeader: process.groupLeader) { timer in
            // An interval is over with who started it.
            let monitor = repeats ? timer.monitor(.pid(owner)) : nil
            let period = Int64(milliseconds) * 1_000_000
            let clock = SystemTimeSource()
            var due = clock.monotonicNanoseconds() + period
            while true {
                let isOver = try await timer.receive(timeout: max(0, due - clock.monotonicNanoseconds())) { message in
                    monitor != nil && message.asTuple?.first == .atom(.DOWN) ? true : nil
                }
                if isOver != nil { return }
                await action(timer)
                guard repeats else { return }
                due += max(period, 1_000_000)
            }
        }
        return .tuple([.atom(.ok), .tuple([.atom(repeats ? "interval" : "once"), .pid(timer.pid)])])
    }

    fileprivate func laterCall(repeats: Bool) throws -> Term {
        let (module, function, arguments) = (try atom(1), try atom(2), try list(3))
        let leader = process.groupLeader
        return try later(self[0], repeats: repeats) { [node] _ in
            node.processes.spawn(module, function, arguments.count, groupLeader: leader) { process in
                _ = try await node.functions.callCode(module, function, arguments, on: node, by: process)
            }
        }
    }
}

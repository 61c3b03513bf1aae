internal import Node
internal import Processes
internal import Support
internal import Terms

/// A beamsh prompt for somebody on another node: what `erl -remsh` and `iex --remsh` get when they start a shell here.
///
/// It reads and prints through the group leader it was started with (`wire.md` 6.9), has a session of its own, and ends with
/// the line `q()`, with the end of the input, or with whoever opened it; this node goes on.
enum GuestShell {
    /// Starts a shell.
    ///
    /// - Parameter greeting: sent to a process before the first prompt, which answers `{done, Ref}` (IEx).
    static func start(on node: Node, leader: Pid, hello: (parent: Pid, reference: Term)? = nil) -> Pid {
        node.processes.spawn("shell", "start", groupLeader: leader, trapsExit: true) { process in
            if let hello {
                process.send(.tuple([.atom("begin"), hello.reference, .pid(process.pid)]), to: hello.parent)
                let done: Term = .tuple([.atom("done"), hello.reference])
                _ = try await process.receive(timeout: 10_000_000_000) { $0 == done ? $0 : nil }
            }
            try await run(process, node)
        }.pid
    }

    private static func run(_ process: Process, _ node: Node) async throws {
        let session = Session(node: node, guestOf: process.groupLeader)
        defer { session.shellProcess.exit(session.shellProcess.pid, reason: .atom(.kill)) }
        try await process.print("beamsh 0.1.0 on \(node.name). help lists the commands, q() leaves.\n")
        var counter = 1
        var pending = ""
        while session.requestedExit == nil {
            let prompt = pending.isEmpty ? "\(node.name)(\(counter))> " : "...> "
            // Whoever opened the shell is linked to it: with his end it ends too.
            guard let row = try await process.readLine(prompt: prompt, isInterrupted: { $1 != .atom("interrupt") })
            else {
                return
            }
            pending += (pending.isEmpty ? "" : "\n") + (row.hasSuffix("\n") ? String(row.dropLast()) : row)
            if session.isIncomplete(pending) { continue }
            let line = pending
            pending = ""
            guard let text = try await evaluate(line, session, process) else { return }
            if !line.allSatisfy(\.isWhitespace) { counter += 1 }
            if !text.isEmpty, session.requestedExit == nil { try await process.print(text + "\n") }
        }
    }

    /// Runs a line, which an exit signal `interrupt` cancels; nothing when the shell has to end.
    private static func evaluate(_ line: String, _ session: Session, _ process: Process) async throws -> String? {
        let outcome = Locked("")
        let done: Term = .reference(process.table.makeReference())
        let task = Task.detached {
            let text: String
            do {
                text = try await session.run(line).flatMap { session.render($0) } ?? ""
            } catch let failure as Failure {
                text = session.render(failure, line: line, source: nil)
            } catch {
                text = "error: \(error)"
            }
            outcome.withLock { $0 = text }
            process.deliver(done)
        }
        while true {
            let isOver: Bool? = try await process.receive { message in
                if message == done { return false }
                guard let tuple = message.asTuple, tuple.count == 3, tuple[0] == .atom(.EXIT) else { return nil }
                task.cancel()
                return tuple[2] == .atom("interrupt") ? nil : true
            }
            if isOver == true { return nil }
            if isOver == false { return outcome.withLock { $0 } }
        }
    }

    /// What other nodes call to open a shell here, and what they ask before.
    static func functions(on node: Node) -> [FunctionEntry] {
        [
            FunctionEntry("shell", "start", [], "Starts a shell for the caller, at his group leader.") { call in
                .pid(start(on: call.node, leader: call.process.groupLeader))
            },
            FunctionEntry("Elixir.IEx", "start", ["Options", "Callback"], "Starts a shell for an iex elsewhere.") {
                call in
                // {'Elixir.IEx.CLI', remote_start, [Parent, Ref]} is what iex --remsh wants to be told of its start.
                var hello: (parent: Pid, reference: Term)?
                if let callback = call[1].asTuple, callback.count == 3, let arguments = callback[2].properList,
                    arguments.count == 2, case .pid(let parent) = arguments[0]
                {
                    hello = (parent, arguments[1])
                }
                return .pid(start(on: call.node, leader: call.process.groupLeader, hello: hello))
            },
            FunctionEntry("code", "ensure_loaded", ["Module"], "Whether a module is there.", safe: true) { call in
                let module = try call.atom(0)
                return call.node.functions.functions(of: module).isEmpty
                    ? .tuple([.atom(.error), .atom("nofile")]) : .tuple([.atom("module"), .atom(module)])
            },
            FunctionEntry("application", "get_env", ["Application", "Key"], "undefined: there are none.", safe: true) {
                _ in
                .atom(.undefined)
            },
            FunctionEntry("application", "get_env", ["Application", "Key", "Default"], "The default.", safe: true) {
                call in
                call[2]
            },
            FunctionEntry("edlin_expand", "expand", ["Before"], "Completes what is before the cursor.", safe: true) {
                _ in
                .tuple([.atom("no"), .nil, .nil])
            },
            FunctionEntry(
                "edlin_expand", "expand", ["Before", "Options"], "Completes what is before the cursor.", safe: true
            ) { _ in
                .tuple([.atom("no"), .nil, .nil])
            },
        ]
    }
}

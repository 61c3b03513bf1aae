internal import Language
internal import Node
internal import Processes
internal import Support
internal import Terms

/// Where a remote shell reads and prints: the prompt of this shell, or the pipes of a script.
protocol RemoteTerminal: IODevice {
    /// What Ctrl-C does while no line is read.
    func onInterrupt(_ handler: (@Sendable () -> Void)?)
}

/// The `iex` or `erl` shell of another node at this terminal.
///
/// The shell runs there, with a group leader here that serves the I/O protocol: works with every release (`wire.md` 6.9, way
/// a). The end of the input ends that shell and never its node: an Erlang shell that is told `eof` halts its node, so it is
/// not told.
struct RemoteShell {
    let session: Session
    let terminal: any RemoteTerminal

    enum Kind: String, CaseIterable {
        case iex
        case erl
    }

    /// Opens the shell of a node and returns when it has ended.
    ///
    /// - Parameter kind: the shell that is wanted; what the node has if nothing is said, `iex` first.
    func run(_ target: Atom, _ kind: Kind?) async throws {
        let node = session.node
        let ended = Locked<CheckedContinuation<Void, any Error>?>(nil)
        let early = Locked<Result<Void, any Error>?>(nil)
        let finish: @Sendable (Result<Void, any Error>) -> Void = { result in
            let waiting = ended.withLock { continuation in
                defer { continuation = nil }
                return continuation
            }
            if let waiting { waiting.resume(with: result) } else { early.withLock { $0 = result } }
        }
        let leader = node.processes.spawn("beamsh", "remote_shell", trapsExit: true) { [self] process in
            do {
                try await serve(process, target, kind)
                finish(.success(()))
            } catch {
                finish(.failure(error))
            }
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result = early.withLock { early in
                    if early == nil { ended.withLock { $0 = continuation } }
                    return early
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            leader.exit(leader.pid, reason: .atom(.kill))
            finish(.failure(CancellationError()))
        }
    }

    private func serve(_ process: Process, _ target: Atom, _ kind: Kind?) async throws {
        let (shell, kind) = try await start(process, target, kind)
        let completer = PeerCompleter(node: session.node, target: target, kind: kind)
        session.completer.withLock { $0 = { await completer.completions($0, $1) } }
        defer { session.completer.withLock { $0 = nil } }
        let monitor = process.monitor(.pid(shell))
        terminal.onInterrupt { process.exit(shell, reason: .atom("interrupt")) }
        defer { terminal.onInterrupt(nil) }
        var server = IOServer(terminal, on: session.node)
        while true {
            let message = try await process.receiveAny()
            if let tuple = message.asTuple, tuple.count == 5, tuple[0] == .atom(.DOWN), tuple[1] == .reference(monitor)
            {
                if tuple[4] == .atom(.noconnection) {
                    throw Failure(.unreachable, "the connection with \(target) is lost")
                }
                return
            }
            switch try await server.received(message, process) {
            case nil: break
            case .interrupted?:
                // As `erl` and `iex` do: the line is given up, and asked for again.
                process.exit(shell, reason: .atom("interrupt"))
                if kind == .erl { server.readAgain(process) } else { try await server.type("\n", process) }
            case .endOfInput?:
                process.demonitor(monitor, flush: true)
                process.exit(shell, reason: .atom(.kill))
                return
            }
        }
    }

    /// Starts the shell there, with this process as its group leader.
    private func start(_ process: Process, _ target: Atom, _ kind: Kind?) async throws -> (Pid, Kind) {
        let node = session.node
        process.groupLeader = process.pid
        func call(_ module: Atom, _ function: Atom, _ arguments: [Term]) async throws -> Term {
            try await node.erpcCall(target, module, function, arguments, by: process, timeout: node.defaultTimeout)
        }
        var wanted = kind
        if wanted == nil {
            let answer = try await call("code", "ensure_loaded", [.atom("Elixir.IEx")])
            wanted = answer.asTuple?.first == .atom("module") ? .iex : .erl
        }
        let answer =
            wanted == .iex
            ? try await call(
                "Elixir.IEx", "start", [.nil, .tuple([.atom(.erlang), .atom("is_atom"), [.atom("x")]])])
            : try await call("shell", "start", [])
        guard case .pid(let pid) = answer else {
            throw Failure(.failed, "\(target) started no shell: \(session.print(answer, .erlang))")
        }
        return (pid, wanted ?? .erl)
    }
}

internal import Language
internal import Node
internal import Processes
internal import Support
internal import Terms

/// Where a remote shell reads and prints: the prompt of this shell, or the pipes of a script.
protocol RemoteTerminal: Sendable {
    func readLine(prompt: String) async -> LineEvent
    func print(_ text: String)
    /// What Ctrl-C does while no line is read.
    func onInterrupt(_ handler: (@Sendable () -> Void)?)
    var columns: Int { get }
    var rows: Int { get }
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

    /// What the leader keeps between messages.
    private struct State {
        /// Lines are wanted as binaries.
        var isBinary = false
        /// Characters behind what a `get_until` took.
        var rest = ""
        /// Output without a newline yet.
        var partial = ""
        /// Requests for input that wait for a line, oldest first.
        var waiting: [Request] = []
        var isReading = false
    }

    private struct Request {
        var client: Pid
        var reference: Term
        var request: Tuple
        /// The continuation of a `get_until`.
        var continuation: Term = .nil
    }

    private func serve(_ process: Process, _ target: Atom, _ kind: Kind?) async throws {
        let shell = try await start(process, target, kind)
        let monitor = process.monitor(.pid(shell))
        terminal.onInterrupt { process.exit(shell, reason: .atom("interrupt")) }
        defer { terminal.onInterrupt(nil) }
        var state = State()
        while true {
            let message = try await process.receiveAny()
            guard let tuple = message.asTuple else { continue }
            if tuple.count == 5, tuple[0] == .atom(.DOWN), tuple[1] == .reference(monitor) {
                if !state.partial.isEmpty { terminal.print(state.partial) }
                if tuple[4] == .atom(.noconnection) {
                    throw Failure(.unreachable, "the connection with \(target) is lost")
                }
                return
            }
            if tuple.count == 4, tuple[0] == .atom(.io_request), case .pid(let client) = tuple[1] {
                try await requested(tuple[3], client, tuple[2], process, &state)
            } else if tuple.count == 2, tuple[0] == .atom("$beamsh_line") {
                state.isReading = false
                switch tuple[1] {
                case .binary(let line):
                    try await feed(line.text ?? "", process, &state)
                    read(process, &state)
                case .atom("interrupted"):
                    // As `erl` and `iex` do: the line is given up, and asked for again.
                    process.exit(shell, reason: .atom("interrupt"))
                    if kind == .erl { read(process, &state) } else { try await feed("\n", process, &state) }
                default:
                    process.demonitor(monitor, flush: true)
                    process.exit(shell, reason: .atom(.kill))
                    return
                }
            }
        }
    }

    /// Starts the shell there, with this process as its group leader.
    private func start(_ process: Process, _ target: Atom, _ kind: Kind?) async throws -> Pid {
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
        return pid
    }

    // MARK: The I/O protocol

    private func requested(
        _ request: Term, _ client: Pid, _ reference: Term, _ process: Process, _ state: inout State
    ) async throws {
        if let tuple = request.asTuple, let name = tuple.first?.asAtom?.name,
            ["get_line", "get_until", "get_chars", "get_password"].contains(name)
        {
            state.waiting.append(Request(client: client, reference: reference, request: tuple))
            if !state.rest.isEmpty, !state.isReading {
                let rest = state.rest
                state.rest = ""
                try await feed(rest, process, &state)
            }
            return read(process, &state)
        }
        let answer = await output(request, client, process, &state)
        reply(answer, to: client, reference, process)
    }

    private func reply(_ answer: Term, to client: Pid, _ reference: Term, _ process: Process) {
        process.send(.tuple([.atom(.io_reply), reference, answer]), to: client)
    }

    private func output(_ request: Term, _ client: Pid, _ process: Process, _ state: inout State) async -> Term {
        if request == .atom("getopts") {
            return [
                .tuple([.atom("echo"), .atom(.true)]), .tuple([.atom("binary"), .boolean(state.isBinary)]),
                .tuple([.atom("encoding"), .atom("unicode")]),
            ]
        }
        guard let tuple = request.asTuple, let name = tuple.first?.asAtom?.name else {
            return .tuple([.atom(.error), .atom("request")])
        }
        switch (name, tuple.count) {
        case ("put_chars", 2...5):
            guard let text = await characters(tuple, client, process) else {
                return .tuple([.atom(.error), .atom("put_chars")])
            }
            state.partial += text
            if let end = state.partial.lastIndex(of: "\n") {
                terminal.print(String(state.partial[...end]))
                state.partial = String(state.partial[state.partial.index(after: end)...])
            }
            return .atom(.ok)
        case ("get_geometry", 2):
            return tuple[1] == .atom("columns") ? .integer(terminal.columns) : .integer(terminal.rows)
        case ("setopts", 2):
            for option in tuple[1].properList ?? [] {
                if option == .atom("binary") { state.isBinary = true }
                if option == .atom("list") { state.isBinary = false }
                if let pair = option.asTuple, pair.count == 2, pair[0] == .atom("binary") {
                    state.isBinary = pair[1].isTrue
                }
            }
            return .atom(.ok)
        case ("requests", 2):
            var last: Term = .atom(.ok)
            for request in tuple[1].properList ?? [] {
                last = await output(request, client, process, &state)
                if let pair = last.asTuple, pair.first == .atom(.error) { break }
            }
            return last
        default: return .tuple([.atom(.error), .atom("request")])
        }
    }

    /// The text of a `put_chars`: given, or made by a call that is run here if it can be, else on the client's node.
    private func characters(_ tuple: Tuple, _ client: Pid, _ process: Process) async -> String? {
        if tuple.count <= 3 { return chardataToString(tuple[tuple.count - 1]) }
        let first = tuple.count - 3
        guard let module = tuple[first].asAtom, let function = tuple[first + 1].asAtom,
            let arguments = tuple[first + 2].properList
        else { return nil }
        let node = session.node
        let value = try? await node.erpcCall(
            client.node, module, function, arguments, by: process, timeout: node.defaultTimeout)
        return value.flatMap { chardataToString($0) }
    }

    // MARK: Input

    /// Reads a line for the oldest request, off this process, so that output goes on meanwhile.
    private func read(_ process: Process, _ state: inout State) {
        guard let request = state.waiting.first, !state.isReading else { return }
        state.isReading = true
        let text = request.request.count > 2 ? chardataToString(request.request[2]) ?? "" : ""
        let prompt = state.partial + text
        state.partial = ""
        let terminal = terminal
        Task.detached {
            let answer: Term =
                switch await terminal.readLine(prompt: prompt) {
                case .line(let line): .string(line + "\n")
                case .interrupted: .atom("interrupted")
                case .endOfFile, .terminated: .atom("eof")
                }
            process.deliver(.tuple([.atom("$beamsh_line"), answer]))
        }
    }

    /// Gives a line to the oldest request.
    private func feed(_ line: String, _ process: Process, _ state: inout State) async throws {
        guard var request = state.waiting.first else {
            state.rest += line
            return
        }
        let kind = request.request[0].asAtom?.name
        guard kind == "get_until", request.request.count >= 6, let module = request.request[3].asAtom,
            let function = request.request[4].asAtom, let extra = request.request[5].properList
        else {
            state.waiting.removeFirst()
            return reply(
                state.isBinary ? .string(line) : .charlist(line), to: request.client, request.reference, process)
        }
        // The client's function says whether this is enough: the Erlang shell reads until a full stop so.
        let node = session.node
        let answer = try await node.erpcCall(
            request.client.node, module, function, [request.continuation, .charlist(line)] + extra, by: process,
            timeout: node.defaultTimeout)
        guard let result = answer.asTuple else { return }
        if result.first == .atom("more"), result.count == 2 {
            request.continuation = result[1]
            state.waiting[0] = request
        } else if result.first == .atom("done"), result.count == 3 {
            state.waiting.removeFirst()
            state.rest += chardataToString(result[2]) ?? ""
            reply(result[1], to: request.client, request.reference, process)
        }
    }
}

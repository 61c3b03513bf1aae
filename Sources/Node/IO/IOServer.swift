public import Processes
public import Terms

/// The server side of the I/O protocol for one group leader: prints at once, reads lines for those that ask, in the order
/// they asked. Output goes on while a line is read.
///
/// Functions that only the client's node may know, as a `get_until` names one, are called there (`wire.md` 6.7).
public struct IOServer {
    /// What the process that owns the server has to decide about.
    public enum Event: Sendable {
        /// The user gave up the line that a request waits for.
        case interrupted
        case endOfInput
    }

    private struct Request {
        var client: Pid
        var reference: Term
        var prompt: String
        var input: IORequest.Input
    }

    private let device: any IODevice
    private let node: Node
    /// Lines are given as binaries.
    private var isBinary = false
    private var echoes = true
    private var encoding: Atom = "unicode"
    /// Characters that were read and not taken yet.
    private var rest = ""
    /// Requests for input, oldest first.
    private var waiting: [Request] = []
    private var isReading = false

    private static let lineMessage: Atom = "$beamsh_line"

    public init(_ device: any IODevice, on node: Node) {
        self.device = device
        self.node = node
    }

    /// Serves until the process ends; the end of the input is told to those that ask for more.
    public mutating func run(_ process: Process) async throws {
        while true {
            let message = try await process.receiveAny()
            switch try await received(message, process) {
            case .endOfInput?: refuseAll(.atom("eof"), process)
            case .interrupted?:
                refuseAll(.tuple([.atom(.error), .atom("interrupted")]), process)
            case nil: break
            }
        }
    }

    /// Takes a message if it is for the server: a request, or a line that was read.
    ///
    /// - Throws: `ProcessEnded` and `CancellationError`, as `receive`.
    public mutating func received(_ message: Term, _ process: Process) async throws -> Event? {
        guard let tuple = message.asTuple else { return nil }
        if tuple.count == 4, tuple[0] == .atom(.io_request), case .pid(let client) = tuple[1] {
            try await requested(IORequest(tuple[3]), client, tuple[2], process)
        } else if tuple.count == 2, tuple[0] == .atom(Self.lineMessage) {
            isReading = false
            switch tuple[1] {
            case .binary(let line):
                rest += line.text ?? ""
                try await feed(process)
                read(process)
            case .atom("interrupted"): return .interrupted
            default: return .endOfInput
            }
        }
        return nil
    }

    /// Gives the oldest request a line that nobody typed.
    public mutating func type(_ line: String, _ process: Process) async throws {
        rest += line
        try await feed(process)
        read(process)
    }

    /// Asks the device again for the line that was given up.
    public mutating func readAgain(_ process: Process) { read(process) }

    /// Answers all requests for input.
    public mutating func refuseAll(_ answer: Term, _ process: Process) {
        if answer == .atom("eof"), !rest.isEmpty, let first = waiting.first {
            // The last line had no newline.
            reply(text(rest), first, process)
            waiting.removeFirst()
            rest = ""
        }
        for request in waiting { reply(answer, request, process) }
        waiting = []
    }

    // MARK: Requests

    private mutating func requested(
        _ request: IORequest, _ client: Pid, _ reference: Term, _ process: Process
    ) async throws {
        var request = request
        if case .several(let requests) = request, let last = requests.last, case .get = IORequest(last) {
            // The answer is that of the last one: what comes before it is done now, and it waits for its input.
            let answer = await perform(.several(requests.dropLast()), for: client, process)
            if answer.asTuple?.first != .atom(.error) { request = IORequest(last) }
        }
        if case .get(let prompt, let input) = request {
            waiting.append(Request(client: client, reference: reference, prompt: prompt, input: input))
            if waiting.count == 1, !rest.isEmpty { try await feed(process) }
            return read(process)
        }
        let answer = await perform(request, for: client, process)
        process.send(.tuple([.atom(.io_reply), reference, answer]), to: client)
    }

    private mutating func perform(_ request: IORequest, for client: Pid, _ process: Process) async -> Term {
        switch request {
        case .put(let text):
            device.print(text)
            return .atom(.ok)
        case .putCall(let module, let function, let arguments):
            let value = await call(module, function, arguments, of: client, process)
            guard let value, let text = chardataToString(value) else {
                return .tuple([.atom(.error), .tuple([.atom(function), .makeList(arguments)])])
            }
            device.print(text)
            return .atom(.ok)
        case .geometry(let isColumns):
            guard let size = device.size else { return .tuple([.atom(.error), .atom("enotsup")]) }
            return .integer(isColumns ? size.columns : size.rows)
        case .options:
            return [
                .tuple([.atom("echo"), .boolean(echoes)]), .tuple([.atom("binary"), .boolean(isBinary)]),
                .tuple([.atom("encoding"), .atom(encoding)]),
            ]
        case .setOptions(let options): return set(options)
        case .several(let requests):
            var last: Term = .atom(.ok)
            for request in requests {
                let request = IORequest(request)
                // Input can only come last: it has to wait.
                if case .get = request { return .tuple([.atom(.error), .atom("request")]) }
                last = await perform(request, for: client, process)
                if let tuple = last.asTuple, tuple.first == .atom(.error) { break }
            }
            return last
        case .get, .unknown: return .tuple([.atom(.error), .atom("request")])
        }
    }

    private mutating func set(_ options: [Term]) -> Term {
        for option in options {
            let pair = option.asTuple
            let value = pair.flatMap { $0.count == 2 ? $0[1] : nil } ?? .atom(.true)
            switch (pair?.first ?? option).asAtom?.name {
            case "binary": isBinary = value.isTrue
            case "list": isBinary = !value.isTrue
            case "echo": echoes = value.isTrue
            case "encoding": encoding = value.asAtom ?? encoding
            case "expand_fun", "line_history", "log": break
            default: return .tuple([.atom(.error), .atom("enotsup")])
            }
        }
        return .atom(.ok)
    }

    /// Calls a function here if the table has it, else on the client's node.
    private func call(
        _ module: Atom, _ function: Atom, _ arguments: [Term], of client: Pid, _ process: Process
    ) async -> Term? {
        if node.functions.find(module, function, arguments.count) != nil {
            return try? await node.functions.call(module, function, arguments, on: node, by: process)
        }
        return try? await node.erpcCall(
            client.node, module, function, arguments, by: process, timeout: node.defaultTimeout)
    }

    // MARK: Input

    /// Reads a line for the oldest request, off this process, so that output goes on meanwhile.
    private mutating func read(_ process: Process) {
        guard let request = waiting.first, !isReading else { return }
        isReading = true
        var isHidden = !echoes
        if case .password = request.input { isHidden = true }
        let prompt = request.prompt
        Task.detached { [device] in
            let answer: Term =
                switch await device.readLine(prompt: prompt, isHidden: isHidden) {
                case .line(let line): .string(line)
                case .interrupted: .atom("interrupted")
                case .endOfInput: .atom("eof")
                }
            process.deliver(.tuple([.atom(Self.lineMessage), answer]))
        }
    }

    /// Gives what was read to those that wait, as far as it goes.
    private mutating func feed(_ process: Process) async throws {
        while let request = waiting.first, !rest.isEmpty {
            switch request.input {
            case .line:
                guard let end = rest.firstIndex(of: "\n") else { return }
                answer(text(take(through: end)), process)
            case .password:
                guard let end = rest.firstIndex(of: "\n") else { return }
                answer(text(String(take(through: end).dropLast())), process)
            case .characters(let count):
                guard rest.count >= count else { return }
                let end = rest.index(rest.startIndex, offsetBy: count)
                let taken = String(rest[..<end])
                rest = String(rest[end...])
                answer(text(taken), process)
            case .until(let module, let function, let extra, let continuation):
                // The client's function says whether this is enough: the Erlang shell reads until a full stop so.
                let given = rest
                rest = ""
                let value = await call(
                    module, function, [continuation, .charlist(given)] + extra, of: request.client, process)
                guard let result = value?.asTuple, result.count >= 2 else {
                    answer(.tuple([.atom(.error), .atom(function)]), process)
                    continue
                }
                if result[0] == .atom("more") {
                    waiting[0].input = .until(
                        module: module, function: function, extra: extra, continuation: result[1])
                } else if result.count == 3 {
                    rest = (chardataToString(result[2]) ?? "") + rest
                    answer(result[1], process)
                }
            }
        }
    }

    private mutating func take(through end: String.Index) -> String {
        let taken = String(rest[...end])
        rest = String(rest[rest.index(after: end)...])
        return taken
    }

    private mutating func answer(_ answer: Term, _ process: Process) {
        guard let request = waiting.first else { return }
        waiting.removeFirst()
        reply(answer, request, process)
    }

    private func reply(_ answer: Term, _ request: Request, _ process: Process) {
        process.send(.tuple([.atom(.io_reply), request.reference, answer]), to: request.client)
    }

    private func text(_ text: String) -> Term { isBinary ? .string(text) : .charlist(text) }
}

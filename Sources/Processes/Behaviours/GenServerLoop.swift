public import Terms

extension Process {
    /// `gen_server:start/4` and `start_link/4`: starts a server and waits until it has initialized.
    ///
    /// - Parameters:
    ///   - isLinked: whether the end of one is the other's too.
    ///   - register: takes the server's name, in its own process; returns who has it already.
    ///   - timeout: how long initialization may take, in nanoseconds.
    public func start<Server: GenServer>(
        _ server: Server, isLinked: Bool, timeout: Int64? = nil,
        register: @escaping @Sendable (Process) async -> Pid? = { _ in nil }
    ) async throws -> GenServerStarted {
        let parent = pid
        let tag = table.makeReference()
        let family = ancestors
        let child = table.spawn(
            server.module, "init", 1, groupLeader: groupLeader,
            prepare: { child in if isLinked { self.link(to: child.pid) } },
            { child in
                child.put(.atom("$initial_call"), .tuple([.atom(server.module), .atom("init"), 1]))
                child.put(.atom("$ancestors"), family)
                let loop = GenServerLoop(server, child, parent: isLinked ? parent : nil)
                try await loop.run(register) { started in
                    child.send(.tuple([.atom("ack"), .reference(tag), started.term]), to: parent)
                }
            })
        let monitor = monitor(.pid(child.pid))
        let answer: GenServerStarted? = try await receive(timeout: timeout) { message in
            guard let tuple = message.asTuple else { return nil }
            if tuple.count == 3, tuple[0] == .atom("ack"), tuple[1] == .reference(tag) {
                guard let pair = tuple[2].asTuple, pair.count == 2 else { return .ignore }
                return pair[0] == .atom(.ok) ? .ok(child.pid) : .error(pair[1])
            }
            if tuple.count == 5, tuple[0] == .atom(.DOWN), tuple[1] == .reference(monitor) { return .error(tuple[4]) }
            return nil
        }
        switch answer {
        case .ok?, .ignore?, .error?:
            demonitor(monitor, flush: true)
        case nil:
            unlink(from: child.pid)
            exit(child.pid, reason: .atom(.kill))
            demonitor(monitor, flush: true)
        }
        if case .error(let reason)? = answer, reason.asTuple?.first == .atom("already_started") {
            // It never was the caller's.
            unlink(from: child.pid)
        }
        return answer ?? .error(.atom(.timeout))
    }

    /// `gen_server:enter_loop/5`: makes the process a server that has initialized already. Never returns.
    public func enterLoop<Server: GenServer>(
        _ server: Server, _ state: Server.State, _ wait: GenServerWait
    ) async throws -> Never {
        let parent = dictionary[.atom("$ancestors")]?.properList?.first
        var starter = parent?.asPid
        if let name = parent?.asAtom { starter = table.whereis(name)?.pid }
        try await GenServerLoop(server, self, parent: starter).serve(state, wait)
    }

    /// What `proc_lib` keeps as `$ancestors` in a process that this one starts: names where there are, else pids.
    public var ancestors: Term {
        .makeList(
            [registeredName.map { .atom($0) } ?? .pid(pid)]
                + (dictionary[.atom("$ancestors")]?.properList ?? []))
    }
}

/// The loop of one generic server.
struct GenServerLoop<Server: GenServer> {
    private let server: Server
    private let process: Process
    /// Whose end is the server's too.
    private let parent: Pid?

    init(_ server: Server, _ process: Process, parent: Pid?) {
        self.server = server
        self.process = process
        self.parent = parent
    }

    func run(
        _ register: @Sendable (Process) async -> Pid?, acknowledge: (GenServerStarted) -> Void
    ) async throws {
        if let holder = await register(process) {
            return acknowledge(.error(.tuple([.atom("already_started"), .pid(holder)])))
        }
        let state: Server.State
        let wait: GenServerWait
        do {
            switch try await server.initialize(process) {
            case .ok(let first, let then): (state, wait) = (first, then)
            case .ignore:
                releaseName()
                return acknowledge(.ignore)
            case .stop(let reason): throw ErlangException(.exit, reason)
            }
        } catch let exception as ErlangException {
            releaseName()
            acknowledge(.error(exception.exitReason))
            throw exception
        }
        acknowledge(.ok(process.pid))
        try await serve(state, wait)
    }

    /// The name is free before the caller hears of the failure: it may try again at once.
    private func releaseName() {
        if let name = process.registeredName { _ = process.table.unregister(name) }
    }

    /// Takes messages until the server ends.
    func serve(_ first: Server.State, _ then: GenServerWait) async throws -> Never {
        var state = first
        var wait = then
        while true {
            let end: ErlangException
            var reply: (GenCall, Term)?
            do {
                switch try await step(&state, wait) {
                case .wait(let next):
                    wait = next
                    continue
                case .stop(let reason, let last):
                    end = ErlangException(.exit, reason)
                    reply = last
                }
            } catch let exception as ErlangException {
                end = exception
            }
            // The last reply goes out after `terminate`, as in OTP, and also if that fails.
            defer { if let reply { reply.0.reply(reply.1, from: process) } }
            try await server.terminate(end.exitReason, state, process)
            throw end
        }
    }

    private enum Next {
        case wait(GenServerWait)
        case stop(Term, reply: (GenCall, Term)?)
    }

    /// Takes one message and does what it asks.
    private func step(_ state: inout Server.State, _ wait: GenServerWait) async throws -> Next {
        var limit: Int64?
        switch wait {
        case .forever: break
        case .timeout(let milliseconds): limit = Self.nanoseconds(milliseconds)
        case .continue(let argument):
            return next(try await server.handle(continue: argument, &state, process), nil)
        }
        let received =
            limit == nil ? try await process.receiveAny() : try await process.receive(timeout: limit, { $0 })
        guard let message = received else {
            return next(try await server.handle(info: .atom(.timeout), &state, process), nil)
        }
        guard let tuple = message.asTuple else {
            return next(try await server.handle(info: message, &state, process), nil)
        }
        if let call = GenCall(message) {
            return next(try await server.handle(call: call, &state, process), call)
        }
        if let request = genCastRequest(message) {
            return next(try await server.handle(cast: request, &state, process), nil)
        }
        if tuple.count == 3, tuple[0] == .atom("system"), try await answerSystem(message, &state) { return .wait(wait) }
        if let parent, tuple.count == 3, tuple[0] == .atom(.EXIT), tuple[1] == .pid(parent) {
            return .stop(tuple[2], reply: nil)
        }
        return next(try await server.handle(info: message, &state, process), nil)
    }

    /// As long as a timeout of OTP may be at most.
    private static func nanoseconds(_ milliseconds: Int) -> Int64 {
        Int64(min(max(0, milliseconds), 0xFFFF_FFFF)) * 1_000_000
    }

    private func answerSystem(_ message: Term, _ state: inout Server.State) async throws -> Bool {
        let box = Box(state)
        defer { state = box.state }
        var callbacks = SystemCallbacks(
            module: server.module, parent: parent, kind: server.kind, state: { server.term(of: box.state) },
            replace: { fun in
                let term = try await server.apply(fun, [server.term(of: box.state)], process)
                guard let new = server.state(box.state, replacedWith: term) else {
                    throw ErlangException(.error, .atom(.badarg))
                }
                box.state = new
                return term
            })
        callbacks.status = { await server.status(of: box.state, process) }
        callbacks.changeCode = { old, extra in
            if let new = try await server.changeCode(from: old, box.state, extra, process) { box.state = new }
        }
        return try await process.answerSystem(message, callbacks)
    }

    private final class Box {
        var state: Server.State

        init(_ state: Server.State) { self.state = state }
    }

    private func next(_ step: GenServerStep, _ call: GenCall?) -> Next {
        switch step {
        case .reply(let reply, let wait):
            call?.reply(reply, from: process)
            return .wait(wait)
        case .noreply(let wait): return .wait(wait)
        case .stop(let reason, let reply):
            if let reply, let call { return .stop(reason, reply: (call, reply)) }
            return .stop(reason, reply: nil)
        }
    }
}

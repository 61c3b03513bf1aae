import Processes
import Support
import Terms
import Testing

/// Counts, waits, stops and fails as it is told.
final class Counter: GenServer {
    let ended = Locked<[Term]>([])
    let timeouts = Locked(0)
    var module: Atom { "counter" }

    init() {}

    func initialize(_ process: Process) async throws -> GenServerStart<Int> { .ok(0) }

    func handle(call: GenCall, _ state: inout Int, _ process: Process) async throws -> GenServerStep {
        switch call.request {
        case .atom("next"):
            state += 1
            return .reply(.integer(state))
        case .atom("wait"): return .reply(.atom(.ok), .timeout(100))
        case .atom("more"): return .reply(.atom(.ok), .continue(.integer(10)))
        case .atom("stop"): return .stop(reason: .atom(.normal), reply: .atom("bye"))
        case .atom("fail"): throw ErlangException(.error, .atom(.badarith))
        default: return .noreply()
        }
    }

    func handle(cast request: Term, _ state: inout Int, _ process: Process) async throws -> GenServerStep {
        state = request.asInteger ?? state
        return .noreply()
    }

    func handle(info message: Term, _ state: inout Int, _ process: Process) async throws -> GenServerStep {
        if message == .atom(.timeout) {
            state = -1
            timeouts.withLock { $0 += 1 }
        }
        return .noreply()
    }

    func handle(continue argument: Term, _ state: inout Int, _ process: Process) async throws -> GenServerStep {
        state += argument.asInteger ?? 0
        return .noreply()
    }

    func terminate(_ reason: Term, _ state: Int, _ process: Process) async { ended.withLock { $0.append(reason) } }
    func term(of state: Int) -> Term { .integer(state) }
    func state(_ state: Int, replacedWith term: Term) -> Int? { term.asInteger }
    func apply(_ fun: Term, _ arguments: [Term], _ process: Process) async throws -> Term {
        // The tests' funs are numbers that are added.
        .integer((arguments.first?.asInteger ?? 0) + (fun.asInteger ?? 0))
    }
}

@Suite(.timeLimit(.minutes(5))) struct GenServerTests {
    private func start(_ server: Counter, _ me: Process, isLinked: Bool = false) async throws -> Destination {
        guard case .ok(let pid) = try await me.start(server, isLinked: isLinked) else { throw ProcessEnded() }
        return .pid(pid)
    }

    @Test func callsCastsTimeoutsAndContinuations() async throws {
        let timers = ManualTimers()
        let counter = Counter()
        let values = try await inProcess(of: makeTable(timers: timers)) { me in
            let server = try await start(counter, me)
            var values = [try await me.genCall(server, .atom("next"), timeout: nil)]
            me.send(.tuple([.atom(.genCast), 7]), to: server)
            values.append(try await me.genCall(server, .atom("next"), timeout: nil))
            _ = try await me.genCall(server, .atom("more"), timeout: nil)
            values.append(try await me.genCall(server, .atom("next"), timeout: nil))
            _ = try await me.genCall(server, .atom("wait"), timeout: nil)
            while timers.scheduled == 0 { await Task.yield() }
            timers.advance(by: 100_000_000)
            while counter.timeouts.withLock({ $0 }) == 0 { await Task.yield() }
            values.append(try await me.genCall(server, .atom("next"), timeout: nil))
            return values
        }
        #expect(values == [1, 8, 19, 0])
    }

    @Test func itsEndIsTold() async throws {
        let server = Counter()
        let seen = try await inProcess(of: makeTable(), trapsExit: true) { me in
            var seen: [Term] = [try await me.genCall(try await start(server, me, isLinked: true), .atom("stop"))]
            do {
                _ = try await me.genCall(try await start(server, me, isLinked: true), .atom("fail"))
            } catch let exit as ErlangException {
                seen.append(exit.reason.asTuple?[0].asTuple?[0] ?? .nil)
            }
            for _ in 0..<2 {
                let exit = try await me.receive { $0.asTuple.flatMap { $0[0] == .atom(.EXIT) ? $0[2] : nil } } ?? .nil
                seen.append(exit.asTuple?[0] ?? exit)
            }
            return seen
        }
        #expect(seen == [.atom("bye"), .atom(.badarith), .atom(.normal), .atom(.badarith)])
        #expect(server.ended.withLock { $0.count } == 2)
    }

    @Test func aNameIsGivenOnce() async throws {
        let table = makeTable()
        let answers = try await inProcess(of: table) { me in
            let name: @Sendable (Process) async -> Pid? = { process in
                table.register("counter", process) ? nil : table.whereis("counter")?.pid
            }
            let first = try await me.start(Counter(), isLinked: false, register: name)
            let second = try await me.start(Counter(), isLinked: true, register: name)
            return (first.term, second.term)
        }
        let pid = answers.0.asTuple?[1] ?? .nil
        #expect(answers.1 == .tuple([.atom(.error), .tuple([.atom("already_started"), pid])]))
    }

    @Test func sysLooksAtItStopsItAndChangesIt() async throws {
        let answers = try await inProcess(of: makeTable()) { me in
            let server = try await start(Counter(), me)
            func system(_ request: Term) async throws -> Term { try await me.genCall(server, request, label: "system") }
            var answers = [try await system(.atom("get_state")), try await system(.atom("suspend"))]
            // What comes while it is suspended waits.
            me.send(.tuple([.atom(.genCast), 40]), to: server)
            answers.append(try await system(.atom("get_state")))
            answers.append(try await system(.tuple([.atom("replace_state"), 5])))
            let status = try await system(.atom("get_status")).asTuple
            answers.append(status?[3].properList?[1] ?? .nil)
            answers.append(try await system(.atom("resume")))
            answers.append(try await me.genCall(server, .atom("next")))
            answers.append(try await system(.tuple([.atom("debug"), .tuple([.atom("statistics"), .atom("get")])])))
            answers.append(try await system(.atom("nonsense")).asTuple?[0] ?? .nil)
            answers.append(try await system(.tuple([.atom("terminate"), .atom(.normal)])))
            return answers
        }
        let ok: (Term) -> Term = { .tuple([.atom(.ok), $0]) }
        #expect(
            answers == [
                0, .atom(.ok), 0, 5, .atom("suspended"), .atom(.ok), 41, ok(.atom("no_statistics")),
                .atom(.error), .atom(.ok),
            ])
    }
}

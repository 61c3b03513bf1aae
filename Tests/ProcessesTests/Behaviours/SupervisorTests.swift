import Processes
import Support
import Terms
import Testing

/// Stands still until the test moves it.
final class ManualClock: TimeSource {
    private let now = Locked<Int64>(0)

    func monotonicNanoseconds() -> Int64 { now.withLock { $0 } }
    func systemNanoseconds() -> Int64 { now.withLock { $0 } }
    func advance(seconds: Int64) { now.withLock { $0 += seconds * 1_000_000_000 } }
}

/// Children that write down when they start and end, and end when they are told.
private final class Nursery: Sendable {
    let log = Locked<[String]>([])
    let refuses = Locked<Set<String>>([])

    func start(_ spec: ChildSpec, _ supervisor: Process) -> Term {
        let name = spec.id.asAtom?.name ?? "-"
        if refuses.withLock({ $0.contains(name) }) { return .tuple([.atom(.error), .atom("refused")]) }
        log.withLock { $0.append("+\(name)") }
        let child = supervisor.table.spawn(
            "child", "init", trapsExit: true, prepare: { supervisor.link(to: $0.pid) },
            { [self] child in
                let reason = try await child.receive { message -> Term? in
                    message.asTuple.flatMap { $0.count == 3 && $0[0] == .atom(.EXIT) ? $0[2] : nil }
                }
                log.withLock { $0.append("-\(name)") }
                throw ErlangException(.exit, reason ?? .atom(.normal))
            })
        return .tuple([.atom(.ok), .pid(child.pid)])
    }

    /// What happened since the last look.
    func look() -> String {
        log.withLock { log in
            defer { log = [] }
            return log.joined(separator: " ")
        }
    }
}

@Suite(.timeLimit(.minutes(5))) struct SupervisorTests {
    private let nursery = Nursery()
    private let clock = ManualClock()

    private func supervisor(
        _ strategy: SupervisorStrategy, _ names: [String], intensity: Int = 3, restart: ChildSpec.Restart = .permanent
    ) -> Supervisor {
        var configuration = Supervisor.Configuration()
        configuration.strategy = strategy
        configuration.intensity = RestartIntensity(intensity: intensity, period: 5)
        configuration.children = names.map { name in
            var spec = ChildSpec(id: .atom(Atom(name)), module: "child", function: "start_link", arguments: [])
            spec.restart = restart
            return spec
        }
        return Supervisor(configuration, clock: clock) { [nursery] spec, process in nursery.start(spec, process) }
    }

    /// The pids of the children by id; asking waits until the supervisor has dealt with what came before.
    private func children(_ supervisor: Pid, _ me: Process) async throws -> [String: Pid] {
        let list = try await me.genCall(.pid(supervisor), .atom("which_children"))
        var pids: [String: Pid] = [:]
        for child in list.properList ?? [] {
            guard let tuple = child.asTuple, case .pid(let pid) = tuple[1] else { continue }
            pids[tuple[0].asAtom?.name ?? ""] = pid
        }
        return pids
    }

    /// Ends a child and waits until the supervisor knows.
    private func end(_ name: String, _ reason: Term, _ supervisor: Pid, _ me: Process) async throws {
        guard let pid = try await children(supervisor, me)[name] else { return }
        let monitor = me.monitor(.pid(pid))
        me.exit(pid, reason: reason)
        _ = try await me.receive { $0.asTuple.flatMap { $0.count == 5 && $0[1] == .reference(monitor) ? true : nil } }
        _ = try await children(supervisor, me)
    }

    private func run<Result: Sendable>(
        _ supervisor: Supervisor, _ body: @escaping @Sendable (Pid, Process) async throws -> Result
    ) async throws -> Result {
        try await inProcess(of: makeTable(), trapsExit: true) { me in
            guard case .ok(let pid) = try await me.start(supervisor, isLinked: true) else { throw ProcessEnded() }
            return try await body(pid, me)
        }
    }

    @Test(arguments: [
        (SupervisorStrategy.oneForOne, "-b +b"), (.oneForAll, "-b -c -a +a +b +c"), (.restForOne, "-b -c +b +c"),
    ])
    func whoGoesWithOneThatEnds(_ strategy: SupervisorStrategy, _ expected: String) async throws {
        let log = try await run(supervisor(strategy, ["a", "b", "c"])) { supervisor, me in
            var log = [nursery.look()]
            try await end("b", .atom("crash"), supervisor, me)
            log.append(nursery.look())
            // It ends in reverse order.
            me.exit(supervisor, reason: .atom(.shutdown))
            _ = try await me.receive { $0.asTuple.flatMap { $0[0] == .atom(.EXIT) ? true : nil } }
            log.append(nursery.look())
            return log
        }
        #expect(log == ["+a +b +c", expected, "-c -b -a"])
    }

    @Test func whoIsRestartedAndWhoIsNot() async throws {
        for (restart, reason, comesBack): (ChildSpec.Restart, Atom, Bool) in [
            (.permanent, .normal, true), (.transient, .normal, false), (.transient, .shutdown, false),
            (.transient, "crash", true), (.temporary, "crash", false),
        ] {
            let isBack = try await run(supervisor(.oneForOne, ["a"], restart: restart)) { supervisor, me in
                try await end("a", .atom(reason), supervisor, me)
                return try await children(supervisor, me)["a"] != nil
            }
            #expect(isBack == comesBack, "\(restart) \(reason)")
        }
    }

    @Test func tooManyRestartsInTooShortATimeEndIt() async throws {
        let reason = try await run(supervisor(.oneForOne, ["a"], intensity: 2)) { supervisor, me in
            for _ in 0..<4 {
                try await end("a", .atom("crash"), supervisor, me)
                clock.advance(seconds: 6)
            }
            for _ in 0..<2 { try await end("a", .atom("crash"), supervisor, me) }
            guard let pid = try await children(supervisor, me)["a"] else { return Term.nil }
            me.exit(pid, reason: .atom("crash"))
            return try await me.receive { message -> Term? in
                message.asTuple.flatMap { $0.count == 3 && $0[0] == .atom(.EXIT) ? $0[2] : nil }
            } ?? .nil
        }
        #expect(reason == .atom(.shutdown))
    }

    @Test func aStartThatFailsIsTriedAgainUntilItIsTooMuch() async throws {
        let reason = try await run(supervisor(.restForOne, ["a", "b"], intensity: 3)) { supervisor, me in
            nursery.refuses.withLock { _ = $0.insert("b") }
            if let pid = try await children(supervisor, me)["a"] { me.exit(pid, reason: .atom("crash")) }
            return try await me.receive { message -> Term? in
                message.asTuple.flatMap { $0.count == 3 && $0[0] == .atom(.EXIT) ? $0[2] : nil }
            } ?? .nil
        }
        #expect(reason == .atom(.shutdown))
        #expect(nursery.look() == "+a +b -a -b +a -a")
    }

    @Test func childrenAreAddedEndedAndRemoved() async throws {
        let answers = try await run(supervisor(.oneForOne, ["a"])) { supervisor, me in
            func ask(_ request: Term) async throws -> String {
                let answer = try await me.genCall(.pid(supervisor), request)
                return ErlangPrinter(width: nil).print(answer.asTuple?[0] == .atom(.ok) ? .atom(.ok) : answer)
            }
            let b: Term = .map(
                Map([(.atom("id"), .atom("b")), (.atom("start"), .tuple([.atom("child"), .atom("start_link"), .nil]))]))
            return [
                try await ask(.tuple([.atom("start_child"), b])), try await ask(.atom("count_children")),
                try await ask(.tuple([.atom("delete_child"), .atom("b")])),
                try await ask(.tuple([.atom("terminate_child"), .atom("b")])),
                try await ask(.tuple([.atom("restart_child"), .atom("b")])),
                try await ask(.tuple([.atom("restart_child"), .atom("nobody")])),
                try await ask(.tuple([.atom("terminate_child"), .atom("b")])),
                try await ask(.tuple([.atom("delete_child"), .atom("b")])),
                try await ask(.tuple([.atom("start_child"), .atom("nonsense")])),
                try await ask(.atom("count_children")),
            ]
        }
        #expect(
            answers == [
                "ok", "[{specs,2},{active,2},{supervisors,0},{workers,2}]", "{error,running}", "ok", "ok",
                "{error,not_found}", "ok", "ok", "{error,{invalid_child_spec,nonsense}}",
                "[{specs,1},{active,1},{supervisors,0},{workers,1}]",
            ])
    }
}

public import Support
public import Terms

/// A supervisor: starts its children in order, restarts those that end, and ends them in reverse order (stdlib,
/// `supervisor`). It answers the requests of OTP's `supervisor` and of Elixir's `DynamicSupervisor`.
public struct Supervisor: GenServer {
    public struct Configuration: Sendable {
        public var strategy = SupervisorStrategy.oneForOne
        public var intensity = RestartIntensity()
        /// For `simple_one_for_one`: how every child is started, more arguments coming with `start_child`.
        public var children: [ChildSpec] = []
        /// The callback module, for `sys`.
        public var module: Atom = "supervisor"
        /// A child that is added without an id of its own, as those of a `DynamicSupervisor`.
        public var isDynamic = false
        /// How many children a dynamic supervisor may have.
        public var maximum: Int?
        /// What comes before the arguments of each child of a dynamic supervisor.
        public var extraArguments: [Term] = []

        public init() {}
    }

    /// A child as it is now.
    public struct Child: Sendable {
        var spec: ChildSpec
        var pid: Pid?
    }

    public struct State: Sendable {
        var configuration: Configuration
        /// In the order they were started.
        var children: [Child]

        var isTemplate: Bool { configuration.strategy == .simpleOneForOne }
        var hasDynamicChildren: Bool { isTemplate || configuration.isDynamic }
    }

    private let configuration: Configuration
    private let clock: any TimeSource
    /// Finds out what the supervisor is to be, in its own process.
    private let configure: (@Sendable (Process) async throws -> GenServerStart<Configuration>)?
    /// Calls the start function of a child.
    private let invoke: @Sendable (ChildSpec, Process) async throws -> Term

    public init(
        _ configuration: Configuration, clock: any TimeSource,
        configure: (@Sendable (Process) async throws -> GenServerStart<Configuration>)? = nil,
        invoke: @escaping @Sendable (_ spec: ChildSpec, _ supervisor: Process) async throws -> Term
    ) {
        self.configuration = configuration
        self.clock = clock
        self.configure = configure
        self.invoke = invoke
    }

    public var module: Atom { configuration.module }

    public func initialize(_ process: Process) async throws -> GenServerStart<State> {
        process.trapsExit = true
        var configuration = configuration
        switch try await configure?(process) {
        case .ok(let own, _)?: configuration = own
        case .ignore?: return .ignore
        case .stop(let reason)?: return .stop(reason)
        case nil: break
        }
        var state = State(configuration: configuration, children: [])
        guard !state.isTemplate else { return .ok(state) }
        for spec in configuration.children {
            switch await start(spec, process) {
            case .running(let pid, _): state.children.append(Child(spec: spec, pid: pid))
            case .ignored:
                if spec.restart != .temporary { state.children.append(Child(spec: spec, pid: nil)) }
            case .failed(let reason):
                await stopAll(state.children, process)
                let failure: Term = .tuple([.atom("failed_to_start_child"), spec.id, reason])
                return .stop(.tuple([.atom(.shutdown), failure]))
            }
        }
        return .ok(state)
    }

    // MARK: Children that end

    public func handle(info message: Term, _ state: inout State, _ process: Process) async throws -> GenServerStep {
        guard let tuple = message.asTuple, tuple.count == 3, tuple[0] == .atom(.EXIT), case .pid(let pid) = tuple[1],
            let position = state.children.firstIndex(where: { $0.pid == pid })
        else { return .noreply() }
        return await ended(position, reason: tuple[2], &state, process)
    }

    private func ended(
        _ position: Int, reason: Term, _ state: inout State, _ process: Process
    ) async -> GenServerStep {
        let spec = state.children[position].spec
        state.children[position].pid = nil
        switch spec.restart {
        case .temporary:
            state.children.remove(at: position)
            return .noreply()
        case .transient where Self.isOrderly(reason):
            if state.hasDynamicChildren { state.children.remove(at: position) }
            return .noreply()
        case .transient, .permanent: return await restart(position, &state, process)
        }
    }

    private static func isOrderly(_ reason: Term) -> Bool {
        reason == .atom(.normal) || reason == .atom(.shutdown)
            || reason.asTuple.map { $0.count == 2 && $0[0] == .atom(.shutdown) } ?? false
    }

    /// Restarts a child, and those that go with it; a start that fails counts as one more restart.
    private func restart(_ position: Int, _ state: inout State, _ process: Process) async -> GenServerStep {
        var position = position
        while true {
            guard state.configuration.intensity.restarted(at: clock.monotonicNanoseconds()) else {
                return .stop(reason: .atom(.shutdown))
            }
            let affected = state.configuration.strategy.affected(by: position, of: state.children.count)
            await stopAll(Array(state.children[affected]), process)
            for place in affected { state.children[place].pid = nil }
            // Temporary children that had to go are not started again.
            for place in affected.reversed() where state.children[place].spec.restart == .temporary {
                state.children.remove(at: place)
            }
            var failed: Int?
            for place in affected where failed == nil && place < state.children.count {
                switch await start(
                    state.children[place].spec, process, extra: state.configuration.extraArguments)
                {
                case .running(let pid, _): state.children[place].pid = pid
                case .ignored: break
                case .failed: failed = place
                }
            }
            guard let failed else { return .noreply() }
            position = failed
        }
    }

    // MARK: Starting and stopping one

    private enum Outcome {
        case running(Pid, info: Term?)
        case ignored
        case failed(Term)
    }

    private func start(_ spec: ChildSpec, _ process: Process, extra: [Term] = []) async -> Outcome {
        let answer: Term
        do {
            var spec = spec
            spec.arguments = extra + spec.arguments
            answer = try await invoke(spec, process)
        } catch let exception as ErlangException {
            return .failed(.tuple([.atom(.EXIT), exception.exitReason]))
        } catch {
            return .failed(.atom(.shutdown))
        }
        guard let tuple = answer.asTuple, tuple.count == 2 || tuple.count == 3 else {
            return answer == .atom("ignore") ? .ignored : .failed(answer)
        }
        if tuple[0] == .atom(.ok), case .pid(let pid) = tuple[1] {
            return .running(pid, info: tuple.count == 3 ? tuple[2] : nil)
        }
        return .failed(tuple[0] == .atom(.error) ? tuple[1] : answer)
    }

    private func stopAll(_ children: [Child], _ process: Process) async {
        for child in children.reversed() { await stop(child, process) }
    }

    /// Ends a child as its specification says, and waits for its end.
    private func stop(_ child: Child, _ process: Process) async {
        guard let pid = child.pid else { return }
        let monitor = process.monitor(.pid(pid))
        process.unlink(from: pid)
        let limit: Int64?
        switch child.spec.shutdown {
        case .brutalKill:
            process.exit(pid, reason: .atom(.kill))
            limit = nil
        case .timeout(let milliseconds):
            process.exit(pid, reason: .atom(.shutdown))
            limit = Int64(min(max(0, milliseconds), 0xFFFF_FFFF)) * 1_000_000
        case .infinity:
            process.exit(pid, reason: .atom(.shutdown))
            limit = nil
        }
        func isDown(_ message: Term) -> Bool? {
            guard let tuple = message.asTuple, tuple.count == 5, tuple[0] == .atom(.DOWN) else { return nil }
            return tuple[1] == .reference(monitor) ? true : nil
        }
        if (try? await process.receive(timeout: limit, isDown)) ?? nil == nil {
            process.exit(pid, reason: .atom(.kill))
            _ = try? await process.receive(isDown)
        }
        // An exit signal that came before the unlink.
        _ = try? await process.receive(timeout: 0) { message -> Bool? in
            guard let tuple = message.asTuple, tuple.count == 3, tuple[0] == .atom(.EXIT) else { return nil }
            return tuple[1] == .pid(pid) ? true : nil
        }
    }

    public func terminate(_ reason: Term, _ state: State, _ process: Process) async {
        await stopAll(state.children, process)
    }

    // MARK: Requests

    public func handle(call: GenCall, _ state: inout State, _ process: Process) async throws -> GenServerStep {
        let request = call.request.asTuple
        let argument = request?.last ?? .nil
        switch (call.request.asAtom ?? request?.first?.asAtom ?? .undefined).name {
        case "start_child": return .reply(await startChild(argument, &state, process))
        case "start_task":
            guard state.configuration.isDynamic, let request, request.count == 4 else {
                return .reply(.tuple([.atom(.error), .atom("badarg")]))
            }
            // As Elixir's Task.Supervisor asks for a task: what to start it with, restart, shutdown.
            let start: Term = .tuple([.atom("Elixir.Task.Supervised"), .atom("start_link"), request[1]])
            let child: Term = .tuple([
                start, request[2] == .atom(.nil) ? .atom("temporary") : request[2],
                request[3] == .atom(.nil) ? 5000 : request[3], .atom("worker"), [.atom("Elixir.Task.Supervised")],
            ])
            return .reply(await startChild(child, &state, process))
        case "which_children":
            return .reply(
                .makeList(
                    (state.hasDynamicChildren ? state.children : state.children.reversed()).map { child in
                        .tuple([
                            state.hasDynamicChildren ? .atom(.undefined) : child.spec.id,
                            child.pid.map { .pid($0) } ?? .atom(.undefined), child.spec.type, child.spec.modules,
                        ])
                    }))
        case "count_children":
            let counts: [(Atom, Int)] = [
                ("specs", state.isTemplate ? 1 : state.children.count),
                ("active", state.children.filter { $0.pid != nil }.count),
                ("supervisors", state.children.filter(\.spec.isSupervisor).count),
                ("workers", state.children.filter { !$0.spec.isSupervisor }.count),
            ]
            return .reply(.makeList(counts.map { .tuple([.atom($0.0), .integer($0.1)]) }))
        case "get_childspec":
            guard let position = find(argument, state) else { return .reply(Self.error("not_found")) }
            return .reply(.tuple([.atom(.ok), state.children[position].spec.term]))
        case "terminate_child":
            guard let position = find(argument, state) else {
                if state.isTemplate, argument.asPid == nil { return .reply(Self.error("simple_one_for_one")) }
                return .reply(Self.error("not_found"))
            }
            await stop(state.children[position], process)
            state.children[position].pid = nil
            if state.hasDynamicChildren || state.children[position].spec.restart == .temporary {
                state.children.remove(at: position)
            }
            return .reply(.atom(.ok))
        case "restart_child":
            guard !state.isTemplate else { return .reply(Self.error("simple_one_for_one")) }
            guard let position = find(argument, state) else { return .reply(Self.error("not_found")) }
            guard state.children[position].pid == nil else { return .reply(Self.error("running")) }
            let outcome = await start(state.children[position].spec, process)
            if case .running(let pid, _) = outcome { state.children[position].pid = pid }
            return .reply(Self.term(of: outcome))
        case "delete_child":
            guard !state.isTemplate else { return .reply(Self.error("simple_one_for_one")) }
            guard let position = find(argument, state) else { return .reply(Self.error("not_found")) }
            guard state.children[position].pid == nil else { return .reply(Self.error("running")) }
            state.children.remove(at: position)
            return .reply(.atom(.ok))
        default: return .reply(.tuple([.atom(.error), .atom("badarg")]))
        }
    }

    /// The position of a child named by its id, or by its pid where children have no id.
    private func find(_ name: Term, _ state: State) -> Int? {
        state.children.firstIndex { child in
            if let pid = name.asPid, state.hasDynamicChildren { return child.pid == pid }
            return !state.hasDynamicChildren && child.spec.id == name
        }
    }

    private func startChild(_ argument: Term, _ state: inout State, _ process: Process) async -> Term {
        let spec: ChildSpec
        if state.isTemplate {
            guard var template = state.configuration.children.first, let more = argument.properList else {
                return Self.error("badarg")
            }
            template.arguments += more
            spec = template
        } else if state.configuration.isDynamic, let tuple = argument.asTuple, tuple.count == 5,
            let dynamic = ChildSpec(
                .tuple([.atom(.undefined), tuple[0], tuple[1], tuple[2], tuple[3], tuple[4]]))
        {
            // As Elixir's DynamicSupervisor sends it: start, restart, shutdown, type, modules.
            if let most = state.configuration.maximum, state.children.count >= most {
                return Self.error("max_children")
            }
            spec = dynamic
        } else if let given = ChildSpec(argument) {
            spec = given
        } else {
            return .tuple([.atom(.error), .tuple([.atom("invalid_child_spec"), argument])])
        }
        if !state.hasDynamicChildren, let position = state.children.firstIndex(where: { $0.spec.id == spec.id }) {
            guard let pid = state.children[position].pid else { return Self.error("already_present") }
            return .tuple([.atom(.error), .tuple([.atom("already_started"), .pid(pid)])])
        }
        let outcome = await start(spec, process, extra: state.configuration.extraArguments)
        switch outcome {
        case .running(let pid, _): state.children.append(Child(spec: spec, pid: pid))
        case .ignored where !state.hasDynamicChildren && spec.restart != .temporary:
            state.children.append(Child(spec: spec, pid: nil))
        case .ignored, .failed: break
        }
        if case .ignored = outcome, state.configuration.isDynamic { return .atom("ignore") }
        if case .failed(let reason) = outcome, !state.hasDynamicChildren {
            return .tuple([.atom(.error), .tuple([reason, spec.record])])
        }
        return Self.term(of: outcome)
    }

    private static func term(of outcome: Outcome) -> Term {
        switch outcome {
        case .running(let pid, let info): .tuple(Tuple([.atom(.ok), .pid(pid)] + (info.map { [$0] } ?? [])))
        case .ignored: .tuple([.atom(.ok), .atom(.undefined)])
        case .failed(let reason): .tuple([.atom(.error), reason])
        }
    }

    private static func error(_ reason: Atom) -> Term { .tuple([.atom(.error), .atom(reason)]) }

    // MARK: For sys

    public func term(of state: State) -> Term {
        .tuple([
            .atom("state"), .atom(Atom(state.configuration.strategy.rawValue)),
            .makeList(state.children.map { .tuple([$0.spec.id, $0.pid.map { .pid($0) } ?? .atom(.undefined)]) }),
            .integer(state.configuration.intensity.intensity), .integer(state.configuration.intensity.period),
        ])
    }
}

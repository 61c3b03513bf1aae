internal import Processes
internal import Terms

/// The process `rex`: the older door for remote calls (`wire.md` 6.2). `rpc:block_call`, `rpc:server_call`,
/// `rpc:sbcast`, C nodes and `erl_call` still use it; `rpc:call` spawns `erpc:execute_call/4` instead.
enum Rex {
    static func run(_ process: Process, on node: Node) async throws {
        while true {
            let message = try await process.receiveAny()
            if try await process.answerSystem(message, SystemCallbacks(module: "rpc", state: { .map(Map([])) })) {
                continue
            }
            if let call = GenCall(message) {
                handle(call, process, node)
            } else if let request = genCastRequest(message) {
                if let work = Work(request, named: "cast") { start(work, process, node) { _, _ in } }
            } else if let tuple = message.asTuple, tuple.count == 2, case .pid(let client) = tuple[0] {
                handle(tuple[1], from: client, process, node)
            }
        }
    }

    /// A call to make: `{call | block_call | cast, Module, Function, Arguments, GroupLeader}`.
    private struct Work {
        var module: Atom
        var function: Atom
        var arguments: [Term]
        var leader: Term

        init?(_ request: Term, named names: Atom...) {
            guard let tuple = request.asTuple, tuple.count == 5, let name = tuple[0].asAtom, names.contains(name),
                let module = tuple[1].asAtom, let function = tuple[2].asAtom, let arguments = tuple[3].properList
            else { return nil }
            self.module = module
            self.function = function
            self.arguments = arguments
            leader = tuple[4]
        }
    }

    private static func handle(_ call: GenCall, _ process: Process, _ node: Node) {
        guard let work = Work(call.request, named: "call", "block_call") else {
            return call.reply(.tuple([.atom(.badrpc), .atom(.badarg)]), from: process)
        }
        start(work, process, node) { result, worker in call.reply(result, from: worker) }
    }

    private static func handle(_ request: Term, from client: Pid, _ process: Process, _ node: Node) {
        if request == .atom("features_request") {
            let reply: Term = .tuple([.atom("features_reply"), .atom(node.name), [.atom(.erpc)]])
            return process.send(reply, to: client)
        }
        if let work = Work(request, named: "call") {
            return start(work, process, node, client: client) { result, worker in
                worker.send(.tuple([.atom(.rex), result]), to: client)
            }
        }
        guard let tuple = request.asTuple, tuple.count == 3, let name = tuple[1].asAtom else { return }
        if tuple[0] == .atom("sbcast") {
            let isThere = node.processes.whereis(name) != nil
            process.send(tuple[2], to: .name(name, node: node.name))
            let answer: Term =
                isThere ? .atom(node.name) : .tuple([.atom("nonexisting_name"), .atom(name)])
            process.send(.tuple([.atom(.rex), .atom(node.name), answer]), to: client)
        } else if tuple[0] == .atom("send") {
            process.send(.tuple([.pid(client), tuple[2]]), to: .name(name, node: node.name))
        }
    }

    /// Runs the call in a process of its own and hands its result to `finish`.
    private static func start(
        _ work: Work, _ process: Process, _ node: Node, client: Pid? = nil,
        finish: @escaping @Sendable (Term, Process) -> Void
    ) {
        let leader = leader(work.leader, for: client, process, node)
        node.processes.spawn(.rex, "call", 1, groupLeader: leader) { worker in
            let result: Term
            do {
                result = try await node.serve(work.module, work.function, work.arguments, by: worker)
            } catch let exception as ErlangException {
                result =
                    exception.kind == .throw
                    ? exception.reason
                    : .tuple([.atom(.badrpc), .tuple([.atom(.EXIT), exception.exitReason])])
            }
            finish(result, worker)
            if let leader, node.processes.process(leader)?.initialCall.function == "collect_output" {
                worker.exit(leader, reason: .atom(.kill))
            }
        }
    }

    /// The group leader of a call: the pid it names, `user`, or a process that sends the output to the client as
    /// `{rex_stdout, Binary}`, as `erl_call` asks for with `send_stdout_to_caller`.
    private static func leader(_ term: Term, for client: Pid?, _ process: Process, _ node: Node) -> Pid? {
        if case .pid(let pid) = term { return pid }
        guard let client, term == .atom("send_stdout_to_caller") else { return node.processes.whereis("user")?.pid }
        let collector = node.processes.spawn(.rex, "collect_output", 1) { collector in
            let device = OutputDevice { text in
                collector.send(.tuple([.atom("rex_stdout"), .string(text)]), to: client)
            }
            var server = IOServer(device, on: node)
            try await server.run(collector)
        }
        return collector.pid
    }
}

internal import Distribution
internal import Language
internal import Node
internal import Processes
internal import Support
internal import Terms

extension CommandTable {
    /// `rpc …`
    static let rpcCommands: [Command] = [
        Command(
            "rpc call", "N M F ARG...", "Calls a function on a node.", parameters: [.node, .word, .word, .rest],
            example: "rpc call b@localhost lists reverse [1,2,3]"
        ) { call in
            let node = try call.node(0)
            let value = try await call.call(
                "rpc", "call",
                [
                    .atom(node), .atom(try call.atom(1, "a module")), .atom(try call.atom(2, "a function")),
                    .makeList(call.terms(from: 3)), call.timeout,
                ])
            if let failure = call.session.badrpc(value, node) { throw failure }
            return LineResult(value)
        },
        Command(
            "rpc multicall", "[--nodes A,B] M F ARG...", "Calls a function on this node and all connected ones.",
            parameters: [.word, .word, .rest], flags: ["nodes"], example: "rpc multicall erlang node"
        ) { call in
            var nodes = [call.session.node.name] + call.session.node.connectedNodes()
            if let text = call.flagTexts["nodes"] {
                nodes = try text.split(separator: ",").map { name in
                    guard let node = try CommandCall.nodeName(Atom(String(name)), call.session) else {
                        throw Failure(.usage, "\(name) is not a node name", hint: "usage: \(call.command.synopsis)")
                    }
                    return node
                }
            }
            let outcome = try await call.session.node.multicall(
                nodes, try call.atom(0, "a module"), try call.atom(1, "a function"), call.terms(from: 2),
                by: call.session.shellProcess, timeout: call.session.settings.withLock { $0.timeout })
            return call.session.multicall(outcome.results, outcome.bad)
        },
        Command(
            "rpc cast", "N M F ARG...", "Starts a call on a node; nobody waits for its result.",
            parameters: [.node, .word, .word, .rest]
        ) { call in
            let node = try call.node(0)
            try await call.connect(node)
            _ = try await call.call(
                "rpc", "cast",
                [
                    .atom(node), .atom(try call.atom(1, "a module")), .atom(try call.atom(2, "a function")),
                    .makeList(call.terms(from: 3)),
                ])
            return LineResult(.atom(.true), text: "")
        },
    ]
}

extension Session {
    /// The failure that a `{badrpc, Reason}` is.
    func badrpc(_ value: Term, _ node: Atom) -> Failure? {
        guard let tuple = value.asTuple, tuple.count == 2, tuple[0] == .atom(.badrpc) else { return nil }
        switch tuple[1] {
        case .atom("nodedown"):
            return self.node.lastConnectError(node).map(describe) ?? Failure(.unreachable, "\(node) is down")
        case .atom(.timeout):
            return Failure(.timeout, "\(node) did not answer in time", hint: "--timeout sets the deadline")
        default:
            let reason = ErlangPrinter(width: nil, context: printContext).print(value)
            return Failure(.failed, reason, hint: missingModule(tuple[1]).map { "there is no \($0) on \(node)" })
        }
    }

    /// The function that an `undef` names.
    private func missingModule(_ reason: Term) -> String? {
        guard let exit = reason.asTuple, exit.count == 2, exit[0] == .atom(.EXIT), let inner = exit[1].asTuple,
            inner.count == 2, inner[0] == .atom(.undef), let call = inner[1].properList?.first?.asTuple,
            call.count >= 3,
            let module = call[0].asAtom, let function = call[1].asAtom
        else { return nil }
        let arity = call[2].properList?.count ?? call[2].asInteger ?? 0
        return "\(ErlangPrinter.quoted(module)):\(ErlangPrinter.quoted(function))/\(arity)"
    }

    /// Results by node, then the nodes that could not be reached.
    func multicall(_ results: [(node: Atom, result: Term)], _ bad: [Atom]) -> LineResult {
        let term: Term = .map([
            .atom("results"): .makeList(results.map { .tuple([.atom($0.node), $0.result]) }),
            .atom("bad_nodes"): .makeList(bad.map { .atom($0) }),
        ])
        let rows =
            results.map { [$0.node.name, print($0.result, settings.withLock { $0.syntax } ?? .elixir)] }
            + bad.map { [$0.name, "unreachable"] }
        return LineResult(term, table: TextTable(header: [], rows: rows))
    }
}

internal import Processes
internal import Terms

extension Node {
    /// `sys`: system messages to processes of behaviours, here and on other nodes.
    static let systemMessageFunctions: [FunctionEntry] = [
        requests("get_state", [], "The state of a server.") { _ in .atom("get_state") },
        requests("get_status", [], "The status of a server.") { _ in .atom("get_status") },
        requests("suspend", [], "Stops a server from taking messages.") { _ in .atom("suspend") },
        requests("resume", [], "Lets a server go on.") { _ in .atom("resume") },
        requests("replace_state", ["Fun"], "Changes the state of a server with a fun.") {
            .tuple([.atom("replace_state"), $0[1]])
        },
        requests("terminate", ["Reason"], "Ends a server.", limit: nil) { .tuple([.atom("terminate"), $0[1]]) },
        requests("change_code", ["Module", "OldVersion", "Extra"], "Calls code_change of a suspended server.") {
            .tuple([.atom("change_code"), $0[1], $0[2], $0[3]])
        },
        requests("trace", ["Flag"], "Accepted; events are not traced.") {
            .tuple([.atom("debug"), .tuple([.atom("trace"), $0[1]])])
        },
        requests("statistics", ["Flag"], "Accepted; events are not counted.") {
            .tuple([.atom("debug"), .tuple([.atom("statistics"), $0[1]])])
        },
        requests("log", ["Flag"], "Accepted; events are not logged.") {
            .tuple([.atom("debug"), .tuple([.atom("log"), $0[1]])])
        },
        requests("no_debug", [], "Switches off what is traced, counted and logged.") { _ in
            .tuple([.atom("debug"), .atom("no_debug")])
        },
    ].flatMap { $0 }

    /// A request with five seconds, and with a timeout as last argument.
    private static func requests(
        _ name: Atom, _ parameters: [String], _ summary: String, limit: Int64? = 5_000_000_000,
        _ request: @escaping @Sendable (FunctionCall) -> Term
    ) -> [FunctionEntry] {
        [
            FunctionEntry("sys", name, ["Server"] + parameters, summary) { call in
                try await call.system(request(call), timeout: limit)
            },
            FunctionEntry("sys", name, ["Server"] + parameters + ["Timeout"], summary) { call in
                try await call.system(request(call), timeout: try call.timeout(parameters.count + 1))
            },
        ]
    }
}

extension FunctionCall {
    /// A system message, as `sys` sends it: `{system, {From, Tag}, Request}`.
    fileprivate func system(_ request: Term, timeout: Int64?) async throws -> Term {
        let answer: Term
        do {
            guard let destination = try await foundServer() else { throw GenRequestFailure(.atom(.noproc)) }
            answer = try await process.genRequest(destination, request, timeout: timeout, label: "system")
        } catch let failure as GenRequestFailure {
            let call: Term = .tuple([.atom(module), .atom(function), .makeList(arguments)])
            throw ErlangException(.exit, .tuple([failure.reason, call]))
        }
        if function != "change_code", let pair = answer.asTuple, pair.count == 2, pair[0] == .atom(.error) {
            throw ErlangException(.error, pair[1])
        }
        return answer
    }
}

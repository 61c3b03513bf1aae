internal import Distribution
internal import Language
internal import Node
internal import Processes
internal import Support
internal import Terms

extension CommandTable {
    /// `node …`
    static let nodeCommands: [Command] = [
        Command(
            "remote", "N [iex|erl]", "The shell of another node, at this prompt; Ctrl-D leaves it.",
            parameters: [.node, .optionalOneOf(["iex", "erl"])], example: "remote b@myhost"
        ) { call in
            guard let terminal = call.session.terminal.withLock({ $0 }) else {
                throw Failure(.failed, "a remote shell needs a terminal", hint: "rpc call runs functions from a script")
            }
            let target = try call.node(0)
            let kind = call.words.count > 1 ? RemoteShell.Kind(rawValue: call.words[1].text) : nil
            try await RemoteShell(session: call.session, terminal: terminal).run(target, kind)
            return LineResult(.atom(.ok), text: "")
        },
        Command("node self", "", "The name of this node.") { call in
            let name = try await call.call("erlang", "node", [])
            return LineResult(name, text: call.session.plain(name))
        },
        Command(
            "node list", "[visible|hidden|connected|known|this]", "The nodes connected with this one.",
            parameters: [.optionalOneOf(["visible", "hidden", "connected", "known", "this"])]
        ) { call in
            let kind: Term = call.count > 0 ? call.term(0) : .atom("visible")
            let nodes = try await call.call("erlang", "nodes", [kind])
            return LineResult(nodes, text: (nodes.properList ?? []).map(call.session.plain).joined(separator: "\n"))
        },
        Command(
            "node connect", "N...", "Connects with nodes.", parameters: [.nodes], example: "node connect b@localhost"
        ) { call in
            for position in 0..<call.count {
                try await call.connect(try call.node(position))
            }
            return LineResult(.atom(.true), text: "")
        },
        Command("node disconnect", "N...", "Ends connections with nodes.", parameters: [.nodes]) { call in
            for position in 0..<call.count {
                let node = try call.node(position)
                guard try await call.call("erlang", "disconnect_node", [.atom(node)]).isTrue else {
                    throw Failure(.failed, "\(node) is not connected")
                }
            }
            return LineResult(.atom(.true), text: "")
        },
        Command(
            "node ping", "N", "Connects with a node and asks whether it lives: pong or pang.", parameters: [.node],
            example: "node ping b@localhost"
        ) { call in
            let node = try call.node(0)
            let answer = try await call.call("net_adm", "ping", [.atom(node)])
            if answer == .atom("pang") {
                let reason = call.session.node.lastConnectError(node)
                throw reason.map { error in
                    let failure = call.session.describe(error)
                    return Failure(failure.code, "pang: \(failure.message)")
                } ?? Failure(.unreachable, "pang: \(node) does not answer")
            }
            return LineResult(answer, text: call.session.plain(answer))
        },
        Command(
            "node start", "NAME", "Makes this node alive: NAME or NAME@HOST.", parameters: [.word],
            example: "node start a"
        ) { call in
            let name = try call.atom(0, "a node name")
            let isLong = name.name.split(separator: "@").dropFirst().first?.contains(".") == true
            let options: Term = .map([.atom("name_domain"): .atom(isLong ? "longnames" : "shortnames")])
            do {
                _ = try await call.call("net_kernel", "start", [.atom(name), options])
            } catch let exception as ErlangException {
                throw Failure(.nodeNotStarted, exception.detail ?? "the node could not be started")
            }
            let own = call.session.node.name
            return LineResult(.atom(own), text: own.name)
        },
        Command("node stop", "", "Stops being alive: connections end, the name is given back.") { call in
            guard try await call.call("net_kernel", "stop", []) == .atom(.ok) else {
                throw Failure(.failed, "this node is not alive")
            }
            return LineResult(.atom(.ok), text: "")
        },
        Command(
            "node cookie", "[N] [COOKIE]", "Shows or sets the cookie, of this node or for a peer.",
            parameters: [.optionalWord, .optionalWord]
        ) { call in
            let own = call.session.node.name
            switch call.count {
            case 0: return LineResult(try await call.call("erlang", "get_cookie", [.atom(own)]))
            case 1:
                let word = try call.atom(0, "a cookie")
                if word.name.contains("@") {
                    return LineResult(try await call.call("erlang", "get_cookie", [.atom(word)]))
                }
                _ = try await call.call("erlang", "set_cookie", [.atom(own), .atom(word)])
            default:
                let peer = try call.node(0)
                _ = try await call.call("erlang", "set_cookie", [.atom(peer), .atom(try call.atom(1, "a cookie"))])
            }
            return LineResult(.atom(.true), text: "")
        },
        Command("node names", "[HOST]", "The nodes that epmd knows, with their ports.", parameters: [.optionalWord]) {
            call in
            let host: Term = call.count > 0 ? call.term(0) : .atom("127.0.0.1")
            let answer = try await call.call("net_adm", "names", [host])
            guard let tuple = answer.asTuple, tuple[0] == .atom(.ok), let names = tuple[1].properList else {
                throw Failure(.unreachable, "no epmd answers on \(call.session.plain(host))")
            }
            let rows = names.compactMap { $0.asTuple }.map {
                [chardataToString($0[0]) ?? "?", call.session.plain($0[1])]
            }
            let term = Term.makeList(rows.map { .tuple([.string($0[0]), .integer(Int($0[1]) ?? 0)]) })
            return LineResult(term, table: TextTable(header: ["NAME", "PORT"], rows: rows))
        },
        Command("node monitor", "on|off", "Shows nodes that come and go.", parameters: [.oneOf(["on", "off"])]) {
            call in
            call.session.settings.withLock { $0.announcesNodes = call.words[0].text == "on" }
            return LineResult(.atom(.ok), text: "")
        },
        Command("node info", "N", "What is known of the connection with a node.", parameters: [.node]) { call in
            let node = try call.node(0)
            let info = try await call.call("beamsh", "node_info", [.atom(node)])
            guard info != .atom(.undefined) else { throw Failure(.failed, "\(node) is not connected") }
            return call.session.pairs(info)
        },
    ]
}

extension CommandCall {
    /// Connects, and says why it cannot.
    func connect(_ node: Atom) async throws {
        guard try await !call("net_kernel", "connect_node", [.atom(node)]).isTrue else { return }
        try Task.checkCancellation()
        throw session.node.lastConnectError(node).map(session.describe)
            ?? Failure(.unreachable, "\(node) cannot be reached")
    }
}

extension Session {
    /// A list of pairs as two columns.
    func pairs(_ term: Term) -> LineResult {
        let rows = (term.properList ?? []).compactMap { $0.asTuple }.filter { $0.count == 2 }.map { pair in
            [plain(pair[0]), chardataIfText(pair[1])]
        }
        return LineResult(term, table: TextTable(header: [], rows: rows))
    }

    /// A charlist as text, everything else as plain.
    private func chardataIfText(_ term: Term) -> String {
        if case .list = term, let text = chardataToString(term) {
            return text.split(separator: "\n").joined(separator: " ")
        }
        return plain(term)
    }
}

internal import Language
internal import Node
internal import Processes
internal import Terms

extension CommandTable {
    /// `process …` and `system_info`.
    static let processCommands: [Command] = [
        Command("process list", "", "The processes of this node.") { call in
            let pids = try await call.call("erlang", "processes", [])
            var rows: [[String]] = []
            for pid in pids.properList ?? [] {
                let keys: Term = [
                    .atom("registered_name"), .atom("initial_call"), .atom("message_queue_len"), .atom("links"),
                ]
                let info = try await call.call("erlang", "process_info", [pid, keys])
                guard let items = info.properList?.compactMap({ $0.asTuple?.last }), items.count == 4 else { continue }
                let initial = items[1].asTuple.map {
                    "\(call.session.plain($0[0])):\(call.session.plain($0[1]))/\(call.session.plain($0[2]))"
                }
                rows.append([
                    call.session.print(pid, .erlang), items[0] == .nil ? "" : call.session.plain(items[0]),
                    initial ?? "",
                    call.session.plain(items[2]), String(items[3].properList?.count ?? 0),
                ])
            }
            return LineResult(
                pids, table: TextTable(header: ["PID", "NAME", "INITIAL CALL", "MESSAGES", "LINKS"], rows: rows))
        },
        Command(
            "process info", "PID|NAME", "What is known of a process.", parameters: [.term], example: "process info rex"
        ) { call in
            var pid = call.term(0)
            if let name = pid.asAtom {
                pid = call.session.pid(from: name) ?? .atom(.undefined)
                if pid == .atom(.undefined) { pid = try await call.call("erlang", "whereis", [.atom(name)]) }
                guard pid != .atom(.undefined) else { throw Failure(.failed, "no process is registered as \(name)") }
            }
            let info = try await call.call("erlang", "process_info", [pid])
            guard info != .atom(.undefined) else { throw Failure(.failed, "the process has ended") }
            return call.session.pairs(info)
        },
        Command("system_info", "[KEY]", "Facts of this node.", parameters: [.optionalWord]) { call in
            if call.count == 0 { return call.session.pairs(try await call.call("beamsh", "system_info", [])) }
            return LineResult(try await call.call("erlang", "system_info", [call.term(0)]))
        },
    ]

    /// `cluster …`
    static let clusterCommands: [Command] = [
        Command(
            "cluster start", "N [--prefix P]", "Starts nodes as children of this shell; they end with it.",
            parameters: [.term], flags: ["prefix"], example: "cluster start 2"
        ) { call in
            let started = try await call.call(
                "cluster", "start", [call.term(0), call.flagValues["prefix"] ?? .atom("node")])
            return LineResult(started, text: (started.properList ?? []).map(call.session.plain).joined(separator: "\n"))
        },
        Command("cluster list", "", "The children of this shell.") { call in
            let children = try await call.call("cluster", "list", [])
            return LineResult(
                children, text: (children.properList ?? []).map(call.session.plain).joined(separator: "\n"))
        },
        Command("cluster stop", "[NODE]", "Ends a child, or all.", parameters: [.optionalNode]) { call in
            LineResult(
                try await call.call("cluster", "stop", call.count > 0 ? [.atom(try call.node(0))] : []), text: "")
        },
    ]
}

extension Session {
    /// The pid that `<0.1.2>` or `0.1.2` means here.
    func pid(from name: Atom) -> Term? {
        var text = name.name
        if text.hasPrefix("<"), text.hasSuffix(">") { text = String(text.dropFirst().dropLast()) }
        let numbers = text.split(separator: ".").compactMap { UInt32($0) }
        guard numbers.count == 3, text.split(separator: ".").count == 3, numbers[0] == 0 else { return nil }
        return .pid(Pid(incarnation: node.processes.incarnation, id: numbers[1], serial: numbers[2]))
    }
}

internal import Processes
internal import Support
internal import Terms

extension Node {
    /// `logger` and Elixir's `Logger`: text, or a fun that gives it, shown if its level is.
    static let loggerFunctions: [FunctionEntry] = logSettingFunctions + logLevelFunctions + errorLoggerFunctions

    private static let logSettingFunctions: [FunctionEntry] =
        [
            FunctionEntry("Elixir.Logger", "bare_log", ["Level", "Message"], "Logs text or what a fun gives.") { call in
                try await call.logElixir()
            },
            FunctionEntry("Elixir.Logger", "bare_log", ["Level", "Message", "Metadata"], "Logs text with metadata.") {
                call in
                try await call.logElixir()
            },
            FunctionEntry("Elixir.Logger", "configure", ["Options"], "Sets what is shown: level:.") { call in
                if let level = call.option("level", in: call[0]) { call.node.setLogLevel(try call.level(level)) }
                return .atom(.ok)
            },
            FunctionEntry("Elixir.Logger", "level", [], "The level from which on lines are shown.", safe: true) {
                .atom(Atom($0.node.logs.withLock { $0.level }.rawValue))
            },
            FunctionEntry("Elixir.Logger", "metadata", [], "The metadata of this process.", safe: true) {
                $0.process.dictionary[.atom("$logger_metadata$")] ?? .nil
            },
            FunctionEntry("Elixir.Logger", "metadata", ["Keywords"], "Sets the metadata of this process.") { call in
                call.process.put(.atom("$logger_metadata$"), call[0])
                return .atom(.ok)
            },
            FunctionEntry("Elixir.Logger", "compare_levels", ["Left", "Right"], "lt, eq or gt.", safe: true) { call in
                let (left, right) = (try call.level(call[0]), try call.level(call[1]))
                return .atom(left < right ? "lt" : left == right ? "eq" : "gt")
            },
            FunctionEntry("Elixir.Logger", "flush", [], "Lines are written at once: nothing to do.", safe: true) { _ in
                .atom(.ok)
            },
            FunctionEntry("logger", "set_primary_config", ["Key", "Value"], "Sets what is shown: level.") { call in
                if call[0] == .atom("level") { call.node.setLogLevel(try call.level(call[1])) }
                return .atom(.ok)
            },
            FunctionEntry("logger", "get_primary_config", [], "What is shown.", safe: true) { call in
                let level = Atom(call.node.logs.withLock { $0.level }.rawValue)
                return .map([.atom("level"): .atom(level), .atom("metadata"): .map([:]), .atom("filters"): .nil])
            },
            FunctionEntry("logger", "log", ["Level", "Text"], "Logs text or a report.") { call in
                try await call.logErlang(try call.level(call[0]), from: 1)
            },
            FunctionEntry("logger", "log", ["Level", "Text", "Arguments"], "Logs a format with its arguments.") {
                call in
                try await call.logErlang(try call.level(call[0]), from: 1)
            },
        ]

    private static let logLevelFunctions: [FunctionEntry] = LogLevel.allCases.flatMap { level -> [FunctionEntry] in
        FunctionEntry.family(
            "logger", Atom(level.rawValue), ["Text", "Arguments", "Metadata"], from: 1, "Logs text or a report."
        ) { call in
            try await call.logErlang(level, from: 0)
        }
    }

    private static let errorLoggerFunctions: [FunctionEntry] = {
        let levels: [(Atom, LogLevel)] = [("error_msg", .error), ("warning_msg", .warning), ("info_msg", .info)]
        return levels.flatMap { name, level -> [FunctionEntry] in
            FunctionEntry.family("error_logger", name, ["Format", "Arguments"], from: 1, "Logs a format.") { call in
                try await call.logErlang(level, from: 0)
            }
        }
    }()

    func setLogLevel(_ level: LogLevel) { logs.withLock { $0.level = level } }
}

extension FunctionCall {
    fileprivate func level(_ term: Term) throws -> LogLevel {
        guard let level = LogLevel(term) else {
            throw badarg("the levels are \(LogLevel.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return level
    }

    /// `Logger.info(message)`: chardata, a fun without parameters, or a report.
    fileprivate func logElixir() async throws -> Term {
        let level = try level(self[0])
        guard level >= node.logs.withLock({ $0.level }) else { return .atom(.ok) }
        var message = self[1]
        if case .fun = message {
            message = try await apply(message, [])
            // A fun may give the metadata too.
            if let pair = message.asTuple, pair.count == 2, pair[1].properList != nil { message = pair[0] }
        }
        let text = chardataToString(message) ?? ElixirPrinter(width: nil).inspect(message)
        node.log(level, text, by: process)
        return .atom(.ok)
    }

    /// `logger:info(Text)`, `(Format, Arguments)`, `(Report)`, `(Fun, Argument)`, each with metadata behind.
    fileprivate func logErlang(_ level: LogLevel, from first: Int) async throws -> Term {
        guard level >= node.logs.withLock({ $0.level }) else { return .atom(.ok) }
        let message = self[first]
        let text: String
        if case .fun = message, arguments.count > first + 1 {
            return try await report(level, try await apply(message, [self[first + 1]]))
        } else if arguments.count > first + 1, let list = self[first + 1].properList {
            text = (try? TermFormat.format(message, list)) ?? ErlangPrinter().print(message)
        } else {
            return try await report(level, message)
        }
        return show(level, text)
    }

    private func report(_ level: LogLevel, _ message: Term) async throws -> Term {
        if let pair = message.asTuple, pair.count == 2, let list = pair[1].properList,
            let text = try? TermFormat.format(pair[0], list)
        {
            return show(level, text)
        }
        return show(level, chardataToString(message) ?? ErlangPrinter().print(message))
    }

    private func show(_ level: LogLevel, _ text: String) -> Term {
        var text = text
        while text.hasSuffix("\n") { text.removeLast() }
        node.log(level, text, by: process)
        return .atom(.ok)
    }
}

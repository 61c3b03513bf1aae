internal import Glibc
internal import Processes
internal import Support
internal import Terms

/// The process `logger_proxy`: nodes send it what processes log whose group leader is here, as a crash of something that
/// was spawned from here. It is printed where their output goes.
enum LoggerProxy {
    static func run(_ process: Process, on node: Node) async throws {
        while true {
            let message = try await process.receiveAny()
            if let line = line(message, at: node.clock.systemNanoseconds()) { node.output(line) }
        }
    }

    /// `{log, Level, Format, Arguments, Meta}` or `{log, Level, StringOrReport, Meta}`, as a line for people.
    static func line(_ message: Term, at now: Int64) -> String? {
        guard let event = message.asTuple, event.count == 4 || event.count == 5, event[0] == .atom("log"),
            let level = event[1].asAtom
        else { return nil }
        var text: String
        if event.count == 5 {
            let arguments = event[3].properList ?? []
            text = (try? TermFormat.format(event[2], arguments)) ?? ErlangPrinter().print(event[2])
        } else {
            text = chardataToString(event[2]) ?? ErlangPrinter().print(event[2])
        }
        while text.hasSuffix("\n") { text.removeLast() }
        var seconds = time_t(now / 1_000_000_000)
        if let time = event.last?.asMap?[.atom("time")]?.asInteger { seconds = time_t(time / 1_000_000) }
        var parts = tm()
        localtime_r(&seconds, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) [\(level.name)] \(text)\n"
    }
}

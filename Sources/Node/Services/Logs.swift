internal import Glibc
internal import Processes
internal import Support
internal import Terms

/// What processes log: lines that go where the output of the node goes, in the format of Elixir's console.
struct LogSettings: Sendable {
    /// What is less severe is not shown.
    var level = LogLevel.debug
}

/// Levels of `logger`, the least severe first.
enum LogLevel: String, Sendable, Comparable, CaseIterable {
    case all, debug, info, notice, warning, error, critical, alert, emergency, none

    init?(_ term: Term) {
        guard let name = term.asAtom?.name else { return nil }
        self.init(rawValue: name == "warn" ? "warning" : name)
    }

    static func < (left: LogLevel, right: LogLevel) -> Bool { left.severity < right.severity }

    private var severity: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension Node {
    /// Shows a line: an empty row, the time, the level and the text.
    func log(_ level: LogLevel, _ text: String, by process: Process) {
        guard level >= logs.withLock({ $0.level }) else { return }
        let now = clock.systemNanoseconds()
        output("\n\(LogTime.text(now)) [\(level.rawValue)] \(text)\n")
    }

    /// Shows that a process ended by an exception that nothing caught, as OTP does of errors and throws.
    func logCrash(_ exception: ErlangException, of process: Process) async {
        guard exception.kind != .exit else { return }
        let banner = await banner(exception, by: process)
        log(
            .error, "Process \(ElixirPrinter(width: nil).inspect(.pid(process.pid))) raised an exception\n\(banner)",
            by: process)
    }

    /// `** (RuntimeError) text`, as Elixir's `Exception` words it.
    func banner(_ exception: ErlangException, by process: Process) async -> String {
        let kind: Atom =
            switch exception.kind {
            case .error: .error
            case .exit: .exit
            case .throw: .throw
            }
        let banner = try? await functions.callCode(
            "Elixir.Exception", "format_banner", [.atom(kind), exception.reason, exception.stack], on: self, by: process
        )
        if let text = banner?.asBinary?.text { return text }
        return "** (\(kind.name)) \(ElixirPrinter(width: nil).inspect(exception.reason))"
    }
}

/// The time of day in log lines.
enum LogTime {
    /// `HH:MM:SS.mmm`, local time.
    static func text(_ nanoseconds: Int64) -> String {
        var seconds = time_t(nanoseconds / 1_000_000_000)
        var parts = tm()
        localtime_r(&seconds, &parts)
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = "\(number)"
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let time = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { padded(Int($0), 2) }.joined(separator: ":")
        return time + "." + padded(Int(nanoseconds / 1_000_000 % 1000), 3)
    }
}

internal import Glibc
internal import Support

/// A real OTP node: `erl` with a name and a cookie, which evaluates what it is given and says what it sees.
public final class OTPPeer: Sendable {
    private let process: ChildProcess
    private let answers = Locked(0)

    /// Whether `erl` is installed; says aloud that tests are skipped when it is not.
    public static let isInstalled: Bool = {
        let path = ChildProcess.find("erl")
        if path == nil { print("SKIPPED: tests against OTP, because erl is not installed") }
        return path != nil
    }()

    /// Starts a node.
    ///
    /// - Parameters:
    ///   - name: the full name, `x@127.0.0.1`.
    ///   - options: more options of `erl`.
    public init(
        _ name: String, cookie: String, epmdPort: Int, options: [String] = []
    ) async throws(ChildProcess.Failure) {
        let loop = """
            F = fun F() -> case io:get_line("") of eof -> halt(0); L -> R = try {ok, T, _} = erl_scan:string(L), \
            {ok, E} = erl_parse:parse_exprs(T), {value, V, _} = erl_eval:exprs(E, []), V catch C:X -> {C, X} end, \
            io:format("=> ~0tp~n", [R]), F() end end, io:format("ready~n"), F().
            """
        process = try ChildProcess(
            "erl",
            ["-noshell", "-name", name, "-setcookie", cookie] + options + ["-eval", loop],
            environment: ["ERL_EPMD_PORT": String(epmdPort)])
        do {
            try await process.waitFor(text: "ready")
        } catch {
            process.kill()
            throw error
        }
    }

    deinit { process.kill() }

    /// What it has printed.
    public var output: String { process.output }

    /// Evaluates expressions that end with a full stop; returns the value as `~0tp` prints it.
    public func evaluate(_ expressions: String, within seconds: Double = 20) async throws(ChildProcess.Failure)
        -> String
    {
        let number = answers.withLock { count in
            count += 1
            return count
        }
        process.send(expressions.split(separator: "\n").joined(separator: " ") + "\n")
        let output = try await process.waitFor("answer to \(expressions)", within: seconds) { output in
            Self.answers(in: output).count >= number
        }
        return Self.answers(in: output)[number - 1]
    }

    public func waitFor(text: String, within seconds: Double = 20) async throws(ChildProcess.Failure) {
        try await process.waitFor(text: text, within: seconds)
    }

    public func signal(_ number: Int32) { process.signal(number) }

    /// Ends it as a crash would.
    public func kill() { process.kill() }

    private static func answers(in output: String) -> [String] {
        // Only whole lines: the last one may still be coming.
        output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .filter { $0.hasPrefix("=> ") }.map { String($0.dropFirst(3)) }
    }
}

/// An EPMD of OTP on a free port of its own.
public final class OTPEpmd: Sendable {
    private let process: ChildProcess
    public let port: Int

    public init(port: Int = FreePort.next()) async throws(ChildProcess.Failure) {
        self.port = port
        process = try ChildProcess("epmd", ["-port", String(port), "-debug"])
        // It says that it runs before it listens.
        let end = ContinuousClock.now.advanced(by: .seconds(10))
        while !FreePort.isAnswered(port) {
            guard ContinuousClock.now < end else { throw ChildProcess.Failure(description: "epmd does not answer") }
            try? await Task.sleep(nanoseconds: 5_000_000)
        }
    }

    deinit { process.kill() }

    public func kill() { process.kill() }
}

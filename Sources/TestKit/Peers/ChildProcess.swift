internal import CSupport
internal import Glibc
internal import Support

/// A program with pipes instead of a terminal. A thread collects what it prints and wakes whoever waits for it.
public final class ChildProcess: Sendable {
    /// Something did not happen in time, or could not be started.
    public struct Failure: Error, CustomStringConvertible, Sendable {
        public let description: String
    }

    private struct State {
        var output: [UInt8] = []
        var isAtEnd = false
        var status: Int32?
        var waiters: [Int: (Int) -> Void] = [:]
        var nextWaiter = 0
        var input: Int32
    }

    private let state: Locked<State>
    private let reading: Int32
    public let pid: Int32

    /// Starts a program by its path or its name in PATH; standard error goes where standard output goes, unless
    /// `mergesErrors` is false: then it stays this process's.
    public init(
        _ program: String, _ arguments: [String] = [], environment: [String: String] = [:], mergesErrors: Bool = true
    ) throws(Failure) {
        guard let path = Self.find(program) else { throw Failure(description: "there is no \(program)") }
        var input: [Int32] = [-1, -1]
        var output: [Int32] = [-1, -1]
        guard pipe(&input) == 0, pipe(&output) == 0 else { throw Failure(description: "no pipe") }
        for end in input + output { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let settings = environment.map { "\($0.key)=\($0.value)" }
        let redirect = mergesErrors ? ["2>&1"] : []
        // `env` sets the variables, `sh` joins the streams; both are replaced by the program.
        let line = "exec \"$0\" \"$@\" " + redirect.joined()
        var pointers: [UnsafeMutablePointer<CChar>?] =
            (["env"] + settings + ["sh", "-c", line, path] + arguments).map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        pointers.append(nil)
        var child = pid_t()
        let status = beamsh_spawn_child("/usr/bin/env", &pointers, input[0], output[1], &child)
        close(input[0])
        close(output[1])
        guard status == 0 else { throw Failure(description: "cannot start \(program): \(status)") }
        pid = child
        reading = output[0]
        state = Locked(State(input: input[1]))
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { raw in
                if let raw { Unmanaged<ChildProcess>.fromOpaque(raw).takeRetainedValue().collect() }
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        pthread_detach(thread)
    }

    /// The path of a program, nothing if it is not installed.
    public static func find(_ program: String) -> String? {
        if program.contains("/") { return access(program, X_OK) == 0 ? program : nil }
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        for folder in path.split(separator: ":") {
            let candidate = "\(folder)/\(program)"
            if access(candidate, X_OK) == 0 { return candidate }
        }
        return nil
    }

    private func collect() {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(reading, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            let waiters = state.withLock { state in
                state.output += chunk[..<count]
                return Array(state.waiters.values)
            }
            for waiter in waiters { waiter(0) }
        }
        close(reading)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        let waiters = state.withLock { state in
            state.isAtEnd = true
            state.status = status
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter(0) }
    }

    /// What it has printed so far.
    public var output: String { state.withLock { String(decoding: $0.output, as: UTF8.self) } }

    /// Writes to its standard input.
    public func send(_ text: String) {
        let input = state.withLock { $0.input }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }

    /// Closes its standard input.
    public func closeInput() {
        let input = state.withLock { state in
            defer { state.input = -1 }
            return state.input
        }
        if input >= 0 { close(input) }
    }

    public func signal(_ number: Int32) { _ = Glibc.kill(pid, number) }

    /// Ends it at once.
    public func kill() {
        closeInput()
        if state.withLock({ $0.status == nil }) { signal(SIGKILL) }
    }

    /// Waits until `condition` holds of the output, or the program has ended; then it must hold.
    @discardableResult
    public func waitFor(
        _ what: String, within seconds: Double = 20, _ condition: @escaping @Sendable (String) -> Bool
    ) async throws(Failure) -> String {
        let isThere = await wait(within: seconds) { output, _ in condition(output) }
        guard isThere else { throw Failure(description: "no \(what) in \(seconds) s; the output is:\n\(output)") }
        return output
    }

    /// Waits until it prints a text.
    @discardableResult
    public func waitFor(text: String, within seconds: Double = 20) async throws(Failure) -> String {
        try await waitFor(text.debugDescription, within: seconds) { $0.contains(text) }
    }

    /// Waits for its end; returns the exit code, or 128 and the signal.
    public func waitForExit(within seconds: Double = 30) async throws(Failure) -> Int32 {
        guard await wait(within: seconds, { _, isAtEnd in isAtEnd }), let status = state.withLock({ $0.status }) else {
            throw Failure(description: "it did not end in \(seconds) s; the output is:\n\(output)")
        }
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    }

    private func wait(
        within seconds: Double, _ condition: @escaping @Sendable (String, Bool) -> Bool
    ) async -> Bool {
        let waiter = Waiter { [self] in
            let (output, isAtEnd) = state.withLock { ($0.output, $0.isAtEnd) }
            if condition(String(decoding: output, as: UTF8.self), isAtEnd) { return true }
            return isAtEnd ? false : nil
        }
        let key = state.withLock { state in
            state.nextWaiter += 1
            state.waiters[state.nextWaiter] = { _ in waiter.look() }
            return state.nextWaiter
        }
        defer { state.withLock { $0.waiters[key] = nil } }
        return await waiter.wait(within: seconds)
    }
}

/// Somebody who waits for a condition to become true, or for his time to be over.
private final class Waiter: Sendable {
    private let check: @Sendable () -> Bool?
    private let continuation = Locked<CheckedContinuation<Bool, Never>?>(nil)

    init(_ check: @escaping @Sendable () -> Bool?) { self.check = check }

    func look() { if let answer = check() { finish(answer) } }

    private func finish(_ answer: Bool) {
        let waiting = continuation.withLock { continuation in
            defer { continuation = nil }
            return continuation
        }
        waiting?.resume(returning: answer)
    }

    func wait(within seconds: Double) async -> Bool {
        let timer = Task.detached { [self] in
            try? await Task.sleep(nanoseconds: UInt64(seconds * 1e9))
            if !Task.isCancelled { finish(false) }
        }
        defer { timer.cancel() }
        return await withCheckedContinuation { new in
            continuation.withLock { $0 = new }
            look()
        }
    }
}

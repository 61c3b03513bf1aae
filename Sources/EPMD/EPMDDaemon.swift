internal import CSupport
internal import Glibc
internal import NIOPosix

/// The EPMD that beamsh leaves behind when it needs one and none answers, as `erl` leaves `epmd -daemon`.
public enum EPMDDaemon {
    /// Starts `executable` with `arguments` detached from this process and its terminal, if nobody answers on the port,
    /// and waits until somebody does.
    ///
    /// Of two that race, the one that loses the port ends without a word.
    public static func startIfNeeded(executable: String, arguments: [String], client: EPMDClient) async {
        if await answers(client) { return }
        guard spawn(executable, arguments) else { return }
        // Loopback answers in well under a millisecond; a new process takes some.
        for _ in 0..<200 {
            if await answers(client) { return }
            try? await Task.sleep(nanoseconds: 10_000_000)
        }
    }

    private static func answers(_ client: EPMDClient) async -> Bool {
        do {
            _ = try await client.names()
            return true
        } catch .unreachable {
            return false
        } catch {
            // Somebody is there; what he is shows when he is asked for more.
            return true
        }
    }

    private static func spawn(_ executable: String, _ arguments: [String]) -> Bool {
        var pointers: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        pointers.append(nil)
        var pid = pid_t()
        return beamsh_spawn_detached(executable, &pointers, &pid) == 0
    }

    /// Runs the server until it is killed; returns at once if the port is taken.
    public static func run(port: Int, addresses: [String], relaxed: Bool = false) async {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let server = EPMDServer(
            port: port, relaxed: relaxed, firstCreation: UInt32(truncatingIfNeeded: now.tv_sec), group: group)
        do {
            try await server.start(addresses: addresses)
            try await server.waitUntilStopped()
            // The answer to `kill` is on its way.
            try await Task.sleep(nanoseconds: 50_000_000)
        } catch {
            // Somebody else has the port: he is the EPMD.
        }
    }
}

/// What the environment says about EPMD.
public struct EPMDEnvironment: Sendable {
    public var port = 4369
    /// Loopback always, and what `ERL_EPMD_ADDRESS` adds.
    public var addresses = ["127.0.0.1", "::1"]
    public var isRelaxed = false

    public init(_ environment: [String: String]) {
        if let text = environment["ERL_EPMD_PORT"], let port = Int(text), (1...65535).contains(port) {
            self.port = port
        }
        if let text = environment["ERL_EPMD_ADDRESS"] {
            addresses += text.split(whereSeparator: { $0 == "," || $0 == " " }).map(String.init)
        }
        isRelaxed = environment["ERL_EPMD_RELAXED_COMMAND_CHECK"] != nil
    }
}

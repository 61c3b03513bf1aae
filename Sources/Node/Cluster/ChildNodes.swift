internal import CSupport
internal import Glibc
internal import Support
public import Terms

/// Nodes that run as children of this process, as OTP's `peer` starts them. A child ends when the pipe to its standard
/// input closes: when it is stopped, and also when this process dies.
public final class ChildNodes: Sendable {
    /// One child.
    public struct Child: Sendable {
        public let name: Atom
        public let processID: Int32
        let pipe: Int32
    }

    public struct Failure: Error, CustomStringConvertible, Sendable {
        public let description: String
    }

    private let children = Locked<[Child]>([])

    init() {}

    public var all: [Child] { children.withLock { $0 } }

    /// Starts this program again as a node of that name. The cookie goes through the pipe, so that no list of processes
    /// shows it.
    func start(_ name: Atom, cookie: Atom, options: [String]) throws(Failure) -> Child {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Failure(description: "no pipe: \(Self.reason(errno))") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        var path = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &path, path.count - 1)
        guard length > 0 else { throw Failure(description: "cannot find this program: \(Self.reason(errno))") }
        var arguments: [UnsafeMutablePointer<CChar>?] = (["beamsh", "--child-of-shell"] + options).map { strdup($0) }
        defer { for argument in arguments { free(argument) } }
        arguments.append(nil)
        var processID = pid_t()
        let status = beamsh_spawn_child(path, &arguments, ends[0], -1, &processID)
        guard status == 0 else {
            close(ends[1])
            throw Failure(description: "cannot start \(name): \(Self.reason(status))")
        }
        let line = Array("\(cookie.name)\n".utf8)
        _ = write(ends[1], line, line.count)
        let child = Child(name: name, processID: processID, pipe: ends[1])
        children.withLock { $0.append(child) }
        return child
    }

    /// Whether a child still runs; one that does not is forgotten.
    func isRunning(_ child: Child) -> Bool {
        var status: Int32 = 0
        guard waitpid(child.processID, &status, WNOHANG) != 0 else { return true }
        forget(child)
        return false
    }

    /// Ends a child.
    func stop(_ child: Child) {
        forget(child)
        var status: Int32 = 0
        // It ends by itself when its input does; what does not is killed.
        for _ in 0..<200 {
            if waitpid(child.processID, &status, WNOHANG) != 0 { return }
            usleep(10_000)
        }
        kill(child.processID, SIGKILL)
        waitpid(child.processID, &status, 0)
    }

    /// Ends all children: the last thing the shell does.
    public func stopAll() {
        let all = children.withLock { $0 }
        // All pipes first: they end side by side.
        for child in all { close(child.pipe) }
        children.withLock { $0 = [] }
        var status: Int32 = 0
        for child in all {
            var rounds = 0
            while waitpid(child.processID, &status, WNOHANG) == 0, rounds < 200 {
                usleep(10_000)
                rounds += 1
            }
            if rounds == 200 {
                kill(child.processID, SIGKILL)
                waitpid(child.processID, &status, 0)
            }
        }
    }

    private func forget(_ child: Child) {
        let wasKnown = children.withLock { children in
            let count = children.count
            children.removeAll { $0.processID == child.processID }
            return children.count < count
        }
        if wasKnown { close(child.pipe) }
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}

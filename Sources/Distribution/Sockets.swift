internal import CSupport
internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import Support

/// TCP sockets that we make ourselves and then hand to NIO: so the connection knows its descriptor, and a sender can write
/// from its own thread (``DistributionConnection/send(_:message:)``).
enum Sockets {
    struct Failure: Error, CustomStringConvertible {
        let description: String

        init(_ what: String) { description = "\(what): \(String(cString: strerror(errno)))" }
    }

    /// A connected socket. A connection that is not there at once is waited for on a thread of NIO's pool for calls that
    /// block.
    ///
    /// - Parameter timeout: nanoseconds.
    static func connect(to address: SocketAddress, timeout: Int64) async throws -> Int32 {
        let socket = socket(AF_INET, streamType, 0)
        guard socket >= 0 else { throw Failure("socket") }
        let status = address.withSockAddr { Glibc.connect(socket, $0, socklen_t($1)) }
        do {
            // On the same host a millisecond is plenty, and starting a thread takes as long as all the rest.
            if status != 0, errno != EINPROGRESS { throw Failure("connect") }
            if status != 0, try !isConnected(socket, within: 1) {
                try await NIOThreadPool.singleton.runIfActive {
                    let milliseconds = Int32(clamping: max(1, timeout / 1_000_000))
                    guard try isConnected(socket, within: milliseconds) else {
                        errno = ETIMEDOUT
                        throw Failure("connect")
                    }
                }
            }
            return socket
        } catch {
            close(socket)
            throw error
        }
    }

    /// Whether a connection that is being made is there; false when the time is up, an error when it failed.
    private static func isConnected(_ socket: Int32, within milliseconds: Int32) throws -> Bool {
        var descriptor = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
        var count = poll(&descriptor, 1, milliseconds)
        while count < 0, errno == EINTR { count = poll(&descriptor, 1, milliseconds) }
        guard count > 0 else { return false }
        var error: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size)
        guard error == 0 else {
            errno = error
            throw Failure("connect")
        }
        return true
    }

    /// A listening socket; returns it and its port.
    static func listen(on host: String, port: Int) throws -> (descriptor: Int32, port: Int) {
        let address = try SocketAddress(ipAddress: host, port: port)
        // Not nonBlocking: a thread of its own waits in accept.
        let socket = socket(AF_INET, streamType & ~nonBlocking, 0)
        guard socket >= 0 else { throw Failure("socket") }
        var on: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        let isBound = address.withSockAddr { bind(socket, $0, socklen_t($1)) } == 0
        let isListening = isBound && Glibc.listen(socket, 128) == 0
        guard isListening else {
            let failure = Failure("port \(port)")
            close(socket)
            throw failure
        }
        return (socket, Int(beamsh_socket_port(socket)))
    }

    /// Calls `handler` with each connection, on a thread of its own, until the socket is shut down; then closes it.
    static func acceptAll(_ listener: Int32, _ handler: @escaping @Sendable (Int32) -> Void) {
        DetachedThread.start(named: "accept", stackSize: 256 << 10) {
            while true {
                let socket = beamsh_accept(listener)
                if socket >= 0 {
                    handler(socket)
                } else if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) {
                    // Out of descriptors or memory for now: others close theirs meanwhile.
                    usleep(100_000)
                } else if ![EINTR, ECONNABORTED, EPROTO, EAGAIN].contains(errno) {
                    break
                }
            }
            close(listener)
        }
    }

    /// Ends `acceptAll`.
    static func stopAccepting(_ listener: Int32) { shutdown(listener, Int32(SHUT_RDWR)) }

    private static let closeOnExec = Int32(SOCK_CLOEXEC.rawValue)
    private static let nonBlocking = Int32(SOCK_NONBLOCK.rawValue)
    private static let streamType = Int32(SOCK_STREAM.rawValue) | closeOnExec | nonBlocking
}

internal import Glibc
internal import NIOCore
internal import NIOPosix

/// Host names to addresses, off the event loop. IPv4, as OTP's `inet_tcp`.
enum HostResolver {
    struct Failure: Error {
        let message: String
    }

    static func resolve(_ host: String, port: Int) async throws -> SocketAddress {
        let numeric = host == "localhost" ? "127.0.0.1" : host
        if let address = try? SocketAddress(ipAddress: numeric, port: port) { return address }
        return try await NIOThreadPool.singleton.runIfActive { try lookUp(host, port) }
    }

    private static func lookUp(_ host: String, _ port: Int) throws -> SocketAddress {
        var hints = addrinfo()
        hints.ai_family = AF_INET
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard status == 0, let entry = list?.pointee, let address = entry.ai_addr else {
            throw Failure(message: String(cString: gai_strerror(status)))
        }
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard getnameinfo(address, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 else {
            throw Failure(message: "no address")
        }
        let numeric = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return try SocketAddress(ipAddress: numeric, port: port)
    }
}

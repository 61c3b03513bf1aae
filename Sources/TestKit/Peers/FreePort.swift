internal import Glibc

/// A port on 127.0.0.1 that nobody listened on a moment ago.
public enum FreePort {
    public static func next() -> Int {
        with(port: 0) { socket, address, size in
            var size = size
            guard bind(socket, address, size) == 0, getsockname(socket, address, &size) == 0 else { return 0 }
            return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                Int(UInt16(bigEndian: $0.pointee.sin_port))
            }
        }
    }

    /// Whether somebody accepts connections there.
    public static func isAnswered(_ port: Int) -> Bool {
        with(port: port) { socket, address, size in connect(socket, address, size) == 0 }
    }

    private static func with<Result>(
        port: Int, _ body: (Int32, UnsafeMutablePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        return withUnsafeMutablePointer(to: &address) { raw in
            raw.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

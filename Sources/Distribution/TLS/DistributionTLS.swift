#if TLS
internal import Glibc
internal import NIOCore
internal import NIOSSL
internal import Terms

/// TLS below the distribution protocol, as OTP's `-proto_dist inet_tls`: both ends of a connection speak it, or it does not
/// come about. EPMD is asked and told as ever.
public struct DistributionTLS: Sendable {
    /// Why there can be no TLS.
    public struct Failure: Error, Sendable, CustomStringConvertible {
        public let description: String
    }

    /// The file that said how.
    public let optionFile: String
    private let server: NIOSSLContext
    private let client: NIOSSLContext

    /// Reads a file as OTP's `-ssl_dist_optfile` takes it, and the certificates it names.
    public init(optionFile: String) throws(Failure) {
        do throws(Failure) {
            let options = try TLSOptions(text: try Self.contents(optionFile))
            server = try options.server.context(.server)
            client = try options.client.context(.client)
            self.optionFile = optionFile
        } catch {
            throw Failure(description: "TLS options in \(optionFile): \(error)")
        }
    }

    /// Puts TLS below what is added next.
    ///
    /// - Parameter dialled: the node that is dialled, which must prove to be on its host; nothing when it dialled.
    func addHandler(to channel: any Channel, dialled: Atom?) throws {
        let pipeline = channel.pipeline.syncOperations
        guard let dialled else { return try pipeline.addHandler(NIOSSLServerHandler(context: server)) }
        let host = String(dialled.name.drop { $0 != "@" }.dropFirst())
        // A certificate says addresses otherwise than names; the address of the socket is compared then.
        let name = (try? SocketAddress(ipAddress: host, port: 0)) == nil ? host : nil
        try pipeline.addHandler(NIOSSLClientHandler(context: client, serverHostname: name))
    }

    private static func contents(_ path: String) throws(Failure) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Failure(description: "cannot read it: \(String(cString: strerror(errno)))") }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while bytes.count < 1 << 20 {
            let count = read(file, &chunk, chunk.count)
            guard count >= 0 else {
                throw Failure(description: "cannot read it: \(String(cString: strerror(errno)))")
            }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(description: "it is not UTF-8")
        }
        return text
    }
}
#else
internal import NIOCore
internal import Terms

/// What stands for TLS in a build without the trait `TLS`: nothing, which says so.
public struct DistributionTLS: Sendable {
    /// Why there can be no TLS.
    public struct Failure: Error, Sendable, CustomStringConvertible {
        public let description: String
    }

    /// The file that said how.
    public let optionFile: String

    /// Always fails.
    public init(optionFile: String) throws(Failure) {
        throw Failure(
            description: "this build has no TLS: make install builds one that has, or swift build --traits TLS")
    }

    func addHandler(to channel: any Channel, dialled: Atom?) throws {}
    static func isEnd(_ error: any Error) -> Bool { false }
    static func explain(_ error: any Error) -> String? { nil }
}
#endif

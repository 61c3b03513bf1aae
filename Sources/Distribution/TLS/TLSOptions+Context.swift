#if TLS
internal import Glibc
internal import NIOCore
internal import NIOSSL

extension TLSOptions.Section {
    private typealias Failure = DistributionTLS.Failure

    /// What connections in a role share.
    func context(_ role: TLSOptions.Role) throws(DistributionTLS.Failure) -> NIOSSLContext {
        do throws(Failure) {
            var configuration = TLSConfiguration.makeClientConfiguration()
            if let certificateFile {
                configuration.certificateChain = try Self.certificates(certificateFile).map { .certificate($0) }
                configuration.privateKey = .privateKey(try Self.key(keyFile ?? certificateFile))
            } else if role == .server {
                throw Failure(description: "certfile is missing")
            }
            configuration.certificateVerification = try verification(role)
            configuration.trustRoots = .certificates(try authorityFile.map(Self.certificates) ?? [])
            let all: [TLSVersion] = [.tlsv1, .tlsv11, .tlsv12, .tlsv13]
            configuration.minimumTLSVersion = all.first(where: versions.contains) ?? .tlsv12
            configuration.maximumTLSVersion = all.last(where: versions.contains)
            // A peer that is stopped does not answer the farewell; nobody waits for that long.
            configuration.shutdownTimeout = .seconds(1)
            do {
                return try NIOSSLContext(configuration: configuration)
            } catch {
                throw Failure(description: "certfile and keyfile do not belong together")
            }
        } catch {
            throw Failure(description: "\(role): \(error)")
        }
    }

    private func verification(_ role: TLSOptions.Role) throws(Failure) -> CertificateVerification {
        guard verifiesPeer else {
            // Asked for a certificate, and not to look at it: that is a mistake.
            guard !needsPeerCertificate else {
                throw Failure(description: "fail_if_no_peer_cert needs {verify, verify_peer}")
            }
            return .none
        }
        guard authorityFile != nil else {
            throw Failure(description: "verify_peer needs cacertfile; {verify, verify_none} trusts everybody")
        }
        return switch role {
        case .client: .fullVerification
        case .server: needsPeerCertificate ? .noHostnameVerification : .optionalVerification
        }
    }

    private static func certificates(_ path: String) throws(Failure) -> [NIOSSLCertificate] {
        try check(path)
        do { return try NIOSSLCertificate.fromPEMFile(path) } catch {
            throw Failure(description: "no certificate in PEM form in \(path)")
        }
    }

    private static func key(_ path: String) throws(Failure) -> NIOSSLPrivateKey {
        try check(path)
        do { return try NIOSSLPrivateKey(file: path, format: .pem) } catch {
            throw Failure(description: "no private key in PEM form, without a password, in \(path)")
        }
    }

    private static func check(_ path: String) throws(Failure) {
        guard access(path, R_OK) == 0 else {
            throw Failure(description: "cannot read \(path): \(String(cString: strerror(errno)))")
        }
    }
}
#endif

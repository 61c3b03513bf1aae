#if TLS
internal import NIOSSL

extension DistributionTLS {
    /// Whether an error only says that the stream ended, without the farewell of TLS: so do nodes that crash.
    static func isEnd(_ error: any Error) -> Bool {
        switch error {
        case NIOSSLError.uncleanShutdown: true
        case NIOSSLError.handshakeFailed(.sslError([.eofDuringHandshake])): true
        case is NIOSSLCloseTimedOutError: true
        default: false
        }
    }

    /// What went wrong, for people; nothing if the error is none of TLS.
    static func explain(_ error: any Error) -> String? {
        switch error {
        case NIOSSLError.handshakeFailed(let error), NIOSSLError.shutdownFailed(let error): reason(error)
        case let error as BoringSSLError: reason(error)
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            "its certificate is for another host"
        case let error as NIOSSLExtraError: error.description
        case let error as NIOSSLError: "\(error)"
        default: nil
        }
    }

    private static func reason(_ error: BoringSSLError) -> String {
        guard case .sslError(let stack) = error, let first = stack.first else { return "\(error)" }
        // Error: 268435581 error:1000007d:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED at handshake.cc:299
        guard let reason = first.description.split(separator: ":OPENSSL_internal:").dropFirst().first else {
            return first.description
        }
        let words = reason.prefix { $0 != " " }.split(separator: "_").joined(separator: " ")
        return words.lowercased()
    }
}
#endif

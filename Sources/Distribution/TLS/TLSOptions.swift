#if TLS
internal import NIOSSL
internal import Terms

/// What OTP's `ssl_dist_optfile` says: `[{server, [{certfile, "..."}, ...]}, {client, [...]}].`
struct TLSOptions {
    enum Role: String, CaseIterable { case server, client }

    /// The options of one role.
    struct Section {
        var certificateFile: String?
        var keyFile: String?
        var authorityFile: String?
        /// As of OTP 26, a client looks whom it talks to unless it is told not to.
        var verifiesPeer: Bool
        var needsPeerCertificate = false
        var versions: [TLSVersion] = [.tlsv12, .tlsv13]
    }

    typealias Failure = DistributionTLS.Failure

    var server = Section(verifiesPeer: false)
    var client = Section(verifiesPeer: true)

    init(text: String) throws(Failure) {
        let term: Term
        do { term = try TermReader(.erlang).read(text) } catch { throw Failure(description: "\(error)") }
        guard let entries = term.properList else {
            throw Failure(description: "a list of {server, [...]} is expected")
        }
        for entry in entries {
            guard let (key, value) = Self.pair(entry), let role = Role(rawValue: key),
                let options = value.properList
            else {
                throw Failure(description: "\(Self.show(entry)) is not {server, [...]} and not {client, [...]}")
            }
            do throws(Failure) {
                // Of two that say different things, the first counts.
                for option in options.reversed() {
                    switch role {
                    case .server: try server.set(option)
                    case .client: try client.set(option)
                    }
                }
            } catch {
                throw Failure(description: "\(role): \(error)")
            }
        }
    }

    fileprivate static func pair(_ term: Term) -> (key: String, value: Term)? {
        guard let tuple = term.asTuple, tuple.count == 2, let key = tuple[0].asAtom else { return nil }
        return (key.name, tuple[1])
    }

    fileprivate static func show(_ term: Term) -> String { ErlangPrinter(width: nil).print(term) }
}

extension TLSOptions.Section {
    fileprivate mutating func set(_ option: Term) throws(DistributionTLS.Failure) {
        let text = TLSOptions.show(option)
        guard let (key, value) = TLSOptions.pair(option) else {
            throw DistributionTLS.Failure(description: "\(text) is no option")
        }
        let isRight: Bool
        switch key {
        case "certfile": isRight = Self.set(&certificateFile, value, chardataToString)
        case "keyfile": isRight = Self.set(&keyFile, value, chardataToString)
        case "cacertfile": isRight = Self.set(&authorityFile, value, chardataToString)
        case "verify": isRight = Self.set(&verifiesPeer, value) { Self.verify[$0.asAtom?.name ?? ""] }
        case "fail_if_no_peer_cert":
            isRight = Self.set(&needsPeerCertificate, value) { Self.booleans[$0.asAtom?.name ?? ""] }
        case "versions":
            isRight = Self.set(&versions, value) { value in
                let versions = value.properList?.map { Self.versions[$0.asAtom?.name ?? ""] } ?? []
                return versions.isEmpty || versions.contains(nil) ? nil : versions.compactMap { $0 }
            }
        // What they turn on is on here, or is not there to be turned off.
        case "secure_renegotiate", "depth": isRight = true
        default:
            throw DistributionTLS.Failure(
                description:
                    "no option \(key): there are certfile, keyfile, cacertfile, verify, fail_if_no_peer_cert and "
                    + "versions")
        }
        guard isRight else { throw DistributionTLS.Failure(description: "bad value: \(text)") }
    }

    private static func set<Value>(_ place: inout Value, _ term: Term, _ read: (Term) -> Value?) -> Bool {
        guard let value = read(term) else { return false }
        place = value
        return true
    }

    private static func set<Value>(_ place: inout Value?, _ term: Term, _ read: (Term) -> Value?) -> Bool {
        place = read(term)
        return place != nil
    }

    private static let verify = ["verify_peer": true, "verify_none": false]
    private static let booleans = ["true": true, "false": false]
    private static let versions: [String: TLSVersion] = [
        "tlsv1": .tlsv1, "tlsv1.1": .tlsv11, "tlsv1.2": .tlsv12, "tlsv1.3": .tlsv13,
    ]
}
#endif

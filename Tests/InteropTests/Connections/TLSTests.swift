#if TLS
import Distribution
import Glibc
import Node
import Processes
import Terms
import TestKit
import Testing

/// TLS below the protocol, beside a real `erl -proto_dist inet_tls`.
@Suite(.serialized, .timeLimit(.minutes(3)), .enabled(if: OTPPeer.isInstalled)) struct TLSTests {
    @Test(arguments: ["tlsv1.2", "tlsv1.3"])
    func erlAndWeConnectBothWaysOverTLS(version: String) async throws {
        let papers = try await Papers()
        // They are read again for each connection.
        defer { papers.remove() }
        let file = papers.options("both", extra: "{versions, ['\(version)']}")
        let pair = try await papers.pair("tls", "erl", ours: file, theirs: file)
        let (us, erl) = ("'tls@127.0.0.1'", pair.theirName)
        // They dial.
        for (line, answer) in [
            ("net_adm:ping(\(us)).", "pong"), ("rpc:call(\(us), erlang, node, []).", us),
            ("rpc:call(\(us), lists, seq, [1, 3]).", "[1,2,3]"),
            ("byte_size(hd(rpc:call(\(us), lists, reverse, [[binary:copy(<<7>>, 3000000)]]))).", "3000000"),
            ("nodes().", "[\(us)]"),
        ] { #expect(try await pair.theirs.evaluate(line) == answer, "\(line)") }
        // `global` of either may connect once more, to say something.
        try await eventually("[]") {
            _ = try await pair.theirs.evaluate("erlang:disconnect_node(\(us)).")
            return "\(pair.ours.connectedNodes())"
        }
        // We dial.
        try await pair.ours.connect(to: erl, timeout: 5_000_000_000)
        let answers = try await pair.run { me in
            var answers: [Term] = []
            let big = Term.binary(Binary([UInt8](repeating: 7, count: 3_000_000)))
            for (module, function, arguments) in [
                ("erlang", "node", []), ("lists", "reverse", [[1, 2, 3]]), ("erlang", "byte_size", [big]),
            ] as [(Atom, Atom, [Term])] {
                answers.append(try await pair.ours.rpcCall(erl, module, function, arguments, by: me, timeout: nil))
            }
            return answers
        }
        #expect(answers == [.atom(erl), [3, 2, 1], 3_000_000])
        #expect(try await pair.theirs.evaluate("net_adm:ping(\(us)).") == "pong")
        // A crash is the end of the connection, and nothing else.
        pair.theirs.kill()
        try await eventually("[]") { "\(pair.ours.connectedNodes())" }
        await pair.close()
    }

    @Test func whoDialsAtOnceWithUsGetsOneConnection() async throws {
        let papers = try await Papers()
        defer { papers.remove() }
        let file = papers.options("both")
        for ourName in ["aaa", "zzz"] {
            let pair = try await papers.pair(ourName, "mmm", ours: file, theirs: file)
            let theirs = pair.theirs
            for _ in 0..<5 {
                async let answer = theirs.evaluate("net_adm:ping('\(ourName)@127.0.0.1').")
                try? await pair.ours.connect(to: pair.theirName, timeout: 5_000_000_000)
                #expect(try await answer == "pong")
                try await eventually("[mmm@127.0.0.1]") { "\(pair.ours.connectedNodes())" }
                try await eventually("[]") {
                    _ = await pair.ours.disconnect(from: pair.theirName)
                    return try await theirs.evaluate("nodes().")
                }
            }
            await pair.close()
        }
    }

    @Test func whoCannotProveWhoHeIsIsRefused() async throws {
        let papers = try await Papers()
        defer { papers.remove() }
        let file = papers.options("both")
        let bare = papers.options("bare", client: "[{verify, verify_none}]")
        let foreign = papers.options("foreign", certificate: "stranger")
        let pair = try await papers.pair("tls", "erl", ours: file, theirs: file)
        let port = pair.epmd.port
        let us = "'tls@127.0.0.1'"
        var others: [OTPPeer] = []
        for (name, options) in [
            ("bare", Papers.erl(bare)), ("foreign", Papers.erl(foreign)), ("plain", []),
        ] {
            let peer = try await OTPPeer("\(name)@127.0.0.1", cookie: "interop", epmdPort: port, options: options)
            #expect(try await peer.evaluate("net_adm:ping(\(us)).", within: 30) == "pang", "\(name)")
            others.append(peer)
        }
        #expect(pair.ours.connectedNodes() == [])
        // The node lives, and takes those that can.
        #expect(try await pair.theirs.evaluate("net_adm:ping(\(us)).") == "pong")
        for peer in others { peer.kill() }
        await pair.close()
    }

    @Test func weSayWhyThereIsNoTLSWithANode() async throws {
        let papers = try await Papers()
        defer { papers.remove() }
        let file = papers.options("both")
        let elsewhere = papers.options("elsewhere", certificate: "elsewhere")
        let stranger = papers.options("strange", certificate: "stranger")
        let pair = try await papers.pair("tls", "erl", ours: file, theirs: elsewhere)
        let options = Papers.erl(stranger)
        let other = try await OTPPeer(
            "strange@127.0.0.1", cookie: "interop", epmdPort: pair.epmd.port, options: options)
        let known = Papers.erl(file)
        let rude = try await OTPPeer("rude@127.0.0.1", cookie: "another", epmdPort: pair.epmd.port, options: known)
        for (node, code, message) in [
            (pair.theirName, .tlsFailed, "no TLS with erl@127.0.0.1: its certificate is for another host"),
            ("strange@127.0.0.1", .tlsFailed, "no TLS with strange@127.0.0.1: certificate verify failed"),
            (
                "rude@127.0.0.1", .cookieRefused,
                "rude@127.0.0.1 refused the cookie: both nodes need the same one"
            ),
        ] as [(Atom, ConnectError.Code, String)] {
            let error = await #expect(throws: ConnectError.self) {
                try await pair.ours.connect(to: node, timeout: 5_000_000_000)
            }
            #expect(error?.code == code && error?.message == message, "\(error?.message ?? "")")
        }
        other.kill()
        rude.kill()
        await pair.close()
    }

    @Test func aBadOptionFileSaysWhatIsWrongInOneLine() async throws {
        let papers = try await Papers()
        defer { papers.remove() }
        let own = "{certfile, \"\(papers.path("node.pem"))\"}, {keyfile, \"\(papers.path("node.key"))\"}"
        let authority = "{cacertfile, \"\(papers.path("ca.pem"))\"}"
        let key = papers.path("node.key")
        for (text, message) in [
            ("[{server, [", "a term is expected at 11"), ("server.", "a list of {server, [...]} is expected"),
            ("[{sever, []}].", "{sever,[]} is not {server, [...]} and not {client, [...]}"),
            (
                "[{server, [{honor_cipher_order, true}]}].",
                "server: no option honor_cipher_order: there are certfile"
            ),
            ("[{server, [certfile]}].", "server: certfile is no option"),
            ("[{server, [{verify, often}]}].", "server: bad value: {verify,often}"),
            ("[{client, [{versions, ['tlsv1.9']}]}].", "client: bad value: {versions,['tlsv1.9']}"),
            ("[{client, []}].", "server: certfile is missing"),
            ("[{server, [{certfile, \"/no/such\"}]}].", "server: cannot read /no/such: No such file or directory"),
            ("[{server, [{certfile, \"\(key)\"}]}].", "server: no certificate in PEM form in \(key)"),
            (
                "[{server, [\(own)]}].",
                "client: verify_peer needs cacertfile; {verify, verify_none} trusts everybody"
            ),
            (
                "[{server, [\(own), {fail_if_no_peer_cert, true}]}].",
                "server: fail_if_no_peer_cert needs {verify, verify_peer}"
            ),
            (
                "[{server, [{keyfile, <<\"\(papers.path("stranger.key"))\">>}, \(own)]}, {client, [\(authority)]}].",
                "server: certfile and keyfile do not belong together"
            ),
        ] {
            let path = papers.write("bad.conf", text)
            let error = #expect(throws: DistributionTLS.Failure.self) { try DistributionTLS(optionFile: path) }
            #expect(error?.description.hasPrefix("TLS options in \(path): \(message)") == true, "\(error as Any)")
        }
        // The example of OTP's documentation, with what it takes to trust somebody, a comment and binaries.
        let good = papers.write(
            "good.conf",
            "% TLS\n[{server, [\(own), {secure_renegotiate, true}, {depth, 2}]},\n {client, [\(authority)]}].\n")
        #expect(try DistributionTLS(optionFile: good).optionFile == good)
    }
}

/// A certificate authority, certificates it signed, and a stranger's, made anew for each test.
private final class Papers: Sendable {
    private let folder: String

    init() async throws {
        var template = Array("/tmp/beamsh-tls-XXXXXX".utf8CString)
        folder = try #require(mkdtemp(&template).map { String(cString: $0) })
        // An authority, and one that nobody trusts.
        for name in ["ca", "stranger"] {
            try await request(name, ["-x509", "-days", "2", "-out", path("\(name).pem")])
        }
        // OTP 25 compares the host as a name, even if it is an address; we compare addresses.
        for (name, hosts) in [("node", "DNS:127.0.0.1,IP:127.0.0.1"), ("elsewhere", "DNS:127.0.0.2,IP:127.0.0.2")] {
            let extensions = write("\(name).ext", "subjectAltName=\(hosts)\n")
            try await request(name, ["-out", path("\(name).csr")])
            try await openssl([
                "x509", "-req", "-in", path("\(name).csr"), "-CA", path("ca.pem"), "-CAkey", path("ca.key"),
                "-CAcreateserial", "-days", "2", "-extfile", extensions, "-out", path("\(name).pem"),
            ])
        }
    }

    func remove() {
        for name in ["ca", "stranger", "node", "elsewhere"] {
            for end in ["pem", "key", "csr", "ext", "srl"] { unlink(path("\(name).\(end)")) }
        }
        for name in ["both", "bare", "foreign", "elsewhere", "strange", "bad", "good"] {
            unlink(path("\(name).conf"))
        }
        rmdir(folder)
    }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    func write(_ name: String, _ text: String) -> String {
        let file = fopen(path(name), "w")
        fputs(text, file)
        fclose(file)
        return path(name)
    }

    /// An option file with which both roles show a certificate and want to see one.
    func options(_ name: String, certificate: String = "node", client: String? = nil, extra: String? = nil)
        -> String
    {
        let both = """
            {certfile, "\(path("\(certificate).pem"))"}, {keyfile, "\(path("\(certificate).key"))"}, \
            {cacertfile, "\(path("ca.pem"))"}, {verify, verify_peer}\(extra.map { ", " + $0 } ?? "")
            """
        return write(
            "\(name).conf",
            "[{server, [\(both), {fail_if_no_peer_cert, true}]}, {client, \(client ?? "[\(both)]")}].\n")
    }

    static func erl(_ file: String) -> [String] { ["-proto_dist", "inet_tls", "-ssl_dist_optfile", file] }

    func pair(_ ourName: String, _ theirName: String, ours: String, theirs: String) async throws -> NodePair {
        let tls = try DistributionTLS(optionFile: ours)
        return try await NodePair(ourName, theirName, options: Self.erl(theirs)) { $0.tls = tls }
    }

    private func request(_ name: String, _ more: [String]) async throws {
        try await openssl(
            [
                "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
                path("\(name).key"), "-subj", "/CN=\(name)",
            ] + more)
    }

    private func openssl(_ arguments: [String]) async throws {
        let process = try ChildProcess("openssl", arguments)
        let code = try await process.waitForExit()
        try #require(code == 0, "\(process.output)")
    }
}
#endif

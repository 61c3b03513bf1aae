import Distribution
import DistributionProtocol
import Glibc
import Node
import Processes
import Support
import Terms
import TestKit
import Testing

/// Large messages both ways beside small ones, and peers that do not read.
@Suite(.serialized, .timeLimit(.minutes(3)), .enabled(if: OTPPeer.isInstalled)) struct LargeMessageTests {
    private static let megabyte = 1 << 20

    private static func zeros(_ count: Int) -> Term { .binary(Binary([UInt8](repeating: 0, count: count))) }

    @Test func messagesInFragmentsArriveWholeAndInOrder() async throws {
        let pair = try await NodePair("parts1", "erl21")
        let theirs = pair.theirs
        _ = try await theirs.evaluate("register(sink, self()).")
        // Sizes around the borders of fragments, and a list whose atoms are not in anybody's cache.
        let sizes = [65_530, 65_536, 65_537, 131_072, 200_000, 3 * Self.megabyte]
        try await pair.run { me in
            for size in sizes {
                me.send(Self.zeros(size), to: .name("sink", node: pair.theirName))
                me.send(.integer(size), to: .name("sink", node: pair.theirName))
            }
            me.send(
                .makeList((0..<20_000).map { .atom(Atom("part\($0 % 300)")) }), to: .name("sink", node: pair.theirName))
            me.send(.atom("over"), to: .name("sink", node: pair.theirName))
        }
        let all = try await theirs.evaluate(
            """
            G = fun G(L) -> receive over -> lists:reverse(L); B when is_binary(B) -> G([byte_size(B) | L]);
            N when is_integer(N) -> G([N | L]); A -> G([{length(A), lists:nth(302, A)} | L]) after 5000 -> L end end, G([]).
            """)
        #expect(all == "[" + sizes.map { "\($0),\($0)" }.joined(separator: ",") + ",{20000,part1}]")
        await pair.close()
    }

    @Test func smallMessagesOvertakeALargeOneOfAnotherProcess() async throws {
        let pair = try await NodePair("parts2", "erl22")
        let theirs = pair.theirs
        // 100 MB to the real node; calls of others go on meanwhile, in milliseconds.
        _ = try await theirs.evaluate(
            "P = spawn(fun() -> receive B -> unregister(large), register(got, self()), receive {F, size} -> F ! byte_size(B) end end end), register(large, P), ok."
        )
        let answered = try await pair.run { me in
            me.send(Self.zeros(100 * Self.megabyte), to: .name("large", node: pair.theirName))
            return try await me.receive(timeout: 0) { $0 } == nil
        }
        #expect(answered)
        let during = try await pair.run { me in
            var count = 0
            // The large one is there when its receiver has a name.
            while true {
                let found = try await pair.ours.rpcCall(
                    pair.theirName, "erlang", "whereis", [.atom("got")], by: me, timeout: 10_000_000_000)
                if case .pid = found { return count }
                count += 1
            }
        }
        #expect(during >= 3, "\(during) calls while 100 MB were under way")
        let size = try await pair.run { me in
            me.send(.tuple([.pid(me.pid), .atom("size")]), to: .name("got", node: pair.theirName))
            return try await me.receive(timeout: 5_000_000_000) { $0 }
        }
        #expect(size == .integer(100 * Self.megabyte))
        await pair.close()
    }

    @Test func whoDoesNotReadHoldsBackHisSendersOnly() async throws {
        let cluster = try await Cluster(["parts3"], ["stopped", "lively"])
        let (ours, stopped, lively) = (cluster.ours[0], cluster.theirs[0], cluster.theirs[1])
        for peer in [stopped, lively] {
            #expect(try await peer.evaluate("net_adm:ping('parts3@127.0.0.1').") == "pong")
        }
        _ = try await stopped.evaluate("register(sink, self()).")
        stopped.signal(SIGSTOP)
        let sent = Locked(0)
        let before = SystemMemory.resident
        let sender = ours.processes.spawn("test", "sender", groupLeader: ours.userPid) { me in
            for _ in 0..<400 {
                _ = try await ours.functions.call(
                    "erlang", "send",
                    [.tuple([.atom("sink"), .atom("stopped@127.0.0.1")]), Self.zeros(Self.megabyte)], on: ours, by: me)
                sent.withLock { $0 += 1 }
            }
        }
        // 400 MB are not taken in by a socket that nobody reads: the sender waits, others are served.
        for _ in 0..<50 {
            #expect(
                try await lively.evaluate("rpc:call('parts3@127.0.0.1', erlang, node, []).") == "'parts3@127.0.0.1'")
        }
        let waiting = sent.withLock { $0 }
        #expect(waiting < 40, "\(waiting) of 400 went out to a peer that does not read")
        #expect(SystemMemory.resident - before < 100 * Self.megabyte)
        #expect(ours.processes.process(sender.pid) != nil)
        stopped.signal(SIGCONT)
        let received = try await stopped.evaluate(
            "L = fun L(400) -> all; L(N) -> receive B when byte_size(B) =:= 1048576 -> L(N + 1) after 20000 -> N end end, L(0).",
            within: 60)
        #expect(received == "all")
        await cluster.close()
    }

    @Test(arguments: [DistributionFlags.distHeaderAtomCache, .fragments, [.distHeaderAtomCache, .fragments]])
    func withoutTheAtomCacheOrFragmentsAllArrivesToo(_ withheld: DistributionFlags) async throws {
        let pair = try await NodePair("parts4", "erl24") { $0.withheldFlags = withheld }
        let erl = pair.theirName
        let answers = try await pair.run { me in
            let large = Self.zeros(300_000)
            return [
                try await pair.ours.rpcCall(erl, "erlang", "byte_size", [large], by: me, timeout: 5_000_000_000),
                try await pair.ours.rpcCall(erl, "binary", "copy", [large], by: me, timeout: 5_000_000_000) == large
                    ? .atom("same") : .atom("other"),
                try await pair.ours.rpcCall(erl, "lists", "reverse", [[.atom("a"), .atom("b")]], by: me, timeout: nil),
            ]
        }
        #expect(answers == [300_000, .atom("same"), [.atom("b"), .atom("a")]])
        await pair.close()
    }
}

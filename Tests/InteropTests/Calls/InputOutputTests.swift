import Node
import Processes
import Support
import Terms
import TestKit
import Testing

/// A device whose lines the test gives.
private final class Typist: IODevice {
    private let lines: Locked<[String]>
    private let text = Locked("")

    init(_ lines: [String]) { self.lines = Locked(lines) }

    func print(_ more: String) { text.withLock { $0 += more } }

    func readLine(prompt: String, isHidden: Bool) async -> IOInput {
        text.withLock { $0 += prompt + (isHidden ? "*" : "") }
        return lines.withLock { $0.isEmpty ? nil : $0.removeFirst() }.map { .line($0) } ?? .endOfInput
    }

    var size: (columns: Int, rows: Int)? { (132, 50) }
    var printed: String { text.withLock { $0 } }
}

/// The I/O protocol: what runs on the real node reads and prints here, and what runs here there.
@Suite(.serialized, .timeLimit(.minutes(3)), .enabled(if: OTPPeer.isInstalled)) struct InputOutputTests {
    @Test func whatRunsOnErlReadsAndPrintsHere() async throws {
        let pair = try await NodePair("in1", "erl41")
        let typist = Typist([
            "first\n", "ada\n", "lovelace and more\n", "{1,\n", "[2]}.\n", "1200 -34 rest\n", "secret\n", "last",
        ])
        pair.ours.device = typist
        let erl = pair.theirName
        @Sendable func call(_ me: Process, _ module: Atom, _ function: Atom, _ arguments: [Term]) async throws -> String
        {
            ErlangPrinter(width: nil).print(
                try await pair.ours.rpcCall(erl, module, function, arguments, by: me, timeout: 5_000_000_000))
        }
        let answers = try await pair.run { me in
            [
                try await call(
                    me, "io", "requests",
                    [
                        [
                            .tuple([.atom("put_chars"), .atom("unicode"), .string("before\n")]),
                            .tuple([.atom("get_line"), .atom("unicode"), .string("last? ")]),
                        ]
                    ]),
                try await call(me, "io", "get_line", [.charlist("name? ")]),
                try await call(me, "io", "get_chars", [.charlist("> "), 8]),
                // What was not taken is there for the next one.
                try await call(me, "io", "get_line", [.atom("")]),
                try await call(me, "io", "read", [.charlist("term: ")]),
                try await call(me, "io", "fread", [.charlist("numbers: "), .charlist("~d ~d")]),
                try await call(me, "io", "get_line", [.charlist("")]),
                try await call(me, "io", "get_password", []),
                try await call(me, "io", "columns", []), try await call(me, "io", "rows", []),
                try await call(me, "io", "setopts", [[.atom("binary")]]),
                try await call(me, "io", "get_line", [.charlist("")]),
                try await call(me, "io", "get_line", [.charlist("more? ")]),
                try await call(me, "io", "setopts", [[.tuple([.atom("nonsense"), 1])]]),
                try await call(
                    me, "io", "format", [.charlist("~p ~s~n"), [.tuple([1, .atom("a")]), .charlist("x")]]),
                try await call(
                    me, "io", "requests",
                    [
                        [
                            .tuple([.atom("put_chars"), .atom("unicode"), .string("one ")]),
                            .tuple([.atom("put_chars"), .atom("unicode"), .string("two\n")]),
                        ]
                    ]),
            ]
        }
        #expect(
            answers == [
                "\"first\\n\"", "\"ada\\n\"", "\"lovelace\"", "\" and more\\n\"", "{ok,{1,[2]}}", "{ok,[1200,-34]}",
                "\" rest\\n\"",
                "\"secret\"", "{ok,132}", "{ok,50}", "ok", "<<\"last\">>", "eof", "{error,enotsup}", "ok", "ok",
            ])
        #expect(
            typist.printed.hasPrefix("before\nlast? name? > ") && typist.printed.hasSuffix("{1,a} x\none two\n"),
            "\(typist.printed)")
        await pair.close()
    }

    @Test func whatRunsHereReadsAndPrintsOnErl() async throws {
        let pair = try await NodePair("in2", "erl42")
        let theirs = pair.theirs
        // A leader that is a process of the test's: it writes down what it is asked, and answers.
        _ = try await theirs.evaluate(
            """
            L = spawn(fun() -> G = fun G(A) -> receive
            {io_request, P, R, {get_line, _, Q}} -> P ! {io_reply, R, "typed\\n"}, G([{q, iolist_to_binary(Q)} | A]);
            {io_request, P, R, {put_chars, _, C}} -> P ! {io_reply, R, ok}, G([unicode:characters_to_binary(C) | A]);
            {io_request, P, R, {get_geometry, columns}} -> P ! {io_reply, R, 99}, G(A);
            {all, P} -> P ! lists:reverse(A), G([]) end end, G([]) end), register(leader, L), true.
            """)
        #expect(try await theirs.evaluate("net_adm:ping('in2@127.0.0.1').") == "pong")
        for (call, answer) in [
            ("io, get_line, [\"who? \"]", "\"typed\\n\""), ("io, columns, []", "{ok,99}"),
            ("io, format, [\"~p~n\", [[1, two]]]", "ok"), ("'Elixir.IO', gets, [<<\"and? \">>]", "<<\"typed\\n\">>"),
            ("'Elixir.IO', puts, [<<\"spawned\">>]", "ok"),
        ] {
            let given = try await theirs.evaluate(
                """
                S = self(), spawn(fun() -> group_leader(whereis(leader), self()),
                S ! {got, rpc:call('in2@127.0.0.1', \(call))} end), receive {got, X} -> X end.
                """)
            #expect(given == answer, "\(call)")
        }
        #expect(
            try await theirs.evaluate("leader ! {all, self()}, receive A when is_list(A) -> A end.")
                == "[{q,<<\"who? \">>},<<\"[1,two]\\n\">>,{q,<<\"and? \">>},<<\"spawned\\n\">>]")
        await pair.close()
    }

    @Test func crashesOfWhatWasSpawnedAreLoggedHere() async throws {
        let typist = Typist([])
        let pair = try await NodePair("in3", "erl43")
        pair.ours.device = typist
        _ = try await pair.run { me in
            try await pair.ours.spawnRemote(pair.theirName, "erlang", "error", [.atom("some_reason")], by: me)
        }
        try await eventually("true") { "\(typist.printed.contains("some_reason"))" }
        #expect(typist.printed.contains("[error] Error in process"), "\(typist.printed)")
        await pair.close()
    }
}

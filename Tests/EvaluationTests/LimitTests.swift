import Glibc
import Language
import Node
import Processes
import Shell
import Terms
import TestKit
import Testing

/// Busy, greedy and endless code: it is ended, and everybody else goes on.
@Suite(
    .timeLimit(.minutes(30)), .serialized,
    .enabled(if: getenv("BEAMSH_LONG") != nil, "takes minutes: BEAMSH_LONG=1"))
struct LongLimitTests {
    private let here = Here()

    private func erlang(_ line: String) async -> String {
        ErlangPrinter(width: nil).print(await here.outcome(line))
    }

    private static let systemLimit = "{error,system_limit}"

    // MARK: Busy

    @Test func aThousandBusyProcessesLeaveRoomForOneThatAnswers() async throws {
        // Without optimization a round of them all takes that much longer.
        #if DEBUG
        let count = 50
        #else
        let count = 1000
        #endif
        let busy = "[spawn(fun() -> (fun F() -> F() end)() end) || _ <- lists:seq(1, \(count))]."
        let started = await here.outcome("put(busy, \(busy.dropLast())), Me = self(), ok.")
        #expect(started == .tuple([.atom("value"), .atom(.ok)]))
        let clock = ContinuousClock()
        for _ in 0..<3 {
            let start = clock.now
            let answer = await erlang(
                "P = spawn(fun() -> receive {F, X} -> F ! {self(), X + 1} end end), P ! {self(), 41}, receive {P, R} -> R end."
            )
            #expect(answer == "{value,42}")
            #expect(clock.now - start < .seconds(1))
            _ = await erlang("f().")
        }
        #expect(await erlang("[exit(P, kill) || P <- get(busy)], ok.") == "{value,ok}")
        #expect(
            await erlang(
                "W = fun W(0) -> still; W(N) -> case [P || P <- get(busy), is_process_alive(P)] of [] -> gone; _ -> receive after 10 -> W(N - 1) end end end, W(500)."
            )
                == "{value,gone}")
    }

    @Test(arguments: [
        "(fun F() -> F() end)().",
        "(fun F() -> lists:seq(1, 100000), F() end)().",
        "(fun F() -> lists:sort(lists:seq(1, 20000)), F() end)().",
        "[X || X <- lists:seq(1, 100000), Y <- lists:seq(1, 100000), X < 0].",
        "(fun F() -> catch error(x), F() end)().",
        "(fun F() -> self() ! x, receive x -> F() end end)().",
        "(fun F() -> F(), ok end)().",
        "(fun F() -> re:run(binary:copy(<<\"a\">>, 3000), \"(a*)*b\"), F() end)().",
    ])
    func killEndsALoop(_ loop: String) async throws {
        let line =
            "P = spawn(fun() -> \(loop.dropLast()) end), R = monitor(process, P), receive after 20 -> ok end, exit(P, kill), receive {'DOWN', R, _, _, W} -> W after 3000 -> alive end."
        let result = await erlang(line)
        // One of them is out of stack sooner than it is killed.
        #expect(result == "{value,killed}" || result.contains("system_limit"), "\(loop)")
    }

    @Test(arguments: [
        "(fun F() -> F() end)().", "(fun F() -> lists:sort(lists:seq(1, 20000)), F() end)().",
        "receive never -> ok end.", "[X || X <- lists:seq(1, 100000), Y <- lists:seq(1, 100000), X < 0].",
    ])
    func cancellingEndsALine(_ line: String) async throws {
        let session = here.session
        let work = Task { try await session.evaluate(line, .erlang) }
        try await Task.sleep(nanoseconds: 50_000_000)
        let clock = ContinuousClock()
        let start = clock.now
        work.cancel()
        _ = await work.result
        #expect(clock.now - start < .seconds(1))
        #expect(await erlang("1 + 1.") == "{value,2}")
    }

    // MARK: Greedy

    @Test func endlessRecursionIsASystemLimit() async throws {
        let before = MemoryLimit.shared.bytes
        MemoryLimit.shared.bytes = 2 << 30
        defer { MemoryLimit.shared.bytes = before }
        #expect(await erlang("F = fun F(X) -> [X | F(X)] end, F(1).") == Self.systemLimit)
        #expect(
            await erlang("try (fun G(X) -> 1 + G(X) end)(1) catch error:R -> {caught, R} end.")
                == "{value,{caught,system_limit}}")
        #expect(await erlang("1 + 1.") == "{value,2}")
    }

    @Test(arguments: [
        // Big steps: without optimization small ones would take minutes.
        "(fun F(X) -> F([lists:seq(1, 10000) | X]) end)([]).",
        "(fun F(X) -> F([binary:copy(<<0>>, 100000) | X]) end)([]).",
        "(fun F(M, N) -> F(M#{N => lists:seq(1, 10000)}, N + 1) end)(#{}, 0).",
        "(fun F() -> self() ! lists:seq(1, 10000), F() end)().",
    ])
    func aHeapThatGrowsIsASystemLimit(_ loop: String) async throws {
        let before = MemoryLimit.shared.bytes
        MemoryLimit.shared.bytes = MemoryLimit.shared.resident + (400 << 20)
        defer { MemoryLimit.shared.bytes = before }
        #expect(await erlang(loop) == Self.systemLimit)
        // In a process of its own, beside one that is modest.
        let line =
            "Q = spawn(fun() -> (fun G(N) -> receive stop -> ok after 1 -> G(N + 1) end end)(0) end), P = spawn(fun() -> \(loop.dropLast()) end), R = monitor(process, P), receive {'DOWN', R, _, _, {W, _}} -> {W, is_process_alive(Q)} end."
        #expect(await erlang(line) == "{value,{system_limit,true}}")
        #expect(await erlang("exit(Q, kill), flush_is_not_needed.") == "{value,flush_is_not_needed}")
    }

    @Test(arguments: [
        "lists:seq(1, 1 bsl 40).", "lists:seq(-9223372036854775808, 5).", "lists:seq(1, 9223372036854775807).",
        "lists:seq(9223372036854775807, -9223372036854775808, -1).", "lists:duplicate(1 bsl 40, a).",
        "binary:copy(<<1>>, 1 bsl 40).", "<<0:(1 bsl 45)>>.", "1 bsl (1 bsl 40).", "erlang:make_tuple(1 bsl 40, x).",
        "(fun F(X) -> F(X * X) end)(3).", "(fun F(X) -> F(X ++ X) end)([1]).",
        "(fun F(X) -> F(<<X/binary, X/binary>>) end)(<<1>>).",
        "(fun F(X) -> F({X, X, lists:seq(1, 100000)}) end)(1).", "math:pow(10, 400).",
        "string:copies(\"ab\", 1 bsl 40).",
        "integer_to_list(1 bsl 60000000).", "list_to_tuple(lists:seq(1, 20000000)).", "string:pad(\"a\", 1 bsl 40).",
        "lists:flatten(lists:duplicate(1 bsl 30, \"abc\")).", "array:new(1 bsl 60).",
        "binary:part(<<1>>, 1 bsl 62, 1 bsl 62).",
    ])
    func hugeValuesAreErrors(_ line: String) async throws {
        let before = MemoryLimit.shared.bytes
        MemoryLimit.shared.bytes = 2 << 30
        defer { MemoryLimit.shared.bytes = before }
        _ = await erlang(line)
        #expect(await erlang("1 + 1.") == "{value,2}")
    }
}

/// Large integers, requests that are refused, deep values: the node lives on.
@Suite(.timeLimit(.minutes(5)), .serialized)
struct LimitTests {
    private let here = Here()

    private func erlang(_ line: String) async -> String {
        ErlangPrinter(width: nil).print(await here.outcome(line))
    }

    @Test(arguments: [
        "lists:seq(1, 1 bsl 40).", "lists:seq(-9223372036854775808, 5).", "lists:duplicate(1 bsl 40, a).",
        "binary:copy(<<1>>, 1 bsl 40).", "<<0:(1 bsl 45)>>.", "1 bsl (1 bsl 40).", "1 bsl 4194304.",
        "-(1 bsl 4194303) * 2.", "((1 bsl 4194303) - 1) * 4.", "integer_to_list(1 bsl 60000000).",
        "string:copies(\"ab\", 1 bsl 40).", "list_to_integer(lists:duplicate(2000000, $7)).",
        "'Elixir.Integer':pow(10, 10000000).", "'Elixir.Integer':pow(10, 1 bsl 70).",
    ])
    func whatIsTooLargeIsASystemLimit(_ line: String) async {
        #expect(await erlang(line) == "{error,system_limit}")
    }

    @Test(arguments: [
        ("byte_size(term_to_binary(1 bsl 4194303)).", "524295"),
        ("X = (1 bsl 100000) - 1, (X * X) div X =:= X.", "true"),
        ("X = 1 bsl 100001, list_to_integer(integer_to_list(X)) =:= X.", "true"),
        ("X = (1 bsl 100000) + 5, <<Y:100001>> = <<X:100001>>, X =:= Y.", "true"),
        ("X = -(1 bsl 1000) - 5, <<Y:1005/signed-little>> = <<X:1005/little>>, X =:= Y.", "true"),
        ("(-(1 bsl 10000) - 7) rem ((1 bsl 4000) + 1) < 0.", "true"),
        ("(fun F(0) -> 0; F(N) -> 1 + F(N - 1) end)(1000000).", "1000000"),
        ("byte_size(binary:copy(<<1, 2, 3>>, 1000001)).", "3000003"), ("byte_size(<<0:(1 bsl 24)>>).", "2097152"),
        ("re:run(lists:duplicate(3000, $a), \"(a*)*b\").", "nomatch"),
        ("re:run(lists:duplicate(3000, $a), \"(a*)*b\", [report_errors]).", "{error,match_limit}"),
    ])
    func whatIsLargeWorks(_ line: String, _ value: String) async {
        #expect(await erlang(line) == "{value,\(value)}")
    }

    /// Values nested 20,000 deep, and with `BEAMSH_LONG=1` 200,000: made, compared, printed, packed, sent and forgotten.
    @Test(arguments: [
        "D =:= E.", "D < E.", "erlang:phash2(D) =:= erlang:phash2(E).", "is_binary(term_to_binary(D)).",
        "length(lists:flatten(io_lib:format(\"~p\", [D]))) > 0.",
        "length(lists:flatten(io_lib:format(\"~w\", [D]))) > 0.",
        "self() ! D, receive X -> X =:= E end.", "lists:flatten(D) =:= [].", "erts_debug:flat_size(D) > 0.",
        "#{D => 1} =:= #{E => 1}.", "maps:get(D, #{E => 1}) =:= 1.", "iolist_to_binary(D) =:= <<>>.",
        "ets:insert(ets:new(t, []), {D, 1}).", "lists:member(D, [E]).", "put(D, 1), get(E) =:= 1.",
        "[D] -- [E] =:= [].",
        "is_list(lists:sort([D, E])).", "throw(D).", "error(D).", "erlang:external_size(D) > 0.", "D.", "#{a => D}.",
        "{D}.",
        "binary_to_term(term_to_binary(D)) =:= D.",
    ])
    func deepValues(_ line: String) async throws {
        let depth = getenv("BEAMSH_LONG") == nil ? 20_000 : 200_000
        let deep = "lists:foldl(fun(_, A) -> [A] end, [], lists:seq(1, \(depth)))"
        _ = await erlang("D = \(deep), E = \(deep), ok.")
        _ = await here.outcome(line)
        _ = try? await here.session.run(line)
        _ = try? await here.session.run("inspect(d_is_not_bound)")
        #expect(await erlang("1 + 1.") == "{value,2}")
    }
}

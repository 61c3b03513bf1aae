import Language
import Processes
import Terms
import Testing

/// Values whose registers are used again after an instruction that could have taken them, and values that are changed in
/// place where nobody else has them.
@Suite struct LastUsesTests {
    @Test(arguments: [
        ("M = #{a => 1}, N = M#{a => 2}, {M, N}.", "{#{a => 1},#{a => 2}}"),
        ("F = fun(M) -> N = M#{a := 2}, {M, N} end, F(#{a => 1}).", "{#{a => 1},#{a => 2}}"),
        ("F = fun(M) -> M#{a := 2, b => 3} end, X = #{a => 1}, {F(X), X}.", "{#{a => 2,b => 3},#{a => 1}}"),
        ("F = fun(M) -> M#{a := 2}#{a := 3} end, F(#{a => 1}).", "#{a => 3}"),
        ("F = fun(M) -> maps:put(k, M, M) end, F(#{a => 1}).", "#{a => 1,k => #{a => 1}}"),
        ("F = fun(M) -> M#{k => M} end, F(#{a => 1}).", "#{a => 1,k => #{a => 1}}"),
        ("catch (fun(M) -> M#{b := 2} end)(#{a => 1}), ok.", "ok"),
        ("F = fun(A, B) -> [B, A, B, A] end, F({1}, {2}).", "[{2},{1},{2},{1}]"),
        ("F = fun F(0, A, B) -> {A, B}; F(N, A, B) -> F(N - 1, B, A) end, F(7, [x], [y]).", "{[y],[x]}"),
        ("F = fun F([], A) -> A; F([X | Xs], A) -> F(Xs, [X, A]) end, F([1, 2, 3], []).", "[3,[2,[1,[]]]]"),
        ("X = {1}, [Y || Y <- [X, X], Y =:= X].", "[{1},{1}]"),
        ("F = fun(X) -> case X of {A} when A > 1 -> X; {A} -> {A, X} end end, {F({1}), F({2})}.", "{{1,{1}},{2}}"),
        ("F = fun(X) -> try element(1, X) of Y -> {X, Y} catch _:_ -> X end end, {F({1}), F(a)}.", "{{{1},1},a}"),
        ("F = fun(B) -> {<<B/binary, 1>>, <<B/binary, 2>>, B} end, F(<<0>>).", "{<<0,1>>,<<0,2>>,<<0>>}"),
        (
            "lists:foldl(fun(I, B) -> <<B/binary, I:16/little, (-I):8>> end, <<>>, [1, 2, 300]).",
            "<<1,0,255,2,0,254,44,1,212>>"
        ),
        ("<<(<<1:4>>)/bitstring, 1:8>>.", "<<16,1:4>>"),
        ("map_size(lists:foldl(fun(I, M) -> M#{I rem 50 => I} end, #{}, lists:seq(1, 300))).", "50"),
        (
            "M = lists:foldl(fun(I, M) -> M#{I => I} end, #{}, lists:seq(1, 100)), N = M#{7 => x}, {maps:get(7, M), maps:get(7, N)}.",
            "{7,x}"
        ),
        ("F = fun(A) -> G = fun(B) -> {A, B} end, G(G(A)) end, F([1]).", "{[1],{[1],[1]}}"),
        ("{7 div -2, 7 rem -2, -7 rem 2, 6 band 3, 6 bor 3, 6 bxor 3, 1 bsl 10, -9 bsr 1}.", "{-3,1,-1,2,7,5,1024,-5}"),
        ("{1 == 1.0, 1 =:= 1, 2 > 1, 1 >= 1, 1 =< 0, 1 /= 1, 1 =/= 1.0}.", "{true,true,true,true,false,false,true}"),
        ("{9223372036854775807 * 2, -9223372036854775808 * -1}.", "{18446744073709551614,9223372036854775808}"),
    ])
    func anExpressionHasItsValue(_ text: String, _ value: String) async throws {
        let table = ProcessTable(
            incarnation: NodeIncarnation(node: "nonode@nohost", creation: 1), timers: ThreadTimerService())
        let process = table.spawn("test", "test") { _ in try await Task.sleep(nanoseconds: 1_000_000_000_000) }
        let (result, _) = try await CodeServer().run(
            try ErlangReader.expressions(text), bindings: [:], by: process, file: "erl")
        #expect(ErlangPrinter(width: nil, context: PrintContext { _ in 0 }).print(result) == value)
        process.exit(process.pid, reason: .atom(.kill))
    }
}

%% Reads rows {A, B, Compared, ComparedAsKeys, IsIdentical, HasLargeMap, Minor2, Minor1} that beamsh wrote and prints
%% each in which OTP sees it differently, then the number of rows.
main([File]) ->
    {ok, Bytes} = file:read_file(File),
    loop(Bytes, 0).

loop(<<>>, Count) -> io:format("~b rows~n", [Count]);
loop(<<Size:32, Term:Size/binary, Rest/binary>>, Count) ->
    {A, B, Compared, AsKeys, IsIdentical, HasLargeMap, Minor2, Minor1} = binary_to_term(Term),
    check(compared, Compared, if A < B -> less; A == B -> equal; true -> greater end, A, B),
    check(identical, IsIdentical, A =:= B, A, B),
    check(as_keys, AsKeys, as_keys(maps:keys(#{A => 1, B => 2}), A), A, B),
    HasLargeMap orelse check(minor_2, Minor2, term_to_binary(A, [{minor_version, 2}]), A, B),
    HasLargeMap orelse check(minor_1, Minor1, term_to_binary(A, [{minor_version, 1}]), A, B),
    loop(Rest, Count + 1).

as_keys([_], _) -> equal;
as_keys([A, _], A) -> less;
as_keys([_, _], _) -> greater.

check(_, Same, Same, _, _) -> ok;
check(What, Ours, Theirs, A, B) -> io:format("~p: ~p, OTP ~p: ~0p and ~0p~n", [What, Ours, Theirs, A, B]).

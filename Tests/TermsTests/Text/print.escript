#!/usr/bin/env escript
%%! +pc unicode
%% Reads rows {Term, AsP0, AsW} that beamsh wrote and prints each that OTP prints differently, then the
%% number of rows.
main([File]) ->
    io:setopts([{encoding, unicode}]),
    {ok, Bytes} = file:read_file(File),
    loop(Bytes, 0).

loop(<<>>, Count) -> io:format("~b rows~n", [Count]);
loop(<<Size:32, Row:Size/binary, Rest/binary>>, Count) ->
    {Term, P0, W} = binary_to_term(Row),
    check(<<"~0tp">>, P0, io_lib:format("~0tp", [Term])),
    check(<<"~tw">>, W, io_lib:format("~tw", [Term])),
    loop(Rest, Count + 1).

check(What, Ours, Chars) ->
    case unicode:characters_to_binary(Chars) of
        Ours -> ok;
        Theirs -> io:format("~ts~nours:~n~ts~nOTP:~n~ts~n", [What, Ours, Theirs])
    end.

#!/usr/bin/env escript
%%! +pc unicode
%% Reads rows {Format, Arguments, Ours} that beamsh wrote and prints each that io_lib:format makes differently, then the
%% number of rows. What fails there is written as the atom error.
main([File]) ->
    io:setopts([{encoding, unicode}]),
    {ok, Bytes} = file:read_file(File),
    loop(Bytes, 0).

loop(<<>>, Count) -> io:format("~b rows~n", [Count]);
loop(<<Size:32, Row:Size/binary, Rest/binary>>, Count) ->
    {Format, Arguments, Ours} = binary_to_term(Row),
    Theirs = try unicode:characters_to_binary(io_lib:format(Format, Arguments)) of
                 Text when is_binary(Text) -> Text;
                 _ -> error
             catch error:badarg -> error
             end,
    Theirs =:= Ours orelse io:format("~tp ~tp~nours:~n~tp~nOTP:~n~tp~n", [Format, Arguments, Ours, Theirs]),
    loop(Rest, Count + 1).

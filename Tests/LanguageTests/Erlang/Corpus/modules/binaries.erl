-module(binaries).
-export([parse/1, encode/1]).
-define(MAGIC, 16#CAFE).

parse(<<?MAGIC:16/big-unsigned-integer, Len:32, Body:Len/binary, Rest/bitstring>>) ->
    {ok, Body, Rest};
parse(<<"HTTP/", Major, ".", Minor, _/binary>>) -> {http, Major - $0, Minor - $0};
parse(<<A:1, B:3, C:(8 - 4)/integer-signed-little, _/binary>>) -> {A, B, C};
parse(<<X/utf8, Y/float, Z:32/float-little>>) -> {X, Y, Z};
parse(<<>>) -> empty;
parse(_) -> error.

encode({A, B}) ->
    Size = byte_size(B),
    <<?MAGIC:16, Size:32, B/binary, A:Size/unit:8>>;
encode(L) ->
    << <<X:8, (Y + 1):16/little>> || {X, Y} <- L, X > 0 >>.

bits(B) -> [X || <<X:1>> <= B].
hex(B) -> << <<(digit(N))>> || <<N:4>> <= B >>.
digit(N) when N < 10 -> $0 + N;
digit(N) -> $a + N - 10.

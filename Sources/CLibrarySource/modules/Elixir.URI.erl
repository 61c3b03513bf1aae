-module('Elixir.URI').
-export([
    '__struct__'/0, '__struct__'/1, append_query/2, 'char_reserved?'/1, 'char_unescaped?'/1, 'char_unreserved?'/1,
    decode/1, decode_query/1, decode_query/2, decode_www_form/1, default_port/1, encode/1, encode/2, encode_query/1,
    encode_www_form/1, parse/1, to_string/1
]).

%% URIs as RFC 3986 has them.

%% @doc The struct with its default values.
'__struct__'() ->
    #{
        '__struct__' => ?MODULE, authority => nil, fragment => nil, host => nil, path => nil, port => nil,
        query => nil, scheme => nil, userinfo => nil
    }.

%% @doc The struct with these fields.
'__struct__'(Fields) ->
    'Elixir.Enum':reduce(Fields, '__struct__'(), fun({Key, Value}, Uri) -> Uri#{Key := Value} end).

%% @doc The parts of a URI; it need not be valid.
parse(#{'__struct__' := ?MODULE} = Uri) -> Uri;
parse(Text) when is_binary(Text) ->
    {ok, Pattern} = re:compile("^(([a-z][a-z0-9\\+\\-\\.]*):)?(//([^/?#]*))?([^?#]*)(\\?([^#]*))?(#(.*))?", [caseless]),
    {match, Parts} = re:run(Text, Pattern, [{capture, [1, 2, 3, 4, 5, 6, 7, 8, 9], index}]),
    [HasScheme, Scheme, HasAuthority, Authority, Path, HasQuery, Query, HasFragment, Fragment] =
        [part(Index, Text) || Index <- Parts],
    SchemeName = given(HasScheme, 'Elixir.String':downcase(Scheme)),
    {UserInfo, Host, Port} = authority(given(HasAuthority, Authority)),
    ('__struct__'())#{
        scheme := SchemeName, authority := given(HasAuthority, Authority), userinfo := UserInfo, host := Host,
        port := case Port of nil -> default_port(SchemeName); _ -> Port end,
        path := given(Path, Path), query := given(HasQuery, Query), fragment := given(HasFragment, Fragment)
    }.

%% @doc The URI as text.
to_string(#{
    '__struct__' := ?MODULE, scheme := Scheme, path := Path, query := Query, fragment := Fragment
} = Uri) ->
    iolist_to_binary([
        case Scheme of nil -> ""; _ -> [Scheme, ":"] end,
        case authority_text(Uri) of nil -> ""; Authority -> ["//", Authority] end,
        case Path of nil -> ""; _ -> Path end,
        case Query of nil -> ""; _ -> ["?", Query] end,
        case Fragment of nil -> ""; _ -> ["#", Fragment] end
    ]).

%% @doc The URI with more behind its query.
append_query(#{'__struct__' := ?MODULE, query := Query} = Uri, More) when
    is_binary(More), Query =:= nil orelse Query =:= <<>>
->
    Uri#{query := More};
append_query(#{'__struct__' := ?MODULE, query := Query} = Uri, More) when is_binary(More) ->
    case binary:last(Query) of
        $& -> Uri#{query := <<Query/binary, More/binary>>};
        _ -> Uri#{query := <<Query/binary, "&", More/binary>>}
    end.

%% @doc The port of a scheme, or nil.
default_port(<<"http">>) -> 80;
default_port(<<"https">>) -> 443;
default_port(<<"ftp">>) -> 21;
default_port(<<"sftp">>) -> 22;
default_port(<<"tftp">>) -> 69;
default_port(<<"ldap">>) -> 389;
default_port(<<"ws">>) -> 80;
default_port(<<"wss">>) -> 443;
default_port(_) -> nil.

%% @doc Whether a character separates the parts of a URI.
'char_reserved?'(Char) when is_integer(Char), Char >= 0, Char =< 16#10FFFF ->
    lists:member(Char, ":/?#[]@!$&'()*+,;=").

%% @doc Whether a character stands for itself everywhere in a URI.
'char_unreserved?'(Char) when is_integer(Char), Char >= 0, Char =< 16#10FFFF ->
    (Char >= $0 andalso Char =< $9) orelse (Char >= $a andalso Char =< $z) orelse (Char >= $A andalso Char =< $Z) orelse
        lists:member(Char, "~_-.").

%% @doc Whether encode/1 leaves a character as it is.
'char_unescaped?'(Char) -> 'char_reserved?'(Char) orelse 'char_unreserved?'(Char).

%% @doc The string with what may not be in a URI as %XX.
encode(Text) -> encode(Text, fun 'char_unescaped?'/1).

%% @doc The string with the bytes for which the fun is not truthy as %XX.
encode(Text, Keeps) when is_binary(Text), is_function(Keeps, 1) ->
    << <<(percent(Byte, Keeps(Byte)))/binary>> || <<Byte>> <= Text >>.

%% @doc The string as a form sends it: blanks as +, the rest as %XX.
encode_www_form(Text) when is_binary(Text) ->
    << <<(form(Byte))/binary>> || <<Byte>> <= Text >>.

%% @doc The pairs of an enumerable as a query.
encode_query(Pairs) ->
    'Elixir.Enum':map_join(Pairs, <<"&">>, fun({Key, Value}) ->
        <<(query_part(Key))/binary, "=", (query_part(Value))/binary>>
    end).

%% @doc The string with each %XX as its byte; what is no such stays.
decode(Text) when is_binary(Text) -> decoded(Text, <<>>, false).

%% @doc The string of a form: + as a blank, each %XX as its byte.
decode_www_form(Text) when is_binary(Text) -> decoded(Text, <<>>, true).

%% @doc A map of the pairs of a query.
decode_query(Query) -> decode_query(Query, #{}).

%% @doc A map with the pairs of a query.
decode_query(Query, Map) when is_binary(Query), is_map(Map) ->
    lists:foldl(
        fun
            (<<>>, Acc) -> Acc;
            (Pair, Acc) ->
                case binary:split(Pair, <<"=">>) of
                    [Key, Value] -> Acc#{decode_www_form(Key) => decode_www_form(Value)};
                    [Key] -> Acc#{decode_www_form(Key) => <<>>}
                end
        end,
        Map,
        binary:split(Query, <<"&">>, [global])
    ).

part({-1, _}, _) -> <<>>;
part({At, Length}, Text) -> binary:part(Text, At, Length).

given(<<>>, _) -> nil;
given(_, Value) -> Value.

authority(nil) -> {nil, nil, nil};
authority(Text) ->
    {ok, Pattern} = re:compile("(^(.*)@)?(\\[[a-zA-Z0-9:.]*\\]|[^:]*)(:(\\d*))?"),
    {match, Parts} = re:run(Text, Pattern, [{capture, [2, 3, 5], index}]),
    [UserInfo, Host, Port] = [part(Index, Text) || Index <- Parts],
    {
        given(UserInfo, UserInfo),
        binary:replace(Host, [<<"[">>, <<"]">>], <<>>, [global]),
        case Port of <<>> -> nil; _ -> binary_to_integer(Port) end
    }.

authority_text(#{host := nil, authority := Authority}) -> Authority;
authority_text(#{host := Host, userinfo := UserInfo, port := Port, scheme := Scheme}) ->
    [
        case UserInfo of nil -> ""; _ -> [UserInfo, "@"] end,
        case binary:match(Host, <<":">>) of nomatch -> Host; _ -> ["[", Host, "]"] end,
        case Port =:= nil orelse Port =:= default_port(Scheme) of
            true -> "";
            false -> [":", integer_to_binary(Port)]
        end
    ].

percent(Byte, Keeps) when Keeps =:= false; Keeps =:= nil ->
    <<"%", (hex(Byte bsr 4)), (hex(Byte band 15))>>;
percent(Byte, _) -> <<Byte>>.

form($\s) -> <<"+">>;
form(Byte) -> percent(Byte, 'char_unreserved?'(Byte)).

hex(Value) when Value < 10 -> $0 + Value;
hex(Value) -> $A + Value - 10.

query_part(Value) when is_list(Value) ->
    Shown = 'Elixir.Kernel':inspect(Value),
    argument(<<"encode_query/2 values cannot be lists, got: ", Shown/binary>>);
query_part(Value) -> encode_www_form('Elixir.String.Chars':to_string(Value)).

decoded(<<$%, High, Low, Rest/binary>>, Acc, Plus) ->
    case {value(High), value(Low)} of
        {One, Two} when is_integer(One), is_integer(Two) -> decoded(Rest, <<Acc/binary, (One * 16 + Two)>>, Plus);
        _ -> decoded(<<High, Low, Rest/binary>>, <<Acc/binary, $%>>, Plus)
    end;
decoded(<<$+, Rest/binary>>, Acc, true) -> decoded(Rest, <<Acc/binary, " ">>, true);
decoded(<<Byte, Rest/binary>>, Acc, Plus) -> decoded(Rest, <<Acc/binary, Byte>>, Plus);
decoded(<<>>, Acc, _) -> Acc.

value(Char) when Char >= $0, Char =< $9 -> Char - $0;
value(Char) when Char >= $a, Char =< $f -> Char - $a + 10;
value(Char) when Char >= $A, Char =< $F -> Char - $A + 10;
value(_) -> none.

argument(Message) -> error(#{'__struct__' => 'Elixir.ArgumentError', '__exception__' => true, message => Message}).

-module('Elixir.Regex').
-export([
    '__struct__'/0, '__struct__'/1, compile/1, compile/2, 'compile!'/1, 'compile!'/2, escape/1, 'match?'/2,
    named_captures/2, named_captures/3, names/1, opts/1, re_pattern/1, recompile/1, 'recompile!'/1, 'regex?'/1,
    replace/3, replace/4, run/2, run/3, scan/2, scan/3, source/1, split/2, split/3, version/0
]).

%% Regular expressions over the module re.

%% @doc The struct with its default values.
'__struct__'() ->
    #{'__struct__' => ?MODULE, opts => <<>>, re_pattern => nil, re_version => <<>>, source => <<>>}.

%% @doc The struct with these fields.
'__struct__'(Fields) ->
    'Elixir.Enum':reduce(Fields, '__struct__'(), fun({Key, Value}, Regex) -> Regex#{Key := Value} end).

%% @doc {ok, Regex}, or {error, Reason}.
compile(Source) -> compile(Source, <<>>).

%% @doc {ok, Regex} with options as the letters imsuxUf or those of re, or {error, Reason}.
compile(Source, Options) when is_binary(Source) ->
    case translated(Options) of
        {error, Rest} -> {error, {invalid_option, Rest}};
        Flags ->
            case re:compile(Source, Flags) of
                {ok, Pattern} ->
                    Letters = case is_binary(Options) of true -> Options; false -> <<>> end,
                    {ok, #{
                        '__struct__' => ?MODULE, opts => Letters, re_pattern => Pattern, re_version => version(),
                        source => Source
                    }};
                Error -> Error
            end
    end.

%% @doc The regular expression; raises Regex.CompileError if it is none.
'compile!'(Source) -> 'compile!'(Source, <<>>).

%% @doc The regular expression with options; raises Regex.CompileError if it is none.
'compile!'(Source, Options) ->
    case compile(Source, Options) of
        {ok, Regex} -> Regex;
        {error, {invalid_option, Rest}} ->
            raise('Elixir.Regex.CompileError', <<"invalid_option at position ", Rest/binary>>);
        {error, {Reason, At}} ->
            Text = [Reason, " at position ", integer_to_list(At)],
            raise('Elixir.Regex.CompileError', unicode:characters_to_binary(Text))
    end.

%% @doc The string with what is special in a regular expression escaped.
escape(String) when is_binary(String) -> << <<(escaped(Char))/binary>> || <<Char>> <= String >>.

%% @doc Whether a string matches.
'match?'(#{'__struct__' := ?MODULE} = Regex, String) when is_binary(String) ->
    re:run(String, pattern(Regex), [{capture, none}]) =:= match.

%% @doc A map from the names of the captures to what they matched, or nil.
named_captures(Regex, String) -> named_captures(Regex, String, []).

%% @doc A map from the names of the captures to what they matched, or nil; return: :index gives positions.
named_captures(#{'__struct__' := ?MODULE} = Regex, String, Options) when is_binary(String) ->
    Names = names(Regex),
    case run(Regex, String, 'Elixir.Keyword':put(Options, capture, Names)) of
        nil -> nil;
        Results -> maps:from_list(lists:zip(Names, Results))
    end.

%% @doc The names of the captures.
names(#{'__struct__' := ?MODULE} = Regex) ->
    {namelist, Names} = re:inspect(pattern(Regex), namelist),
    Names.

%% @doc The options as letters.
opts(#{'__struct__' := ?MODULE, opts := Options}) -> Options.

%% @doc The compiled pattern of re.
re_pattern(#{'__struct__' := ?MODULE, re_pattern := Pattern}) -> Pattern.

%% @doc {ok, Regex} compiled for this node, or {error, Reason}.
recompile(#{'__struct__' := ?MODULE, source := Source, opts := Options}) -> compile(Source, Options).

%% @doc The regular expression compiled for this node.
'recompile!'(#{'__struct__' := ?MODULE, source := Source, opts := Options}) -> 'compile!'(Source, Options).

%% @doc Whether a term is a regular expression.
'regex?'(#{'__struct__' := ?MODULE}) -> true;
'regex?'(_) -> false.

%% @doc The string with a replacement for each match.
replace(Regex, String, Replacement) -> replace(Regex, String, Replacement, []).

%% @doc The string with a replacement, text with \\0 or a fun, for each match; global: false replaces the first only.
replace(#{'__struct__' := ?MODULE} = Regex, String, Replacement, Options) when
    is_binary(String), is_binary(Replacement), is_list(Options)
->
    replacing(Regex, String, template(Replacement, <<>>, []), Options);
replace(#{'__struct__' := ?MODULE} = Regex, String, Fun, Options) when
    is_binary(String), is_function(Fun), is_list(Options)
->
    {arity, Arity} = erlang:fun_info(Fun, arity),
    replacing(Regex, String, {Fun, Arity}, Options).

%% @doc What the expression and its captures match first, or nil.
run(Regex, String) -> run(Regex, String, []).

%% @doc What the expression and its captures match first, or nil; :return, :capture and :offset.
run(#{'__struct__' := ?MODULE} = Regex, String, Options) when is_binary(String) ->
    Return = 'Elixir.Keyword':get(Options, return, binary),
    Offset = 'Elixir.Keyword':get(Options, offset, 0),
    case re:run(String, pattern(Regex), [{offset, Offset} | capture(Options, Return)]) of
        nomatch -> nil;
        match -> [];
        {match, Results} -> Results
    end.

%% @doc What each match and its captures matched.
scan(Regex, String) -> scan(Regex, String, []).

%% @doc What each match and its captures matched; :return, :capture and :offset.
scan(#{'__struct__' := ?MODULE} = Regex, String, Options) when is_binary(String) ->
    Return = 'Elixir.Keyword':get(Options, return, binary),
    Offset = 'Elixir.Keyword':get(Options, offset, 0),
    case re:run(String, pattern(Regex), [{offset, Offset}, global | capture(Options, Return)]) of
        {match, Matches} ->
            case 'Elixir.Keyword':get(Options, capture, all) of
                none -> [[] || _ <- Matches];
                _ -> Matches
            end;
        match -> [];
        nomatch -> []
    end.

%% @doc The text of the expression.
source(#{'__struct__' := ?MODULE, source := Source}) -> Source.

%% @doc The parts of a string between the matches.
split(Regex, String) -> split(Regex, String, []).

%% @doc The parts of a string between the matches; :parts, :trim, :on and :include_captures.
split(#{'__struct__' := ?MODULE}, <<>>, Options) ->
    case 'Elixir.Keyword':get(Options, trim, false) of
        true -> [];
        _ -> [<<>>]
    end;
split(#{'__struct__' := ?MODULE} = Regex, String, Options) when is_binary(String), is_list(Options) ->
    On = 'Elixir.Keyword':get(Options, on, first),
    case re:run(String, pattern(Regex), [global, {capture, On, index}]) of
        {match, Matches} ->
            Limit =
                case 'Elixir.Keyword':get(Options, parts, infinity) of
                    infinity -> -1;
                    Parts when is_integer(Parts), Parts > 0 -> Parts - 1
                end,
            IsTrimmed = 'Elixir.Keyword':get(Options, trim, false) =:= true,
            KeepsMatches = 'Elixir.Keyword':get(Options, include_captures, false) =:= true,
            splitting(lists:append(Matches), String, 0, Limit, IsTrimmed, KeepsMatches);
        match -> [String];
        nomatch -> [String]
    end.

%% @doc The version of the library behind regular expressions.
version() -> {re:version(), erlang:system_info(endian)}.

%% The pattern, compiled for this node if another node made it.
pattern(#{re_pattern := Pattern, re_version := Version} = Regex) ->
    case Version =:= version() of
        true -> Pattern;
        false ->
            #{re_pattern := Own} = 'recompile!'(Regex),
            Own
    end.

translated(Options) when is_list(Options) -> Options;
translated(Letters) when is_binary(Letters) -> flags(Letters, []).

flags(<<$i, Rest/binary>>, Acc) -> flags(Rest, [caseless | Acc]);
flags(<<$m, Rest/binary>>, Acc) -> flags(Rest, [multiline | Acc]);
flags(<<$s, Rest/binary>>, Acc) -> flags(Rest, [dotall, {newline, anycrlf} | Acc]);
flags(<<$u, Rest/binary>>, Acc) -> flags(Rest, [unicode, ucp | Acc]);
flags(<<$x, Rest/binary>>, Acc) -> flags(Rest, [extended | Acc]);
flags(<<$f, Rest/binary>>, Acc) -> flags(Rest, [firstline | Acc]);
flags(<<$U, Rest/binary>>, Acc) -> flags(Rest, [ungreedy | Acc]);
flags(<<>>, Acc) -> Acc;
flags(Rest, _) -> {error, Rest}.

capture(Options, Return) ->
    case 'Elixir.Keyword':get(Options, capture, all) of
        none -> [{capture, none}];
        Values -> [{capture, Values, Return}]
    end.

escaped(Char) ->
    case lists:member(Char, ".^$*+?()[]{}|#- \\\t\n\v\f\r") of
        true -> <<$\\, Char>>;
        false -> <<Char>>
    end.

%% Text and numbers of captures.
template(<<$\\, $g, ${, Rest/binary>>, Text, Acc) ->
    [Number, After] = binary:split(Rest, <<"}">>),
    template(After, <<>>, [binary_to_integer(Number), Text | Acc]);
template(<<$\\, $\\, Rest/binary>>, Text, Acc) -> template(Rest, <<Text/binary, $\\>>, Acc);
template(<<$\\, Digit, Rest/binary>>, Text, Acc) when Digit >= $0, Digit =< $9 ->
    {Digits, After} = digits(Rest, [Digit]),
    template(After, <<>>, [list_to_integer(Digits), Text | Acc]);
template(<<Char, Rest/binary>>, Text, Acc) -> template(Rest, <<Text/binary, Char>>, Acc);
template(<<>>, Text, Acc) -> lists:reverse(Acc, [Text]).

digits(<<Digit, Rest/binary>>, Acc) when Digit >= $0, Digit =< $9 -> digits(Rest, [Digit | Acc]);
digits(Rest, Acc) -> {lists:reverse(Acc), Rest}.

replacing(Regex, String, Replacement, Options) ->
    Global = case 'Elixir.Keyword':get(Options, global) of false -> []; _ -> [global] end,
    case re:run(String, pattern(Regex), [{capture, all, index} | Global]) of
        nomatch -> String;
        {match, [{_, _} | _] = Match} -> iolist_to_binary(replaced([Match], String, 0, Replacement));
        {match, Matches} -> iolist_to_binary(replaced(Matches, String, 0, Replacement))
    end.

replaced([], String, Start, _) -> [binary:part(String, Start, byte_size(String) - Start)];
replaced([[{At, Length} | _] = Match | Matches], String, Start, Replacement) ->
    [
        binary:part(String, Start, At - Start), inserted(Replacement, Match, String)
        | replaced(Matches, String, At + Length, Replacement)
    ].

inserted({Fun, Arity}, Match, String) -> erlang:apply(Fun, arguments(Match, String, Arity));
inserted(Parts, Match, String) ->
    [
        case is_integer(Part) of
            true -> captured(Part, Match, String);
            false -> Part
        end
     || Part <- Parts
    ].

captured(Number, Match, String) when Number < length(Match) -> part(lists:nth(Number + 1, Match), String);
captured(_, _, _) -> <<>>.

arguments(_, _, 0) -> [];
arguments([], String, Arity) -> [<<>> | arguments([], String, Arity - 1)];
arguments([Index | Rest], String, Arity) -> [part(Index, String) | arguments(Rest, String, Arity - 1)].

part({-1, _}, _) -> <<>>;
part({At, Length}, String) -> binary:part(String, At, Length).

splitting(_, String, Start, 0, IsTrimmed, _) -> last_part(String, Start, IsTrimmed);
splitting([], String, Start, _, IsTrimmed, _) -> last_part(String, Start, IsTrimmed);
splitting([{-1, _} | Matches], String, Start, Limit, IsTrimmed, Keeps) ->
    splitting(Matches, String, Start, Limit, IsTrimmed, Keeps);
splitting([{At, 0} | Matches], String, Start, Limit, IsTrimmed, Keeps) when At =:= byte_size(String), Start =:= At ->
    splitting(Matches, String, Start, Limit, IsTrimmed, Keeps);
splitting([{At, Length} | Matches], String, Start, Limit, IsTrimmed, Keeps) ->
    Part = binary:part(String, Start, At - Start),
    Kept = [binary:part(String, At, Length) || Keeps],
    case IsTrimmed andalso Part =:= <<>> of
        true -> Kept ++ splitting(Matches, String, At + Length, Limit, IsTrimmed, Keeps);
        false -> [Part | Kept] ++ splitting(Matches, String, At + Length, Limit - 1, IsTrimmed, Keeps)
    end.

last_part(String, Start, IsTrimmed) ->
    case binary:part(String, Start, byte_size(String) - Start) of
        <<>> when IsTrimmed -> [];
        Part -> [Part]
    end.

raise(Struct, Message) -> error(#{'__struct__' => Struct, '__exception__' => true, message => Message}).

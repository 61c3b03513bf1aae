-module('Elixir.String').
-export([
    'match?'/2, myers_difference/2, normalize/2, replace/3, replace/4, split/2, split/3, splitter/2, splitter/3
]).

%% What of String takes a regular expression or calls a fun. The other functions are natives.

%% @doc Whether a string matches a regular expression.
'match?'(String, Regex) when is_binary(String) -> 'Elixir.Regex':'match?'(Regex, String).

%% @doc How to make the second string of the first: a list of {eq, S}, {del, S} and {ins, S}.
myers_difference(Left, Right) when is_binary(Left), is_binary(Right) ->
    Edits = 'Elixir.List':myers_difference('Elixir.String':graphemes(Left), 'Elixir.String':graphemes(Right)),
    [{Kind, iolist_to_binary(Graphemes)} || {Kind, Graphemes} <- Edits].

%% @doc The string in a form of Unicode: nfd, nfc, nfkd or nfkc.
normalize(String, nfd) when is_binary(String) -> unicode:characters_to_nfd_binary(String);
normalize(String, nfc) when is_binary(String) -> unicode:characters_to_nfc_binary(String);
normalize(String, nfkd) when is_binary(String) -> unicode:characters_to_nfkd_binary(String);
normalize(String, nfkc) when is_binary(String) -> unicode:characters_to_nfkc_binary(String).

%% @doc The string with a replacement for each occurrence of a pattern.
replace(Subject, Pattern, Replacement) -> replace(Subject, Pattern, Replacement, []).

%% @doc The string with a replacement for the occurrences of a pattern; global: false replaces the first only.
replace(Subject, #{'__struct__' := 'Elixir.Regex'} = Regex, Replacement, Options) when is_binary(Subject) ->
    'Elixir.Regex':replace(Regex, Subject, Replacement, Options);
replace(Subject, Pattern, Replacement, Options) when
    is_binary(Subject), is_binary(Replacement) orelse is_function(Replacement, 1), is_list(Options)
->
    IsGlobal = 'Elixir.Keyword':get(Options, global) =/= false,
    case Pattern of
        <<>> -> replace_empty(Subject, Replacement, IsGlobal);
        [] -> Subject;
        _ ->
            Matches =
                case IsGlobal of
                    true -> binary:matches(Subject, Pattern);
                    false ->
                        case binary:match(Subject, Pattern) of
                            nomatch -> [];
                            Match -> [Match]
                        end
                end,
            iolist_to_binary(replaced(Subject, 0, Matches, Replacement))
    end.

%% @doc The parts of a string between the occurrences of a pattern.
split(String, Pattern) -> split(String, Pattern, []).

%% @doc The parts of a string between the occurrences of a pattern; :parts limits them, trim: true drops empty ones.
split(String, #{'__struct__' := 'Elixir.Regex'} = Regex, Options) when is_binary(String), is_list(Options) ->
    'Elixir.Regex':split(Regex, String, Options);
split(String, <<>>, Options) when is_binary(String), is_list(Options) ->
    Parts = 'Elixir.Keyword':get(Options, parts, infinity),
    IsTrimmed = 'Elixir.Keyword':get(Options, trim, false) =:= true,
    Pieces =
        case IsTrimmed of
            true -> 'Elixir.String':graphemes(String);
            false -> [<<>> | 'Elixir.String':graphemes(String)] ++ [<<>>]
        end,
    limited(Pieces, Parts, IsTrimmed);
split(String, [], Options) when is_binary(String), is_list(Options) ->
    case 'Elixir.Keyword':get(Options, trim, false) =:= true andalso String =:= <<>> of
        true -> [];
        false -> [String]
    end;
split(String, Pattern, Options) when is_binary(String), is_list(Options) ->
    IsTrimmed = 'Elixir.Keyword':get(Options, trim, false) =:= true,
    pieces(String, Pattern, 'Elixir.Keyword':get(Options, parts, infinity), IsTrimmed).

%% @doc The parts of a string between the occurrences of a pattern, lazily.
splitter(String, Pattern) -> splitter(String, Pattern, []).

%% @doc The parts of a string between the occurrences of a pattern, lazily; trim: true drops empty ones.
splitter(String, Pattern, Options) when is_binary(String), is_list(Options) ->
    IsTrimmed = 'Elixir.Keyword':get(Options, trim, false) =:= true,
    Stream =
        case Pattern of
            <<>> -> 'Elixir.Stream':concat(['Elixir.Stream':unfold({start, String}, fun next_grapheme/1)]);
            _ ->
                'Elixir.Stream':unfold({rest, String}, fun
                    (done) -> nil;
                    ({rest, Rest}) ->
                        case binary:split(Rest, Pattern) of
                            [Last] -> {Last, done};
                            [Part, More] -> {Part, {rest, More}}
                        end
                end)
        end,
    case IsTrimmed of
        true -> 'Elixir.Stream':reject(Stream, fun(Part) -> Part =:= <<>> end);
        false -> Stream
    end.

pieces(String, Pattern, infinity, true) -> binary:split(String, Pattern, [global, trim_all]);
pieces(String, Pattern, infinity, false) -> binary:split(String, Pattern, [global]);
pieces(String, Pattern, Parts, IsTrimmed) when is_integer(Parts), Parts > 0 -> parts(String, Pattern, Parts, IsTrimmed).

next_grapheme(done) -> nil;
next_grapheme({start, String}) -> {<<>>, String};
next_grapheme(<<>>) -> {<<>>, done};
next_grapheme(String) -> 'Elixir.String':next_grapheme(String).

replaced(Subject, Start, [], _) -> [binary:part(Subject, Start, byte_size(Subject) - Start)];
replaced(Subject, Start, [{At, Length} | Matches], Replacement) ->
    Inserted =
        case is_binary(Replacement) of
            true -> Replacement;
            false -> Replacement(binary:part(Subject, At, Length))
        end,
    [binary:part(Subject, Start, At - Start), Inserted | replaced(Subject, At + Length, Matches, Replacement)].

replace_empty(Subject, Replacement, IsGlobal) ->
    Inserted = fun() ->
        case is_binary(Replacement) of
            true -> Replacement;
            false -> Replacement(<<>>)
        end
    end,
    case IsGlobal of
        false -> iolist_to_binary([Inserted(), Subject]);
        true ->
            iolist_to_binary([Inserted() | [[Grapheme, Inserted()] || Grapheme <- 'Elixir.String':graphemes(Subject)]])
    end.

limited(Pieces, infinity, _) -> Pieces;
limited(Pieces, Parts, _) when length(Pieces) =< Parts -> Pieces;
limited(Pieces, Parts, _) when is_integer(Parts), Parts > 0 ->
    {First, Rest} = lists:split(Parts - 1, Pieces),
    First ++ [iolist_to_binary(Rest)].

parts(String, _, 1, IsTrimmed) ->
    case IsTrimmed andalso String =:= <<>> of
        true -> [];
        false -> [String]
    end;
parts(String, Pattern, Parts, IsTrimmed) ->
    case binary:split(String, Pattern) of
        [<<>>] when IsTrimmed -> [];
        [Last] -> [Last];
        [<<>>, Rest] when IsTrimmed -> parts(Rest, Pattern, Parts, IsTrimmed);
        [Part, Rest] -> [Part | parts(Rest, Pattern, Parts - 1, IsTrimmed)]
    end.

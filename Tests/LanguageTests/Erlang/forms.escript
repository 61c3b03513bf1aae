#!/usr/bin/env escript
%%! +pc unicode
%% What erl_parse makes of a corpus: the lines of a file as expressions, with lines and with columns, and the modules of a
%% folder as epp gives them. Writes one external term: {Expressions, Modules}.
main([Corpus, Folder, Output]) ->
    {ok, Bytes} = file:read_file(Corpus),
    Lines = [L || L <- string:split(unicode:characters_to_list(Bytes), "\n", all), L =/= "", hd(L) =/= $%],
    Texts = [[case C of 16#23CE -> $\n; _ -> C end || C <- L] || L <- Lines],
    Expressions = [{unicode:characters_to_binary(T), parse(T, 1), parse(T, {1, 1})} || T <- Texts],
    ok = file:set_cwd(Folder),
    Modules = [{list_to_binary(F), module(F, 1), module(F, {1, 1})} || F <- lists:sort(filelib:wildcard("*.erl"))],
    ok = file:write_file(Output, term_to_binary({Expressions, Modules})).

parse(Text, Start) ->
    Reserved = fun(W) -> W =:= 'maybe' orelse W =:= 'else' orelse erl_scan:reserved_word(W) end,
    case erl_scan:string(Text, Start, [{reserved_word_fun, Reserved}]) of
        {ok, Tokens, _} ->
            case erl_parse:parse_exprs(Tokens) of
                {ok, Expressions} -> {ok, Expressions};
                {error, {At, Module, Reason}} -> {error, At, message(Module, Reason)}
            end;
        {error, {At, Module, Reason}, _} -> {error, At, message(Module, Reason)}
    end.

message(Module, Reason) -> unicode:characters_to_binary(Module:format_error(Reason)).

module(File, Start) ->
    {ok, Forms} = epp:parse_file(File, [{includes, ["."]}, {location, Start}]),
    Forms.

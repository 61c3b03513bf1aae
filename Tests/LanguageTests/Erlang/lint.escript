#!/usr/bin/env escript
%%! +pc unicode
%% What erl_lint says of a corpus: one module a line. Writes [{Text, [{Line, Message}]}] as an external term.
main([Corpus, Output]) ->
    {ok, Bytes} = file:read_file(Corpus),
    Lines = [L || L <- string:split(unicode:characters_to_list(Bytes), "\n", all), L =/= "", hd(L) =/= $%],
    Texts = ["-module(m).\n" ++ [case C of 16#23CE -> $\n; _ -> C end || C <- L] || L <- Lines],
    ok = file:write_file(Output, term_to_binary([{unicode:characters_to_binary(T), check(T)} || T <- Texts])).

%% A text that is no syntax has an error without a line.
check(Text) ->
    try lint(Text) catch error:{badmatch, {error, {_, erl_parse, _}}} -> [{0, <<"syntax error">>}] end.

lint(Text) ->
    Forms = [{attribute, 1, file, {"m.erl", 1}} | forms(Text, 1)],
    case erl_lint:module(Forms, "m.erl", []) of
        {ok, _} -> [];
        {error, Errors, _} ->
            [{Line, unicode:characters_to_binary(Module:format_error(Reason))}
             || {_, List} <- Errors, {Line, Module, Reason} <- List]
    end.

forms(Text, Line) ->
    case erl_scan:tokens([], Text, Line) of
        {done, {ok, Tokens, Next}, Rest} ->
            {ok, Form} = erl_parse:parse_form(Tokens),
            [Form | forms(Rest, Next)];
        {more, Continuation} ->
            case erl_scan:tokens(Continuation, eof, Line) of
                {done, {ok, Tokens, Next}, _} ->
                    {ok, Form} = erl_parse:parse_form(Tokens),
                    [Form, {eof, Next}];
                {done, {eof, Next}, _} -> [{eof, Next}]
            end;
        {done, {eof, Next}, _} -> [{eof, Next}]
    end.

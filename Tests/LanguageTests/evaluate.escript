#!/usr/bin/env escript
%%! +pc unicode
%% Evaluates each line of a file as the Erlang shell does and prints what it gives on one line.
main([File]) ->
    io:setopts([{encoding, unicode}]),
    {ok, Bytes} = file:read_file(File),
    [io:format("~ts~n", [evaluate(Line)]) || Line <- string:split(unicode:characters_to_list(Bytes), "\n", all), Line =/= ""].

evaluate(Line) ->
    try
        {ok, Tokens, _} = erl_scan:string(Line),
        {ok, Expressions} = erl_parse:parse_exprs(Tokens),
        {value, Value, _} = erl_eval:exprs(Expressions, []),
        io_lib:format("~0tp", [Value])
    catch
        error:{badmatch, {error, _}} -> "syntax error";
        error:{badmatch, {error, _, _}} -> "syntax error";
        Class:Reason -> io_lib:format("~p ~0tp", [Class, Reason])
    end.

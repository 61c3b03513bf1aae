#!/usr/bin/env escript
%%! +pc unicode
%% Evaluates each line of a file of calls in real OTP. Where a folder of bundled modules is given, each call of a function
%% that such a module exports is evaluated a second time with that module, compiled under another name. Prints a line for
%% each: the base64 of {Line, Real, Bundled}, where an outcome is {value, Value} or {Class, Reason}, and Bundled may be
%% none.
main([File, Folder]) ->
    Bundled = maps:from_list([compile(Path) || Path <- filelib:wildcard(Folder ++ "/*.erl")]),
    {ok, Bytes} = file:read_file(File),
    Lines = string:split(unicode:characters_to_list(Bytes), "\n", all),
    [print(Line, Bundled) || Line <- Lines, Line =/= "", hd(Line) =/= $%].

compile(Path) ->
    Module = list_to_atom(filename:basename(Path, ".erl")),
    Copy = copy(Module),
    {ok, Forms} = epp:parse_file(Path, []),
    Renamed = [case Form of {attribute, Line, module, Module} -> {attribute, Line, module, Copy}; _ -> Form end
        || Form <- Forms, element(1, Form) =/= eof],
    case compile:forms(Renamed, [return, nowarn_deprecated_function]) of
        {ok, Copy, Code, Warnings} ->
            [io:format("~s ~p~n", [Path, Warning]) || Warning <- Warnings],
            {module, Copy} = code:load_binary(Copy, Path, Code);
        Failure -> io:format("~s ~p~n", [Path, Failure])
    end,
    {Module, Copy}.

copy(Module) -> list_to_atom("bundled_" ++ atom_to_list(Module)).

print(Line, Bundled) ->
    {ok, Tokens, _} = erl_scan:string(Line),
    {ok, Expressions} = erl_parse:parse_exprs(Tokens),
    Real = outcome(Expressions),
    Again = case rename(Expressions, Bundled) of
        Expressions -> none;
        Renamed -> outcome(Renamed)
    end,
    Text = unicode:characters_to_binary(Line),
    io:put_chars([base64:encode(term_to_binary({Text, Real, Again})), $\n]).

%% The calls of exported functions, with the other module's name.
rename({call, Line, {remote, Line2, {atom, Line3, Module}, {atom, Line4, Name}}, Arguments}, Bundled) ->
    Target = case Bundled of
        #{Module := Copy} ->
            case erlang:function_exported(Copy, Name, length(Arguments)) of
                true -> Copy;
                false -> Module
            end;
        _ -> Module
    end,
    {call, Line, {remote, Line2, {atom, Line3, Target}, {atom, Line4, Name}}, rename(Arguments, Bundled)};
rename(Tuple, Bundled) when is_tuple(Tuple) -> list_to_tuple(rename(tuple_to_list(Tuple), Bundled));
rename([Head | Tail], Bundled) -> [rename(Head, Bundled) | rename(Tail, Bundled)];
rename(Other, _) -> Other.

outcome(Expressions) ->
    {Pid, Monitor} = spawn_monitor(fun() -> exit({outcome, evaluate(Expressions)}) end),
    receive
        {'DOWN', Monitor, process, Pid, {outcome, Outcome}} -> Outcome;
        {'DOWN', Monitor, process, Pid, Reason} -> {exit, Reason}
    after 10000 ->
        exit(Pid, kill),
        {timeout, 10000}
    end.

evaluate(Expressions) ->
    try erl_eval:exprs(Expressions, []) of
        {value, Value, _} -> {value, Value}
    catch
        Class:Reason -> {Class, original(Reason)}
    end.

%% A copy's name stands in no reason.
original(Reason) -> Reason.

#!/usr/bin/env escript
%%! +pc unicode
%% What real Erlang makes of the entries of a corpus. The file holds, as one term: [{Index, [Text]}]. Prints a line for each
%% entry: its index, and the base64 of the outcome, as `Here.erlangOutcome` says it: {value, Value}, {Class, Reason, Function}
%% with the function that raised it unless that is evaluated code, `invalid`, or `timeout`.
%% Entries that begin with rd(Name, {...}) are compiled, as only the shell knows records; all others are evaluated.
main([File]) ->
    {ok, Bytes} = file:read_file(File),
    logger:set_primary_config(level, none),
    [io:format("~b ~s~n", [Index, base64:encode(term_to_binary(outcome(Text)))])
        || {Index, [Text]} <- binary_to_term(Bytes)];
%% What the exported functions without arguments of a module give: [{Name, Outcome}], or what is wrong with it.
main(["module" | Paths]) ->
    logger:set_primary_config(level, none),
    [io:format("~s ~s~n", [filename:basename(Path), base64:encode(term_to_binary(module(Path)))]) || Path <- Paths].

module(Path) ->
    case compile:file(Path, [binary, return, {i, filename:dirname(Path)}]) of
        {ok, Module, Code, _} when is_binary(Code) ->
            {module, Module} = code:load_binary(Module, Path, Code),
            [{Name, isolated(fun() -> Module:Name() end)} || {Name, 0} <- lists:sort(Module:module_info(exports)),
                Name =/= module_info];
        _ -> invalid
    end.

outcome(Text) ->
    {ok, Tokens, _} = erl_scan:string(unicode:characters_to_list(Text)),
    case erl_parse:parse_exprs(Tokens) of
        {ok, Expressions} ->
            {Records, Rest} = records(Expressions),
            case Records of
                [] -> isolated(fun() -> {value, Value, _} = erl_eval:exprs(Rest, []), Value end);
                _ -> compiled(Records, Rest)
            end;
        {error, _} -> invalid
    end.

records(Expressions) ->
    {Directives, Rest} = lists:splitwith(
        fun({call, _, {atom, _, rd}, _}) -> true; (_) -> false end, Expressions),
    {[{attribute, 1, record, {Name, [field(Field) || Field <- Fields]}}
        || {call, _, _, [{atom, _, Name}, {tuple, _, Fields}]} <- Directives], Rest}.

field({atom, _, _} = Name) -> {record_field, 1, Name};
field({match, _, Name, Value}) -> {record_field, 1, Name, Value}.

compiled(Records, Expressions) ->
    Forms = [{attribute, 1, module, corpus_line}, {attribute, 1, export, [{run, 0}]}] ++ Records
        ++ [{function, 1, run, 0, [{clause, 1, [], [], Expressions}]}],
    case compile:forms(Forms, [return]) of
        {ok, corpus_line, Code, _} ->
            code:purge(corpus_line),
            {module, corpus_line} = code:load_binary(corpus_line, "corpus_line", Code),
            isolated(fun() -> corpus_line:run() end);
        _ -> invalid
    end.

isolated(Run) ->
    Me = self(),
    {Pid, Monitor} = spawn_monitor(fun() -> Me ! {outcome, self(), evaluate(Run)} end),
    receive
        {outcome, Pid, Outcome} -> erlang:demonitor(Monitor, [flush]), Outcome;
        {'DOWN', Monitor, process, Pid, Reason} -> {exit, Reason, none}
    after 3000 ->
        exit(Pid, kill),
        timeout
    end.

evaluate(Run) ->
    try {value, Run()}
    catch
        error:{unbound_var, _}:_ -> invalid;
        error:{undefined_record, _}:_ -> invalid;
        error:illegal_map_construction:_ -> invalid;
        error:illegal_pattern:_ -> invalid;
        Class:Reason:Stack -> {Class, Reason, place(Stack)}
    end.

%% The evaluator calls functions where compiled code has instructions.
place([{Module, _, _, _} | _]) when Module =:= erl_eval; Module =:= eval_bits; Module =:= prim_eval -> none;
place([{erlang, _, _, _}, {eval_bits, _, _, _} | _]) -> none;
place([{maps, Name, _, _} | _]) when Name =:= put; Name =:= update -> none;
place([{corpus_line, _, _, _} | _]) -> none;
place([{Module, Name, Arguments, _} | _]) when is_list(Arguments) -> {Module, Name, length(Arguments)};
place([{Module, Name, Arity, _} | _]) -> {Module, Name, Arity};
place(_) -> none.

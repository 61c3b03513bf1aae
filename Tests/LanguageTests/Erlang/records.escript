#!/usr/bin/env escript
%%! +pc unicode
%% Runs all/0 of a module, once as it is and once from forms without records, which stand in a file as an external term.
%% Writes {WithRecords, WithoutRecords}.
main([Source, FormsFile, Output]) ->
    {ok, Original} = epp:parse_file(Source, []), {ok, _, Code} = compile:forms(Original, [report_errors]),
    {ok, Bytes} = file:read_file(FormsFile),
    Forms = [F || F <- binary_to_term(Bytes), not is_record_attribute(F)],
    {ok, Module, Code2} = compile:forms(Forms, [report_errors]),
    ok = file:write_file(Output, term_to_binary({run(Module, Code), run(Module, Code2)})).

is_record_attribute({attribute, _, record, _}) -> true;
is_record_attribute(_) -> false.

run(Module, Code) ->
    {module, Module} = code:load_binary(Module, "nofile", Code),
    Result = Module:all(),
    code:purge(Module),
    Result.

-module('Elixir.Exception').
-export([
    blame/3, 'exception?'/1, format/2, format/3, format_banner/2, format_banner/3, format_exit/1, format_fa/2,
    format_file_line/2, format_file_line/3, format_mfa/3, format_stacktrace/0, format_stacktrace/1,
    format_stacktrace_entry/1, message/1, normalize/2, normalize/3
]).

%% @doc What an exception says.
message(#{'__struct__' := Module, '__exception__' := true} = Exception) when is_atom(Module) ->
    try Module:message(Exception) of
        Text when is_binary(Text) -> Text;
        Other ->
            iolist_to_binary([
                "got ", show(Other), " while retrieving Exception.message/1 for ", show(Exception),
                " (expected a string)"
            ])
    catch
        _:Reason:Stack ->
            Name = show(maps:get('__struct__', normalize(error, Reason, Stack))),
            iolist_to_binary([
                "got ", Name, " with message ", show(message(normalize(error, Reason, Stack))),
                " while retrieving Exception.message/1 for ", show(Exception)
            ])
    end.

%% @doc Whether a term is an exception.
'exception?'(#{'__struct__' := Module, '__exception__' := true}) when is_atom(Module) -> true;
'exception?'(_) -> false.

%% @doc The exception of a reason: that of an error, any other as it is.
normalize(Kind, Payload) -> normalize(Kind, Payload, []).

%% @doc The exception of a reason, with the help of the stack trace.
normalize(error, #{'__struct__' := Module, '__exception__' := true} = Exception, _) when is_atom(Module) -> Exception;
normalize(error, Reason, Stack) -> 'Elixir.ErlangError':normalize(Reason, Stack);
normalize(_, Payload, _) -> Payload.

%% @doc The exception with what can be said beyond its message, and the stack trace.
blame(error, Reason, Stack) ->
    #{'__struct__' := Module} = Exception = normalize(error, Reason, Stack),
    case erlang:function_exported(Module, blame, 2) of
        true -> Module:blame(Exception, Stack);
        false -> {Exception, Stack}
    end;
blame(_, Reason, Stack) -> {Reason, Stack}.

%% @doc An exception, exit or throw as text.
format(Kind, Payload) -> format(Kind, Payload, []).

%% @doc An exception, exit or throw and its stack trace as text.
format({'EXIT', _} = Kind, Payload, _) -> format_banner(Kind, Payload);
format(Kind, Payload, []) -> format_banner(Kind, Payload, []);
format(Kind, Payload, Stack) ->
    iolist_to_binary([format_banner(Kind, Payload, Stack), "\n", format_stacktrace(Stack)]).

%% @doc The first line of format/2.
format_banner(Kind, Payload) -> format_banner(Kind, Payload, []).

%% @doc The first line of format/3.
format_banner(error, Reason, Stack) ->
    #{'__struct__' := Name} = Exception = normalize(error, Reason, Stack),
    iolist_to_binary(["** (", show(Name), ") ", message(Exception)]);
format_banner(throw, Reason, _) -> iolist_to_binary(["** (throw) ", show(Reason)]);
format_banner(exit, Reason, _) -> iolist_to_binary(["** (exit) ", exit_text(Reason, "\n    ")]);
format_banner({'EXIT', Pid}, Reason, _) ->
    iolist_to_binary(["** (EXIT from ", show(Pid), ") ", exit_text(Reason, "\n    ")]).

%% @doc The reason of an exit as text.
format_exit(Reason) -> iolist_to_binary(exit_text(Reason, "\n    ")).

%% @doc The stack trace of this process as text.
format_stacktrace() ->
    {current_stacktrace, Stack} = erlang:process_info(self(), current_stacktrace),
    format_stacktrace(lists:nthtail(erlang:min(2, length(Stack)), Stack)).

%% @doc A stack trace as text, one line for each call.
format_stacktrace([]) -> <<"\n">>;
format_stacktrace(nil) -> format_stacktrace();
format_stacktrace(Stack) when is_list(Stack) ->
    iolist_to_binary([["    ", format_stacktrace_entry(Entry), "\n"] || Entry <- Stack]).

%% @doc One line of a stack trace.
format_stacktrace_entry({Module, Function, Arity, Location}) ->
    iolist_to_binary([location(Location), format_mfa(Module, Function, Arity)]);
format_stacktrace_entry({Fun, Arity, Location}) -> iolist_to_binary([location(Location), format_fa(Fun, Arity)]).

%% @doc A fun with its arity or arguments as text.
format_fa(Fun, Arity) when is_function(Fun) -> iolist_to_binary([show(Fun), arguments(Arity)]).

%% @doc A function with its arity or arguments as text.
format_mfa(Module, Function, Arity) when is_atom(Module), is_atom(Function) ->
    case parent(atom_to_list(Function)) of
        {Name, Count} ->
            iolist_to_binary(["anonymous fn", arguments(Arity), " in ", show(Module), ".", Name, "/", Count]);
        none ->
            %% A capture is written as &Module.function/0, quoted where it must be.
            Capture = show(erlang:make_fun(Module, Function, 0)),
            iolist_to_binary([binary:part(Capture, 1, byte_size(Capture) - 3), arguments(Arity)])
    end.

%% @doc A file and a line as text.
format_file_line(File, Line) -> format_file_line(File, Line, <<>>).

%% @doc A file and a line as text, followed by a suffix.
format_file_line(nil, _, _) -> <<>>;
format_file_line(File, Line, Suffix) when Line =:= nil; Line =:= 0 -> iolist_to_binary([text(File), ":", Suffix]);
format_file_line(File, Line, Suffix) -> iolist_to_binary([text(File), ":", text(Line), ":", Suffix]).

location(Options) ->
    format_file_line('Elixir.Keyword':get(Options, file), 'Elixir.Keyword':get(Options, line), <<" ">>).

%% The function in which a fun stands: the compiler names it -name/arity-fun-0-.
parent([$- | Rest]) ->
    case string:split(Rest, "-") of
        [Outer, "fun-" ++ _] ->
            case string:split(Outer, "/", trailing) of
                [Name, Arity] -> {Name, Arity};
                _ -> none
            end;
        _ -> none
    end;
parent(_) -> none.

arguments(Args) when is_list(Args) -> ["(", lists:join(", ", [show(Arg) || Arg <- Args]), ")"];
arguments(Arity) when is_integer(Arity) -> ["/", integer_to_binary(Arity)].

exit_text({Reason, Stack} = Both, Joiner) when is_list(Stack), Stack =/= [] ->
    try [format_stacktrace_entry(Entry) || Entry <- Stack] of
        Lines ->
            [
                "an exception was raised:", Joiner, format_banner(error, Reason, Stack)
                | [[Joiner, "    ", Line] || Line <- Lines]
            ]
    catch
        error:_ -> exit_reason(Both)
    end;
exit_text({shutdown, {failed_to_start_child, Child, {'EXIT', Reason}}}, Joiner) -> start_child(Child, Reason, Joiner);
exit_text({shutdown, {failed_to_start_child, Child, Reason}}, Joiner) -> start_child(Child, Reason, Joiner);
exit_text({Reason, {Module, Function, Args}} = Both, Joiner) when is_list(Args) ->
    try format_mfa(Module, Function, Args) of
        Call -> ["exited in: ", Call, Joiner, "** (EXIT) ", exit_text(Reason, [Joiner, "    "])]
    catch
        error:_ -> exit_reason(Both)
    end;
exit_text(Reason, _) -> exit_reason(Reason).

start_child(Child, Reason, Joiner) ->
    [
        "shutdown: failed to start child: ", show(Child), Joiner, "** (EXIT) ",
        exit_text(Reason, [Joiner, "    "])
    ].

exit_reason(normal) -> "normal";
exit_reason(shutdown) -> "shutdown";
exit_reason({shutdown, Reason}) -> ["shutdown: ", show(Reason)];
exit_reason(calling_self) -> "process attempted to call itself";
exit_reason(timeout) -> "time out";
exit_reason(killed) -> "killed";
exit_reason(noconnection) -> "no connection";
exit_reason(noproc) ->
    "no process: the process is not alive or there's no process currently associated with the given name, "
    "possibly because its application isn't started";
exit_reason({nodedown, Node}) when is_atom(Node) -> ["no connection to ", atom_to_binary(Node, utf8)];
exit_reason({already_started, Pid}) -> ["already started: ", show(Pid)];
exit_reason({bad_return_value, Value}) -> ["bad return value: ", show(Value)];
exit_reason({bad_call, Request}) -> ["bad call: ", show(Request)];
exit_reason({bad_cast, Request}) -> ["bad cast: ", show(Request)];
exit_reason({bad_return, {Module, init, Value}}) when is_atom(Module) ->
    [format_mfa(Module, init, 1), " returned a bad value: ", show(Value)];
exit_reason({bad_start_spec, Spec}) -> ["bad child specification, invalid children: ", show(Spec)];
exit_reason(Reason) -> show(Reason).

text(Value) -> 'Elixir.String.Chars':to_string(Value).

show(Value) -> 'Elixir.Kernel':inspect(Value).

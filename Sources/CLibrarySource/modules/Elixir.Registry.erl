%% Elixir's Registry: keys of processes here, unique or not, in a table that anybody reads.
%% The process of a registry owns two tables: the one of its name has {{Key}, {Pid, Value}} for each registration and
%% {{'$meta', Key}, Value}; that of its name and `.Pids` has {Pid, Key}. Whoever registers writes both and links himself
%% with the registry, which takes his keys back when he ends. There are no partitions: the option is taken and ignored.
%% Sources: the documentation of Registry.
-module('Elixir.Registry').
-export([
    start_link/1, start_link/2, child_spec/1, register/3, unregister/2, unregister_match/3, unregister_match/4, lookup/2,
    keys/2, values/3, count/1, count_match/3, count_match/4, match/3, match/4, select/2, count_select/2, dispatch/3,
    dispatch/4, update_value/3, meta/2, put_meta/3, delete_meta/2, register_name/2, unregister_name/1, whereis_name/1,
    send/2, init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2
]).

%% @doc Starts a registry: keys: (:unique, :duplicate), name:, listeners:, meta:.
start_link(Options) ->
    Kind = proplists:get_value(keys, Options),
    Kind =:= unique orelse Kind =:= duplicate orelse
        argument(<<"expected :keys to be given and be one of :unique or :duplicate, got: ">>, Kind),
    Name = proplists:get_value(name, Options),
    is_atom(Name) andalso Name =/= undefined orelse
        argument(<<"expected :name to be given and to be an atom, got: ">>, Name),
    Listeners = proplists:get_value(listeners, Options, []),
    Meta = proplists:get_value(meta, Options, []),
    gen_server:start_link({local, Name}, 'Elixir.Registry', {Kind, Name, Listeners, Meta}, []).

%% @doc Starts a registry under a name.
start_link(Kind, Name) -> start_link([{keys, Kind}, {name, Name}]).

argument(Text, Value) when Value =:= undefined -> argument(Text, nil);
argument(Text, Value) ->
    Message = <<Text/binary, ('Elixir.Kernel':inspect(Value))/binary>>,
    error(#{'__struct__' => 'Elixir.ArgumentError', '__exception__' => true, message => Message}).

%% @doc How a supervisor starts a registry.
child_spec(Options) ->
    Name = proplists:get_value(name, Options, 'Elixir.Registry'),
    #{id => Name, start => {'Elixir.Registry', start_link, [Options]}, type => supervisor}.

%% The table of pids of a registry.
pids(Registry) -> list_to_atom(atom_to_list(Registry) ++ ".Pids").

info(Registry) ->
    try ets:lookup(Registry, '$registry') of
        [{_, Kind, Listeners}] -> {Kind, Listeners};
        [] -> unknown(Registry)
    catch
        error:badarg -> unknown(Registry)
    end.

unknown(Registry) -> argument(<<"unknown registry: ">>, Registry).

%% @doc Registers the caller under a key: {:ok, pid of the registry} or {:error, {:already_registered, pid}}.
register(Registry, Key, Value) when is_atom(Registry) ->
    {Kind, Listeners} = info(Registry),
    Owner = whereis(Registry),
    link(Owner),
    ets:insert(pids(Registry), {self(), Key}),
    case Kind of
        duplicate ->
            ets:insert(Registry, {{Key}, {self(), Value}}),
            registered(Registry, Listeners, Key, Value, Owner);
        unique ->
            case ets:insert_new(Registry, {{Key}, {self(), Value}}) of
                true ->
                    registered(Registry, Listeners, Key, Value, Owner);
                false ->
                    case lookup(Registry, Key) of
                        [{Pid, _}] when Pid =/= self() ->
                            ets:delete_object(pids(Registry), {self(), Key}),
                            {error, {already_registered, Pid}};
                        [{Pid, _}] ->
                            {error, {already_registered, Pid}};
                        [] ->
                            %% Of a process that has just ended.
                            ets:delete(Registry, {Key}),
                            register(Registry, Key, Value)
                    end
            end
    end.

registered(Registry, Listeners, Key, Value, Owner) ->
    [Listener ! {register, Registry, Key, self(), Value} || Listener <- Listeners, whereis(Listener) =/= undefined],
    {ok, Owner}.

%% @doc Takes all registrations of the caller under a key back.
unregister(Registry, Key) ->
    {_, Listeners} = info(Registry),
    delete(Registry, self(), Key),
    [Listener ! {unregister, Registry, Key, self()} || Listener <- Listeners, whereis(Listener) =/= undefined],
    ok.

delete(Registry, Pid, Key) ->
    [ets:delete_object(Registry, Entry) || {_, {Owner, _}} = Entry <- ets:lookup(Registry, {Key}), Owner =:= Pid],
    ets:delete_object(pids(Registry), {Pid, Key}).

%% @doc Takes the caller's registrations under a key back whose value matches.
unregister_match(Registry, Key, Pattern) -> unregister_match(Registry, Key, Pattern, []).

%% @doc As unregister_match/3, with guards.
unregister_match(Registry, Key, Pattern, Guards) ->
    [
        ets:delete_object(Registry, {{Key}, Entry})
     || {Pid, _} = Entry <- match(Registry, Key, Pattern, Guards), Pid =:= self()
    ],
    values(Registry, Key, self()) =:= [] andalso ets:delete_object(pids(Registry), {self(), Key}),
    ok.

%% @doc Who is registered under a key, with what value: [{pid, value}].
lookup(Registry, Key) ->
    {_, _} = info(Registry),
    [Entry || {_, {Pid, _} = Entry} <- ets:lookup(Registry, {Key}), alive(Pid)].

alive(Pid) -> node(Pid) =/= node() orelse is_process_alive(Pid).

%% @doc The keys of a process.
keys(Registry, Pid) ->
    {_, _} = info(Registry),
    [Key || {Owner, Key} <- ets:lookup(pids(Registry), Pid), Owner =:= Pid].

%% @doc The values of a process under a key.
values(Registry, Key, Pid) -> [Value || {Owner, Value} <- lookup(Registry, Key), Owner =:= Pid].

%% @doc How many registrations there are.
count(Registry) -> length(entries(Registry)).

entries(Registry) ->
    {_, _} = info(Registry),
    [{Key, Pid, Value} || {{Key}, {Pid, Value}} <- ets:tab2list(Registry)].

%% @doc The registrations under a key whose value matches: [{pid, value}].
match(Registry, Key, Pattern) -> match(Registry, Key, Pattern, []).

%% @doc As match/3, with guards.
match(Registry, Key, Pattern, Guards) ->
    selected(lookup(Registry, Key), [{{'_', Pattern}, Guards, ['$_']}]).

%% What a match specification selects of tuples, which stand in a table of their own for that.
selected(Tuples, Spec) ->
    Table = ets:new(registry_selection, [duplicate_bag, private]),
    try
        ets:insert(Table, Tuples),
        ets:select(Table, Spec)
    after
        ets:delete(Table)
    end.

%% @doc How many registrations under a key have a value that matches.
count_match(Registry, Key, Pattern) -> length(match(Registry, Key, Pattern)).

%% @doc As count_match/3, with guards.
count_match(Registry, Key, Pattern, Guards) -> length(match(Registry, Key, Pattern, Guards)).

%% @doc What a match specification of {key, pid, value} selects.
select(Registry, Spec) -> selected(entries(Registry), Spec).

%% @doc How many registrations a match specification of {key, pid, value} selects.
count_select(Registry, Spec) -> length([true || true <- select(Registry, Spec)]).

%% @doc Calls a fun with all registrations under a key.
dispatch(Registry, Key, Fun) -> dispatch(Registry, Key, Fun, []).

%% @doc As dispatch/3; the options are taken and ignored.
dispatch(Registry, Key, Fun, _) ->
    case lookup(Registry, Key) of
        [] -> ok;
        Entries -> dispatch_to(Fun, Entries)
    end,
    ok.

dispatch_to({Module, Function, Arguments}, Entries) -> apply(Module, Function, [Entries | Arguments]);
dispatch_to(Fun, Entries) -> Fun(Entries).

%% @doc Changes the value of the caller's key: {new, old}, or :error if it is not his.
update_value(Registry, Key, Fun) ->
    Self = self(),
    case lookup(Registry, Key) of
        [{Self, Old}] ->
            New = Fun(Old),
            ets:insert(Registry, {{Key}, {Self, New}}),
            {New, Old};
        _ ->
            error
    end.

%% @doc What is kept of the registry itself: {:ok, value} or :error.
meta(Registry, Key) ->
    {_, _} = info(Registry),
    case ets:lookup(Registry, {'$meta', Key}) of
        [{_, Value}] -> {ok, Value};
        [] -> error
    end.

%% @doc Keeps a value of the registry itself.
put_meta(Registry, Key, Value) ->
    {_, _} = info(Registry),
    ets:insert(Registry, {{'$meta', Key}, Value}),
    ok.

%% @doc Forgets a value of the registry itself.
delete_meta(Registry, Key) ->
    {_, _} = info(Registry),
    ets:delete(Registry, {'$meta', Key}),
    ok.

%% @doc Registers the caller for {:via, Registry, {registry, key}}.
register_name({Registry, Key}, Pid) when Pid =:= self() -> register_name(Registry, Key, nil);
register_name({Registry, Key, Value}, Pid) when Pid =:= self() -> register_name(Registry, Key, Value).

register_name(Registry, Key, Value) ->
    case register(Registry, Key, Value) of
        {ok, _} -> yes;
        {error, _} -> no
    end.

%% @doc Takes the name of the caller back.
unregister_name({Registry, Key}) -> unregister(Registry, Key);
unregister_name({Registry, Key, _}) -> unregister(Registry, Key).

%% @doc Who has a name, or :undefined.
whereis_name({Registry, Key}) ->
    case info(Registry) of
        {unique, _} -> ok;
        _ -> argument(<<":via is not supported for duplicate registries: ">>, Registry)
    end,
    case lookup(Registry, Key) of
        [{Pid, _}] -> Pid;
        [] -> undefined
    end;
whereis_name({Registry, Key, _}) ->
    whereis_name({Registry, Key}).

%% @doc Sends a message to a name.
send({Registry, Key} = Name, Message) ->
    case lookup(Registry, Key) of
        [{Pid, _}] ->
            Pid ! Message,
            ok;
        [] ->
            exit({badarg, {Name, Message}})
    end;
send({Registry, Key, _}, Message) ->
    send({Registry, Key}, Message).

%% The process.

init({Kind, Name, Listeners, Meta}) ->
    process_flag(trap_exit, true),
    ets:new(Name, [named_table, public, table_type(Kind), {read_concurrency, true}]),
    ets:new(pids(Name), [named_table, public, bag]),
    ets:insert(Name, {'$registry', Kind, Listeners}),
    [ets:insert(Name, {{'$meta', Key}, Value}) || {Key, Value} <- Meta],
    {ok, Name}.

table_type(unique) -> set;
table_type(duplicate) -> duplicate_bag.

handle_call(sync, _, Name) -> {reply, ok, Name}.

handle_cast(_, Name) -> {noreply, Name}.

handle_info({'EXIT', Pid, _}, Name) ->
    [delete(Name, Pid, Key) || {_, Key} <- ets:lookup(pids(Name), Pid)],
    {noreply, Name};
handle_info(_, Name) ->
    {noreply, Name}.

terminate(_, _) -> ok.

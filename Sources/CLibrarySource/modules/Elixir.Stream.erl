-module('Elixir.Stream').
-export([
    '__struct__'/0, '__struct__'/1, '__reduce__'/3, chunk_by/2, chunk_every/2, chunk_every/3, chunk_every/4,
    chunk_while/4, concat/1, concat/2, cycle/1, dedup/1, dedup_by/2, drop/2, drop_every/2, drop_while/2, duplicate/2,
    each/2, filter/2, flat_map/2, intersperse/2, interval/1, into/2, into/3, iterate/2, map/2, map_every/3, reject/2,
    repeatedly/1, resource/3, run/1, scan/2, scan/3, take/2, take_every/2, take_while/2, timer/1, transform/3,
    transform/4, transform/5, unfold/2, uniq/1, uniq_by/2, with_index/1, with_index/2, zip/1, zip/2, zip_with/2,
    zip_with/3
]).

%% Elixir's Stream. What is made from another enumerable is a %Stream{} of one stage: `enum` is what it reads, `funs`
%% its step, `accs` its state, `done` what it still gives at the end. The step of a stage without state makes a reducer
%% of a reducer. That of a stage with state takes an element and the state, and says what to do:
%% {emit, Element, State}, {last, Element, State} to emit and end, {skip, State} or {halt, State}.
%% What makes its own elements is a function of two arguments: a command and a reducer.

%% @doc The struct with its default values.
'__struct__'() -> #{'__struct__' => 'Elixir.Stream', accs => [], done => nil, enum => nil, funs => []}.

%% @doc The struct with these fields.
'__struct__'(Fields) ->
    'Elixir.Enum':reduce(Fields, '__struct__'(), fun({Key, Value}, Stream) -> Stream#{Key := Value} end).

%% @doc Splits where the value of the fun changes, lazily.
chunk_by(Enumerable, Fun) when is_function(Fun, 1) ->
    chunk_while(
        Enumerable,
        none,
        fun
            (Element, none) -> {cont, {Fun(Element), [Element]}};
            (Element, {Last, Chunk}) ->
                case Fun(Element) of
                    Last -> {cont, {Last, [Element | Chunk]}};
                    Value -> {cont, lists:reverse(Chunk), {Value, [Element]}}
                end
        end,
        fun
            (none) -> {cont, none};
            ({_, Chunk}) -> {cont, lists:reverse(Chunk), none}
        end
    ).

%% @doc Lists of so many elements each, lazily.
chunk_every(Enumerable, Count) -> chunk_every(Enumerable, Count, Count, []).

%% @doc Lists of so many elements each, each starting a step after the last, lazily.
chunk_every(Enumerable, Count, Step) -> chunk_every(Enumerable, Count, Step, []).

%% @doc Lists of so many elements, lazily; the last is filled from the leftover, or dropped with discard.
chunk_every(Enumerable, Count, Step, Leftover) when is_integer(Count), Count > 0, is_integer(Step), Step > 0 ->
    %% The state: how many elements to skip, how many are in the chunk, the chunk back to front.
    chunk_while(
        Enumerable,
        {0, 0, []},
        fun
            (_, {Skip, Size, Chunk}) when Skip > 0 -> {cont, {Skip - 1, Size, Chunk}};
            (Element, {0, Size, Chunk}) when Size + 1 < Count -> {cont, {0, Size + 1, [Element | Chunk]}};
            (Element, {0, _, Chunk}) ->
                Full = lists:reverse(Chunk, [Element]),
                Kept = erlang:max(0, Count - Step),
                Next = {erlang:max(0, Step - Count), Kept, lists:reverse('Elixir.Enum':drop(Full, Count - Kept))},
                {cont, Full, Next}
        end,
        fun
            ({_, 0, []}) -> {cont, done};
            (_) when Leftover =:= discard -> {cont, done};
            ({_, Size, Chunk}) -> {cont, lists:reverse(Chunk, 'Elixir.Enum':take(Leftover, Count - Size)), done}
        end
    ).

%% @doc Chunks as a fun says: {cont, Chunk, Acc}, {cont, Acc} or {halt, Acc} for each element, lazily.
chunk_while(Enumerable, Acc, Chunk, After) when is_function(Chunk, 2), is_function(After, 1) ->
    stage(
        Enumerable,
        Acc,
        fun(Element, State) ->
            case Chunk(Element, State) of
                {cont, Emitted, Next} -> {emit, Emitted, Next};
                {cont, Next} -> {skip, Next};
                {halt, Next} -> {halt, Next}
            end
        end,
        fun(State) ->
            case After(State) of
                {cont, Emitted, _} -> {emit, Emitted};
                {cont, _} -> none
            end
        end
    ).

%% @doc The elements of the elements, lazily.
concat(Enumerables) -> flat_map(Enumerables, fun(Element) -> Element end).

%% @doc The elements of one and then of the other, lazily.
concat(First, Second) -> concat([First, Second]).

%% @doc The elements over and over.
cycle([]) -> argument(<<"cannot cycle over an empty enumerable">>);
cycle(List) when is_list(List) ->
    unfold(List, fun
        ([Head | Tail]) -> {Head, Tail};
        ([]) -> {hd(List), tl(List)}
    end);
cycle(Enumerable) ->
    Round = stage(Enumerable, empty, fun(Element, _) -> {emit, Element, some} end, fun
        (empty) -> argument(<<"cannot cycle over an empty enumerable">>);
        (some) -> none
    end),
    flat_map(repeatedly(fun() -> nil end), fun(nil) -> Round end).

%% @doc Without repetitions next to each other, lazily.
dedup(Enumerable) -> dedup_by(Enumerable, fun(Element) -> Element end).

%% @doc Without neighbours for which the fun gives the same, lazily.
dedup_by(Enumerable, Fun) when is_function(Fun, 1) ->
    stage(Enumerable, none, fun(Element, Last) ->
        case {value, Fun(Element)} of
            Last -> {skip, Last};
            Value -> {emit, Element, Value}
        end
    end).

%% @doc Without the first elements, or without the last when negative, lazily.
drop(Enumerable, Count) when is_integer(Count), Count >= 0 ->
    stage(Enumerable, Count, fun
        (_, Left) when Left > 0 -> {skip, Left - 1};
        (Element, 0) -> {emit, Element, 0}
    end);
drop(Enumerable, Count) when is_integer(Count) ->
    %% The last elements wait in a queue of two lists until as many follow.
    stage(Enumerable, {-Count, [], []}, fun
        (Element, {Room, In, Out}) when Room > 0 -> {skip, {Room - 1, [Element | In], Out}};
        (Element, {0, In, []}) ->
            [Oldest | Out] = lists:reverse(In, [Element]),
            {emit, Oldest, {0, [], Out}};
        (Element, {0, In, [Oldest | Out]}) -> {emit, Oldest, {0, [Element | In], Out}}
    end).

%% @doc Without every nth element, the first included, lazily.
drop_every(Enumerable, 0) -> map(Enumerable, fun(Element) -> Element end);
drop_every(Enumerable, Nth) when is_integer(Nth), Nth > 0 ->
    stage(Enumerable, 0, fun
        (_, 0) -> {skip, Nth - 1};
        (Element, Left) -> {emit, Element, Left - 1}
    end).

%% @doc Without the elements at the start for which the fun is truthy, lazily.
drop_while(Enumerable, Fun) when is_function(Fun, 1) ->
    stage(Enumerable, true, fun
        (Element, false) -> {emit, Element, false};
        (Element, true) ->
            case truthy(Fun(Element)) of
                true -> {skip, true};
                false -> {emit, Element, false}
            end
    end).

%% @doc A value so many times.
duplicate(Value, Count) when is_integer(Count), Count >= 0 ->
    unfold(Count, fun
        (0) -> nil;
        (Left) -> {Value, Left - 1}
    end).

%% @doc The same elements; the fun is called with each as it passes.
each(Enumerable, Fun) when is_function(Fun, 1) ->
    stage(Enumerable, fun(Give) ->
        fun(Element, Acc) ->
            Fun(Element),
            Give(Element, Acc)
        end
    end).

%% @doc The elements for which the fun is truthy, lazily.
filter(Enumerable, Fun) when is_function(Fun, 1) ->
    stage(Enumerable, fun(Give) ->
        fun(Element, Acc) ->
            case truthy(Fun(Element)) of
                true -> Give(Element, Acc);
                false -> {cont, Acc}
            end
        end
    end).

%% @doc The elements of what the fun gives for each element, lazily.
flat_map(Enumerable, Fun) when is_function(Fun, 1) ->
    transform(Enumerable, nil, fun(Element, nil) -> {Fun(Element), nil} end).

%% @doc The separator between each two elements, lazily.
intersperse(Enumerable, Separator) ->
    transform(Enumerable, first, fun
        (Element, first) -> {[Element], next};
        (Element, next) -> {[Separator, Element], next}
    end).

%% @doc 0, 1, 2 and so on, one each so many milliseconds.
interval(Milliseconds) when is_integer(Milliseconds), Milliseconds >= 0; Milliseconds =:= infinity ->
    unfold(0, fun(Count) ->
        timer:sleep(Milliseconds),
        {Count, Count + 1}
    end).

%% @doc The same elements; each is also put into a collection as it passes.
into(Enumerable, Collectable) -> into(Enumerable, Collectable, fun(Element) -> Element end).

%% @doc The same elements; what the fun makes of each is also put into a collection as it passes.
into(Enumerable, Collectable, Transform) when is_function(Transform, 1) ->
    fun(Command, Fun) ->
        {Initial, Collector} = 'Elixir.Collectable':into(Collectable),
        collecting(
            fun(Next) ->
                'Elixir.Enumerable':reduce(Enumerable, Next, fun(Element, {Acc, Collected}) ->
                    More = Collector(Collected, {cont, Transform(Element)}),
                    {Op, NextAcc} = Fun(Element, Acc),
                    {Op, {NextAcc, More}}
                end)
            end,
            Command,
            Initial,
            Collector
        )
    end.

%% @doc The start value, what the fun makes of it, and so on.
iterate(Start, Fun) when is_function(Fun, 1) ->
    unfold({first, Start}, fun
        ({first, Value}) -> {Value, {next, Value}};
        ({next, Value}) ->
            Next = Fun(Value),
            {Next, {next, Next}}
    end).

%% @doc What the fun makes of each element, lazily.
map(Enumerable, Fun) when is_function(Fun, 1) ->
    stage(Enumerable, fun(Give) ->
        fun(Element, Acc) -> Give(Fun(Element), Acc) end
    end).

%% @doc All elements, every nth of them (the first included) through the fun, lazily.
map_every(Enumerable, 1, Fun) when is_function(Fun, 1) -> map(Enumerable, Fun);
map_every(Enumerable, 0, Fun) when is_function(Fun, 1) -> map(Enumerable, fun(Element) -> Element end);
map_every(Enumerable, Nth, Fun) when is_integer(Nth), Nth > 0, is_function(Fun, 1) ->
    stage(Enumerable, 0, fun
        (Element, 0) -> {emit, Fun(Element), Nth - 1};
        (Element, Left) -> {emit, Element, Left - 1}
    end).

%% @doc The elements for which the fun is not truthy, lazily.
reject(Enumerable, Fun) when is_function(Fun, 1) -> filter(Enumerable, fun(Element) -> not truthy(Fun(Element)) end).

%% @doc What the fun gives each time it is called, without end.
repeatedly(Fun) when is_function(Fun, 0) -> unfold(nil, fun(nil) -> {Fun(), nil} end).

%% @doc Elements from a resource that is opened by the first fun and closed by the last.
resource(Start, Next, After) when is_function(Start, 0), is_function(Next, 1), is_function(After, 1) ->
    transform(repeatedly(fun() -> nil end), Start, fun(_, Acc) -> Next(Acc) end, After).

%% @doc Walks a stream for its effects.
run(Stream) ->
    'Elixir.Enumerable':reduce(Stream, {cont, nil}, fun(_, _) -> {cont, nil} end),
    ok.

%% @doc The accumulators of a fold that begins with the first element, lazily.
scan(Enumerable, Fun) when is_function(Fun, 2) ->
    stage(Enumerable, first, fun
        (Element, first) -> {emit, Element, {acc, Element}};
        (Element, {acc, Acc}) ->
            Next = Fun(Element, Acc),
            {emit, Next, {acc, Next}}
    end).

%% @doc The accumulators of a fold, lazily.
scan(Enumerable, Acc, Fun) when is_function(Fun, 2) ->
    stage(Enumerable, Acc, fun(Element, State) ->
        Next = Fun(Element, State),
        {emit, Next, Next}
    end).

%% @doc The first elements, or the last when negative, lazily.
take(_, 0) -> '__struct__'([{enum, []}]);
take(Enumerable, Count) when is_integer(Count), Count > 0 ->
    stage(Enumerable, Count, fun
        (Element, 1) -> {last, Element, 0};
        (Element, Left) -> {emit, Element, Left - 1}
    end);
take(Enumerable, Count) when is_integer(Count) ->
    fun(Command, Fun) -> 'Elixir.Enumerable':reduce('Elixir.Enum':take(Enumerable, Count), Command, Fun) end.

%% @doc Every nth element, the first included, lazily.
take_every(_, 0) -> '__struct__'([{enum, []}]);
take_every(Enumerable, Nth) when is_integer(Nth), Nth > 0 ->
    stage(Enumerable, 0, fun
        (Element, 0) -> {emit, Element, Nth - 1};
        (_, Left) -> {skip, Left - 1}
    end).

%% @doc The elements at the start for which the fun is truthy, lazily.
take_while(Enumerable, Fun) when is_function(Fun, 1) ->
    stage(Enumerable, fun(Give) ->
        fun(Element, Acc) ->
            case truthy(Fun(Element)) of
                true -> Give(Element, Acc);
                false -> {halt, Acc}
            end
        end
    end).

%% @doc One 0 after so many milliseconds.
timer(Milliseconds) when is_integer(Milliseconds), Milliseconds >= 0; Milliseconds =:= infinity ->
    take(interval(Milliseconds), 1).

%% @doc The elements of what the fun gives with an accumulator: {Elements, Acc}, or {halt, Acc} to end.
transform(Enumerable, Acc, Fun) when is_function(Fun, 2) ->
    transform(Enumerable, fun() -> Acc end, Fun, nil, fun(_) -> ok end).

%% @doc As transform/3; funs make the accumulator and clean up after it.
transform(Enumerable, Start, Fun, After) when is_function(Start, 0), is_function(Fun, 2), is_function(After, 1) ->
    transform(Enumerable, Start, Fun, nil, After).

%% @doc As transform/4, with a fun that gives more at the end.
transform(Enumerable, Start, Fun, Last, After) when is_function(Start, 0), is_function(Fun, 2), is_function(After, 1) ->
    fun(Command, Reducer) ->
        Source = fun(Next) -> 'Elixir.Enumerable':reduce(Enumerable, Next, fun pause/2) end,
        transforming(Start(), Source, {Fun, Last, After, Reducer}, Command)
    end.

%% @doc Elements from an accumulator: the fun gives {Element, Acc}, or nil at the end.
unfold(Acc, Fun) when is_function(Fun, 1) -> fun(Command, Reducer) -> unfolding(Acc, Fun, Command, Reducer) end.

%% @doc Each element once, at its first place, lazily.
uniq(Enumerable) -> uniq_by(Enumerable, fun(Element) -> Element end).

%% @doc The first elements for each value of the fun, lazily.
uniq_by(Enumerable, Fun) when is_function(Fun, 1) ->
    stage(Enumerable, #{}, fun(Element, Seen) ->
        Value = Fun(Element),
        case Seen of
            #{Value := _} -> {skip, Seen};
            _ -> {emit, Element, Seen#{Value => []}}
        end
    end).

%% @doc Each element with its index from 0, lazily.
with_index(Enumerable) -> with_index(Enumerable, 0).

%% @doc Each element with its index from an offset, lazily.
with_index(Enumerable, Offset) when is_integer(Offset) ->
    stage(Enumerable, Offset, fun(Element, Index) -> {emit, {Element, Index}, Index + 1} end).

%% @doc Tuples of the elements at the same places, until one runs out, lazily.
zip(Enumerables) -> zip_with(Enumerables, fun erlang:list_to_tuple/1).

%% @doc Pairs of the elements at the same places, until one runs out, lazily.
zip(Left, Right) -> zip_with(Left, Right, fun(One, Two) -> {One, Two} end).

%% @doc What the fun makes of the lists of the elements at the same places, lazily.
zip_with(Enumerables, Fun) when is_function(Fun, 1) ->
    fun(Command, Reducer) ->
        Sources = [
            fun(Next) -> 'Elixir.Enumerable':reduce(Enumerable, Next, fun pause/2) end
         || Enumerable <- 'Elixir.Enum':to_list(Enumerables)
        ],
        zipping(Sources, Fun, Command, Reducer)
    end.

%% @doc What the fun makes of the elements of two at the same places, lazily.
zip_with(Left, Right, Fun) when is_function(Fun, 2) ->
    zip_with([Left, Right], fun([One, Two]) -> Fun(One, Two) end).

%% @doc Enumerable.reduce/3 of a stream.
'__reduce__'(#{enum := Enumerable, funs := []}, Command, Fun) -> 'Elixir.Enumerable':reduce(Enumerable, Command, Fun);
'__reduce__'(#{enum := Enumerable, funs := [Step], accs := []}, Command, Fun) ->
    'Elixir.Enumerable':reduce(Enumerable, Command, Step(Fun));
'__reduce__'(#{enum := Enumerable, funs := [Step], accs := [State], done := Done}, {Op, Acc}, Fun) ->
    Reducer = fun(Element, {Before, Given, _}) -> step(Step(Element, Before), Given, Fun) end,
    finish('Elixir.Enumerable':reduce(Enumerable, {Op, {State, Acc, reader(Op)}}, Reducer), Done, Fun).

%% Stages. The accumulator of a stage with state is {State, Acc, Who}: `stop` when whoever reads wants no more, `last`
%% when the stage itself has given its last element but the reader paused, else `read`.

stage(Enumerable, Step) ->
    #{'__struct__' => 'Elixir.Stream', accs => [], done => nil, enum => Enumerable, funs => [Step]}.

stage(Enumerable, State, Step) -> stage(Enumerable, State, Step, nil).

stage(Enumerable, State, Step, Done) ->
    #{'__struct__' => 'Elixir.Stream', accs => [State], done => Done, enum => Enumerable, funs => [Step]}.

step({emit, Element, State}, Acc, Fun) ->
    {Op, Next} = Fun(Element, Acc),
    {Op, {State, Next, reader(Op)}};
step({skip, State}, Acc, _) -> {cont, {State, Acc, read}};
step({halt, State}, Acc, _) -> {halt, {State, Acc, read}};
step({last, Element, State}, Acc, Fun) ->
    case Fun(Element, Acc) of
        {suspend, Next} -> {suspend, {State, Next, last}};
        {Op, Next} -> {halt, {State, Next, reader(Op)}}
    end.

reader(halt) -> stop;
reader(_) -> read.

finish({suspended, {State, Acc, last}, Continue}, Done, Fun) ->
    {suspended, Acc, fun({Op, Next}) -> finish(Continue({halt, {State, Next, reader(Op)}}), Done, Fun) end};
finish({suspended, {State, Acc, _}, Continue}, Done, Fun) ->
    {suspended, Acc, fun({Op, Next}) -> finish(Continue({Op, {State, Next, reader(Op)}}), Done, Fun) end};
finish({halted, {_, Acc, stop}}, _, _) -> {halted, Acc};
finish({Reason, {_, Acc, _}}, nil, _) -> {Reason, Acc};
finish({Reason, {State, Acc, _}}, Done, Fun) ->
    case Done(State) of
        none -> {Reason, Acc};
        {emit, Element} ->
            case Fun(Element, Acc) of
                {cont, Next} -> {Reason, Next};
                {halt, Next} -> {halted, Next};
                {suspend, Next} ->
                    {suspended, Next, fun
                        ({halt, Last}) -> {halted, Last};
                        ({_, Last}) -> {Reason, Last}
                    end}
            end
    end.

%% Sources that are read one element at a time: what `pause` makes of a reduction. An empty list at its end means no
%% more elements; `finished` is a source that has given its last one.

pause(Element, _) -> {suspend, [Element]}.

pull(finished) -> none;
pull(Source) ->
    case Source({cont, []}) of
        {suspended, [Element], Next} -> {Element, Next};
        {_, [Element]} -> {Element, finished};
        {_, []} -> none
    end.

close(finished) -> ok;
close(Source) -> Source({halt, []}).

%% transform: Funs is {Fun, Last, After, Reducer}.

transforming(Acc, Source, {_, _, After, _}, {halt, Given}) ->
    close(Source),
    After(Acc),
    {halted, Given};
transforming(Acc, Source, Funs, {suspend, Given}) ->
    {suspended, Given, fun(Command) -> transforming(Acc, Source, Funs, Command) end};
transforming(Acc, Source, {Fun, Last, After, Reducer} = Funs, {cont, Given}) ->
    case cleaning(Acc, finished, After, fun() -> pull(Source) end) of
        {Element, Next} ->
            transformed(cleaning(Acc, Next, After, fun() -> Fun(Element, Acc) end), Next, Funs, Given);
        none when Last =:= nil ->
            After(Acc),
            {done, Given};
        none ->
            Result = cleaning(Acc, finished, After, fun() -> Last(Acc) end),
            transformed(Result, finished, {Fun, nil, After, Reducer}, Given)
    end.

transformed({halt, Acc}, Source, {_, _, After, _}, Given) ->
    close(Source),
    After(Acc),
    {halted, Given};
transformed({[], Acc}, Source, Funs, Given) -> transforming(Acc, Source, Funs, {cont, Given});
transformed({Elements, Acc}, Source, {_, _, _, Reducer} = Funs, Given) ->
    Reduce = fun(Command) ->
        'Elixir.Enumerable':reduce(Elements, Command, fun(Element, {_, Before}) ->
            {Op, After} = Reducer(Element, Before),
            {Op, {Op, After}}
        end)
    end,
    giving(Reduce, Acc, Source, Funs, {cont, Given}).

giving(Reduce, Acc, Source, {_, _, After, _} = Funs, {Op, Given}) ->
    case cleaning(Acc, Source, After, fun() -> Reduce({Op, {Op, Given}}) end) of
        {suspended, {_, Next}, Continue} ->
            {suspended, Next, fun(Command) -> giving(Continue, Acc, Source, Funs, Command) end};
        {halted, {halt, Next}} -> transforming(Acc, Source, Funs, {halt, Next});
        {_, {_, Next}} -> transforming(Acc, Source, Funs, {cont, Next})
    end.

%% Calls a fun; closes the source and cleans up if it fails.
cleaning(Acc, Source, After, Fun) ->
    try
        Fun()
    catch
        Class:Reason:Stack ->
            close(Source),
            After(Acc),
            erlang:raise(Class, Reason, Stack)
    end.

unfolding(Acc, Fun, {suspend, Given}, Reducer) ->
    {suspended, Given, fun(Command) -> unfolding(Acc, Fun, Command, Reducer) end};
unfolding(_, _, {halt, Given}, _) -> {halted, Given};
unfolding(Acc, Fun, {cont, Given}, Reducer) ->
    case Fun(Acc) of
        nil -> {done, Given};
        {Element, Next} -> unfolding(Next, Fun, Reducer(Element, Given), Reducer)
    end.

zipping(Sources, _, {halt, Given}, _) ->
    lists:foreach(fun close/1, Sources),
    {halted, Given};
zipping(Sources, Fun, {suspend, Given}, Reducer) ->
    {suspended, Given, fun(Command) -> zipping(Sources, Fun, Command, Reducer) end};
zipping([], _, {cont, Given}, _) -> {done, Given};
zipping(Sources, Fun, {cont, Given}, Reducer) ->
    try
        case pull_all(Sources, [], []) of
            none -> {done, Given};
            {Elements, Next} -> {next, Next, Reducer(Fun(Elements), Given)}
        end
    of
        {done, _} = Done -> Done;
        {next, Rest, Command} -> zipping(Rest, Fun, Command, Reducer)
    catch
        Class:Reason:Stack ->
            lists:foreach(fun close/1, Sources),
            erlang:raise(Class, Reason, Stack)
    end.

pull_all([], Elements, Next) -> {lists:reverse(Elements), lists:reverse(Next)};
pull_all([Source | Sources], Elements, Next) ->
    case pull(Source) of
        {Element, Rest} -> pull_all(Sources, [Element | Elements], [Rest | Next]);
        none ->
            lists:foreach(fun close/1, lists:reverse(Next, Sources)),
            none
    end.

collecting(Reduce, {Op, Given}, Collected, Collector) ->
    try Reduce({Op, {Given, Collected}}) of
        {suspended, {Next, More}, Continue} ->
            {suspended, Next, fun(Command) -> collecting(Continue, Command, More, Collector) end};
        {Reason, {Next, More}} ->
            Collector(More, done),
            {Reason, Next}
    catch
        Class:Reason:Stack ->
            Collector(Collected, halt),
            erlang:raise(Class, Reason, Stack)
    end.

truthy(false) -> false;
truthy(nil) -> false;
truthy(_) -> true.

argument(Message) -> error(#{'__struct__' => 'Elixir.ArgumentError', '__exception__' => true, message => Message}).

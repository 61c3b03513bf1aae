-module('Elixir.Range').
-export([new/2, new/3, size/1, 'disjoint?'/2, 'range?'/1, '__struct__'/0, '__struct__'/1]).

%% @doc The range from first to last; it counts down when last is less.
new(First, Last) when is_integer(First), is_integer(Last), First =< Last -> range(First, Last, 1);
new(First, Last) when is_integer(First), is_integer(Last) -> range(First, Last, -1);
new(First, Last) ->
    argument(["ranges (first..last) expect both sides to be integers, got: ", show(First), "..", show(Last)]).

%% @doc The range from first to last in steps.
new(First, Last, Step) when is_integer(First), is_integer(Last), is_integer(Step), Step =/= 0 ->
    range(First, Last, Step);
new(First, Last, Step) ->
    argument([
        "ranges (first..last//step) expect both sides to be integers and the step to be a non-zero integer, got: ",
        show(First), "..", show(Last), "//", show(Step)
    ]).

%% @doc How many integers are in the range.
size(#{first := First, last := Last, step := Step}) when Step > 0, First > Last -> 0;
size(#{first := First, last := Last, step := Step}) when Step < 0, First < Last -> 0;
size(#{'__struct__' := 'Elixir.Range', first := First, last := Last, step := Step}) -> abs((Last - First) div Step) + 1;
size(#{'__struct__' := 'Elixir.Range', first := First, last := Last}) -> abs(Last - First) + 1.

%% @doc Whether two ranges have no integer in common.
'disjoint?'(#{'__struct__' := 'Elixir.Range'} = One, #{'__struct__' := 'Elixir.Range'} = Two) ->
    case {ascending(One), ascending(Two)} of
        {empty, _} -> true;
        {_, empty} -> true;
        {{First1, Last1, Step1}, {First2, Last2, Step2}} ->
            disjoint(First1, Last1, Step1, First2, Last2, Step2)
    end.

%% @doc Whether a term is a range.
'range?'(#{'__struct__' := 'Elixir.Range', first := First, last := Last}) -> is_integer(First) andalso is_integer(Last);
'range?'(_) -> false.

%% @doc The struct with its default values.
'__struct__'() -> #{'__struct__' => 'Elixir.Range', first => nil, last => nil, step => nil}.

%% @doc The struct with these fields.
'__struct__'(Fields) ->
    'Elixir.Enum':reduce(Fields, '__struct__'(), fun({Key, Value}, Range) -> Range#{Key := Value} end).

range(First, Last, Step) -> #{'__struct__' => 'Elixir.Range', first => First, last => Last, step => Step}.

%% The same integers counted up, with the last one in the range.
ascending(#{first := First, last := Last} = Range) ->
    Step = maps:get(step, Range, case First =< Last of true -> 1; false -> -1 end),
    if
        Step > 0, First > Last; Step < 0, First < Last -> empty;
        Step > 0 -> {First, Last - (Last - First) rem Step, Step};
        true -> {Last - (Last - First) rem Step, First, -Step}
    end.

disjoint(_, Last1, _, First2, _, _) when Last1 < First2 -> true;
disjoint(First1, _, _, _, Last2, _) when Last2 < First1 -> true;
disjoint(_, _, 1, _, _, 1) -> false;
disjoint(First1, Last1, Step1, First2, Last2, Step2) ->
    %% The common integers of two progressions are a progression of the least common multiple.
    {Gcd, X} = bezout(Step1, Step2),
    Distance = First2 - First1,
    case Distance rem Gcd of
        0 ->
            Multiple = Step1 * Step2 div Gcd,
            Common = First1 + modulo(X * (Distance div Gcd), Step2 div Gcd) * Step1,
            Low = erlang:max(First1, First2),
            Lowest = Common + up(Low - Common, Multiple),
            Lowest > erlang:min(Last1, Last2);
        _ -> true
    end.

%% The least multiple of Multiple that is at least Value.
up(Value, Multiple) -> Value + modulo(-Value, Multiple).

modulo(Value, Divisor) -> ((Value rem Divisor) + Divisor) rem Divisor.

%% The greatest common divisor, and X of X * A + Y * B.
bezout(A, B) -> bezout(A, B, 1, 0).
bezout(A, 0, X, _) -> {A, X};
bezout(A, B, X, NextX) -> bezout(B, A rem B, NextX, X - (A div B) * NextX).

show(Value) -> 'Elixir.Kernel':inspect(Value).

argument(Text) ->
    error(#{'__struct__' => 'Elixir.ArgumentError', '__exception__' => true, message => iolist_to_binary(Text)}).

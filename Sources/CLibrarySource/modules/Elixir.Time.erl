-module('Elixir.Time').
-export([
    '__struct__'/0, '__struct__'/1, add/2, add/3, compare/2, diff/2, diff/3, from_erl/1, from_erl/2, 'from_erl!'/1,
    from_iso8601/1, 'from_iso8601!'/1, from_seconds_after_midnight/1, from_seconds_after_midnight/2, new/3, new/4,
    'new!'/3, 'new!'/4, to_erl/1, to_iso8601/1, to_seconds_after_midnight/1, to_string/1, truncate/2, utc_now/0
]).

%% Times of a day; any struct with a time is one.

%% @doc The struct with its default values.
'__struct__'() ->
    #{
        '__struct__' => ?MODULE, calendar => 'Elixir.Calendar.ISO', hour => nil, minute => nil, second => nil,
        microsecond => {0, 0}
    }.

%% @doc The struct with these fields.
'__struct__'(Fields) ->
    'Elixir.Enum':reduce(Fields, '__struct__'(), fun({Key, Value}, Time) -> Time#{Key := Value} end).

%% @doc {ok, Time}, or {error, invalid_time}.
new(Hour, Minute, Second) -> new(Hour, Minute, Second, {0, 0}).

%% @doc {ok, Time} with microseconds, or {error, invalid_time}.
new(Hour, Minute, Second, Microsecond) when is_integer(Microsecond) -> new(Hour, Minute, Second, {Microsecond, 6});
new(Hour, Minute, Second, Microsecond) ->
    case 'Elixir.Calendar.ISO':'valid_time?'(Hour, Minute, Second, Microsecond) of
        true -> {ok, time({Hour, Minute, Second, Microsecond})};
        false -> {error, invalid_time}
    end.

%% @doc The time; raises ArgumentError if there is none.
'new!'(Hour, Minute, Second) -> 'new!'(Hour, Minute, Second, {0, 0}).

%% @doc The time with microseconds; raises ArgumentError if there is none.
'new!'(Hour, Minute, Second, Microsecond) ->
    case new(Hour, Minute, Second, Microsecond) of
        {ok, Time} -> Time;
        {error, Reason} -> argument(["cannot build time, reason: ", show(Reason)])
    end.

%% @doc The time so many seconds later, over midnight if it must be.
add(Time, Seconds) -> add(Time, Seconds, second).

%% @doc The time so many units later, over midnight if it must be.
add(#{microsecond := {_, Precision}} = Time, Count, Unit) when is_integer(Count) ->
    Day = 86400000000,
    Total = micros(Time) + Count * 'Elixir.Calendar.ISO':unit(Unit),
    from_micros(((Total rem Day) + Day) rem Day, Precision).

%% @doc How many seconds the second time is before the first.
diff(One, Two) -> diff(One, Two, second).

%% @doc How many units the second time is before the first.
diff(One, Two, Unit) -> (micros(One) - micros(Two)) div 'Elixir.Calendar.ISO':unit(Unit).

%% @doc Whether the first time is before (lt), the same as (eq) or after (gt) the second.
compare(One, Two) ->
    case micros(One) - micros(Two) of
        0 -> eq;
        Difference when Difference < 0 -> lt;
        _ -> gt
    end.

%% @doc {ok, Time} of {Hour, Minute, Second}, or {error, invalid_time}.
from_erl(Tuple) -> from_erl(Tuple, {0, 0}).

%% @doc {ok, Time} of {Hour, Minute, Second} and microseconds, or {error, invalid_time}.
from_erl({Hour, Minute, Second}, Microsecond) -> new(Hour, Minute, Second, Microsecond).

%% @doc The time of {Hour, Minute, Second}; raises ArgumentError if there is none.
'from_erl!'(Tuple) ->
    case from_erl(Tuple) of
        {ok, Time} -> Time;
        {error, Reason} -> argument(["cannot convert ", show(Tuple), " to time, reason: ", show(Reason)])
    end.

%% @doc {Hour, Minute, Second}.
to_erl(#{hour := Hour, minute := Minute, second := Second}) -> {Hour, Minute, Second}.

%% @doc {ok, Time} of 23:59:59.123, or {error, Reason}.
from_iso8601(<<$T, Text/binary>>) -> from_iso8601(Text);
from_iso8601(Text) when is_binary(Text) ->
    case 'Elixir.Calendar.ISO':parse_time(Text) of
        {ok, Time, Rest} ->
            case 'Elixir.Calendar.ISO':parse_offset(Rest) of
                error -> {error, invalid_format};
                _ -> {ok, time(Time)}
            end;
        Error -> Error
    end.

%% @doc The time of 23:59:59.123; raises ArgumentError if it is none.
'from_iso8601!'(Text) ->
    case from_iso8601(Text) of
        {ok, Time} -> Time;
        {error, Reason} -> argument(["cannot parse ", show(Text), " as time, reason: ", show(Reason)])
    end.

%% @doc The time so many seconds after midnight.
from_seconds_after_midnight(Seconds) -> from_seconds_after_midnight(Seconds, {0, 0}).

%% @doc The time so many seconds and microseconds after midnight.
from_seconds_after_midnight(Seconds, Microsecond) when is_integer(Seconds) ->
    Second = ((Seconds rem 86400) + 86400) rem 86400,
    time({Second div 3600, Second div 60 rem 60, Second rem 60, Microsecond}).

%% @doc {Seconds, Microseconds} after midnight.
to_seconds_after_midnight(#{hour := Hour, minute := Minute, second := Second, microsecond := {Microsecond, _}}) ->
    {(Hour * 60 + Minute) * 60 + Second, Microsecond}.

%% @doc The time as 23:59:59.123.
to_iso8601(Time) -> to_string(Time).

%% @doc The time as 23:59:59.123.
to_string(#{hour := Hour, minute := Minute, second := Second, microsecond := Microsecond}) ->
    'Elixir.Calendar.ISO':time_to_string(Hour, Minute, Second, Microsecond).

%% @doc The time with no more decimals than a unit has.
truncate(#{microsecond := Microsecond} = Time, Unit) -> Time#{microsecond := truncated(Microsecond, Unit)}.

%% @doc The time at Greenwich.
utc_now() -> from_micros(erlang:system_time(microsecond) rem 86400000000, 6).

truncated(_, second) -> {0, 0};
truncated({Micro, Precision}, millisecond) -> {Micro div 1000 * 1000, erlang:min(Precision, 3)};
truncated(Microsecond, microsecond) -> Microsecond.

micros(#{hour := Hour, minute := Minute, second := Second, microsecond := Microsecond}) ->
    'Elixir.Calendar.ISO':time_to_microseconds(Hour, Minute, Second, Microsecond).

from_micros(Total, Precision) ->
    {Hour, Minute, Second, Micro} = 'Elixir.Calendar.ISO':time_from_microseconds(Total),
    time({Hour, Minute, Second, {Micro, Precision}}).

time({Hour, Minute, Second, Microsecond}) ->
    ('__struct__'())#{hour := Hour, minute := Minute, second := Second, microsecond := Microsecond}.

show(Value) -> 'Elixir.Kernel':inspect(Value).

argument(Text) ->
    error(#{'__struct__' => 'Elixir.ArgumentError', '__exception__' => true, message => iolist_to_binary(Text)}).

-module('Elixir.NaiveDateTime').
-export([
    '__struct__'/0, '__struct__'/1, add/2, add/3, compare/2, diff/2, diff/3, from_erl/1, 'from_erl!'/1, from_iso8601/1,
    'from_iso8601!'/1, new/2, new/6, new/7, 'new!'/2, 'new!'/6, 'new!'/7, to_date/1, to_erl/1, to_iso8601/1,
    to_string/1, to_time/1, truncate/2, utc_now/0
]).

%% Dates with times, without a time zone.

%% @doc The struct with its default values.
'__struct__'() ->
    #{
        '__struct__' => ?MODULE, calendar => 'Elixir.Calendar.ISO', year => nil, month => nil, day => nil, hour => nil,
        minute => nil, second => nil, microsecond => {0, 0}
    }.

%% @doc The struct with these fields.
'__struct__'(Fields) ->
    'Elixir.Enum':reduce(Fields, '__struct__'(), fun({Key, Value}, Time) -> Time#{Key := Value} end).

%% @doc {ok, NaiveDateTime} of a date and a time.
new(Date, Time) -> {ok, joined(Date, Time)}.

%% @doc {ok, NaiveDateTime}, or {error, Reason}.
new(Year, Month, Day, Hour, Minute, Second) -> new(Year, Month, Day, Hour, Minute, Second, {0, 0}).

%% @doc {ok, NaiveDateTime} with microseconds, or {error, Reason}.
new(Year, Month, Day, Hour, Minute, Second, Microsecond) ->
    case 'Elixir.Date':new(Year, Month, Day) of
        {ok, Date} ->
            case 'Elixir.Time':new(Hour, Minute, Second, Microsecond) of
                {ok, Time} -> {ok, joined(Date, Time)};
                Error -> Error
            end;
        Error -> Error
    end.

%% @doc The date and time of a date and a time.
'new!'(Date, Time) -> joined(Date, Time).

%% @doc The date and time; raises ArgumentError if there is none.
'new!'(Year, Month, Day, Hour, Minute, Second) -> 'new!'(Year, Month, Day, Hour, Minute, Second, {0, 0}).

%% @doc The date and time with microseconds; raises ArgumentError if there is none.
'new!'(Year, Month, Day, Hour, Minute, Second, Microsecond) ->
    case new(Year, Month, Day, Hour, Minute, Second, Microsecond) of
        {ok, Naive} -> Naive;
        {error, Reason} -> argument(["cannot build naive datetime, reason: ", show(Reason)])
    end.

%% @doc The date and time so many seconds later.
add(Naive, Seconds) -> add(Naive, Seconds, second).

%% @doc The date and time so many units later.
add(#{microsecond := {_, Precision}} = Naive, Count, Unit) when is_integer(Count) ->
    Total = 'Elixir.Calendar.ISO':to_microseconds(Naive) + Count * 'Elixir.Calendar.ISO':unit(Unit),
    from_micros(Total, Precision).

%% @doc How many seconds the second is before the first.
diff(One, Two) -> diff(One, Two, second).

%% @doc How many units the second is before the first.
diff(One, Two, Unit) ->
    Micros = 'Elixir.Calendar.ISO':to_microseconds(One) - 'Elixir.Calendar.ISO':to_microseconds(Two),
    Micros div 'Elixir.Calendar.ISO':unit(Unit).

%% @doc Whether the first is before (lt), the same as (eq) or after (gt) the second.
compare(One, Two) ->
    case 'Elixir.Calendar.ISO':to_microseconds(One) - 'Elixir.Calendar.ISO':to_microseconds(Two) of
        0 -> eq;
        Difference when Difference < 0 -> lt;
        _ -> gt
    end.

%% @doc {ok, NaiveDateTime} of {{Year, Month, Day}, {Hour, Minute, Second}}, or {error, Reason}.
from_erl({{Year, Month, Day}, {Hour, Minute, Second}}) -> new(Year, Month, Day, Hour, Minute, Second).

%% @doc The date and time of {{Year, Month, Day}, {Hour, Minute, Second}}; raises ArgumentError if there is none.
'from_erl!'(Tuple) ->
    case from_erl(Tuple) of
        {ok, Naive} -> Naive;
        {error, Reason} -> argument(["cannot convert ", show(Tuple), " to naive datetime, reason: ", show(Reason)])
    end.

%% @doc {{Year, Month, Day}, {Hour, Minute, Second}}.
to_erl(#{year := Year, month := Month, day := Day, hour := Hour, minute := Minute, second := Second}) ->
    {{Year, Month, Day}, {Hour, Minute, Second}}.

%% @doc {ok, NaiveDateTime} of 2000-01-31T23:59:59, or {error, Reason}.
from_iso8601(Text) when is_binary(Text) ->
    case 'Elixir.Calendar.ISO':parse_date(Text) of
        {ok, {Year, Month, Day}, <<Mark, Rest/binary>>} when Mark =:= $T; Mark =:= $\s ->
            case 'Elixir.Calendar.ISO':parse_time(Rest) of
                {ok, {Hour, Minute, Second, Microsecond}, Offset} ->
                    case 'Elixir.Calendar.ISO':parse_offset(Offset) of
                        error -> {error, invalid_format};
                        _ -> new(Year, Month, Day, Hour, Minute, Second, Microsecond)
                    end;
                Error -> Error
            end;
        {ok, _, _} -> {error, invalid_format};
        Error -> Error
    end.

%% @doc The date and time of 2000-01-31T23:59:59; raises ArgumentError if it is none.
'from_iso8601!'(Text) ->
    case from_iso8601(Text) of
        {ok, Naive} -> Naive;
        {error, Reason} -> argument(["cannot parse ", show(Text), " as naive datetime, reason: ", show(Reason)])
    end.

%% @doc The date.
to_date(#{year := Year, month := Month, day := Day}) ->
    ('Elixir.Date':'__struct__'())#{year := Year, month := Month, day := Day}.

%% @doc The time of day.
to_time(#{hour := Hour, minute := Minute, second := Second, microsecond := Microsecond}) ->
    ('Elixir.Time':'__struct__'())#{hour := Hour, minute := Minute, second := Second, microsecond := Microsecond}.

%% @doc The date and time as 2000-01-31T23:59:59.
to_iso8601(Naive) -> text(Naive, "T").

%% @doc The date and time as 2000-01-31 23:59:59.
to_string(Naive) -> text(Naive, " ").

%% @doc The date and time with no more decimals than a unit has.
truncate(Naive, Unit) -> 'Elixir.Time':truncate(Naive, Unit).

%% @doc The date and time at Greenwich.
utc_now() -> from_micros(719528 * 86400000000 + erlang:system_time(microsecond), 6).

text(Naive, Between) ->
    iolist_to_binary(['Elixir.Date':to_string(Naive), Between, 'Elixir.Time':to_string(Naive)]).

from_micros(Total, Precision) ->
    Days = 'Elixir.Integer':floor_div(Total, 86400000000),
    {Year, Month, Day} = 'Elixir.Calendar.ISO':date_from_days(Days),
    {Hour, Minute, Second, Micro} = 'Elixir.Calendar.ISO':time_from_microseconds(Total - Days * 86400000000),
    ('__struct__'())#{
        year := Year, month := Month, day := Day, hour := Hour, minute := Minute, second := Second,
        microsecond := {Micro, Precision}
    }.

joined(
    #{year := Year, month := Month, day := Day},
    #{hour := Hour, minute := Minute, second := Second, microsecond := Microsecond}
) ->
    ('__struct__'())#{
        year := Year, month := Month, day := Day, hour := Hour, minute := Minute, second := Second,
        microsecond := Microsecond
    }.

show(Value) -> 'Elixir.Kernel':inspect(Value).

argument(Text) ->
    error(#{'__struct__' => 'Elixir.ArgumentError', '__exception__' => true, message => iolist_to_binary(Text)}).

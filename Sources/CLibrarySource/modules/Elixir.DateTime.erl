-module('Elixir.DateTime').
-export([
    '__struct__'/0, '__struct__'/1, add/2, add/3, compare/2, diff/2, diff/3, from_iso8601/1, from_naive/2,
    'from_naive!'/2, from_unix/1, from_unix/2, 'from_unix!'/1, 'from_unix!'/2, new/2, new/3, 'new!'/2, 'new!'/3,
    to_date/1, to_iso8601/1, to_naive/1, to_string/1, to_time/1, to_unix/1, to_unix/2, truncate/2, utc_now/0
]).

%% Dates with times in a time zone: Etc/UTC, the one that needs no database.

%% @doc The struct with its default values.
'__struct__'() ->
    #{
        '__struct__' => ?MODULE, calendar => 'Elixir.Calendar.ISO', year => nil, month => nil, day => nil, hour => nil,
        minute => nil, second => nil, microsecond => {0, 0}, time_zone => nil, zone_abbr => nil, utc_offset => nil,
        std_offset => nil
    }.

%% @doc The struct with these fields.
'__struct__'(Fields) ->
    'Elixir.Enum':reduce(Fields, '__struct__'(), fun({Key, Value}, Time) -> Time#{Key := Value} end).

%% @doc The date and time now.
utc_now() -> utc('Elixir.NaiveDateTime':utc_now()).

%% @doc {ok, DateTime} of a date and a time at Greenwich.
new(Date, Time) -> new(Date, Time, <<"Etc/UTC">>).

%% @doc {ok, DateTime} of a date and a time in a time zone, or {error, Reason}.
new(Date, Time, Zone) -> from_naive('Elixir.NaiveDateTime':'new!'(Date, Time), Zone).

%% @doc The date and time of a date and a time at Greenwich.
'new!'(Date, Time) -> 'new!'(Date, Time, <<"Etc/UTC">>).

%% @doc The date and time of a date and a time in a time zone; raises ArgumentError if it is not known.
'new!'(Date, Time, Zone) -> 'from_naive!'('Elixir.NaiveDateTime':'new!'(Date, Time), Zone).

%% @doc {ok, DateTime} of a NaiveDateTime in a time zone, or {error, Reason}.
from_naive(Naive, <<"Etc/UTC">>) -> {ok, utc(Naive)};
from_naive(_, Zone) when is_binary(Zone) -> {error, utc_only_time_zone_database}.

%% @doc The date and time of a NaiveDateTime in a time zone; raises ArgumentError if it is not known.
'from_naive!'(Naive, Zone) ->
    case from_naive(Naive, Zone) of
        {ok, Time} -> Time;
        {error, Reason} ->
            argument([
                "cannot convert ", show(Naive), " to datetime, reason: ", show(Reason)
            ])
    end.

%% @doc {ok, DateTime} of so many seconds since 1970, or {error, Reason}.
from_unix(Seconds) -> from_unix(Seconds, second).

%% @doc {ok, DateTime} of so many units since 1970, or {error, Reason}.
from_unix(Count, Unit) when is_integer(Count) ->
    Micros = erlang:convert_time_unit(Count, Unit, microsecond),
    Precision = 'Elixir.Calendar.ISO':precision(Unit),
    case Micros < -377705116800000000 orelse Micros > 253402300799999999 of
        true -> {error, invalid_unix_time};
        false ->
            Epoch = 'Elixir.NaiveDateTime':'new!'(1970, 1, 1, 0, 0, 0, {0, Precision}),
            #{microsecond := {Micro, _}} = Naive = 'Elixir.NaiveDateTime':add(Epoch, Micros, microsecond),
            {ok, utc(Naive#{microsecond := {Micro, Precision}})}
    end.

%% @doc The date and time of so many seconds since 1970.
'from_unix!'(Seconds) -> 'from_unix!'(Seconds, second).

%% @doc The date and time of so many units since 1970; raises ArgumentError if it is out of range.
'from_unix!'(Count, Unit) ->
    case from_unix(Count, Unit) of
        {ok, Time} -> Time;
        {error, invalid_unix_time} -> argument(["invalid Unix time ", integer_to_binary(Count)])
    end.

%% @doc The seconds since 1970.
to_unix(Time) -> to_unix(Time, second).

%% @doc The units since 1970.
to_unix(Time, Unit) ->
    erlang:convert_time_unit(micros(Time) - 719528 * 86400000000, microsecond, Unit).

%% @doc The date and time so many seconds later.
add(Time, Seconds) -> add(Time, Seconds, second).

%% @doc The date and time so many units later.
add(Time, Count, Unit) -> utc('Elixir.NaiveDateTime':add(to_naive(Time), Count, Unit)).

%% @doc How many seconds the second is before the first.
diff(One, Two) -> diff(One, Two, second).

%% @doc How many units the second is before the first.
diff(One, Two, Unit) -> (micros(One) - micros(Two)) div 'Elixir.Calendar.ISO':unit(Unit).

%% @doc Whether the first is before (lt), the same as (eq) or after (gt) the second.
compare(One, Two) ->
    case micros(One) - micros(Two) of
        0 -> eq;
        Difference when Difference < 0 -> lt;
        _ -> gt
    end.

%% @doc {ok, DateTime, OffsetInSeconds} of 2000-01-31T23:59:59Z, or {error, Reason}.
from_iso8601(Text) when is_binary(Text) ->
    case 'Elixir.NaiveDateTime':from_iso8601(Text) of
        {ok, Naive} ->
            case 'Elixir.Calendar.ISO':parse_offset(offset(Text)) of
                nil -> {error, missing_offset};
                Offset -> {ok, utc('Elixir.NaiveDateTime':add(Naive, -Offset)), Offset}
            end;
        Error -> Error
    end.

%% @doc The date and time without time zone.
to_naive(Time) ->
    maps:merge(
        'Elixir.NaiveDateTime':'__struct__'(),
        maps:with([calendar, year, month, day, hour, minute, second, microsecond], Time)
    ).

%% @doc The date.
to_date(Time) -> 'Elixir.NaiveDateTime':to_date(Time).

%% @doc The time of day.
to_time(Time) -> 'Elixir.NaiveDateTime':to_time(Time).

%% @doc The date and time as 2000-01-31T23:59:59Z.
to_iso8601(Time) -> <<('Elixir.NaiveDateTime':to_iso8601(Time))/binary, "Z">>.

%% @doc The date and time as 2000-01-31 23:59:59Z.
to_string(Time) -> <<('Elixir.NaiveDateTime':to_string(Time))/binary, "Z">>.

%% @doc The date and time with no more decimals than a unit has.
truncate(Time, Unit) -> 'Elixir.Time':truncate(Time, Unit).

micros(#{utc_offset := Offset, std_offset := Standard} = Time) ->
    'Elixir.Calendar.ISO':to_microseconds(Time) - (Offset + Standard) * 1000000.

utc(Naive) ->
    maps:merge(('__struct__'())#{
        time_zone := <<"Etc/UTC">>, zone_abbr := <<"UTC">>, utc_offset := 0, std_offset := 0
    }, maps:remove('__struct__', Naive)).

%% The offset at the end of a text that has been read already: what follows the digits of the time.
offset(Text) ->
    {_, Rest} = lists:split(11, binary_to_list(Text)),
    list_to_binary(lists:dropwhile(fun(Char) -> lists:member(Char, "0123456789:.,T ") end, Rest)).

show(Value) -> 'Elixir.Kernel':inspect(Value).

argument(Text) ->
    error(#{'__struct__' => 'Elixir.ArgumentError', '__exception__' => true, message => iolist_to_binary(Text)}).

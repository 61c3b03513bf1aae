-module('Elixir.Date').
-export([
    '__struct__'/0, '__struct__'/1, add/2, beginning_of_month/1, beginning_of_week/1, compare/2, day_of_week/1,
    day_of_year/1, days_in_month/1, diff/2, end_of_month/1, end_of_week/1, from_erl/1, 'from_erl!'/1,
    from_gregorian_days/1, from_iso8601/1, 'from_iso8601!'/1, 'leap_year?'/1, months_in_year/1, new/3, 'new!'/3,
    quarter_of_year/1, to_erl/1, to_gregorian_days/1, to_iso8601/1, to_string/1, utc_today/0
]).

%% Dates of the ISO calendar; any struct with a date is one.

%% @doc The struct with its default values.
'__struct__'() ->
    #{'__struct__' => ?MODULE, calendar => 'Elixir.Calendar.ISO', year => nil, month => nil, day => nil}.

%% @doc The struct with these fields.
'__struct__'(Fields) ->
    'Elixir.Enum':reduce(Fields, '__struct__'(), fun({Key, Value}, Date) -> Date#{Key := Value} end).

%% @doc {ok, Date}, or {error, invalid_date}.
new(Year, Month, Day) ->
    case 'Elixir.Calendar.ISO':'valid_date?'(Year, Month, Day) of
        true -> {ok, date({Year, Month, Day})};
        false -> {error, invalid_date}
    end.

%% @doc The date; raises ArgumentError if there is none.
'new!'(Year, Month, Day) ->
    case new(Year, Month, Day) of
        {ok, Date} -> Date;
        {error, Reason} -> argument(["cannot build date, reason: ", show(Reason)])
    end.

%% @doc The date so many days later.
add(Date, Days) when is_integer(Days) -> from_gregorian_days(days(Date) + Days).

%% @doc How many days the second date is before the first.
diff(One, Two) -> days(One) - days(Two).

%% @doc Whether the first date is before (lt), the same as (eq) or after (gt) the second.
compare(One, Two) ->
    case {to_erl(One), to_erl(Two)} of
        {Same, Same} -> eq;
        {Left, Right} when Left < Right -> lt;
        _ -> gt
    end.

%% @doc The day of the week: 1 is Monday, 7 is Sunday.
day_of_week(#{year := Year, month := Month, day := Day}) -> 'Elixir.Calendar.ISO':day_of_week(Year, Month, Day).

%% @doc The day of the year, from 1.
day_of_year(#{year := Year, month := Month, day := Day}) -> 'Elixir.Calendar.ISO':day_of_year(Year, Month, Day).

%% @doc How many days the month has.
days_in_month(#{year := Year, month := Month}) -> 'Elixir.Calendar.ISO':days_in_month(Year, Month).

%% @doc The quarter of the year, from 1.
quarter_of_year(#{year := Year, month := Month, day := Day}) ->
    'Elixir.Calendar.ISO':quarter_of_year(Year, Month, Day).

%% @doc Whether the year has 366 days.
'leap_year?'(#{year := Year}) -> 'Elixir.Calendar.ISO':'leap_year?'(Year).

%% @doc How many months the year has.
months_in_year(#{year := _}) -> 12.

%% @doc The first day of the month.
beginning_of_month(#{year := Year, month := Month}) -> date({Year, Month, 1}).

%% @doc The last day of the month.
end_of_month(#{year := Year, month := Month} = Date) -> date({Year, Month, days_in_month(Date)}).

%% @doc The Monday of the week.
beginning_of_week(Date) -> add(Date, 1 - day_of_week(Date)).

%% @doc The Sunday of the week.
end_of_week(Date) -> add(Date, 7 - day_of_week(Date)).

%% @doc {ok, Date} of {Year, Month, Day}, or {error, invalid_date}.
from_erl({Year, Month, Day}) -> new(Year, Month, Day).

%% @doc The date of {Year, Month, Day}; raises ArgumentError if there is none.
'from_erl!'(Tuple) ->
    case from_erl(Tuple) of
        {ok, Date} -> Date;
        {error, Reason} -> argument(["cannot convert ", show(Tuple), " to date, reason: ", show(Reason)])
    end.

%% @doc {Year, Month, Day}.
to_erl(#{year := Year, month := Month, day := Day}) -> {Year, Month, Day}.

%% @doc The date of so many days from the start of year 0.
from_gregorian_days(Days) when is_integer(Days) -> date('Elixir.Calendar.ISO':date_from_days(Days)).

%% @doc How many days the date is from the start of year 0.
to_gregorian_days(Date) -> days(Date).

%% @doc {ok, Date} of 2000-01-31, or {error, Reason}.
from_iso8601(Text) when is_binary(Text) ->
    case 'Elixir.Calendar.ISO':parse_date(Text) of
        {ok, Date, <<>>} -> {ok, date(Date)};
        {ok, _, _} -> {error, invalid_format};
        Error -> Error
    end.

%% @doc The date of 2000-01-31; raises ArgumentError if it is none.
'from_iso8601!'(Text) ->
    case from_iso8601(Text) of
        {ok, Date} -> Date;
        {error, Reason} -> argument(["cannot parse ", show(Text), " as date, reason: ", show(Reason)])
    end.

%% @doc The date as 2000-01-31.
to_iso8601(Date) -> to_string(Date).

%% @doc The date as 2000-01-31.
to_string(#{year := Year, month := Month, day := Day}) -> 'Elixir.Calendar.ISO':date_to_string(Year, Month, Day).

%% @doc Today's date at Greenwich.
utc_today() ->
    Seconds = erlang:system_time(second),
    from_gregorian_days(719528 + Seconds div 86400).

days(#{year := Year, month := Month, day := Day}) -> 'Elixir.Calendar.ISO':date_to_days(Year, Month, Day).

date({Year, Month, Day}) -> ('__struct__'())#{year := Year, month := Month, day := Day}.

show(Value) -> 'Elixir.Kernel':inspect(Value).

argument(Text) ->
    error(#{'__struct__' => 'Elixir.ArgumentError', '__exception__' => true, message => iolist_to_binary(Text)}).

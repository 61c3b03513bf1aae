%% calendar: dates of the Gregorian calendar, from year 0 on. Times are in UTC unless said otherwise.
%% Sources: the reference manual of stdlib; RFC 3339; ISO 8601 for weeks.
-module(calendar).
-export([date_to_gregorian_days/1, date_to_gregorian_days/3, datetime_to_gregorian_seconds/1, day_of_the_week/1,
    day_of_the_week/3, gregorian_days_to_date/1, gregorian_seconds_to_datetime/1, is_leap_year/1, iso_week_number/0,
    iso_week_number/1, last_day_of_the_month/2, local_time/0, local_time_to_universal_time/1,
    local_time_to_universal_time_dst/1, now_to_datetime/1,
    now_to_local_time/1, now_to_universal_time/1, rfc3339_to_system_time/1, rfc3339_to_system_time/2,
    seconds_to_daystime/1, seconds_to_time/1, system_time_to_local_time/2, system_time_to_rfc3339/1,
    system_time_to_rfc3339/2, system_time_to_universal_time/2, time_difference/2, time_to_seconds/1, universal_time/0,
    universal_time_to_local_time/1, valid_date/1, valid_date/3]).

-define(EPOCH, 62167219200).

%% @doc The days from year 0 to a date.
date_to_gregorian_days({Year, Month, Day}) -> date_to_gregorian_days(Year, Month, Day).

%% @doc The days from year 0 to a date.
date_to_gregorian_days(Year, Month, Day) when is_integer(Day), Day > 0 ->
    Last = last_day_of_the_month(Year, Month),
    if
        Day =< Last -> days_to_year(Year) + days_to_month(Year, Month) + Day - 1
    end.

%% The days before a year: leap years are those that 4 divides, but of the centuries those that 400 divides.
days_to_year(0) -> 0;
days_to_year(Year) ->
    Before = Year - 1,
    Year * 365 + Before div 4 - Before div 100 + Before div 400 + 1.

days_to_month(Year, Month) -> days_to_month(Year, Month, 1, 0).

days_to_month(_, Month, Month, Days) -> Days;
days_to_month(Year, Month, Current, Days) ->
    days_to_month(Year, Month, Current + 1, Days + last_day_of_the_month(Year, Current)).

%% @doc The seconds from year 0 to a date and time.
datetime_to_gregorian_seconds({Date, Time}) -> 86400 * date_to_gregorian_days(Date) + time_to_seconds(Time).

%% @doc 1 for Monday to 7 for Sunday.
day_of_the_week({Year, Month, Day}) -> day_of_the_week(Year, Month, Day).

%% @doc 1 for Monday to 7 for Sunday.
day_of_the_week(Year, Month, Day) -> (date_to_gregorian_days(Year, Month, Day) + 5) rem 7 + 1.

%% @doc The date that is so many days after the beginning of year 0.
gregorian_days_to_date(Days) when is_integer(Days), Days >= 0 ->
    Year = year_of(Days, Days div 366),
    month_of(Year, 1, Days - days_to_year(Year)).

year_of(Days, Year) ->
    case days_to_year(Year + 1) > Days of
        true -> Year;
        false -> year_of(Days, Year + max(1, (Days - days_to_year(Year + 1)) div 366))
    end.

month_of(Year, Month, Days) ->
    Last = last_day_of_the_month(Year, Month),
    case Days < Last of
        true -> {Year, Month, Days + 1};
        false -> month_of(Year, Month + 1, Days - Last)
    end.

%% @doc The date and time that is so many seconds after the beginning of year 0.
gregorian_seconds_to_datetime(Seconds) when is_integer(Seconds), Seconds >= 0 ->
    {gregorian_days_to_date(Seconds div 86400), seconds_to_time(Seconds rem 86400)}.

%% @doc Whether February has 29 days.
is_leap_year(Year) when is_integer(Year), Year >= 0 ->
    (Year rem 4 =:= 0 andalso Year rem 100 =/= 0) orelse Year rem 400 =:= 0.

%% @doc {Year, Week} of today.
iso_week_number() ->
    {Date, _} = local_time(),
    iso_week_number(Date).

%% @doc {Year, Week} of a date: week 1 is that of the first Thursday.
iso_week_number({Year, _, _} = Date) ->
    Days = date_to_gregorian_days(Date),
    First = first_week(Year),
    Next = first_week(Year + 1),
    if
        Days < First -> {Year - 1, (Days - first_week(Year - 1)) div 7 + 1};
        Days >= Next -> {Year + 1, 1};
        true -> {Year, (Days - First) div 7 + 1}
    end.

%% The Monday of week 1: 4 January is always in it.
first_week(Year) ->
    Days = date_to_gregorian_days(Year, 1, 4),
    Days - day_of_the_week(Year, 1, 4) + 1.

%% @doc How many days a month has.
last_day_of_the_month(Year, 2) when is_integer(Year), Year >= 0 ->
    case is_leap_year(Year) of
        true -> 29;
        false -> 28
    end;
last_day_of_the_month(Year, Month) when is_integer(Year), Year >= 0, Month =:= 4 orelse Month =:= 6 orelse
        Month =:= 9 orelse Month =:= 11 -> 30;
last_day_of_the_month(Year, Month) when is_integer(Year), Year >= 0, is_integer(Month), Month > 0, Month < 13 -> 31.

%% @doc The local date and time.
local_time() -> erlang:localtime().

%% @doc The date and time in UTC.
universal_time() -> erlang:universaltime().

%% @doc A local time in UTC.
local_time_to_universal_time(DateTime) -> erlang:localtime_to_universaltime(DateTime).

%% @doc A list of the times in UTC that a local time may mean.
local_time_to_universal_time_dst(DateTime) -> [erlang:localtime_to_universaltime(DateTime)].

%% @doc A time in UTC as local time.
universal_time_to_local_time(DateTime) -> erlang:universaltime_to_localtime(DateTime).

%% @doc A timestamp as date and time in UTC.
now_to_datetime({Mega, Second, _}) -> gregorian_seconds_to_datetime(?EPOCH + Mega * 1000000 + Second).

%% @doc A timestamp as date and time in UTC.
now_to_universal_time(Timestamp) -> now_to_datetime(Timestamp).

%% @doc A timestamp as local date and time.
now_to_local_time(Timestamp) -> universal_time_to_local_time(now_to_datetime(Timestamp)).

%% @doc {Days, Time} of seconds.
seconds_to_daystime(Seconds) ->
    Days = floor_div(Seconds, 86400),
    {Days, seconds_to_time(Seconds - Days * 86400)}.

floor_div(A, B) when A >= 0 -> A div B;
floor_div(A, B) -> -((B - 1 - A) div B).

%% @doc {Hours, Minutes, Seconds} of the seconds of a day.
seconds_to_time(Seconds) when is_integer(Seconds), Seconds >= 0, Seconds < 86400 ->
    {Seconds div 3600, Seconds rem 3600 div 60, Seconds rem 60}.

%% @doc The seconds of {Hours, Minutes, Seconds}.
time_to_seconds({Hours, Minutes, Seconds})
        when is_integer(Hours), is_integer(Minutes), is_integer(Seconds) ->
    Hours * 3600 + Minutes * 60 + Seconds.

%% @doc {Days, Time} from one time to another.
time_difference({{_, _, _}, {_, _, _}} = From, {{_, _, _}, {_, _, _}} = To) ->
    seconds_to_daystime(datetime_to_gregorian_seconds(To) - datetime_to_gregorian_seconds(From)).

%% @doc Whether there is such a date.
valid_date({Year, Month, Day}) -> valid_date(Year, Month, Day).

%% @doc Whether there is such a date.
valid_date(Year, Month, Day) when is_integer(Year), is_integer(Month), is_integer(Day) ->
    Year >= 0 andalso Month >= 1 andalso Month =< 12 andalso Day >= 1 andalso
        Day =< last_day_of_the_month(Year, Month).

%% @doc A system time in a unit as date and time in UTC.
system_time_to_universal_time(Time, Unit) ->
    gregorian_seconds_to_datetime(?EPOCH + erlang:convert_time_unit(Time, Unit, second)).

%% @doc A system time in a unit as local date and time.
system_time_to_local_time(Time, Unit) -> universal_time_to_local_time(system_time_to_universal_time(Time, Unit)).

%% @doc Seconds since 1970 as text: 1985-04-12T23:20:50Z, in local time.
system_time_to_rfc3339(Time) -> system_time_to_rfc3339(Time, []).

%% @doc As system_time_to_rfc3339/1: {unit, Unit}, {offset, Offset}, {time_designator, Character}.
system_time_to_rfc3339(Time, Options) ->
    Unit = proplists:get_value(unit, Options, second),
    Designator = proplists:get_value(time_designator, Options, $T),
    Factor = erlang:convert_time_unit(1, second, Unit),
    Seconds = floor_div(Time, Factor),
    {Shift, Zone} = offset(proplists:get_value(offset, Options, ""), Seconds, Unit),
    {{Year, Month, Day}, {Hour, Minute, Second}} = gregorian_seconds_to_datetime(?EPOCH + Seconds + Shift),
    Fraction = fraction(Time - Seconds * Factor, Factor),
    lists:flatten([digits(Year, 4), $-, digits(Month, 2), $-, digits(Day, 2), Designator, digits(Hour, 2), $:,
        digits(Minute, 2), $:, digits(Second, 2), Fraction, Zone]).

fraction(_, 1) -> "";
fraction(Part, Factor) -> [$. | digits(Part, length(integer_to_list(Factor)) - 1)].

digits(Number, Width) ->
    Text = integer_to_list(Number),
    lists:duplicate(max(0, Width - length(Text)), $0) ++ Text.

offset("Z", _, _) -> {0, "Z"};
offset("", Seconds, _) ->
    Universal = gregorian_seconds_to_datetime(?EPOCH + Seconds),
    Local = universal_time_to_local_time(Universal),
    Shift = datetime_to_gregorian_seconds(Local) - datetime_to_gregorian_seconds(Universal),
    {Shift, zone(Shift)};
offset([Sign, H1, H2, $:, M1, M2] = Zone, _, _) when Sign =:= $+; Sign =:= $- ->
    {signed(Sign, list_to_integer([H1, H2]) * 3600 + list_to_integer([M1, M2]) * 60), Zone};
offset(Shift, _, Unit) when is_integer(Shift) ->
    Seconds = erlang:convert_time_unit(Shift, Unit, second),
    {Seconds, zone(Seconds)}.

signed($+, Value) -> Value;
signed($-, Value) -> -Value.

zone(Shift) when Shift < 0 -> [$- | zone_digits(-Shift)];
zone(Shift) -> [$+ | zone_digits(Shift)].

zone_digits(Shift) -> digits(Shift div 3600, 2) ++ ":" ++ digits(Shift rem 3600 div 60, 2).

%% @doc The seconds since 1970 of a text: 1985-04-12T23:20:50Z.
rfc3339_to_system_time(Text) -> rfc3339_to_system_time(Text, []).

%% @doc As rfc3339_to_system_time/1, in {unit, Unit}.
rfc3339_to_system_time(Text, Options) ->
    Unit = proplists:get_value(unit, Options, second),
    [Y1, Y2, Y3, Y4, $-, Mo1, Mo2, $-, D1, D2, _, H1, H2, $:, Mi1, Mi2, $:, S1, S2 | Rest] = Text,
    Date = {list_to_integer([Y1, Y2, Y3, Y4]), list_to_integer([Mo1, Mo2]), list_to_integer([D1, D2])},
    Time = {list_to_integer([H1, H2]), list_to_integer([Mi1, Mi2]), list_to_integer([S1, S2])},
    Seconds = datetime_to_gregorian_seconds({Date, Time}) - ?EPOCH,
    {Digits, Zone} = lists:splitwith(fun(Character) -> Character =:= $. orelse Character >= $0 andalso Character =< $9 end,
        Rest),
    {Shift, _} = offset(upper(Zone), Seconds, second),
    Factor = erlang:convert_time_unit(1, second, Unit),
    (Seconds - Shift) * Factor + part(Digits, Factor).

upper("z") -> "Z";
upper(Zone) -> Zone.

part([$. | Digits], Factor) ->
    round(list_to_integer(Digits) * Factor / math:pow(10, length(Digits)));
part("", _) -> 0.

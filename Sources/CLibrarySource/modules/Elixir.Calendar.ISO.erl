-module('Elixir.Calendar.ISO').
-export([
    date_from_days/1, date_to_days/3, date_to_string/3, day_of_week/3, day_of_year/3, days_in_month/2, 'leap_year?'/1,
    months_in_year/1, parse_date/1, parse_time/1, parse_offset/1, precision/1, quarter_of_year/3, unit/1,
    time_from_microseconds/1, time_to_microseconds/4, time_to_string/4, to_microseconds/1, 'valid_date?'/3,
    'valid_time?'/4
]).

%% The Gregorian calendar of ISO 8601, which Date, Time, NaiveDateTime and DateTime share. Days count from 0000-01-01.

%% @doc How many days a date is from the start of year 0.
date_to_days(Year, Month, Day) ->
    %% Years that begin in March: the leap day is the last of a year, and 400 years are 146,097 days.
    March = case Month =< 2 of true -> Year - 1; false -> Year end,
    Era = floor_div(March, 400),
    YearOfEra = March - Era * 400,
    MonthFromMarch = case Month > 2 of true -> Month - 3; false -> Month + 9 end,
    DayOfYear = (153 * MonthFromMarch + 2) div 5 + Day - 1,
    Era * 146097 + YearOfEra * 365 + YearOfEra div 4 - YearOfEra div 100 + DayOfYear + 60.

%% @doc The {Year, Month, Day} of so many days from the start of year 0.
date_from_days(Days) ->
    FromMarch = Days - 60,
    Era = floor_div(FromMarch, 146097),
    DayOfEra = FromMarch - Era * 146097,
    YearOfEra = (DayOfEra - DayOfEra div 1460 + DayOfEra div 36524 - DayOfEra div 146096) div 365,
    DayOfYear = DayOfEra - (365 * YearOfEra + YearOfEra div 4 - YearOfEra div 100),
    MonthFromMarch = (5 * DayOfYear + 2) div 153,
    Day = DayOfYear - (153 * MonthFromMarch + 2) div 5 + 1,
    Year = YearOfEra + Era * 400,
    case MonthFromMarch < 10 of
        true -> {Year, MonthFromMarch + 3, Day};
        false -> {Year + 1, MonthFromMarch - 9, Day}
    end.

%% @doc Whether a year has 366 days.
'leap_year?'(Year) when is_integer(Year) ->
    Year rem 4 =:= 0 andalso (Year rem 100 =/= 0 orelse Year rem 400 =:= 0).

%% @doc How many months a year has.
months_in_year(_) -> 12.

%% @doc How many days a month has.
days_in_month(Year, 2) ->
    case 'leap_year?'(Year) of
        true -> 29;
        false -> 28
    end;
days_in_month(_, Month) when Month =:= 4; Month =:= 6; Month =:= 9; Month =:= 11 -> 30;
days_in_month(_, Month) when is_integer(Month), Month >= 1, Month =< 12 -> 31.

%% @doc The day of the week: 1 is Monday, 7 is Sunday.
day_of_week(Year, Month, Day) -> modulo(date_to_days(Year, Month, Day) + 5, 7) + 1.

%% @doc The day of the year, from 1.
day_of_year(Year, Month, Day) -> date_to_days(Year, Month, Day) - date_to_days(Year, 1, 1) + 1.

%% @doc The quarter of the year, from 1.
quarter_of_year(_, Month, _) -> (Month + 2) div 3.

%% @doc Whether there is such a date.
'valid_date?'(Year, Month, Day) ->
    is_integer(Year) andalso is_integer(Month) andalso is_integer(Day) andalso
        Year >= -9999 andalso Year =< 9999 andalso Month >= 1 andalso Month =< 12 andalso
        Day >= 1 andalso Day =< days_in_month(Year, Month).

%% @doc Whether there is such a time.
'valid_time?'(Hour, Minute, Second, {Microsecond, Precision}) ->
    is_integer(Hour) andalso is_integer(Minute) andalso is_integer(Second) andalso is_integer(Microsecond) andalso
        is_integer(Precision) andalso Hour >= 0 andalso Hour =< 23 andalso Minute >= 0 andalso Minute =< 59 andalso
        Second >= 0 andalso Second =< 59 andalso Microsecond >= 0 andalso Microsecond =< 999999 andalso
        Precision >= 0 andalso Precision =< 6;
'valid_time?'(_, _, _, _) -> false.

%% @doc A date as 2000-01-31.
date_to_string(Year, Month, Day) ->
    Sign = case Year < 0 of true -> "-"; false -> "" end,
    iolist_to_binary([Sign, padded(abs(Year), 4), "-", padded(Month, 2), "-", padded(Day, 2)]).

%% @doc A time as 23:59:59.123.
time_to_string(Hour, Minute, Second, {Microsecond, Precision}) ->
    Fraction =
        case Precision of
            0 -> "";
            _ -> [".", lists:sublist(padded(Microsecond, 6), Precision)]
        end,
    iolist_to_binary([padded(Hour, 2), ":", padded(Minute, 2), ":", padded(Second, 2), Fraction]).

%% @doc How many microseconds a time is from midnight.
time_to_microseconds(Hour, Minute, Second, {Microsecond, _}) ->
    ((Hour * 60 + Minute) * 60 + Second) * 1000000 + Microsecond.

%% @doc The {Hour, Minute, Second, Microsecond} of so many microseconds from midnight.
time_from_microseconds(Total) ->
    Seconds = Total div 1000000,
    {Seconds div 3600, Seconds div 60 rem 60, Seconds rem 60, Total rem 1000000}.

%% @doc The microseconds of a date and time from the start of year 0.
to_microseconds(#{
    year := Year, month := Month, day := Day, hour := Hour, minute := Minute, second := Second, microsecond := Micro
}) ->
    date_to_days(Year, Month, Day) * 86400000000 + time_to_microseconds(Hour, Minute, Second, Micro).

%% @doc {ok, {Year, Month, Day}, Rest} of the start of a text, or {error, Reason}.
parse_date(<<$-, Text/binary>>) ->
    case parse_date(Text) of
        {ok, {Year, Month, Day}, Rest} -> {ok, {-Year, Month, Day}, Rest};
        Error -> Error
    end;
parse_date(<<$+, Text/binary>>) -> parse_date(Text);
parse_date(<<Year:4/binary, $-, Month:2/binary, $-, Day:2/binary, Rest/binary>>) ->
    case [digits(Part) || Part <- [Year, Month, Day]] of
        [Y, M, D] when is_integer(Y), is_integer(M), is_integer(D) ->
            case 'valid_date?'(Y, M, D) of
                true -> {ok, {Y, M, D}, Rest};
                false -> {error, invalid_date}
            end;
        _ -> {error, invalid_format}
    end;
parse_date(_) -> {error, invalid_format}.

%% @doc {ok, {Hour, Minute, Second, {Microsecond, Precision}}, Rest} of the start of a text, or {error, Reason}.
parse_time(<<Hour:2/binary, $:, Minute:2/binary, $:, Second:2/binary, Rest/binary>>) ->
    case [digits(Part) || Part <- [Hour, Minute, Second]] of
        [H, M, S] when is_integer(H), is_integer(M), is_integer(S) ->
            case fraction(Rest) of
                error -> {error, invalid_format};
                {Micro, After} ->
                    case 'valid_time?'(H, M, S, Micro) of
                        true -> {ok, {H, M, S, Micro}, After};
                        false -> {error, invalid_time}
                    end
            end;
        _ -> {error, invalid_format}
    end;
parse_time(_) -> {error, invalid_format}.

%% @doc The offset from UTC in seconds that all of a text shows: Z, +02:00; nil for none, error for anything else.
parse_offset(<<>>) -> nil;
parse_offset(<<"Z">>) -> 0;
parse_offset(<<"-00:00">>) -> error;
parse_offset(<<Sign, Hour:2/binary, $:, Minute:2/binary>>) when Sign =:= $+; Sign =:= $- ->
    offset(Sign, digits(Hour), digits(Minute));
parse_offset(<<Sign, Hour:2/binary, Minute:2/binary>>) when Sign =:= $+; Sign =:= $- ->
    offset(Sign, digits(Hour), digits(Minute));
parse_offset(<<Sign, Hour:2/binary>>) when Sign =:= $+; Sign =:= $- -> offset(Sign, digits(Hour), 0);
parse_offset(_) -> error.

%% @doc How many decimals of a second a unit has.
precision(millisecond) -> 3;
precision(microsecond) -> 6;
precision(nanosecond) -> 6;
precision(_) -> 0.

%% @doc How many microseconds a unit of time is.
unit(day) -> 86400000000;
unit(hour) -> 3600000000;
unit(minute) -> 60000000;
unit(second) -> 1000000;
unit(millisecond) -> 1000;
unit(microsecond) -> 1.

offset(Sign, Hour, Minute) when is_integer(Hour), is_integer(Minute), Hour < 24, Minute < 60 ->
    Seconds = Hour * 3600 + Minute * 60,
    case Sign of
        $- -> -Seconds;
        _ -> Seconds
    end;
offset(_, _, _) -> error.

fraction(<<Mark, Digit, Rest/binary>>) when (Mark =:= $. orelse Mark =:= $,), Digit >= $0, Digit =< $9 ->
    {Digits, After} = leading_digits(Rest, [Digit]),
    Precision = erlang:min(6, length(Digits)),
    Micro = list_to_integer(lists:sublist(Digits ++ "00000", 6)),
    {{Micro, Precision}, After};
fraction(<<Mark, _/binary>>) when Mark =:= $.; Mark =:= $, -> error;
fraction(Rest) -> {{0, 0}, Rest}.

leading_digits(<<Digit, Rest/binary>>, Acc) when Digit >= $0, Digit =< $9 -> leading_digits(Rest, [Digit | Acc]);
leading_digits(Rest, Acc) -> {lists:reverse(Acc), Rest}.

digits(Text) ->
    case leading_digits(Text, []) of
        {[_ | _] = Digits, <<>>} -> list_to_integer(Digits);
        _ -> error
    end.

padded(Value, Width) ->
    Digits = integer_to_list(Value),
    lists:duplicate(erlang:max(0, Width - length(Digits)), $0) ++ Digits.

floor_div(Value, Divisor) when Value >= 0 -> Value div Divisor;
floor_div(Value, Divisor) -> (Value - Divisor + 1) div Divisor.

modulo(Value, Divisor) -> Value - floor_div(Value, Divisor) * Divisor.

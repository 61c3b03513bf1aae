-module('Elixir.System').
-export([
    convert_time_unit/3, monotonic_time/0, monotonic_time/1, os_time/0, os_time/1, system_time/0, system_time/1,
    time_offset/0, time_offset/1, unique_integer/0, unique_integer/1, version/0
]).

%% Time and unique numbers. What of System concerns the node or the operating system is not here.

%% @doc A time in another unit, rounded down.
convert_time_unit(Time, From, To) -> erlang:convert_time_unit(Time, unit(From), unit(To)).

%% @doc A time that only grows, in native units.
monotonic_time() -> erlang:monotonic_time().

%% @doc A time that only grows, in a unit.
monotonic_time(Unit) -> erlang:monotonic_time(unit(Unit)).

%% @doc The time of the operating system, in native units.
os_time() -> os:system_time().

%% @doc The time of the operating system, in a unit.
os_time(Unit) -> os:system_time(unit(Unit)).

%% @doc The time since 1970, in native units.
system_time() -> erlang:system_time().

%% @doc The time since 1970, in a unit.
system_time(Unit) -> erlang:system_time(unit(Unit)).

%% @doc What system_time is ahead of monotonic_time, in native units.
time_offset() -> erlang:time_offset().

%% @doc What system_time is ahead of monotonic_time, in a unit.
time_offset(Unit) -> erlang:time_offset(unit(Unit)).

%% @doc An integer that this node gave nobody else.
unique_integer() -> erlang:unique_integer().

%% @doc An integer that this node gave nobody else: positive, monotonic.
unique_integer(Modifiers) -> erlang:unique_integer(Modifiers).

unit(Unit) when
    Unit =:= second; Unit =:= millisecond; Unit =:= microsecond; Unit =:= nanosecond; Unit =:= native
-> Unit;
unit(Unit) when is_integer(Unit), Unit > 0 -> Unit;
unit(Unit) ->
    Shown = 'Elixir.Kernel':inspect(Unit),
    error(#{
        '__struct__' => 'Elixir.ArgumentError', '__exception__' => true,
        message =>
            <<"unsupported time unit. Expected :second, :millisecond, :microsecond, :nanosecond, "
              "or a positive integer, got ",
              Shown/binary>>
    }).

%% @doc The version of Elixir whose library this is.
version() -> <<"1.14.0">>.

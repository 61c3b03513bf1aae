%% timer: units, and how long a call takes. What starts a timer is no part of this.
%% Sources: the reference manual of stdlib.
-module(timer).
-export([seconds/1, minutes/1, hours/1, hms/3, now_diff/2, tc/1, tc/2, tc/3]).

%% @doc Seconds in milliseconds.
seconds(Seconds) -> 1000 * Seconds.

%% @doc Minutes in milliseconds.
minutes(Minutes) -> 1000 * 60 * Minutes.

%% @doc Hours in milliseconds.
hours(Hours) -> 1000 * 60 * 60 * Hours.

%% @doc Hours, minutes and seconds in milliseconds.
hms(Hours, Minutes, Seconds) -> hours(Hours) + minutes(Minutes) + seconds(Seconds).

%% @doc The microseconds between two timestamps.
now_diff({Mega2, Second2, Micro2}, {Mega1, Second1, Micro1}) ->
    ((Mega2 - Mega1) * 1000000 + (Second2 - Second1)) * 1000000 + (Micro2 - Micro1).

%% @doc {Microseconds, Result} of a call of Fun.
tc(Fun) ->
    Start = erlang:monotonic_time(),
    Result = Fun(),
    {erlang:convert_time_unit(erlang:monotonic_time() - Start, native, microsecond), Result}.

%% @doc {Microseconds, Result} of a call of Fun with arguments.
tc(Fun, Arguments) ->
    Start = erlang:monotonic_time(),
    Result = apply(Fun, Arguments),
    {erlang:convert_time_unit(erlang:monotonic_time() - Start, native, microsecond), Result}.

%% @doc {Microseconds, Result} of a call of Module:Function with arguments.
tc(Module, Function, Arguments) ->
    Start = erlang:monotonic_time(),
    Result = apply(Module, Function, Arguments),
    {erlang:convert_time_unit(erlang:monotonic_time() - Start, native, microsecond), Result}.

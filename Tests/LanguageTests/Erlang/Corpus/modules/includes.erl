-module(includes).
-include("shared.hrl").
-include("shared.hrl").
-export([f/1]).

f(#shared{id = I} = S) ->
    {?DOUBLE(I), S#shared.tags, ?TIMEOUT, ?INNER, ?LINE}.
g() ->
    ?FILE.

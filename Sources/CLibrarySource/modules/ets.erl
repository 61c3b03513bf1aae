%% What of ets calls funs; all else is the node's.
-module(ets).
-export([foldl/3, foldr/3]).

%% @doc Combines the rows with an accumulator, front to back: Fun(Row, Acc).
foldl(Fun, Acc, Table) -> lists:foldl(Fun, Acc, ets:tab2list(Table)).

%% @doc Combines the rows with an accumulator, back to front: Fun(Row, Acc).
foldr(Fun, Acc, Table) -> lists:foldr(Fun, Acc, ets:tab2list(Table)).

-module('Elixir.Tuple').
-export([append/2, delete_at/2, duplicate/2, insert_at/3, product/1, sum/1, to_list/1]).

%% @doc Deprecated: the tuple with an element behind the others.
append(Tuple, Value) -> erlang:append_element(Tuple, Value).

%% @doc The tuple without the element at an index from 0.
delete_at(Tuple, Index) when is_integer(Index), Index >= 0 -> erlang:delete_element(Index + 1, Tuple).

%% @doc A tuple of a value so many times.
duplicate(Value, Size) -> erlang:make_tuple(Size, Value).

%% @doc The tuple with a value before an index from 0.
insert_at(Tuple, Index, Value) when is_integer(Index), Index >= 0 -> erlang:insert_element(Index + 1, Tuple, Value).

%% @doc The product of the elements.
product(Tuple) -> lists:foldl(fun(Element, Product) -> Product * Element end, 1, tuple_to_list(Tuple)).

%% @doc The sum of the elements.
sum(Tuple) -> lists:foldl(fun(Element, Sum) -> Sum + Element end, 0, tuple_to_list(Tuple)).

%% @doc The elements as a list.
to_list(Tuple) -> tuple_to_list(Tuple).

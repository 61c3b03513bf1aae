-module('Elixir.MapSet').
-export([
    '__struct__'/0, '__struct__'/1, delete/2, difference/2, 'disjoint?'/2, 'equal?'/2, filter/2, intersection/2,
    'member?'/2, new/0, new/1, new/2, put/2, reject/2, size/1, 'subset?'/2, symmetric_difference/2, to_list/1, union/2
]).

%% A set is a struct around a map from each element to [], as in Elixir 1.14.

%% @doc The struct with its default values.
'__struct__'() -> new().

%% @doc The struct with these fields.
'__struct__'(Fields) ->
    'Elixir.Enum':reduce(Fields, new(), fun({Key, Value}, Set) -> Set#{Key := Value} end).

%% @doc The set without an element.
delete(#{'__struct__' := ?MODULE, map := Map} = Set, Element) -> Set#{map := maps:remove(Element, Map)}.

%% @doc What is in the first but not in the second.
difference(#{'__struct__' := ?MODULE, map := One} = Set, #{'__struct__' := ?MODULE, map := Two}) ->
    Set#{map := maps:without(maps:keys(Two), One)}.

%% @doc Whether two sets have no element in common.
'disjoint?'(#{'__struct__' := ?MODULE, map := One}, #{'__struct__' := ?MODULE, map := Two}) ->
    not lists:any(fun(Element) -> maps:is_key(Element, Two) end, maps:keys(One)).

%% @doc Whether two sets have the same elements.
'equal?'(#{'__struct__' := ?MODULE, map := One}, #{'__struct__' := ?MODULE, map := Two}) -> One =:= Two.

%% @doc The elements for which the fun is truthy.
filter(#{'__struct__' := ?MODULE, map := Map} = Set, Fun) when is_function(Fun, 1) ->
    Set#{map := maps:from_keys('Elixir.Enum':filter(maps:keys(Map), Fun), [])}.

%% @doc What is in both.
intersection(#{'__struct__' := ?MODULE, map := One} = Set, #{'__struct__' := ?MODULE, map := Two}) ->
    Set#{map := maps:with(maps:keys(Two), One)}.

%% @doc Whether an element is in the set.
'member?'(#{'__struct__' := ?MODULE, map := Map}, Element) -> maps:is_key(Element, Map).

%% @doc The empty set.
new() -> #{'__struct__' => ?MODULE, map => #{}, version => 2}.

%% @doc The set of the elements of an enumerable.
new(#{'__struct__' := ?MODULE} = Set) -> Set;
new(Enumerable) -> (new())#{map := maps:from_keys('Elixir.Enum':to_list(Enumerable), [])}.

%% @doc The set of what the fun makes of the elements.
new(Enumerable, Fun) when is_function(Fun, 1) ->
    (new())#{map := maps:from_keys('Elixir.Enum':map(Enumerable, Fun), [])}.

%% @doc The set with an element.
put(#{'__struct__' := ?MODULE, map := Map} = Set, Element) -> Set#{map := Map#{Element => []}}.

%% @doc The elements for which the fun is not truthy.
reject(#{'__struct__' := ?MODULE, map := Map} = Set, Fun) when is_function(Fun, 1) ->
    Set#{map := maps:from_keys('Elixir.Enum':reject(maps:keys(Map), Fun), [])}.

%% @doc How many elements there are.
size(#{'__struct__' := ?MODULE, map := Map}) -> map_size(Map).

%% @doc Whether all elements of the first are in the second.
'subset?'(#{'__struct__' := ?MODULE, map := One}, #{'__struct__' := ?MODULE, map := Two}) ->
    map_size(One) =< map_size(Two) andalso
        lists:all(fun(Element) -> maps:is_key(Element, Two) end, maps:keys(One)).

%% @doc What is in one of the two only.
symmetric_difference(#{'__struct__' := ?MODULE} = One, #{'__struct__' := ?MODULE} = Two) ->
    union(difference(One, Two), difference(Two, One)).

%% @doc The elements as a list.
to_list(#{'__struct__' := ?MODULE, map := Map}) -> maps:keys(Map).

%% @doc What is in either.
union(#{'__struct__' := ?MODULE, map := One} = Set, #{'__struct__' := ?MODULE, map := Two}) ->
    Set#{map := maps:merge(One, Two)}.

-module(proplists).
-export([is_defined/2]).

%% @doc Whether a property list has the key.
is_defined(Key, [Key | _]) -> true;
is_defined(Key, [Property | _]) when is_tuple(Property), tuple_size(Property) >= 1, element(1, Property) =:= Key -> true;
is_defined(Key, [_ | Rest]) -> is_defined(Key, Rest);
is_defined(_, []) -> false.

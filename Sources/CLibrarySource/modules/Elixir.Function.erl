-module('Elixir.Function').
-export([capture/3, identity/1, info/1, info/2]).

%% @doc The function of that name in a module.
capture(Module, Function, Arity) -> erlang:make_fun(Module, Function, Arity).

%% @doc The value itself.
identity(Value) -> Value.

%% @doc What is known of a function.
info(Fun) -> erlang:fun_info(Fun).

%% @doc One item of what is known of a function.
info(Fun, Item) -> erlang:fun_info(Fun, Item).

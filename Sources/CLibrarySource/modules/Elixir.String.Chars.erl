-module('Elixir.String.Chars').
-export([impl_for/1, to_string/1]).

%% @doc A term as a string: what is text already, numbers, charlists, and structs with a defimpl.
to_string(Binary) when is_binary(Binary) -> Binary;
to_string(nil) -> <<>>;
to_string(Atom) when is_atom(Atom) -> atom_to_binary(Atom, utf8);
to_string(Integer) when is_integer(Integer) -> integer_to_binary(Integer);
to_string(Float) when is_float(Float) -> 'Elixir.Float':to_string(Float);
to_string(List) when is_list(List) -> 'Elixir.List':to_string(List);
to_string(#{'__struct__' := Struct} = Value) when is_atom(Struct) ->
    case lists:member(Struct, known()) of
        true -> Struct:to_string(Value);
        false ->
            Module = 'Elixir.Module':concat(?MODULE, Struct),
            case erlang:function_exported(Module, to_string, 1) of
                true -> Module:to_string(Value);
                false -> undefined(Value)
            end
    end;
to_string(Value) -> undefined(Value).

%% @doc The module that implements the protocol for a value, or nil.
impl_for(#{'__struct__' := Struct}) when is_atom(Struct) ->
    Module = 'Elixir.Module':concat(?MODULE, Struct),
    case lists:member(Struct, known()) orelse erlang:function_exported(Module, to_string, 1) of
        true -> Module;
        false -> nil
    end;
impl_for(Value) when is_binary(Value); is_atom(Value); is_number(Value); is_list(Value) -> ?MODULE;
impl_for(_) -> nil.

known() -> ['Elixir.Date', 'Elixir.Time', 'Elixir.NaiveDateTime', 'Elixir.DateTime', 'Elixir.URI'].

undefined(Value) ->
    error(#{
        '__struct__' => 'Elixir.Protocol.UndefinedError', '__exception__' => true, protocol => ?MODULE, value => Value,
        description => description(Value)
    }).

description(Value) when is_bitstring(Value) -> <<"cannot convert a bitstring to a string">>;
description(_) -> <<>>.

-module('Elixir.List.Chars').
-export([to_charlist/1]).

%% @doc A term as a charlist: what is text already, numbers, and structs with a defimpl.
to_charlist(List) when is_list(List) -> List;
to_charlist(nil) -> [];
to_charlist(Atom) when is_atom(Atom) -> atom_to_list(Atom);
to_charlist(Binary) when is_binary(Binary) -> 'Elixir.String':to_charlist(Binary);
to_charlist(Integer) when is_integer(Integer) -> integer_to_list(Integer);
to_charlist(Float) when is_float(Float) -> 'Elixir.Float':to_charlist(Float);
to_charlist(#{'__struct__' := Struct} = Value) when is_atom(Struct) ->
    Module = 'Elixir.Module':concat(?MODULE, Struct),
    case erlang:function_exported(Module, to_charlist, 1) of
        true -> Module:to_charlist(Value);
        false -> undefined(Value, <<>>)
    end;
to_charlist(Bits) when is_bitstring(Bits) -> undefined(Bits, <<"cannot convert a bitstring to a charlist">>);
to_charlist(Value) -> undefined(Value, <<>>).

undefined(Value, Description) ->
    error(#{
        '__struct__' => 'Elixir.Protocol.UndefinedError', '__exception__' => true, protocol => ?MODULE, value => Value,
        description => Description
    }).

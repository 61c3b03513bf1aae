-module('Elixir.Collectable').
-export([into/1]).

%% @doc The accumulator and the collector function that put elements into a list, map, set, binary or struct.
into(List) when is_list(List) ->
    {[], fun
        (Acc, {cont, Element}) -> [Element | Acc];
        (Acc, done) -> List ++ lists:reverse(Acc);
        (_, halt) -> ok
    end};
into(Binary) when is_binary(Binary) ->
    {[Binary], fun
        (Acc, {cont, Element}) when is_binary(Element) -> [Acc | Element];
        (Acc, done) -> iolist_to_binary(Acc);
        (_, halt) -> ok
    end};
into(Bits) when is_bitstring(Bits) ->
    {Bits, fun
        (Acc, {cont, Element}) when is_bitstring(Element) -> <<Acc/bitstring, Element/bitstring>>;
        (Acc, done) -> Acc;
        (_, halt) -> ok
    end};
into(#{'__struct__' := 'Elixir.MapSet', map := Map} = Set) ->
    {Map, fun
        (Acc, {cont, Element}) -> Acc#{Element => []};
        (Acc, done) -> Set#{map := Acc};
        (_, halt) -> ok
    end};
into(#{'__struct__' := 'Elixir.Stream'} = Stream) -> undefined(Stream);
into(#{'__struct__' := Struct} = Value) when is_atom(Struct) ->
    Module = 'Elixir.Module':concat(?MODULE, Struct),
    case erlang:function_exported(Module, into, 1) of
        true -> Module:into(Value);
        false -> undefined(Value)
    end;
into(Map) when is_map(Map) ->
    {Map, fun
        (Acc, {cont, {Key, Value}}) -> Acc#{Key => Value};
        (Acc, done) -> Acc;
        (_, halt) -> ok
    end};
into(Value) -> undefined(Value).

undefined(Value) ->
    error(#{
        '__struct__' => 'Elixir.Protocol.UndefinedError', '__exception__' => true, protocol => 'Elixir.Collectable',
        value => Value, description => <<>>
    }).

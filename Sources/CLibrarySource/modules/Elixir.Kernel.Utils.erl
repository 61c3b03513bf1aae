-module('Elixir.Kernel.Utils').
-export([destructure/2, raise/1]).

%% What forms of Kernel need when their arguments are known only as they run.

%% @doc A list cut or filled up with nil to so many elements.
destructure(nil, Count) -> destructure([], Count);
destructure(_, 0) -> [];
destructure([], Count) -> [nil | destructure([], Count - 1)];
destructure([Head | Tail], Count) -> [Head | destructure(Tail, Count - 1)].

%% @doc The exception that raise/1 raises.
raise(Text) when is_binary(Text) -> 'Elixir.RuntimeError':exception(Text);
raise(Module) when is_atom(Module) -> Module:exception([]);
raise(#{'__struct__' := _, '__exception__' := true} = Exception) -> Exception;
raise(Other) ->
    'Elixir.ArgumentError':exception(iolist_to_binary([
        "raise/1 and reraise/2 expect a module name, string or exception as the first argument, got: ",
        'Elixir.Kernel':inspect(Other)
    ])).

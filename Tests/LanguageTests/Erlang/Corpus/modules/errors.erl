-module(errors).
-export([f/1]).
f(X) ->
    try
        g(X),
        h(X)
    of
        {ok, V} when V > 1 -> V;
        V -> {other, V}
    catch
        throw:{my, R} -> R;
        error:badarith:St -> {arith, St};
        error:R when is_atom(R); is_tuple(R) -> {error, R};
        exit:_ -> exit;
        Class:Reason:Stack ->
            erlang:raise(Class, Reason, Stack)
    after
        cleanup(),
        ok
    end.
g(X) -> catch X / 0.
h(X) ->
    case catch g(X) of
        {'EXIT', {R, _}} -> R;
        Y -> Y
    end.
cleanup() -> try ok after ok end.
k() ->
    A = catch h(1),
    (catch A = 2),
    A.

-module(maps_).
-export([f/1]).
f(#{a := A, "b" := #{c := C}} = M) ->
    M2 = M#{a => A + 1, {x, y} := C},
    #{k := V} = M2#{new => 1}#{k => 2},
    {V, #{}, #{1 => 2, 3.0 => four}};
f(#{{key, 1} := V}) when map_size(V) > 0, is_map_key(a, V) -> V;
f(M) ->
    [begin #{K := V} = M, {K, V} end || K <- maps:keys(M)].

-module(records).
-compile(export_all).
-compile([nowarn_export_all, {inline, [get_name/1]}]).

-record(person, {name, age = 0, email = undefined}).
-record(typed, {a :: integer(),
                b = 1 :: integer() | float(),
                c = {x, [y]} :: {atom(), list()},
                d}).
-record(empty, {}).
-record('odd name', {'a field', 'B'}).

new(Name) -> #person{name = Name}.
get_name(#person{name = N}) -> N.
older(P) -> P#person{age = P#person.age + 1}.
index() -> #person.email.
all(X) -> #typed{_ = X, a = 1}.
nested(#typed{a = #person{name = N}, b = B} = T) when B > 1 -> {N, T#typed.d};
nested(_) -> #empty{}.
is(X) when is_record(X, person) -> true;
is(X) when is_record(X, typed, 5) -> {true, X};
is(_) -> false.
odd(X) -> X#'odd name'.'a field'.
chain(X) -> (X#typed.a)#person.name.
chain2(X) -> X#typed.d#person.name.

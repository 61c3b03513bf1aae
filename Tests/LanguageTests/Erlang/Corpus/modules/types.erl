-module(types).
-export([f/1, g/2, h/0, k/1]).
-export_type([t/0, pair/2, op/0]).

-type t() :: integer() | atom() | {t(), t()}.
-type pair(A, B) :: {A, B}.
-opaque op() :: #{key := value, integer() => [t()]}.
-type many() :: 1..10 | -1 | 1 + 2 * 3 | $a | <<>> | <<_:8>> | <<_:_*8>> | <<_:16, _:_*4>>
              | [] | [a] | [a, ...] | {} | {a, b} | tuple() | map() | #{} | list() | list(a)
              | fun() | fun((...) -> a) | fun(() -> a) | fun((a, b) -> c) | fun((X :: a) -> X)
              | other:t() | other:t(a, b) | #rec{} | #rec{a :: integer(), b :: atom()}
              | nonempty_list() | nonempty_list(a) | maybe_improper_list(a, b) | string()
              | many2(a) | (a | b) | A :: term() | no_return() | (1 bsl 3)..(1 bsl 4).
-type many2(_T) :: any().
-type nested() :: {ok, [{atom(), fun((integer()) -> {ok, term()} | error)}]}
                | {error, Reason :: term()}.
-type(old_style() :: integer()).
-record(rec, {a, b}).

-spec f(integer()) -> integer().
f(X) -> X.

-spec g(A, B) -> {A, B} when A :: term(), B :: integer();
       (atom(), atom()) -> atom().
g(A, B) -> {A, B}.

-spec h() -> no_return().
h() -> exit(normal).

-spec types:k(X) -> X when is_subtype(X, atom()), X :: a | b.
k(X) -> X.

-callback init(Args :: term()) -> {ok, State :: term()} | ignore.
-callback stop() -> ok.
-optional_callbacks([stop/0]).
-dialyzer({nowarn_function, [f/1, {g, 2}]}).
-dialyzer(no_return).

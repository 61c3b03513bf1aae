-module('Elixir.Bitwise').
-export([
    '&&&'/2, '<<<'/2, '>>>'/2, '^^^'/2, '|||'/2, '~~~'/1, 'band'/2, 'bnot'/1, 'bor'/2, 'bsl'/2, 'bsr'/2, 'bxor'/2
]).

%% @doc The bits that both integers have.
'&&&'(Left, Right) -> Left band Right.

%% @doc The integer with its bits so many places up.
'<<<'(Left, Right) -> Left bsl Right.

%% @doc The integer with its bits so many places down.
'>>>'(Left, Right) -> Left bsr Right.

%% @doc The bits that one of two integers has.
'^^^'(Left, Right) -> Left bxor Right.

%% @doc The bits that either integer has.
'|||'(Left, Right) -> Left bor Right.

%% @doc The bits that the integer does not have.
'~~~'(Value) -> bnot Value.

%% @doc The bits that both integers have.
'band'(Left, Right) -> Left band Right.

%% @doc The bits that the integer does not have.
'bnot'(Value) -> bnot Value.

%% @doc The bits that either integer has.
'bor'(Left, Right) -> Left bor Right.

%% @doc The integer with its bits so many places up.
'bsl'(Left, Right) -> Left bsl Right.

%% @doc The integer with its bits so many places down.
'bsr'(Left, Right) -> Left bsr Right.

%% @doc The bits that one of two integers has.
'bxor'(Left, Right) -> Left bxor Right.

-module(conditions).
-define(FLAG, true).
-ifdef(FLAG).
-export([flag/0]).
flag() -> yes.
-else.
flag() -> no.
-endif.
-ifndef(FLAG).
flag2() -> not_here(.
-else.
flag2() -> here.
-endif.
-ifdef(NOTHING).
-ifdef(FLAG).
inner() -> 1.
-else.
inner() -> 2.
-endif.
-if(1).
-elif(2).
-else.
-endif.
broken( -> .
-endif.
-if(?OTP_RELEASE >= 20).
new() -> true.
-else.
new() -> false.
-endif.
-if(defined(FLAG) andalso not defined(NOTHING)).
both() -> true.
-endif.
-if(1 > 2).
order() -> 1.
-elif(2 > 1).
order() -> 2.
-elif(true).
order() -> 3.
-else.
order() -> 4.
-endif.
-define(VALUE, 5).
-if(?VALUE + 1 =:= 6).
value() -> six.
-endif.
-if(?VALUE rem 2 == 0 orelse ?VALUE div 2 == 2).
value2() -> ok.
-endif.
-undef(FLAG).
-ifdef(FLAG).
gone() -> no.
-endif.
-if(false).
-else.
last() -> end_of_it.
-endif.

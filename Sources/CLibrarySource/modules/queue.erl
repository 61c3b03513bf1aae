%% queue: queues of two lists, {Rear, Front}; the last element is the head of Rear. A queue of two or more elements has
%% none of the two empty.
%% Sources: the reference manual of stdlib; the shape is OTP's, which queues on the wire have.
-module(queue).
-export([new/0, is_queue/1, is_empty/1, len/1, to_list/1, from_list/1, member/2, in/2, in_r/2, out/1, out_r/1, get/1,
    get_r/1, peek/1, peek_r/1, drop/1, drop_r/1, reverse/1, join/2, split/2, filter/2, filtermap/2, fold/3, any/2, all/2,
    delete/2, delete_r/2, delete_with/2, delete_with_r/2, cons/2, head/1, tail/1, snoc/2, last/1, daeh/1, init/1,
    liat/1, lait/1]).

%% @doc The empty queue.
new() -> {[], []}.

%% @doc Whether it is a queue.
is_queue({Rear, Front}) when is_list(Rear), is_list(Front) -> true;
is_queue(_) -> false.

%% @doc Whether it has no elements.
is_empty({[], []}) -> true;
is_empty({Rear, Front}) when is_list(Rear), is_list(Front) -> false;
is_empty(A) -> error(badarg, [A]).

%% @doc How many elements it has.
len({Rear, Front}) when is_list(Rear), is_list(Front) -> length(Rear) + length(Front);
len(A) -> error(badarg, [A]).

%% @doc The elements, the first one first.
to_list({Rear, Front}) when is_list(Rear), is_list(Front) -> Front ++ lists:reverse(Rear);
to_list(A) -> error(badarg, [A]).

%% @doc A queue of the elements of a list.
from_list(List) when is_list(List) -> from_front(List);
from_list(A) -> error(badarg, [A]).

%% Half of the elements go to the rear.
from_front([]) -> {[], []};
from_front([_] = List) -> {List, []};
from_front(List) ->
    {Front, Rear} = lists:split(length(List) div 2, List),
    {lists:reverse(Rear), Front}.

from_rear([]) -> {[], []};
from_rear([_] = List) -> {[], List};
from_rear(List) ->
    {Rear, Front} = lists:split(length(List) div 2, List),
    {Rear, lists:reverse(Front)}.

%% @doc Whether a queue has an element.
member(Element, {Rear, Front}) when is_list(Rear), is_list(Front) ->
    lists:member(Element, Rear) orelse lists:member(Element, Front);
member(A, B) -> error(badarg, [A, B]).

%% @doc The queue with an element at its end.
in(Element, {[_] = Rear, []}) -> {[Element], Rear};
in(Element, {Rear, Front}) when is_list(Rear), is_list(Front) -> {[Element | Rear], Front};
in(A, B) -> error(badarg, [A, B]).

%% @doc The queue with an element at its front.
in_r(Element, {[], [_] = Front}) -> {Front, [Element]};
in_r(Element, {Rear, Front}) when is_list(Rear), is_list(Front) -> {Rear, [Element | Front]};
in_r(A, B) -> error(badarg, [A, B]).

%% @doc {{value, First}, Rest}, or {empty, Queue}.
out({[], []} = Queue) -> {empty, Queue};
out({[Element], []}) -> {{value, Element}, {[], []}};
out({[Last | Rear], []}) ->
    [Element | Front] = lists:reverse(Rear),
    {{value, Element}, {[Last], Front}};
out({Rear, [Element]}) when is_list(Rear) -> {{value, Element}, from_rear(Rear)};
out({Rear, [Element | Front]}) when is_list(Rear) -> {{value, Element}, {Rear, Front}};
out(A) -> error(badarg, [A]).

%% @doc {{value, Last}, Rest}, or {empty, Queue}.
out_r({[], []} = Queue) -> {empty, Queue};
out_r({[], [Element]}) -> {{value, Element}, {[], []}};
out_r({[], [First | Front]}) ->
    [Element | Rear] = lists:reverse(Front),
    {{value, Element}, {Rear, [First]}};
out_r({[Element], Front}) when is_list(Front) -> {{value, Element}, from_front(Front)};
out_r({[Element | Rear], Front}) when is_list(Front) -> {{value, Element}, {Rear, Front}};
out_r(A) -> error(badarg, [A]).

%% @doc The first element of a queue that is not empty.
get(Queue) -> first(Queue).

first(Queue) ->
    case peek(Queue) of
        {value, Element} -> Element;
        empty -> error(empty)
    end.

%% @doc The last element of a queue that is not empty.
get_r(Queue) ->
    case peek_r(Queue) of
        {value, Element} -> Element;
        empty -> error(empty)
    end.

%% @doc {value, First}, or empty.
peek({[], []}) -> empty;
peek({Rear, [Element | _]}) when is_list(Rear) -> {value, Element};
peek({[_ | _] = Rear, []}) -> {value, lists:last(Rear)};
peek(A) -> error(badarg, [A]).

%% @doc {value, Last}, or empty.
peek_r({[], []}) -> empty;
peek_r({[Element | _], Front}) when is_list(Front) -> {value, Element};
peek_r({[], [_ | _] = Front}) -> {value, lists:last(Front)};
peek_r(A) -> error(badarg, [A]).

%% @doc The queue without its first element.
drop(Queue) ->
    case out(Queue) of
        {{value, _}, Rest} -> Rest;
        {empty, _} -> error(empty)
    end.

%% @doc The queue without its last element.
drop_r(Queue) ->
    case out_r(Queue) of
        {{value, _}, Rest} -> Rest;
        {empty, _} -> error(empty)
    end.

%% @doc The queue in reverse order.
reverse({Rear, Front}) when is_list(Rear), is_list(Front) -> {Front, Rear};
reverse(A) -> error(badarg, [A]).

%% @doc The elements of both queues.
join({Rear, Front} = Queue, {[], []}) when is_list(Rear), is_list(Front) -> Queue;
join({[], []}, {Rear, Front} = Queue) when is_list(Rear), is_list(Front) -> Queue;
join({Rear1, Front1}, {Rear2, Front2}) when is_list(Rear1), is_list(Front1), is_list(Rear2), is_list(Front2) ->
    {Rear2, Front1 ++ lists:reverse(Rear1, Front2)};
join(A, B) -> error(badarg, [A, B]).

%% @doc The first N elements, and the rest.
split(N, {Rear, Front}) when is_integer(N), N >= 0, is_list(Rear), is_list(Front) ->
    case N =< length(Rear) + length(Front) of
        true ->
            {One, Two} = lists:split(N, Front ++ lists:reverse(Rear)),
            {from_front(One), from_front(Two)};
        false -> error(badarg)
    end;
split(A, B) -> error(badarg, [A, B]).

%% @doc The elements for which Fun gives true, or the lists that it gives.
filter(Fun, {Rear, Front}) when is_function(Fun, 1), is_list(Rear), is_list(Front) ->
    NewFront = lists:flatmap(fun(Element) -> chosen(Fun(Element), Element) end, Front),
    NewRear = lists:flatmap(fun(Element) -> chosen(Fun(Element), Element) end, lists:reverse(Rear)),
    balanced(NewFront, NewRear);
filter(A, B) -> error(badarg, [A, B]).

chosen(true, Element) -> [Element];
chosen(false, _) -> [];
chosen(List, _) when is_list(List) -> List.

balanced([], Rear) -> from_rear(lists:reverse(Rear));
balanced(Front, []) -> from_front(Front);
balanced(Front, Rear) -> {lists:reverse(Rear), Front}.

%% @doc As filter/2; where Fun gives {true, Value}, Value takes the element's place.
filtermap(Fun, {Rear, Front}) when is_function(Fun, 1), is_list(Rear), is_list(Front) ->
    NewFront = lists:filtermap(Fun, Front),
    balanced(NewFront, lists:filtermap(Fun, lists:reverse(Rear)));
filtermap(A, B) -> error(badarg, [A, B]).

%% @doc Combines the elements with an accumulator: Fun(Element, Acc).
fold(Fun, Acc, {Rear, Front}) when is_function(Fun, 2), is_list(Rear), is_list(Front) ->
    lists:foldr(Fun, lists:foldl(Fun, Acc, Front), Rear);
fold(A, B, C) -> error(badarg, [A, B, C]).

%% @doc Whether Fun gives true for an element.
any(Fun, {Rear, Front}) when is_function(Fun, 1), is_list(Rear), is_list(Front) ->
    lists:any(Fun, Front) orelse lists:any(Fun, Rear);
any(A, B) -> error(badarg, [A, B]).

%% @doc Whether Fun gives true for all elements.
all(Fun, {Rear, Front}) when is_function(Fun, 1), is_list(Rear), is_list(Front) ->
    lists:all(Fun, Front) andalso lists:all(Fun, Rear);
all(A, B) -> error(badarg, [A, B]).

%% @doc The queue without the first element that matches.
delete(Element, Queue) -> delete_with(fun(Other) -> Other =:= Element end, Queue).

%% @doc The queue without the last element that matches.
delete_r(Element, Queue) -> delete_with_r(fun(Other) -> Other =:= Element end, Queue).

%% @doc The queue without the first element for which Fun gives true.
delete_with(Fun, {Rear, Front} = Queue) when is_function(Fun, 1), is_list(Rear), is_list(Front) ->
    case without(Fun, Front, []) of
        none ->
            case without(Fun, lists:reverse(Rear), []) of
                none -> Queue;
                NewRear -> balanced(Front, NewRear)
            end;
        NewFront -> balanced(NewFront, lists:reverse(Rear))
    end;
delete_with(A, B) -> error(badarg, [A, B]).

%% @doc The queue without the last element for which Fun gives true.
delete_with_r(Fun, Queue) when is_function(Fun, 1) -> reverse(delete_with(Fun, reverse(Queue)));
delete_with_r(A, B) -> error(badarg, [A, B]).

without(Fun, [Head | Tail], Passed) ->
    case Fun(Head) of
        true -> lists:reverse(Passed, Tail);
        false -> without(Fun, Tail, [Head | Passed])
    end;
without(_, [], _) -> none.

%% @doc As in_r/2.
cons(Element, Queue) -> in_r(Element, Queue).

%% @doc As get/1.
head(Queue) -> first(Queue).

%% @doc As drop/1.
tail(Queue) -> drop(Queue).

%% @doc The queue with an element at its end.
snoc(Queue, Element) -> in(Element, Queue).

%% @doc As get_r/1.
last(Queue) -> get_r(Queue).

%% @doc As get_r/1.
daeh(Queue) -> get_r(Queue).

%% @doc As drop_r/1.
init(Queue) -> drop_r(Queue).

%% @doc As drop_r/1.
liat(Queue) -> drop_r(Queue).

%% @doc As drop_r/1.
lait(Queue) -> drop_r(Queue).

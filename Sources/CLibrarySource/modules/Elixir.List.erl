-module('Elixir.List').
-export([
    'ascii_printable?'/1, 'ascii_printable?'/2, delete/2, delete_at/2, duplicate/2, first/1, first/2, flatten/1,
    flatten/2, foldl/3, foldr/3, 'improper?'/1, insert_at/3, keydelete/3, keyfind/3, keyfind/4, 'keyfind!'/3,
    'keymember?'/3, keyreplace/4, keysort/2, keysort/3, keystore/4, keytake/3, last/1, last/2, myers_difference/2,
    myers_difference/3, pop_at/2, pop_at/3, replace_at/3, 'starts_with?'/2, to_atom/1, to_charlist/1,
    to_existing_atom/1, to_float/1, to_integer/1, to_integer/2, to_string/1, to_tuple/1, update_at/3, wrap/1, zip/1
]).

%% @doc Whether all elements are printable ASCII characters.
'ascii_printable?'(List) -> 'ascii_printable?'(List, infinity).

%% @doc Whether the first elements, up to a limit, are printable ASCII characters.
'ascii_printable?'(List, Limit) when is_list(List), Limit =:= infinity; is_list(List), is_integer(Limit), Limit >= 0 ->
    printable(List, Limit).

%% @doc The list without the first occurrence of an element.
delete([Element | Tail], Element) -> Tail;
delete([Head | Tail], Element) -> [Head | delete(Tail, Element)];
delete([], _) -> [].

%% @doc The list without the element at an index.
delete_at(List, Index) when is_integer(Index) ->
    {_, Rest} = pop_at(List, Index),
    Rest.

%% @doc A value so many times.
duplicate(Value, Count) when is_integer(Count), Count >= 0 -> lists:duplicate(Count, Value).

%% @doc The first element, or nil.
first(List) -> first(List, nil).

%% @doc The first element, or a default.
first([], Default) -> Default;
first([Head | _], _) -> Head.

%% @doc One list of the elements of all nested lists.
flatten(List) -> lists:flatten(List).

%% @doc One list of the elements of all nested lists, followed by a tail.
flatten(List, Tail) -> lists:flatten(List, Tail).

%% @doc Folds from the left: the fun takes an element and the accumulator.
foldl(List, Acc, Fun) when is_list(List), is_function(Fun) -> lists:foldl(Fun, Acc, List).

%% @doc Folds from the right: the fun takes an element and the accumulator.
foldr(List, Acc, Fun) when is_list(List), is_function(Fun) -> lists:foldr(Fun, Acc, List).

%% @doc Whether a list does not end in [].
'improper?'([]) -> false;
'improper?'([_ | Tail]) when is_list(Tail) -> 'improper?'(Tail);
'improper?'([_ | _]) -> true.

%% @doc The list with a value before an index; -1 is the end.
insert_at(List, Index, Value) when is_list(List), is_integer(Index), Index < 0 ->
    insert(List, erlang:max(0, length(List) + Index + 1), Value);
insert_at(List, Index, Value) when is_list(List), is_integer(Index) -> insert(List, Index, Value).

%% @doc The list without the first tuple with a key at a position.
keydelete(List, Key, Position) when is_integer(Position) -> lists:keydelete(Key, Position + 1, List).

%% @doc The first tuple with a key at a position, or nil.
keyfind(List, Key, Position) -> keyfind(List, Key, Position, nil).

%% @doc The first tuple with a key at a position, or a default.
keyfind(List, Key, Position, Default) when is_integer(Position) ->
    case lists:keyfind(Key, Position + 1, List) of
        false -> Default;
        Tuple -> Tuple
    end.

%% @doc The first tuple with a key at a position; raises KeyError if there is none.
'keyfind!'(List, Key, Position) when is_integer(Position) ->
    case lists:keyfind(Key, Position + 1, List) of
        false ->
            Text = ["key ", show(Key), " at position ", show(Position), " not found in: ", show(List)],
            error(#{
                '__struct__' => 'Elixir.KeyError', '__exception__' => true, key => Key, term => List,
                message => iolist_to_binary(Text)
            });
        Tuple -> Tuple
    end.

%% @doc Whether a tuple has a key at a position.
'keymember?'(List, Key, Position) when is_integer(Position) -> lists:keymember(Key, Position + 1, List).

%% @doc The list with another tuple for the first with a key at a position.
keyreplace(List, Key, Position, Tuple) when is_integer(Position) -> lists:keyreplace(Key, Position + 1, List, Tuple).

%% @doc The tuples in the order of their elements at a position.
keysort(List, Position) -> keysort(List, Position, asc).

%% @doc The tuples sorted by their elements at a position, as Enum.sort/2.
keysort(List, Position, asc) when is_list(List), is_integer(Position) -> lists:keysort(Position + 1, List);
keysort(List, Position, Sorter) when is_list(List), is_integer(Position) ->
    lists:sort(key_sorter(Sorter, Position + 1), List).

%% @doc The list with a tuple in place of the first with a key at a position, or at the end.
keystore(List, Key, Position, Tuple) when is_integer(Position) -> lists:keystore(Key, Position + 1, List, Tuple).

%% @doc The first tuple with a key at a position and the list without it, or nil.
keytake(List, Key, Position) when is_integer(Position) ->
    case lists:keytake(Key, Position + 1, List) of
        {value, Tuple, Rest} -> {Tuple, Rest};
        false -> nil
    end.

%% @doc The last element, or nil.
last(List) -> last(List, nil).

%% @doc The last element, or a default.
last([], Default) -> Default;
last([Element], _) -> Element;
last([_ | Tail], Default) -> last(Tail, Default).

%% @doc How to make the second list of the first: a list of {eq, L}, {del, L} and {ins, L}.
myers_difference(Left, Right) when is_list(Left), is_list(Right) -> difference(Left, Right, none).

%% @doc As myers_difference/2; the fun may give the difference of two elements.
myers_difference(Left, Right, Fun) when is_list(Left), is_list(Right), is_function(Fun, 2) ->
    difference(Left, Right, Fun).

%% @doc The element at an index (nil if there is none) and the list without it.
pop_at(List, Index) -> pop_at(List, Index, nil).

%% @doc The element at an index, or a default, and the list without it.
pop_at(List, Index, Default) when is_integer(Index), Index < 0 -> pop(List, length(List) + Index, Default, []);
pop_at(List, Index, Default) when is_integer(Index) -> pop(List, Index, Default, []).

%% @doc The list with another element at an index.
replace_at(List, Index, Value) when is_list(List), is_integer(Index) -> update(List, Index, fun(_) -> Value end).

%% @doc Whether a list begins with the elements of another.
'starts_with?'([Head | Tail], [Head | Rest]) -> 'starts_with?'(Tail, Rest);
'starts_with?'(List, []) when is_list(List) -> true;
'starts_with?'(List, [_ | _]) when is_list(List) -> false.

%% @doc The atom of a charlist.
to_atom(Charlist) -> list_to_atom(Charlist).

%% @doc The code points of nested charlists and strings.
to_charlist(List) when is_list(List) ->
    try unicode:characters_to_list(List) of
        Charlist when is_list(Charlist) -> Charlist;
        {Kind, Encoded, Rest} -> bad_encoding(Kind, list_to_binary_of(Encoded), Rest)
    catch
        error:badarg -> not_text(List, <<"charlist">>, <<"contain only">>)
    end.

%% @doc The existing atom of a charlist.
to_existing_atom(Charlist) -> list_to_existing_atom(Charlist).

%% @doc The float of a charlist.
to_float(Charlist) -> list_to_float(Charlist).

%% @doc The integer of a charlist.
to_integer(Charlist) -> list_to_integer(Charlist).

%% @doc The integer of a charlist in a base.
to_integer(Charlist, Base) -> list_to_integer(Charlist, Base).

%% @doc The string of nested charlists and strings.
to_string(List) when is_list(List) ->
    try unicode:characters_to_binary(List) of
        Binary when is_binary(Binary) -> Binary;
        {Kind, Encoded, Rest} -> bad_encoding(Kind, Encoded, Rest)
    catch
        error:badarg -> not_text(List, <<"string">>, <<"either be empty or only\ncontain the following elements">>)
    end.

%% @doc The tuple of the elements.
to_tuple(List) -> list_to_tuple(List).

%% @doc The list with what the fun makes of the element at an index.
update_at(List, Index, Fun) when is_list(List), is_function(Fun), is_integer(Index) -> update(List, Index, Fun).

%% @doc A list as it is, [] for nil, a list of anything else.
wrap(List) when is_list(List) -> List;
wrap(nil) -> [];
wrap(Other) -> [Other].

%% @doc Tuples of the elements at the same places, until one list runs out.
zip([]) -> [];
zip(Lists) when is_list(Lists) -> zip(Lists, [], []).

%% The heads of all lists make a tuple.
zip(Lists, Heads, Tails) -> zip_row(Lists, Heads, Tails, []).

zip_row([], Heads, Tails, Acc) -> zip_row(lists:reverse(Tails), [], [], [list_to_tuple(lists:reverse(Heads)) | Acc]);
zip_row([[Head | Tail] | Lists], Heads, Tails, Acc) -> zip_row(Lists, [Head | Heads], [Tail | Tails], Acc);
zip_row([[] | _], _, _, Acc) -> lists:reverse(Acc).

printable(_, 0) -> true;
printable([Char | Rest], Limit) when Char >= 7, Char =< 13; Char =:= 27; is_integer(Char), Char >= 32, Char =< 126 ->
    printable(Rest, case Limit of infinity -> infinity; _ -> Limit - 1 end);
printable([], _) -> true;
printable(_, _) -> false.

insert([], _, Value) -> [Value];
insert(List, 0, Value) -> [Value | List];
insert([Head | Tail], Index, Value) -> [Head | insert(Tail, Index - 1, Value)].

pop([], _, Default, Acc) -> {Default, lists:reverse(Acc)};
pop([Head | Tail], 0, _, Acc) -> {Head, lists:reverse(Acc, Tail)};
pop(List, Index, Default, Acc) when Index < 0 -> {Default, lists:reverse(Acc, List)};
pop([Head | Tail], Index, Default, Acc) -> pop(Tail, Index - 1, Default, [Head | Acc]).

update(List, Index, Fun) when Index < 0 ->
    case length(List) + Index of
        Position when Position < 0 -> List;
        Position -> update(List, Position, Fun)
    end;
update([], _, _) -> [];
update([Head | Tail], 0, Fun) -> [Fun(Head) | Tail];
update([Head | Tail], Index, Fun) -> [Head | update(Tail, Index - 1, Fun)].

key_sorter(Sorter, Position) when is_function(Sorter, 2) ->
    fun(One, Two) -> Sorter(element(Position, One), element(Position, Two)) end;
key_sorter(desc, Position) -> fun(One, Two) -> element(Position, One) >= element(Position, Two) end;
key_sorter({asc, Module}, Position) -> key_sorter(Module, Position);
key_sorter({desc, Module}, Position) when is_atom(Module) ->
    fun(One, Two) -> Module:compare(element(Position, One), element(Position, Two)) =/= lt end;
key_sorter(Module, Position) when is_atom(Module) ->
    fun(One, Two) -> Module:compare(element(Position, One), element(Position, Two)) =/= gt end.

%% Myers' algorithm: the paths of so many edits that reach furthest on each diagonal. A path is {Y, Left, Right, Edits}:
%% what is left of both lists, and the edits so far back to front. Source: E. Myers, An O(ND) Difference Algorithm and
%% Its Variations, 1986.
difference(Left, Right, Fun) -> envelope(0, [snake({0, Left, Right, []})], Fun).

envelope(Edits, Paths, Fun) ->
    case [Done || {_, [], [], Done} <- Paths] of
        [Done | _] -> joined(Done, []);
        [] -> envelope(Edits + 1, diagonals(Paths, none, Fun), Fun)
    end.

%% The next paths, from the diagonal with the most deletions to that with the most insertions: each comes down from the
%% path above it or right from the one below, whichever reaches further.
diagonals([], none, _) -> [];
diagonals([Path | Paths], none, Fun) -> [down(Path, Fun) | diagonals_from(Path, Paths, Fun)].

diagonals_from(Below, [Above | Paths], Fun) ->
    {YBelow, _, _, _} = Below,
    {YAbove, _, _, _} = Above,
    Next =
        case YBelow > YAbove of
            true -> right(Below, Fun);
            false -> down(Above, Fun)
        end,
    [Next | diagonals_from(Above, Paths, Fun)];
diagonals_from(Below, [], Fun) -> [right(Below, Fun)].

right({Y, [Element | Left] = All, [Other | Right], Edits}, Fun) when is_function(Fun) ->
    case Fun(Element, Other) of
        nil -> snake({Y, All, Right, [{ins, Other} | Edits]});
        Diff -> snake({Y + 1, Left, Right, [{diff, Diff} | Edits]})
    end;
right({Y, Left, [Element | Right], Edits}, _) -> snake({Y, Left, Right, [{ins, Element} | Edits]});
right({Y, Left, [], Edits}, _) -> {Y, Left, [], Edits}.

down({Y, [Element | Left], [Other | Right] = All, Edits}, Fun) when is_function(Fun) ->
    case Fun(Element, Other) of
        nil -> snake({Y + 1, Left, All, [{del, Element} | Edits]});
        Diff -> snake({Y + 1, Left, Right, [{diff, Diff} | Edits]})
    end;
down({Y, [Element | Left], Right, Edits}, _) -> snake({Y + 1, Left, Right, [{del, Element} | Edits]});
down({Y, [], Right, Edits}, _) -> {Y, [], Right, Edits}.

snake({Y, [Element | Left], [Element | Right], Edits}) -> snake({Y + 1, Left, Right, [{eq, Element} | Edits]});
snake(Path) -> Path.

joined([], Acc) -> Acc;
joined([{diff, _} = Edit | Edits], Acc) -> joined(Edits, [Edit | Acc]);
joined([{Kind, Element} | Edits], [{Kind, Elements} | Acc]) -> joined(Edits, [{Kind, [Element | Elements]} | Acc]);
joined([{eq, Element} | Edits], [{ins, Inserted}, {eq, Elements} | Acc]) ->
    joined(Edits, [{eq, [Element]}, {ins, Inserted}, {eq, Elements} | Acc]);
joined([{Kind, Element} | Edits], Acc) -> joined(Edits, [{Kind, [Element]} | Acc]).

list_to_binary_of(Charlist) -> unicode:characters_to_binary(Charlist).

bad_encoding(Kind, Encoded, Rest) ->
    Detail =
        case {Kind, Rest} of
            {incomplete, _} -> ["incomplete encoding starting at ", show(Rest)];
            {_, [Char | _]} when is_integer(Char) ->
                ["invalid code point ", integer_to_binary(Char)];
            {_, [Binary | _]} when is_binary(Binary) -> ["invalid encoding starting at ", show(Binary)];
            _ -> ["invalid encoding starting at ", show(Rest)]
        end,
    error(#{
        '__struct__' => 'Elixir.UnicodeConversionError', '__exception__' => true, encoded => Encoded,
        message => iolist_to_binary(Detail)
    }).

not_text(List, Kind, Condition) ->
    Text = [
        "cannot convert the given list to a ", Kind, ".\n\nTo be converted to a ", Kind, ", a list must ", Condition,
        ":\n\n  * strings\n  * integers representing Unicode code points\n  * ", Kind =:= <<"charlist">> andalso "or ",
        "a list containing one of these three elements\n\n"
        "Please check the given list or call inspect/1 to get the list representation, got:\n\n",
        show(List), "\n"
    ],
    Message = iolist_to_binary([Part || Part <- Text, Part =/= false]),
    error(#{'__struct__' => 'Elixir.ArgumentError', '__exception__' => true, message => Message}).

show(Value) -> 'Elixir.Kernel':inspect(Value).

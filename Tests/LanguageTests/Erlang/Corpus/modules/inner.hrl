-define(INNER, inner).
inner() -> {?INNER, ?FILE, ?LINE}.

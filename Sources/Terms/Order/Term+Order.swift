/// The outcome of comparing two terms.
@frozen
public enum TermOrder: Sendable {
    case less
    case equal
    case greater
}

extension Term {
    /// Erlang's term order: `==`, `<` and `lists:sort/1`. Integers and floats compare by value.
    public static func compare(_ left: Term, _ right: Term) -> TermOrder { .equal }

    /// The order of map keys: as ``compare(_:_:)``, but every integer is less than every float, and only terms that
    /// are `=:=` are equal.
    public static func compareExact(_ left: Term, _ right: Term) -> TermOrder { .equal }
}

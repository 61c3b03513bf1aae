// What this module does: Erlang terms as Swift values, their order, the external term format (ETF), and reading and
// printing them in Erlang and Elixir syntax and as JSON. What it does not: evaluate, send or store anything.
//
// Layout. A `Term` is 16 bytes. Small integers, floats, atoms, pids, ports and nil are inline and cost no reference
// count; the rest is one pointer to an immutable object (a list adds a position inside its segment). Terms are never
// changed after they are made, so they may be shared between threads.

/// An Erlang term.
///
/// `==` and `Hashable` are Erlang's `=:=` of OTP 27 and later (`1` and `1.0` differ, `0.0` and `-0.0` differ); Erlang's
/// `==` and `<` are ``Term/compare(_:_:)``. An integer that fits in `Int` is always ``integer(_:)``, never
/// ``bigInteger(_:)``; an empty list is always ``nil``; a bit string of whole bytes is always ``binary(_:)``.
@frozen
public enum Term: Sendable {
    case integer(Int)
    case float(Double)
    case atom(Atom)
    /// The empty list.
    case `nil`
    /// A list of at least one element, proper or improper.
    case list(List)
    case tuple(Tuple)
    case map(Map)
    case binary(Binary)
    /// A bit string whose size is not a multiple of eight.
    case bitString(BitString)
    case pid(Pid)
    case port(Port)
    case reference(Reference)
    case fun(Fun)
    /// An integer outside the range of `Int`.
    case bigInteger(BigInteger)
    /// A native record of OTP 29 (EEP 79).
    case record(NativeRecord)
    /// LOCAL_EXT: bytes that only the runtime which made them can read; kept and passed on untouched.
    case local(LocalTerm)
}

extension Term: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByArrayLiteral {
    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .float(value) }
    /// A proper list.
    public init(arrayLiteral elements: Term...) { self = .makeList(elements) }
}

extension Term {
    /// The atom `true` or `false`.
    @inlinable
    public static func boolean(_ value: Bool) -> Term { .atom(value ? .true : .false) }

    /// A list of `elements` that ends in `tail`; `tail` itself when there are no elements.
    @inlinable
    public static func makeList(_ elements: some Collection<Term>, tail: Term = .nil) -> Term {
        elements.isEmpty ? tail : .list(List(elements, tail: tail))
    }

    /// A binary with the UTF-8 bytes of `text`.
    public static func string(_ text: String) -> Term { .binary(Binary(text)) }

    /// A list of the code points of `text`: a string in Erlang, a charlist in Elixir.
    public static func charlist(_ text: String) -> Term {
        .makeList(text.unicodeScalars.map { .integer(Int($0.value)) })
    }

    /// The elements of a proper list (none for nil); nothing for an improper list and for any other term.
    public var properList: [Term]? {
        switch self {
        case .nil: return []
        case .list(let list): return list.properElements
        default: return nil
        }
    }

    @inlinable
    public var asAtom: Atom? { if case .atom(let atom) = self { atom } else { nil } }
    @inlinable
    public var asInteger: Int? { if case .integer(let value) = self { value } else { nil } }
    @inlinable
    public var asTuple: Tuple? { if case .tuple(let tuple) = self { tuple } else { nil } }
    @inlinable
    public var asPid: Pid? { if case .pid(let pid) = self { pid } else { nil } }
    @inlinable
    public var asReference: Reference? { if case .reference(let reference) = self { reference } else { nil } }
    @inlinable
    public var asMap: Map? { if case .map(let map) = self { map } else { nil } }
    @inlinable
    public var asBinary: Binary? { if case .binary(let binary) = self { binary } else { nil } }

    /// True for the atom `true` only.
    @inlinable
    public var isTrue: Bool { asAtom == .true }
}

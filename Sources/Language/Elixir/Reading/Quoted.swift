// What this folder does: Elixir source to quoted expressions. `ElixirReader` is lexer and parser in one, since what stands
// inside `#{}` is code; `Quoted` is what it makes. What it does not: know what a name means, or expand anything. That is
// the work of the folder Lowering.
//
// Source: Elixir 1.14, "Syntax reference" and "Operators reference".

public import Terms

/// A quoted expression of Elixir.
///
/// It has more kinds of nodes than Elixir's three, so that whoever lowers it need not take tuples apart.
public indirect enum Quoted: Sendable {
    /// Where something stands: all three from the start of the text, offset from 0, the others from 1.
    public struct Place: Sendable, Hashable {
        public var offset: Int32
        public var line: Int32
        public var column: Int32

        public static let none = Place(offset: 0, line: 0, column: 0)
    }

    /// A piece of text with interpolation.
    public enum Part: Sendable {
        case text([UInt8])
        case code(Quoted)
    }

    /// What a text with interpolation becomes.
    public enum TextKind: Sendable {
        case string, charlist, atom
    }

    /// `Patterns when Guard -> Body`. The patterns may be none.
    public struct Clause: Sendable {
        public var place: Place
        public var patterns: [Quoted]
        public var condition: Quoted?
        public var body: Quoted
    }

    // Literals
    case atom(Place, Atom)
    case integer(Place, Term)
    case float(Place, Double)
    case binary(Place, Binary)
    case charlist(Place, [UInt32])

    /// Text with interpolation.
    case text(Place, TextKind, [Part])
    /// `~name(parts)modifiers`.
    case sigil(Place, String, [Part], String)

    // Containers
    case list(Place, [Quoted])
    case tuple(Place, [Quoted])
    /// `<<…>>`.
    case bits(Place, [Quoted])
    /// `%{base | key => value}`.
    case map(Place, Quoted?, [(key: Quoted, value: Quoted)])
    /// `%name{base | key => value}`.
    case structure(Place, Quoted, Quoted?, [(key: Quoted, value: Quoted)])

    /// A name without arguments: a variable, or a call.
    case name(Place, String)
    /// `Foo.Bar`, or `head.Foo` where the head is no alias.
    case alias(Place, Quoted?, [String])
    /// A call of a name: functions, operators, and all special forms that look like one of these.
    case call(Place, String, [Quoted])
    /// `target.name(arguments)`; without parentheses it may be the field of a map.
    case remote(Place, Quoted, String, [Quoted], hasParentheses: Bool)
    /// `fun.(arguments)`.
    case apply(Place, Quoted, [Quoted])
    /// `container[key]`.
    case access(Place, Quoted, Quoted)
    /// `Head.{A, B}`.
    case aliases(Place, Quoted, [Quoted])

    case block(Place, [Quoted])
    case fn(Place, [Clause])
    /// What stands in a block of clauses: `case … do THIS end`.
    case clauses(Place, [Clause])
    /// `(a, b)`, which only `->` and `when` make sense of.
    case parenthesized(Place, [Quoted])

    public var place: Place {
        switch self {
        case .atom(let at, _), .integer(let at, _), .float(let at, _), .binary(let at, _), .charlist(let at, _),
            .text(let at, _, _), .sigil(let at, _, _, _), .list(let at, _), .tuple(let at, _), .bits(let at, _),
            .map(let at, _, _), .structure(let at, _, _, _), .name(let at, _), .alias(let at, _, _),
            .call(let at, _, _), .remote(let at, _, _, _, hasParentheses: _), .apply(let at, _, _),
            .access(let at, _, _), .aliases(let at, _, _), .block(let at, _), .fn(let at, _), .clauses(let at, _),
            .parenthesized(let at, _):
            at
        }
    }

    /// The pairs of a keyword list, nothing if it is none.
    var keywords: [(key: Atom, value: Quoted)]? {
        guard case .list(_, let elements) = self else { return nil }
        var pairs: [(key: Atom, value: Quoted)] = []
        for element in elements {
            guard case .tuple(_, let pair) = element, pair.count == 2, case .atom(_, let key) = pair[0] else {
                return nil
            }
            pairs.append((key, pair[1]))
        }
        return pairs
    }
}

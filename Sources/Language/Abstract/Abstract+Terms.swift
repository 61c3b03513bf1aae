// The abstract format as terms: `erl_parse`'s tuples, which travel to other nodes and come from them. Reading never
// traps and never recurses deeper than `Abstract.maximumDepth`: the terms may come from anybody. What is lost: of an
// annotation only the location is kept, and old forms of OTP come back as new ones.
//
// Source: erts, "The Abstract Format", as of OTP 25 to 29.

public import Terms

/// A term that should be abstract code and is not.
public struct InvalidAbstractFormat: Error, Sendable, Hashable, CustomStringConvertible {
    public let message: String
    /// The location of the nearest form around it that has one.
    public let location: Abstract.Location

    public init(_ message: String, at location: Abstract.Location = .none) {
        self.message = message
        self.location = location
    }

    public var description: String {
        location.line == 0 ? message : "\(message) in line \(location.line)"
    }
}

extension Abstract {
    /// The first elements of the tuples, and other atoms of the format.
    enum Tag: UInt8, CaseIterable {
        case atom, char, integer, float, string, `nil`, value
        case `var`, match, tuple, cons, bin, map, record, record_field, record_index, typed_record_field
        case op, call, remote, `catch`
        case `fun`, named_fun, function, clauses, clause
        case block, `if`, `case`, receive, `try`, maybe, `else`, maybe_match
        case lc, bc, mc, generate, b_generate, m_generate, generate_strict, b_generate_strict, m_generate_strict, zip
        case map_field_assoc, map_field_exact, bin_element, unit, `default`
        case attribute, eof, location, underscore

        /// In the order of the cases.
        private static let atoms = allCases.map { Atom($0.name) }
        private static let table = Dictionary(uniqueKeysWithValues: allCases.map { (Atom($0.name), $0) })

        var name: String { self == .underscore ? "_" : "\(self)" }

        init?(_ atom: Atom) {
            guard let tag = Self.table[atom] else { return nil }
            self = tag
        }

        init?(_ term: Term) {
            guard case .atom(let atom) = term else { return nil }
            self.init(atom)
        }

        var term: Term { .atom(Self.atoms[Int(rawValue)]) }
    }
}

extension Abstract.Location {
    /// The location in an annotation: a line, `{Line, Column}`, or a list with `{location, …}`.
    init?(annotation: Term) {
        var annotation = annotation
        if let properties = annotation.properList {
            let location = properties.first {
                guard let pair = $0.asTuple, pair.count == 2 else { return false }
                return Abstract.Tag(pair[0]) == .location
            }
            guard let pair = location?.asTuple else {
                self = .none
                return
            }
            annotation = pair[1]
        }
        switch annotation {
        case .integer(let line) where line > .min:
            // Older compilers marked generated code with a negative line.
            self.init(line: abs(line))
        case .tuple(let pair) where pair.count == 2:
            guard let line = pair[0].asInteger, let column = pair[1].asInteger, line > .min, column >= 1 else {
                return nil
            }
            self.init(line: abs(line), column: column)
        default: return nil
        }
    }

    var term: Term { column == 0 ? .integer(line) : .tuple([.integer(line), .integer(column)]) }
}

extension Abstract.Expression {
    /// Reads an expression, pattern or guard test of `erl_parse`.
    public init(term: Term) throws(InvalidAbstractFormat) {
        var reader = AbstractTermReader()
        self = try reader.expression(term)
    }

    /// The term that `erl_parse` has for it.
    public var term: Term { AbstractTermWriter.expression(self) }
}

extension Abstract.Clause {
    public init(term: Term) throws(InvalidAbstractFormat) {
        var reader = AbstractTermReader()
        self = try reader.clause(term)
    }

    public var term: Term { AbstractTermWriter.clause(self) }
}

extension Abstract.Form {
    public init(term: Term) throws(InvalidAbstractFormat) {
        var reader = AbstractTermReader()
        self = try reader.form(term)
    }

    public var term: Term { AbstractTermWriter.form(self) }
}

extension Abstract {
    /// Reads a list of expressions, as `erl_parse:parse_exprs/1` returns it.
    public static func expressions(term: Term) throws(InvalidAbstractFormat) -> [Expression] {
        var reader = AbstractTermReader()
        return try reader.expressions(term)
    }

    /// Reads a list of clauses.
    public static func clauses(term: Term) throws(InvalidAbstractFormat) -> [Clause] {
        var reader = AbstractTermReader()
        return try reader.clauses(term)
    }

    /// Reads a list of forms, as `epp:parse_file/2` returns it.
    public static func forms(term: Term) throws(InvalidAbstractFormat) -> [Form] {
        guard let list = term.properList else { throw InvalidAbstractFormat("a list of forms is expected") }
        var forms: [Form] = []
        forms.reserveCapacity(list.count)
        for form in list { forms.append(try Form(term: form)) }
        return forms
    }
}

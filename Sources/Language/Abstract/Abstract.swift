// The abstract format of Erlang as Swift values: what both parsers make, what the compiler of the evaluator reads, and
// what travels to other nodes as terms (`Abstract+Terms`). What it does not: know the meaning of anything.
//
// Source: erts, "The Abstract Format". Expressions, patterns and guards are one type, as they are in `erl_parse`.

public import Terms

/// The abstract format.
public enum Abstract {
    /// How deep expressions may be nested in one another: what walks over them may recurse once or twice a level.
    public static let maximumDepth = 500

    /// How many cells of lists may stand one behind another. They are walked over in a loop, but are released one inside
    /// another.
    public static let maximumCells = 20_000

    /// Where something stands in the source: a line, and a column if the scanner was asked for columns.
    public struct Location: Sendable, Hashable {
        /// From 1; 0 where nobody knows.
        public var line: Int
        /// From 1; 0 for a location that is a line only.
        public var column: Int

        public init(line: Int, column: Int = 0) {
            self.line = line
            self.column = column
        }

        public static let none = Location(line: 0)
    }

    /// An expression, pattern or guard test.
    public indirect enum Expression: Sendable, Hashable {
        // Literals
        case atom(Location, Atom)
        case char(Location, UInt32)
        /// `{integer, …}` of any size.
        case integer(Location, Term)
        case float(Location, Double)
        /// `{string, …}`: code points.
        case string(Location, [UInt32])
        /// `{nil, …}`: the empty list.
        case `nil`(Location)
        /// A term as it is: `{value, …}` of `erl_eval`, which is no part of `erl_parse`'s output.
        case value(Location, Term)

        case variable(Location, Atom)
        case match(Location, Expression, Expression)
        case tuple(Location, [Expression])
        case cons(Location, Expression, Expression)
        case binary(Location, [BinaryElement])
        case map(Location, [MapField])
        case mapUpdate(Location, Expression, [MapField])

        // Records
        case record(Location, Atom, [RecordField])
        case recordUpdate(Location, Expression, Atom, [RecordField])
        /// `E#name.field`; the second location is the field's.
        case recordField(Location, Expression, Atom, Location, Atom)
        /// `#name.field`; the second location is the field's.
        case recordIndex(Location, Atom, Location, Atom)

        // Operators and calls
        case unary(Location, Atom, Expression)
        /// Includes `andalso` and `orelse`.
        case operation(Location, Atom, Expression, Expression)
        /// `{call, …}`: the function is an atom, a `remote`, or an expression whose value is a fun.
        case call(Location, Expression, [Expression])
        /// `{remote, …}`, the `M:F` of a call.
        case remote(Location, Expression, Expression)
        case `catch`(Location, Expression)

        // Funs
        case fun(Location, [Clause])
        case namedFun(Location, Atom, [Clause])
        /// `fun F/A`.
        case localFun(Location, Atom, Int)
        /// `fun M:F/A`; in old forms the three may be variables.
        case externalFun(Location, Expression, Expression, Expression)

        // Control
        case block(Location, [Expression])
        case `if`(Location, [Clause])
        case `case`(Location, Expression, [Clause])
        case receive(Location, [Clause])
        /// `receive … after Timeout -> Body end`.
        case receiveAfter(Location, [Clause], timeout: Expression, [Expression])
        case `try`(Location, [Expression], of: [Clause], catching: [Clause], after: [Expression])
        case maybe(Location, [Expression])
        case maybeElse(Location, [Expression], Location, [Clause])
        /// `P ?= E` inside `maybe`.
        case maybeMatch(Location, Expression, Expression)

        // Comprehensions
        case listComprehension(Location, Expression, [Qualifier])
        case binaryComprehension(Location, Expression, [Qualifier])
        /// `#{K => V || …}`, OTP 26.
        case mapComprehension(Location, MapField, [Qualifier])
    }

    /// A clause of a function, fun, `case`, `if`, `receive` or `try`.
    ///
    /// In the `catching` clauses of `try` there is one pattern, the tuple `{Class, Reason, Stacktrace}`, as in `erl_parse`.
    public struct Clause: Sendable, Hashable {
        public var location: Location
        public var patterns: [Expression]
        /// Alternatives (`;`) of conjunctions (`,`); empty for no guard.
        public var guards: [[Expression]]
        public var body: [Expression]

        public init(_ location: Location, _ patterns: [Expression], _ guards: [[Expression]], _ body: [Expression]) {
            self.location = location
            self.patterns = patterns
            self.guards = guards
            self.body = body
        }
    }

    /// `Key => Value` (`map_field_assoc`) or `Key := Value` (`map_field_exact`).
    public struct MapField: Sendable, Hashable {
        public var location: Location
        public var isExact: Bool
        public var key: Expression
        public var value: Expression

        public init(_ location: Location, isExact: Bool, _ key: Expression, _ value: Expression) {
            self.location = location
            self.isExact = isExact
            self.key = key
            self.value = value
        }
    }

    /// `Field = Value`; no name for `_ = Value`, which stands for all other fields.
    public struct RecordField: Sendable, Hashable {
        public var location: Location
        public var nameLocation: Location
        public var name: Atom?
        public var value: Expression

        public init(_ location: Location, _ nameLocation: Location, _ name: Atom?, _ value: Expression) {
            self.location = location
            self.nameLocation = nameLocation
            self.name = name
            self.value = value
        }
    }

    /// `Value:Size/Specifiers`, `{bin_element, …}`.
    public struct BinaryElement: Sendable, Hashable {
        public var location: Location
        public var value: Expression
        /// Nothing for `default`.
        public var size: Expression?
        /// Nothing for `default`; else in the order they were written.
        public var specifiers: [Specifier]?

        public init(
            _ location: Location, _ value: Expression, size: Expression? = nil, _ specifiers: [Specifier]? = nil
        ) {
            self.location = location
            self.value = value
            self.size = size
            self.specifiers = specifiers
        }
    }

    /// One specifier of a segment: `little`, `signed`, `binary` … or `{unit, N}`.
    public enum Specifier: Sendable, Hashable {
        case name(Atom)
        case unit(Int)
    }

    /// A generator or filter of a comprehension.
    public indirect enum Qualifier: Sendable, Hashable {
        /// `Pattern <- List`, and `<:-` of OTP 28 which must match.
        case generate(Location, Expression, Expression, isStrict: Bool)
        /// `Pattern <= Binary`, `<:=`.
        case binaryGenerate(Location, Expression, Expression, isStrict: Bool)
        /// `K := V <- Map`, `<:-`.
        case mapGenerate(Location, MapField, Expression, isStrict: Bool)
        /// Generators side by side, OTP 28.
        case zip(Location, [Qualifier])
        case filter(Expression)
    }

    /// A form of a module.
    public enum Form: Sendable, Hashable {
        /// `{attribute, …, Name, Value}`, with its value as `erl_parse` has it, types and specs included.
        case attribute(Location, Atom, Term)
        /// `{attribute, …, record, {Name, Fields}}`.
        case record(Location, Atom, [RecordDefinitionField])
        case function(Location, Atom, Int, [Clause])
        case endOfFile(Location)
    }

    /// A field in the definition of a record.
    public struct RecordDefinitionField: Sendable, Hashable {
        public var location: Location
        public var nameLocation: Location
        public var name: Atom
        /// Its default; nothing for `undefined`.
        public var initial: Expression?
        /// The type of a `typed_record_field`, as a term; nobody reads it.
        public var type: Term?

        public init(
            _ location: Location, _ nameLocation: Location, _ name: Atom, initial: Expression? = nil, type: Term? = nil
        ) {
            self.location = location
            self.nameLocation = nameLocation
            self.name = name
            self.initial = initial
            self.type = type
        }
    }
}

extension Abstract.Expression {
    public var location: Abstract.Location {
        switch self {
        case .atom(let at, _), .char(let at, _), .integer(let at, _), .float(let at, _), .string(let at, _),
            .nil(let at),
            .value(let at, _), .variable(let at, _), .match(let at, _, _), .tuple(let at, _), .cons(let at, _, _),
            .binary(let at, _), .map(let at, _), .mapUpdate(let at, _, _), .record(let at, _, _),
            .recordUpdate(let at, _, _, _), .recordField(let at, _, _, _, _), .recordIndex(let at, _, _, _),
            .unary(let at, _, _), .operation(let at, _, _, _), .call(let at, _, _), .remote(let at, _, _),
            .catch(let at, _), .fun(let at, _), .namedFun(let at, _, _), .localFun(let at, _, _),
            .externalFun(let at, _, _, _), .block(let at, _), .if(let at, _), .case(let at, _, _), .receive(let at, _),
            .receiveAfter(let at, _, timeout: _, _), .try(let at, _, of: _, catching: _, after: _), .maybe(let at, _),
            .maybeElse(let at, _, _, _), .maybeMatch(let at, _, _), .listComprehension(let at, _, _),
            .binaryComprehension(let at, _, _), .mapComprehension(let at, _, _):
            at
        }
    }
}

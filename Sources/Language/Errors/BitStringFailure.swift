internal import Processes
internal import Terms

/// A bit string that could not be built: which segment, and why.
struct BitStringFailure: Error {
    enum Cause: String {
        /// The value is of another type.
        case type
        /// The size is no size.
        case size
        /// A binary that is shorter than its segment.
        case short
        /// A binary that is no multiple of the unit.
        case unit
        /// A size that no float has.
        case invalid
    }

    /// Counts from 1.
    var position = 0
    var kind = BitSegment.Kind.integer
    let reason: Atom
    let cause: Cause
    /// The value or the size that is wrong.
    let value: Term

    init(_ cause: Cause, _ value: Term, reason: Atom = .badarg) {
        self.cause = cause
        self.value = value
        self.reason = reason
    }

    /// The location of the place that builds it, with what went wrong.
    func location(_ place: [Term]) -> Term {
        let info: Map = [
            .atom("cause"): .tuple([
                .integer(position), .atom(Atom("\(kind)")), .atom(Atom(cause.rawValue)), value,
            ]),
            .atom("function"): .atom("format_bs_fail"), .atom("module"): .atom("erl_erts_errors"),
        ]
        return .makeList(place + [.tuple([.atom("error_info"), .map(info)])])
    }

    /// `erl_erts_errors:format_bs_fail/2`: the details, from the location on top of a stack trace.
    static func details(_ stack: Term) -> Term {
        guard case .list(let list) = stack, let entry = list.head.asTuple, entry.count == 4,
            let info = ErrorInfo.of(entry[3]), let failure = info[.atom("cause")]?.asTuple, failure.count == 4,
            let position = failure[0].asInteger, let kind = failure[1].asAtom?.name,
            let cause = failure[2].asAtom.flatMap({ Cause(rawValue: $0.name) })
        else { return .map([:]) }
        // Elixir asks for its own way to show terms.
        let isElixir = info[.atom("pretty_printer")] != nil
        let value = isElixir ? failure[3].inspected : ErlangPrinter(width: nil).print(failure[3])
        let text = "segment \(position) of type '\(kind)': \(problem(kind, cause, value, failure[3]))"
        return .map([
            .atom("general"): .string(text), .atom("reason"): .string("construction of binary failed"),
        ])
    }

    private static func problem(_ kind: String, _ cause: Cause, _ value: String, _ term: Term) -> String {
        switch cause {
        case .type:
            let wanted =
                switch kind {
                case "integer": "an integer"
                case "float": "a float or an integer"
                case "binary": "a binary"
                default: "a non-negative integer encodable as \(kind)"
                }
            return "expected \(wanted) but got: \(value)"
        case .size:
            if let size = term.asBigInt, size >= 0 { return "the size \(value) is too large" }
            return "expected a non-negative integer as size but got: \(value)"
        case .short: return "the value \(value) is shorter than the size of the segment"
        case .unit: return "the size of the value \(value) is not a multiple of the unit for the segment"
        case .invalid: return "expected one of the supported sizes 16, 32, or 64 but got: \(value)"
        }
    }
}

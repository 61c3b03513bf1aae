internal import Processes
internal import Terms

/// Why a control string and arguments of `io:format` do not fit.
enum FormatCheck {
    enum Problem {
        case control
        case arguments
        case count
        case invalid(Unicode.Scalar)
        case truncated
        /// An argument, counted from 1, and the type it has to be of.
        case type(Int, String)
        case failed
    }

    /// - Parameters:
    ///   - position: which argument of the call the control string is; the list of arguments stands behind it.
    static func details(_ call: FailedCall, _ position: Int) -> ErrorDetails {
        let control = call.arguments[position - 1]
        let arguments = call.arguments.indices.contains(position) ? call.arguments[position] : .nil
        var details = ErrorDetails()
        switch problem(control, arguments) {
        case .control: details[position] = "not a valid format string"
        case .arguments: details[position + 1] = "not a list"
        case .count:
            details[position] = "wrong number of arguments"
            // `io:format(Format, Arguments)` where a device and a format were meant.
            if position == 1, call.arguments.count == 2, control.asAtom != nil {
                details.general = "possibly missing argument list"
            }
        case .invalid(let scalar): details[position] = "format string invalid (invalid control ~\(scalar))"
        case .truncated: details[position] = "format string invalid (truncated)"
        case .type(let element, let type): details[position + 1] = "element \(element) must be of type \(type)"
        case .failed: details[position] = "failed to format string"
        }
        return details
    }

    private static func problem(_ control: Term, _ arguments: Term) -> Problem {
        let text: String
        if let atom = control.asAtom {
            text = atom.name
        } else {
            guard control.asInteger == nil, let chardata = chardataToString(control) else { return .control }
            text = chardata
        }
        guard let values = arguments.properList else { return .arguments }
        var check = Scanner(control: Array(text.unicodeScalars))
        while let sequence = check.sequence() {
            if let problem = sequence { return problem }
        }
        if check.types.count != values.count { return .count }
        for (position, (type, value)) in zip(check.types, values).enumerated() where !type.fits(value) {
            return .type(position + 1, type.rawValue)
        }
        return .failed
    }

    /// What a control sequence takes.
    private enum Argument: String {
        case integer, float, string, term

        func fits(_ value: Term) -> Bool {
            switch self {
            case .integer: value.isInteger
            case .float: if case .float = value { true } else { false }
            case .string: value.isList || value.asBinary != nil || value.asAtom != nil
            case .term: true
            }
        }
    }

    /// Reads control sequences, and keeps what they take.
    private struct Scanner {
        let control: [Unicode.Scalar]
        var position = 0
        var types: [Argument] = []

        init(control: [Unicode.Scalar]) { self.control = control }

        /// The next sequence; what is wrong with it, if something is. Nothing at the end.
        mutating func sequence() -> Problem?? {
            while position < control.count, control[position] != "~" { position += 1 }
            guard position < control.count else { return nil }
            position += 1
            number()
            if take(".") {
                number()
                if take(".") {
                    if position < control.count, control[position] == "*" { types.append(.integer) }
                    position += 1
                }
            }
            while position < control.count, "tlkK".unicodeScalars.contains(control[position]) { position += 1 }
            guard position < control.count else { return .some(.some(.truncated)) }
            let kind = control[position]
            position += 1
            switch kind {
            case "c", "b", "B", "+", "#": types.append(.integer)
            case "x", "X": types += [.integer, .string]
            case "e", "f", "g": types.append(.float)
            case "s": types.append(.string)
            case "p", "w", "i": types.append(.term)
            case "P", "W": types += [.term, .integer]
            case "n", "~": break
            default: return .some(.some(.invalid(kind)))
            }
            return .some(nil)
        }

        private mutating func number() {
            if take("*") {
                types.append(.integer)
                return
            }
            _ = take("-")
            while position < control.count, ("0"..."9").contains(control[position]) { position += 1 }
        }

        private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
            guard position < control.count, control[position] == scalar else { return false }
            position += 1
            return true
        }
    }
}

// The module io.
extension ErrorRules {
    private static func format(_ position: Int) -> CallRule {
        CallRule([]).rest { call in
            device(call, position) ?? FormatCheck.details(call, position)
        }
    }

    private static func device(_ call: FailedCall, _ position: Int) -> ErrorDetails? {
        guard position == 2, call.cause == .atom("arguments") else { return nil }
        return .at(1, "the device does not exist")
    }

    private static func printed(_ check: ArgumentCheck, _ position: Int) -> CallRule {
        CallRule([]).rest { call in
            if let problem = device(call, position) { return problem }
            guard call.arguments.count >= position, let problem = check.problem(call.arguments[position - 1]) else {
                return ErrorDetails()
            }
            return .at(position, problem)
        }
    }

    private static let text = ArgumentCheck("not valid character data (an iodata term)") { chardataToString($0) != nil }

    static let io: [String: CallRule] = [
        "format/1": format(1), "format/2": format(1), "format/3": format(2),
        "fwrite/1": format(1), "fwrite/2": format(1), "fwrite/3": format(2),
        "put_chars/1": printed(text, 1), "put_chars/2": printed(text, 2),
        "write/2": printed(.any, 2), "nl/1": printed(.any, 2),
    ]
}

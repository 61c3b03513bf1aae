internal import BigInt
internal import Processes
internal import Terms

/// What an argument must be.
struct ArgumentCheck: Sendable {
    /// What is wrong with an argument, if something is.
    let problem: @Sendable (Term) -> String?

    init(_ problem: @escaping @Sendable (Term) -> String?) { self.problem = problem }

    /// An argument that is told to be wrong unless a condition holds.
    init(_ text: String, unless condition: @escaping @Sendable (Term) -> Bool) {
        problem = { condition($0) ? nil : text }
    }
}

// MARK: Kinds

extension ArgumentCheck {
    static let any = ArgumentCheck { _ in nil }
    static let atom = ArgumentCheck("not an atom") { $0.asAtom != nil }
    static let number = ArgumentCheck("not a number") { $0.isNumber }
    static let float = ArgumentCheck("not a float") { if case .float = $0 { true } else { false } }
    static let integer = ArgumentCheck("not an integer") { $0.isInteger }
    static let tuple = ArgumentCheck("not a tuple") { $0.asTuple != nil }
    static let map = ArgumentCheck("not a map") { $0.asMap != nil }
    static let pid = ArgumentCheck("not a pid") { $0.asPid != nil }
    static let port = ArgumentCheck("not a port") { if case .port = $0 { true } else { false } }
    static let reference = ArgumentCheck("not a reference") { $0.asReference != nil }
    static let binary = ArgumentCheck("not a binary") { $0.asBinary != nil }
    static let bitString = ArgumentCheck("not a bitstring") { $0.isBitString }
    static let boolean = ArgumentCheck("not a boolean ('true' or 'false')") { $0.asBool != nil }
    static let fun = ArgumentCheck("not a fun") { if case .fun = $0 { true } else { false } }

    /// A fun of so many arguments.
    static func fun(of arity: Int) -> ArgumentCheck {
        let words = ["no arguments", "one argument", "two arguments", "three arguments"]
        return ArgumentCheck("not a fun that takes \(words[arity])") { term in
            guard case .fun(let fun) = term else { return false }
            return switch fun {
            case .export(let function): function.arity == arity
            case .closure(let closure): closure.arity == arity
            }
        }
    }

    /// A list of any end; only its kind is told.
    static let list = ArgumentCheck { term in
        guard term.isList else { return "not a list" }
        return term.isProperList ? nil : "not a proper list"
    }
    /// A proper list, of which OTP only says whether it is one.
    static let plainList = ArgumentCheck("not a list") { $0.isList && $0.isProperList }
    static let nonemptyList = ArgumentCheck("not a nonempty list") { if case .list = $0 { true } else { false } }
    static let iodata = ArgumentCheck("not an iodata term") { (try? Iodata.bytes($0)) != nil }
    static let iolist = ArgumentCheck("not an iolist term") { $0.isList && (try? Iodata.bytes($0)) != nil }
    static let chardata = ArgumentCheck("not valid character data (an iodata term)") { term in
        guard term.isList || term.asBinary != nil else { return false }
        return
            (try? Iodata.walk(term) { leaf in
                guard leaf.asInteger != nil || leaf.asBinary != nil else { throw ErlangException.badarg() }
            }) != nil
    }
    /// A list of code points.
    static let characters = ArgumentCheck { term in
        if let problem = list.problem(term) { return problem }
        return Iodata.scalars(term) == nil ? "not a list of characters" : nil
    }
}

// MARK: Values

extension ArgumentCheck {
    /// An integer from `least` on; one that is smaller is out of range.
    static func integer(from least: Int) -> ArgumentCheck {
        ArgumentCheck { term in
            guard let value = term.asBigInt else { return "not an integer" }
            return value < least ? "out of range" : nil
        }
    }

    static func integer(in range: ClosedRange<Int>) -> ArgumentCheck {
        ArgumentCheck { term in
            guard let value = term.asBigInt else { return "not an integer" }
            return value < range.lowerBound || value > range.upperBound ? "out of range" : nil
        }
    }

    static let base = ArgumentCheck("not an integer in the range 2 through 36") { term in
        term.asInteger.map { (2...36).contains($0) } ?? false
    }
    static let timeUnit = ArgumentCheck("invalid time unit") { term in
        if let value = term.asBigInt { return value > 0 }
        let units: Set<Atom> = [
            "second", "millisecond", "microsecond", "nanosecond", "native", "perf_counter", "seconds", "milli_seconds",
            "micro_seconds", "nano_seconds",
        ]
        return term.asAtom.map(units.contains) ?? false
    }
    static let time = ArgumentCheck { term in
        guard let value = term.asBigInt else { return "not an integer" }
        if value < 0 { return "out of range" }
        return value.bitWidth > 64 ? "exceeds the maximum supported time value" : nil
    }
    static let encoding = ArgumentCheck("not a valid encoding") { term in
        if let pair = term.asTuple, pair.count == 2, let name = pair[0].asAtom, name == "utf16" || name == "utf32" {
            return pair[1] == .atom("big") || pair[1] == .atom("little")
        }
        let names: Set<Atom> = ["latin1", "unicode", "utf8", "utf16", "utf32"]
        return term.asAtom.map(names.contains) ?? false
    }
    /// `{Position, Length}`.
    static let part = ArgumentCheck("not a valid {Pos,Length} tuple") { term in
        guard let pair = term.asTuple, pair.count == 2 else { return false }
        return pair[0].isInteger && pair[1].isInteger
    }
    /// One of some atoms.
    static func one(of names: Set<Atom>, _ text: String) -> ArgumentCheck {
        ArgumentCheck(text) { $0.asAtom.map(names.contains) ?? false }
    }
}

extension Term {
    var isBitString: Bool {
        switch self {
        case .binary, .bitString: true
        default: false
        }
    }

    var isProperList: Bool {
        switch self {
        case .nil: true
        case .list(let list): if case .nil = list.forEachRun({ _ in }) { true } else { false }
        default: false
        }
    }
}

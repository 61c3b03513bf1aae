// What `erl_lint` finds wrong with a program before it runs: names that mean nothing, patterns and guards that are none.
// What it does not: warnings, types, and options of the compiler. Wording and places are OTP's; of several errors in one
// guard only the first is told.
//
// Source: Erlang Reference Manual; measured against OTP 25.

public import Terms

/// Looks for errors in programs.
public struct ErlangLint {
    /// What is known of a variable.
    enum Variable: Hashable {
        case bound
        /// Bound in some branches only, of the named expression there.
        case unsafe(in: String, Abstract.Location)
    }

    /// Variables and what became of them.
    typealias Variables = [Atom: Variable]

    var problems: [ErlangProblem] = []
    /// The fields of the records.
    private var records: [Atom: [Atom]] = [:]
    /// Calls of functions without a module.
    private var calls: [(Function, Abstract.Location)] = []

    struct Function: Hashable {
        let name: Atom
        let arity: Int
    }

    /// The errors in a line of a prompt: names of records and variables, patterns and guards.
    ///
    /// - Parameter bound: the variables that have a value already.
    public static func check(
        _ expressions: [Abstract.Expression], bound: some Sequence<Atom>, records: RecordExpansion
    ) -> [ErlangProblem] {
        var lint = ErlangLint()
        for name in records.names { lint.records[name] = records.fields(of: name) }
        var variables: Variables = [:]
        for name in bound { variables[name] = .bound }
        _ = lint.sequence(expressions, variables)
        return lint.problems
    }

    /// The errors in a module, in the order of their places.
    public static func check(_ forms: [Abstract.Form]) -> [ErlangProblem] {
        var lint = ErlangLint()
        lint.module(forms)
        return lint.problems.enumerated().sorted {
            let (one, two) = ($0.element.location, $1.element.location)
            return (one.line, one.column, $0.offset) < (two.line, two.column, $1.offset)
        }.map(\.element)
    }

    mutating func report(_ message: String, _ location: Abstract.Location) {
        problems.append(ErlangProblem(message, at: location))
    }

    func show(_ name: Atom) -> String { ErlangPrinter(width: nil).print(.atom(name)) }

    // MARK: Modules

    private mutating func module(_ forms: [Abstract.Form]) {
        var defined: Set<Function> = [
            Function(name: "module_info", arity: 0), Function(name: "module_info", arity: 1),
            Function(name: "record_info", arity: 2),
        ]
        var mentioned: [(Function, Abstract.Location, isSpecification: Bool)] = []
        var imported: Set<Function> = []
        var hasModule = false
        for form in forms {
            switch form {
            case .attribute(let at, let name, let value):
                switch name.name {
                case "module": hasModule = true
                case "export", "import":
                    if defined.count > 3 { report("attribute \(name.name) after function definitions", at) }
                    let list = name == "import" ? value.asTuple?.last ?? .nil : value
                    for function in functions(in: list) {
                        if name == "import" {
                            imported.insert(function)
                        } else {
                            mentioned.append((function, at, false))
                        }
                    }
                case "spec":
                    guard let function = value.asTuple?.first?.asTuple, function.count >= 2,
                        let name = function[function.count - 2].asAtom,
                        let arity = function[function.count - 1].asInteger
                    else { continue }
                    mentioned.append((Function(name: name, arity: arity), at, true))
                default: break
                }
            case .record(let at, let name, let fields): define(at, name, fields)
            case .function(let at, let name, let arity, let clauses):
                if !hasModule, defined.count == 3 { report("no module definition", at) }
                if !defined.insert(Function(name: name, arity: arity)).inserted {
                    report("function \(show(name))/\(arity) already defined", at)
                }
                for clause in clauses { _ = function(clause, [:]) }
            case .endOfFile: break
            }
        }
        for (function, at, isSpecification) in mentioned where !defined.contains(function) {
            let name = "\(show(function.name))/\(function.arity)"
            report(isSpecification ? "spec for undefined function \(name)" : "function \(name) undefined", at)
        }
        for (function, at) in calls
        where !defined.contains(function) && !imported.contains(function)
            && !ErlangBuiltIns.isAutoImported(function.name, function.arity)
        {
            report("function \(show(function.name))/\(function.arity) undefined", at)
        }
    }

    /// The functions in a list of `{Name, Arity}`.
    private func functions(in list: Term) -> [Function] {
        (list.properList ?? []).compactMap {
            guard let pair = $0.asTuple, pair.count == 2, let name = pair[0].asAtom, let arity = pair[1].asInteger
            else {
                return nil
            }
            return Function(name: name, arity: arity)
        }
    }

    private mutating func define(
        _ at: Abstract.Location, _ name: Atom, _ fields: [Abstract.RecordDefinitionField]
    ) {
        guard records[name] == nil else { return report("record \(show(name)) already defined", at) }
        var names: [Atom] = []
        for field in fields {
            if names.contains(field.name) {
                report("field \(show(field.name)) already defined in record \(show(name))", field.location)
            }
            names.append(field.name)
            if let initial = field.initial { _ = expression(initial, [:]) }
        }
        records[name] = names
    }

    // MARK: Names

    mutating func call(_ name: Atom, _ arity: Int, _ location: Abstract.Location) {
        calls.append((Function(name: name, arity: arity), location))
    }

    /// The fields of a record, if it is defined.
    mutating func record(_ name: Atom, _ location: Abstract.Location) -> [Atom]? {
        guard let fields = records[name] else {
            report("record \(show(name)) undefined", location)
            return nil
        }
        return fields
    }

    mutating func check(_ field: Atom, of record: Atom, _ fields: [Atom], _ location: Abstract.Location) -> Bool {
        guard !fields.contains(field) else { return true }
        report("field \(show(field)) undefined in record \(show(record))", location)
        return false
    }

    /// A variable that is read; returns what it becomes, so that each is reported once.
    mutating func use(_ name: Atom, _ location: Abstract.Location, _ variables: Variables) -> Variables {
        switch variables[name] {
        case .bound?: return [:]
        case .unsafe(let what, let place)?:
            let column = place.column == 0 ? "" : ", column \(place.column)"
            report("variable '\(name.name)' unsafe in '\(what)' (line \(place.line)\(column))", location)
        case nil: report("variable '\(name.name)' is unbound", location)
        }
        return name == "_" ? [:] : [name: .bound]
    }
}

extension ErlangLint.Variables {
    /// With the variables of an expression that ran after.
    mutating func add(_ other: Self) {
        guard !other.isEmpty else { return }
        merge(other) { _, new in new }
    }

    func adding(_ other: Self) -> Self {
        guard !other.isEmpty else { return self }
        return merging(other) { _, new in new }
    }

    /// With the variables of an expression that ran beside.
    mutating func join(_ other: Self) {
        guard !other.isEmpty else { return }
        merge(other) { old, new in old == .bound ? new : old }
    }

    /// All of them as seen from outside the expression, except what is unsafe already.
    func unsafe(in what: String, _ location: Abstract.Location) -> Self {
        mapValues { $0 == .bound ? .unsafe(in: what, location) : $0 }
    }

    /// What branches leave behind: safe is what all of them bind.
    static func merged(_ branches: [Self], _ what: String, _ location: Abstract.Location) -> Self {
        guard var result = branches.first, branches.count > 1 else { return branches.first ?? [:] }
        for branch in branches.dropFirst() { result.merge(branch) { old, new in old == .bound ? new : old } }
        for (name, state) in result where state == .bound && !branches.allSatisfy({ $0[name] != nil }) {
            result[name] = .unsafe(in: what, location)
        }
        return result
    }
}

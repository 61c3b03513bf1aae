internal import Processes
internal import Terms

/// Lines of the Erlang shell that are no calls: `f(X)` names a variable and does not read it, `rd(r, {a, b = 1})` a record.
enum ErlangDirectives {
    /// The value of such an expression at the start of a line; nothing for any other.
    static func run(
        _ expressions: [Abstract.Expression], _ bindings: inout Bindings, _ readFile: @escaping (String) -> String?
    ) throws -> Term? {
        guard expressions.count == 1, case .call(let at, .atom(_, let name), let arguments) = expressions[0] else {
            return nil
        }
        switch (name.name, arguments.count) {
        case ("f", 0):
            bindings.forget()
            return .atom(.ok)
        case ("f", 1):
            guard case .variable(_, let name) = arguments[0] else { return nil }
            bindings.forget(name.name)
            return .atom(.ok)
        case ("rd", 2):
            guard case .atom(_, let record) = arguments[0], case .tuple(_, let fields) = arguments[1] else {
                return nil
            }
            try bindings.records.define(record, try fields.map { try field($0, at) })
            return .atom(record)
        case ("rf", 0):
            for record in bindings.records.names { bindings.records.forget(record) }
            return .atom(.ok)
        case ("rf", 1):
            guard case .atom(_, let record) = arguments[0] else { return nil }
            bindings.records.forget(record)
            return .atom(.ok)
        case ("rl", 0):
            return .makeList(bindings.records.names.sorted { $0.name < $1.name }.map { .atom($0) })
        case ("rr", 1): return try readRecords(arguments[0], &bindings, readFile)
        default: return nil
        }
    }

    private static func field(
        _ expression: Abstract.Expression, _ at: Abstract.Location
    ) throws -> Abstract.RecordDefinitionField {
        switch expression {
        case .atom(let place, let name): return Abstract.RecordDefinitionField(place, place, name)
        case .match(let place, .atom(let namePlace, let name), let initial):
            return Abstract.RecordDefinitionField(place, namePlace, name, initial: initial)
        default: throw ErlangProblem("illegal record field", at: expression.location)
        }
    }

    /// `rr(Module)` and `rr("file.hrl")`: the records that a source file defines.
    private static func readRecords(
        _ argument: Abstract.Expression, _ bindings: inout Bindings, _ readFile: @escaping (String) -> String?
    ) throws -> Term {
        let path: String
        switch argument {
        case .atom(_, let module): path = "\(module.name).erl"
        case .string(_, let codes): path = String(String.UnicodeScalarView(codes.compactMap(Unicode.Scalar.init)))
        default: throw ErlangProblem("rr takes a module or a file", at: argument.location)
        }
        guard let text = readFile(path) else { return .tuple([.atom(.error), .atom("nofile")]) }
        var options = ErlangModuleReader.Options()
        options.include = { name, _, _ in readFile(name).map { ErlangModuleReader.Included(name: name, text: $0) } }
        var names: [Term] = []
        for case .record(_, let name, let fields) in try ErlangModuleReader.forms(text, file: path, options: options) {
            try bindings.records.define(name, fields)
            names.append(.atom(name))
        }
        return .makeList(names)
    }
}

internal import Processes
internal import Terms

extension ElixirLibrary {
    /// An exception of Elixir: its struct, how it is made, and what it says.
    private struct Definition: Sendable {
        let name: String
        /// The fields and their default values.
        let fields: [(name: String, value: Term)]
        let message: @Sendable (Fields) -> String

        /// One that carries its message, and is made of one.
        init(_ name: String, message: String) {
            self.init(name, [("message", .string(message))]) { fields in
                fields["message"].asBinary?.text ?? fields["message"].inspected
            }
        }

        init(_ name: String, _ fields: [(name: String, value: Term)], _ message: @escaping @Sendable (Fields) -> String)
        {
            self.name = name
            self.fields = fields
            self.message = message
        }

        var defaults: Term { ElixirError.exception(name, fields.map { ($0.name, $0.value) }) }
    }

    /// The fields of an exception; nil for one that is not there.
    struct Fields {
        let map: Map

        subscript(name: Atom) -> Term { map[.atom(name)] ?? .atom(.nil) }

        func shown(_ name: Atom) -> String { self[name].inspected }
    }

    /// For each exception: `exception/1`, `message/1` and the struct.
    static let exceptionFunctions: [NativeFunction] = definitions.flatMap { definition -> [NativeFunction] in
        let module = ElixirModule(definition.name)
        let entries = [
            module("__struct__", "", "The struct with its default values.") { _ in definition.defaults },
            module("__struct__", "fields", "The struct with these fields.") { try made($0, definition, strict: true) },
            module("exception", "arguments", "The exception of a message or of fields.") {
                try made($0, definition, strict: false)
            },
            module("message", "exception", "What the exception says.") { call in
                guard let map = call[0].asMap else { throw call.functionClause() }
                return .string(definition.message(Fields(map: map)))
            },
        ]
        guard definition.name == "KeyError" else { return entries }
        return entries + [
            module("blame", "exception stacktrace", "The exception with the keys that look like the missing one.") {
                call in
                guard let map = call[0].asMap else { throw call.functionClause() }
                let fields = Fields(map: map)
                let hint = fields["message"] == none ? hint(fields["key"], fields["term"]) : ""
                let told = map.updating(.atom("message"), to: .string(keyMessage(fields) + hint))
                return .tuple([.map(told), call[1]])
            }
        ]
    }

    private static func made(_ call: borrowing NativeCall, _ definition: Definition, strict: Bool) throws -> Term {
        guard var map = definition.defaults.asMap else { throw call.badarg() }
        let hasMessage = definition.fields.contains { $0.name == "message" }
        if !strict, hasMessage, call[0].asBinary != nil {
            return .map(map.updating(.atom("message"), to: call[0]))
        }
        guard let fields = call[0].properList else { throw call.functionClause() }
        if !strict, definition.name == "UnicodeConversionError" { return unicodeError(call[0]) }
        for field in fields {
            guard let pair = field.asTuple, pair.count == 2, pair[0].asAtom != nil else { throw call.functionClause() }
            guard map[pair[0]] != nil else {
                if !strict { continue }
                throw ElixirError.raise("KeyError", [("key", pair[0]), ("term", none), ("message", none)])
            }
            map = map.updating(pair[0], to: pair[1])
        }
        return .map(map)
    }

    private static let none = Term.atom(.nil)

    /// The exception of `encoded`, `rest` and `kind`: its message says where the text stops being one.
    private static func unicodeError(_ options: Term) -> Term {
        var (encoded, rest, kind) = (none, none, "")
        for pair in (options.properList ?? []).compactMap(\.asTuple) where pair.count == 2 {
            switch pair[0].asAtom {
            case "encoded": encoded = pair[1]
            case "rest": rest = pair[1]
            case "kind": kind = pair[1].asAtom?.name ?? ""
            default: break
            }
        }
        let detail: String
        if case .list(let list) = rest, let point = list.head.asInteger {
            detail = "code point \(point)"
        } else if case .list(let list) = rest {
            detail = "encoding starting at \(list.head.inspected)"
        } else {
            detail = "encoding starting at \(rest.inspected)"
        }
        return ElixirError.exception(
            "UnicodeConversionError", [("encoded", encoded), ("message", .string("\(kind) \(detail)"))])
    }

    private static let fileErrors: [Atom: String] = [
        "enoent": "no such file or directory", "eacces": "permission denied", "eexist": "file already exists",
        "eisdir": "illegal operation on a directory", "enotdir": "not a directory", "enospc": "no space left on device",
        "eperm": "not owner", "eloop": "too many levels of symbolic links", "enametoolong": "file name too long",
    ]

    private static func term(_ name: String, _ text: String) -> Definition {
        Definition(name, [("term", none)]) { text + $0.shown("term") }
    }

    private static let definitions: [Definition] = [
        Definition("RuntimeError", message: "runtime error"),
        Definition("ArgumentError", message: "argument error"),
        Definition("ArithmeticError", message: "bad argument in arithmetic expression"),
        Definition("SystemLimitError", message: "a system limit has been reached"),
        Definition("Enum.EmptyError", message: "empty error"),
        Definition("Enum.OutOfBoundsError", message: "out of bounds error"),
        Definition("Regex.CompileError", message: "regex could not be compiled"),
        Definition("CondClauseError", []) { _ in "no cond clause evaluated to a truthy value" },
        term("MatchError", "no match of right hand side value: "),
        term("CaseClauseError", "no case clause matching: "),
        term("WithClauseError", "no with clause matching: "),
        term("TryClauseError", "no try clause matching: "),
        term("BadFunctionError", "expected a function, got: "),
        term("BadMapError", "expected a map, got: "),
        Definition("BadBooleanError", [("operator", none), ("term", none)]) { fields in
            "expected a boolean on left-side of \"\(fields["operator"].asAtom?.name ?? "")\", got: \(fields.shown("term"))"
        },
        Definition("BadStructError", [("struct", none), ("term", none)]) { fields in
            "expected a struct named \(fields.shown("struct")), got: \(fields.shown("term"))"
        },
        Definition("BadArityError", [("function", none), ("args", none)]) { fields in
            let arguments = fields["args"].properList ?? []
            let arity: Int =
                switch fields["function"] {
                case .fun(.export(let fun)): fun.arity
                case .fun(.closure(let fun)): fun.arity
                default: 0
                }
            let shown = arguments.map(\.inspected).joined(separator: ", ")
            let count = arguments.count == 1 ? "1 argument (\(shown))" : "\(arguments.count) arguments (\(shown))"
            return "\(fields.shown("function")) with arity \(arity) called with "
                + (arguments.isEmpty ? "no arguments" : count)
        },
        Definition(
            "FunctionClauseError",
            ["module", "function", "arity", "kind", "args", "clauses"].map { ($0, none) }
        ) { fields in
            guard fields["function"] != none else { return "no function clause matches" }
            return "no function clause matching in " + mfa(fields["module"], fields["function"], fields["arity"])
        },
        Definition(
            "UndefinedFunctionError", ["module", "function", "arity", "reason", "message"].map { ($0, none) },
            undefined),
        Definition("KeyError", [("key", none), ("term", none), ("message", none)], keyMessage),
        Definition("ErlangError", [("original", none), ("reason", none)]) { fields in
            let reason = fields["reason"].asBinary?.text ?? ""
            return "Erlang error: " + fields.shown("original") + reason
        },
        Definition(
            "Protocol.UndefinedError", [("protocol", none), ("value", none), ("description", .string(""))]
        ) { fields in
            let description = fields["description"].asBinary?.text ?? ""
            return "protocol \(fields.shown("protocol")) not implemented for \(fields.shown("value")) of type "
                + kind(fields["value"]) + (description.isEmpty ? "" : ", " + description)
        },
        Definition("UnicodeConversionError", [("encoded", none), ("message", none)]) { fields in
            fields["message"].asBinary?.text ?? ""
        },
        Definition("File.Error", [("reason", none), ("path", .string("")), ("action", .string(""))]) { fields in
            let path = fields["path"].inspected
            let reason = fields["reason"].asAtom ?? .nil
            let text = fileErrors[reason] ?? "unknown POSIX error"
            return "could not \(fields["action"].asBinary?.text ?? "") \(path): \(text)"
        },
        Definition("URI.Error", [("action", none), ("reason", none), ("part", none)]) { fields in
            "cannot \(fields["action"].asAtom?.name ?? "") due to reason \(fields["reason"].asAtom?.name ?? ""): "
                + fields.shown("part")
        },
    ]

    /// `Module.function/arity`.
    static func mfa(_ module: Term, _ function: Term, _ arity: Term) -> String {
        let count = arity.properList.map { $0.count } ?? arity.asInteger ?? 0
        let name = function.asAtom.map {
            Term.fun(.export(ExportFun(module: "m", function: $0, arity: count))).inspected
        }
        // What stands behind `&:m.` is the function as Elixir quotes it.
        return "\(module.inspected).\(name.map { String($0.dropFirst(4)) } ?? "nil/\(count)")"
    }

    private static func undefined(_ fields: Fields) -> String {
        if let message = fields["message"].asBinary?.text { return message }
        guard fields["function"] != none else { return "undefined function" }
        let name = mfa(fields["module"], fields["function"], fields["arity"])
        if let reason = fields["reason"].asBinary?.text { return "function \(name) is undefined (\(reason))" }
        if fields["module"] == none { return "function \(name) is undefined" }
        switch fields["reason"].asAtom {
        case "function not exported", "undefined function": return "function \(name) is undefined or private"
        default:
            return "function \(name) is undefined (module \(fields.shown("module")) is not available)"
        }
    }

    private static func kind(_ term: Term) -> String {
        switch term {
        case .integer, .bigInteger: return "Integer"
        case .float: return "Float"
        case .atom: return "Atom"
        case .nil, .list: return "List"
        case .tuple, .record: return "Tuple"
        case .binary, .bitString: return "BitString"
        case .pid: return "PID"
        case .port: return "Port"
        case .reference: return "Reference"
        case .fun: return "Function"
        case .local: return "Any"
        case .map(let map):
            guard let name = map[ElixirError.structKey] else { return "Map" }
            return "\(name.inspected) (a struct)"
        }
    }

    private static func keyMessage(_ fields: Fields) -> String {
        if let message = fields["message"].asBinary?.text { return message }
        let (key, term) = (fields["key"], fields["term"])
        if term == none, key == none { return "key not found" }
        if term == none { return "key \(key.inspected) not found" }
        let text = "key \(key.inspected) not found in: \(term.inspected)"
        if term.asAtom != nil {
            return text
                + ". If you are using the dot syntax, such as map.field, make sure the left-hand side of the dot is a map"
        }
        return text
    }

    /// The keys that look like the one that is not there.
    private static func hint(_ key: Term, _ term: Term) -> String {
        guard let atom = key.asAtom else { return "" }
        var names: [Atom] = []
        if let map = term.asMap {
            for (name, _) in map.sortedPairs { if let name = name.asAtom, name != "__struct__" { names.append(name) } }
        } else {
            for pair in term.properList ?? [] { if let name = pair.asTuple?.first?.asAtom { names.append(name) } }
        }
        let wanted = ElixirText(bytes: Array(atom.name.utf8))
        let near = names.map { (name: $0, likeness: jaro(wanted, ElixirText(bytes: Array($0.name.utf8)))) }
            .filter { $0.likeness > 0.77 }.sorted { $0.likeness > $1.likeness }.prefix(5)
        guard !near.isEmpty else { return "" }
        return ". Did you mean:\n\n"
            + near.map(\.name.name).sorted().map { "      * \(Term.atom(Atom($0)).inspected)\n" }.joined()
    }
}

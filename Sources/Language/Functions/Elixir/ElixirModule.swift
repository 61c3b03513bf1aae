// The library of Elixir that is written in Swift: one file, or a few, for each module. Here is what they share.
//
// What they do: the functions that are pure and call no fun, with the results and the exceptions of Elixir 1.14. What
// they do not: call funs or reach protocols somebody defined; such functions are bundled source
// (Sources/CLibrarySource/modules). Source: the documentation of Elixir 1.14.
internal import BigInt
internal import Processes
internal import Terms

/// Makes the entries of one module: `string("at", "string position", "The grapheme at a position.") { … }`.
struct ElixirModule {
    let module: Atom

    init(_ name: String) { module = Atom("Elixir." + name) }

    /// - Parameter parameters: the names, with a blank between two.
    func callAsFunction(
        _ name: Atom, _ parameters: String, _ summary: String, body: @escaping NativeFunction.Body
    ) -> NativeFunction {
        NativeFunction(module, name, parameters.split(separator: " ").map(String.init), summary, body: body)
    }
}

extension ElixirModule {
    /// The atom of a name that was computed.
    static func atom(_ name: String) throws -> Atom {
        if let atom = Atom(existing: name) { return atom }
        guard !Atom.isTableFull else { throw ErlangException.systemLimit }
        return Atom(name)
    }
}

/// What the natives of Elixir raise.
enum ElixirError {
    static let structKey = Term.atom("__struct__")
    static let exceptionKey = Term.atom("__exception__")
    static let messageKey = Term.atom("message")

    static func raise(_ name: String, _ fields: [(String, Term)]) -> ErlangException {
        ErlangException(.error, exception(name, fields))
    }

    static func argument(_ message: String) -> ErlangException {
        raise("ArgumentError", [("message", .string(message))])
    }

    static var badarith: ErlangException { ErlangException(.error, .atom(.badarith)) }

    static func exception(_ name: String, _ fields: [(String, Term)]) -> Term {
        var pairs: [(key: Term, value: Term)] = [
            (structKey, .atom(Atom("Elixir." + name))), (exceptionKey, .atom(.true)),
        ]
        for (field, value) in fields { pairs.append((.atom(Atom(field)), value)) }
        return .map(Map(pairs))
    }
}

extension NativeCall {
    /// The bytes of a binary; else `function_clause`, as a guard answers.
    func string(_ position: Int) throws -> Binary {
        guard let binary = arguments[position].asBinary else { throw functionClause() }
        return binary
    }

    /// A small integer; else `function_clause`.
    func whole(_ position: Int) throws -> Int {
        guard let value = arguments[position].asInteger else { throw functionClause() }
        return value
    }

    /// An integer of any size; else `function_clause`.
    func anyInteger(_ position: Int) throws -> BigInt {
        guard let value = arguments[position].asBigInt else { throw functionClause() }
        return value
    }

    /// The value of an option in a keyword list.
    func option(_ position: Int, _ name: Atom) throws -> Term? {
        guard let options = arguments[position].properList else { throw functionClause() }
        return options.lazy.compactMap(\.asTuple).first { $0.count == 2 && $0[0].asAtom == name }?[1]
    }
}

extension Term {
    /// How messages show a term: on one line.
    var inspected: String { ElixirPrinter(width: nil).inspect(self) }

    static func bytes(_ bytes: some Collection<UInt8>) -> Term { .binary(Binary(bytes)) }
}

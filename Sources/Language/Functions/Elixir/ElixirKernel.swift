internal import Processes
internal import Terms

extension ElixirLibrary {
    private static let kernel = ElixirModule("Kernel")
    private static let module = ElixirModule("Module")

    /// The modules `Kernel` and `Module`: showing terms, and names of modules. The rest of `Kernel` is bundled source.
    static let kernelFunctions: [NativeFunction] = [
        kernel("inspect", "term", "The term as Elixir writes it.") { .string($0[0].inspected) },
        kernel(
            "inspect", "term options",
            "The term as Elixir writes it; :limit, :pretty, :width, :charlists, :binaries, :base."
        ) {
            call in
            var limit: Int? = 50
            switch try call.option(1, "limit") {
            case .integer(let value)?: limit = max(0, value)
            case .atom(.infinity)?: limit = nil
            default: break
            }
            var width: Int?
            if try call.option(1, "pretty")?.isTrue == true {
                switch try call.option(1, "width") {
                case .integer(let value)?: width = max(0, value)
                case .atom(.infinity)?: width = nil
                default: width = 80
                }
            }
            let charlists: ElixirPrinter.Charlists =
                switch try call.option(1, "charlists")?.asAtom {
                case "as_lists": .asLists
                case "as_charlists": .asCharlists
                default: .infer
                }
            var printer = ElixirPrinter(width: width, limit: limit, charlists: charlists)
            switch try call.option(1, "binaries")?.asAtom {
            case "as_strings": printer.binaries = .asStrings
            case "as_binaries": printer.binaries = .asBinaries
            default: break
            }
            switch try call.option(1, "base")?.asAtom {
            case "hex": printer.base = 16
            case "octal": printer.base = 8
            case "binary": printer.base = 2
            default: break
            }
            return .string(printer.inspect(call[0]))
        },
        module("concat", "modules", "The name of a module from the parts of a list.") { call in
            guard let parts = call[0].properList else { throw call.functionClause() }
            return .atom(try ElixirModule.atom(try concatenated(parts)))
        },
        module("concat", "left right", "The name of a module from two parts.") { call in
            .atom(try ElixirModule.atom(try concatenated([call[0], call[1]])))
        },
        module("safe_concat", "modules", "As concat/1; the atom must exist.") { call in
            guard let parts = call[0].properList else { throw call.functionClause() }
            guard let atom = Atom(existing: try concatenated(parts)) else { throw call.badarg() }
            return .atom(atom)
        },
        module("safe_concat", "left right", "As concat/2; the atom must exist.") { call in
            guard let atom = Atom(existing: try concatenated([call[0], call[1]])) else { throw call.badarg() }
            return .atom(atom)
        },
        module("split", "module", "The parts of the name of a module.") { call in
            let name: String
            switch call[0] {
            case .atom(let atom): name = atom.name
            case .binary(let binary): name = binary.text ?? ""
            default: throw call.functionClause()
            }
            guard name.hasPrefix("Elixir.") else {
                throw ElixirError.argument("expected an Elixir module, got: \(call[0].inspected)")
            }
            return .makeList(
                name.dropFirst(7).split(separator: ".", omittingEmptySubsequences: false).map { .string(String($0)) })
        },
    ]

    private static func concatenated(_ parts: [Term]) throws -> String {
        var name = "Elixir"
        for part in parts {
            var text: String
            switch part {
            case .atom(let atom): text = atom == .nil ? "" : atom.name
            case .binary(let binary):
                guard let valid = binary.text else { throw ErlangException.badarg() }
                text = valid
            default: throw ErlangException.badarg()
            }
            if text == "Elixir" || text.isEmpty { continue }
            if text.hasPrefix("Elixir.") { text.removeFirst(7) }
            if text.hasPrefix(".") { text.removeFirst() }
            name += "." + text
        }
        guard name.unicodeScalars.count <= 255 else { throw ErlangException(.error, .atom("system_limit")) }
        return name
    }
}

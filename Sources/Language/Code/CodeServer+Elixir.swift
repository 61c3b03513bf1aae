internal import Terms

/// Modules that a line of Elixir defines: they are compiled with the line, and loaded when it gets to them.
extension CodeServer {
    /// The expressions of a line, whose `defmodule`s know their module.
    func prepare(_ unit: ElixirUnit, file: String) throws(CompileError) -> [Abstract.Expression] {
        guard !unit.modules.isEmpty else { return unit.expressions }
        var numbers: [Int] = []
        for module in unit.modules {
            let compiled = try Compiler(server: self).module(module.forms, file: file)
            numbers.append(keep(compiled))
        }
        return unit.expressions.map { Self.renumber($0, numbers) }
    }

    private static func renumber(_ expression: Abstract.Expression, _ numbers: [Int]) -> Abstract.Expression {
        if case .call(
            let at, .remote(let place, .atom(let one, "beamsh_elixir"), .atom(let two, "define")), let arguments) =
            expression, arguments.count == 2, case .integer(let where_, .integer(let index)) = arguments[0],
            numbers.indices.contains(index)
        {
            return .call(
                at, .remote(place, .atom(one, "beamsh_elixir"), .atom(two, "define")),
                [.integer(where_, .integer(numbers[index])), renumber(arguments[1], numbers)])
        }
        return expression.mapChildren { renumber($0, numbers) }
    }

    /// Whether a module exports a function, wherever it stands.
    func isExported(_ module: Atom, _ name: Atom, _ arity: Int) -> Bool {
        resolve(entry(module, name, arity)) != nil
    }
}

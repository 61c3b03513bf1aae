import Language
import Terms
import Testing

/// What the corpus cannot ask: what goes in and out beside the expressions.
@Suite struct ElixirLoweringTests {
    private func lower(
        _ text: String, _ environment: inout ElixirEnvironment, bound: [String: Atom] = [:],
        resolver: ElixirResolver = ElixirResolver()
    ) throws -> ElixirUnit {
        try ElixirLowering.line(text, environment: &environment, bound: bound, resolver: resolver)
    }

    @Test func saysWhatIsBound() throws {
        var environment = ElixirEnvironment()
        let first = try lower("x = 1; {y, _} = {2, 3}", &environment)
        #expect(first.bound == ["x": "_x@1", "y": "_y@1"])
        let second = try lower("x = x + y", &environment, bound: first.bound)
        #expect(second.bound == ["x": "_x@2", "y": "_y@1"])
        let third = try lower("case 1 do z -> z end", &environment, bound: second.bound)
        #expect(third.bound == second.bound)
    }

    @Test func keepsTheEnvironmentOfAGoodLineOnly() throws {
        var environment = ElixirEnvironment()
        _ = try lower("alias Foo.Bar", &environment)
        #expect(environment.module(["Bar", "Baz"]) == "Elixir.Foo.Bar.Baz")
        #expect(throws: SyntaxError.self) { try lower("alias Other.Bar; nothing", &environment) }
        #expect(environment.module(["Bar"]) == "Elixir.Foo.Bar")
    }

    @Test func asksForWhatItDoesNotKnow() throws {
        let resolver = ElixirResolver(
            module: { name, arity in name == "flush" && arity == 0 || name == "v" ? "Elixir.IEx.Helpers" : nil },
            exports: { module, name, arity in module == "Elixir.Mine" && name == "f" && arity == 1 })
        var environment = ElixirEnvironment()
        let flush = try lower("flush", &environment, resolver: resolver)
        guard case .call(_, .remote(_, .atom(_, let helpers), .atom(_, let name)), let none)? = flush.expressions.first
        else {
            Issue.record("no remote call")
            return
        }
        #expect(helpers == "Elixir.IEx.Helpers" && name == "flush" && none.isEmpty)
        let pipe = try lower("|> hd", &environment, resolver: resolver)
        guard case .call(_, _, let arguments)? = pipe.expressions.first else {
            Issue.record("no call")
            return
        }
        #expect(arguments.count == 1)
        _ = try lower("import Mine", &environment, resolver: resolver)
        let call = try lower("f(1)", &environment, resolver: resolver)
        guard case .call(_, .remote(_, .atom(_, let module), _), _)? = call.expressions.first else {
            Issue.record("no remote call")
            return
        }
        #expect(module == "Elixir.Mine")
        #expect(throws: SyntaxError.self) { try lower("f(1, 2)", &environment, resolver: resolver) }
        #expect(throws: SyntaxError.self) { try lower("|> hd", &environment) }
    }

    @Test func returnsModulesInOrder() throws {
        var environment = ElixirEnvironment()
        let unit = try lower(
            "defmodule A do\n defmodule B do\n def f, do: 1\n end\nend\ndefmodule C do\nend", &environment)
        #expect(unit.modules.map(\.name) == ["Elixir.A.B", "Elixir.A", "Elixir.C"])
        #expect(unit.expressions.count == 2)
        let file = try ElixirLowering.file("defmodule D do\nend\nIO.puts(\"x\")\n")
        #expect(file.modules.count == 1)
    }

    @Test func keepsWhereThingsStand() throws {
        var environment = ElixirEnvironment()
        let unit = try lower("1\n  foo = 2\n", &environment)
        #expect(unit.expressions.map(\.location.line) == [1, 2])
        #expect(unit.expressions.last?.location.column == 7)
    }

    @Test func knowsWhatIsTooLong() {
        var environment = ElixirEnvironment()
        let clauses = String(repeating: "1 == 2 -> 1\n", count: 5000)
        #expect(throws: SyntaxError.self) { try lower("cond do\n\(clauses)true -> 2\nend", &environment) }
        let steps = String(repeating: "1 <- 1, ", count: 5000)
        #expect(throws: SyntaxError.self) { try lower("with \(steps)do: 1", &environment) }
        let elements = String(repeating: "1, ", count: 5000)
        #expect(throws: SyntaxError.self) { try lower("[\(elements)1] = x = []", &environment) }
        #expect(throws: Never.self) { try lower("case 1 do x when x in [\(elements)1] -> 1 end", &environment) }
        #expect(throws: Never.self) { try lower("[\(elements)1]", &environment) }
    }
}

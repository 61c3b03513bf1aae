import Glibc
import Language
import Node
import Processes
import Terms
import Testing

/// Every native with arguments that nobody gives it: an exception or a value, and never a trap.
@Suite(
    .timeLimit(.minutes(30)), .serialized,
    .enabled(if: getenv("BEAMSH_LONG") != nil, "takes minutes: BEAMSH_LONG=1"))
struct StrangeArgumentsTests {
    private static func values(_ process: Process) -> [Term] {
        let text = Binary("añ日\u{1F600}\n")
        return [
            .integer(.min), .integer(.max), .integer(-1), .integer(0), .integer(1), .integer(2), .integer(37),
            .integer(1 << 40),
            .integer(0x11_0000), .float(1.5), .float(-0.0), .float(1e308), .float(1e-300), .atom("a"), .atom(.true),
            .atom(.undefined), .atom(.infinity), .nil, [.integer(97)], [.integer(.min), .integer(.max)],
            .makeList([.integer(1)], tail: .integer(2)), [.integer(0x11_0000)], [.integer(-1)], [.nil, [.nil]],
            [.tuple([.atom("a"), .integer(1)]), .tuple([.atom("a"), .integer(2)])], [.tuple([])],
            [.atom("a"), .float(1)],
            .charlist("abc"), .tuple([]), .tuple([.integer(.min), .integer(.max)]),
            .tuple([.atom("a"), .nil, .float(2)]),
            .binary(Binary([])), .binary(Binary([0xFF, 0xC3])), .binary(text), .binary(Binary("~p~w~999999999999s~*c")),
            .binary(Binary("99999999999999999999")), .binary(Binary("((((a*)*)*)*)+$")), .string("-1e999"), .map([:]),
            .map([.atom("a"): .integer(1), .integer(.max): .nil]), .pid(process.pid),
            .map([
                .atom("__struct__"): .atom("Elixir.Range"), .atom("first"): .integer(.min),
                .atom("last"): .integer(.max), .atom("step"): .integer(1),
            ]),
            .map([
                .atom("__struct__"): .atom("Elixir.Date"), .atom("year"): .integer(.max), .atom("month"): .integer(99),
                .atom("day"): .integer(-5),
            ]),
            .reference(process.table.makeReference()),
            .fun(.export(ExportFun(module: "lists", function: "reverse", arity: 1))),
        ]
    }

    @Test func nativesRaise() async throws {
        let before = MemoryLimit.shared.bytes
        MemoryLimit.shared.bytes = 2 << 30
        defer { MemoryLimit.shared.bytes = before }
        let node = Node()
        let process = node.processes.spawn("test", "call") { _ in try await Task.sleep(nanoseconds: 600_000_000_000) }
        let server = CodeServer()
        let values = Self.values(process)
        var seed: UInt64 = 4
        func random() -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 40)
        }
        // Not those that change files.
        for function in LanguageLibrary.natives + ElixirLibrary.natives
        where function.module != "file" && function.module != "os" {
            let arity = function.parameters.count
            // Any argument in each place, the others by chance.
            let rounds = arity == 0 ? 1 : arity == 1 ? values.count : values.count * 3
            for round in 0..<rounds {
                var arguments = (0..<arity).map { _ in values[random() % values.count] }
                if arity > 0 { arguments[(round / values.count) % arity] = values[round % values.count] }
                do {
                    _ = try await server.call(function.module, function.name, arguments, by: process)
                } catch {
                    #expect(error is ErlangException, "\(function.module.name):\(function.name.name) \(error)")
                }
            }
        }
    }
}

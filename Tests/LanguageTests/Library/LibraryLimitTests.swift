import Language
import Processes
import Terms
import Testing

/// Input that is nested deep or is long: an answer or an exception, never an overflow of the stack.
@Suite(.timeLimit(.minutes(2))) struct LibraryLimitTests {
    private let process = ProcessTable(
        incarnation: NodeIncarnation(node: .nonode, creation: 0), timers: ThreadTimerService()
    ).spawn("library", "limits") { _ in }

    private func call(_ module: Atom, _ name: Atom, _ arguments: [Term]) throws -> Term {
        let function = try #require(
            LanguageLibrary.natives.first {
                $0.module == module && $0.name == name && $0.arity == arguments.count
            })
        return try arguments.withUnsafeBufferPointer {
            try function.body(NativeCall(arguments: $0, process: process))
        }
    }

    private static func nested(_ depth: Int, around leaf: Term) -> Term {
        (0..<depth).reduce(leaf) { term, _ in [term] }
    }

    @Test func deepLists() throws {
        let deep = Self.nested(100_000, around: 97)
        #expect(try call("lists", "flatten", [deep]) == [97])
        #expect(try call("erlang", "iolist_to_binary", [deep]) == .string("a"))
        #expect(try call("erlang", "iolist_size", [deep]) == 1)
        #expect(try call("unicode", "characters_to_binary", [deep]) == .string("a"))
        #expect(try call("string", "length", [deep]) == 1)
        #expect(try call("string", "uppercase", [deep]) == [65])
        #expect(try call("io_lib", "deep_char_list", [deep]) == .boolean(true))
        _ = try call("filename", "join", [deep, .nil])
        _ = try call("erlang", "phash2", [deep])
        _ = try call("lists", "member", [deep, [1, 2, deep]])
        _ = try call("lists", "sort", [[deep, 1, deep]])
        _ = try call("lists", "uniq", [[deep, 1, deep]])
        _ = try call("io_lib", "format", [.charlist("~p ~w"), [deep, deep]])
        _ = try call("erlang", "term_to_binary", [deep])
    }

    @Test func longTexts() throws {
        let digits = Term.string(String(repeating: "7", count: 10_000_000))
        #expect(throws: ErlangException.self) { try call("erlang", "binary_to_integer", [digits]) }
        #expect(throws: ErlangException.self) { try call("erlang", "binary_to_float", [digits]) }
        #expect(throws: ErlangException.self) { try call("erlang", "binary_to_atom", [digits]) }
        #expect(try call("string", "length", [digits]) == 10_000_000)
        _ = try call("binary", "split", [digits, .string("x"), [.atom("global")]])
        let parentheses = Term.string(String(repeating: "(", count: 100_000))
        #expect(try call("re", "compile", [parentheses]).asTuple?[0] == .atom(.error))
        let repeated = Term.string("(((a{1000}){1000}){1000})")
        #expect(try call("re", "compile", [repeated]).asTuple?[0] == .atom(.error))
    }

    @Test func runsThatTakeTooLong() throws {
        // Two thousand million ways without a limit; as many steps as the option allows.
        let subject = Term.string(String(repeating: "a", count: 30) + "b")
        let options: Term = [.tuple([.atom("match_limit"), 10_000])]
        #expect(try call("re", "run", [subject, .string("^(a+)+$"), options]) == .atom("nomatch"))
    }

    /// `#embed` puts every module into the program, with a line of documentation for each exported function.
    @Test func bundledModules() throws {
        #expect(BundledSource.modules.count >= 12)
        for module in BundledSource.modules {
            let text = try #require(BundledSource.text(of: module))
            #expect(text.contains("-module(\(ErlangPrinter.quoted(Atom(module))))."), "\(module)")
            #expect(text.contains("%% @doc"))
        }
        #expect(BundledSource.text(of: "none") == nil)
    }
}

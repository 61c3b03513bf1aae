import Glibc
import Language
import Processes
import Synchronization
import Terms
import TestKit
import Testing

/// The library table: the calls of `erlang_calls.txt` here and in real OTP.
///
/// A call whose functions are native is evaluated here. A call of bundled source runs in OTP twice: with the module of
/// OTP, and with ours under another name.
@Suite(.timeLimit(.minutes(5))) struct LibraryTableTests {
    /// What a call gives: `{value, Value}` or `{Class, Reason}`.
    private struct Row {
        let call: String
        let real: Term
        /// What the bundled module gives, in OTP.
        let bundled: Term?
    }

    @Test(.enabled(if: ChildProcess.find("escript") != nil, "escript is not installed"))
    func everyCallGivesTheSame() async throws {
        let rows = try await Self.rows()
        #expect(rows.count >= 450)
        let resolver = NativeResolver()
        var (native, bundled, skipped) = (0, 0, 0)
        for row in rows {
            if let outcome = row.bundled {
                bundled += 1
                #expect(Self.text(outcome) == Self.text(row.real), "bundled: \(row.call)")
            }
            guard let outcome = await Self.evaluate(row.call, resolver) else {
                if row.bundled == nil { skipped += 1 }
                continue
            }
            native += 1
            if !Self.isSame(outcome, row.real) {
                #expect(Self.text(outcome) == Self.text(row.real), "native: \(row.call)")
            }
        }
        print("library table: \(rows.count) calls; \(native) native, \(bundled) bundled, \(skipped) not yet")
    }

    /// Every function of the library has a line in the table.
    @Test func everyFunctionIsInTheTable() throws {
        let table = try Self.read("\(Self.folder)/erlang_calls.txt")
        let erlang: Set<String> = [
            "erlang", "lists", "maps", "string", "unicode", "binary", "io_lib", "math", "rand", "filename", "os",
            "file",
            "base64", "re", "crypto",
        ]
        var missing: Set<String> = []
        for function in LanguageLibrary.natives where erlang.contains(function.module.name) {
            let name = "\(function.module.name):\(ErlangPrinter.quoted(function.name))("
            if !table.contains(name) { missing.insert(name) }
        }
        #expect(missing.isEmpty, "\(missing.sorted().joined(separator: " "))")
    }

    private static func text(_ term: Term) -> String { ErlangPrinter(width: nil).write(term) }

    /// Equal, but that OTP 25 holds `0.0` and `-0.0` for the same.
    private static func isSame(_ one: Term, _ two: Term) -> Bool { one == two }

    private static func evaluate(_ call: String, _ resolver: NativeResolver) async -> Term? {
        var bindings = Bindings()
        resolver.isComplete.store(true, ordering: .relaxed)
        do {
            let value = try await Evaluator(resolver: resolver).evaluate(call, syntax: .erlang, bindings: &bindings)
            return .tuple([.atom("value"), value])
        } catch let exception as ErlangException {
            guard resolver.isComplete.load(ordering: .relaxed) else { return nil }
            let kind: Atom =
                switch exception.kind {
                case .error: .error
                case .exit: .exit
                case .throw: .throw
                }
            return .tuple([.atom(kind), exception.reason])
        } catch {
            return nil
        }
    }

    static let folder = #filePath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }

    private static func read(_ path: String) throws -> String {
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 {
            bytes.append(contentsOf: chunk[..<count])
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func rows() async throws -> [Row] {
        let calls = getenv("LIBRARY_TABLE").map { String(cString: $0) } ?? "\(folder)/erlang_calls.txt"
        let modules =
            folder.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
            + "/Sources/CLibrarySource/modules"
        let process = try ChildProcess(
            "escript", ["\(folder)/library_table.escript", calls, modules], environment: ["LC_ALL": "C.UTF-8"],
            mergesErrors: false)
        process.closeInput()
        _ = try await process.waitForExit(within: 120)
        var rows: [Row] = []
        for line in process.output.split(separator: "\n") {
            guard let bytes = decoded(line), let row = try? Term(etf: bytes, limits: .trusted).asTuple, row.count == 3
            else {
                Issue.record("\(line)")
                continue
            }
            rows.append(
                Row(
                    call: row[0].asBinary?.text ?? "", real: row[1],
                    bundled: row[2] == .atom("none") ? nil : row[2]))
        }
        return rows
    }

    /// The bytes of base64 text.
    private static func decoded(_ text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var (bits, count): (UInt32, UInt32) = (0, 0)
        for character in text.utf8 where character != UInt8(ascii: "=") {
            let value: UInt8
            switch character {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = character - UInt8(ascii: "A")
            case UInt8(ascii: "a")...UInt8(ascii: "z"): value = character - UInt8(ascii: "a") + 26
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = character - UInt8(ascii: "0") + 52
            case UInt8(ascii: "+"): value = 62
            case UInt8(ascii: "/"): value = 63
            default: return nil
            }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        return bytes
    }
}

/// Calls native functions, and notes when a function is none.
private final class NativeResolver: FunctionResolver {
    private struct Key: Hashable {
        let module: Atom
        let name: Atom
        let arity: Int
    }

    private let functions: [Key: NativeFunction]
    private let process: Process
    let isComplete = Atomic(true)

    init() {
        let table = ProcessTable(incarnation: NodeIncarnation(node: .nonode, creation: 0), timers: ThreadTimerService())
        process = table.spawn("library", "table") { _ in try await Task.sleep(for: .seconds(600)) }
        functions = Dictionary(
            LanguageLibrary.natives.map { (Key(module: $0.module, name: $0.name, arity: $0.arity), $0) },
            uniquingKeysWith: { first, _ in first })
    }

    func call(module: Atom, function: Atom, arguments: [Term]) async throws -> Term {
        guard let native = functions[Key(module: module, name: function, arity: arguments.count)] else {
            isComplete.store(false, ordering: .relaxed)
            throw ErlangException(.error, .atom(.undef))
        }
        return try arguments.withUnsafeBufferPointer {
            try native.body(NativeCall(arguments: $0, process: process))
        }
    }

    func callLocal(function: Atom, arguments: [Term], syntax: Syntax) async throws -> Term {
        try await call(module: .erlang, function: function, arguments: arguments)
    }
}

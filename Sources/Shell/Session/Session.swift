// What this module does: the shell. A session reads lines, runs them and shows what they give; the interactive prompt and
// scripts are two ways to feed it. What it does not: know how anything is done. A command is a row of the command table
// that names a function of the node's function table; expressions go to `Language`; both end in the same function.

internal import Distribution
public import Language
public import Node
internal import Processes
internal import Support
public import Terms

/// One session: a node, its variables and settings, and a process on whose behalf everything runs.
public final class Session: Sendable {
    public let node: Node
    let settings: Locked<Settings>
    private let process: Locked<Process?>
    private let exitRequest = Locked<Int32?>(nil)
    /// Where its lines print, if that is not this node's terminal: somebody on another node opened it.
    private let guestLeader: Pid?
    /// Where a remote shell would read.
    let terminal = Locked<(any RemoteTerminal)?>(nil)
    /// What TAB asks while the prompt is lent to the shell of another node.
    let completer = Locked<(@Sendable (_ text: String, _ cursor: Int) async -> Completions)?>(nil)

    /// What `set` changes.
    public struct Settings: Sendable {
        /// The only syntax of expressions; both by the form of the line if nothing is set.
        public var syntax: Syntax?
        public var format = OutputFormat.text
        /// Deadline of connects and calls, in nanoseconds.
        public var timeout: Int64 = 5_000_000_000
        /// How many elements of a container are shown; all if nothing is set.
        public var limit: Int? = 50
        public var width: Int? = 80
        /// Shows how long each line took.
        public var showsTime = false
        /// Shows `N up` and `N down`.
        public var announcesNodes = true
        public var bindings = Bindings()
        /// The values of the last lines, by the number of the line.
        public var results: [(number: Int, value: Term)] = []
        /// How many lines were run.
        public var lineNumber = 0

        public init() {}
    }

    public init(node: Node, settings: Settings = Settings()) {
        self.node = node
        guestLeader = nil
        var settings = settings
        settings.timeout = node.defaultTimeout
        self.settings = Locked(settings)
        process = Locked(nil)
        _ = NodeCode.of(node)
        node.functions.add(haltFunctions())
        node.functions.add(helperFunctions())
        node.functions.add(GuestShell.functions(on: node))
    }

    /// A session of somebody on another node, who reads and prints at `leader`.
    init(node: Node, guestOf leader: Pid) {
        self.node = node
        guestLeader = leader
        var settings = Settings()
        settings.timeout = node.defaultTimeout
        self.settings = Locked(settings)
        process = Locked(nil)
    }

    /// The exit code that somebody asked for with `exit`, `q()` or `System.halt()`.
    public var requestedExit: Int32? { exitRequest.withLock { $0 } }

    /// Whether nodes that come and go are told.
    public var announcesNodes: Bool { settings.withLock { $0.announcesNodes } }

    public func requestExit(_ code: Int32) { exitRequest.withLock { $0 = code } }

    /// The shell's process; a new one if somebody ended the last.
    var shellProcess: Process {
        process.withLock { process in
            if let process, process.isAlive { return process }
            let new = node.processes.spawn("shell", "eval", groupLeader: guestLeader ?? node.userPid) { _ in
                // The lines run on its behalf; it only has to be there.
                while true { try await Task.sleep(nanoseconds: 1_000_000_000_000) }
            }
            process = new
            Sessions.add(self, new)
            return new
        }
    }

    /// Runs one line, which may be several rows.
    ///
    /// - Returns: what to show; nothing for an empty line.
    /// - Throws: ``Failure``.
    public func run(_ line: String) async throws -> LineResult? {
        let text = LineForm.strippingPrompts(line)
        let pinned = settings.withLock { settings in
            if !text.isEmpty { settings.lineNumber += 1 }
            return settings.syntax
        }
        do {
            switch LineForm.detect(text, pinned: pinned, isCommand: CommandTable.isCommand) {
            case .empty: return nil
            case .command:
                return try await CommandTable.run(try CommandLineLexer.words(text), in: self)
            case .expression(let syntax):
                if syntax == .elixir, pinned == nil, let failure = unknownCommand(text) { throw failure }
                return LineResult(try await evaluate(text, syntax), syntax: syntax)
            }
        } catch let error as SyntaxError {
            throw Failure(.usage, error.message, at: (error.offset, error.length), hint: error.hint)
        } catch let exception as ErlangException {
            let form = LineForm.detect(text, pinned: pinned, isCommand: CommandTable.isCommand)
            guard case .expression(let syntax) = form else { throw describe(exception) }
            throw await describe(exception, syntax)
        } catch is CancellationError {
            throw Failure(.interrupted, "interrupted")
        } catch is ProcessEnded {
            throw Failure(.failed, "the shell process was ended; a new one takes its place")
        }
    }

    /// The last line was none yet: it needs more rows.
    func forgetLine() { settings.withLock { $0.lineNumber -= 1 } }

    /// Whether a text needs more rows.
    public func isIncomplete(_ text: String) -> Bool {
        let pinned = settings.withLock { $0.syntax }
        return LineForm.isIncomplete(
            LineForm.strippingPrompts(text), pinned: pinned, isCommand: CommandTable.isCommand)
    }

    /// Runs an expression.
    ///
    /// - Throws: `SyntaxError`, `ErlangException`, `ProcessEnded`, `CancellationError`.
    public func evaluate(_ text: String, _ syntax: Syntax) async throws -> Term {
        var bindings = settings.withLock { $0.bindings }
        let evaluator = Evaluator(
            server: NodeCode.of(node).server,
            helpers: { [weak self] name, arity, syntax in self?.helper(name, arity, syntax) },
            readFile: SourceFile.read)
        let value = try await evaluator.evaluate(text, syntax: syntax, bindings: &bindings, by: shellProcess)
        settings.withLock { [bindings] settings in
            settings.bindings = bindings
            settings.results.append((settings.lineNumber, value))
            if settings.results.count > 100 { settings.results.removeFirst() }
        }
        return value
    }

    /// A line that is neither Elixir nor a command: one that begins with a word nobody knows, and goes on like a command.
    private func unknownCommand(_ text: String) -> Failure? {
        let start = text.unicodeScalars.prefix { $0 == " " || $0 == "\t" || $0 == "\n" }.count
        let rest = String(text.unicodeScalars.dropFirst(start))
        let word = String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
        guard let first = word.first, first.isLowercase, !Self.keywords.contains(word) else { return nil }
        let behind = rest.dropFirst(word.count)
        let next = behind.drop { $0 == " " || $0 == "\t" }.first
        guard behind.isEmpty || behind.first == " " else { return nil }
        guard next == nil || next == "-" || next?.isLetter == true || next?.isNumber == true || next == "\"" else {
            return nil
        }
        if settings.withLock({ $0.bindings[word] }) != nil { return nil }
        let modules: [Atom] = ["Elixir.Kernel", "erlang", "c", "beamsh"]
        let isFunction = modules.contains { module in
            node.functions.functions(of: module).contains { $0.name.name == word }
        }
        return isFunction ? nil : CommandTable.unknown(word, at: start)
    }

    /// Calls a function of the table on behalf of the shell's process.
    func call(_ module: Atom, _ function: Atom, _ arguments: [Term]) async throws -> Term {
        // Leaving ends this session only, whoever the node belongs to.
        if guestLeader != nil, Self.leaving.contains(where: { $0.0 == module && $0.1 == function }) {
            requestExit(0)
            return .atom(.ok)
        }
        return try await node.functions.call(module, function, arguments, on: node, by: shellProcess)
    }

    private static let leaving: [(Atom, Atom)] = [
        ("erlang", "halt"), ("init", "stop"), ("c", "q"), ("Elixir.System", "halt"), ("Elixir.System", "stop"),
    ]

    // MARK: Failures

    /// A failed connect in words and with its code.
    func describe(_ error: ConnectError) -> Failure {
        Failure(error.code == .timeout ? .timeout : error.code == .badName ? .usage : .unreachable, error.message)
    }

    /// Numbers nodes in printed pids: 0 is this node.
    var printContext: PrintContext {
        let local = node.processes.incarnation
        return PrintContext { $0 == local ? 0 : Int($0.index) + 1 }
    }

    // MARK: Leaving

    /// `q()`, `init:stop()`, `System.halt()`: they end this shell, and never another node.
    private func haltFunctions() -> [FunctionEntry] {
        let names: [(Atom, Atom, [String])] = [
            ("erlang", "halt", []), ("erlang", "halt", ["Status"]), ("init", "stop", []), ("init", "stop", ["Status"]),
            ("c", "q", []), ("Elixir.System", "halt", []), ("Elixir.System", "halt", ["Status"]),
            ("Elixir.System", "stop", []),
        ]
        return names.map { module, name, parameters in
            FunctionEntry(module, name, parameters, "Ends this node.") { [weak self] call in
                // A guest leaves his own session only.
                let session = Sessions.of(call.process) ?? self
                session?.requestExit(Int32(truncatingIfNeeded: call.arguments.first?.asInteger ?? 0))
                return .atom(.ok)
            }
        }
    }
}

extension Session {
    /// The module of a function that is called by its name alone: the helpers of the shell, and what `Kernel` has.
    fileprivate func helper(_ name: Atom, _ arity: Int, _ syntax: Syntax) -> Atom? {
        let modules: [Atom] =
            syntax == .elixir ? ["Elixir.IEx.Helpers", "Elixir.Kernel", "c", "beamsh", "erlang"] : ["c", "beamsh"]
        return modules.first { node.functions.find($0, name, arity) != nil }
    }

    /// Words that begin an expression of Elixir.
    fileprivate static let keywords: Set<String> = [
        "if", "unless", "case", "cond", "with", "for", "fn", "try", "receive", "not", "nil", "true", "false",
        "defmodule",
        "def", "defp", "defmacro", "defmacrop", "defprotocol", "defimpl", "defexception", "defguard", "defdelegate",
        "alias", "import", "require", "use", "raise", "throw", "quote", "do", "end", "when", "and", "or", "in",
        "reraise", "super", "defstruct", "match?", "destructure",
    ]
}

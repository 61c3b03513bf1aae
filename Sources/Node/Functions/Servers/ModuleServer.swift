internal import Processes
internal import Terms

/// A generic server whose callbacks are functions of a module: `Module:init/1`, `handle_call/3` and the others, of code
/// that is evaluated here.
///
/// What callbacks may return, how their exceptions become reasons and what a missing optional callback does is that of
/// `gen_server` (stdlib, "Callback Functions"). A value that is thrown counts as returned.
struct ModuleServer: GenServer {
    /// The callback module.
    let module: Atom
    let argument: Term
    let node: Node

    func initialize(_ process: Process) async throws -> GenServerStart<Term> {
        let answer = try await callback("init", [argument], process)
        if answer == .atom("ignore") { return .ignore }
        if let tuple = answer.asTuple {
            switch (tuple.first?.asAtom?.name, tuple.count) {
            case ("ok", 2): return .ok(tuple[1])
            case ("ok", 3): if let wait = Self.wait(tuple[2]) { return .ok(tuple[1], wait) }
            case ("stop", 2), ("error", 2): return .stop(tuple[1])
            default: break
            }
        }
        return .stop(Self.badReturn(answer))
    }

    func handle(call: GenCall, _ state: inout Term, _ process: Process) async throws -> GenServerStep {
        let from: Term = .tuple([.pid(call.from), call.tag])
        let answer = try await callback("handle_call", [call.request, from, state], process)
        guard let tuple = answer.asTuple else { throw ErlangException(.exit, Self.badReturn(answer)) }
        switch (tuple.first?.asAtom?.name, tuple.count) {
        case ("reply", 3):
            state = tuple[2]
            return .reply(tuple[1])
        case ("reply", 4):
            guard let wait = Self.wait(tuple[3]) else { break }
            state = tuple[2]
            return .reply(tuple[1], wait)
        case ("stop", 4):
            state = tuple[3]
            return .stop(reason: tuple[1], reply: tuple[2])
        default: break
        }
        return try step(answer, &state)
    }

    func handle(cast request: Term, _ state: inout Term, _ process: Process) async throws -> GenServerStep {
        try step(try await callback("handle_cast", [request, state], process), &state)
    }

    func handle(info message: Term, _ state: inout Term, _ process: Process) async throws -> GenServerStep {
        do {
            return try step(try await callback("handle_info", [message, state], process), &state)
        } catch let exception as ErlangException where isMissing(exception, "handle_info", 2) {
            let text = "** Undefined handle_info in \(module.name)\n** Unhandled message: "
            node.log(.warning, text + ErlangPrinter().print(message), by: process)
            return .noreply()
        }
    }

    func handle(continue argument: Term, _ state: inout Term, _ process: Process) async throws -> GenServerStep {
        try step(try await callback("handle_continue", [argument, state], process), &state)
    }

    func terminate(_ reason: Term, _ state: Term, _ process: Process) async throws {
        do {
            _ = try await callback("terminate", [reason, state], process)
        } catch let exception as ErlangException where isMissing(exception, "terminate", 2) {}
        if !Self.isOrderly(reason) { await report(reason, state, process) }
    }

    // MARK: For sys

    func term(of state: Term) -> Term { state }

    func state(_ state: Term, replacedWith term: Term) -> Term? { term }

    func apply(_ fun: Term, _ arguments: [Term], _ process: Process) async throws -> Term {
        try await node.functions.apply(fun, arguments, on: node, by: process)
    }

    func status(of state: Term, _ process: Process) async -> [Term] {
        if node.functions.find(module, "format_status", 1) != nil {
            let map: Term = .map([.atom("state"): state, .atom("log"): .nil])
            let formatted = (try? await callback("format_status", [map], process))?.asMap?[.atom("state")]
            return [.tuple([.atom("data"), [.tuple([.charlist("State"), formatted ?? state])]])]
        }
        if node.functions.find(module, "format_status", 2) != nil {
            let dictionary = Term.makeList(process.dictionary.map { .tuple([$0.key, $0.value]) })
            let arguments: [Term] = [.atom(.normal), [dictionary, state]]
            if let formatted = try? await callback("format_status", arguments, process) {
                return formatted.properList ?? [formatted]
            }
        }
        return [.tuple([.atom("data"), [.tuple([.charlist("State"), state])]])]
    }

    func changeCode(from old: Term, _ state: Term, _ extra: Term, _ process: Process) async throws -> Term? {
        do {
            let answer = try await callback("code_change", [old, state, extra], process)
            if let pair = answer.asTuple, pair.count == 2, pair[0] == .atom(.ok) { return pair[1] }
            throw ErlangException(.exit, answer)
        } catch let exception as ErlangException where isMissing(exception, "code_change", 3) {
            return nil
        }
    }

    // MARK: Callbacks

    private func callback(_ name: Atom, _ arguments: [Term], _ process: Process) async throws -> Term {
        do {
            return try await node.functions.callCode(module, name, arguments, on: node, by: process)
        } catch let exception as ErlangException where exception.kind == .throw {
            return exception.reason
        }
    }

    /// Whether an exception only says that an optional callback is not there.
    private func isMissing(_ exception: ErlangException, _ name: Atom, _ arity: Int) -> Bool {
        exception.kind == .error && exception.reason == .atom(.undef)
            && node.functions.find(module, name, arity) == nil
    }

    /// What every callback but `init/1` may return.
    private func step(_ answer: Term, _ state: inout Term) throws -> GenServerStep {
        if let tuple = answer.asTuple {
            switch (tuple.first?.asAtom?.name, tuple.count) {
            case ("noreply", 2):
                state = tuple[1]
                return .noreply()
            case ("noreply", 3):
                guard let wait = Self.wait(tuple[2]) else { break }
                state = tuple[1]
                return .noreply(wait)
            case ("stop", 3):
                state = tuple[2]
                return .stop(reason: tuple[1])
            default: break
            }
        }
        throw ErlangException(.exit, Self.badReturn(answer))
    }

    private static func badReturn(_ answer: Term) -> Term { .tuple([.atom("bad_return_value"), answer]) }

    /// A timeout, `infinity`, `hibernate` or `{continue, Term}`.
    static func wait(_ term: Term) -> GenServerWait? {
        switch term {
        case .integer(let milliseconds) where (0...0xFFFF_FFFF).contains(milliseconds): return .timeout(milliseconds)
        case .atom(.infinity), .atom("hibernate"): return .forever
        case .tuple(let tuple) where tuple.count == 2 && tuple[0] == .atom("continue"): return .continue(tuple[1])
        default: return nil
        }
    }

    static func isOrderly(_ reason: Term) -> Bool {
        reason == .atom(.normal) || reason == .atom(.shutdown)
            || reason.asTuple.map { $0.count == 2 && $0[0] == .atom(.shutdown) } ?? false
    }

    /// What is logged of a server that ends otherwise than orderly, in the words of its language.
    private func report(_ reason: Term, _ state: Term, _ process: Process) async {
        let name = process.registeredName.map { Term.atom($0) } ?? .pid(process.pid)
        if module.name.hasPrefix("Elixir.") {
            let printer = ElixirPrinter(width: nil)
            let arguments: [Term] = [reason]
            let words = try? await node.functions.callCode(
                "Elixir.Exception", "format_exit", arguments, on: node, by: process)
            node.log(
                .error,
                "GenServer \(printer.inspect(name)) terminating\n** (stop) "
                    + "\(words?.asBinary?.text ?? printer.inspect(reason))\nState: \(printer.inspect(state))",
                by: process)
        } else {
            let printer = ErlangPrinter(width: nil)
            node.log(
                .error,
                "** Generic server \(printer.print(name)) terminating\n** When Server state == \(printer.print(state))\n"
                    + "** Reason for termination ==\n** \(printer.print(reason))", by: process)
        }
    }
}

import Language
import Node
import Processes
import Shell
import Terms

/// A node of our own without a name, and a session on it.
final class Here: Sendable {
    let node: Node
    let session: Session

    init() {
        node = Node()
        node.boot()
        session = Session(node: node)
    }

    /// What one line leaves in the mailbox is nothing to the next.
    private func forget() async {
        _ = try? await session.evaluate(
            "flush = fn f -> receive do _ -> f.(f) after 0 -> :ok end end; flush.(flush)", .elixir)
    }

    /// `{value, Value}` or `{Class, Reason}` of a line of Erlang.
    func outcome(_ line: String) async -> Term {
        do {
            return .tuple([.atom("value"), try await session.evaluate(line, .erlang)])
        } catch let exception as ErlangException {
            return .tuple([.atom(Self.name(exception)), exception.reason])
        } catch {
            return .tuple([.atom("failed"), .string("\(error)")])
        }
    }

    /// A line of Elixir, its value inspected, or `** (Exception) "message"`.
    func inspected(_ line: String) async -> String {
        if line.contains("send(") { await forget() }
        do {
            let value = try await session.evaluate(line, .elixir)
            return ElixirPrinter(width: nil, limit: nil).inspect(value)
        } catch let exception as ErlangException where exception.kind == .error {
            do {
                let made = try await call(
                    "Elixir.Exception", "normalize", [.atom(.error), exception.reason, exception.stack])
                let message = try await call("Elixir.Exception", "message", [made])
                let name = made.asMap?[.atom("__struct__")] ?? .nil
                return "** (\(ElixirPrinter(width: nil).inspect(name))) "
                    + ElixirPrinter(width: nil, limit: nil).inspect(message)
            } catch {
                return "** failed: \(error)"
            }
        } catch let exception as ErlangException {
            return "** (\(Self.name(exception).name)) "
                + ElixirPrinter(width: nil, limit: nil).inspect(exception.reason)
        } catch {
            return "** \(error)"
        }
    }

    /// What steps print and come to on a session of their own: the values inspected, `invalid`, or `** (Exception) message`.
    func transcript(_ steps: [String], _ recorder: Recorder) async -> String {
        _ = recorder.take()
        let session = Session(node: node)
        let printer = ElixirPrinter(width: nil, limit: nil)
        let work = Task {
            var values: [String] = []
            do {
                for step in steps {
                    let value = try await session.evaluate(step, .elixir)
                    // The code of a module is not kept.
                    if let parts = value.asTuple, parts.count == 4, parts[0] == .atom("module") {
                        values.append(printer.inspect(.tuple([parts[0], parts[1], parts[3]])))
                    } else {
                        values.append(printer.inspect(value))
                    }
                }
                return values.joined(separator: "\n")
            } catch let exception as ErlangException where exception.kind == .error {
                do {
                    let made = try await call(
                        "Elixir.Exception", "normalize", [.atom(.error), exception.reason, exception.stack])
                    let message = try await call("Elixir.Exception", "message", [made])
                    let name = printer.inspect(made.asMap?[.atom("__struct__")] ?? .nil)
                    return "** (\(name)) \(message.asBinary?.text ?? printer.inspect(message))"
                } catch {
                    return "** failed: \(error)"
                }
            } catch let exception as ErlangException {
                return "** (\(Self.name(exception).name)) " + printer.inspect(exception.reason)
            } catch is SyntaxError {
                return "invalid"
            } catch is CancellationError {
                return "timeout"
            } catch {
                return "** \(error)"
            }
        }
        let timer = Task {
            try await Task.sleep(nanoseconds: 3_000_000_000)
            work.cancel()
        }
        let result = await work.value
        timer.cancel()
        return recorder.take() + result
    }

    /// What lines of Erlang come to on a session of their own: `{value, Value}`, `{Class, Reason, Function}` with the function
    /// that raised it unless that is evaluated code, `invalid`, or `timeout`.
    func erlangOutcome(_ steps: [String]) async -> Term {
        // Directives are lines of their own.
        let steps = steps.flatMap(Self.withoutDirectives)
        let session = Session(node: node)
        let work = Task { () -> Term in
            do {
                var value = Term.nil
                for step in steps { value = try await session.evaluate(step, .erlang) }
                return .tuple([.atom("value"), value])
            } catch let exception as ErlangException {
                var place = Term.atom("none")
                if let top = exception.stack.properList?.first?.asTuple, top.count == 4,
                    ![.atom("erl_eval"), .atom("shell"), .atom("shell_default")].contains(top[0]),
                    top[0] != .atom("maps") || ![.atom("put"), .atom("update")].contains(top[1])
                {
                    place = .tuple([top[0], top[1], top[2].properList.map { .integer($0.count) } ?? top[2]])
                }
                return .tuple([.atom(Self.name(exception)), exception.reason, place])
            } catch is SyntaxError {
                return .atom("invalid")
            } catch is CancellationError {
                return .atom(.timeout)
            } catch is ProcessEnded {
                return .tuple([.atom(.exit), .atom(.killed), .atom("none")])
            } catch {
                return .string("\(error)")
            }
        }
        let timer = Task {
            try await Task.sleep(nanoseconds: 3_000_000_000)
            work.cancel()
        }
        defer { timer.cancel() }
        return await work.value
    }

    private static func withoutDirectives(_ line: String) -> [String] {
        guard line.hasPrefix("rd("), let end = line.firstRange(of: "), ") else { return [line] }
        return [line[..<end.lowerBound] + ")."] + withoutDirectives(String(line[end.upperBound...]))
    }

    private func call(_ module: Atom, _ name: Atom, _ arguments: [Term]) async throws -> Term {
        let process = node.processes.spawn("test", "call") { _ in try await Task.sleep(nanoseconds: 60_000_000_000) }
        defer { process.exit(process.pid, reason: .atom(.kill)) }
        return try await node.functions.call(module, name, arguments, on: node, by: process)
    }

    private static func name(_ exception: ErlangException) -> Atom {
        switch exception.kind {
        case .error: .error
        case .exit: .exit
        case .throw: .throw
        }
    }
}

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
        _ = try? await session.evaluate("flush = fn f -> receive do _ -> f.(f) after 0 -> :ok end end; flush.(flush)", .elixir)
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
                let made = try await call("Elixir.Exception", "normalize", [.atom(.error), exception.reason, exception.stack])
                let message = try await call("Elixir.Exception", "message", [made])
                let name = made.asMap?[.atom("__struct__")] ?? .nil
                return "** (\(ElixirPrinter(width: nil).inspect(name))) " + ElixirPrinter(width: nil, limit: nil).inspect(message)
            } catch {
                return "** failed: \(error)"
            }
        } catch let exception as ErlangException {
            return "** (\(Self.name(exception).name)) " + ElixirPrinter(width: nil, limit: nil).inspect(exception.reason)
        } catch {
            return "** \(error)"
        }
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

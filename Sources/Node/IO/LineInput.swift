public import Processes
internal import Support
public import Terms

extension Process {
    /// Asks this process's group leader for a line, as `io:get_line/1`.
    ///
    /// - Parameter isInterrupted: looks at exit signals that arrive as messages meanwhile; true gives the line up.
    /// - Returns: the line with its newline; nothing at the end of the input, or when the leader is gone.
    /// - Throws: `ProcessEnded` and `CancellationError`, as `receive`.
    public func readLine(
        prompt: String, isInterrupted: (_ from: Pid, _ reason: Term) -> Bool = { _, _ in false }
    ) async throws -> String? {
        let leader = Destination.pid(groupLeader)
        let monitor = monitor(leader)
        let tag = Term.reference(monitor)
        let request: Term = .tuple([.atom("get_line"), .atom("unicode"), .string(prompt)])
        send(.tuple([.atom(.io_request), .pid(pid), tag, request]), to: leader)
        let answer: Term? = try await receive { message in
            guard let tuple = message.asTuple else { return nil }
            if tuple.count == 3, tuple[0] == .atom(.io_reply), tuple[1] == tag { return tuple[2] }
            if tuple.count == 5, tuple[0] == .atom(.DOWN), tuple[1] == tag { return .atom("eof") }
            if tuple.count == 3, tuple[0] == .atom(.EXIT), case .pid(let from) = tuple[1] {
                return isInterrupted(from, tuple[2]) ? .atom("eof") : nil
            }
            return nil
        }
        demonitor(monitor, flush: true)
        return answer.flatMap { $0.asAtom == nil ? chardataToString($0) : nil }
    }

    /// Prints through this process's group leader, as `io:put_chars/1`.
    ///
    /// - Throws: an `ErlangException` with `terminated` when the leader is gone.
    public func print(_ text: String) async throws { try await putCharacters(text, by: self) }
}

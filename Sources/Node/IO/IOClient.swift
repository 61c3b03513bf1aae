public import Processes
public import Terms

extension Process {
    /// Asks a group leader, this process's own if no device is given, and waits for its answer.
    ///
    /// - Parameter isInterrupted: looks at exit signals that arrive as messages meanwhile; true gives up: the answer is `eof`.
    /// - Throws: an `ErlangException` with `terminated` when the leader is gone, and what `receive` throws.
    public func ioRequest(
        _ request: Term, to device: Destination? = nil,
        isInterrupted: (_ from: Pid, _ reason: Term) -> Bool = { _, _ in false }
    ) async throws -> Term {
        let leader = device ?? .pid(groupLeader)
        let monitor = monitor(leader)
        let tag = Term.reference(monitor)
        defer { demonitor(monitor, flush: true) }
        send(.tuple([.atom(.io_request), .pid(pid), tag, request]), to: leader)
        let answer: Term? = try await receive { message in
            guard let tuple = message.asTuple else { return nil }
            if tuple.count == 3, tuple[0] == .atom(.io_reply), tuple[1] == tag { return tuple[2] }
            if tuple.count == 5, tuple[0] == .atom(.DOWN), tuple[1] == tag {
                throw ErlangException(.error, .atom("terminated"))
            }
            if tuple.count == 3, tuple[0] == .atom(.EXIT), case .pid(let from) = tuple[1] {
                return isInterrupted(from, tuple[2]) ? .atom("eof") : nil
            }
            return nil
        }
        return answer ?? .atom("eof")
    }

    /// Prints through a group leader and waits until it has taken the text, as `io:put_chars/2`.
    ///
    /// - Throws: an `ErlangException` with `terminated` when the leader is gone, or with the error it answers.
    public func print(_ text: String, to device: Destination? = nil) async throws {
        let answer = try await ioRequest(
            .tuple([.atom("put_chars"), .atom("unicode"), .string(text)]), to: device)
        if let tuple = answer.asTuple, tuple.count == 2, tuple[0] == .atom(.error) {
            throw ErlangException(.error, tuple[1])
        }
    }

    /// Asks this process's group leader for a line, as `io:get_line/1`.
    ///
    /// - Returns: the line with its newline; nothing at the end of the input, or when the leader is gone.
    public func readLine(
        prompt: String, isInterrupted: (_ from: Pid, _ reason: Term) -> Bool = { _, _ in false }
    ) async throws -> String? {
        do {
            let answer = try await ioRequest(
                .tuple([.atom("get_line"), .atom("unicode"), .string(prompt)]), isInterrupted: isInterrupted)
            return answer.asAtom == nil ? chardataToString(answer) : nil
        } catch is ErlangException {
            return nil
        }
    }
}

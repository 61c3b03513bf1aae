internal import Processes
internal import Terms

// Sending and receiving, as the instructions of the machine do.
extension Execution {
    /// The next message that `receive` looks at; nothing if there is none.
    @inline(never)
    func nextMessage() -> Term? {
        if scanned == 0 {
            guard let message = process.takeFirstMessage() else { return nil }
            taken = message
            scanned = 1
            return message
        }
        if let message = taken {
            process.putBackFirstMessage(message)
            taken = nil
        }
        guard let message = process.message(at: scanned) else { return nil }
        scanned += 1
        return message
    }

    /// The message that was looked at last matches.
    @inline(never)
    func takeMessage() {
        if taken != nil { taken = nil } else { process.removeMessage(at: scanned - 1) }
        scanned = 0
        if let deadline {
            deadline.cancel()
            self.deadline = nil
        }
    }

    /// Sends to a process of this node; false if the pid is another node's.
    @inline(never)
    func sendHere(_ message: Term, to pid: Pid) -> Bool {
        if let receiver, receiver.pid == pid, receiver.isAlive {
            receiver.deliver(message)
            return true
        }
        guard process.table.isLocal(pid) else { return false }
        receiver = process.table.process(pid)
        receiver?.deliver(message)
        return true
    }
}

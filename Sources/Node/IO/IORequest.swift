internal import Processes
internal import Terms

// The I/O protocol between a process and its group leader (stdlib, "The Erlang I/O Protocol"). Here: what a leader
// understands of a request, and the client that asks for output. Input comes with "A full member".

/// A request to a group leader, as far as output needs it.
enum IORequest {
    /// Text to print, made from chardata or from a format.
    case put(String)
    /// Characters to be made by a call that only the sender's node may know.
    case putCall(module: Atom, function: Atom, arguments: [Term])
    case geometry
    case options
    case several([Term])
    case unknown

    init(_ term: Term) {
        guard let tuple = term.asTuple, let name = tuple.first?.asAtom?.name else {
            self = term == .atom("getopts") ? .options : .unknown
            return
        }
        switch (name, tuple.count) {
        case ("put_chars", 3): self = Self.put(chardata: tuple[2])
        case ("put_chars", 2): self = Self.put(chardata: tuple[1])
        case ("put_chars", 5): self = Self.putCall(tuple[2], tuple[3], tuple[4])
        case ("put_chars", 4): self = Self.putCall(tuple[1], tuple[2], tuple[3])
        case ("get_geometry", 2): self = .geometry
        case ("requests", 2): self = tuple[1].properList.map(IORequest.several) ?? .unknown
        default: self = .unknown
        }
    }

    private static func put(chardata: Term) -> IORequest {
        chardataToString(chardata).map(IORequest.put) ?? .unknown
    }

    private static func putCall(_ module: Term, _ function: Term, _ arguments: Term) -> IORequest {
        guard let module = module.asAtom, let function = function.asAtom, let arguments = arguments.properList else {
            return .unknown
        }
        if module == "io_lib", function == "format" || function == "fwrite", arguments.count == 2,
            let list = arguments[1].properList, let text = try? TermFormat.format(arguments[0], list)
        {
            return .put(text)
        }
        return .putCall(module: module, function: function, arguments: arguments)
    }
}

/// Prints through the group leader of `process` and waits until the leader has taken it.
///
/// - Throws: an `ErlangException` with `terminated` when the leader is gone, as `io:put_chars/2`.
func putCharacters(_ text: String, by process: Process, to device: Destination? = nil) async throws {
    let leader = device ?? .pid(process.groupLeader)
    let monitor = process.monitor(leader)
    let tag = Term.reference(monitor)
    let request: Term = .tuple([.atom("put_chars"), .atom("unicode"), .string(text)])
    process.send(.tuple([.atom(.io_request), .pid(process.pid), tag, request]), to: leader)
    let answer: Term? = try await process.receive { message in
        guard let tuple = message.asTuple else { return nil }
        if tuple.count == 3, tuple[0] == .atom(.io_reply), tuple[1] == tag { return tuple[2] }
        if tuple.count == 5, tuple[0] == .atom(.DOWN), tuple[1] == tag {
            return .tuple([.atom(.error), .atom("terminated")])
        }
        return nil
    }
    process.demonitor(monitor, flush: true)
    if let tuple = answer?.asTuple, tuple.count == 2, tuple[0] == .atom(.error) {
        throw ErlangException(.error, tuple[1])
    }
}

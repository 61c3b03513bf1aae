internal import Processes
internal import Terms

/// A request to a group leader (stdlib, "The Erlang I/O Protocol"; `wire.md` 6.7). The older forms without an encoding are
/// understood.
enum IORequest {
    /// Text to print.
    case put(String)
    /// Characters to be made by a call that only the sender's node may know.
    case putCall(module: Atom, function: Atom, arguments: [Term])
    /// Input, and how much of it; the prompt comes first.
    case get(prompt: String, Input)
    case geometry(isColumns: Bool)
    case options
    case setOptions([Term])
    case several([Term])
    case unknown

    enum Input {
        case line
        case characters(Int)
        /// What a function of the sender's node takes for enough.
        case until(module: Atom, function: Atom, extra: [Term], continuation: Term)
        /// A line that is not shown.
        case password
    }

    init(_ term: Term) {
        guard let tuple = term.asTuple, let name = tuple.first?.asAtom?.name else {
            self = term == .atom("getopts") ? .options : .unknown
            return
        }
        let hasEncoding = tuple.count > 1 && (tuple[1] == .atom("unicode") || tuple[1] == .atom("latin1"))
        let rest = Array(tuple.dropFirst(hasEncoding ? 2 : 1))
        func prompt(_ term: Term) -> String { chardataToString(term) ?? term.asAtom?.name ?? "" }
        switch (name, rest.count) {
        case ("put_chars", 1): self = Self.put(chardata: rest[0])
        case ("put_chars", 3): self = Self.putCall(rest[0], rest[1], rest[2])
        case ("get_line", 1): self = .get(prompt: prompt(rest[0]), .line)
        case ("get_chars", 2):
            self = rest[1].asInteger.map { .get(prompt: prompt(rest[0]), .characters(max(0, $0))) } ?? .unknown
        case ("get_until", 4):
            guard let module = rest[1].asAtom, let function = rest[2].asAtom, let extra = rest[3].properList else {
                self = .unknown
                return
            }
            self = .get(
                prompt: prompt(rest[0]), .until(module: module, function: function, extra: extra, continuation: .nil))
        case ("get_password", 0): self = .get(prompt: "", .password)
        case ("get_geometry", 1): self = .geometry(isColumns: rest[0] == .atom("columns"))
        case ("setopts", 1): self = .setOptions(rest[0].properList ?? [])
        case ("requests", 1): self = rest[0].properList.map(IORequest.several) ?? .unknown
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

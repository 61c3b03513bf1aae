internal import Language
internal import Node
internal import Support
internal import Terms

/// One command: its words, its parameters, what it is for, and what it does.
struct Command: Sendable {
    typealias Body = @Sendable (CommandCall) async throws -> LineResult

    /// `["node", "ping"]`.
    let path: [String]
    /// How the parameters are written in help: `N M F ARG...`.
    let usage: String
    let summary: String
    let parameters: [Parameter]
    let flags: [String]
    let example: String?
    let body: Body

    /// What a parameter is: for checking and for completion.
    enum Parameter: Sendable, Equatable {
        case node
        case optionalNode
        case word
        case optionalWord
        case table
        case term
        case optionalTerm
        /// One or more nodes.
        case nodes
        /// Any number of terms.
        case rest
        case oneOf([String])
        case optionalOneOf([String])

        var isOptional: Bool {
            switch self {
            case .optionalNode, .optionalWord, .optionalTerm, .rest, .optionalOneOf: true
            default: false
            }
        }

        var takesMany: Bool { self == .nodes || self == .rest }
    }

    init(
        _ words: String, _ usage: String = "", _ summary: String, parameters: [Parameter] = [], flags: [String] = [],
        example: String? = nil, body: @escaping Body
    ) {
        path = words.split(separator: " ").map(String.init)
        self.usage = usage
        self.summary = summary
        self.parameters = parameters
        self.flags = flags
        self.example = example
        self.body = body
    }

    var name: String { path.joined(separator: " ") }
    var synopsis: String { usage.isEmpty ? name : "\(name) \(usage)" }
}

/// A command with its arguments.
struct CommandCall: Sendable {
    let session: Session
    let command: Command
    /// The words behind the command's own.
    let words: [CommandWord]
    let flags: [String: CommandWord]
    /// Values of flags.
    let flagValues: [String: Term]
    let flagTexts: [String: String]

    var count: Int { words.count }

    func term(_ position: Int) -> Term { words[position].term }

    func terms(from position: Int) -> [Term] { words.dropFirst(position).map(\.term) }

    func atom(_ position: Int, _ what: String) throws -> Atom {
        guard let atom = words[position].term.asAtom else { throw bad(position, "\(what) is an atom") }
        return atom
    }

    /// A node name; a short one is on this node's host.
    func node(_ position: Int) throws -> Atom {
        guard let atom = words[position].term.asAtom else {
            throw bad(position, "a node name is expected here: name@host")
        }
        return try CommandCall.nodeName(atom, session)
            ?? { throw bad(position, "a node name is expected here: name@host") }()
    }

    static func nodeName(_ atom: Atom, _ session: Session) throws -> Atom? {
        let parts = atom.name.split(separator: "@", omittingEmptySubsequences: false)
        if parts.count == 2, !parts.contains("") { return atom }
        guard parts.count == 1, !atom.name.isEmpty, session.node.isAlive,
            let host = session.node.name.name.split(separator: "@").last
        else { return nil }
        return Atom("\(atom.name)@\(host)")
    }

    func bad(_ position: Int, _ message: String) -> Failure {
        let word = words[position]
        return Failure(.usage, message, at: (word.offset, word.length), hint: "usage: \(command.synopsis)")
    }

    func call(_ module: Atom, _ function: Atom, _ arguments: [Term]) async throws -> Term {
        try await session.call(module, function, arguments)
    }

    /// The deadline in milliseconds, as functions take it.
    var timeout: Term { .integer(Int(session.settings.withLock { $0.timeout } / 1_000_000)) }
}

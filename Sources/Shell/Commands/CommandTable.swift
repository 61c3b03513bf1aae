internal import Language
internal import Support
internal import Terms

/// All commands. Completion and help read the same rows.
enum CommandTable {
    static let commands: [Command] =
        nodeCommands + rpcCommands + storeCommands + processCommands + clusterCommands + shellCommands

    private static let firstWords = Set(commands.map { $0.path[0] })

    static func isCommand(_ word: String) -> Bool { firstWords.contains(word) }

    /// Runs the command that the words name.
    static func run(_ words: [CommandWord], in session: Session) async throws -> LineResult {
        guard !words.isEmpty else { throw Failure(.usage, "nothing to run") }
        let command = try find(words)
        var arguments: [CommandWord] = []
        var flags: [String: CommandWord] = [:]
        var values: [String: Term] = [:]
        var texts: [String: String] = [:]
        var rest = words.dropFirst(command.path.count)
        while let word = rest.popFirst() {
            // Behind the function's name, everything is an argument of the function.
            let isArgument = command.parameters.last == .rest && arguments.count >= command.parameters.count - 1
            guard let flag = word.flag, !word.isQuoted, !isArgument else {
                arguments.append(word)
                continue
            }
            guard command.flags.contains(flag) else {
                let near = Suggestion.nearest(flag, among: command.flags)
                throw Failure(
                    .usage, "unknown option --\(flag)", at: (word.offset, word.length),
                    hint: near.map { "did you mean --\($0)?" } ?? "usage: \(command.synopsis)")
            }
            flags[flag] = word
            if let text = word.flagValue {
                texts[flag] = text
                values[flag] = try CommandLineLexer.words(text).first?.term ?? .atom(.empty)
            } else if !booleanFlags.contains(flag) {
                guard let value = rest.popFirst() else {
                    throw Failure(.usage, "--\(flag) needs a value", at: (word.offset, word.length))
                }
                texts[flag] = value.text
                values[flag] = value.term
            }
        }
        try check(arguments, command, after: words[min(command.path.count, words.count) - 1])
        return try await command.body(
            CommandCall(
                session: session, command: command, words: arguments, flags: flags, flagValues: values,
                flagTexts: texts))
    }

    private static let booleanFlags: Set<String> = ["disc", "yes"]

    /// The command with the longest path that the words begin with.
    static func find(_ words: [CommandWord]) throws -> Command {
        let texts = words.map(\.text)
        let matching = commands.filter { texts.starts(with: $0.path) }
        if let best = matching.max(by: { $0.path.count < $1.path.count }) { return best }
        let family = commands.filter { $0.path[0] == texts[0] }
        let names = family.map { $0.path.dropFirst().joined(separator: " ") }
        guard texts.count > 1 else {
            throw Failure(
                .usage, "\(texts[0]) needs a subcommand", at: (words[0].offset, words[0].length),
                hint: "one of \(names.joined(separator: ", "))")
        }
        let near = Suggestion.nearest(texts[1], among: names)
        throw Failure(
            .usage, "unknown command \(texts[0]) \(texts[1])", at: (words[1].offset, words[1].length),
            hint: near.map { "did you mean \(texts[0]) \($0)?" } ?? "one of \(names.joined(separator: ", "))")
    }

    private static func check(_ words: [CommandWord], _ command: Command, after last: CommandWord) throws {
        let needed = command.parameters.filter { !$0.isOptional }.count
        if words.count < needed {
            throw Failure(
                .usage, "\(command.name) needs \(needed == 1 ? "an argument" : "\(needed) arguments")",
                at: ((words.last ?? last).offset + (words.last ?? last).length, 1), hint: "usage: \(command.synopsis)")
        }
        if words.count > command.parameters.count, command.parameters.last?.takesMany != true {
            let extra = words[command.parameters.count]
            throw Failure(
                .usage, "too many arguments", at: (extra.offset, extra.length), hint: "usage: \(command.synopsis)")
        }
        for (word, parameter) in zip(words, command.parameters) {
            let choices: [String]
            switch parameter {
            case .oneOf(let names), .optionalOneOf(let names): choices = names
            default: continue
            }
            guard !choices.contains(word.text) else { continue }
            let near = Suggestion.nearest(word.text, among: choices)
            throw Failure(
                .usage, "\(word.text) is not one of \(choices.joined(separator: ", "))", at: (word.offset, word.length),
                hint: near.map { "did you mean \($0)?" })
        }
    }

    /// An unknown first word, when nothing else can be made of the line.
    static func unknown(_ word: String, at offset: Int) -> Failure {
        let near = Suggestion.nearest(word, among: Array(firstWords))
        return Failure(
            .usage, "unknown command \(word)", at: (offset, word.unicodeScalars.count),
            hint: near.map { "did you mean \($0)?" } ?? "help lists the commands")
    }
}

// `swift run -c release bench [TOPIC ...]`: each topic prints what we need beside what OTP needs in the same run.

/// The topics in the order in which they run; a topic is a file of this target.
enum Topic: String, CaseIterable {
    case etf
    case tables
    case program
    case processes
    case language
    case erpc
    case messages
    case mesh

    func run() async throws {
        switch self {
        case .etf: try ETFBenchmark.run()
        case .tables: try TablesBenchmark.run()
        case .program: try await ProgramBenchmark.run()
        case .processes: try await ProcessesBenchmark.run()
        case .language: try await LanguageBenchmark.run()
        case .messages: try await MessagesBenchmark.run()
        case .mesh: try await MeshBenchmark.run()
        case .erpc: try await ErpcBenchmark.run()
        }
    }
}

@main
enum Bench {
    static func main() async throws {
        let names = CommandLine.arguments.dropFirst()
        for name in names where Topic(rawValue: name) == nil {
            print("no topic \(name); there are: \(Topic.allCases.map(\.rawValue).joined(separator: " "))")
            return
        }
        for topic in Topic.allCases where names.isEmpty || names.contains(topic.rawValue) {
            // Off the main actor, where each hop costs more than a call.
            try await Task.detached { try await topic.run() }.value
        }
    }
}

// `swift run -c release bench [TOPIC ...]`: each topic prints what we need beside what OTP needs in the same run.

/// The topics in the order in which they run; a topic is a file of this target.
let topics: [(name: String, run: () async throws -> Void)] = [
    ("etf", ETFBenchmark.run),
    ("tables", TablesBenchmark.run),
    ("program", ProgramBenchmark.run),
    ("erpc", ErpcBenchmark.run),
]

let wanted = CommandLine.arguments.dropFirst()
if let unknown = wanted.first(where: { name in !topics.contains { $0.name == name } }) {
    print("no topic \(unknown); there are: \(topics.map(\.name).joined(separator: " "))")
} else {
    for topic in topics where wanted.isEmpty || wanted.contains(topic.name) {
        try await topic.run()
    }
}

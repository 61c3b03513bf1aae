import Foundation

/// The OTP side of a benchmark: an Erlang module of `Benchmarks/otp` that prints lines "name number".
enum OTP {
    /// Compiles a module into a new folder, which the caller removes.
    static func compile(_ module: String) throws -> URL {
        let files = FileManager.default
        let beams = files.temporaryDirectory.appendingPathComponent("beamsh-bench-\(UUID().uuidString)")
        try files.createDirectory(at: beams, withIntermediateDirectories: true)
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("otp/\(module).erl")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.currentDirectoryURL = beams
        process.arguments = ["erlc", source.path]
        try process.run()
        process.waitUntilExit()
        return beams
    }

    /// Compiles a module, runs its `run/0`, and returns the numbers by name; none where there is no `erl`.
    static func run(_ module: String) throws -> [String: Int] {
        let beams = try compile(module)
        defer { try? FileManager.default.removeItem(at: beams) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.currentDirectoryURL = beams
        process.arguments = ["erl", "-noinput", "-noshell", "-run", module, "run"]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        if process.terminationStatus != 0 { print("\(module): no numbers of OTP; is erl installed?") }
        var numbers: [String: Int] = [:]
        for line in output.split(separator: "\n") {
            guard let space = line.lastIndex(of: " "), let number = Int(line[line.index(after: space)...]) else {
                continue
            }
            numbers[String(line[..<space])] = number
        }
        return numbers
    }
}
